import { isBic, isIban } from './identifiers.ts';
import type { Minor } from './money.ts';
import { payableOf } from './payment.ts';
import type { DocumentView } from './view.ts';

/** What a bank asks for to make a transfer. */
export interface Transfer {
  accountName: string;
  /** Without blanks; as stated where it is none. */
  iban: string;
  /** Without blanks; as stated where it is none. */
  bic: string | null;
  /** What the payee finds the payment by. */
  reference: string | null;
  amount: Minor;
  currency: string;
}

/**
 * How what is left of an invoice now is paid by transfer; null where nothing is to be paid, or where no account is named. An account without a
 * name is the seller's, and a payment that no other reference was given for is found by the invoice's number.
 */
export function transferOf(document: Pick<DocumentView, 'kind' | 'status' | 'due' | 'checkouts' | 'number' | 'content'>): Transfer | null {
  const { payment, currency, seller } = document.content;
  const amount = payableOf(document);
  if (amount <= 0 || currency === null || !payment?.iban) return null;
  return {
    accountName: payment.accountName ?? seller.legalName ?? seller.name,
    iban: plain(payment.iban, isIban),
    bic: payment.bic === null ? null : plain(payment.bic, isBic),
    reference: payment.reference ?? document.number,
    amount,
    currency,
  };
}

/** An identifier as banks take it: capitals without blanks. */
function plain(text: string, valid: (text: string) => boolean): string {
  const written = text.replace(/\s/g, '').toUpperCase();
  return valid(written) ? written : text;
}
