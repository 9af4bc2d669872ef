import type { Day, Instant, Kind, Status } from './document.ts';
import type { CheckoutState } from './checkouts.ts';
import type { Minor } from './money.ts';

/** How a client pays on the page, through Stripe. */
export const ONLINE_METHODS = ['card', 'paypal', 'sepa_debit'] as const;
export type OnlineMethod = (typeof ONLINE_METHODS)[number];

/** What the owner has received another way and records. */
export const RECORDED_METHODS = ['transfer', 'cheque', 'cash', 'other'] as const;
export type RecordedMethod = (typeof RECORDED_METHODS)[number];

/** `opening`: paid before the invoice came in. `online`: through Stripe, by a method that has no word here. */
export const PAYMENT_METHODS = ['opening', ...ONLINE_METHODS, 'online', ...RECORDED_METHODS] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/**
 * What an entry of the ledger is. `reversal`: takes back one that was recorded by mistake. `refund_failed`: a refund that the client's bank did not
 * take came back. `dispute`: the client's bank took the money back, or (amount 0) only asks; `dispute_won`: it came back; `dispute_lost`: it does not.
 */
export const ENTRY_KINDS = ['payment', 'reversal', 'refund', 'refund_failed', 'dispute', 'dispute_won', 'dispute_lost'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** One entry of an invoice's ledger: never changed, never deleted. */
export interface PaymentView {
  id: string;
  kind: EntryKind;
  method: PaymentMethod;
  /** Signed: what comes in adds to what is paid, what goes out takes off. */
  amount: Minor;
  /** When the money moved: as the owner stated it, or the day in the company's time zone. */
  day: Day;
  /** When it was entered. */
  at: Instant;
  /** What the payer or the bank wrote. */
  reference: string | null;
  /** The payment that a later entry is about. */
  of: string | null;
  /** The user who entered it; null where Stripe said so, or the file it came with. */
  by: string | null;
  /** Why, of a reversal, a refund or a dispute. */
  reason: string | null;
  /** Stripe's own receipt. */
  receiptUrl: string | null;
  /** Paid in test mode: no money moved. */
  test: boolean;
}

/** One try to pay online. */
export interface CheckoutView {
  id: string;
  amount: Minor;
  state: CheckoutState;
  /** Known once it was chosen. */
  method: PaymentMethod | null;
  at: Instant;
}

/** A refund that was asked for and is not in the ledger. `waiting`: tried again by itself. `refused`: Stripe will not do it. */
export interface RefundView {
  id: string;
  /** The payment it is of. */
  entry: string;
  amount: Minor;
  state: 'waiting' | 'refused';
  detail: string | null;
}

/** How invoices of a company can be paid on the page; nothing secret. */
export interface OnlineView {
  methods: OnlineMethod[];
  /** Whether the client may pay a part. */
  partial: boolean;
  /** No money moves. */
  test: boolean;
}

/** What is on its way and not in the ledger yet. */
export function inProcess(checkouts: readonly Pick<CheckoutView, 'state' | 'amount'>[]): Minor {
  return checkouts.reduce((sum, one) => (one.state === 'processing' ? sum + one.amount : sum), 0);
}

export interface Payable {
  kind: Kind;
  status: Status;
  /** What is left to pay. */
  due: Minor | null;
  checkouts: readonly Pick<CheckoutView, 'state' | 'amount'>[];
}

/** What can be paid of a document now, whichever way: of an issued invoice what is left and not on its way. Zero where there is nothing. */
export function payableOf({ kind, status, due, checkouts }: Payable): Minor {
  if (kind !== 'invoice' || (status !== 'issued' && status !== 'part_paid')) return 0;
  return Math.max(0, (due ?? 0) - inProcess(checkouts));
}

/** What is left of a payment, after what was refunded, disputed or taken back of it. */
export function leftOf(entries: readonly Pick<PaymentView, 'id' | 'of' | 'amount'>[], payment: string): Minor {
  return entries.reduce((sum, one) => (one.id === payment || one.of === payment ? sum + one.amount : sum), 0);
}

/** What the entries come to. */
export function sumOf(entries: readonly Pick<PaymentView, 'amount'>[]): Minor {
  return entries.reduce((sum, one) => sum + one.amount, 0);
}

/** Currencies in which PayPal is taken through Stripe. (Stripe, "PayPal payments": supported currencies.) */
const PAYPAL = 'EUR GBP USD CHF CZK DKK NOK PLN SEK AUD CAD HKD NZD SGD';

/** Which of the methods take a currency. A SEPA direct debit is in euro. */
export function methodsFor(methods: readonly OnlineMethod[], currency: string): OnlineMethod[] {
  return methods.filter((one) => (one === 'paypal' ? PAYPAL.includes(currency) : one === 'sepa_debit' ? currency === 'EUR' : true));
}

/** How a document can be paid on the page now; empty where it cannot. */
export function onlineMethods(doc: Payable & { content: { currency: string | null } }, online: OnlineView | null): OnlineMethod[] {
  const { currency } = doc.content;
  return online === null || currency === null || payableOf(doc) === 0 ? [] : methodsFor(online.methods, currency);
}
