import type { Instant } from '../../../shared/document.ts';
import type { OnlineSettings } from '../../../shared/console.ts';

/** What a restricted key has to be allowed to do, by the names that Stripe's own page has. */
export const PERMISSIONS = [
  { name: 'Checkout Sessions', level: 'write' },
  { name: 'PaymentIntents', level: 'read' },
  { name: 'Charges and Refunds', level: 'write' },
  { name: 'Disputes', level: 'read' },
  { name: 'Accounts', level: 'read' },
] as const satisfies readonly { name: string; level: 'read' | 'write' }[];

/** What Stripe has to tell. */
export const EVENTS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'refund.created',
  'refund.updated',
  'refund.failed',
] as const;

export type Missing = 'key' | 'webhookSecret' | 'methods';

/** What is missing for invoices to be payable on the page. */
export function missingOf({ key, webhookSecret, methods }: Pick<OnlineSettings, 'key' | 'webhookSecret' | 'methods'>): Missing[] {
  return [
    ...(key === null ? (['key'] as const) : []),
    ...(webhookSecret ? [] : (['webhookSecret'] as const)),
    ...(methods.length > 0 ? [] : (['methods'] as const)),
  ];
}

/** What is wrong with a key, before it is sent: one that may be shown to everybody opens nothing. null: it may be one. */
export function keyFault(text: string): 'publishable' | 'wrong' | null {
  const key = text.trim();
  if (/^pk_/.test(key)) return 'publishable';
  return /^(sk|rk)_(test|live)_\w{8,250}$/.test(key) ? null : 'wrong';
}

/** Whether it may be what Stripe signs its events with. */
export function isSecret(text: string): boolean {
  return /^whsec_[\w+/=-]{8,250}$/.test(text.trim());
}

/** Milliseconds. That Stripe was heard is written down once in so long. */
const HEARD_MS = 60_000;

/** Whether Stripe has been heard since something was tried there; it tells of each payment page that was tried. */
export function isHeardSince(heardAt: Instant | null, since: Instant): boolean {
  return heardAt !== null && Date.parse(heardAt) > Date.parse(since) - HEARD_MS;
}
