import { randomUUID } from 'node:crypto';
import type { EventType } from '../../shared/events.ts';
import { invoiceStatus } from '../../shared/document.ts';
import type { EntryKind } from '../../shared/payment.ts';
import { PaymentSchema, type Document, type Payment, type PaymentNews } from '../entities/index.ts';
import { amountsOf } from '../model/columns.ts';
import { payableNow, paymentView } from '../model/payments.ts';
import { clientsOf, usersWanting } from '../model/recipients.ts';
import { addMail } from './mails.ts';
import type { DealScope } from './scope.ts';

/** An entry before it has its place in the ledger. */
export type NewEntry = Pick<Payment, 'kind' | 'amount' | 'method' | 'day' | 'reference' | 'of' | 'by' | 'reason' | 'receiptUrl' | 'test'> &
  Pick<Payment, 'checkout' | 'external'>;

/** What an entry has to say about itself where nothing else is known of it. */
export const PLAIN = {
  reference: null,
  of: null,
  by: null,
  reason: null,
  receiptUrl: null,
  test: false,
  checkout: null,
  external: null,
} satisfies Partial<NewEntry>;

type EntryEvent = Extract<EventType, `payment.${'received' | 'reversed' | 'refunded' | 'disputed'}` | 'refund.failed' | 'dispute.closed'>;

const SAID: { readonly [K in EntryKind]: EntryEvent } = {
  payment: 'payment.received',
  reversal: 'payment.reversed',
  refund: 'payment.refunded',
  refund_failed: 'refund.failed',
  dispute: 'payment.disputed',
  dispute_won: 'dispute.closed',
  dispute_lost: 'dispute.closed',
};

const NEWS: { readonly [K in EntryKind]: PaymentNews['what'] } = {
  payment: 'received',
  reversal: 'reversed',
  refund: 'refunded',
  refund_failed: 'refund_failed',
  dispute: 'disputed',
  dispute_won: 'dispute_won',
  dispute_lost: 'dispute_lost',
};

/** What is between the owner and the client's bank is not written to the client about. */
const OWNERS_ALONE: ReadonlySet<PaymentNews['what']> = new Set<PaymentNews['what']>([
  'disputed',
  'dispute_won',
  'dispute_lost',
  'unmatched',
  'refund_refused',
  'blocked',
]);

/** Whom a mail about a payment goes to, besides what its kind says. */
export interface Tell {
  /** False where somebody of the owner's side has just done it themself. */
  owner: boolean;
  client: boolean;
}

/**
 * Puts an entry into the ledger of a document. Paid, left and status are what the entries make of them; nothing else moves them. Whoever is not
 * there is written to.
 */
export function enter(scope: DealScope, document: Document, given: NewEntry, tell: Tell = { owner: true, client: true }): Payment {
  const entry = addEntry(scope, document, given);
  document.paid += entry.amount;
  document.due = (document.due ?? 0) - entry.amount;
  document.status = invoiceStatus(amountsOf(document));
  document.updatedAt = scope.now;
  const { paid, due, status } = document;
  scope.say(SAID[entry.kind], document.id, { entry: paymentView(entry), paid, due, status });
  const { id, amount, method, day, reason, receiptUrl, test } = entry;
  tellOf(scope, document, { what: NEWS[entry.kind], entry: id, amount, method, day, due, reason, receiptUrl, test }, tell);
  closeBeyond(scope, document);
  return entry;
}

/** An entry without a word about it: of what is only just being issued. */
export function addEntry(scope: DealScope, document: Document, given: NewEntry): Payment {
  const { payments } = scope.loaded;
  const position = payments.filter((one) => one.document === document.id).length;
  const entry = scope.add(PaymentSchema, { ...given, id: randomUUID(), document: document.id, position, at: scope.now });
  payments.push(entry);
  return entry;
}

/** Writes to both sides about a payment. */
export function tellOf(scope: DealScope, document: Document, news: PaymentNews, tell: Tell): void {
  const owners = tell.owner ? usersWanting(scope.loaded, 'payment') : [];
  const clients = tell.client && !OWNERS_ALONE.has(news.what) ? clientsOf(scope.loaded, document) : [];
  for (const to of [...owners, ...clients]) addMail(scope, document, 'payment', to, { payment: news });
}

/** Payment pages on which more would be paid than is left now are closed at Stripe, by a job. */
export function closeBeyond(scope: DealScope, document: Document): void {
  const left = payableNow(scope.loaded, document);
  for (const checkout of scope.loaded.checkouts)
    if (checkout.document === document.id && checkout.state === 'open' && checkout.amount > left)
      scope.later({ name: 'checkout-close', data: { checkout: checkout.id }, after: null });
}
