import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dayIn } from '../../shared/document.ts';
import { becomes, GOOD_CARD, invoice, moneyEvents, openTill, pressPay, seen, type Till } from './paying.ts';
import { connect, issued, LINE, send, type Made } from './doors.ts';

let till: Till;

test.before(async () => {
  till = await openTill();
});
test.after(() => till?.close());

const pay = (session: string, more: object = {}) => till.stripe.control('pay', { session, method: 'card', card: GOOD_CARD, ...more });

/** An invoice that is paid by card, and its entry in the ledger. */
async function paidInvoice(): Promise<{ made: Made; entry: string }> {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await pay(session);
  const { payments } = await becomes(till.app, made, ({ status }) => status === 'paid', 'paid');
  return { made, entry: payments[0]?.id ?? '' };
}

async function asOwner(name: string, input: object) {
  const socket = await connect(till.app, {}, { cookie: till.app.cookie, origin: till.app.url });
  try {
    return await send(socket, name, input);
  } finally {
    socket.close();
  }
}

test('a client pays by card: a page at Stripe, the webhook, one entry, the invoice is paid', async () => {
  const made = await invoice(till.app);
  const { status, url, session } = await pressPay(till.app, made);
  assert.is(status, 200);
  assert.match(url, till.stripe.url);
  const asked = await till.stripe.control('session', { id: session });
  assert.is(asked.amount_total, 24_000);
  assert.is(asked.currency, 'eur');
  assert.is(asked.locale, 'en');
  assert.is(asked.customer_email, 'anne@example.com');
  assert.is(asked.metadata?.['document'], made.id);
  assert.not.match(JSON.stringify(asked), made.token, 'the secret link is no business of Stripe’s');
  assert.is((await seen(till.app, made)).checkouts[0]?.state, 'open');

  await pay(session);
  const paid = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  assert.equal([paid.paid, paid.due, paid.payments.length], [24_000, 0, 1]);
  const [entry] = paid.payments;
  assert.equal([entry?.kind, entry?.method, entry?.amount, entry?.test, entry?.by], ['payment', 'card', 24_000, true, null]);
  assert.match(entry?.receiptUrl ?? '', /^http/);
  assert.is(paid.checkouts[0]?.state, 'paid');
  await till.stripe.idle();
  assert.equal(await moneyEvents(till.app, made), ['payment.started', 'payment.received', 'payment.ended']);
});

test('a declined card leaves the page open, the next one pays', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await pay(session, { card: '4000000000000002' });
  await till.stripe.idle();
  assert.is((await seen(till.app, made)).status, 'issued');
  await pay(session);
  const paid = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  assert.is(paid.payments.length, 1);
});

test('PayPal is told as what it is', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  await till.stripe.control('pay', { session, method: 'paypal' });
  const paid = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  assert.is(paid.payments[0]?.method, 'paypal');
});

test('a debit takes days: on its way it cannot be paid twice, and it may fail, or not', async () => {
  for (const end of ['fail', 'succeed'] as const) {
    const made = await invoice(till.app);
    const { session } = await pressPay(till.app, made);
    await till.stripe.control('pay', { session, method: 'sepa_debit', iban: 'DE89370400440532013000' });
    const running = await becomes(till.app, made, (doc) => doc.checkouts[0]?.state === 'processing', 'processing');
    assert.equal([running.status, running.due, running.checkouts[0]?.method], ['issued', 24_000, 'sepa_debit']);
    assert.is((await pressPay(till.app, made)).code, 'payment_running');
    await till.stripe.control('settle', { session, end });
    if (end === 'succeed') {
      const paid = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
      assert.is(paid.payments[0]?.method, 'sepa_debit');
      continue;
    }
    const failed = await becomes(till.app, made, (doc) => doc.checkouts[0]?.state === 'failed', 'failed');
    assert.equal([failed.status, failed.payments.length], ['issued', 0]);
    assert.is((await pressPay(till.app, made)).status, 200, 'and may be tried again');
  }
});

