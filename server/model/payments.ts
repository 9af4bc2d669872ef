import { shownCheckouts } from '../../shared/checkouts.ts';
import { payableOf, type CheckoutView, type PaymentView, type RefundView } from '../../shared/payment.ts';
import type { Minor } from '../../shared/money.ts';
import type { Checkout, Document, Payment, Refund } from '../entities/index.ts';
import type { LoadedDeal } from './loaded.ts';

/** An entry of the ledger as both sides see it. */
export function paymentView(entry: Payment): PaymentView {
  const { id, kind, method, amount, day, at, reference, of, by, reason, receiptUrl, test } = entry;
  return { id, kind, method, amount, day, at: at.toISOString(), reference, of, by, reason, receiptUrl, test };
}

export function checkoutView({ id, amount, state, method, createdAt }: Checkout): CheckoutView {
  return { id, amount, state, method, at: createdAt.toISOString() };
}

export function refundView({ id, payment, amount, state, detail }: Refund): RefundView {
  return { id, entry: payment, amount, state: state === 'made' ? 'waiting' : state, detail };
}

/** The ledger of a document, oldest first. */
export function entriesOf(loaded: LoadedDeal, document: string): Payment[] {
  return loaded.payments.filter((one) => one.document === document).sort((a, b) => a.position - b.position);
}

/** What is shown of the payment pages of a document: nobody has heard of one that was never opened. */
export function checkoutsOf(loaded: LoadedDeal, document: string): CheckoutView[] {
  return shownCheckouts(loaded.checkouts.filter((one) => one.document === document && one.session !== null).map(checkoutView));
}

/** Refunds of a document that are not in its ledger. */
export function refundsOf(loaded: LoadedDeal, document: string): RefundView[] {
  return loaded.refunds.filter((one) => one.document === document && one.state !== 'made').map(refundView);
}

/** What can be paid of it now. */
export function payableNow(loaded: LoadedDeal, document: Document): Minor {
  return payableOf({ ...document, checkouts: loaded.checkouts.filter((one) => one.document === document.id) });
}
