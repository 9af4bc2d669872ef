import type { CheckoutState } from './checkouts.ts';
import { digitsOf, type Minor } from './money.ts';
import type { EntryKind, PaymentMethod } from './payment.ts';

/** One thing that has happened to the money of a payment page, as Stripe has it. */
export interface TruthEntry {
  /** What it is at Stripe; in the ledger once. */
  key: string;
  kind: EntryKind;
  /** Signed, in the minor unit of the currency. */
  amount: Minor;
  /** The key of the payment it is about; null: it is one. */
  of: string | null;
  method: PaymentMethod;
  at: Date;
  reason: string | null;
  receiptUrl: string | null;
  /** Our own refund that asked for it. */
  refund: string | null;
}

/** All that Stripe knows of a payment page, read just now. Oldest entry first. */
export interface Truth {
  state: Exclude<CheckoutState, 'reserved' | 'replaced'>;
  /** ISO 4217. */
  currency: string;
  intent: string | null;
  method: PaymentMethod | null;
  /** Why it has failed. */
  reason: string | null;
  test: boolean;
  entries: TruthEntry[];
}

/**
 * Stripe counts these in another unit than ISO 4217 does, in decimals: those without decimals that it takes with two, and the other way round.
 * (Stripe, "Supported currencies": zero-decimal currencies and special cases.)
 */
const STRIPE_DIGITS: Readonly<Record<string, number>> = { ISK: 2, UGX: 2, MGA: 0 };

/** An amount as Stripe counts it; null where it cannot be told to Stripe: thousandths that are not whole hundredths, fractions it does not know. */
export function toStripe(amount: Minor, currency: string): number | null {
  const shift = (STRIPE_DIGITS[currency] ?? digitsOf(currency)) - digitsOf(currency);
  const told = shift >= 0 ? amount * 10 ** shift : amount / 10 ** -shift;
  if (!Number.isSafeInteger(told)) return null;
  return digitsOf(currency) === 3 && told % 10 !== 0 ? null : told;
}

/** The same the other way round. */
export function fromStripe(amount: number, currency: string): Minor {
  const shift = (STRIPE_DIGITS[currency] ?? digitsOf(currency)) - digitsOf(currency);
  return shift >= 0 ? Math.round(amount / 10 ** shift) : amount * 10 ** -shift;
}
