import { inOrder, INVOICE_DAYS, MAX_STEPS, QUOTE_DAYS, type ReminderKind } from '../../../shared/reminders.ts';

const BOUNDS = { due: INVOICE_DAYS, expiring: QUOTE_DAYS } as const;

/** A text such as "3, 10 20" as days; what is no number is one that the server refuses. */
export function daysIn(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => (/^[-\u2212+]?\d{1,4}$/.test(part) ? Number(part.replace('\u2212', '-')) : Number.NaN));
}

/** And back, as it is written. */
export function daysText(days: readonly number[]): string {
  return days.map((day) => String(day).replace('-', '\u2212')).join(', ');
}

/** One mail of a plan: its day, and the how-manieth of its kind it is (those before a due date and those after it are counted apart). */
export interface PlannedStep {
  step: number;
  nth: number;
}

/** What a plan would send, in the order of the calendar; of a text that is none yet, what can be read of it. */
export function stepsIn(kind: ReminderKind, text: string): PlannedStep[] {
  const { min, max } = BOUNDS[kind];
  const days = inOrder(
    kind,
    daysIn(text).filter((day) => day >= min && day <= max),
  ).slice(0, MAX_STEPS);
  return days.map((step, i) => ({ step, nth: days.slice(0, i + 1).filter((one) => one > 0 === step > 0).length }));
}

/** Where such a mail can be read, as it would be sent. */
export function previewAddress(kind: ReminderKind, { step, nth }: PlannedStep, language: string): string {
  return `/console/reminders/preview?${new URLSearchParams({ kind, step: String(step), nth: String(nth), language }).toString()}`;
}
