import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import * as v from 'valibot';
import { amount as typed } from '../shared/commands.ts';
import type { Language } from '../shared/document.ts';
import { methodsFor, type OnlineMethod } from '../shared/payment.ts';
import { Refusal } from '../shared/refusal.ts';
import * as s from '../shared/schema.ts';
import type { Truth } from '../shared/stripe.ts';
import type { ActingLink, Facts } from './commands/scope.ts';
import type { Em } from './db.ts';
import {
  CheckoutSchema,
  CompanySchema,
  ContactSchema,
  DocumentSchema,
  LinkSchema,
  PaymentSchema,
  RefundSchema,
  StripeKeysSchema,
  type Checkout,
  type Refund,
  type StripeKeys,
} from './entities/index.ts';
import type { Execute } from './execute.ts';
import { commandId } from './intake.ts';
import { StripeTrouble, type Check, type StripeAccount, type StripeAccounts } from './outside/stripe.ts';
import type { Seal } from './secrets.ts';
import { validate } from './validate.ts';
import { WORDS } from './words.ts';

/** Somebody on the page wants to pay. `id` is their command's: sent twice, it is one payment page. */
export interface Order {
  id: string;
  acting: ActingLink;
  facts: Facts;
  document: string;
  /** In currency units, as typed; null: all that is left. */
  amount: string | null;
  language: Language;
}

/** What became of a webhook: entered, of no concern, or not signed by Stripe. */
export type HeardAs = 'done' | 'ignored' | 'unsigned';

export interface Payments {
  /** The payment page to go to. Throws Refusal; `payment_unavailable` where it may be better in a moment. */
  pay(order: Order): Promise<{ checkout: string; url: string }>;
  /** Takes an event of Stripe's. Throws StripeTrouble where Stripe should tell it again. */
  hear(company: string, raw: string, signature: string): Promise<HeardAs>;
  /** Asks Stripe for a refund that was written down. */
  refund(refund: string): Promise<void>;
  /** Closes a payment page that was left open too long, and enters what was paid on it all the same. */
  close(checkout: string): Promise<void>;
  /** Asks about payment pages nothing was heard of. */
  reconcile(): Promise<void>;
  /** Tries a company's keys with real calls; null where there are none. */
  check(company: string): Promise<Check[] | null>;
}

export interface PaymentsParts {
  em: () => Em;
  execute: Execute;
  stripe: StripeAccounts;
  seal: Seal;
  publicUrl: () => string;
  logger: Logger;
  now: () => Date;
}

const NOBODY: Facts = { ip: null, userAgent: null, pdf: null };
/** How long a payment page can be paid on: Stripe's least is half an hour. */
const OPEN_MS = 60 * 60_000;
/** How long nothing is heard of a page before Stripe is asked. */
const QUIET_MS = { open: 10 * 60_000, replaced: 10 * 60_000, processing: 3 * 60 * 60_000, reserved: 15 * 60_000 };
/** Of a page Stripe does not know any more, how long after its end nothing is expected of it. */
const LOST_MS = 24 * 60 * 60_000;
/** What Stripe has against an amount, not against the account. */
const OF_THE_AMOUNT: ReadonlySet<string> = new Set(['amount', 'amount_too_small', 'amount_too_large']);
/** How many are asked about at once. */
const AT_ONCE = 50;
/** How often it is written down that Stripe was heard. */
const HEARD_MS = 60_000;
/** What may change the money of a payment page. Everything else is of no concern. */
const MATTERS =
  /^(checkout\.session\.|charge\.(succeeded|failed|pending|refund|dispute)|refund\.|payment_intent\.(succeeded|payment_failed|canceled|processing)$)/;

/**
 * Payment pages at Stripe. Three steps, and no lock waits for Stripe: what is left is reserved, Stripe is called, what came of it is recorded. What
 * has been paid is never taken from an event or a returning browser, but read from Stripe.
 */
