import type Stripe from 'stripe';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { idOf, openWorkshop, refusal } from './support.ts';

const workshop = await openWorkshop();
const { stripe, control, session } = workshop;
test.after(() => workshop.close());

const CARD = '4242424242424242';
const EXPAND = { expand: ['payment_intent.latest_charge.balance_transaction'] };

/** The types of the events about a session, in the order they were made. */
async function typesSince(count: number): Promise<string[]> {
  await workshop.emulator.idle();
  workshop.told();
  return (await control('events', {})).slice(count).map((event) => event.type);
}
const eventCount = async () => (await control('events', {})).length;

test('a card pays: the payment, its charge and the money are there', async () => {
  const before = await eventCount();
  const made = await session({ payment_intent_data: { description: 'Invoice 7', metadata: { payment: '7' } } });
  const { outcome } = await control('pay', { session: made.id, method: 'card', card: CARD, email: 'c@example.com', name: 'C. Client' });
  assert.is(outcome, 'paid');
  const paid = await stripe.checkout.sessions.retrieve(made.id, EXPAND);
  assert.is(paid.status, 'complete');
  assert.is(paid.payment_status, 'paid');
  assert.is(paid.url, null);
  assert.is(paid.customer_details?.email, 'c@example.com');
  const intent = paid.payment_intent as Stripe.PaymentIntent;
  assert.is(intent.status, 'succeeded');
  assert.is(intent.amount_received, 1234);
  assert.equal(intent.metadata, { payment: '7' });
  assert.is(intent.description, 'Invoice 7');
  assert.not.ok('charges' in intent);
  const charge = intent.latest_charge as Stripe.Charge;
  assert.match(charge.id, /^ch_/);
  assert.is(charge.payment_method_details?.card?.last4, '4242');
  assert.is(charge.payment_intent, intent.id);
  const money = charge.balance_transaction as Stripe.BalanceTransaction;
  assert.is(money.net, money.amount - money.fee);
  assert.is((await stripe.balanceTransactions.retrieve(money.id)).source, charge.id);
  const receipt = await fetch(charge.receipt_url ?? '');
  assert.is(receipt.status, 200);
  assert.match(await receipt.text(), /€12\.34/);
  assert.equal(await typesSince(before), [
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'checkout.session.completed',
    'charge.updated',
  ]);
});

test('an event holds the object as it was at that moment', async () => {
  const before = await eventCount();
  const made = await session();
  await control('pay', { session: made.id, method: 'card', card: CARD });
  const events = (await control('events', {})).slice(before);
  const of = (type: string) => events.find((event) => event.type === type);
  const object = (type: string) => of(type)?.data.object as Record<string, unknown>;
  assert.is(object('payment_intent.created')['status'], 'requires_payment_method');
  assert.is(object('charge.succeeded')['balance_transaction'], null);
  assert.type(object('charge.updated')['balance_transaction'], 'string');
  assert.equal(of('charge.updated')?.data.previous_attributes, { balance_transaction: null });
  assert.is(object('checkout.session.completed')['payment_status'], 'paid');
});

test('a declined card leaves the session open, with the same payment for the next try', async () => {
  const before = await eventCount();
  const made = await session();
  const { outcome, intent } = await control('pay', { session: made.id, method: 'card', card: '4000000000009995' });
  assert.is(outcome, 'failed');
  assert.is(intent?.status, 'requires_payment_method');
  assert.is(intent?.last_payment_error?.code, 'card_declined');
  assert.is(intent?.last_payment_error?.decline_code, 'insufficient_funds');
  const charges = await stripe.charges.list({ payment_intent: intent?.id ?? '' });
  assert.is(charges.data[0]?.status, 'failed');
  assert.is((await stripe.checkout.sessions.retrieve(made.id)).status, 'open');
  assert.equal(await typesSince(before), ['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed']);
  const paid = await control('pay', { session: made.id, method: 'card', card: CARD });
  assert.is(paid.intent?.id, intent?.id);
  assert.is(paid.intent?.last_payment_error, null);
  assert.is((await stripe.charges.list({ payment_intent: intent?.id ?? '' })).data.length, 2);
});

