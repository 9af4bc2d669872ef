import Stripe from 'stripe';
import type { Language } from '../../shared/document.ts';
import type { Minor } from '../../shared/money.ts';
import { ONLINE_METHODS, type OnlineMethod, type PaymentMethod } from '../../shared/payment.ts';
import { digitsOf } from '../../shared/money.ts';
import { fromStripe, toStripe, type Truth, type TruthEntry } from '../../shared/stripe.ts';

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

/** A call that has failed. `temporary`: it may be better another time. `message`: Stripe's words, for the owner. */
export class StripeTrouble extends Error {
  readonly temporary: boolean;
  /** Stripe's code, such as `amount_too_small`. */
  readonly code: string | null;
  /** HTTP; null where there was no answer. */
  readonly status: number | null;
  constructor(message: string, { temporary, code, status = null }: { temporary: boolean; code: string | null; status?: number | null }) {
    super(message);
    this.temporary = temporary;
    this.code = code;
    this.status = status;
  }
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

const TOLERANCE_S = 300;
const TIMEOUT_MS = 15_000;
const LOCALES: { readonly [L in Language]: Stripe.Checkout.SessionCreateParams.Locale } = { fr: 'fr', en: 'en' };
/** Above the smallest payment of every currency, in currency units. */
const TRIED = 1000;
const KNOWN: ReadonlySet<string> = new Set<string>(ONLINE_METHODS);
/** Answers that may be others in a moment. */
const TEMPORARY_STATUS: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** @param base where the API is, for trying the program without Stripe; null: Stripe itself */
export function openStripe(base: string | null): StripeAccounts {
  const at = base === null ? null : new URL(base);
  const place =
    at === null
      ? {}
      : {
          host: at.hostname,
          port: at.port || (at.protocol === 'http:' ? '80' : '443'),
          protocol: at.protocol === 'http:' ? ('http' as const) : ('https' as const),
        };
  const open = (key: string) =>
    new Stripe(key, { ...place, timeout: TIMEOUT_MS, maxNetworkRetries: 2, telemetry: false, appInfo: { name: 'webdocument' } });
  // Signatures need no key.
  const { webhooks } = new Stripe('sk_test_none');
  return {
    account: (key) => accountOf(open(key)),
    hear(raw, signature, secret, now) {
      try {
        return heardOf(webhooks.constructEvent(raw, signature, secret, TOLERANCE_S, undefined, now.getTime()));
      } catch {
        return null;
      }
    },
  };
}

function accountOf(stripe: Stripe): StripeAccount {
  const account: StripeAccount = {
    async openPage(order) {
      const { currency, methods, language, title, email, metadata, doneUrl, cancelUrl, expiresAt } = order;
      const amount = toStripe(order.amount, currency);
      if (amount === null)
        throw new StripeTrouble(`an amount in ${currency} that Stripe cannot take`, { temporary: false, code: 'amount' });
      const session = await asked(() =>
        stripe.checkout.sessions.create(
          {
            mode: 'payment',
            // What is paid is what the invoice asks for, in its own currency.
            adaptive_pricing: { enabled: false },
            allowed_payment_method_types: methods,
            line_items: [
              { quantity: 1, price_data: { currency: currency.toLowerCase(), unit_amount: amount, product_data: { name: title } } },
            ],
            locale: LOCALES[language],
            metadata,
            payment_intent_data: { metadata, description: title },
            ...(email === null ? {} : { customer_email: email }),
            success_url: doneUrl,
            cancel_url: cancelUrl,
            expires_at: Math.floor(expiresAt.getTime() / 1000),
          },
          { idempotencyKey: `page-${order.key}` },
        ),
      );
      if (session.url === null) throw new StripeTrouble('Stripe gave the payment page no address', { temporary: true, code: null });
      return { session: session.id, url: session.url, expiresAt: new Date(session.expires_at * 1000) };
    },

    async closePage(session) {
      try {
        await asked(() => stripe.checkout.sessions.expire(session));
        return true;
      } catch (error) {
        // Neither is "not open": a key that may not, and one that is none.
        if (error instanceof StripeTrouble && (error.status === 400 || error.status === 404)) return false;
        throw error;
      }
    },

    async find(at) {
      try {
        return await asked(() => find(stripe, at));
      } catch (error) {
        // Of another account, or gone.
        if (error instanceof StripeTrouble && error.code === 'resource_missing') return null;
        throw error;
      }
    },

    async whose() {
      try {
        return (await asked(() => stripe.accounts.retrieveCurrent())).id;
      } catch (error) {
        if (error instanceof StripeTrouble && error.status === 403) return null;
        throw error;
      }
    },

    async refund({ key, payment, amount, currency, metadata }) {
      const told = toStripe(amount, currency);
      if (told === null) throw new StripeTrouble(`an amount in ${currency} that Stripe cannot take`, { temporary: false, code: 'amount' });
      await asked(() => stripe.refunds.create({ charge: payment, amount: told, metadata }, { idempotencyKey: `refund-${key}` }));
    },

    async check({ currency, methods, url }) {
      const checks: Check[] = [];
      const tried = async <T>(what: Check['what'], call: () => Promise<T>): Promise<T | null> => {
        try {
          const answer = await asked(call);
          checks.push({ what, ok: true, detail: null });
          return answer;
        } catch (error) {
          if (!(error instanceof StripeTrouble)) throw error;
          if (error.temporary) throw error;
          checks.push({ what, ok: false, detail: error.message });
          return null;
        }
      };
      const whose = await tried('account', () => stripe.accounts.retrieveCurrent());
      for (const method of methods) {
        const key = `check-${method}-${crypto.randomUUID()}`;
        const amount = TRIED * 10 ** digitsOf(currency);
        const order = {
          key,
          amount,
          currency,
          methods: [method],
          language: 'en' as const,
          title: 'webdocument',
          email: null,
          metadata: {},
        };
        const expiresAt = new Date(Date.now() + 3_600_000);
        const page = await tried(method, async () => {
          const made = await account.openPage({ ...order, doneUrl: url, cancelUrl: url, expiresAt });
          const { payment_method_types: offered } = await stripe.checkout.sessions.retrieve(made.session);
          await stripe.checkout.sessions.expire(made.session);
          if (!offered.includes(method))
            throw new StripeTrouble(`${method} is not active in this account`, { temporary: false, code: 'inactive' });
          return made;
        });
        if (page === null && method === 'card') break;
      }
      await tried('payments', async () => {
        await stripe.paymentIntents.list({ limit: 1 });
        await stripe.charges.list({ limit: 1 });
        await stripe.refunds.list({ limit: 1 });
        await stripe.disputes.list({ limit: 1 });
      });
      await tried('refunds', () => mayRefund(stripe));
      return { account: whose?.id ?? null, checks };
    },
  };
  return account;
}

/** Whether the key may make refunds: of a charge that is none, Stripe says so only to who may. */
async function mayRefund(stripe: Stripe): Promise<void> {
  try {
    await stripe.refunds.create({ charge: 'ch_none' });
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError) || error.code !== 'resource_missing') throw error;
  }
}

