import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomUUID } from 'node:crypto';
import { MailSchema } from '../entities/index.ts';
import { CLIENT, connect, form, issued, send, until, type Made } from './doors.ts';
import type { TestApp } from './harness.ts';
import { GRACE, hurry, idle, startMailing, type Mailbox, type Received, type TestClock } from './mailbox.ts';
import { openPage } from './page.ts';

let app: TestApp;
let box: Mailbox;
let clock: TestClock;
let close: () => Promise<void>;
test.before(async () => void ({ app, box, clock, close } = await startMailing()));
test.after(() => close());

const OWNER = 'owner@example.com';
const ANNE = 'anne@example.com';

const about = (made: Made) => (mail: Received) =>
  mail.raw.toString().includes(made.id) || (mail.parsed.subject ?? '').includes(made.number);
const mailsAbout = (made: Made, to?: string) => box.received.filter((mail) => about(made)(mail) && (to === undefined || mail.to === to));
const textOf = (mail: Received) => mail.parsed.text ?? '';
const header = (mail: Received, name: string) => mail.parsed.headers.find((one) => one.key === name)?.value ?? null;
const decision = (made: Made, extra: Record<string, unknown> = {}) => ({
  document: made.id,
  revision: 1,
  name: 'Anne Martin',
  reason: null,
  language: 'en',
  ...extra,
});

async function asClient(made: Made, name: string, input: unknown) {
  const socket = await connect(app, { link: made.token });
  const answer = await send(socket, name, input);
  socket.close();
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.refusal)}`);
  return answer;
}

async function asOwner(name: string, input: unknown) {
  const socket = await connect(app, {}, { cookie: app.cookie });
  const answer = await send(socket, name, input);
  socket.close();
  return answer;
}

const states = async (made: Made) =>
  (await app.em().find(MailSchema, { document: made.id }, { orderBy: { position: 'asc' } })).map(
    ({ kind, side, state }) => `${kind} ${side} ${state}`,
  );

for (const [command, kind, extra] of [
  ['acceptDocument', 'quote', {}],
  ['refuseDocument', 'delivery', { reason: 'Broken box' }],
  ['holdQuote', 'quote', { remindOn: null, reason: 'Later' }],
] as const) {
  test(`${command}: the owner learns it, the client gets the acknowledgement with the very PDF`, async () => {
    const made = await issued(app, kind);
    await asClient(made, command, decision(made, extra));
    const told = await box.mail('to the owner', (mail) => mail.to === OWNER && about(made)(mail));
    const acknowledged = await box.mail('to Anne', (mail) => mail.to === ANNE && about(made)(mail));
    assert.ok(told.parsed.subject?.includes(made.number) && told.parsed.subject.startsWith('Anne Ltd'), told.parsed.subject);
    assert.ok(textOf(told).includes('Anne Martin') && textOf(told).includes(`${app.url}/documents/${made.id}`));
    if ('reason' in extra) assert.ok(textOf(told).includes(extra.reason));
    assert.ok(acknowledged.parsed.text?.includes(`/d/${made.token}/${made.id}`), 'with the link');
    const [pdf] = acknowledged.parsed.attachments;
    const [kept] = await app
      .em()
      .execute<{ bytes: Buffer }[]>('select b.bytes from decisions d join blobs b on b.sha256 = d.pdf_sha256 where d.document_id = ?', [
        made.id,
      ]);
    assert.ok(pdf && kept && Buffer.from(pdf.content as ArrayBuffer).equals(kept.bytes), 'byte for byte');
    await idle(app);
    assert.equal([mailsAbout(made).length, ...(await states(made))], [2, 'decision owner delivered', 'acknowledgement client delivered']);
  });
}

test('the acknowledgement goes where the person asks; without any address there is none', async () => {
  const bare = { client: { name: 'Bare Ltd', contacts: [{ name: 'Bo', email: null, language: 'en' }] } };
  const [asked, silent] = [await issued(app, 'order', bare), await issued(app, 'order', bare)];
  await asClient(asked, 'acceptDocument', decision(asked, { email: ' Bo@Example.com ' }));
  await asClient(silent, 'acceptDocument', decision(silent, { email: '' }));
  await box.mail('to Bo', (mail) => mail.to.toLowerCase() === 'bo@example.com');
  await idle(app);
  assert.equal(await states(silent), ['decision owner delivered']);
  const wrong = await form(app, `/d/${asked.token}/${asked.id}/decide`, {
    command: randomUUID(),
    action: 'accept',
    revision: '1',
    name: 'Bo',
    reason: '',
    language: 'en',
    email: 'bo at example',
  });
  assert.is(wrong.status, 422);
});

test('each user chooses what to be written to about', async () => {
  const chosen = await asOwner('chooseMails', { kinds: ['refused', 'message'] });
  assert.ok(chosen.ok);
  const made = await issued(app, 'quote');
  await asClient(made, 'acceptDocument', decision(made));
  await idle(app);
  assert.equal(await states(made), ['acknowledgement client delivered']);
  await asOwner('chooseMails', { kinds: ['accepted', 'refused', 'held', 'message', 'reminder'] });
});

test('a message is mailed only if it is still unread after the grace time, several in one mail', async () => {
  const made = await issued(app, 'quote');
  await asClient(made, 'postMessage', { document: made.id, text: 'First question', notify: false, name: null });
  await clock.pass(app, GRACE - 15);
  await asClient(made, 'postMessage', { document: made.id, text: 'And a second', notify: false, name: null });
  await idle(app);
  assert.equal(mailsAbout(made), [], 'not before the time is over');
  await clock.pass(app, 16);
  const mail = await box.mail('to the owner', (one) => one.to === OWNER && about(made)(one));
  for (const text of ['First question', 'And a second', `${app.url}/documents/${made.id}#talk`])
    assert.ok(mail.parsed.text?.includes(text), text);
  await clock.pass(app, GRACE);
  await idle(app);
  assert.is(mailsAbout(made, OWNER).length, 1, 'nothing is mailed twice');

  await asClient(made, 'postMessage', { document: made.id, text: 'Third, read at once', notify: false, name: null });
  await asOwner('markRead', { document: made.id, upTo: 1_000_000 });
  await clock.pass(app, GRACE + 1);
  await idle(app);
  assert.is(mailsAbout(made, OWNER).length, 1, 'what has been read is not mailed');
});

