import Stripe from 'stripe';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startSession } from '../accounts.ts';
import { CheckoutSchema, RefundSchema, StripeKeysSchema, UserSchema } from '../entities/index.ts';
import type { OnlineChecks } from '../../shared/console.ts';
import { dayIn } from '../../shared/document.ts';
import { createSeal } from '../secrets.ts';
import { ask, until } from './doors.ts';
import { SECRET } from './harness.ts';
import { becomes, GOOD_CARD, invoice, KEY, openTill, pressPay, saveSettings, seen, WEBHOOK_SECRET, type Till } from './paying.ts';

let till: Till;
let ahead = 0;
test.before(async () => {
  till = await openTill({ now: () => new Date(Date.now() + ahead) }, { methods: ['card'], partial: false });
});
test.after(() => till?.close());

const read = async () =>
  (await (await fetch(`${till.app.url}/console/payments`, { headers: { cookie: till.app.cookie } })).json()) as Record<string, unknown>;
const check = async () => {
  const headers = { cookie: till.app.cookie, origin: till.app.url };
  const response = await fetch(`${till.app.url}/console/payments/check`, { method: 'POST', headers });
  return { status: response.status, body: (await response.json()) as OnlineChecks };
};

/** What the owner does in the console. */
const command = (name: 'recordPayment' | 'refundPayment', input: object) =>
  till.app.execute({ name, id: crypto.randomUUID(), input, acting: till.app.owner, facts: { ip: null, userAgent: null, pdf: null } });

test('keys are kept sealed, told apart by mode, and never shown again', async () => {
  const settings = await read();
  assert.equal(settings['key'], { hint: KEY.slice(-4), test: true });
  assert.not.match(JSON.stringify(settings), KEY);
  const keys = await till.app.em().findOneOrFail(StripeKeysSchema, { company: till.app.company });
  const dump = JSON.stringify(await till.app.em().execute('select * from stripe_keys')) + Buffer.from(keys.key).toString('latin1');
  for (const secret of [KEY, WEBHOOK_SECRET]) assert.not.match(dump, secret);
  const log = await till.app.em().execute<{ data: unknown }[]>('select data from events');
  for (const secret of [KEY, WEBHOOK_SECRET]) assert.not.match(JSON.stringify(log), secret);
});

test('what is not a key is refused by its field, and changes nothing', async () => {
  const before = await read();
  for (const [field, value] of [
    ['key', 'pk_test_publishable'],
    ['key', 'sk_test_'],
    ['webhookSecret', 'sk_test_12345678'],
    ['methods', ['cash']],
    ['partial', 'yes'],
  ] as const) {
    const { status, body } = await saveSettings(till.app, { methods: ['card'], partial: false, [field]: value });
    assert.is(status, 422, field);
    assert.match((body['faults'] as { pointer: string }[])[0]?.pointer ?? '', new RegExp(`^/${field}`));
  }
  assert.equal(await read(), before);
});

test('only an owner of the company sees and changes them', async () => {
  const common = {
    company: till.app.company,
    passwordHash: 'none',
    language: 'en' as const,
    mails: [],
    feedReadSeq: 0,
    createdAt: new Date(),
  };
  for (const role of ['member', 'reader'] as const) {
    const id = crypto.randomUUID();
    await till.app.em().insert(UserSchema, { id, email: `${role}@pay.example`, name: role, role, removedAt: null, ...common });
    const cookie = `wd_session=${await startSession(till.app.em(), id, { ip: null, userAgent: 'test' })}`;
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const headers = { cookie, origin: till.app.url, 'content-type': 'application/json' };
      const answer = await ask(till.app, method, '/console/payments', { headers, ...(method === 'PUT' ? { body: '{}' } : {}) });
      assert.is(answer.status, 403, `${role} ${method}`);
    }
  }
  const stranger = await ask(till.app, 'PUT', '/console/payments', {
    headers: { cookie: till.app.cookie, origin: 'https://evil.example' },
    body: '{}',
  });
  assert.is(stranger.status, 403);
});