test('3-D Secure is asked for, and not passing it charges nothing', async () => {
  const before = await eventCount();
  const made = await session();
  const asked = await control('pay', { session: made.id, method: 'card', card: '4000002500003155', approve: null });
  assert.is(asked.outcome, 'authenticate');
  assert.is((await stripe.paymentIntents.retrieve(idOf(asked.session.payment_intent))).status, 'requires_action');
  const failed = await control('answer', { session: made.id, approve: false });
  assert.is(failed.outcome, 'failed');
  assert.is(failed.charge, null);
  assert.is(failed.intent?.last_payment_error?.code, 'payment_intent_authentication_failure');
  assert.equal(await typesSince(before), ['payment_intent.created', 'payment_intent.requires_action', 'payment_intent.payment_failed']);
  const paid = await control('pay', { session: made.id, method: 'card', card: '4000002500003155' });
  assert.is(paid.charge?.payment_method_details?.card?.three_d_secure?.result, 'authenticated');
});

test('PayPal pays after an approval, and its charge is called a payment', async () => {
  const made = await session();
  assert.is((await control('pay', { session: made.id, method: 'paypal', approve: false })).outcome, 'failed');
  const { outcome, charge } = await control('pay', { session: made.id, method: 'paypal' });
  assert.is(outcome, 'paid');
  assert.match(charge?.id ?? '', /^py_/);
  assert.is((await stripe.charges.retrieve(charge?.id ?? '')).payment_method_details?.type, 'paypal');
});

test('a debit is complete and unpaid, then paid', async () => {
  const before = await eventCount();
  const made = await session();
  const { outcome, intent } = await control('pay', { session: made.id, method: 'sepa_debit', iban: 'FR14 2004 1010 0505 0001 3M02 606' });
  assert.is(outcome, 'processing');
  const complete = await stripe.checkout.sessions.retrieve(made.id, EXPAND);
  assert.is(complete.status, 'complete');
  assert.is(complete.payment_status, 'unpaid');
  assert.is((complete.payment_intent as Stripe.PaymentIntent).status, 'processing');
  assert.equal(await typesSince(before), [
    'payment_intent.created',
    'payment_intent.processing',
    'charge.pending',
    'checkout.session.completed',
  ]);
  await control('settle', { session: made.id });
  assert.is((await stripe.checkout.sessions.retrieve(made.id)).payment_status, 'paid');
  assert.is((await stripe.paymentIntents.retrieve(intent?.id ?? '')).status, 'succeeded');
  assert.equal((await typesSince(before)).slice(4), [
    'charge.succeeded',
    'payment_intent.succeeded',
    'checkout.session.async_payment_succeeded',
    'charge.updated',
  ]);
});

test('a debit can fail, by its account or because it is told to', async () => {
  for (const [iban, end] of [
    ['DE62370400440532013001', undefined],
    ['DE89370400440532013000', 'fail'],
  ] as const) {
    const before = await eventCount();
    const made = await session();
    await control('pay', { session: made.id, method: 'sepa_debit', iban });
    const { session: failed, intent } = await control('settle', { session: made.id, ...(end ? { end } : {}) });
    assert.is(failed.status, 'complete');
    assert.is(failed.payment_status, 'unpaid');
    assert.is(intent?.status, 'requires_payment_method');
    assert.equal((await typesSince(before)).slice(4), [
      'charge.failed',
      'payment_intent.payment_failed',
      'checkout.session.async_payment_failed',
    ]);
  }
});

test('a debit may be disputed as soon as it is paid; what is no IBAN is not taken', async () => {
  const made = await session();
  assert.is((await control('pay', { session: made.id, method: 'sepa_debit', iban: 'DE00370400440532013000' })).outcome, 'failed');
  await control('pay', { session: made.id, method: 'sepa_debit', iban: 'AT591904300235473203' });
  const { charge } = await control('settle', { session: made.id });
  assert.is((await stripe.disputes.list({ charge: charge?.id ?? '' })).data.length, 1);
});