test('what came while older ones were read has its own time; one job waits for a whole conversation', async () => {
  const made = await issued(app, 'quote');
  const say = (text: string) => asClient(made, 'postMessage', { document: made.id, text, notify: false, name: null });
  const waiting = () =>
    app
      .em()
      .execute("select data->>'seq' as seq from pgboss.job where name = 'conversation' and state = 'created' and data->>'document' = ?", [
        made.id,
      ]);
  const first = await say('Read soon');
  await clock.pass(app, GRACE - 15);
  const second = await say('Not read');
  await say('Nor this');
  assert.equal(await waiting(), [{ seq: String(first.seq) }]);
  await asOwner('markRead', { document: made.id, upTo: first.seq });
  await clock.pass(app, 16);
  await idle(app);
  assert.equal(mailsAbout(made), [], 'what has been there for a moment is not mailed');
  assert.equal(await waiting(), [{ seq: String(second.seq) }]);
  await clock.pass(app, GRACE - 15);
  const mail = await box.mail('to the owner', (one) => one.to === OWNER && about(made)(one));
  assert.ok(textOf(mail).includes('Not read') && textOf(mail).includes('Nor this'));
  assert.not.ok(textOf(mail).includes('Read soon'));
  await idle(app);
  assert.equal(await waiting(), []);
  // None waits any more: the next message has one again.
  const next = await say('And once more');
  assert.equal(await waiting(), [{ seq: String(next.seq) }]);
});

test('a message that waited behind another one has its time, though nobody could be reached at that one’s', async () => {
  const made = await issued(app, 'quote');
  const say = (text: string) => asOwner('postMessage', { document: made.id, text, notify: true, name: null });
  await say('Before');
  await clock.pass(app, GRACE - 15);
  await say('Behind it');
  const [link] = (await app.api('GET', `/documents/${made.id}`)).body.links as { id: string; contact: { id: string } | string }[];
  await asOwner('revokeLink', { document: made.id, link: link?.id });
  await clock.pass(app, 16);
  await idle(app);
  assert.equal(mailsAbout(made), []);
  const [contact] = await app.em().execute<{ contact_id: string }[]>('select contact_id from links where document_id = ?', [made.id]);
  assert.ok((await asOwner('createLink', { document: made.id, contact: contact?.contact_id, label: null })).ok);
  await clock.pass(app, GRACE - 15);
  await box.mail('to Anne', (one) => one.to === ANNE && textOf(one).includes('Behind it'));
});