test('part payments: any amount up to what is left, in the client’s own writing', async () => {
  const made = await invoice(till.app);
  const first = await pressPay(till.app, made, { amount: '100,50' });
  await pay(first.session);
  const part = await becomes(till.app, made, (doc) => doc.status === 'part_paid', 'part paid');
  assert.is(part.due, 13_950);
  assert.is((await pressPay(till.app, made, { amount: '139.51' })).code, 'amount_exceeded');
  for (const wrong of ['0', '-1', 'all', '1.005', '1e3'])
    assert.is((await pressPay(till.app, made, { amount: wrong })).code, 'invalid_input', wrong);
  const second = await pressPay(till.app, made);
  await pay(second.session);
  await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
});

test('a second page for the same invoice closes the first, also when two people press at once', async () => {
  const made = await invoice(till.app);
  const first = await pressPay(till.app, made);
  const second = await pressPay(till.app, made);
  assert.is((await till.stripe.control('session', { id: first.session })).status, 'expired');
  assert.is((await till.stripe.control('session', { id: second.session })).status, 'open');

  const other = await till.app.another();
  const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => pressPay(i % 2 === 0 ? till.app : other, made)));
  assert.ok(
    answers.some((one) => one.status === 200),
    'somebody gets a page',
  );
  for (const one of answers) assert.ok(one.status === 200 || one.code === 'payment_running', JSON.stringify(one.body));
  const open = await Promise.all(
    answers.filter((one) => one.status === 200).map((one) => till.stripe.control('session', { id: one.session })),
  );
  assert.is(open.filter((one) => one.status === 'open').length, 1, 'one live page');
  assert.is((await seen(till.app, made)).checkouts.filter((one) => one.state === 'open').length, 1);
  await till.stripe.idle();
});

test('pressed twice with one command it is one page', async () => {
  const made = await invoice(till.app);
  const command = randomUUID();
  const [a, b] = await Promise.all([pressPay(till.app, made, { command }), pressPay(till.app, made, { command })]);
  assert.equal([a.status, b.status], [200, 200]);
  assert.is(a.session, b.session);
});

test('let both pay all the same: the second is recorded as too much, and both sides are told', async () => {
  const made = await invoice(till.app);
  const first = await pressPay(till.app, made);
  const second = await pressPay(till.app, made);
  await till.stripe.control('allowLate', { session: first.session });
  await pay(second.session);
  await pay(first.session);
  const over = await becomes(till.app, made, (doc) => (doc.due ?? 0) < 0, 'too much');
  assert.equal([over.status, over.paid, over.due, over.payments.length], ['paid', 48_000, -24_000, 2]);
  const mails = await till.app
    .em()
    .execute<{ side: string; about: { payment: { due: number } } }[]>(
      "select side, about from mails where document_id = ? and kind = 'payment'",
      [made.id],
    );
  for (const side of ['owner', 'client'])
    assert.ok(
      mails.some((one) => one.side === side && one.about.payment.due === -24_000),
      side,
    );
});

test('a refund in the console: asked of Stripe once, in the ledger when it is made; some, then the rest', async () => {
  const { made, entry } = await paidInvoice();
  const some = await asOwner('refundPayment', { document: made.id, entry, amount: '40.00', reason: 'One hour less' });
  assert.ok(some.ok, JSON.stringify(some));
  const part = await becomes(till.app, made, (doc) => doc.payments.length === 2, 'refunded');
  assert.equal([part.status, part.paid, part.due], ['part_paid', 20_000, 4_000]);
  const refund = part.payments[1];
  assert.equal(
    [refund?.kind, refund?.amount, refund?.of, refund?.by, refund?.reason],
    ['refund', -4_000, entry, 'Olive Owner', 'One hour less'],
  );
  assert.equal((await seen(till.app, made, 'owner')).owner?.refunds, []);
  const more = await asOwner('refundPayment', { document: made.id, entry, amount: '200.01', reason: null });
  assert.not.ok(more.ok);
  await asOwner('refundPayment', { document: made.id, entry, amount: null, reason: null });
  const all = await becomes(till.app, made, (doc) => doc.payments.length === 3, 'refunded');
  assert.equal([all.status, all.paid, all.due], ['issued', 0, 24_000]);
  await till.stripe.idle();
  assert.is((await seen(till.app, made)).payments.length, 3);
});