/** Runs a call and puts what goes wrong into our words. */
async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof StripeTrouble) throw error;
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
    const status = error.statusCode ?? 0;
    const temporary = error instanceof Stripe.errors.StripeConnectionError || status >= 500 || TEMPORARY_STATUS.has(status);
    throw new StripeTrouble(error.message, { temporary, code: error.code ?? null, status: error.statusCode ?? null });
  }
}

/** Everything Stripe has about a page, whichever end it is taken by. */
async function find(stripe: Stripe, at: Lookup): Promise<Found | null> {
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

function heardOf(event: Stripe.Event): Heard {
  const { id, type, livemode, account } = event;
  const object = event.data.object as { object?: string; metadata?: Record<string, string> | null };
  const has = object.object === 'checkout.session' || object.object === 'payment_intent' || object.object === 'charge';
  return { id, type, test: !livemode, account: account ?? null, at: lookupOf(object), metadata: has ? (object.metadata ?? {}) : null };
}

/** Where to look for what an event is about: a page, a payment, or what has the payment's id in it. null: nothing of ours. */
function lookupOf(object: { object?: string; id?: unknown; payment_intent?: unknown }): Lookup | null {
  const { object: what, id } = object;
  if (what === 'checkout.session' && typeof id === 'string') return { session: id };
  if (what === 'payment_intent' && typeof id === 'string') return { intent: id };
  if (what !== 'charge' && what !== 'refund' && what !== 'dispute') return null;
  const intent = idOf(object.payment_intent as string | { id: string } | null);
  return intent === null ? null : { intent };
}

function methodOf(type: string | undefined): PaymentMethod | null {
  if (type === undefined) return null;
  return KNOWN.has(type) ? (type as OnlineMethod) : 'online';
}

function idOf(of: string | { id: string } | null | undefined): string | null {
  return typeof of === 'object' ? (of?.id ?? null) : (of ?? null);
}

function minor(amount: number, currency: string): Minor {
  return fromStripe(amount, currency.toUpperCase());
}

function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}
