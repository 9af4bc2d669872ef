import { randomBytes, randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createApp, type App } from '../app.ts';
import { LinkSchema, MailSchema, PersonSchema } from '../entities/index.ts';
import { mailFile, rawMail, type Places } from '../formats/mail/testing.ts';
import { dealView } from '../views/deal.ts';
import { onSmallDisk } from './attach.ts';
import { ask, issued, type Answered, type Made } from './doors.ts';
import { INBOUND_SECRET, SECRET, startApp, type TestApp } from './harness.ts';
import { openPage } from './page.ts';
import { contents } from './surface.ts';

/** What the program said to its log, at the most talkative level: all of it, and since a test began to listen. */
let all = '';
let log = '';
const logger = pino(
  { level: 'debug' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      all += chunk.toString();
      log += chunk.toString();
      done();
    },
  }),
);

let app: TestApp;
test.before(async () => {
  app = await startApp({ logger });
});
test.after(() => app?.close());

const PATH = '/webhooks/inbound-mail';
const BEARER = { authorization: `Bearer ${INBOUND_SECRET}` };

/** A mail of ours that somebody can answer. */
interface Written extends Made {
  mail: string;
  places: Places;
}

/** A quote and a mail about it to its contact. The mail is put straight into the table: how it gets there is not the matter here. */
async function written(extra: { address?: string | null; client?: Record<string, unknown> } = {}): Promise<Written> {
  const email = extra.address === undefined ? `anne-${randomUUID().slice(0, 8)}@example.com` : extra.address;
  const made = await issued(app, 'quote', {
    client: { name: `Client ${randomUUID()}`, contacts: [{ name: 'Anne Martin', email, language: 'fr' }] },
  });
  const link = await app.em().findOneOrFail(LinkSchema, { document: made.id });
  return {
    ...made,
    ...(await mailTo(made, { contact: link.contact, link: link.id, name: 'Anne Martin', address: email ?? 'anne@example.com' })),
  };
}

async function mailTo(
  made: Made,
  to: { user?: string; contact?: string | null; person?: string; link?: string; name: string; address: string },
) {
  const em = app.em();
  const [row] = await em.execute<{ n: number }[]>('select count(*)::int as n from mails where deal_id = ?', [made.deal]);
  const mail = em.create(MailSchema, {
    id: randomUUID(),
    company: app.company,
    deal: made.deal,
    document: made.id,
    kind: 'message',
    about: {},
    side: to.user === undefined ? 'client' : 'owner',
    user: to.user ?? null,
    contact: to.contact ?? null,
    person: to.person ?? null,
    link: to.link ?? null,
    name: to.name,
    address: to.address,
    language: 'fr',
    messageId: null,
    sealed: null,
    state: 'delivered',
    detail: null,
    position: row?.n ?? 0,
    createdAt: new Date(),
    endedAt: new Date(),
  });
  await em.persist(mail).flush();
  const places = { TOKEN: app.tokens.makeReply(mail.id), FROM: to.address, LINK: made.token };
  return { mail: mail.id, places };
}

const deliver = (body: Buffer, headers: Record<string, string> = {}, options: { to?: App; from?: number } = {}): Promise<Answered> =>
  ask(options.to ?? app, 'POST', PATH, {
    headers: { 'content-type': 'message/rfc822', ...BEARER, ...headers },
    body,
    ...(options.from === undefined ? {} : { from: options.from }),
  });

const says = (answer: Answered) => [answer.status, JSON.parse(answer.body) as Record<string, unknown>] as const;
const messagesOf = async (made: Made) => (await dealView(app.em(), made.deal, 'owner'))?.messages ?? [];

/** Sends it and says that nothing at all has changed. */
async function changesNothing(what: string, work: () => Promise<void>): Promise<void> {
  const before = await contents(app);
  await work();
  assert.equal(await contents(app), before, what);
}

/** A short mail of the contact's own. */
function short(w: Written, text: string, more: string[] = [], id: string | null = randomUUID()): Buffer {
  return rawMail(
    [
      `From: Anne Martin <${w.places.FROM}>`,
      `To: documents+${w.places.TOKEN}@example.com`,
      'Subject: Re: Quote',
      'Content-Type: text/plain; charset=utf-8',
      ...(id === null ? [] : [`Message-ID: <${id}@example.net>`]),
      ...more,
    ],
    text,
  );
}