test('a refund made in Stripe, and one that comes back', async () => {
  const { made } = await paidInvoice();
  const session =
    (await till.app.em().execute<{ session: string }[]>('select session from checkouts where document_id = ?', [made.id]))[0]?.session ??
    '';
  const refund = await till.stripe.control('refund', { session, amount: 10_000 });
  const back = await becomes(till.app, made, (doc) => doc.payments.length === 2, 'refunded');
  assert.equal([back.due, back.payments[1]?.by], [10_000, null]);
  await till.stripe.control('refundFails', { refund: refund.id });
  const failed = await becomes(till.app, made, (doc) => doc.payments.length === 3, 'came back');
  assert.equal([failed.status, failed.due, failed.payments[2]?.kind], ['paid', 0, 'refund_failed']);
});

test('disputes: withdrawn, won and lost; an inquiry takes nothing', async () => {
  const sessionOf = async (made: Made) =>
    (await till.app.em().execute<{ session: string }[]>('select session from checkouts where document_id = ?', [made.id]))[0]?.session ??
    '';
  for (const outcome of ['won', 'lost'] as const) {
    const { made } = await paidInvoice();
    const dispute = await till.stripe.control('dispute', { session: await sessionOf(made) });
    const disputed = await becomes(till.app, made, (doc) => doc.payments.some((one) => one.kind === 'dispute'), 'disputed');
    assert.equal([disputed.status, disputed.due], ['issued', 24_000]);
    await till.stripe.control('disputeEnds', { dispute: dispute.id, outcome });
    const ended = await becomes(till.app, made, (doc) => doc.payments.some((one) => one.kind === `dispute_${outcome}`), outcome);
    assert.is(ended.due, outcome === 'won' ? 0 : 24_000);
  }
  const { made } = await paidInvoice();
  const asked = await till.stripe.control('dispute', { session: await sessionOf(made), inquiry: true });
  const inquiry = await becomes(till.app, made, (doc) => doc.payments.length === 2, 'inquiry');
  assert.equal([inquiry.status, inquiry.payments[1]?.amount], ['paid', 0]);
  await till.stripe.control('disputeEscalates', { dispute: asked.id });
  await becomes(till.app, made, (doc) => doc.due === 24_000, 'escalated');
});

test('a transfer is recorded and taken back by a counter-entry; nothing is deleted', async () => {
  const made = await invoice(till.app);
  const today = dayIn('Europe/Paris', new Date());
  const input = { document: made.id, amount: '240.00', day: today, method: 'transfer', reference: 'VIR ANNE LTD', notify: true };
  const done = await asOwner('recordPayment', input);
  assert.ok(done.ok, JSON.stringify(done));
  const paid = await seen(till.app, made);
  assert.equal([paid.status, paid.payments[0]?.by, paid.payments[0]?.reference], ['paid', 'Olive Owner', 'VIR ANNE LTD']);
  const entry = paid.payments[0]?.id ?? '';
  assert.ok((await asOwner('reversePayment', { document: made.id, entry, reason: 'Another invoice', notify: false })).ok);
  const again = await seen(till.app, made);
  assert.equal([again.status, again.paid, again.due, again.payments.length], ['issued', 0, 24_000, 2]);
  const twice = await asOwner('reversePayment', { document: made.id, entry, reason: 'x', notify: false });
  assert.is(twice.ok ? '' : twice.refusal.code, 'not_reversible');
  for (const [field, value] of [
    ['amount', '0'],
    ['amount', '-5'],
    ['amount', '1.005'],
    ['day', '2999-01-01'],
    ['day', '2026-02-30'],
    ['method', 'card'],
  ] as const) {
    const refused = await asOwner('recordPayment', { ...input, [field]: value });
    assert.is(refused.ok ? '' : refused.refusal.faults[0]?.pointer, `/${field}`, `${field} ${value}`);
  }
});

