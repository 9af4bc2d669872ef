import { dayIn, type Day, type Kind } from '../../shared/document.ts';
import type { DateField } from '../../shared/document-input.ts';
import type { Fault } from '../../shared/refusal.ts';
import { plusDays } from '../../shared/reminders.ts';
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

/** The instant at which a clock on the wall of a time zone shows a full hour of a day; where it skips that hour, the one after. */
export function instantAt(day: Day, hour: number, timeZone: string): Date {
  const wall = Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000;
  // The zone's distance from UTC, taken near the wanted instant and once more at the one it leads to.
  const guess = wall - offsetAt(new Date(wall), timeZone);
  return new Date(wall - offsetAt(new Date(guess), timeZone));
}

/** Milliseconds by which the clocks of a zone are ahead of UTC. */
function offsetAt(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'medium', hourCycle: 'h23' }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(at.getTime() / 1000) * 1000;
}
