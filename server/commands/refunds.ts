import { randomUUID } from 'node:crypto';
import type { CommandInputs } from '../../shared/commands.ts';
import { dayIn } from '../../shared/document.ts';
import { leftOf } from '../../shared/payment.ts';
import { Refusal } from '../../shared/refusal.ts';
import { RefundSchema, type Refund } from '../entities/index.ts';
import { findIssued } from '../model/find.ts';
import { refundView } from '../model/payments.ts';
import { tellOf } from './ledger.ts';
import { findInvoice, minorOf, userName } from './payments.ts';
import type { DealScope, Result } from './scope.ts';

/**
 * The owner gives money of an online payment back. It is written down first, and a job asks Stripe, with the refund's own id as the key: however
 * often that is tried, it is made once. It stands in the ledger when Stripe has made it.
 */
export function refundPayment(scope: DealScope, input: CommandInputs['refundPayment']): Result {
  const { loaded } = scope;
  const document = findInvoice(scope, input.document);
  const entry = loaded.payments.find((one) => one.id === input.entry && one.document === document.id);
  if (!entry) throw new Refusal('not_found');
  const { kind, method } = entry;
  if (kind !== 'payment' || entry.external === null) throw new Refusal('not_refundable', { data: { kind, method } });
  const waiting = loaded.refunds.filter((one) => one.payment === entry.id && one.state === 'waiting');
  const left = leftOf(loaded.payments, entry.id) - waiting.reduce((sum, one) => sum + one.amount, 0);
  const amount = input.amount === null ? left : minorOf(document, input.amount);
  if (left <= 0) throw new Refusal('not_refundable', { data: { kind, method } });
  if (amount > left) throw new Refusal('amount_exceeded', { data: { most: left, left } });
  const refund = scope.add(RefundSchema, {
    id: randomUUID(),
    company: loaded.company.id,
    deal: loaded.deal.id,
    document: document.id,
    payment: entry.id,
    amount,
    reason: input.reason,
    by: userName(scope),
    state: 'waiting',
    detail: null,
    position: loaded.refunds.length,
    createdAt: scope.now,
  });
  loaded.refunds.push(refund);
  document.updatedAt = scope.now;
  scope.say('refund.requested', document.id, { refund: refundView(refund) });
  scope.later({ name: 'refund', data: { refund: refund.id }, after: null });
  return { document: document.id, refund: refund.id };
}

/** Stripe will not make it, and says why. */
export function refuseRefund(scope: DealScope, input: { document: string; refund: string; detail: string }): Result {
  const refund = scope.loaded.refunds.find((one) => one.id === input.refund && one.document === input.document);
  if (!refund) throw new Refusal('not_found');
  if (refund.state !== 'waiting') return {};
  refund.state = 'refused';
  refund.detail = input.detail;
  scope.say('refund.refused', refund.document, { refund: refundView(refund) });
  const document = findIssued(scope.loaded, refund.document);
  const paid = scope.loaded.payments.find((one) => one.id === refund.payment);
  const { amount } = refund;
  const news = {
    what: 'refund_refused' as const,
    entry: refund.payment,
    amount,
    method: paid?.method ?? null,
    reason: null,
    receiptUrl: null,
  };
  const day = dayIn(scope.loaded.company.timeZone, scope.now);
  tellOf(scope, document, { ...news, day, due: document.due ?? 0, test: paid?.test ?? false }, { owner: true, client: false });
  return {};
}

/** Stripe has made it: from now on it is an entry of the ledger. */
export function settleRefund(scope: DealScope, id: string): Refund | null {
  const refund = scope.loaded.refunds.find((one) => one.id === id);
  if (!refund) return null;
  if (refund.state !== 'made') {
    refund.state = 'made';
    scope.say('refund.settled', refund.document, { refund: refund.id });
  }
  return refund;
}