test('the same over the API: recorded, taken back, refunded; and read with the document and as events', async () => {
  const made = await invoice(till.app);
  const body = { amount: '100.00', day: dayIn('Europe/Paris', new Date()), method: 'cheque', reference: 'No. 17' };
  const recorded = await till.app.api('POST', `/documents/${made.id}/payments`, body);
  assert.equal([recorded.status, recorded.body.status, recorded.body.totals.due], [201, 'part_paid', 14_000]);
  const [cheque] = (await seen(till.app, made)).payments;
  const back = await till.app.api('POST', `/documents/${made.id}/payments/${cheque?.id}/reversal`, { reason: 'It bounced' });
  assert.equal([back.status, back.body.totals.due], [201, 24_000]);
  const { session } = await pressPay(till.app, made);
  await pay(session);
  const { payments } = await becomes(till.app, made, (doc) => doc.status === 'paid', 'paid');
  const refunded = await till.app.api('POST', `/documents/${made.id}/payments/${payments[2]?.id}/refunds`, { amount: '40.00' });
  assert.is(refunded.status, 202);
  await becomes(till.app, made, (doc) => doc.payments.length === 4, 'refunded');
  const read = await till.app.api('GET', `/documents/${made.id}`);
  assert.equal(
    read.body.payments.map((one: { kind: string; amount: number }) => [one.kind, one.amount]),
    [
      ['payment', 10_000],
      ['reversal', -10_000],
      ['payment', 24_000],
      ['refund', -4_000],
    ],
  );
  const wrong = await till.app.api('POST', `/documents/${made.id}/payments`, { ...body, method: 'card' });
  assert.equal([wrong.status, wrong.body.faults[0].pointer], [422, '/method']);
  const strange = await till.app.api('POST', `/documents/${made.id}/payments/${randomUUID()}/refunds`, {});
  assert.is(strange.status, 404);
});

test('what came in another way closes a page on which too much would be paid', async () => {
  const made = await invoice(till.app);
  const { session } = await pressPay(till.app, made);
  const today = dayIn('Europe/Paris', new Date());
  await asOwner('recordPayment', { document: made.id, amount: '200.00', day: today, method: 'transfer', reference: null });
  const closed = await becomes(till.app, made, (doc) => doc.checkouts[0]?.state === 'expired', 'closed');
  assert.is(closed.due, 4_000);
  assert.is((await till.stripe.control('session', { id: session })).status, 'expired');
});

test('minor units of 0, 2 and 3 decimals are told to Stripe as it counts them', async () => {
  for (const [currency, unitPrice, told, due] of [
    ['JPY', '1200', 2400, 2400],
    ['USD', '12.34', 2468, 2468],
    ['KWD', '12.340', 24_680, 24_680],
    ['ISK', '1200', 240_000, 2400],
  ] as const) {
    const lines = [{ ...LINE, unitPrice, vat: { category: 'Z', rate: '0' } }];
    const made = await invoice(till.app, { currency, lines });
    const { status, session, body } = await pressPay(till.app, made);
    assert.is(status, 200, `${currency} ${JSON.stringify(body)}`);
    const asked = await till.stripe.control('session', { id: session });
    assert.equal([asked.amount_total, asked.currency], [told, currency.toLowerCase()], currency);
    await pay(session);
    const paid = await becomes(till.app, made, (doc) => doc.status === 'paid', currency);
    assert.is(paid.payments[0]?.amount, due, currency);
  }
  const fractions = await invoice(till.app, {
    currency: 'KWD',
    lines: [{ ...LINE, quantity: '1', unitPrice: '12.345', vat: { category: 'Z', rate: '0' } }],
  });
  assert.is((await pressPay(till.app, fractions)).code, 'not_payable');
});

test('what cannot be paid has no page: other kinds, paid ones, and what Stripe refuses', async () => {
  const quote = await issued(till.app, 'quote');
  assert.is((await pressPay(till.app, quote)).code, 'not_payable');
  const { made } = await paidInvoice();
  assert.is((await pressPay(till.app, made)).code, 'not_payable');
  const small = await invoice(till.app, { lines: [{ ...LINE, quantity: '1', unitPrice: '0.10' }] });
  const refused = await pressPay(till.app, small);
  assert.equal([refused.code, (refused.body['data'] as { code: string }).code], ['payment_refused', 'amount_too_small']);
  await till.stripe.control('fault', { kind: 'error', times: 9, method: 'POST', path: '/v1/checkout/sessions' } as never);
  const fine = await invoice(till.app);
  assert.is((await pressPay(till.app, fine)).code, 'payment_unavailable');
  await till.stripe.control('clearFaults', {});
  assert.is((await pressPay(till.app, fine)).status, 200, 'and nothing stays reserved');
});

test.run();
