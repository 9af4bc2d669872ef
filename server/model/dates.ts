import { dayIn, type Day, type Kind } from '../../shared/document.ts';
import type { DateField } from '../../shared/document-input.ts';
import type { Fault } from '../../shared/refusal.ts';
import type { Company, Document } from '../entities/index.ts';

/** The dates of a document that depend on the day of its issue. */
export interface Dates {
  issueDate: Day;
  validUntil: Day | null;
  dueDate: Day | null;
}

/** The dates as given, the open ones by the company's rules; with a fault for every one that cannot be. */
export function datesFrom(
  kind: Kind,
  given: { readonly [F in DateField]: Day | null },
  company: Company,
  today: Day,
): { dates: Dates; faults: Fault[] } {
  const faults: Fault[] = [];
  const issueDate = given.issueDate ?? today;
  const validUntil = kind === 'quote' ? (given.validUntil ?? plusDays(issueDate, company.validityDays)) : null;
  const dueDate = kind === 'invoice' ? (given.dueDate ?? plusDays(issueDate, company.paymentDays)) : null;
  if (kind !== 'quote' && given.validUntil !== null)
    faults.push({ pointer: '/validUntil', rule: 'not_for_kind', detail: 'only a quote has a validity' });
  if (kind !== 'invoice' && given.dueDate !== null)
    faults.push({ pointer: '/dueDate', rule: 'not_for_kind', detail: 'only an invoice has a due date' });
  if (validUntil !== null && validUntil < issueDate)
    faults.push({ pointer: '/validUntil', rule: 'before_issue', detail: 'the validity ends before the issue date' });
  if (dueDate !== null && dueDate < issueDate)
    faults.push({ pointer: '/dueDate', rule: 'before_issue', detail: 'the due date is before the issue date' });
  return { dates: { issueDate, validUntil, dueDate }, faults };
}

/** The dates a draft gets when it is issued now: those the sender stated, and for the open ones those of this day. */
export function datesAtIssue(draft: Document, company: Company, now: Date): { dates: Dates; faults: Fault[] } {
  const stated = (field: DateField) => (draft.openDates.includes(field) ? null : draft[field]);
  const given = { issueDate: stated('issueDate'), validUntil: stated('validUntil'), dueDate: stated('dueDate') };
  return datesFrom(draft.kind, given, company, dayIn(company.timeZone, now));
}

function plusDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
