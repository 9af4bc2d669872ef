import type { DraftLine } from '../../../shared/draft.ts';
import { isDecimal } from '../../../shared/money.ts';

/** The rates of France, the highest first; others are typed. */
export const RATES = ['20', '10', '5.5', '2.1', '0'] as const;
/** Categories without a rate to choose; each needs its reason on the sheet. (UNCL 5305.) */
export const EXEMPT = ['E', 'AE', 'K', 'G', 'O'] as const;

export type Vat = Pick<DraftLine, 'vatCategory' | 'vatRate'>;

/** A choice as the value of an option: a rate, a category, '' for none, `other` for a rate that is typed. */
export function choiceOf({ vatCategory, vatRate }: Vat): string {
  if (vatCategory === '') return '';
  if (vatCategory === 'S' || vatCategory === 'Z') {
    const rate = RATES.find((one) => isDecimal(vatRate) && Number(vatRate) === Number(one));
    return rate ?? 'other';
  }
  return vatCategory;
}

/** What a choice means. A rate of zero has a category of its own (BR-Z-05); what is out of scope has no rate (BR-O-05). */
export function vatOf(choice: string): Vat {
  if (choice === '') return { vatCategory: '', vatRate: '' };
  if (choice === 'other') return { vatCategory: 'S', vatRate: '' };
  if (choice === '0') return { vatCategory: 'Z', vatRate: '0' };
  if (/^\d/.test(choice)) return { vatCategory: 'S', vatRate: choice };
  return { vatCategory: choice, vatRate: choice === 'O' ? '' : '0' };
}

/** Whether the sheet must say why there is no VAT. */
export function needsReason({ vatCategory }: Vat): boolean {
  return (EXEMPT as readonly string[]).includes(vatCategory);
}
