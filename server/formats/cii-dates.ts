import type { Day } from '../../shared/document.ts';
import { fault, validDay, type Reading } from './reading.ts';
import { attribute, firstOf, xpathOf, type XmlElement } from './tree.ts';

/** Forms of a date (UNTDID 2379) that begin with the day as YYYYMMDD: 102, and those that go on with a time. */
const DAY_FIRST: ReadonlySet<string> = new Set(['102', '203', '204', '205']);

/** The day at a CII date element: a DateTimeString in a form that has a day, or an ISO DateTime; a fault where it is none. */
export function ciiDay(r: Reading, element: XmlElement | null): Day | null {
  const value = firstOf(element, 'udt:DateTimeString', 'qdt:DateTimeString', 'udt:DateString', 'udt:DateTime', 'udt:Date', 'qdt:DateTime');
  const text = value?.text.trim() ?? '';
  if (value === null || text === '') return null;
  const format = attribute(value, 'format')?.trim() ?? (/^\d{8}/.test(text) ? '102' : null);
  if (format === null) return validDay(r, value, text.slice(0, 10));
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})/.exec(text) ?? [];
  if (DAY_FIRST.has(format) && (format !== '102' || text.length === 8))
    return validDay(r, value, `${year ?? ''}-${month ?? ''}-${day ?? ''}`);
  fault(r, xpathOf(value), 'date', `not a calendar day: ${text.slice(0, 40)} in form ${format.slice(0, 10)}`);
  return null;
}