/** The same with parts, between lines of `--b`. */
function mixed(w: Written, body: string): Buffer {
  return rawMail(
    [
      `From: <${w.places.FROM}>`,
      `To: documents+${w.places.TOKEN}@example.com`,
      `Message-ID: <${randomUUID()}@example.net>`,
      'Content-Type: multipart/mixed; boundary=b',
    ],
    body,
  );
}

test('an answer is in the conversation as the one who was written to, and on the open page of the other side', async () => {
  const w = await written();
  const owner = await openPage(app.url, `deal:${w.deal}`, { cookie: app.cookie, view: (await dealView(app.em(), w.deal, 'owner'))! });
  const [status, body] = says(await deliver(mailFile('gmail-web-fr.eml', w.places)));
  assert.is(status, 201);
  assert.equal(Object.keys(body), ['status', 'message']);
  await owner.until('the answer', () => owner.view().messages.length === 1);
  const [message] = owner.view().messages;
  assert.equal(
    {
      id: message?.id,
      side: message?.side,
      name: message?.name,
      document: message?.document,
      notify: message?.notify,
      text: message?.text,
    },
    {
      id: body['message'],
      side: 'client',
      name: 'Anne Martin',
      document: w.id,
      notify: false,
      text: 'Bonjour Olive,\n\nMerci pour le devis. La ligne « pose » est-elle obligatoire ?\n\nAnne',
    },
  );
  assert.equal(owner.view(), await dealView(app.em(), w.deal, 'owner'));
  // Anne on her page is the same person.
  const client = await openPage(app.url, `deal:${w.deal}`, { link: w.token });
  await client.send('postMessage', { document: w.id, text: 'And by page', notify: false, name: null });
  await owner.until('the other', () => owner.view().messages.length === 2);
  assert.is(owner.view().messages[1]?.person, message?.person);
  client.close();
  owner.close();
});

test('delivered again, one after the other and all at once, it is one message', async () => {
  const w = await written();
  const raw = mailFile('outlook-pdf-logo-fr.eml', w.places);
  const answers = await Promise.all(Array.from({ length: 6 }, () => deliver(raw)));
  answers.push(await deliver(Buffer.concat([Buffer.from('Received: by another server\r\n'), raw])));
  for (const answer of answers) {
    assert.ok([200, 201].includes(answer.status), `${answer.status} ${answer.body}`);
    assert.is(answer.body, answers[0]?.body);
  }
  assert.is(answers.at(-1)?.status, 200);
  const messages = await messagesOf(w);
  assert.equal([messages.length, messages[0]?.files.map((file) => file.name)], [1, ['Bon de commande signé.pdf']]);
  const [row] = await app.em().execute<{ n: number }[]>('select count(*)::int as n from files where document_id = ?', [w.id]);
  assert.is(row?.n, 1);
});

test('a mail without a Message-ID is told by what it says', async () => {
  const w = await written();
  for (const text of ['one', 'one', 'two']) assert.match(String((await deliver(short(w, text, [], null))).status), /^20[01]$/);
  assert.equal(
    (await messagesOf(w)).map((message) => message.text),
    ['one', 'two'],
  );
});

test('files come along, a program is named and left out, a logo is neither', async () => {
  const w = await written();
  assert.is((await deliver(mailFile('iphone-photo-fr.eml', w.places))).status, 201);
  assert.is((await deliver(mailFile('gmail-pasted-picture.eml', w.places))).status, 201);
  assert.is((await deliver(mailFile('program-attached.eml', w.places))).status, 201);
  const [photo, pasted, program] = await messagesOf(w);
  assert.equal(
    [photo?.text, photo?.files.map((file) => [file.name, file.mediaType])],
    ['Voici l’état du mur aujourd’hui :', [['IMG_2041.png', 'image/png']]],
  );
  assert.equal([pasted?.text, pasted?.files.length], ['', 1]);
  assert.is(
    program?.text,
    'Please run this.\n\n[Pièce jointe non reprise : viewer.exe. Les programmes ne sont pas acceptés : ni comme pièce jointe, ni sous un autre nom.]',
  );
  assert.equal(
    program?.files.map((file) => file.name),
    ['notes.txt'],
  );
});