export function createPayments(parts: PaymentsParts): Payments {
  const { em, execute, stripe, seal, logger, now } = parts;

  async function accountOf(company: string): Promise<StripeAccount | null> {
    const keys = await em().findOne(StripeKeysSchema, { company });
    const key = keys && opened(keys.key);
    return key ? stripe.account(key) : null;
  }

  /** null for what was sealed under another SECRET: then there are no keys, until they are entered again. */
  function opened(sealed: Uint8Array): string | null {
    try {
      return seal.open(sealed).toString('utf8');
    } catch {
      logger.error('keys of Stripe were sealed under another SECRET and cannot be used: they have to be entered again');
      return null;
    }
  }

  async function accountFor(checkout: { company: string }): Promise<StripeAccount> {
    const account = await accountOf(checkout.company);
    if (account === null) throw new StripeTrouble('this company has no keys of Stripe any more', false, 'no_keys');
    return account;
  }

  function asSystem(
    name: 'dropCheckout' | 'reportBlocked' | 'settleCheckout' | 'refuseRefund',
    company: string,
    input: object,
    id: string = randomUUID(),
  ) {
    return execute({ name, id, input, acting: { as: 'system', company }, facts: NOBODY });
  }

  async function settle(checkout: Checkout, truth: Truth, cause: string): Promise<string> {
    const input = { document: checkout.document, checkout: checkout.id, cause, truth };
    const { result } = await asSystem('settleCheckout', checkout.company, input, commandId(`payment ${checkout.company} ${cause}`));
    return String(result['state']);
  }

  /** Reads what Stripe has of a page and enters it. Answers the state it is in. */
  async function ask(account: StripeAccount, checkout: Checkout): Promise<string> {
    const at = checkout.session !== null ? { session: checkout.session } : checkout.intent !== null ? { intent: checkout.intent } : null;
    const found = at && (await account.find(at));
    // Each asking is one of its own: what is there already is not entered again.
    if (found) return settle(checkout, found.truth, `asked ${randomUUID()}`);
    if (now().getTime() < checkout.expiresAt.getTime() + LOST_MS) return checkout.state;
    const { currency, test, method } = checkout;
    return settle(checkout, { state: 'expired', currency, intent: null, method, reason: null, test, entries: [] }, `lost ${checkout.id}`);
  }

  /** What was replaced is to be closed, whatever has hindered that before. */
  async function askAgain(checkout: Checkout): Promise<void> {
    const account = await accountFor(checkout);
    if (checkout.state === 'replaced' && checkout.session !== null) await account.closePage(checkout.session);
    await ask(account, checkout);
  }

  /** A page that was replaced is closed, or was paid on: then nothing more is to be paid. */
  async function closeReplaced(account: StripeAccount, id: string): Promise<void> {
    const before = await em().findOne(CheckoutSchema, { id });
    if (before === null || before.session === null || (await account.closePage(before.session))) return;
    const state = await ask(account, before);
    if (state === 'paid' || state === 'processing') throw new Refusal('payment_running', { data: { amount: before.amount } });
  }

  async function openPage(account: StripeAccount, checkout: Checkout, order: Order) {
    const document = await em().findOneOrFail(DocumentSchema, { id: checkout.document });
    const company = await em().findOneOrFail(CompanySchema, { id: checkout.company });
    const words = WORDS[order.language];
    const back = `${parts.publicUrl()}/pay/${checkout.id}`;
    const page = await account.openPage({
      key: checkout.id,
      amount: checkout.amount,
      currency: checkout.currency,
      methods: methodsFor(company.online?.methods ?? [], checkout.currency),
      language: order.language,
      title: `${words.kinds[document.kind]} ${document.number ?? ''} · ${company.name}`,
      email: await emailOf(order.acting.link),
      metadata: { company: checkout.company, document: checkout.document, checkout: checkout.id },
      doneUrl: `${back}/done`,
      cancelUrl: `${back}/cancelled`,
      // From when it was asked for: the same order again is the same order.
      expiresAt: new Date(checkout.createdAt.getTime() + OPEN_MS),
    });
    const { session, expiresAt } = page;
    const input = { document: document.id, checkout: checkout.id, session, expiresAt };
    const { acting, facts } = order;
    const opened = await execute({ name: 'openCheckout', id: randomUUID(), input, acting, facts }).catch(async (error: unknown) => {
      await account.closePage(session);
      throw error;
    });
    if (opened.result['open'] === true) return page.url;
    // Somebody else has begun to pay meanwhile: theirs is the one that stays.
    await account.closePage(session);
    throw new Refusal('payment_running', { data: { amount: checkout.amount } });
  }

  async function emailOf(link: string): Promise<string | null> {
    const of = await em().findOne(LinkSchema, { id: link });
    const contact = of?.contact ? await em().findOne(ContactSchema, { id: of.contact }) : null;
    return contact?.email ?? null;
  }

  /** What is reserved and will not be used is given back before the refusal is told. */
  async function giveBack(checkout: Checkout, error: unknown): Promise<never> {
    await asSystem('dropCheckout', checkout.company, { document: checkout.document, checkout: checkout.id });
    if (!(error instanceof StripeTrouble)) throw error;
    if (!error.temporary && !OF_THE_AMOUNT.has(error.code ?? '')) await reportBlocked(checkout, error.message);
    logger.warn(
      { checkout: checkout.id, company: checkout.company, code: error.code, detail: error.message },
      'Stripe made no payment page',
    );
    throw new Refusal(error.temporary ? 'payment_unavailable' : 'payment_refused', { data: { code: error.code } });
  }

  /** Once an hour: it will not be better for the next one who tries. */
  async function reportBlocked({ company, document }: Checkout, message: string): Promise<void> {
    const hour = Math.floor(now().getTime() / 3_600_000);
    const input = { document, detail: message.slice(0, 2000) };
    await asSystem('reportBlocked', company, input, commandId(`blocked ${company} ${hour}`)).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 'id_reused') throw error;
    });
  }

  async function noteHeard(keys: StripeKeys): Promise<void> {
    if (keys.heardAt !== null && now().getTime() - keys.heardAt.getTime() < HEARD_MS) return;
    await em().execute('update stripe_keys set heard_at = ? where company_id = ?', [now(), keys.company]);
  }

  /** A refund that Stripe has is entered; one it has not is asked for. */
  async function makeRefund(refund: Refund): Promise<void> {
    const payment = await em().findOneOrFail(PaymentSchema, { id: refund.payment });
    const checkout = await em().findOneOrFail(CheckoutSchema, { id: payment.checkout ?? '' });
    const account = await accountFor(refund);
    const lookup = { session: checkout.session ?? '' };
    const before = await account.find(lookup);
    const isThere = before?.truth.entries.some((one) => one.refund === refund.id) ?? false;
    const { id: key, amount } = refund;
    const { currency } = checkout;
    if (!isThere) await account.refund({ key, payment: payment.external ?? '', amount, currency, metadata: { refund: key } });
    await ask(account, checkout);
  }

  return {
    async pay(order) {
      const { id, acting, facts, document, amount } = order;
      const account = await accountOf(acting.company);
      if (account === null) throw new Refusal('not_payable');
      const input = { document: validate(s.id, document, '/document'), amount: validate(v.nullable(typed), amount, '/amount') };
      const reserve = (as: string) => execute({ name: 'reserveCheckout', id: as, input, acting, facts });
      let { result } = await reserve(id);
      let checkout = await em().findOneOrFail(CheckoutSchema, { id: String(result['checkout']) });
      // Pressed again on a page that was left open meanwhile: what came of the first time is over, so it is another one.
      if (checkout.state !== 'reserved' && checkout.state !== 'open') {
        ({ result } = await reserve(randomUUID()));
        checkout = await em().findOneOrFail(CheckoutSchema, { id: String(result['checkout']) });
      }
      try {
        for (const before of result['replaced'] as string[]) await closeReplaced(account, before);
        return { checkout: checkout.id, url: await openPage(account, checkout, order) };
      } catch (error) {
        return giveBack(checkout, error);
      }
    },

    async hear(company, raw, signature) {
      const keys = v.is(s.id, company) ? await em().findOne(StripeKeysSchema, { company }) : null;
      const secret = keys?.webhookSecret ? opened(keys.webhookSecret) : null;
      const heard = secret === null ? null : stripe.hear(raw, signature, secret, now());
      if (keys === null || heard === null) return 'unsigned';
      await noteHeard(keys);
      const { at, account: of, test, type } = heard;
      if (at === null || !MATTERS.test(type) || test !== keys.test || (of !== null && of !== keys.account)) return 'ignored';
      const account = await accountOf(company);
      const found = account && (await account.find(at));
      const ours = found === null ? null : await checkoutOf(found.metadata, company);
      if (found === null || ours === null) return 'ignored';
      await settle(ours, found.truth, heard.id);
      return 'done';
    },

    async refund(id) {
      const refund = await em().findOne(RefundSchema, { id });
      if (refund?.state !== 'waiting') return;
      try {
        await makeRefund(refund);
      } catch (error) {
        if (!(error instanceof StripeTrouble) || error.temporary) throw error;
        logger.warn({ refund: id, company: refund.company, code: error.code, detail: error.message }, 'Stripe refuses a refund');
        await asSystem('refuseRefund', refund.company, { document: refund.document, refund: id, detail: error.message.slice(0, 2000) });
      }
    },

    async close(id) {
      const checkout = await em().findOne(CheckoutSchema, { id });
      if (checkout?.state !== 'open' || checkout.session === null) return;
      const account = await accountFor(checkout);
      await account.closePage(checkout.session);
      await ask(account, checkout);
    },

    async reconcile() {
      for (const checkout of await quiet()) {
        try {
          if (checkout.state === 'reserved')
            await asSystem('dropCheckout', checkout.company, { document: checkout.document, checkout: checkout.id });
          else await askAgain(checkout);
        } catch (error) {
          logger.warn({ err: error, checkout: checkout.id }, 'a payment page could not be asked about');
        }
      }
    },

    async check(company) {
      const account = await accountOf(company);
      if (account === null) return null;
      const { currency } = await em().findOneOrFail(CompanySchema, { id: company });
      const { methods } = await em().findOneOrFail(StripeKeysSchema, { company });
      const usable: OnlineMethod[] = methodsFor(methods, currency);
      const { account: id, checks } = await account.check({ currency, methods: usable, url: parts.publicUrl() });
      if (id !== null)
        await execute({
          name: 'recordAccount',
          id: randomUUID(),
          input: { account: id },
          acting: { as: 'system', company },
          facts: NOBODY,
        });
      return checks;
    },
  };

  async function checkoutOf(metadata: Record<string, string>, company: string): Promise<Checkout | null> {
    const id = metadata['checkout'];
    if (metadata['company'] !== company || !v.is(s.id, id)) return null;
    return em().findOne(CheckoutSchema, { id, company });
  }

  function quiet(): Promise<Checkout[]> {
    const ago = (ms: number) => new Date(now().getTime() - ms);
    const states = (['open', 'replaced', 'processing', 'reserved'] as const).map((state) => ({
      state,
      checkedAt: { $lt: ago(QUIET_MS[state]) },
    }));
    return em().find(CheckoutSchema, { $or: states }, { orderBy: { checkedAt: 'asc' }, limit: AT_ONCE });
  }
}
