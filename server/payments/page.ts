import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { amount as typed } from '../../shared/commands.ts';
import type { Language } from '../../shared/document.ts';
import { isAddress } from '../../shared/mail.ts';
import { methodsFor } from '../../shared/payment.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import type { ActingLink, Facts } from '../commands/scope.ts';
import { CheckoutSchema, CompanySchema, ContactSchema, DocumentSchema, LinkSchema, type Checkout } from '../entities/index.ts';
import type { Answer } from '../execute.ts';
import { commandId } from '../intake.ts';
import { StripeTrouble, type StripeAccount } from '../outside/stripe/index.ts';
import { validate } from '../validate.ts';
import { WORDS } from '../words.ts';
import type { Desk } from './desk.ts';

/** Somebody on the page wants to pay. `id` is their form's: sent twice, it is one payment page. */
export interface Order {
  id: string;
  acting: ActingLink;
  facts: Facts;
  document: string;
  /** In currency units, as typed; null: all that is left. */
  amount: string | null;
  language: Language;
}

/** The payment page to go to. */
export interface Opened {
  checkout: string;
  url: string;
}

/** How long a payment page can be paid on, in milliseconds: Stripe's least is half an hour. */
const OPEN_MS = 60 * 60_000;
/** How long somebody who has pressed twice waits for what the first press brings; longer than that, the first one has died. */
const WAIT_MS = 20_000;
const DEAD_MS = 60_000;
/** What Stripe has against an amount, not against the account. */
const OF_THE_AMOUNT: ReadonlySet<string> = new Set(['amount', 'amount_too_small', 'amount_too_large']);

/**
 * Three steps, and no lock waits for Stripe: what is left is reserved, Stripe is called, what came of it is recorded. Throws Refusal;
 * `payment_unavailable` where it may be better in a moment.
 */