test('the check makes real calls and says what is missing', async () => {
  const fine = await check();
  assert.equal(
    [fine.status, fine.body.checks.map(({ what, ok }) => [what, ok])],
    [
      200,
      [
        ['account', true],
        ['card', true],
        ['payments', true],
        ['refunds', true],
      ],
    ],
  );
  const open = await till.stripe.control('events', { type: 'checkout.session.expired' });
  assert.ok(open.length > 0, 'the page that was tried is closed again');

  await till.stripe.control('register', {
    id: 'acct_1Poor',
    keys: [{ secret: 'rk_test_51Poor0000', denied: ['checkout_session_write', 'payment_intent_read', 'charge_write'] }],
  });
  await saveSettings(till.app, { key: 'rk_test_51Poor0000', methods: ['card'], partial: false });
  const poor = (await check()).body.checks;
  assert.equal(
    poor.map(({ what, ok }) => [what, ok]),
    [
      ['account', true],
      ['card', false],
      ['payments', false],
      ['refunds', false],
    ],
  );
  assert.match(poor[1]?.detail ?? '', /permission/i);

  await till.stripe.control('register', {
    id: 'acct_1NoPayPal',
    keys: [{ secret: 'rk_test_51NoPayPal' }],
    capabilities: { paypal_payments: 'inactive' } as never,
  });
  await saveSettings(till.app, { key: 'rk_test_51NoPayPal', methods: ['card', 'paypal'], partial: false });
  assert.equal(
    (await check()).body.checks.map(({ what, ok }) => [what, ok]),
    [
      ['account', true],
      ['card', true],
      ['paypal', false],
      ['payments', true],
      ['refunds', true],
    ],
  );

  await saveSettings(till.app, { key: 'rk_test_51Unknown0', methods: ['card'], partial: false });
  assert.ok(
    (await check()).body.checks.every(({ ok }) => !ok),
    'a key Stripe does not know',
  );
  await saveSettings(till.app, { key: KEY, webhookSecret: WEBHOOK_SECRET, methods: ['card'], partial: false });
  await till.stripe.control('fault', { kind: 'error', times: 9 });
  assert.is((await check()).status, 503);
  await till.stripe.control('clearFaults', {});
});

test('without part payments it is all or nothing', async () => {
  const made = await invoice(till.app);
  assert.is((await pressPay(till.app, made, { amount: '10' })).code, 'amount_exceeded');
  const all = await pressPay(till.app, made, { amount: '240' });
  assert.is(all.status, 200, JSON.stringify(all.body));
});

test('a page nothing was heard of is asked about: paid, expired, and one that was never made', async () => {
  await till.stripe.control('hold', { hold: true });
  const [paid, left, begun] = [await invoice(till.app), await invoice(till.app), await invoice(till.app)];
  const { session } = await pressPay(till.app, paid);
  await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  await pressPay(till.app, left);
  await pressPay(till.app, begun);
  await till.app.em().execute("update checkouts set state = 'reserved', session = null where document_id = ?", [begun.id]);
  await till.app.payments.reconcile();
  assert.is((await seen(till.app, paid)).status, 'issued', 'not as long as it may still be heard');
  ahead = 16 * 60_000;
  await till.app.payments.reconcile();
  assert.is((await becomes(till.app, paid, (doc) => doc.status === 'paid', 'paid')).payments.length, 1);
  assert.is((await seen(till.app, left)).checkouts[0]?.state, 'open', 'it can still be paid on');
  assert.is((await till.app.em().findOneOrFail(CheckoutSchema, { document: begun.id })).state, 'expired');
  await till.stripe.control('clock', { advance: 3700 });
  ahead = 70 * 60_000;
  await till.app.payments.reconcile();
  assert.is((await seen(till.app, left)).checkouts[0]?.state, 'expired');
  await till.stripe.control('clock', { offset: 0 });
  await till.stripe.control('hold', { hold: false });
  ahead = 0;
});

