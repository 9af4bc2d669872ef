import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { dayIn, type Day } from '../../shared/document.ts';
import { hourIn, plusDays } from '../../shared/reminders.ts';
import type { Execute } from '../execute.ts';
import { CheckoutSchema, ContactSchema, LinkSchema, MailSchema, PaymentSchema, PersonSchema } from '../entities/index.ts';
import { sendReminders } from '../jobs/reminders.ts';
import { ask, CLIENT, connect, form, issued, LINE, send, type Made } from './doors.ts';
import type { TestApp } from './harness.ts';
import { hurry, idle, startMailing, type Mailbox, type Received, type TestClock } from './mailbox.ts';
import { contents } from './surface.ts';

const ZONE = 'Europe/Paris';
const ANNE = 'anne@example.com';
const logger = pino({ level: 'silent' });

let app: TestApp;
let box: Mailbox;
let clock: TestClock;
let close: () => Promise<void>;
test.before(async () => {
  ({ app, box, clock, close } = await startMailing());
  await nextMorning();
});
test.after(() => close());

/** The day of the company. */
const today = () => dayIn(ZONE, clock.now());
const inDays = (days: number): Day => plusDays(today(), days);

/** Moves the clock on to so much o'clock of the company's day, so many days later. */
async function goTo(days: number, hour: number): Promise<void> {
  const now = clock.now();
  const seconds = (hour - hourIn(ZONE, now)) * 3600 - (now.getTime() % 3_600_000) / 1000 + 60;
  await clock.pass(app, days * 86_400 + seconds);
}

async function nextMorning(): Promise<void> {
  await goTo(1, 10);
}

/** The job of an hour, as the program runs it, and the mails that come of it. */
async function run(execute: Execute = app.execute): Promise<void> {
  await sendReminders({ em: app.em, execute, logger }, clock.now());
  await idle(app);
}

async function plan(invoices: number[] | null, quotes: number[] | null): Promise<void> {
  const of = (days: number[] | null, otherwise: number[]) => ({ on: days !== null, days: days ?? otherwise });
  const { status, body } = await app.api('PATCH', '/company', { reminders: { invoices: of(invoices, [3]), quotes: of(quotes, [3]) } });
  assert.is(status, 200, JSON.stringify(body));
}

let clients = 0;
/** Each document is for a client of its own. */
async function made(kind: 'invoice' | 'quote', dates: Record<string, unknown>, contacts: unknown = CLIENT.contacts): Promise<Made> {
  clients += 1;
  return issued(app, kind, { client: { name: `Client ${String(clients)}`, contacts }, ...dates });
}

const reminders = (of: Made) =>
  app.em().find(MailSchema, { document: of.id, kind: { $in: ['due', 'expiring'] } }, { orderBy: { position: 'asc' } });
const steps = async (of: Made) => (await reminders(of)).map((mail) => mail.about.reminder?.step);
const mailTo = (of: Made) => box.received.filter((mail) => (mail.parsed.subject ?? '').includes(of.number));
const header = ({ parsed }: Received, name: string) => parsed.headers.find((one) => one.key === name)?.value ?? null;
const unsubscribeIn = (mail: Received) => /<(.*)>/.exec(header(mail, 'list-unsubscribe') ?? '')?.[1] ?? '';
const pathOf = (url: string) => new URL(url).pathname;

async function asOwner(name: string, input: unknown) {
  const socket = await connect(app, {}, { cookie: app.cookie });
  const answer = await send(socket, name, input);
  socket.close();
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer;
}

async function asClient(of: Made, name: string, input: Record<string, unknown>) {
  const socket = await connect(app, { link: of.token });
  const answer = await send(socket, name, { document: of.id, ...input });
  socket.close();
  assert.ok(answer.ok, JSON.stringify(answer));
}

async function feedOf(of: Made, type: string) {
  const { body } = await app.api('GET', '/events?after=0&limit=500');
  return (body.events as { type: string; document: string | null; data: Record<string, unknown> }[]).filter(
    (event) => event.type === type && (event.document === of.id || event.document === null),
  );
}

