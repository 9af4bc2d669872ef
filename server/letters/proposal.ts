import type { Language } from '../../shared/document.ts';
import { day, decimal, unitPrice } from '../../shared/format.ts';
import type { DocumentView, Proposal } from '../../shared/view.ts';
import { WORDS } from '../words.ts';

/** What a client asks for with a message, one printed line each. */
export function proposalLines(proposal: Proposal, document: DocumentView | undefined, language: Language): string[] {
  const { ask } = WORDS[language].chain;
  if (proposal.what === 'validity') return [ask.wantsTime(proposal.until === null ? null : day(proposal.until, language))];
  const currency = document?.content.currency ?? 'EUR';
  return [
    ask.lineTitle(proposal.description),
    ...(proposal.quantity === null ? [] : [ask.wantsQuantity(null, decimal(proposal.quantity, language))]),
    ...(proposal.unitPrice === null ? [] : [ask.wantsPrice(null, unitPrice(proposal.unitPrice, currency, language))]),
  ];
}