test('of two documents of a deal with other readers, each reader is written to', async () => {
  const quote = await issued(app, 'quote');
  const order = await issued(app, 'order', { follows: quote.id });
  const bob = 'bob@example.com';
  const added = await asOwner('addContact', { document: order.id, name: 'Bob', email: bob, language: 'en' });
  if (!added.ok) throw new Error(JSON.stringify(added.refusal));
  const [annes] = await app.em().execute<{ id: string }[]>('select id from links where document_id = ?', [order.id]);
  await asOwner('revokeLink', { document: order.id, link: annes?.id });
  await asOwner('createLink', { document: order.id, contact: added.result['contact'], label: null });
  const say = (made: Made, text: string) => asOwner('postMessage', { document: made.id, text, notify: true, name: null });
  const first = await say(quote, 'Anne reads this');
  await asClient(quote, 'markRead', { document: quote.id, upTo: first.ok ? first.seq : 0 });
  await clock.pass(app, 10);
  await say(order, 'For Bob');
  await clock.pass(app, 10);
  await say(quote, 'For Anne');
  for (let i = 0; i < 6; i += 1) {
    await clock.pass(app, 15);
    await idle(app);
  }
  assert.ok(mailsAbout(order, bob).some((mail) => textOf(mail).includes('For Bob')));
  assert.ok(mailsAbout(quote, ANNE).some((mail) => textOf(mail).includes('For Anne')));
});

test('the client is written to only where the owner chose to, with the link to the conversation', async () => {
  const made = await issued(app, 'invoice');
  await asOwner('postMessage', { document: made.id, text: 'Just so you know', notify: false, name: null });
  await clock.pass(app, GRACE + 1);
  await idle(app);
  assert.equal(mailsAbout(made), []);
  await asOwner('postMessage', { document: made.id, text: 'Please look at this', notify: true, name: null });
  await clock.pass(app, GRACE + 1);
  const mail = await box.mail('to Anne', (one) => one.to === ANNE && about(made)(one));
  assert.ok(mail.parsed.text?.includes(`/d/${made.token}/${made.id}#talk`));
  assert.ok(textOf(mail).includes('Just so you know'), 'all that is unread stands in one mail');

  const read = await issued(app, 'invoice');
  await asOwner('postMessage', { document: read.id, text: 'Seen in time', notify: true, name: null });
  await asClient(read, 'markRead', { document: read.id, upTo: 1_000_000 });
  await clock.pass(app, GRACE + 1);
  await idle(app);
  assert.equal(mailsAbout(read), []);
});

test('Share: chosen contacts, the owner’s own words, and what became of it, live', async () => {
  const contacts = [
    { name: 'Anne Martin', email: ANNE, language: 'en' },
    { name: 'Luc Roux', email: 'luc@example.com', language: 'fr' },
    { name: 'No Mail', email: null, language: 'en' },
  ];
  const made = await issued(app, 'quote', { client: { name: 'Shared Ltd', contacts } });
  const before = await app.api('GET', `/documents/${made.id}`);
  const ids = (before.body.client.contacts as { id: string; email: string | null }[]).map((one) => one.id);
  const page = await openPage(app.url, `deal:${made.deal}`, { cookie: app.cookie });
  box.plan.push('accept', '550 recipient');
  const refused = await asOwner('sendDocument', { document: made.id, contacts: [ids[2]], text: '' });
  assert.is(refused.ok ? '' : refused.refusal.code, 'contact_without_email');
  const sent = await asOwner('sendDocument', { document: made.id, contacts: [ids[0], ids[1]], text: 'Hello,\n<b>here</b> it is.' });
  assert.ok(sent.ok);
  await page.until('one delivered, one failed', () =>
    ['mail.delivered', 'mail.failed'].every((type) => page.events.some((e) => e.type === type)),
  );
  const failed = page.events.find((event) => event.type === 'mail.failed');
  assert.ok(failed?.type === 'mail.failed' && /550.*no such mailbox/.test(failed.data.detail), JSON.stringify(failed));
  const [mail] = box.received.filter((one) => one.parsed.text?.includes('<b>here</b> it is.'));
  if (!mail) throw new Error('no invitation came');
  assert.ok(mail.parsed.html?.includes('&lt;b&gt;here&lt;/b&gt;'), 'text stays text');
  assert.is(header(mail, 'auto-submitted'), null, 'a person wrote it');
  const links = (await app.api('GET', `/documents/${made.id}`)).body.links as { contact: { id: string } | null; url: string | null }[];
  const own = links.find((one) => one.contact?.id === (mail.to === ANNE ? ids[0] : ids[1]));
  assert.ok(own?.url && textOf(mail).includes(own.url), 'each with a link of their own');
  const feed = await app.api('GET', '/events?after=0&limit=500');
  assert.ok(
    (feed.body.events as { type: string }[]).some((event) => event.type === 'mail.failed'),
    'the owner is told in the feed',
  );
  page.close();
});