test('refunds take parts until nothing is left', async () => {
  const before = await eventCount();
  const { session: paid, charge } = await control('pay', { session: (await session()).id, method: 'card', card: CARD });
  const intent = idOf(paid.payment_intent);
  const first = await stripe.refunds.create({ payment_intent: intent, amount: 234, reason: 'duplicate', metadata: { note: 'x' } });
  assert.is(first.status, 'succeeded');
  assert.equal(first.metadata, { note: 'x' });
  assert.is((await stripe.balanceTransactions.retrieve(idOf(first.balance_transaction))).amount, -234);
  const part = await stripe.charges.retrieve(charge?.id ?? '', { expand: ['refunds'] });
  assert.is(part.amount_refunded, 234);
  assert.is(part.refunded, false);
  assert.is(part.refunds?.data.length, 1);
  const much = await refusal(stripe.refunds.create({ payment_intent: intent, amount: 1001 }));
  assert.is(much.message, 'Refund amount (€10.01) is greater than unrefunded amount on charge (€10.00)');
  assert.is(much.param, 'amount');
  await stripe.refunds.create({ charge: charge?.id ?? '' });
  assert.is((await stripe.charges.retrieve(charge?.id ?? '')).refunded, true);
  const none = await refusal(stripe.refunds.create({ payment_intent: intent }));
  assert.is(none.code, 'charge_already_refunded');
  assert.is(none.statusCode, 400);
  assert.is((await stripe.refunds.list({ payment_intent: intent })).data.length, 2);
  assert.is((await stripe.refunds.retrieve(first.id, { expand: ['charge', 'balance_transaction'] })).amount, 234);
  assert.equal((await typesSince(before)).slice(5), ['refund.created', 'charge.refunded', 'refund.created', 'charge.refunded']);
});

test('what has not been paid is not refunded', async () => {
  const { intent, charge } = await control('pay', { session: (await session()).id, method: 'card', card: '4000000000000002' });
  assert.match((await refusal(stripe.refunds.create({ payment_intent: intent?.id ?? '' }))).message, /does not have a successful charge/);
  assert.is((await refusal(stripe.refunds.create({ charge: charge?.id ?? '' }))).code, 'charge_not_refundable');
  assert.is((await refusal(stripe.refunds.create({ charge: 'ch_none' }))).code, 'resource_missing');
  assert.is((await refusal(stripe.refunds.create({}))).code, 'parameter_missing');
});

test('a refund in the dashboard can be pending, arrive, and fail later', async () => {
  const before = await eventCount();
  const { charge } = await control('pay', { session: (await session()).id, method: 'card', card: CARD });
  const made = await control('refund', { charge: charge?.id ?? '', amount: 500, pending: true });
  assert.is((await stripe.refunds.retrieve(made.id)).status, 'pending');
  await control('refundArrives', { refund: made.id });
  assert.is((await stripe.refunds.retrieve(made.id)).status, 'succeeded');
  await control('refundFails', { refund: made.id });
  const failed = await stripe.refunds.retrieve(made.id, { expand: ['failure_balance_transaction'] });
  assert.is(failed.status, 'failed');
  assert.is(failed.failure_reason, 'expired_or_canceled_card');
  assert.is((failed.failure_balance_transaction as Stripe.BalanceTransaction).amount, 500);
  assert.is((await stripe.charges.retrieve(charge?.id ?? '')).amount_refunded, 0);
  assert.equal((await typesSince(before)).slice(5), [
    'refund.created',
    'charge.refunded',
    'refund.updated',
    'charge.refund.updated',
    'refund.failed',
    'refund.updated',
    'charge.refund.updated',
    'charge.updated',
  ]);
});

