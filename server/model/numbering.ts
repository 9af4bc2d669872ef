import type { Day, Kind, Language } from '../../shared/document.ts';

const PREFIX: { readonly [L in Language]: { readonly [K in Kind]: string } } = {
  fr: { quote: 'D', order: 'BC', delivery: 'BL', invoice: 'F', credit_note: 'A' },
  en: { quote: 'Q', order: 'SO', delivery: 'DN', invoice: 'INV', credit_note: 'CN' },
};

/** A number of our own series, e.g. `D-2026-012`: at least three digits, more when they are needed. */
export function formatNumber(kind: Kind, language: Language, year: number, count: number): string {
  return `${PREFIX[language][kind]}-${year}-${String(count).padStart(3, '0')}`;
}

/** The year whose series a document belongs to: that of its issue date. */
export function seriesYear(issueDate: Day): number {
  return Number(issueDate.slice(0, 4));
}

/** Invoices and credit notes are numbered in the order of their dates, without a gap. (CGI ann. II art. 242 nonies A, I 7°.) */
export function isChronological(kind: Kind): boolean {
  return kind === 'invoice' || kind === 'credit_note';
}
