import type Stripe from 'stripe';
import type { Minor } from '../../../shared/money.ts';
import { ONLINE_METHODS, type OnlineMethod, type PaymentMethod } from '../../../shared/payment.ts';
import { fromStripe, type Truth, type TruthEntry } from '../../../shared/stripe.ts';
import { idOf } from './ids.ts';
import { StripeTrouble } from './trouble.ts';
import type { Found, Lookup } from './types.ts';

const KNOWN: ReadonlySet<string> = new Set<string>(ONLINE_METHODS);

/** Everything Stripe has about a page, whichever end it is taken by. */
export async function find(stripe: Stripe, at: Lookup): Promise<Found | null> {
  const session = await sessionAt(stripe, at);
  const intent = await intentOf(stripe, session, at);
  const metadata = session?.metadata ?? intent?.metadata ?? {};
  const currency = (session?.currency ?? intent?.currency ?? '').toUpperCase();
  const livemode = session?.livemode ?? intent?.livemode;
  if (currency === '' || livemode === undefined) return null;
  // Nothing of ours: nothing more is asked.
  if (metadata['checkout'] === undefined) return null;
  const charges = intent === null ? [] : (await stripe.charges.list({ payment_intent: intent.id, limit: 100 })).data;
  const { entries, refunds } = intent === null ? NOTHING : await entriesOf(stripe, intent.id, charges);
  const paid = entries.find((one) => one.kind === 'payment');
  return {
    metadata,
    truth: {
      state: paid ? 'paid' : stateOf(session, intent),
      currency: paid ? paid.currency : currency,
      intent: intent?.id ?? null,
      method: paid?.method ?? methodOf(charges[0]?.payment_method_details?.type),
      reason: intent?.last_payment_error?.decline_code ?? intent?.last_payment_error?.code ?? null,
      test: !livemode,
      entries: entries.map(({ currency: _, ...entry }) => entry),
    },
    refunds,
  };
}

async function sessionAt(stripe: Stripe, at: Lookup): Promise<Stripe.Checkout.Session | null> {
  if ('session' in at) return stripe.checkout.sessions.retrieve(at.session);
  const { data } = await stripe.checkout.sessions.list({ payment_intent: at.intent, limit: 1 });
  return data[0] ?? null;
}

async function intentOf(stripe: Stripe, session: Stripe.Checkout.Session | null, at: Lookup): Promise<Stripe.PaymentIntent | null> {
  const of = session?.payment_intent ?? ('intent' in at ? at.intent : null);
  if (of === null) return null;
  return typeof of === 'string' ? stripe.paymentIntents.retrieve(of) : of;
}

function stateOf(session: Stripe.Checkout.Session | null, intent: Stripe.PaymentIntent | null): Truth['state'] {
  // Paid, and its charge is not in the list yet: another moment it is.
  if (intent?.status === 'succeeded')
    throw new StripeTrouble('Stripe does not show the charge of a payment yet', { temporary: true, code: null });
  if (intent?.status === 'processing') return 'processing';
  if (session?.status === 'expired') return 'expired';
  // Complete, and nothing was paid and nothing is on its way: what took days has failed.
  if (session?.status === 'complete') return 'failed';
  return 'open';
}

type FoundEntry = TruthEntry & { currency: string };

const NOTHING: { entries: FoundEntry[]; refunds: string[] } = { entries: [], refunds: [] };

