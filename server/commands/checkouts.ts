import { randomUUID } from 'node:crypto';
import { goesOn, type CheckoutState } from '../../shared/checkouts.ts';
import { dayIn } from '../../shared/document.ts';
import type { Decimal, Minor } from '../../shared/money.ts';
import { inProcess, methodsFor } from '../../shared/payment.ts';
import { Refusal } from '../../shared/refusal.ts';
import { toStripe, type Truth } from '../../shared/stripe.ts';
import { CheckoutSchema, type Checkout, type Document } from '../entities/index.ts';
import { findIssued } from '../model/find.ts';
import { checkoutView, entriesOf, payableNow } from '../model/payments.ts';
import { closeBeyond, enter, tellOf } from './ledger.ts';
import { findInvoice, minorOf } from './payments.ts';
import { settleRefund } from './refunds.ts';
import type { DealScope, Result } from './scope.ts';

export interface Reserving {
  document: string;
  /** In currency units; null: all that is left. */
  amount: Decimal | null;
}

export interface Opening {
  document: string;
  checkout: string;
  session: string;
  /** Where it is. */
  url: string;
  expiresAt: Date;
}

export interface Blocked {
  document: string;
  /** In minor units. */
  amount: Minor;
  /** Stripe's words. */
  detail: string;
}

export interface Settling {
  document: string;
  checkout: string;
  /** What brought it: Stripe's event, or the job that asked. */
  cause: string;
  truth: Truth;
}

/** Of a page that is about to be made: how long until it counts as given up. */
const RESERVED_MS = 30 * 60_000;

/**
 * The first of three steps to a payment page: what is left is read under the lock and reserved, and whatever page there was before is replaced.
 * Stripe is called after the commit; `openCheckout` records what came of it. No lock waits for Stripe.
 */
export function reserveCheckout(scope: DealScope, input: Reserving): Result {
  const { loaded, acting } = scope;
  if (acting.as !== 'link') throw new Refusal('forbidden');
  const document = findInvoice(scope, input.document);
  const { currency } = document;
  const { online } = loaded.company;
  const { kind, status } = document;
  const left = payableNow(loaded, document);
  const running = inProcess(loaded.checkouts.filter((one) => one.document === document.id));
  if (left <= 0 && running > 0) throw new Refusal('payment_running', { data: { amount: running } });
  if (left <= 0 || online === null || methodsFor(online.methods, currency).length === 0)
    throw new Refusal('not_payable', { data: { kind, status } });
  const amount = input.amount === null ? left : minorOf(document, input.amount);
  if (amount > left || (amount < left && !online.partial)) throw new Refusal('amount_exceeded', { data: { most: left, left } });
  if (toStripe(amount, currency) === null) throw new Refusal('not_payable', { data: { kind, status } });
  const before = loaded.checkouts.filter((one) => one.document === document.id);
  for (const one of before) {
    if (one.state === 'open') move(scope, one, 'replaced');
    // Nobody has seen it, and whoever makes it will find that it is over.
    if (one.state === 'reserved') one.state = 'expired';
  }
  // Also those that were to be closed before, and Stripe has not said so.
  const replaced = before.filter((one) => one.state === 'replaced' && one.session !== null);
  const checkout = scope.add(CheckoutSchema, {
    id: randomUUID(),
    company: loaded.company.id,
    deal: loaded.deal.id,
    document: document.id,
    amount,
    currency,
    state: 'reserved',
    method: null,
    test: online.test,
    session: null,
    url: null,
    intent: null,
    link: acting.link,
    browser: acting.browser,
    unmatched: false,
    position: loaded.checkouts.length,
    createdAt: scope.now,
    expiresAt: new Date(scope.now.getTime() + RESERVED_MS),
    checkedAt: scope.now,
  });
  loaded.checkouts.push(checkout);
  return { document: document.id, checkout: checkout.id, amount, currency, replaced: replaced.map((one) => one.id) };
}

/**
 * The page is there. `open` false: another one was begun meanwhile, it was given up, or less is `left` by now than would be paid on it; then it is to be
 * closed unseen.
 */
export function openCheckout(scope: DealScope, input: Opening): Result {
  const { document, checkout } = find(scope, input);
  const left = payableNow(scope.loaded, document);
  if (checkout.state === 'reserved' && checkout.amount > left) checkout.state = 'expired';
  if (checkout.state !== 'reserved') return { open: false, left };
  checkout.state = 'open';
  checkout.session = input.session;
  checkout.url = input.url;
  checkout.expiresAt = input.expiresAt;
  checkout.checkedAt = scope.now;
  scope.say('payment.started', checkout.document, { checkout: checkoutView(checkout) });
  return { open: true, left };
}

