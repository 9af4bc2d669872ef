import { daysBetween, type Day } from './document.ts';

/** When clients are reminded: `days` after an invoice's due date (before it where negative), or before the last day of a quote. */
export interface ReminderPlan {
  on: boolean;
  /** In the order of the calendar, each once. */
  days: number[];
}

/** What a company has set; off until it says otherwise. */
export interface Reminders {
  invoices: ReminderPlan;
  quotes: ReminderPlan;
}

/** The mails that remind: of an invoice that is due, and of a quote about to expire. */
export const REMINDER_KINDS = ['due', 'expiring'] as const;
export type ReminderKind = (typeof REMINDER_KINDS)[number];

export const PLAN_OF: { readonly [K in ReminderKind]: keyof Reminders } = { due: 'invoices', expiring: 'quotes' };

/** Reminders of one kind, at most; more would be harassment. */
export const MAX_STEPS = 6;
/** From how many days before the due date to how many after. */
export const INVOICE_DAYS = { min: -30, max: 365 } as const;
/** Days before the last day of validity; 0 is that day. */
export const QUOTE_DAYS = { min: 0, max: 90 } as const;
/** Days after which a reminder that was not sent is not sent any more, such as by a server that was off. */
export const MAX_LATE = 7;
/** Hours of the company's day between which people are written to: from the first, until just before the second. */
export const HOURS = { from: 8, until: 18 } as const;

/** What a company has before it has set anything. A fresh copy each time. */
export function noReminders(): Reminders {
  return { invoices: { on: false, days: [3, 10, 20] }, quotes: { on: false, days: [3] } };
}

/** The days of a plan in the order of the calendar, each once. */
export function inOrder(kind: ReminderKind, days: readonly number[]): number[] {
  const sorted = [...new Set(days)].sort((a, b) => a - b);
  return kind === 'due' ? sorted : sorted.reverse();
}

/** The day of one step. `deadline`: the due date, or the last day of validity. */
export function stepDay(kind: ReminderKind, deadline: Day, step: number): Day {
  return plusDays(deadline, kind === 'due' ? step : -step);
}

interface Due {
  kind: ReminderKind;
  deadline: Day;
  today: Day;
  days: readonly number[];
  /** The day on which what is reminded of was issued: whatever was to be said by then has been said by it. */
  since: Day;
  /** The days on which reminders of this deadline were sent. */
  sent: readonly Day[];
}

/**
 * The step that is to be sent today: the last one whose day has come, unless it is more than a week late, was planned before the issue, or is
 * followed by one that was sent already (the plan may have been changed). Null where there is none.
 */
export function stepFor({ kind, deadline, today, days, since, sent }: Due): number | null {
  if (kind === 'expiring' && today > deadline) return null;
  const step = inOrder(kind, days).findLast((one) => stepDay(kind, deadline, one) <= today);
  if (step === undefined) return null;
  const planned = stepDay(kind, deadline, step);
  const over = daysBetween(planned, today) > MAX_LATE || planned <= since || sent.some((day) => day >= planned);
  return over ? null : step;
}

/** The hour of an instant in an IANA time zone, 0 to 23. */
export function hourIn(timeZone: string, now: Date): number {
  return Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(now));
}

/** Whether people may be written to now. */
export function isDaytime(timeZone: string, now: Date): boolean {
  const hour = hourIn(timeZone, now);
  return hour >= HOURS.from && hour < HOURS.until;
}

/** A day so many days later; earlier where negative. */
export function plusDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
