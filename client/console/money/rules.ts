import type { Language } from '../../../shared/document.ts';
import { isOnline } from '../../../shared/ledger.ts';
import { isWholeMinor, toMinor, type Decimal, type Minor } from '../../../shared/money.ts';
import { leftOf, type PaymentView } from '../../../shared/payment.ts';
import type { DealView, DocumentView } from '../../../shared/view.ts';
import type { OutboxItem } from '../../live/outbox.ts';
import { parseDecimal } from '../../parts/numbers.ts';

/** An amount as it was typed. `wrong`: none, or none above nothing. `fraction`: of less than the currency's smallest unit. */
export type ReadAmount = { amount: Decimal; minor: Minor } | 'wrong' | 'fraction';

/** Reads what somebody has typed as an amount of a currency, in their own writing. */
export function readAmount(text: string, language: Language, currency: string): ReadAmount {
  const amount = parseDecimal(text, language);
  if (amount === null || amount.startsWith('-')) return 'wrong';
  if (!isWholeMinor(amount, currency)) return 'fraction';
  try {
    const minor = toMinor(amount, currency);
    return minor > 0 ? { amount, minor } : 'wrong';
  } catch {
    return 'wrong';
  }
}

/** Whether a payment can be recorded on a document: on an issued invoice with amounts, also where nothing is left to pay any more. */
export function isRecordable({ kind, status, content, due }: DocumentView): boolean {
  return kind === 'invoice' && status !== 'draft' && content.currency !== null && due !== null;
}

/** What can be taken back of an entry by a counter-entry: of one that was recorded here, or paid in test mode. */
export function reversibleOf({ payments, owner }: DocumentView, { id, kind, method, test }: PaymentView): Minor {
  if (kind !== 'payment' || method === 'opening' || (isOnline(method) && !test)) return 0;
  // What is being refunded is not taken back as well.
  if (owner?.refunds.some((one) => one.entry === id && one.state === 'waiting')) return 0;
  return Math.max(0, leftOf(payments, id));
}

/** What can be refunded of an online payment: what is left of it, without what Stripe is being asked for. */
export function refundableOf({ payments, owner }: DocumentView, { id, kind, method }: PaymentView): Minor {
  if (kind !== 'payment' || !isOnline(method)) return 0;
  const asked = (owner?.refunds ?? []).filter((one) => one.entry === id && one.state === 'waiting');
  return Math.max(
    0,
    asked.reduce((left, { amount }) => left - amount, leftOf(payments, id)),
  );
}

/** Whether somebody on the client's side has an address and an open link: to this document, else to another one of the deal. */
export function isMailable({ client, documents }: Pick<DealView, 'client' | 'documents'>): boolean {
  const links = documents.flatMap(({ owner }) => owner?.links ?? []).filter(({ revokedAt }) => revokedAt === null);
  return client.contacts.some(({ id, email }) => email !== null && links.some(({ contact }) => contact?.id === id));
}

const NAMES = ['recordPayment', 'reversePayment', 'refundPayment'] as const;
export type MoneyItem = OutboxItem & { name: (typeof NAMES)[number] };

/** What was sent from this browser about the money of a document and is not in its ledger: refused, or, where nothing can be sent, still to be sent. */
export function outstanding(outgoing: readonly OutboxItem[], document: string, online: boolean): MoneyItem[] {
  return outgoing.filter(
    (item): item is MoneyItem => isMoney(item) && item.input.document === document && (item.state === 'refused' || !online),
  );
}

function isMoney(item: OutboxItem): item is MoneyItem {
  return NAMES.some((name) => name === item.name);
}
