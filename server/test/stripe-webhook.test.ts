import { createHmac } from 'node:crypto';
import type Stripe from 'stripe';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, until, type Made } from './doors.ts';
import {
  ACCOUNT,
  becomes,
  GOOD_CARD,
  invoice,
  moneyEvents,
  openTill,
  pressPay,
  register,
  seen,
  WEBHOOK_SECRET,
  type Till,
} from './paying.ts';

let till: Till;

test.before(async () => {
  till = await openTill();
});
test.after(() => till?.close());

/** Stripe's scheme: `v1` is the HMAC-SHA256 of `timestamp.body`. */
function signed(body: string, { secret = WEBHOOK_SECRET, at = Date.now() } = {}): string {
  const t = Math.floor(at / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}

let from = 10;

async function deliver(body: string, signature: string, company = till.app.company): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(signature === '' ? {} : { 'stripe-signature': signature }) };
  from += 1;
  return (await ask(till.app, 'POST', `/webhooks/stripe/${company}`, { headers, body, from })).status;
}

/** Pays while events are kept back. */
async function paidUnheard(made: Made, method: object = { method: 'card', card: GOOD_CARD }) {
  const { session } = await pressPay(till.app, made);
  await till.stripe.control('hold', { hold: true });
  const { intent } = await till.stripe.control('pay', { session, ...method } as never);
  const events = await till.stripe.control('events', {});
  const mine = events.filter((event) => JSON.stringify(event).includes(intent?.id ?? session));
  return { session, events: mine as Stripe.Event[] };
}

test('each event five times, shuffled, in parallel, to two programs: one payment', async () => {
  const other = await till.app.another();
  await register(till.stripe, till.app, other);
  for (const method of [{ method: 'card', card: GOOD_CARD }, { method: 'paypal' }]) {
    const made = await invoice(till.app);
    const { events } = await paidUnheard(made, method);
    assert.ok(events.length >= 4);
    await till.stripe.control('deliver', { times: 5, shuffle: true, parallel: true });
    const paid = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
    assert.equal([paid.paid, paid.payments.length], [24_000, 1]);
    assert.equal(await moneyEvents(till.app, made), ['payment.started', 'payment.received', 'payment.ended']);
    const mails = await till.app
      .em()
      .execute<{ n: string }[]>("select count(*) n from mails where document_id = ? and kind = 'payment'", [made.id]);
    assert.is(Number(mails[0]?.n), 2, 'one to the owner, one to the client');
    await till.stripe.control('hold', { hold: false });
  }
});

test('paid before it is heard that it was created; what is heard later changes nothing', async () => {
  const made = await invoice(till.app);
  const { events } = await paidUnheard(made);
  // A charge is updated by much that is no money of ours: of that nothing is asked.
  const order = events.filter((event) => event.type !== 'charge.updated').reverse();
  for (const { id } of order) {
    await till.stripe.control('deliver', { events: [id] });
    assert.is((await seen(till.app, made)).status, 'paid', 'whatever comes first');
  }
  for (const { id } of order) await till.stripe.control('redeliver', { event: id });
  assert.is((await seen(till.app, made)).payments.length, 1);
  await till.stripe.control('hold', { hold: false });
});

test('a debit: processing is heard after it has failed, and the state does not go back', async () => {
  const made = await invoice(till.app);
  const { session, events } = await paidUnheard(made, { method: 'sepa_debit', iban: 'DE89370400440532013000' });
  const processing = events.filter((event) => /processing|pending|completed/.test(event.type));
  await till.stripe.control('settle', { session, end: 'fail' });
  const later = (await till.stripe.control('events', { type: 'checkout.session.async_payment_failed' })).at(-1);
  await till.stripe.control('deliver', { events: [later?.id ?? ''] });
  assert.is((await seen(till.app, made)).checkouts[0]?.state, 'failed');
  for (const { id } of processing) await till.stripe.control('deliver', { events: [id] });
  const after = await seen(till.app, made);
  assert.equal([after.status, after.checkouts[0]?.state, after.payments.length], ['issued', 'failed', 0]);
  await till.stripe.control('hold', { hold: false });
});

test('a bad signature, an old one, none, another company’s: refused, and nothing is entered', async () => {
  const made = await invoice(till.app);
  const { events } = await paidUnheard(made);
  const body = JSON.stringify(events.find((event) => event.type === 'checkout.session.completed'));
  assert.is(await deliver(body, ''), 400);
  assert.is(await deliver(body, 't=1,v1=00'), 400);
  assert.is(await deliver(body, signed(body, { secret: 'whsec_another' })), 400);
  assert.is(await deliver(body, signed(body, { at: Date.now() - 6 * 60_000 })), 400, 'older than five minutes');
  assert.is(await deliver(body.replace('24000', '1'), signed(body)), 400, 'altered');
  assert.is(await deliver(body, signed(body), '00000000-0000-4000-8000-000000000000'), 400);
  assert.is(await deliver(body, signed(body), 'nobody'), 400);
  assert.is(await deliver('x'.repeat(1_100_000), signed(body)), 413);
  assert.equal([(await seen(till.app, made)).status, (await seen(till.app, made)).payments.length], ['issued', 0]);
  assert.is(await deliver(body, signed(body)), 200, 'the right one is taken');
  assert.is((await seen(till.app, made)).status, 'paid');
  await till.stripe.control('hold', { hold: false });
});