test('a refund is asked of Stripe until it is there, and made once whatever becomes of the answers', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  const { payments } = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  await till.stripe.control('fault', { kind: 'cut', times: 1, method: 'POST', path: '/v1/refunds' });
  const input = { document: made.id, entry: payments[0]?.id, amount: '100.00', reason: null };
  const acting = till.app.owner;
  await till.app.execute({
    name: 'refundPayment',
    id: crypto.randomUUID(),
    input,
    acting,
    facts: { ip: null, userAgent: null, pdf: null },
  });
  const back = await becomes(till.app, made, (doc) => doc.payments.length === 2, 'refunded');
  await till.stripe.idle();
  assert.equal([back.due, (await seen(till.app, made)).payments.length], [10_000, 2]);
});

test('a key Stripe does not take any more: the client is told kindly, the owner in the feed, once an hour', async () => {
  await saveSettings(till.app, { key: 'rk_test_51Revoked0000', methods: ['card'], partial: false });
  const made = await invoice(till.app);
  for (const _ of [1, 2]) assert.is((await pressPay(till.app, made)).code, 'payment_refused');
  assert.is((await pressPay(till.app, await invoice(till.app))).code, 'payment_refused');
  const told = await till.app.em().execute<{ data: { detail: string } }[]>("select data from events where type = 'payment.blocked'");
  assert.is(told.length, 1);
  assert.match(told[0]?.data.detail ?? '', /Invalid API Key/i);
  assert.not.match(JSON.stringify(told), 'Revoked0000');
  await saveSettings(till.app, { key: KEY, webhookSecret: WEBHOOK_SECRET, methods: ['card'], partial: false });
});

test('a page that could not be closed when it was replaced is closed at the next press, or by the job', async () => {
  const made = await invoice(till.app);
  for (const how of ['press', 'job'] as const) {
    const first = await pressPay(till.app, made);
    await till.stripe.control('fault', { kind: 'error', times: 3, method: 'POST', path: '/expire' });
    assert.is((await pressPay(till.app, made)).code, 'payment_unavailable');
    assert.is((await till.stripe.control('session', { id: first.session })).status, 'open');
    if (how === 'press') assert.is((await pressPay(till.app, made)).status, 200);
    else {
      ahead = 11 * 60_000;
      await till.app.payments.reconcile();
      ahead = 0;
    }
    assert.is((await till.stripe.control('session', { id: first.session })).status, 'expired', how);
  }
});

test('less is left by the time the page is there: it is closed unseen', async () => {
  const made = await invoice(till.app);
  await till.stripe.control('fault', { kind: 'slow', method: 'POST', path: '/v1/checkout/sessions', ms: 1500 });
  const pressed = pressPay(till.app, made);
  await until(async () => (await till.app.em().count(CheckoutSchema, { document: made.id })) > 0, 'it is reserved');
  const day = dayIn('Europe/Paris', new Date());
  const input = { document: made.id, amount: '240.00', day, method: 'transfer', reference: null };
  await command('recordPayment', input);
  assert.is((await pressed).code, 'not_payable');
  assert.equal((await seen(till.app, made)).checkouts, [], 'nobody has seen it');
  const created = await till.stripe.control('events', { type: 'checkout.session.expired' });
  assert.ok(JSON.stringify(created).includes(made.id), 'and it is closed at Stripe');
});

test('pressed again: the same page while it is open, another amount is another one, and what is over begins anew', async () => {
  await saveSettings(till.app, { methods: ['card'], partial: true });
  const made = await invoice(till.app);
  const form = crypto.randomUUID();
  const first = await pressPay(till.app, made, { command: form });
  const calls = (await till.stripe.control('events', {})).length;
  assert.is((await pressPay(till.app, made, { command: form })).url, first.url);
  assert.is((await till.stripe.control('events', {})).length, calls, 'Stripe was not asked again');
  const part = await pressPay(till.app, made, { command: form, amount: '10' });
  assert.is(part.status, 200);
  assert.is((await till.stripe.control('session', { id: part.session })).amount_total, 1000);
  const again = await pressPay(till.app, made, { command: form });
  assert.is(again.status, 200);
  assert.not.equal(again.session, first.session);
  await till.stripe.control('fault', { kind: 'error', times: 3, method: 'POST', path: '/v1/checkout/sessions' });
  const other = await invoice(till.app);
  assert.is((await pressPay(till.app, other, { command: form })).code, 'payment_unavailable');
  assert.is((await pressPay(till.app, other, { command: form })).status, 200, 'after a moment the same press goes through');
});

