import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { disputedOf, groupsOf, isOnline, webAddress } from './ledger.ts';
import type { EntryKind, PaymentView } from './payment.ts';

const entry = (id: string, kind: EntryKind, of: string | null = null) => ({ id, kind, of }) as PaymentView;
const shapeOf = (payments: PaymentView[]) => groupsOf(payments).map((group) => [group.entry.id, ...group.later.map(({ id }) => id)]);

test('what took a payment back stands under it, and what is about nothing that is shown by itself', () => {
  const payments = [
    entry('a', 'payment'),
    entry('b', 'payment'),
    entry('c', 'refund', 'a'),
    entry('d', 'reversal', 'b'),
    entry('e', 'refund_failed', 'a'),
    entry('f', 'refund', 'gone'),
  ];
  assert.equal(shapeOf(payments), [['a', 'c', 'e'], ['b', 'd'], ['f']]);
  assert.equal(shapeOf([]), []);
});

test('a payment is disputed until its dispute is won or lost', () => {
  const open = (...kinds: EntryKind[]) =>
    disputedOf([entry('p', 'payment'), ...kinds.map((kind, i) => entry(`d${i}`, kind, 'p'))])?.id ?? null;
  assert.is(open(), null);
  assert.is(open('refund'), null);
  assert.is(open('dispute'), 'd0');
  assert.is(open('dispute', 'refund'), 'd0', 'a refund closes no dispute');
  assert.is(open('dispute', 'dispute_won'), null);
  assert.is(open('dispute', 'dispute_lost'), null);
  assert.is(open('dispute', 'dispute'), 'd1', 'a question has become a dispute');
  assert.is(open('dispute', 'dispute', 'dispute_lost'), null);
  assert.is(open('dispute', 'dispute_won', 'dispute'), 'd2');
});

test('of two disputed payments one may be closed while the other is not', () => {
  const payments = [
    entry('p', 'payment'),
    entry('q', 'payment'),
    entry('x', 'dispute', 'p'),
    entry('y', 'dispute', 'q'),
    entry('z', 'dispute_won', 'q'),
  ];
  assert.is(disputedOf(payments)?.id, 'x');
});

test('money goes back through Stripe where it came from there', () => {
  for (const method of ['card', 'paypal', 'sepa_debit', 'online'] as const) assert.ok(isOnline(method), method);
  for (const method of ['opening', 'transfer', 'cheque', 'cash', 'other'] as const) assert.not.ok(isOnline(method), method);
});

test('only an address of the web is followed', () => {
  for (const url of ['https://pay.stripe.com/receipts/x', 'http://127.0.0.1:4242/r']) assert.is(webAddress(url), url);
  for (const url of [
    null,
    '',
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '/receipt',
    'mailto:a@b.example',
  ])
    assert.is(webAddress(url), null, String(url));
});

test.run();