export function openPages(desk: Desk): (order: Order) => Promise<Opened> {
  const { em, execute, now, logger } = desk;

  return async function pay(order) {
    const account = await desk.accountOf(order.acting.company);
    if (account === null) throw new Refusal('not_payable');
    // Another amount is another payment, on whatever page it was typed.
    const first = await reserve(order, commandId(`pay ${order.id} ${order.amount ?? ''}`));
    if (!first.repeated) return make(account, await checkoutOf(first), order, first);
    const url = await openedBefore(await checkoutOf(first));
    if (url !== null) return { checkout: String(first.result['checkout']), url };
    // What the first press brought is over: a page left open in a browser is pressed again.
    const again = await reserve(order, randomUUID());
    return make(account, await checkoutOf(again), order, again);
  };

  function reserve({ document, amount, acting, facts }: Order, id: string): Promise<Answer> {
    const input = { document: validate(s.id, document, '/document'), amount: validate(v.nullable(typed), amount, '/amount') };
    return execute({ name: 'reserveCheckout', id, input, acting, facts });
  }

  function checkoutOf({ result }: Answer): Promise<Checkout> {
    return em().findOneOrFail(CheckoutSchema, { id: String(result['checkout']) });
  }

  /** Where the page is that was begun by the same press; null where nothing can be paid on it any more. */
  async function openedBefore(before: Checkout): Promise<string | null> {
    const until = Date.now() + WAIT_MS;
    for (let checkout = before; ; checkout = await em().findOneOrFail(CheckoutSchema, { id: before.id })) {
      if (checkout.state === 'open') return checkout.expiresAt > now() ? checkout.url : null;
      if (checkout.state !== 'reserved' || now().getTime() - checkout.createdAt.getTime() > DEAD_MS) return null;
      // Whoever has begun it ends it, one way or the other.
      if (Date.now() > until) throw new Refusal('payment_unavailable');
      await delay(200);
    }
  }

  async function make(account: StripeAccount, checkout: Checkout, order: Order, { result }: Answer): Promise<Opened> {
    try {
      for (const before of result['replaced'] as string[]) await closeReplaced(account, before);
      return { checkout: checkout.id, url: await open(account, checkout, order) };
    } catch (error) {
      return giveBack(checkout, error);
    }
  }

  /** A page that was replaced is closed, or was paid on: then nothing more is to be paid. */
  async function closeReplaced(account: StripeAccount, id: string): Promise<void> {
    const before = await em().findOne(CheckoutSchema, { id });
    if (before === null || before.session === null || (await account.closePage(before.session))) return;
    const state = await desk.ask(account, before);
    if (state === 'paid' || state === 'processing') throw new Refusal('payment_running', { data: { amount: before.amount } });
  }

  async function open(account: StripeAccount, checkout: Checkout, order: Order): Promise<string> {
    const { acting, facts, language } = order;
    const document = await em().findOneOrFail(DocumentSchema, { id: checkout.document });
    const company = await em().findOneOrFail(CompanySchema, { id: checkout.company });
    const back = `${desk.publicUrl()}/pay/${checkout.id}`;
    const page = await account.openPage({
      key: checkout.id,
      amount: checkout.amount,
      currency: checkout.currency,
      methods: methodsFor(company.online?.methods ?? [], checkout.currency),
      language,
      title: `${WORDS[language].kinds[document.kind]} ${document.number ?? ''} · ${company.name}`,
      email: await emailOf(acting.link),
      metadata: { company: checkout.company, document: checkout.document, checkout: checkout.id },
      doneUrl: `${back}/done`,
      cancelUrl: `${back}/cancelled`,
      expiresAt: new Date(checkout.createdAt.getTime() + OPEN_MS),
    });
    const { session, url, expiresAt } = page;
    const input = { document: document.id, checkout: checkout.id, session, url, expiresAt };
    const opened = await execute({ name: 'openCheckout', id: randomUUID(), input, acting, facts }).catch(async (error: unknown) => {
      await account.closePage(session);
      throw error;
    });
    if (opened.result['open'] === true) return url;
    // Somebody else has begun to pay meanwhile, and theirs is the one that stays; or less is left than was to be paid.
    await account.closePage(session);
    const left = Number(opened.result['left']);
    if (left >= checkout.amount) throw new Refusal('payment_running', { data: { amount: checkout.amount } });
    throw left > 0 ? new Refusal('amount_exceeded', { data: { most: left, left } }) : new Refusal('not_payable');
  }

  /** What came in with a file may be anything; Stripe takes only what is an address. */
  async function emailOf(link: string): Promise<string | null> {
    const of = await em().findOne(LinkSchema, { id: link });
    const contact = of?.contact ? await em().findOne(ContactSchema, { id: of.contact }) : null;
    return contact?.email && isAddress(contact.email) ? contact.email : null;
  }

  /** What is reserved and will not be used is given back before the refusal is told. */
  async function giveBack(checkout: Checkout, error: unknown): Promise<never> {
    await desk.asSystem('dropCheckout', checkout.company, { document: checkout.document, checkout: checkout.id });
    if (!(error instanceof StripeTrouble)) throw error;
    const { code, status, temporary } = error;
    // Its words may name the client.
    logger.warn({ checkout: checkout.id, company: checkout.company, code, status }, 'Stripe made no payment page');
    if (!temporary && !OF_THE_AMOUNT.has(code ?? '')) await reportBlocked(checkout, error.message);
    throw new Refusal(temporary ? 'payment_unavailable' : 'payment_refused', { data: { code } });
  }

  /** Once an hour: it will not be better for the next one who tries. */
  async function reportBlocked({ company, document, amount }: Checkout, message: string): Promise<void> {
    const hour = Math.floor(now().getTime() / 3_600_000);
    const input = { document, amount, detail: message.slice(0, 2000) };
    await desk.asSystem('reportBlocked', company, input, commandId(`blocked ${company} ${hour}`)).catch((error: unknown) => {
      if (!(error instanceof Refusal) || error.code !== 'id_reused') throw error;
    });
  }
}