test('what an event says is not believed: amount, currency and document are read from Stripe', async () => {
  const made = await invoice(till.app);
  const other = await invoice(till.app);
  const { events } = await paidUnheard(made);
  const event = structuredClone(events.find((one) => one.type === 'checkout.session.completed')) as Stripe.CheckoutSessionCompletedEvent;
  const session = event.data.object;
  session.amount_total = 1;
  session.currency = 'jpy';
  session.metadata = { ...session.metadata, document: other.id };
  event.id = 'evt_forged';
  const body = JSON.stringify(event);
  assert.is(await deliver(body, signed(body)), 200);
  const paid = await seen(till.app, made);
  assert.equal([paid.status, paid.payments[0]?.amount], ['paid', 24_000]);
  assert.is((await seen(till.app, other)).status, 'issued');
  await till.stripe.control('hold', { hold: false });
});

test('live events to a company in test mode, another account’s, unknown types and strangers’ payments are taken and ignored', async () => {
  const made = await invoice(till.app);
  const { events } = await paidUnheard(made);
  const completed = events.find((event) => event.type === 'checkout.session.completed');
  const variant = (change: object) => JSON.stringify({ ...completed, ...change });
  for (const body of [
    variant({ id: 'evt_1', livemode: true }),
    variant({ id: 'evt_2', account: 'acct_other' }),
    variant({ id: 'evt_3', type: 'customer.created', data: { object: { object: 'customer', id: 'cus_1' } } }),
    variant({ id: 'evt_4', type: 'payment_intent.succeeded', data: { object: { object: 'payment_intent', id: 'pi_unknown' } } }),
    variant({ id: 'evt_5', type: 'charge.succeeded', data: { object: { object: 'charge', id: 'ch_1', payment_intent: null } } }),
    variant({ id: 'evt_6', type: 'checkout.session.completed', data: { object: {} } }),
  ]) {
    assert.is(await deliver(body, signed(body)), 200, body.slice(0, 60));
    assert.is((await seen(till.app, made)).status, 'issued', body.slice(0, 60));
  }
  await till.stripe.control('hold', { hold: false });
  await becomes(till.app, made, (doc) => doc.status === 'paid', 'the real one');
});

test('paid in another currency than was asked for: told to the owner, not entered', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await till.app.em().execute("update checkouts set currency = 'USD' where session = ?", [session]);
  await till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  await until(async () => (await moneyEvents(till.app, made)).includes('payment.unmatched'), 'it is told');
  await till.stripe.idle();
  const events = await moneyEvents(till.app, made);
  assert.is(events.filter((type) => type === 'payment.unmatched').length, 1);
  assert.equal([(await seen(till.app, made)).status, (await seen(till.app, made)).payments.length], ['issued', 0]);
});

test('Stripe or the database in trouble: the event is refused for now, comes again, and is entered once', async () => {
  const made = await invoice(till.app);
  const { events } = await paidUnheard(made);
  const body = JSON.stringify(events.find((event) => event.type === 'checkout.session.completed'));
  await till.stripe.control('fault', { kind: 'error', times: 3, method: 'GET', path: '/v1/checkout/sessions/' });
  assert.is(await deliver(body, signed(body)), 503);
  await till.stripe.control('clearFaults', {});
  // The embedded database has one session: a transaction that waits for a request would wait for ever.
  if (process.env['TEST_DATABASE_URL'])
    await till.app.em().transactional(async (tx) => {
      await tx.execute('select 1 from deals where id = ? for update', [made.deal]);
      assert.is(await deliver(body, signed(body)), 503, 'the deal is locked for too long');
    });
  assert.is(await deliver(body, signed(body)), 200);
  assert.is((await seen(till.app, made)).payments.length, 1);
  await till.stripe.control('hold', { hold: false });
});

test('the settings say when Stripe was last heard, and whose account it is is asked once', async () => {
  const answer = async () => {
    const response = await fetch(`${till.app.url}/console/payments`, { headers: { cookie: till.app.cookie } });
    return (await response.json()) as { heardAt: string | null; account: string | null };
  };
  assert.ok(Date.now() - Date.parse((await answer()).heardAt ?? '') < 120_000);
  const check = await fetch(`${till.app.url}/console/payments/check`, {
    method: 'POST',
    headers: { cookie: till.app.cookie, origin: till.app.url },
  });
  assert.is(check.status, 200);
  assert.is((await answer()).account, ACCOUNT);
});

test.run();