test('the owner reads each mail as it would be sent, without any document; it can do nothing', async () => {
  await app.api('PATCH', '/company', { iban: 'FR7630006000011234567890189', accent: '#1f6f5c' });
  const read = async (query: string, cookie = app.cookie) => {
    const { status, headers, body } = await ask(app, 'GET', `/console/reminders/preview${query}`, { headers: { cookie } });
    return { status, csp: String(headers['content-security-policy']), body: body.replace(/[\s\u202f]+/g, ' ') };
  };
  const before = await contents(app);
  const first = await read('?kind=due&step=3&nth=1&language=fr');
  assert.match(first.body, /<html lang="fr">.* · Facture \S+ : petit rappel<.*Sauf erreur, il reste 540,00 €.*FR76 3000 6000 0112/);
  assert.match((await read('?kind=due&step=-2&nth=1&language=en')).body, /to be paid by/);
  assert.match((await read('?kind=due&step=20&nth=3&language=en')).body, /is still not paid: €540\.00 is left/);
  assert.match((await read('?kind=expiring&step=0&nth=2&language=fr')).body, /n’est plus valable que jusqu’au/);
  assert.match((await read('')).body, /<html lang="en">.*a reminder/, 'in the owner’s language');
  assert.is(
    first.csp,
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  );
  assert.not.match(first.body, /<script|<form|<iframe/);
  for (const query of ['?kind=reminder', '?step=366', '?step=1.5', '?nth=0', '?nth=7', '?language=de'])
    assert.is((await read(query)).status, 422, query);
  assert.is((await read('', 'wd_session=x')).status, 401);
  assert.equal(await contents(app), before, 'nothing was made for it');
});

test('nobody is reminded unless the company has said so', async () => {
  const { body } = await app.api('GET', '/company');
  assert.equal(body.reminders, { invoices: { on: false, days: [3, 10, 20] }, quotes: { on: false, days: [3] } });
  const late = await made('invoice', { dueDate: inDays(1) });
  const quote = await made('quote', { validUntil: inDays(6) });
  await goTo(4, 10);
  await run();
  assert.equal([...(await steps(late)), ...(await steps(quote))], []);
});

test('the days of a plan are checked, and kept in the order of the calendar, each once', async () => {
  const set = async (invoices: unknown, quotes: unknown) =>
    app.api('PATCH', '/company', { reminders: { invoices: { on: true, days: invoices }, quotes: { on: true, days: quotes } } });
  const { status, body } = await set([10, -2, 3, 10], [1, 7, 3]);
  assert.equal([status, body.reminders.invoices.days, body.reminders.quotes.days], [200, [-2, 3, 10], [7, 3, 1]]);
  const faults = async (invoices: unknown, quotes: unknown) => {
    const answer = await set(invoices, quotes);
    return [answer.status, ...(answer.body.faults as { pointer: string; rule: string }[]).map(({ pointer, rule }) => `${pointer} ${rule}`)];
  };
  assert.equal(await faults([1.5], [-1]), [422, '/reminders/invoices/days/0 integer', '/reminders/quotes/days/0 min_value']);
  assert.equal(await faults([], [1, 2, 3, 4, 5, 6, 7]), [422, '/reminders/invoices/days required', '/reminders/quotes/days max_length']);
  assert.equal(await faults([366], ['3']), [422, '/reminders/invoices/days/0 max_value', '/reminders/quotes/days/0 number']);
  await plan([3], [3]);
});

