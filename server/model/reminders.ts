import { dayIn, isExpired, type Day } from '../../shared/document.ts';
import type { Minor } from '../../shared/money.ts';
import { inProcess, sumOf } from '../../shared/payment.ts';
import { PLAN_OF, stepFor, type ReminderKind } from '../../shared/reminders.ts';
import type { Company, Document, Mail, ReminderNews } from '../entities/index.ts';
import { revisionOf } from './find.ts';
import type { LoadedDeal } from './loaded.ts';
import { checkoutsOf, entriesOf, payableNow } from './payments.ts';
import { remindedOf, type Recipient } from './recipients.ts';

/** What a document of a kind could be reminded of: until when it is to be paid or decided on. */
export function deadlineOf({ kind, dueDate, validUntil }: Pick<Document, 'kind' | 'dueDate' | 'validUntil'>): {
  kind: ReminderKind;
  deadline: Day;
} | null {
  if (kind === 'invoice' && dueDate !== null) return { kind: 'due', deadline: dueDate };
  return kind === 'quote' && validUntil !== null ? { kind: 'expiring', deadline: validUntil } : null;
}

/** The days the company reminds on; none while it does not. */
export function planOf({ reminders }: Company, kind: ReminderKind): readonly number[] {
  const { on, days } = reminders[PLAN_OF[kind]];
  return on ? days : [];
}

/** A reminder that is to be sent now. */
export interface Reminder {
  kind: ReminderKind;
  news: ReminderNews;
  to: Recipient[];
}

/**
 * The reminder of a document that is to be sent now, and to whom: null where its day has not come or is long past, nothing is left to be done,
 * the company does not remind, or nobody may be reminded. Needs the deal loaded with contents.
 */
export function reminderOf(loaded: LoadedDeal, document: Document, now: Date): Reminder | null {
  const of = deadlineOf(document);
  if (of === null || !isWanting(loaded, document, now)) return null;
  const { timeZone } = loaded.company;
  const [today, issuedAt] = [dayIn(timeZone, now), revisionOf(loaded, document).issuedAt];
  if (issuedAt === null) return null;
  const before = sentOf(loaded, document, of.deadline);
  const sent = before.map(({ createdAt }) => dayIn(timeZone, createdAt));
  const step = stepFor({ ...of, today, days: planOf(loaded.company, of.kind), since: dayIn(timeZone, issuedAt), sent });
  const to = step === null ? [] : remindedOf(loaded, document);
  if (step === null || to.length === 0) return null;
  const amount = of.kind === 'due' ? payableNow(loaded, document) : document.gross;
  // Whoever was told in good time has not been told yet that it is late.
  const alike = before.filter((mail) => (mail.about.reminder?.step ?? 0) > 0 === step > 0);
  return { kind: of.kind, news: { step, nth: alike.length + 1, deadline: of.deadline, today, amount }, to };
}

/** Whether it is still to be paid, or to be decided on: whoever has paid, is paying, disputes it, or has decided is left alone. */
export function isWanting(loaded: LoadedDeal, document: Document, now: Date): boolean {
  if (document.kind === 'invoice')
    return (
      payableNow(loaded, document) > givenBack(loaded, document) &&
      inProcess(checkoutsOf(loaded, document.id)) === 0 &&
      !isDisputed(loaded, document)
    );
  const { kind, status, validUntil } = document;
  const open = kind === 'quote' && (status === 'issued' || status === 'on_hold');
  return open && !isExpired({ kind, status, validUntil }, dayIn(loaded.company.timeZone, now));
}

/** What was refunded is the company's business: a credit note may follow, or another payment was agreed on. Nobody is reminded of it by a machine. */
function givenBack(loaded: LoadedDeal, document: Document): Minor {
  const refunds = entriesOf(loaded, document.id).filter((one) => one.kind === 'refund' || one.kind === 'refund_failed');
  return -sumOf(refunds);
}

/** The client's bank has taken money back, or asks about it, and has not given it back: that is talked about in person. */
function isDisputed(loaded: LoadedDeal, document: Document): boolean {
  const entries = entriesOf(loaded, document.id);
  const last = (of: string | null) => entries.findLast((one) => one.of === of && /^dispute/.test(one.kind))?.kind;
  return entries.some((one) => one.kind === 'dispute' && last(one.of) !== 'dispute_won');
}

/** The reminders of one deadline that were sent: one a step, however many were written to. */
function sentOf(loaded: LoadedDeal, document: Document, deadline: Day): Mail[] {
  const mails = loaded.mails.filter((mail) => mail.document === document.id && mail.about.reminder?.deadline === deadline);
  return mails.filter((mail, i) => mails.findIndex((one) => one.about.reminder?.step === mail.about.reminder?.step) === i);
}