test('a dispute takes the money; won, it comes back', async () => {
  const before = await eventCount();
  const { session: paid, charge } = await control('pay', { session: (await session()).id, method: 'card', card: CARD });
  const { id } = await control('dispute', { session: paid.id });
  const open = await stripe.disputes.retrieve(id, { expand: ['charge'] });
  assert.is(open.status, 'needs_response');
  assert.is(open.balance_transactions[0]?.net, -1234 - 2000);
  assert.is((open.charge as Stripe.Charge).disputed, true);
  assert.is((await refusal(stripe.refunds.create({ charge: charge?.id ?? '' }))).code, 'charge_disputed');
  await control('disputeReviewed', { dispute: id });
  await control('disputeEnds', { dispute: id, outcome: 'won' });
  const won = await stripe.disputes.retrieve(id);
  assert.is(won.status, 'won');
  assert.is(
    won.balance_transactions.reduce((sum, one) => sum + one.net, 0),
    0,
  );
  assert.equal((await typesSince(before)).slice(5), [
    'charge.dispute.created',
    'charge.updated',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.updated',
    'charge.dispute.closed',
    'charge.dispute.funds_reinstated',
  ]);
});

test('a dispute is lost by accepting it, once', async () => {
  const { charge } = await control('pay', { session: (await session()).id, method: 'card', card: CARD });
  const { id } = await control('dispute', { charge: charge?.id ?? '', amount: 1000 });
  assert.is((await stripe.disputes.close(id)).status, 'lost');
  assert.match((await refusal(stripe.disputes.close(id))).message, /already closed/);
});

test('an inquiry takes nothing, can be refunded, and ends or becomes a dispute', async () => {
  const { charge, intent } = await control('pay', { session: (await session()).id, method: 'card', card: CARD });
  const { id } = await control('dispute', { payment_intent: intent?.id ?? '', inquiry: true });
  const inquiry = await stripe.disputes.retrieve(id);
  assert.is(inquiry.status, 'warning_needs_response');
  assert.equal(inquiry.balance_transactions, []);
  await stripe.refunds.create({ charge: charge?.id ?? '', amount: 100 });
  await control('disputeEnds', { dispute: id, outcome: 'won' });
  assert.is((await stripe.disputes.retrieve(id)).status, 'warning_closed');
  const second = await control('dispute', { payment_intent: intent?.id ?? '', inquiry: true });
  await control('disputeEscalates', { dispute: second.id });
  assert.is((await stripe.disputes.retrieve(second.id)).balance_transactions.length, 1);
  assert.is((await stripe.disputes.list({ payment_intent: intent?.id ?? '' })).data.length, 2);
});

test('what is asked for is put in the place of its id, in lists too', async () => {
  const { session: paid, charge } = await control('pay', { session: (await session()).id, method: 'card', card: CARD });
  const { data } = await stripe.checkout.sessions.list({ limit: 1, expand: ['data.payment_intent.latest_charge', 'data.line_items'] });
  assert.is(((data[0]?.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge).id, charge?.id);
  assert.is(data[0]?.line_items?.data[0]?.description, 'Invoice F-2026-7');
  const intent = await stripe.paymentIntents.retrieve(idOf(paid.payment_intent));
  assert.type(intent.latest_charge, 'string');
  const wrong = await refusal(stripe.paymentIntents.retrieve(intent.id, { expand: ['amount'] }));
  assert.is(wrong.message, 'This property cannot be expanded (amount).');
  const deep = 'latest_charge.payment_intent.latest_charge.payment_intent.latest_charge';
  assert.match((await refusal(stripe.paymentIntents.retrieve(intent.id, { expand: [deep] }))).message, /more than 4 levels/);
});

test('events are read back, by type and time', async () => {
  const { session: paid } = await control('pay', { session: (await session()).id, method: 'card', card: CARD });
  const { data } = await stripe.events.list({ type: 'checkout.session.completed', limit: 1 });
  const [latest] = data;
  assert.is((latest?.data.object as Stripe.Checkout.Session).id, paid.id);
  assert.is((await stripe.events.retrieve(latest?.id ?? '')).type, 'checkout.session.completed');
  assert.ok((await stripe.events.list({ types: ['charge.succeeded', 'charge.failed'] })).data.length > 1);
  assert.equal((await stripe.events.list({ created: { gt: Math.floor(Date.now() / 1000) + 60 } })).data, []);
  assert.is((await refusal(stripe.events.retrieve('evt_none'))).code, 'resource_missing');
});

test.run();
