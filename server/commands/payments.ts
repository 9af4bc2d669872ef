import type { CommandInputs } from '../../shared/commands.ts';
import { dayIn } from '../../shared/document.ts';
import { isWholeMinor, toMinor, type Decimal, type Minor } from '../../shared/money.ts';
import { leftOf } from '../../shared/payment.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Document } from '../entities/index.ts';
import { findIssued } from '../model/find.ts';
import { enter, PLAIN } from './ledger.ts';
import type { DealScope, Result } from './scope.ts';

/** Longer than this ago nobody records a payment; it is a slip in the year. */
const OLDEST_DAYS = 3650;

/** The owner has received money another way. More than is left is kept as what it is: too much. */
export function recordPayment(scope: DealScope, input: CommandInputs['recordPayment']): Result {
  const document = findInvoice(scope, input.document);
  const amount = minorOf(document, input.amount);
  checkDay(scope, input.day);
  const { day, method, reference } = input;
  const tell = { owner: false, client: input.notify };
  const entry = enter(scope, document, { ...PLAIN, kind: 'payment', amount, method, day, reference, by: userName(scope) }, tell);
  return { document: document.id, entry: entry.id, due: document.due };
}

/**
 * Takes back what was recorded by mistake, or what was paid in test mode, by an entry of its own. Money that came in online goes back by a
 * refund.
 */
export function reversePayment(scope: DealScope, input: CommandInputs['reversePayment']): Result {
  const document = findInvoice(scope, input.document);
  const { payments, company } = scope.loaded;
  const entry = payments.find((one) => one.id === input.entry && one.document === document.id);
  if (!entry) throw new Refusal('not_found');
  if (entry.kind !== 'payment' || entry.method === 'opening' || (entry.external !== null && !entry.test))
    throw new Refusal('not_reversible', { data: { kind: entry.kind, method: entry.method } });
  const left = leftOf(payments, entry.id);
  // What is asked of Stripe goes back by itself, in test mode too.
  if (scope.loaded.refunds.some((one) => one.payment === entry.id && one.state === 'waiting')) throw new Refusal('payments_on_their_way');
  if (left <= 0) throw new Refusal('not_reversible', { data: { kind: entry.kind, method: entry.method } });
  const { method, test, checkout } = entry;
  const made = enter(
    scope,
    document,
    {
      ...PLAIN,
      kind: 'reversal',
      amount: -left,
      method,
      day: dayIn(company.timeZone, scope.now),
      of: entry.id,
      by: userName(scope),
      reason: input.reason,
      test,
      checkout,
    },
    { owner: false, client: input.notify },
  );
  return { document: document.id, entry: made.id, due: document.due };
}

/** An issued invoice with amounts, or Refusal `not_payable`. */
export function findInvoice(scope: DealScope, id: string): Document & { currency: string; due: Minor } {
  const document = findIssued(scope.loaded, id);
  const { kind, status, currency, due } = document;
  if (kind !== 'invoice' || currency === null || due === null) throw new Refusal('not_payable', { data: { kind, status } });
  return document as Document & { currency: string; due: Minor };
}

/** What was typed, in the minor unit of the document's currency. Throws `invalid_input` for fractions of it. */
export function minorOf({ currency }: { currency: string }, amount: Decimal): Minor {
  if (isWholeMinor(amount, currency) && Number.isSafeInteger(toMinor(amount, currency))) return toMinor(amount, currency);
  const detail = `an amount in ${currency} is expected, without fractions of its smallest unit`;
  throw new Refusal('invalid_input', { faults: [{ pointer: '/amount', rule: 'fraction', detail }] });
}

/** A day on which money may have come in: until tomorrow, for the company's day may not be the sender's. */
function checkDay({ loaded, now }: DealScope, day: string): void {
  const { timeZone } = loaded.company;
  const at = (days: number) => dayIn(timeZone, new Date(now.getTime() + days * 86_400_000));
  if (day >= at(-OLDEST_DAYS) && day <= at(1)) return;
  const rule = day > at(1) ? 'in_the_future' : 'too_long_ago';
  throw new Refusal('invalid_input', { faults: [{ pointer: '/day', rule, detail: 'the day on which the money came in is expected' }] });
}

/** The user who does it, as they sign in. */
export function userName({ acting }: DealScope): string {
  if (acting.as !== 'user') throw new Refusal('forbidden');
  return acting.name;
}
