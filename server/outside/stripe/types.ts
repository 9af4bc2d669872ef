import type { Language } from '../../../shared/document.ts';
import type { Minor } from '../../../shared/money.ts';
import type { OnlineMethod } from '../../../shared/payment.ts';
import type { Truth } from '../../../shared/stripe.ts';

/** What is asked of Stripe for a payment page. */
export interface PageOrder {
  /** Ours: the checkout's id. The same again makes no second page. */
  key: string;
  amount: Minor;
  /** ISO 4217. */
  currency: string;
  methods: OnlineMethod[];
  language: Language;
  /** What is paid, as the payer reads it: "Facture F-2026-012". */
  title: string;
  email: string | null;
  metadata: Record<string, string>;
  doneUrl: string;
  cancelUrl: string;
  expiresAt: Date;
}

export interface Page {
  session: string;
  url: string;
  expiresAt: Date;
}

/** A signed event, as far as it says where to look. What has happened is read from Stripe itself. */
export interface Heard {
  id: string;
  type: string;
  test: boolean;
  /** The connected account it is about; null: the account of the key. */
  account: string | null;
  at: Lookup | null;
  /** Of a page, a payment or a charge, the ids we gave it; null where the event's object has none of its payment's. */
  metadata: Record<string, string> | null;
}

/** Where to look: a payment page, or what was paid on one. */
export type Lookup = { session: string } | { intent: string };

/** What is behind a lookup, with the ids we gave it. */
export interface Found {
  metadata: Record<string, string>;
  truth: Truth;
  /** Our own refunds that Stripe has, whatever their state. */
  refunds: string[];
}

/** One thing the settings' check has tried. `detail`: what is missing, in Stripe's words. */
export interface Check {
  what: 'account' | OnlineMethod | 'payments' | 'refunds';
  ok: boolean;
  detail: string | null;
}

/** One company's account. Every method may throw StripeTrouble. */
export interface StripeAccount {
  openPage(order: PageOrder): Promise<Page>;
  /** False where it is not open any more: paid, or closed before. */
  closePage(session: string): Promise<boolean>;
  find(at: Lookup): Promise<Found | null>;
  /** The id of the account; null where the key may not ask. */
  whose(): Promise<string | null>;
  /** Makes a refund once per key. `payment`: a charge. */
  refund(order: { key: string; payment: string; amount: Minor; currency: string; metadata: Record<string, string> }): Promise<void>;
  /** Tries what is needed, with real calls, and leaves nothing behind. */
  check(order: { currency: string; methods: OnlineMethod[]; url: string }): Promise<{ account: string | null; checks: Check[] }>;
}

export interface StripeAccounts {
  account(key: string): StripeAccount;
  /** The event of a webhook; null where the signature is not right or older than five minutes. (Stripe, "Verify webhook signatures".) */
  hear(raw: string, signature: string, secret: string, now: Date): Heard | null;
}