test('the hold is remembered on its day, by both sides, unless it is over', async () => {
  const [held, over] = [await issued(app, 'quote'), await issued(app, 'quote')];
  const remindOn = new Date(clock.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10);
  for (const made of [held, over]) await asClient(made, 'holdQuote', decision(made, { remindOn }));
  await idle(app);
  await asClient(over, 'acceptDocument', decision(over));
  await idle(app);
  const before = box.received.length;
  await clock.pass(app, 86_400);
  await idle(app);
  assert.is(box.received.length, before, 'not a day early');
  await clock.pass(app, 3 * 86_400);
  await until(() => mailsAbout(held).length >= 4, 'two reminders');
  await idle(app);
  assert.equal(
    (await states(held)).filter((one) => one.startsWith('reminder')),
    ['reminder owner delivered', 'reminder client delivered'],
  );
  assert.equal(
    (await states(over)).filter((one) => one.startsWith('reminder')),
    [],
  );
});

test('mails about a document to one person are one thread', async () => {
  const made = await issued(app, 'quote');
  await asClient(made, 'holdQuote', decision(made, { remindOn: null }));
  await idle(app);
  await asClient(made, 'acceptDocument', decision(made));
  await until(() => mailsAbout(made, ANNE).length === 2, 'two acknowledgements');
  const [first, second] = mailsAbout(made, ANNE);
  const [a, b] = [first, second].map((mail) => mail?.parsed.messageId ?? '');
  assert.ok(a && b && a !== b);
  assert.is(second?.parsed.inReplyTo, a);
  assert.ok(second?.parsed.references?.includes(a), second?.parsed.references);
  assert.ok(first && first.parsed.inReplyTo && second?.parsed.references?.startsWith(first.parsed.inReplyTo), 'from one root');
  assert.match(second?.parsed.replyTo?.[0]?.address ?? '', /^documents\+[a-z2-7]{42}@example\.com$/);
  assert.is(header(second!, 'auto-submitted'), 'auto-generated');
});

test('451, a hanging server, a cut after DATA: tried again later and later with the same bytes', async () => {
  for (const trouble of ['451', 'hang', 'reset after data', 'close at once'] as const) {
    const made = await issued(app, 'delivery');
    await asOwner('chooseMails', { kinds: [] });
    const [seen, before] = [box.seen.length, box.connections()];
    box.plan.push(trouble, trouble);
    const started = performance.now();
    await asClient(made, 'acceptDocument', decision(made));
    assert.ok(performance.now() - started < 5000, 'the page does not wait for mail');
    await until(() => box.connections() === before + 1, 'a first try');
    await idle(app);
    const [first = 0] = await hurry(app);
    await until(() => box.connections() === before + 2, 'a second try', 20_000);
    await idle(app);
    const [second = 0] = await hurry(app);
    assert.ok(first > 5 && second > first, `${trouble}: waits of ${first} and ${second} s`);
    const mail = await box.mail('accepted at last', (one) => one.to === ANNE && about(made)(one));
    await idle(app);
    const all = box.seen.slice(seen);
    assert.is(all.length, trouble === 'reset after data' ? 3 : 1, trouble);
    assert.ok(
      all.every((one) => one.raw.equals(mail.raw)),
      `${trouble}: the same bytes`,
    );
    assert.equal(await states(made), ['acknowledgement client delivered']);
  }
  await asOwner('chooseMails', { kinds: ['accepted', 'refused', 'held', 'message', 'reminder'] });
});