/** A page that was never made, or was made and closed unseen. */
export function dropCheckout(scope: DealScope, input: { document: string; checkout: string }): Result {
  const { checkout } = find(scope, input);
  if (checkout.state === 'reserved') move(scope, checkout, 'expired');
  return {};
}

/** Somebody wanted to pay and could not, for a reason that only the owner can mend. */
export function reportBlocked(scope: DealScope, { amount, detail, ...at }: Blocked): Result {
  const document = findIssued(scope.loaded, at.document);
  scope.say('payment.blocked', document.id, { detail });
  const day = dayIn(scope.loaded.company.timeZone, scope.now);
  const news = { what: 'blocked' as const, entry: null, amount, method: null, day, due: document.due ?? 0, reason: null, receiptUrl: null };
  tellOf(scope, document, { ...news, test: scope.loaded.company.online?.test ?? false }, { owner: true, client: false });
  return {};
}

/**
 * What Stripe knows is entered: each thing once, by its id there, whatever the order in which it is heard of and how often. A state never goes
 * back. Money in another currency than was asked for is told to the owner and not entered.
 */
export function settleCheckout(scope: DealScope, { truth, ...at }: Settling): Result {
  const { document, checkout } = find(scope, at);
  checkout.checkedAt = scope.now;
  checkout.intent ??= truth.intent;
  const fits = truth.currency === checkout.currency;
  if (fits) enterAll(scope, document, checkout, truth);
  else if (truth.entries.length > 0) tellUnmatched(scope, document, checkout, truth);
  if (goesOn(checkout.state, truth.state)) move(scope, checkout, truth.state, truth);
  return { state: checkout.state };
}

function enterAll(scope: DealScope, document: Document, checkout: Checkout, truth: Truth): void {
  const { timeZone } = scope.loaded.company;
  for (const { key, kind, amount, of, method, at, reason, receiptUrl, refund } of truth.entries) {
    const known = entriesOf(scope.loaded, document.id);
    if (known.some((one) => one.external === key)) continue;
    const paid = known.find((one) => one.external === of);
    const asked = refund === null ? null : settleRefund(scope, refund);
    enter(scope, document, {
      kind,
      amount,
      method,
      day: dayIn(timeZone, at),
      reference: null,
      of: paid?.id ?? null,
      by: asked?.by ?? null,
      reason: asked ? asked.reason : reason,
      receiptUrl,
      test: truth.test,
      checkout: checkout.id,
      external: key,
    });
  }
}

function tellUnmatched(scope: DealScope, document: Document, checkout: Checkout, { entries, currency, method, test }: Truth): void {
  if (checkout.unmatched) return;
  checkout.unmatched = true;
  const amount = entries.reduce((sum, one) => sum + one.amount, 0);
  scope.say('payment.unmatched', document.id, { checkout: checkout.id, amount, currency });
  const day = dayIn(scope.loaded.company.timeZone, scope.now);
  const news = { what: 'unmatched' as const, entry: null, amount, method, day, due: document.due ?? 0, reason: currency, receiptUrl: null };
  tellOf(scope, document, { ...news, test }, { owner: true, client: false });
}

/** Moves a page on and says so, where anybody has heard of it. */
function move(scope: DealScope, checkout: Checkout, state: CheckoutState, truth: Truth | null = null): void {
  checkout.state = state;
  checkout.method = truth?.method ?? checkout.method;
  if (checkout.session === null) return;
  const view = checkoutView(checkout);
  if (state === 'processing') scope.say('payment.processing', checkout.document, { checkout: view });
  else if (state === 'failed') scope.say('payment.failed', checkout.document, { checkout: view, reason: truth?.reason ?? null });
  else scope.say('payment.ended', checkout.document, { checkout: view });
  if (state !== 'processing' && state !== 'failed') return;
  const document = findIssued(scope.loaded, checkout.document);
  closeBeyond(scope, document);
  const { amount, method, test } = checkout;
  const day = dayIn(scope.loaded.company.timeZone, scope.now);
  const news = { what: state, entry: null, amount, method, day, due: document.due ?? 0, reason: truth?.reason ?? null, receiptUrl: null };
  tellOf(scope, document, { ...news, test }, { owner: true, client: true });
}

function find(scope: DealScope, at: { document: string; checkout: string }): { document: Document; checkout: Checkout } {
  const document = findIssued(scope.loaded, at.document);
  const checkout = scope.loaded.checkouts.find((one) => one.id === at.checkout && one.document === document.id);
  if (!checkout) throw new Refusal('not_found');
  return { document, checkout };
}
