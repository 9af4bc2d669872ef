import type { PaymentTerms } from '../../shared/document.ts';
import { paymentOf, type Account } from './payment.ts';
import { textAt } from './text.ts';
import { all, first, type XmlElement } from './tree.ts';
import type { Words } from './words.ts';

/** Accounts to pay to and what to quote; the payer's own account (direct debit) is nobody's business here. */
export function ublPayment(root: XmlElement, words: Words): { payment: PaymentTerms | null; lines: string[] } {
  const means = all(root, 'cac:PaymentMeans');
  const accounts = means.flatMap((element) => {
    const account = first(element, 'cac:PayeeFinancialAccount');
    return account === null ? [] : [accountOf(account)];
  });
  const reference =
    means.map((element) => textAt(element, 'cbc:PaymentID') ?? textAt(element, 'cbc:InstructionID')).find((text) => text !== null) ?? null;
  const payee = textAt(root, 'cac:PayeeParty/cac:PartyName/cbc:Name');
  return paymentOf(accounts, reference, payee, words);
}

function accountOf(account: XmlElement): Account {
  const branch = first(account, 'cac:FinancialInstitutionBranch');
  const institution = first(branch, 'cac:FinancialInstitution');
  const bank = textAt(institution, 'cbc:Name') ?? textAt(branch, 'cbc:Name');
  return {
    id: textAt(account, 'cbc:ID', 100),
    bic: textAt(institution, 'cbc:ID', 100) ?? textAt(branch, 'cbc:ID', 100),
    name: textAt(account, 'cbc:Name'),
    bank: bank === null ? [] : [bank],
  };
}