test('each step is sent once, in the morning of its day, in the reader’s language; the owner sees it', async () => {
  await plan([-2, 1, 4], null);
  const contacts = [
    { name: 'Anne Martin', email: ANNE, language: 'en' },
    { name: 'Luc Roux', email: 'luc@example.com', language: 'fr' },
  ];
  const invoice = await made('invoice', { dueDate: inDays(4) }, contacts);
  const luc = (await app.api('GET', `/documents/${invoice.id}`)).body.client.contacts[1] as { id: string };
  await asOwner('createLink', { document: invoice.id, contact: luc.id, label: null });
  await run();
  assert.equal(await steps(invoice), [], 'not before its day');
  await goTo(2, 7);
  await run();
  assert.equal(await steps(invoice), [], 'nobody is written to at night');
  await goTo(0, 10);
  await run();
  await run();
  assert.equal(await steps(invoice), [-2, -2], 'once to each');
  await goTo(3, 17);
  await run();
  await goTo(0, 18);
  await run();
  await nextMorning();
  await run();
  assert.equal(await steps(invoice), [-2, -2, 1, 1]);
  await goTo(2, 10);
  await run();
  assert.equal(await steps(invoice), [-2, -2, 1, 1, 4, 4]);
  const subjects = (to: string) =>
    mailTo(invoice)
      .filter((mail) => mail.to === to)
      .map((mail) => mail.parsed.subject?.split(' · ')[1]);
  assert.match(subjects(ANNE).join(), /^Invoice \S+ to be paid by .*,Invoice \S+: a reminder,Invoice \S+ still to be paid$/);
  assert.match(
    subjects('luc@example.com').join(),
    /^Facture \S+ à payer pour le .*,Facture \S+ : petit rappel,Facture \S+ : toujours à payer$/,
  );
  const [mail] = mailTo(invoice).filter((one) => one.to === ANNE);
  if (!mail) throw new Error('no mail to Anne');
  assert.match(mail.parsed.text ?? '', new RegExp(`is to be paid by [^]*240\\.00[^]*/d/${invoice.token}/${invoice.id}`));
  assert.is(header(mail, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
  assert.match(unsubscribeIn(mail), new RegExp(`^${app.url}/r/[\\w-]{43}$`));
  assert.ok(mail.parsed.text?.includes(unsubscribeIn(mail)) && mail.parsed.html?.includes(unsubscribeIn(mail)), 'in sight, too');
  assert.is(header(mail, 'auto-submitted'), 'auto-generated');
  const sent = await feedOf(invoice, 'reminder.sent');
  assert.equal(
    sent.map(({ data }) => [data['kind'], data['step'], (data['to'] as unknown[]).length]),
    [-2, 1, 4].map((step) => ['due', step, 2]),
  );
  const { body } = await app.api('GET', `/documents/${invoice.id}`);
  assert.equal(
    (body.mails as { kind: string; state: string }[]).map(({ kind, state }) => `${kind} ${state}`),
    Array(6).fill('due delivered'),
  );
});

test('other mails have nothing to unsubscribe from', async () => {
  const quote = await made('quote', {});
  const [contact] = (await app.api('GET', `/documents/${quote.id}`)).body.client.contacts as { id: string }[];
  await asOwner('sendDocument', { document: quote.id, contacts: [contact?.id], text: 'Here' });
  const mail = await box.mail('the invitation', (one) => (one.parsed.subject ?? '').includes(quote.number));
  assert.equal([header(mail, 'list-unsubscribe'), header(mail, 'list-unsubscribe-post')], [null, null]);
  assert.not.match(mail.raw.toString(), /unsubscribe/i);
});

test('it is day where the company is, not where the server is', async () => {
  await plan([1], null);
  await app.api('PATCH', '/company', { timeZone: 'Pacific/Auckland' });
  const invoice = await made('invoice', { dueDate: dayIn('Pacific/Auckland', clock.now()) });
  await goTo(1, 13);
  await run();
  assert.ok(hourIn('Pacific/Auckland', clock.now()) < 8);
  assert.equal(await steps(invoice), []);
  await goTo(0, 22);
  await run();
  assert.equal(await steps(invoice), [1], 'it is the next morning there');
  await app.api('PATCH', '/company', { timeZone: ZONE });
  await nextMorning();
});

test('a server that was off sends the last step alone, and nothing that is more than a week late', async () => {
  await plan([1, 3, 5], null);
  const [late, tooLate] = [await made('invoice', { dueDate: inDays(2) }), await made('invoice', { dueDate: inDays(1) })];
  await goTo(14, 10);
  await run();
  assert.equal([await steps(late), await steps(tooLate)], [[5], []]);
  await nextMorning();
  await run();
  assert.equal([await steps(late), await steps(tooLate)], [[5], []]);
});

test('what was to be said before the issue is not said after it, and a changed plan repeats nothing', async () => {
  await plan([-5, 0], null);
  const invoice = await made('invoice', { dueDate: inDays(3) });
  const atOnce = await made('invoice', { dueDate: today() });
  await run();
  await nextMorning();
  await run();
  assert.equal([await steps(invoice), await steps(atOnce)], [[], []]);
  await goTo(3, 10);
  await run();
  await plan([-1, 0], null);
  await run();
  await plan([-1], null);
  await run();
  assert.equal(await steps(invoice), [0]);
});

test('two programs that look at the same time send it once', async () => {
  await plan([1], [1]);
  const [invoice, quote] = [await made('invoice', { dueDate: today() }), await made('quote', { validUntil: inDays(2) })];
  const other = await app.another();
  await nextMorning();
  await Promise.all([run(), run(other.execute), run(), run(other.execute)]);
  assert.equal([await steps(invoice), await steps(quote)], [[1], [1]]);
  assert.equal([mailTo(invoice).length, mailTo(quote).length], [1, 1]);
});

test('whoever has paid, or is paying, or disputes it, is left alone', async () => {
  await plan([1], null);
  const due = { dueDate: today() };
  const paid = await made('invoice', due);
  const part = await made('invoice', due);
  const credited = await made('invoice', due);
  const running = await made('invoice', due);
  const disputed = await made('invoice', due);
  const won = await made('invoice', due);
  const refunded = await made('invoice', due);
  const pay = (document: string, amount: string) => ({
    document,
    amount,
    day: today(),
    method: 'transfer',
    reference: null,
    notify: false,
  });
  await asOwner('recordPayment', pay(paid.id, '240.00'));
  await asOwner('recordPayment', pay(part.id, '140.00'));
  await issued(app, 'credit_note', { follows: credited.id });
  const em = app.em();
  const link = await em.findOneOrFail(LinkSchema, { document: running.id });
  await em.insert(CheckoutSchema, {
    id: randomUUID(),
    company: app.company,
    deal: running.deal,
    document: running.id,
    amount: 240_00,
    currency: 'EUR',
    state: 'processing',
    method: 'sepa_debit',
    test: true,
    session: `cs_${running.id}`,
    url: null,
    intent: null,
    link: link.id,
    browser: 'b',
    unmatched: false,
    position: 0,
    createdAt: new Date(),
    expiresAt: new Date(),
    checkedAt: new Date(),
  });
  for (const [document, kinds] of [
    [disputed.id, ['payment', 'dispute']],
    [won.id, ['payment', 'dispute', 'dispute_won', 'reversal']],
    [refunded.id, ['payment', 'refund']],
  ] as const) {
    const id = randomUUID();
    for (const [position, kind] of kinds.entries())
      await em.insert(PaymentSchema, {
        id: position === 0 ? id : randomUUID(),
        document,
        kind,
        amount: kind === 'payment' || kind === 'dispute_won' ? 240_00 : -240_00,
        method: 'card',
        day: today(),
        reference: null,
        of: position === 0 ? null : id,
        by: null,
        reason: null,
        receiptUrl: null,
        test: true,
        checkout: null,
        external: null,
        position,
        at: new Date(),
      });
  }
  await nextMorning();
  await run();
  for (const [name, one, expected] of [
    ['paid', paid, []],
    ['paid in part', part, [1]],
    ['credited', credited, []],
    ['a payment on its way', running, []],
    ['disputed', disputed, []],
    ['a dispute that was won', won, [1]],
    ['refunded', refunded, []],
  ] as const)
    assert.equal(await steps(one), [...expected], name);
  assert.match(mailTo(part)[0]?.parsed.text ?? '', /100\.00/);
  assert.not.match(mailTo(part)[0]?.parsed.text ?? '', /240\.00/);
  await app.em().nativeUpdate(CheckoutSchema, { document: running.id }, { state: 'failed' });
  await nextMorning();
  await run();
  assert.equal(await steps(running), [1], 'what failed is to be paid after all');
});

test('a quote is reminded of until it is decided on, withdrawn or expired; a new validity begins anew', async () => {
  await plan(null, [3, 1]);
  const until = { validUntil: inDays(5) };
  const quotes: Made[] = [];
  for (let i = 0; i < 6; i += 1) quotes.push(await made('quote', until));
  const [open, held, accepted, refused, withdrawn, extended] = quotes;
  if (!open || !held || !accepted || !refused || !withdrawn || !extended) throw new Error('six quotes');
  const decision = { revision: 1, name: 'Anne', reason: null, language: 'en' };
  await asClient(held, 'holdQuote', { ...decision, remindOn: null });
  await goTo(2, 10);
  await run();
  for (const one of quotes) assert.equal(await steps(one), [3]);
  assert.match(mailTo(open)[0]?.parsed.subject ?? '', /valid until/);
  await asClient(accepted, 'acceptDocument', decision);
  await asClient(refused, 'refuseDocument', decision);
  await asOwner('withdrawQuote', { document: withdrawn.id, reason: null });
  await asOwner('extendValidity', { document: extended.id, validUntil: inDays(6) });
  await goTo(2, 10);
  await run();
  assert.equal(
    [await steps(open), await steps(held)],
    [
      [3, 1],
      [3, 1],
    ],
  );
  for (const one of [accepted, refused, withdrawn, extended]) assert.equal(await steps(one), [3]);
  await nextMorning();
  await run();
  assert.equal(await steps(extended), [3, 3], 'three days before the new last day');
  assert.match(mailTo(extended)[1]?.parsed.text ?? '', /is valid until/, 'and it is the first one about it');
  await goTo(2, 10);
  await run();
  assert.equal(
    [await steps(open), await steps(extended)],
    [
      [3, 1],
      [3, 3, 1],
    ],
    'nothing after the last day',
  );
});

test('the owner keeps a client from being reminded', async () => {
  await plan([1], null);
  const invoice = await made('invoice', { dueDate: today() });
  const { client } = (await app.api('GET', `/documents/${invoice.id}`)).body as { client: { id: string } };
  const { body: read } = await app.api('GET', `/clients/${client.id}`);
  assert.is(read.profile.remindersOff, false);
  const save = (remindersOff: boolean | undefined) =>
    app.api('PUT', `/clients/${client.id}`, { ...read.profile, contacts: read.contacts, remindersOff });
  assert.is((await save(true)).body.profile.remindersOff, true);
  await nextMorning();
  await run();
  assert.equal(await steps(invoice), []);
  assert.is((await save(undefined)).body.profile.remindersOff, false);
  await run();
  assert.equal(await steps(invoice), [1], 'it is still time');
});

/** An invoice that was reminded of, and the page its mail unsubscribes on. */
async function reminded(contacts?: unknown): Promise<{ invoice: Made; path: string }> {
  await plan([1, 2, 3, 4], null);
  const invoice = await made('invoice', { dueDate: today() }, contacts);
  await nextMorning();
  await run();
  const mail = await box.mail('a reminder', (one) => (one.parsed.subject ?? '').includes(invoice.number));
  return { invoice, path: pathOf(unsubscribeIn(mail)) };
}

const contactOf = async (of: Made) =>
  (await app.api('GET', `/documents/${of.id}`)).body.client.contacts[0] as { id: string; name: string; reminders: boolean };

test('whoever is reminded unsubscribes on a page that says so; looking at it changes nothing', async () => {
  const { invoice, path } = await reminded([{ name: 'Luc Roux', email: 'luc.r@example.com', language: 'fr' }]);
  const before = await contents(app);
  for (const method of ['GET', 'HEAD', 'GET']) assert.is((await ask(app, method, path)).status, 200);
  assert.equal(await contents(app), before);
  const page = await ask(app, 'GET', path, { headers: { 'accept-language': 'en' } });
  assert.match(page.body, /lang="fr"[^]*Test company vous envoie parfois un rappel à l•••@example\.com[^]*Ne plus recevoir de rappels/);
  assert.not.match(page.body, /luc\.r@|Luc Roux/);
  const stopped = await form(app, path, { on: 'false' });
  assert.equal([stopped.status, stopped.headers.get('location')], [303, path]);
  assert.match((await ask(app, 'GET', path)).body, /Test company ne vous envoie plus de rappels[^]*Recevoir de nouveau des rappels/);
  assert.is((await contactOf(invoice)).reminders, false);
  const told = (await feedOf(invoice, 'contact.reminders')).at(-1);
  assert.equal([told?.data['contact'], told?.data['on']], ['Luc Roux', false]);
  await nextMorning();
  await run();
  assert.equal(await steps(invoice), [1]);
  assert.is((await form(app, path, { on: 'true' })).status, 303);
  assert.is((await contactOf(invoice)).reminders, true);
  await run();
  assert.equal(await steps(invoice), [1, 2]);
});

for (const [how, type, body] of [
  ['as a form', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
  [
    'in parts',
    'multipart/form-data; boundary=x',
    '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
  ],
] as const)
  test(`a mail program unsubscribes with one click ${how}, from wherever it is`, async () => {
    const { invoice, path } = await reminded();
    const headers = { 'content-type': type, origin: 'https://mail.example', 'sec-fetch-site': 'cross-site' };
    const answer = await ask(app, 'POST', path, { headers, body });
    assert.is(answer.status, 200, 'and not sent elsewhere (RFC 8058, 3.1)');
    assert.is((await contactOf(invoice)).reminders, false);
    const events = (await feedOf(invoice, 'contact.reminders')).length;
    assert.is((await ask(app, 'POST', path, { headers, body })).status, 200);
    assert.is((await feedOf(invoice, 'contact.reminders')).length, events, 'said once');
    await nextMorning();
    await run();
    assert.equal(await steps(invoice), [1]);
  });

test('whoever has unsubscribed stays so when they are put on the list again, and under another name', async () => {
  const { invoice, path } = await reminded();
  await form(app, path, { on: 'false' });
  const { client } = (await app.api('GET', `/documents/${invoice.id}`)).body as { client: { id: string } };
  const { body: read } = await app.api('GET', `/clients/${client.id}`);
  const twice = [
    { name: 'Anne again', email: 'ANNE@example.com', language: 'en' },
    { name: 'Bo', email: 'bo@example.com', language: 'en' },
  ];
  const saved = await app.api('PUT', `/clients/${client.id}`, { ...read.profile, contacts: twice });
  const [again, bo] = saved.body.contacts as { id: string; reminders: boolean }[];
  assert.equal([again?.reminders, bo?.reminders], [false, true]);
  const back = saved.body.contacts.map((one: Record<string, unknown>) => ({ ...one, reminders: true }));
  const unmoved = await app.api('PUT', `/clients/${client.id}`, { ...read.profile, contacts: back });
  assert.equal(unmoved.body.contacts, saved.body.contacts, 'the owner cannot take it back for them');
  for (const one of [again, bo]) await asOwner('createLink', { document: invoice.id, contact: one?.id, label: null });
  await nextMorning();
  await run();
  assert.equal(
    (await reminders(invoice)).map((mail) => mail.address),
    [ANNE, 'bo@example.com'],
  );
});

test('an address that wants no reminders gets none through a link for nobody in particular either', async () => {
  const { invoice, path } = await reminded();
  await form(app, path, { on: 'false' });
  const { client } = (await app.api('GET', `/documents/${invoice.id}`)).body as { client: { id: string } };
  const { body: read } = await app.api('GET', `/clients/${client.id}`);
  await app.api('PUT', `/clients/${client.id}`, { ...read.profile, contacts: [] });
  const { result } = await asOwner('createLink', { document: invoice.id, contact: null, label: null });
  await holder(invoice, String(result['link']), 'Anne@Example.com');
  await nextMorning();
  await run();
  assert.equal(await steps(invoice), [1]);
});

/** Somebody who has given their address on the page of a link for nobody in particular. */
async function holder({ deal }: Made, link: string, email: string): Promise<string> {
  const id = randomUUID();
  const common = { deal, side: 'client' as const, user: null, contact: null, readSeq: 0, position: 9, createdAt: new Date() };
  await app.em().insert(PersonSchema, { id, ...common, link, browser: 'x', name: 'Zoe', email, reminders: true });
  return id;
}

test('somebody who is known by a link alone unsubscribes too', async () => {
  await plan([1, 2], null);
  const invoice = await made('invoice', { dueDate: today() }, []);
  const { id: link } = await app.em().findOneOrFail(LinkSchema, { document: invoice.id });
  const person = await holder(invoice, link, 'zoe@example.com');
  await nextMorning();
  await run();
  const mail = await box.mail('to Zoe', (one) => one.to === 'zoe@example.com');
  assert.is((await form(app, pathOf(unsubscribeIn(mail)), { on: 'false' })).status, 303);
  assert.match((await ask(app, 'GET', pathOf(unsubscribeIn(mail)))).body, /z•••@example\.com/);
  assert.is((await app.em().findOneOrFail(PersonSchema, { id: person })).reminders, false);
  await nextMorning();
  await run();
  assert.equal(await steps(invoice), [1]);
});

test('an address that unsubscribes nobody says nothing, and guessing is slowed down', async () => {
  const [contact] = await app.em().find(ContactSchema, { reminders: true }, { limit: 1 });
  if (!contact) throw new Error('no contact');
  const gone = await ask(app, 'GET', `/d/${app.tokens.make('link', randomUUID())}`);
  for (const token of [
    app.tokens.make('unsubscribe', randomUUID()),
    app.tokens.make('link', contact.id),
    app.tokens.make('unsubscribe', contact.id).replace(/.$/, '_'),
    'x',
  ])
    for (const method of ['GET', 'POST']) {
      const answer = await ask(app, method, `/r/${token}`, { from: 7 });
      assert.equal([answer.status, answer.body], [404, gone.body]);
    }
  const link = app.tokens.make('unsubscribe', contact.id);
  assert.is((await ask(app, 'GET', `/d/${link}`)).status, 404, 'it opens no document');
  const guesses = await Promise.all(Array.from({ length: 40 }, () => ask(app, 'GET', `/r/${'A'.repeat(43)}`, { from: 8 })));
  assert.is(guesses.filter(({ status }) => status === 429).length, 10);
});

test('a reminder that waited for the mail server is not sent any more once it is paid', async () => {
  await plan([1], null);
  const [paid, unpaid] = [await made('invoice', { dueDate: today() }), await made('invoice', { dueDate: today() })];
  box.plan.push('451', '451');
  await nextMorning();
  await run();
  assert.equal([mailTo(paid).length, mailTo(unpaid).length], [0, 0]);
  await asOwner('recordPayment', { document: paid.id, amount: '240.00', day: today(), method: 'cash', reference: null, notify: false });
  await hurry(app);
  await idle(app);
  assert.equal([mailTo(paid).length, mailTo(unpaid).length], [0, 1]);
  const [mail] = await reminders(paid);
  assert.equal([mail?.state, mail?.cause], ['failed', 'overtaken']);
});

test('nobody is reminded through a link that is revoked', async () => {
  await plan([1], null);
  const invoice = await made('invoice', { dueDate: today(), lines: [LINE] });
  const { id: link } = await app.em().findOneOrFail(LinkSchema, { document: invoice.id });
  await asOwner('revokeLink', { document: invoice.id, link });
  await nextMorning();
  await run();
  assert.equal(await steps(invoice), []);
});

test.run();