test('fifty pages that cannot be asked about hold up no other, of whichever company', async () => {
  await till.stripe.control('hold', { hold: true });
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  const row = await till.app.em().findOneOrFail(CheckoutSchema, { session });
  const long = new Date(Date.now() - 3_600_000);
  for (let i = 0; i < 50; i += 1)
    await till.app
      .em()
      .insert(CheckoutSchema, { ...row, id: crypto.randomUUID(), session: `cs_test_gone${i}`, createdAt: long, checkedAt: long });
  ahead = 11 * 60_000;
  for (const _ of [1, 2, 3]) await till.app.payments.reconcile();
  assert.is((await seen(till.app, made)).status, 'paid');
  await till.app.em().nativeDelete(CheckoutSchema, { session: { $like: 'cs_test_gone%' } });
  await till.stripe.control('hold', { hold: false });
  ahead = 0;
});

test('a refund whose job has died is asked for all the same, once', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  const { payments } = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  await till.stripe.control('fault', { kind: 'error', times: 3, path: '/v1/' });
  await command('refundPayment', { document: made.id, entry: payments[0]?.id, amount: null, reason: null });
  await until(
    async () => (await till.app.em().execute("select 1 from pgboss.job where name = 'refund' and retry_count > 0")).length > 0,
    'it failed',
  );
  await till.app.em().execute("update pgboss.job set state = 'failed' where name = 'refund' and state in ('retry', 'active', 'created')");
  await till.stripe.control('clearFaults', {});
  ahead = 11 * 60_000;
  await till.app.payments.reconcile();
  ahead = 0;
  await becomes(till.app, made, (doc) => doc.payments.length === 2, 'refunded');
  await till.stripe.idle();
  assert.is((await seen(till.app, made)).payments.length, 2);
});

test('a refund that Stripe has already, under a key it has forgotten, is only entered', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  const { charge } = await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  const { payments } = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  const [id, now] = [crypto.randomUUID(), new Date()];
  await till.app.em().insert(RefundSchema, {
    ...{ id, company: till.app.company, deal: made.deal, document: made.id, payment: payments[0]?.id ?? '', amount: 1000, reason: 'Back' },
    ...{ by: 'Olive', state: 'waiting', detail: null, position: 0, createdAt: now },
  });
  await till.stripe.control('hold', { hold: true });
  const sdk = new Stripe(KEY, { host: '127.0.0.1', port: till.stripe.port, protocol: 'http' });
  await sdk.refunds.create({ charge: charge?.id ?? '', amount: 1000, metadata: { refund: id } });
  await till.app.payments.refund(id);
  await till.stripe.control('hold', { hold: false });
  await till.stripe.idle();
  const { payments: ledger } = await seen(till.app, made);
  assert.equal(
    ledger.map((one) => [one.amount, one.by]),
    [
      [24_000, null],
      [-1000, 'Olive'],
    ],
  );
});

test('a refund Stripe refuses is told to the owner, in the feed and by mail', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  const { charge } = await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  const { payments } = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  await till.stripe.control('hold', { hold: true });
  await till.stripe.control('refund', { charge: charge?.id ?? '' });
  await till.app.em().execute("delete from payments where document_id = ? and kind = 'refund'", [made.id]);
  await command('refundPayment', { document: made.id, entry: payments[0]?.id, amount: '10.00', reason: null });
  const view = await until(async () => {
    const [refund] = (await seen(till.app, made, 'owner')).owner?.refunds ?? [];
    return refund?.state === 'refused' ? refund : null;
  }, 'it is refused');
  assert.match(view.detail ?? '', /refunded/i);
  const mails = await till.app
    .em()
    .execute<{ side: string; about: { payment: { what: string } } }[]>(
      "select side, about from mails where document_id = ? and about->'payment'->>'what' = 'refund_refused'",
      [made.id],
    );
  assert.equal(
    mails.map((one) => one.side),
    ['owner'],
  );
  await till.stripe.control('hold', { hold: false });
});