test('more files than a message may have: the first ones, and the names of the others', async () => {
  const w = await written();
  const part = (i: number) =>
    `--b\r\nContent-Type: text/plain; name="${i}.txt"\r\nContent-Disposition: attachment; filename="${i}.txt"\r\n\r\nfile ${i}\r\n`;
  const body = `--b\r\n\r\nMany\r\n${Array.from({ length: 12 }, (_, i) => part(i)).join('')}--b--\r\n`;
  assert.is((await deliver(mixed(w, body))).status, 201);
  const [message] = await messagesOf(w);
  assert.is(message?.files.length, 10);
  assert.is(message?.text, 'Many\n\n[Seules les 10 premières pièces jointes ont été reprises. Il manque : 10.txt, 11.txt]');
});

test('what was uploaded by a delivery that did not come through, and tidied away since, is uploaded once more', async () => {
  const w = await written();
  const raw = mixed(w, '--b\r\n\r\nHere\r\n--b\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nfile\r\n--b--\r\n');
  const [, body] = says(await deliver(raw));
  // As if the message had not been written: its upload is remembered, the file is gone.
  const em = app.em();
  await em.execute('delete from files where document_id = ?', [w.id]);
  await em.execute('delete from messages where document_id = ?', [w.id]);
  await em.execute('delete from command_records where id = ?', [body['message']]);
  assert.equal(says(await deliver(raw)), [201, body]);
  const [message] = await messagesOf(w);
  assert.equal([message?.text, message?.files.map((file) => file.name)], ['Here', ['a.txt']]);
});

test('a full disk takes nothing of a mail: it comes again, whole, when there is room', async () => {
  const w = await written();
  const file = randomBytes(300_000).toString('base64');
  const head = 'Content-Disposition: attachment; filename="a.bin"\r\nContent-Transfer-Encoding: base64';
  const raw = mixed(w, `--b\r\n\r\nHere\r\n--b\r\n${head}\r\n\r\n${file}\r\n--b--\r\n`);
  await onSmallDisk(app, '64k', async () => {
    assert.is((await deliver(raw)).status, 507);
  });
  assert.equal(await messagesOf(w), []);
  assert.is((await deliver(raw)).status, 201);
  assert.equal((await messagesOf(w)).map((one) => [one.text, one.files.map((of) => of.bytes)]), [['Here', [300_000]]]); // prettier-ignore
});