test('a message refused for good is not tried again, and the owner is told', async () => {
  const made = await issued(app, 'order');
  await asOwner('chooseMails', { kinds: [] });
  box.plan.push('554 message');
  await asClient(made, 'acceptDocument', decision(made));
  await until(async () => (await states(made))[0] === 'acknowledgement client failed', 'the refusal');
  await idle(app);
  await hurry(app);
  const [row] = await app.em().find(MailSchema, { document: made.id });
  assert.match(row?.detail ?? '', /554.*not this message/);
  const view = (await app.api('GET', `/documents/${made.id}`)).body;
  assert.ok(JSON.stringify(view).length > 0);
  await asOwner('chooseMails', { kinds: ['accepted', 'refused', 'held', 'message', 'reminder'] });
});

test('a revoked link is not sent any more; what was sent is not kept; nobody reads a link in the database', async () => {
  const made = await issued(app, 'quote');
  box.plan.push('451');
  await asOwner('postMessage', { document: made.id, text: 'One moment', notify: true, name: null });
  await clock.pass(app, GRACE + 1);
  await until(async () => (await states(made)).length === 1, 'the mail is made');
  await idle(app);
  const [waiting] = await app.em().execute<{ sealed: Buffer }[]>('select sealed from mails where document_id = ?', [made.id]);
  assert.ok(waiting && waiting.sealed.length > 500);
  const everything = await app
    .em()
    .execute<{ all: string }[]>('select (select json_agg(m)::text from mails m) || (select json_agg(j)::text from pgboss.job j) as all');
  assert.not.ok(everything[0]?.all.includes(made.token), 'no secret link in the rows');
  assert.not.ok(waiting.sealed.includes(made.token), 'nor in the bytes');
  await hurry(app);
  await box.mail('at last', (one) => one.to === ANNE && about(made)(one));
  await idle(app);
  const [after] = await app.em().execute<{ sealed: Buffer | null }[]>('select sealed from mails where document_id = ?', [made.id]);
  assert.is(after?.sealed, null);

  const cut = await issued(app, 'quote');
  const [link] = (await app.api('GET', `/documents/${cut.id}`)).body.links as { id: string }[];
  await asOwner('postMessage', { document: cut.id, text: 'Never sent', notify: true, name: null });
  await asOwner('revokeLink', { document: cut.id, link: link?.id });
  await clock.pass(app, GRACE + 1);
  await idle(app);
  assert.equal(mailsAbout(cut), []);
});

test('names with line breaks, quotes, commas and addresses stay names', async () => {
  const names = ['Eve\r\nBcc: x@evil.example', '"Quoted", Inc.', 'Eve <eve@evil.example>, other@evil.example', 'Łucja Ñandú 🦜'];
  for (const name of names) {
    const made = await issued(app, 'quote', {
      client: { name: `${name} SA`, contacts: [{ name, email: 'nasty@example.com', language: 'fr' }] },
    });
    await asClient(made, 'acceptDocument', decision(made, { name }));
    for (const to of ['nasty@example.com', OWNER]) {
      const mail = await box.mail(`${name} to ${to}`, (one) => one.to === to && about(made)(one));
      assert.is(mail.parsed.to?.length, 1, name);
      assert.is(mail.parsed.to?.[0]?.address, to, name);
      assert.is(mail.parsed.from?.address, 'documents@example.com', name);
      assert.is(mail.parsed.cc?.length ?? 0, 0);
      assert.is(header(mail, 'bcc'), null, name);
    }
  }
});

test('the same command again mails nothing more; CLIENT has one address', async () => {
  const made = await issued(app, 'quote', { client: CLIENT });
  const socket = await connect(app, { link: made.token });
  const id = randomUUID();
  for (let i = 0; i < 3; i += 1) assert.ok((await send(socket, 'acceptDocument', decision(made), id)).ok);
  socket.close();
  await idle(app);
  assert.is((await states(made)).length, 2);
});

test.run();