test('another account’s key, or none: pages are closed with the old one, and money on its way keeps it', async () => {
  await saveSettings(till.app, { methods: ['card', 'sepa_debit'], partial: false });
  const [open, running] = [await invoice(till.app), await invoice(till.app)];
  const page = await pressPay(till.app, open);
  const debit = await pressPay(till.app, running);
  await till.stripe.control('pay', { session: debit.session, method: 'sepa_debit', iban: 'DE89370400440532013000' });
  await becomes(till.app, running, (doc) => doc.checkouts[0]?.state === 'processing', 'processing');
  await till.stripe.control('register', { id: 'acct_1Other', keys: [{ secret: 'rk_test_51Other00000' }] });
  const refused = await saveSettings(till.app, { key: 'rk_test_51Other00000', methods: ['card'], partial: false });
  assert.equal([refused.status, refused.body['code']], [409, 'payments_on_their_way']);
  assert.is((await till.stripe.control('session', { id: page.session })).status, 'expired', 'what was open is closed');
  const headers = { cookie: till.app.cookie, origin: till.app.url };
  assert.is((await fetch(`${till.app.url}/console/payments`, { method: 'DELETE', headers })).status, 409);
  await till.stripe.control('register', { id: 'acct_1Test0000000000', keys: [{ secret: KEY }, { secret: 'rk_test_51Rolled0000' }] });
  const rolled = await saveSettings(till.app, { key: 'rk_test_51Rolled0000', methods: ['card'], partial: false });
  assert.is(rolled.status, 200, 'another key of the same account is none of it');
  await till.stripe.control('settle', { session: debit.session, end: 'succeed' });
  await becomes(till.app, running, (doc) => doc.status === 'paid', 'paid');
});

test('an event of ours that the key does not find is told again; a stranger’s payment costs no call', async () => {
  await saveSettings(till.app, { key: KEY, methods: ['card'], partial: false });
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await till.stripe.control('hold', { hold: true });
  await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  // The key of another account, as if it had been put there by hand.
  const keys = await till.app.em().findOneOrFail(StripeKeysSchema, { company: till.app.company });
  const { key } = keys;
  const seal = createSeal(SECRET, 'stripe');
  await till.app
    .em()
    .nativeUpdate(StripeKeysSchema, { company: till.app.company }, { key: seal.close(Buffer.from('rk_test_51Other00000')) });
  const [completed] = (await till.stripe.control('events', { type: 'checkout.session.completed' })).slice(-1);
  await till.stripe.control('deliver', { events: [completed?.id ?? ''] });
  const [delivery] = await till.stripe.control('deliveries', { event: completed?.id ?? '' });
  assert.is(delivery?.state, 'pending', 'not taken');
  await till.app.em().nativeUpdate(StripeKeysSchema, { company: till.app.company }, { key });
  await till.stripe.control('hold', { hold: false });
  await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
});

test('without a method, or without keys, there is no button and no page', async () => {
  const made = await invoice(till.app);
  await saveSettings(till.app, { methods: [], partial: false });
  assert.is((await pressPay(till.app, made)).code, 'not_payable');
  const headers = { cookie: till.app.cookie, origin: till.app.url };
  assert.is((await fetch(`${till.app.url}/console/payments`, { method: 'DELETE', headers })).status, 200);
  assert.is((await read())['key'], null);
  assert.is((await pressPay(till.app, made)).code, 'not_payable');
  const page = await (await fetch(made.link)).text();
  assert.not.match(page, /\/pay"/);
});

test.run();