test('a text of any length is taken, cut with a word about it', async () => {
  const w = await written();
  assert.is((await deliver(short(w, 'long 😀 '.repeat(5000)))).status, 201);
  const [message] = await messagesOf(w);
  assert.ok((message?.text.length ?? 0) <= 10_000 && (message?.text.length ?? 0) > 9000);
  assert.match(message?.text ?? '', /\[La suite de ce message était trop longue/);
});

test('markup stays text, and a kept quote repeats no secret link', async () => {
  const w = await written();
  assert.is((await deliver(mailFile('markup-and-emoji.eml', w.places))).status, 201);
  assert.is((await deliver(mailFile('thunderbird-interleaved-en.eml', w.places))).status, 201);
  const [markup, kept] = await messagesOf(w);
  assert.match(markup?.text ?? '', /^Is <b>bold<\/b> & <script>alert\(1\)<\/script> fine\? 👩‍🔧/);
  assert.match(kept?.text ?? '', /> https:\/\/documents\.example\.com\/d\/•••\n\nPlease leave it out\./);
  assert.not.match(JSON.stringify(await messagesOf(w)), new RegExp(w.token));
});

test('a user of the owner answers the client, who is told where they can be reached', async () => {
  const w = await written();
  const to = { user: app.owner.user, name: 'Olive Owner', address: 'owner@example.com' };
  const client = await openPage(app.url, `deal:${w.deal}`, { link: w.token, view: (await dealView(app.em(), w.deal, 'client'))! });
  const { places } = await mailTo(w, to);
  assert.is((await deliver(mailFile('apple-mail-ios-en.eml', { ...places, FROM: 'Owner@Example.com' }))).status, 201);
  await client.until('the answer', () => client.view().messages.length === 1);
  const [message] = client.view().messages;
  assert.equal(
    [message?.side, message?.name, message?.text, message?.notify],
    ['owner', 'Olive Owner', 'Fine with me. Call me when you are on site.', true],
  );
  client.close();

  const unreachable = await written({ address: null });
  const { places: other } = await mailTo(unreachable, to);
  assert.is((await deliver(mailFile('apple-mail-ios-en.eml', other))).status, 201);
  assert.is((await deliver(mailFile('apple-mail-ios-en.eml', other))).status, 200);
  assert.equal(
    (await messagesOf(unreachable)).map((one) => one.notify),
    [false],
  );
});

test('whoever holds a link made for nobody in particular answers as the person they are', async () => {
  const made = await issued(app, 'quote', { client: { name: `Open ${randomUUID()}`, contacts: [] } });
  const link = await app.em().findOneOrFail(LinkSchema, { document: made.id });
  const page = await openPage(app.url, `deal:${made.deal}`, { link: made.token });
  await page.send('postMessage', { document: made.id, text: 'I am Bob', notify: false, name: 'Bob' });
  page.close();
  const em = app.em();
  const person = await em.findOneOrFail(PersonSchema, { deal: made.deal, side: 'client' });
  person.email = 'bob.now@example.com';
  await em.flush();
  const { places } = await mailTo(made, { person: person.id, link: link.id, name: 'Bob', address: 'bob.then@example.com' });
  for (const FROM of ['bob.then@example.com', 'BOB.NOW@example.com'])
    assert.is((await deliver(short({ ...made, mail: '', places: { ...places, FROM } }, `from ${FROM}`))).status, 201);
  const messages = await messagesOf(made);
  assert.equal([messages.length, new Set(messages.map((one) => one.person)).size, messages[2]?.name], [3, 1, 'Bob']);
});

test('the conversation is found by the address, else by the mail that is answered, else by its thread', async () => {
  const [a, b] = [await written({ address: 'same@example.com' }), await written({ address: 'same@example.com' })];
  const from = ['From: same@example.com', 'Content-Type: text/plain; charset=utf-8'];
  const id = (w: Written) => `<r.${w.places.TOKEN?.toUpperCase()}@example.com>`;
  const cases: [Written, string[]][] = [
    [b, ['To: documents@example.com', `In-Reply-To: ${id(b)}`, `References: ${id(a)} ${id(a)}`]],
    [b, ['To: documents@example.com', `In-Reply-To: <lost@example.net>`, `References: ${id(a)} ${id(b)}`]],
    [a, [`Delivered-To: Documents+${a.places.TOKEN}@EXAMPLE.com`, `In-Reply-To: ${id(b)}`]],
    [a, [`Cc: x@example.com, "d" <documents+${a.places.TOKEN?.toUpperCase()}@example.com>`, `References: ${id(b)}`]],
  ];
  for (const [i, [to, headers]] of cases.entries()) {
    const before = (await messagesOf(to)).length;
    assert.is((await deliver(rawMail([...from, `Message-ID: <${randomUUID()}@x>`, ...headers], `case ${i}`))).status, 201, String(i));
    assert.is((await messagesOf(to)).length, before + 1, String(i));
  }
});

test('strangers, forgeries and revoked links are refused, and change nothing', async () => {
  const w = await written();
  const forged = `${w.places.TOKEN?.slice(0, 41)}${w.places.TOKEN?.endsWith('a') ? 'q' : 'a'}`;
  const elsewhere = app.tokens.makeReply(randomUUID());
  const revoked = await written();
  const link = await app.em().findOneOrFail(LinkSchema, { document: revoked.id });
  await app.api('DELETE', `/documents/${revoked.id}/links/${link.id}`);
  const cases: [string, Buffer, number][] = [
    ['somebody else', mailFile('gmail-web-fr.eml', { ...w.places, FROM: 'mallory@example.org' }), 403],
    ['a name that is an address', mailFile('stranger-with-name.eml', w.places), 403],
    ['two senders', mailFile('two-senders.eml', w.places), 403],
    ['two From headers', mailFile('two-from-headers.eml', w.places), 403],
    ['the owner to the client’s mail', mailFile('gmail-web-fr.eml', { ...w.places, FROM: 'owner@example.com' }), 403],
    ['no sender', rawMail([`To: documents+${w.places.TOKEN}@example.com`, 'Subject: x']), 403],
    ['no token', mailFile('no-token.eml', w.places), 404],
    ['a forged token', mailFile('gmail-web-fr.eml', { ...w.places, TOKEN: forged }), 404],
    ['a token of a mail that never was', mailFile('gmail-web-fr.eml', { ...w.places, TOKEN: elsewhere }), 404],
    ['a revoked link', mailFile('outlook-pdf-logo-fr.eml', revoked.places), 404],
    ['no mail at all', Buffer.from('hello'), 400],
    ['nothing', Buffer.from(''), 400],
  ];
  log = '';
  for (const [what, raw, status] of cases)
    await changesNothing(what, async () => {
      const answer = await deliver(raw);
      assert.is(answer.status, status, `${what}: ${answer.body}`);
      assert.match(String(answer.headers['content-type']), /problem\+json/);
    });
  const lines = log
    .split('\n')
    .filter((line) => line.includes('"security":"inbound"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(
    lines.map((line) => line['code']),
    [...Array<string>(6).fill('forbidden'), ...Array<string>(4).fill('not_found')],
  );
  assert.equal([lines[0]?.['mail'], lines[9]?.['link']], [w.mail, link.id]);
});

test('what machines send, and what says nothing, is ignored and changes nothing', async () => {
  const w = await written();
  for (const name of ['auto-exchange-fr', 'auto-exchange-old-en', 'auto-gmail-vacation', 'bounce-dsn', 'read-receipt-mdn', 'mailing-list'])
    await changesNothing(name, async () => {
      assert.equal(says(await deliver(mailFile(`${name}.eml`, w.places))), [200, { status: 'ignored', reason: 'automatic' }], name);
    });
  await changesNothing('nothing new', async () =>
    assert.equal(says(await deliver(mailFile('nothing-new.eml', w.places))), [200, { status: 'ignored', reason: 'empty' }]),
  );
});

test('without the secret nothing is read, and guessing it has an end', async () => {
  const w = await written();
  const raw = short(w, 'let me in');
  const basic = (user: string, password: string) => ({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });
  const wrong: Record<string, string>[] = [
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer wrong' },
    { authorization: `Bearer ${INBOUND_SECRET}x` },
    { authorization: INBOUND_SECRET },
    { authorization: `Token ${INBOUND_SECRET}` },
    { authorization: `Bearer ${app.key}` },
    basic(INBOUND_SECRET, ''),
    basic('x', 'wrong'),
  ];
  log = '';
  await changesNothing('a wrong secret', async () => {
    const answers = new Set<string>();
    for (const headers of wrong) {
      const answer = await deliver(raw, headers, { from: 77 });
      assert.is(answer.status, 401, JSON.stringify(headers));
      answers.add(answer.body.replace(/urn:request:[\w-]+/, ''));
    }
    assert.is(answers.size, 1);
    const codes: number[] = [];
    for (let i = 0; i < 30; i += 1) codes.push((await deliver(raw, { authorization: `Bearer guess ${i}` }, { from: 77 })).status);
    assert.is(codes.at(-1), 429);
  });
  assert.is(log.split('"security":"inbound_secret"').length - 1, wrong.length + 30);
  for (const [i, headers] of [
    BEARER,
    { authorization: `bearer ${INBOUND_SECRET}` },
    basic('mail', INBOUND_SECRET),
    basic('', INBOUND_SECRET),
  ].entries())
    assert.is((await deliver(short(w, `right ${i}`), headers, { from: 77 })).status, 201, 'the right one still opens');
  assert.is((await messagesOf(w)).length, 4);
});

test('without INBOUND_SECRET there is no such door', async () => {
  const closed = await createApp({
    database: app.database,
    logger: pino({ level: 'fatal' }),
    secret: SECRET,
    filesDir: '/nowhere',
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    redisUrl: null,
    stripeUrl: null,
    trustProxy: false,
    mail: { smtpUrl: 'smtp://127.0.0.1:9', from: { name: null, address: 'documents@example.com' }, graceSeconds: 45, inboundSecret: null },
  });
  const w = await written();
  try {
    for (const headers of [BEARER, { authorization: 'Bearer null' }, { authorization: 'Basic Og==' }, { authorization: '' }])
      assert.is((await deliver(short(w, 'hello'), headers, { to: closed })).status, 404);
  } finally {
    await closed.stop();
  }
});

test('the message comes as it is, or in a form, as providers and curl send it', async () => {
  const w = await written();
  const BOUNDARY = 'form';
  const part = (name: string, body: Buffer, more = '') =>
    Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`),
      body,
      Buffer.from('\r\n'),
    ]);
  const form = (...parts: Buffer[]) => Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
  const multipart = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  const latin = (text: string) =>
    Buffer.from(short(w, text, ['Content-Transfer-Encoding: 8bit']).toString().replace('utf-8', 'iso-8859-1'), 'latin1');
  const other = part('subject', Buffer.from('Re: Quote'));
  const encoded = (raw: Buffer) => [...raw].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const cases: [string, Record<string, string>, Buffer][] = [
    ['message/rfc822', {}, latin('é 1')],
    ['octets', { 'content-type': 'application/octet-stream' }, latin('é 2')],
    ['text', { 'content-type': 'text/plain; charset=utf-8' }, latin('é 3')],
    ['no type', { 'content-type': '' }, latin('é 4')],
    ['a field of SendGrid', multipart, form(other, part('email', latin('é 5')))],
    ['a field of Mailgun', multipart, form(part('body-mime', latin('é 6')), other)],
    ['a file of curl', multipart, form(part('message', latin('é 7'), '; filename="mail.eml"'))],
    [
      'a plain form',
      { 'content-type': 'application/x-www-form-urlencoded' },
      Buffer.from(`recipient=a+b&body-mime=${encoded(latin('é 8'))}&x=1`),
    ],
  ];
  for (const [what, headers, body] of cases) {
    const answer = await deliver(body, headers);
    assert.is(answer.status, 201, `${what}: ${answer.body}`);
  }
  assert.equal(
    (await messagesOf(w)).map((message) => message.text),
    cases.map((_, i) => `é ${i + 1}`),
  );
  const bad: [string, Record<string, string>, Buffer, number][] = [
    ['a form without it', multipart, form(other), 400],
    ['a form cut off', multipart, form(part('email', latin('x'))).subarray(0, 200), 400],
    ['a form without a boundary', { 'content-type': 'multipart/form-data' }, form(part('email', latin('x'))), 400],
    ['a plain form without it', { 'content-type': 'application/x-www-form-urlencoded' }, Buffer.from('a=b'), 400],
    ['JSON', { 'content-type': 'application/json' }, Buffer.from('{}'), 415],
    ['too much', {}, Buffer.alloc(40 * 1024 * 1024 + 1, 'a'), 413],
    ['too much in a form', multipart, form(part('email', Buffer.alloc(40 * 1024 * 1024 + 1, 'a'))), 413],
  ];
  for (const [what, headers, body, status] of bad)
    await changesNothing(what, async () => assert.is((await deliver(body, headers)).status, status, what));
});

test('two machines that answer each other are stopped, and what is over is to be delivered again', async () => {
  const w = await written();
  const statuses: number[] = [];
  for (let i = 0; i < 25; i += 1) {
    const { places } = await mailTo(w, {
      contact: (await app.em().findOneOrFail(MailSchema, { id: w.mail })).contact,
      link: (await app.em().findOneOrFail(LinkSchema, { document: w.id })).id,
      name: 'Anne Martin',
      address: String(w.places.FROM),
    });
    statuses.push((await deliver(short({ ...w, places }, `round ${i}`))).status);
  }
  assert.equal(statuses, [...Array<number>(20).fill(201), ...Array<number>(5).fill(429)]);
});

test('a token can be tried only so often', async () => {
  const w = await written();
  const statuses: number[] = [];
  const tries = 'abcdefghijklmnopqrstuvwxyz'.split('').map((letter) => `${w.places.TOKEN?.slice(0, 30)}${letter.repeat(11)}q`);
  for (const TOKEN of tries) statuses.push((await deliver(short({ ...w, places: { ...w.places, TOKEN } }, 'guess'))).status);
  assert.equal([statuses[0], statuses[19], statuses[20], statuses.at(-1)], [404, 404, 429, 429]);
});

test('while the database is away a mail is asked for again', async () => {
  const w = await written();
  const own = app.database.orm.em.fork;
  const away = Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNREFUSED' });
  app.database.orm.em.fork = () => {
    throw away;
  };
  try {
    assert.is((await deliver(short(w, 'hello'))).status, 503);
  } finally {
    app.database.orm.em.fork = own;
  }
  assert.is((await deliver(short(w, 'hello'))).status, 201);
});

test('nothing of the mails, and no address or secret, is in the log', () => {
  assert.not.match(all, /Merci pour|Anne Martin|anne-|mallory|owner@example|documents\+|IMG_2041|what the mail server shows/i);
  assert.not.match(all, /[a-z2-7]{42}/);
});

test.run();
