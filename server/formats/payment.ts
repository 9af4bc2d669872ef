import type { PaymentTerms } from '../../shared/document.ts';
import type { Words } from './words.ts';

/** An account to pay to, as stated. */
export interface Account {
  id: string | null;
  bic: string | null;
  name: string | null;
  /** Bank and branch, where the account has no IBAN. */
  bank: string[];
}

/**
 * Payment terms from the accounts of a file: the first IBAN, its BIC, and what the payer should quote. Further accounts,
 * and accounts that are no IBAN, become lines of text: a number is not shown as what it is not.
 */
export function paymentOf(
  accounts: Account[],
  reference: string | null,
  payee: string | null,
  words: Words,
): { payment: PaymentTerms | null; lines: string[] } {
  const main = accounts.find((account) => isIban(account.id)) ?? null;
  const lines = accounts.flatMap((account) => {
    if (account === main || account.id === null || account.id === main?.id) return [];
    const label = isIban(account.id) ? 'IBAN' : words.account;
    return [[`${label} ${account.id}`, account.name, ...account.bank, account.bic].filter(Boolean).join(' · ')];
  });
  const bic = isBic(main?.bic ?? null) ? (main?.bic ?? null) : null;
  const accountName = main?.name ?? payee;
  if (main === null && reference === null) return { payment: null, lines };
  return { payment: { iban: main?.id ?? null, bic, reference, accountName }, lines };
}

/** The shape of an IBAN (ISO 13616), blanks aside; the check digits are the bank's affair. */
function isIban(id: string | null): boolean {
  return id !== null && /^[A-Z]{2}\d{2}[A-Z0-9]{8,30}$/i.test(id.replace(/\s/g, ''));
}

/** The shape of a BIC (ISO 9362). */
function isBic(code: string | null): boolean {
  return code !== null && /^[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/i.test(code);
}
