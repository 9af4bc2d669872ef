import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { App } from '../app.ts';
import { ContactSchema, MailSchema } from '../entities/index.ts';
import { createLogger } from '../logger.ts';
import { upload } from './attach.ts';
import { ask, connect, form, issued, send, until, type Answered, type Made } from './doors.ts';
import { INBOUND_SECRET, SECRET, startApp } from './harness.ts';
import { openMailbox, type Mailbox } from './mailbox.ts';
import { becomes, GOOD_CARD, invoice, KEY, openTill, pressPay, WEBHOOK_SECRET, type Till } from './paying.ts';

/** One line of the log. */
type Line = Record<string, unknown> & { msg?: string };

/** A log that is kept, at the most talkative level anybody runs it at. */
function keptLog() {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  return { logger: createLogger('debug', stream), text: () => text, lines };
}

const message = (document: string, text: string, notify = false) => ({ document, text, notify, files: [], readUpTo: 0, name: 'Anne' });

test('each request has one line, with its id, and everything said on its way has that id, too', async () => {
  const log = keptLog();
  const app = await startApp({ logger: log.logger });
  try {
    const made = await issued(app, 'quote');
    const { headers } = await ask(app, 'GET', `/d/${made.token}`, { headers: { 'x-request-id': 'from-a-stranger' } });
    const id = String(headers['x-request-id']);
    assert.match(id, /^[0-9a-f-]{36}$/, 'who is not behind a proxy does not say what is in the log');
    const line = await until(() => log.lines().find((one) => one.msg === 'request' && one['requestId'] === id), 'its line');
    assert.equal([line['level'], line['method'], line['path'], line['status']], [30, 'GET', '/d/•••', 200]);
    assert.ok(Number(line['bytes']) > 1000 && Number(line['ms']) >= 0);

    const sent = await form(app, `/d/${made.token}/${made.id}/messages`, { command: randomUUID(), text: 'hello' });
    const own = await until(() => {
      const lines = log.lines().filter((one) => one['requestId'] === sent.headers.get('x-request-id'));
      return lines.length === 2 ? lines : null;
    }, 'two lines');
    assert.equal(own.map((one) => one.msg).sort(), ['command done', 'request']);

    await Promise.all(['/healthz', '/readyz', '/metrics', '/favicon.svg'].map((path) => ask(app, 'GET', path)));
    assert.equal(
      log.lines().filter((one) => Number(one['level']) >= 30 && /healthz|readyz|metrics|favicon/.test(String(one['path']))),
      [],
      'who only looks whether it lives is not worth a line',
    );
  } finally {
    await app.close();
  }
});

test('what a socket asks for has an id, too, and two at once have their own', async () => {
  const log = keptLog();
  const app = await startApp({ logger: log.logger });
  try {
    const made = await issued(app, 'quote');
    const socket = await connect(app, { link: made.token });
    const ids: string[] = Array.from({ length: 8 }, () => randomUUID());
    await Promise.all(ids.map((id) => send(socket, 'postMessage', message(made.id, 'hello'), id)));
    await send(socket, 'markRead', { document: made.id, seq: -1 });
    socket.close();
    const done = log.lines().filter((one) => one.msg === 'command done' && ids.includes(String(one['id'])));
    assert.is(done.length, ids.length);
    assert.is(new Set(done.map((one) => one['requestId'])).size, ids.length);
    assert.ok(done.every((one) => /^[0-9a-f-]{36}$/.test(String(one['requestId']))));
  } finally {
    await app.close();
  }
});

test('a proxy in front gives a request its id, if it looks like one', async () => {
  const log = keptLog();
  const app = await startApp({ logger: log.logger, trustProxy: true });
  try {
    const given = async (id: string) =>
      String((await ask(app, 'GET', '/robots.txt', { headers: { 'x-request-id': id } })).headers['x-request-id']);
    for (const id of ['4bf92f3577b34da6a3ce929d0e0e4736', randomUUID(), 'req_1.2-3']) assert.is(await given(id), id);
    for (const id of ['', 'short', 'with spaces in it', 'x"},{"y":"z and more', app.tokens.make('link', randomUUID()), 'a'.repeat(41)])
      assert.match(await given(id), /^[0-9a-f-]{36}$/, id);
  } finally {
    await app.close();
  }
});

