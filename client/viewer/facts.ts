import { daysBetween, isExpired, type Day, type Language } from '../../shared/document.ts';
import * as f from '../../shared/format.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { DocumentView } from '../../shared/view.ts';

/** The one amount that matters on the first screen, in the reader's language; null on a document without prices. */
export function mainAmount(doc: DocumentView, words: Catalogue, language: Language): { label: string; value: string } | null {
  const { currency } = doc.content;
  const totals = doc.choice?.totals ?? doc.content.totals;
  if (totals === null || currency === null) return null;
  const { page } = words;
  if (doc.kind === 'invoice') return { label: page.leftToPay, value: f.money(doc.due ?? totals.due, currency, language) };
  return { label: doc.kind === 'credit_note' ? page.credited : page.total, value: f.money(totals.gross, currency, language) };
}

export interface Deadline {
  text: string;
  /** "5 days left", "last day", "3 days late"; null where nothing is to be counted any more. */
  left: string | null;
  tone: 'neutral' | 'wait' | 'bad';
}

/** From so many days on, a deadline is near. */
const NEAR = 7;

/** Until when the document is valid or to be paid, with the days left as long as that matters. */
export function deadlineOf(doc: DocumentView, words: Catalogue, language: Language, today: Day): Deadline | null {
  const { page } = words;
  const { validUntil, dueDate } = doc.content;
  if (doc.kind === 'quote' && validUntil !== null) {
    const open = doc.status === 'issued' || doc.status === 'on_hold';
    const expired = isExpired({ kind: doc.kind, status: doc.status, validUntil }, today);
    const left = !open ? null : expired ? page.validityOver : page.daysLeft(daysBetween(today, validUntil));
    return { text: page.validUntil(f.day(validUntil, language)), left, tone: toneOf(open, expired, daysBetween(today, validUntil)) };
  }
  if (doc.kind === 'invoice' && dueDate !== null) {
    const open = (doc.status === 'issued' || doc.status === 'part_paid') && (doc.due ?? 0) > 0;
    const days = daysBetween(today, dueDate);
    const left = !open ? null : days < 0 ? page.daysLate(-days) : page.daysLeft(days);
    return { text: page.dueOn(f.day(dueDate, language)), left, tone: toneOf(open, days < 0, days) };
  }
  return null;
}

function toneOf(open: boolean, over: boolean, days: number): Deadline['tone'] {
  if (!open) return 'neutral';
  return over ? 'bad' : days <= NEAR ? 'wait' : 'neutral';
}