/** What has happened to the money, oldest first. */
async function entriesOf(stripe: Stripe, intent: string, all: Stripe.Charge[]): Promise<{ entries: FoundEntry[]; refunds: string[] }> {
  const ofIntent = { payment_intent: intent, limit: 100 };
  const charges = all.filter((one) => one.status === 'succeeded');
  if (charges.length === 0) return NOTHING;
  const refunds = (await stripe.refunds.list(ofIntent)).data;
  const disputes = (await stripe.disputes.list(ofIntent)).data;
  const methods = new Map(charges.map((one) => [one.id, methodOf(one.payment_method_details?.type) ?? 'online']));
  const entries = [
    ...charges.map(chargeEntry),
    ...refunds.flatMap((one) => refundEntries(one, methods.get(idOf(one.charge) ?? '') ?? 'online')),
    ...disputes.flatMap((one) => disputeEntries(one, methods.get(idOf(one.charge) ?? '') ?? 'online')),
  ];
  entries.sort((a, b) => a.at.getTime() - b.at.getTime());
  return { entries, refunds: refunds.flatMap((one) => one.metadata?.['refund'] ?? []) };
}

function chargeEntry(charge: Stripe.Charge): FoundEntry {
  return {
    key: charge.id,
    kind: 'payment',
    amount: minor(charge.amount_captured, charge.currency),
    of: null,
    method: methodOf(charge.payment_method_details?.type) ?? 'online',
    at: dateOf(charge.created),
    reason: null,
    receiptUrl: charge.receipt_url,
    refund: null,
    currency: charge.currency.toUpperCase(),
  };
}

/** A refund takes off when it is made; one that the client's bank did not take comes back. */
function refundEntries(refund: Stripe.Refund, method: PaymentMethod): FoundEntry[] {
  const { id, status, amount, created, reason, metadata } = refund;
  if (status === 'requires_action') return [];
  const common = { of: idOf(refund.charge), method, receiptUrl: null, currency: refund.currency.toUpperCase() };
  const made = { ...common, key: id, kind: 'refund' as const, amount: -minor(amount, refund.currency), at: dateOf(created), reason };
  const entry: FoundEntry = { ...made, refund: metadata?.['refund'] ?? null };
  if (status !== 'failed' && status !== 'canceled') return [entry];
  const back = {
    ...common,
    key: `${id}:failed`,
    kind: 'refund_failed' as const,
    amount: -made.amount,
    at: new Date(made.at.getTime() + 1),
  };
  return [entry, { ...back, reason: refund.failure_reason ?? null, refund: null }];
}

/**
 * A dispute takes the money away at once (`withdrawn`), an inquiry only asks; it comes back when it is won. Counted in the charge's currency: the
 * balance may be kept in another one. (Stripe, "How disputes work".)
 */
function disputeEntries(dispute: Stripe.Dispute, method: PaymentMethod): FoundEntry[] {
  const { id, status, reason, balance_transactions: moves } = dispute;
  const amount = minor(dispute.amount, dispute.currency);
  const withdrawn = moves.some((one) => one.amount < 0);
  const returned = moves.some((one) => one.amount > 0);
  const common = { of: idOf(dispute.charge), method, reason, receiptUrl: null, refund: null, currency: dispute.currency.toUpperCase() };
  const entry = (what: string, kind: TruthEntry['kind'], of: Minor, order: number): FoundEntry => ({
    ...common,
    key: `${id}:${what}`,
    kind,
    amount: of,
    at: new Date(dispute.created * 1000 + order),
  });
  const entries: FoundEntry[] = [];
  if (withdrawn) entries.push(entry('withdrawn', 'dispute', -amount, 0));
  else if (status.startsWith('warning_')) entries.push(entry('opened', 'dispute', 0, 0));
  if (returned) entries.push(entry('returned', 'dispute_won', amount, 1));
  else if (!withdrawn && entries.length > 0 && status === 'warning_closed') entries.push(entry('closed', 'dispute_won', 0, 1));
  if (status === 'lost') entries.push(entry('lost', 'dispute_lost', 0, 2));
  return entries;
}

function methodOf(type: string | undefined): PaymentMethod | null {
  if (type === undefined) return null;
  return KNOWN.has(type) ? (type as OnlineMethod) : 'online';
}

function minor(amount: number, currency: string): Minor {
  return fromStripe(amount, currency.toUpperCase());
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