test('what others say of an error does not name anybody, nor show what opens a door', () => {
  const log = keptLog();
  const link = 'A1b2-'.repeat(9);
  log.logger.warn({ err: new Error(`550 5.1.1 <anne.martin@example.com>: no such user, see https://x.example/d/${link}`) }, 'refused');
  const [line] = log.lines();
  assert.is((line?.['err'] as { message: string }).message, '550 5.1.1 <•••>: no such user, see https://x.example/d/•••');
});

/** What somebody wrote: none of it is the log's business. */
const WORDS = {
  message: 'The kitchen ceiling is dripping again',
  reason: 'Cheaper at the neighbours over there',
  mail: 'As we said on the telephone on Sunday',
  file: 'Inside of the attached drawing of pipes',
  reply: 'An answer that came back by mail tonight',
  broken: 'unfinished sentence of a broken body',
};

test('a whole session leaves no secret and nothing that was written in the log', async () => {
  const log = keptLog();
  const box = await openMailbox();
  const metricsToken = 'what-the-scraper-shows';
  const till = await openTill({ logger: log.logger, smtpUrl: box.url, graceSeconds: 0, metricsToken });
  // The harness makes its key by itself, through no door.
  const begun = log.lines().length;
  const needles = new Map<string, string>([
    ['SECRET', SECRET],
    ['the secret of replies', INBOUND_SECRET],
    ['the token of the metrics', metricsToken],
    ['the key of Stripe', KEY],
    ['the webhook secret of Stripe', WEBHOOK_SECRET],
    ['the API key', till.app.key],
    ['a session', till.app.cookie.split('=')[1] ?? ''],
    ...Object.entries(WORDS),
  ]);
  const read = async (steps: (more: (what: string, secret: string) => void) => Promise<void>) =>
    steps((what, secret) => {
      assert.ok(secret.length > 15, `${what} is a needle: ${secret}`);
      needles.set(what, secret);
    });
  try {
    await read((more) => clientOf(till, more));
    await read((more) => ownerOf(till, box, more));
    await read((more) => strangers(till, metricsToken, more));
    await until(() => log.lines().some((line) => line.msg === 'mail ended'), 'mails are sent');
    for (const [what, secret] of await derived(till.app)) needles.set(what, secret);
  } finally {
    await till.close();
    await box.close();
  }
  const text = log.text();
  for (const [what, secret] of needles) {
    for (const spelled of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')])
      assert.not.ok(text.includes(spelled), `${what} is in the log: ${text.split('\n').find((line) => line.includes(spelled)) ?? ''}`);
  }
  // Enough has been said for this to mean something, and whose it was.
  const lines = log.lines();
  for (const said of ['request', 'command done', 'command refused', 'mail ended', 'login failed'])
    assert.ok(
      lines.some((line) => line.msg === said),
      said,
    );
  const nobodys = lines.slice(begun).filter((line) => line['requestId'] === undefined && line['jobId'] === undefined);
  assert.equal(nobodys, [], 'all of it belongs to a request, a command of a socket or a job');
});

/** Every secret that is made from an id in the database, whether it went out or not. */
async function derived({ em, tokens }: App): Promise<[string, string][]> {
  const make: Record<string, (id: string) => string> = {
    links: (id) => tokens.make('link', id),
    api_keys: (id) => tokens.make('key', id),
    joins: (id) => tokens.make('join', id),
    contacts: (id) => tokens.make('unsubscribe', id),
    people: (id) => tokens.make('unsubscribe', id),
    mails: (id) => tokens.makeReply(id),
    webhooks: (id) => tokens.webhookSecret(id),
  };
  const found = Object.entries(make).map(async ([table, secret]) => {
    const rows = await em().execute<{ id: string }[]>(`select id from ${table}`);
    assert.ok(rows.length > 0, `there are ${table}`);
    return rows.map(({ id }): [string, string] => [`of ${table} ${id}`, secret(id)]);
  });
  return (await Promise.all(found)).flat();
}

type More = (what: string, secret: string) => void;

/** Reads, writes, pays, attaches and decides. */
async function clientOf({ app, stripe }: Till, more: More): Promise<void> {
  const made = await issued(app, 'quote');
  more('a link', made.token);
  const page = await ask(app, 'GET', `/d/${made.token}?step=accept`);
  const browser = /wd_browser=([\w-]+)/.exec(String(page.headers['set-cookie']))?.[1] ?? '';
  more('a browser’s cookie', browser);
  const cookie = `wd_browser=${browser}`;
  const path = `/d/${made.token}/${made.id}`;
  assert.is((await form(app, `${path}/messages`, { command: randomUUID(), text: WORDS.message }, { cookie })).status, 303);
  assert.is((await upload(app, `${path}/files`, Buffer.from(WORDS.file), { name: `${WORDS.file}.txt`, headers: { cookie } })).status, 201);
  const decision = { command: randomUUID(), action: 'refuse', revision: '1', name: 'Anne', reason: WORDS.reason, language: 'en' };
  assert.is((await form(app, `${path}/decide`, decision, { cookie })).status, 303);
  assert.is((await form(app, `${path}/decide`, { ...decision, command: randomUUID() }, { cookie })).status, 409);
  assert.is((await form(app, `${path}/messages`, { command: 'x', text: WORDS.message }, { cookie })).status, 400);
  const socket = await connect(app, { link: made.token }, { cookie });
  await send(socket, 'postMessage', message(made.id, WORDS.message));
  await send(socket, 'postMessage', { ...message(made.id, WORDS.message), more: WORDS.message });
  socket.close();
  const bill = await invoice(app);
  const { session } = await pressPay(app, bill);
  await stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  await becomes(app, bill, ({ status }) => status === 'paid', 'paid');
}

/** Signs in, sends, invites, makes keys, revokes; replies come back. */
async function ownerOf({ app }: Till, box: Mailbox, more: More): Promise<void> {
  const login = (password: string) =>
    ask(app, 'POST', '/console/login', {
      headers: { 'content-type': 'application/json', origin: app.url },
      body: JSON.stringify({ email: 'owner@example.com', password }),
    });
  more('a wrong password', 'hunter2 hunter2 hunter2');
  assert.is((await login('hunter2 hunter2 hunter2')).status, 401);
  const cookie = String((await login('correct horse')).headers['set-cookie']).split(';')[0] ?? '';
  more('a new session', cookie.split('=')[1] ?? '');

  const made = await issued(app, 'quote', {
    client: { name: 'Luke', contacts: [{ name: 'Luke Byrne', email: 'luke@byrne.example', language: 'en' }] },
  });
  more('a second link', made.token);
  const contact = await app.em().findOneOrFail(ContactSchema, { email: 'luke@byrne.example' });
  box.plan.push('451');
  assert.is((await app.api('POST', `/documents/${made.id}/mails`, { contacts: [contact.id], text: WORDS.mail })).status, 202);
  await app.api('POST', `/documents/${made.id}/messages`, { text: WORDS.message, notify: true });
  await app.api('POST', `/documents/${made.id}/messages`, { text: '' });
  await until(async () => (await app.em().count(MailSchema, { document: made.id, state: 'delivered' })) > 0, 'a mail went out');
  await reply(app, made, box, more);

  const socket = await connect(app, {}, { cookie });
  const key = await send(socket, 'createApiKey', { label: 'till' });
  const hook = await send(socket, 'createWebhook', { url: 'https://hooks.example/', label: '', types: null });
  for (const [what, answer] of Object.entries({ 'a key that was made': key, 'a webhook’s secret': hook }))
    if (answer.ok) more(what, String(answer.result['secret']));
  await send(socket, 'inviteUser', { name: 'Nina', email: 'nina@new.example', role: 'member', language: 'en' });
  const invitation = await box.mail('the invitation', (mail) => mail.to === 'nina@new.example');
  const join = /\/join\/([\w-]{43})/.exec(invitation.parsed.text ?? '')?.[1] ?? '';
  more('an invitation', join);
  more('a password', 'a sentence does very well');
  await ask(app, 'GET', `/join/${join}`);
  const body = JSON.stringify({ name: 'Nina', password: 'a sentence does very well' });
  const headers = { 'content-type': 'application/json', origin: app.url };
  assert.is((await ask(app, 'POST', `/console/joins/${join}`, { headers, body })).status, 200);
  const { links } = (await app.api('GET', `/documents/${made.id}`)).body;
  await app.api('DELETE', `/documents/${made.id}/links/${links[0].id}`);
  assert.is((await ask(app, 'GET', `/d/${made.token}`)).status, 404);
  socket.close();
}

/** The contact answers by mail, and opens what its links lead to. */
async function reply(app: Till['app'], made: Made, box: Mailbox, more: More): Promise<void> {
  const mail = await box.mail('the message', (one) => one.to === 'luke@byrne.example' && (one.parsed.text ?? '').includes(WORDS.message));
  const to = /documents\+(\w+)@/.exec(mail.parsed.replyTo?.[0]?.address ?? '')?.[1] ?? '';
  more('an address for answers', to);
  const raw = `From: Luke <luke@byrne.example>\r\nTo: documents+${to}@example.com\r\nSubject: Re\r\nMessage-ID: <${randomUUID()}@x>\r\n\r\n${WORDS.reply}\r\n`;
  const deliver = (secret: string) =>
    ask(app, 'POST', '/webhooks/inbound-mail', {
      headers: { 'content-type': 'message/rfc822', authorization: `Bearer ${secret}` },
      body: raw,
    });
  assert.is((await deliver(INBOUND_SECRET)).status, 201);
  more('a wrong secret', 'not what the mail server shows at all');
  assert.is((await deliver('not what the mail server shows at all'.replaceAll(' ', '-'))).status, 401);
  assert.is((await ask(app, 'GET', `/d/${made.token}/pdf`)).status, 200);
}

/** Who has no right here, and says so in all kinds of spelling. */
async function strangers({ app }: Till, metricsToken: string, more: More): Promise<void> {
  const token = app.tokens.make('link', randomUUID());
  more('a link of nothing', token);
  const spelled = [
    `/d/${token}`,
    `/D/${token}/`,
    `//d/${token}`,
    `/d%2f${token}`,
    `/x/%${token.charCodeAt(0).toString(16)}${token.slice(1)}`,
    `/${token}?x=${token}`,
  ];
  for (const path of spelled) await ask(app, 'GET', path, { from: 9 });
  await connect(app, { link: token }).then(
    () => assert.unreachable(),
    () => null,
  );
  const key = app.tokens.make('key', randomUUID());
  more('a key of nobody', key);
  const refused: Answered[] = [
    await ask(app, 'GET', '/api/v1/documents', { headers: { authorization: `Bearer ${key}` } }),
    await ask(app, 'GET', '/metrics', { headers: { authorization: `Bearer ${metricsToken}x` } }),
    await ask(app, 'POST', '/console/login', {
      headers: { 'content-type': 'application/json', origin: app.url },
      body: `{"email": "${WORDS.broken}`,
    }),
  ];
  assert.equal(
    refused.map(({ status }) => status),
    [401, 404, 400],
  );
  assert.is((await ask(app, 'GET', '/metrics', { headers: { authorization: `Bearer ${metricsToken}` } })).status, 200);
}

test.run();
