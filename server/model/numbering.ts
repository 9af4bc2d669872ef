import type { Day, Kind } from '../../shared/document.ts';

/** The year whose series a document belongs to: that of its issue date. */
export function seriesYear(issueDate: Day): number {
  return Number(issueDate.slice(0, 4));
}

/** Invoices and credit notes are numbered in the order of their dates, without a gap. (CGI ann. II art. 242 nonies A, I 7°.) */
export function isChronological(kind: Kind): boolean {
  return kind === 'invoice' || kind === 'credit_note';
}
