import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PaymentView, RefundView } from '../../../shared/payment.ts';
import type { DealView, DocumentView } from '../../../shared/view.ts';
import type { OutboxItem } from '../../live/outbox.ts';
import { isMailable, isRecordable, outstanding, readAmount, refundableOf, reversibleOf } from './rules.ts';

const entry = (more: Partial<PaymentView> = {}) =>
  ({ id: 'p', kind: 'payment', method: 'transfer', amount: 10_000, of: null, test: false, ...more }) as PaymentView;
const invoice = (payments: PaymentView[], refunds: Partial<RefundView>[] = [], more: object = {}) =>
  ({
    kind: 'invoice',
    status: 'issued',
    content: { currency: 'EUR' },
    due: 0,
    payments,
    owner: { refunds },
    ...more,
  }) as unknown as DocumentView;
const waiting = (amount: number): Partial<RefundView> => ({ entry: 'p', amount, state: 'waiting' });

test('an amount is read as its reader writes it, and as its currency is counted', () => {
  assert.equal(readAmount('1 234,50', 'fr', 'EUR'), { amount: '1234.50', minor: 123_450 });
  assert.equal(readAmount('1,234.50', 'en', 'EUR'), { amount: '1234.50', minor: 123_450 });
  assert.equal(readAmount('2 114,40 €', 'fr', 'EUR'), { amount: '2114.40', minor: 211_440 });
  assert.equal(readAmount('500', 'fr', 'JPY'), { amount: '500', minor: 500 });
  assert.equal(readAmount('1,234', 'fr', 'KWD'), { amount: '1.234', minor: 1234 });
  for (const text of ['', 'tout', '0', '0,00', '-5', '−5', '1,2,3', '9'.repeat(17)])
    assert.is(readAmount(text, 'fr', 'EUR'), 'wrong', text);
  for (const [text, currency] of [
    ['1,005', 'EUR'],
    ['1,5', 'JPY'],
  ] as const)
    assert.is(readAmount(text, 'fr', currency), 'fraction', text);
});

test('money is recorded on an issued invoice with amounts, also when it is paid', () => {
  assert.ok(isRecordable(invoice([])));
  for (const status of ['paid', 'part_paid', 'cancelled']) assert.ok(isRecordable(invoice([], [], { status })), status);
  for (const more of [{ status: 'draft' }, { kind: 'quote' }, { kind: 'credit_note' }, { due: null }, { content: { currency: null } }])
    assert.not.ok(isRecordable(invoice([], [], more)), JSON.stringify(more));
});

test('what was recorded here, or was a test, is taken back once', () => {
  const left = (one: PaymentView, ...others: PaymentView[]) => reversibleOf(invoice([one, ...others]), one);
  assert.is(left(entry()), 10_000);
  assert.is(left(entry(), entry({ id: 'r', kind: 'reversal', amount: -10_000, of: 'p' })), 0);
  assert.is(left(entry({ method: 'opening' })), 0);
  assert.is(left(entry({ method: 'card' })), 0, 'money that came in online goes back by a refund');
  assert.is(left(entry({ method: 'card', test: true })), 10_000);
  assert.is(left(entry({ method: 'card', test: true }), entry({ id: 'r', kind: 'refund', amount: -4000, of: 'p' })), 6000);
  assert.is(left(entry({ id: 'r', kind: 'reversal', amount: 5 })), 0);
  assert.is(reversibleOf(invoice([entry({ method: 'card', test: true })], [waiting(1)]), entry({ method: 'card', test: true })), 0);
});

test('of an online payment what is left can be refunded, without what is being refunded', () => {
  const card = entry({ method: 'card' });
  assert.is(refundableOf(invoice([card]), card), 10_000);
  assert.is(refundableOf(invoice([card], [waiting(4000)]), card), 6000);
  assert.is(refundableOf(invoice([card], [{ ...waiting(4000), state: 'refused' }]), card), 10_000);
  assert.is(refundableOf(invoice([card, entry({ id: 'd', kind: 'dispute', amount: -10_000, of: 'p' })]), card), 0);
  for (const method of ['transfer', 'opening'] as const)
    assert.is(refundableOf(invoice([entry({ method })]), entry({ method })), 0, method);
  assert.is(refundableOf(invoice([card]), entry({ id: 'r', kind: 'refund', method: 'card' })), 0);
});

test('a client can be mailed where a contact with an address has an open link', () => {
  const deal = (email: string | null, contact: string | null, revokedAt: string | null) =>
    ({
      client: { contacts: [{ id: 'c', email }] },
      documents: [{ owner: { links: [{ contact: contact === null ? null : { id: contact }, revokedAt }] } }],
    }) as unknown as DealView;
  assert.ok(isMailable(deal('a@example.com', 'c', null)));
  for (const [email, contact, revokedAt] of [
    [null, 'c', null],
    ['a@example.com', null, null],
    ['a@example.com', 'other', null],
    ['a@example.com', 'c', '2026-11-24'],
  ] as const)
    assert.not.ok(isMailable(deal(email, contact, revokedAt)), JSON.stringify([email, contact, revokedAt]));
});

test('what is on its way is shown only where it cannot go, and what was refused always', () => {
  const item = (id: string, name: string, state: string, document = 'd') =>
    ({ id, name, state, input: { document } }) as unknown as OutboxItem;
  const items = [
    item('a', 'recordPayment', 'sending'),
    item('b', 'refundPayment', 'refused'),
    item('c', 'postMessage', 'refused'),
    item('d', 'reversePayment', 'refused', 'x'),
  ];
  const ids = (online: boolean) => outstanding(items, 'd', online).map(({ id }) => id);
  assert.equal([ids(true), ids(false)], [['b'], ['a', 'b']]);
});

test.run();
