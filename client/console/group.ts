import type { EventType, FeedEvent } from '../../shared/events.ts';
import { HOUSE } from './house-sentence.ts';
import { PAYMENTS } from './payment-sentence.ts';

export const SHOWS = ['all', 'decisions', 'messages', 'views', 'payments', 'documents', 'sent', 'house'] as const;
export type Show = (typeof SHOWS)[number];

const KINDS_OF: { readonly [S in Exclude<Show, 'all'>]: readonly EventType[] } = {
  decisions: ['document.accepted', 'document.refused', 'document.held', 'options.chosen', 'receipt.recorded'],
  messages: ['message.posted'],
  views: ['document.viewed'],
  payments: PAYMENTS,
  documents: [
    'document.drafted',
    'document.issued',
    'document.revised',
    'document.deleted',
    'draft.started',
    'draft.discarded',
    'document.withdrawn',
    'document.reopened',
    'invoice.credited',
    'file.attached',
    'file.removed',
  ],
  /** How it reached the client, or did not. */
  sent: ['document.sent', 'reminder.sent', 'mail.failed', 'link.created', 'link.revoked'],
  /** The company, its clients, its users and the programs that are told. */
  house: HOUSE,
};

/** Whether an event belongs to what the filter shows. */
export function shown(event: FeedEvent, show: Show): boolean {
  return show === 'all' || KINDS_OF[show].includes(event.type);
}

/** One or several of the same thing in a row: only views are counted together. `event` is the newest. */
export interface Entry {
  event: FeedEvent;
  count: number;
}

/** What happened on one document, or to one client, in one stretch of time; or in one corner of the house. */
export interface Card {
  /** Stays the same when something newer joins the card. */
  key: string;
  document: string | null;
  subject: Subject | null;
  /** Newest first. */
  events: FeedEvent[];
  entries: Entry[];
}

/** Events of one document belong together when at most this much time lies between them, … */
const NEARBY_MS = 6 * 3_600_000;
/** … and at most this many cards of other documents. */
const NEARBY_CARDS = 4;

/** Groups a feed, newest first, into cards: the order of the cards is that of their newest event. */
export function cardsOf(events: readonly FeedEvent[]): Card[] {
  const groups: FeedEvent[][] = [];
  for (const event of events) {
    const near = groups.slice(-NEARBY_CARDS).find((group) => joins(group, event));
    if (near) near.push(event);
    else groups.push([event]);
  }
  return groups.map((group) => {
    const [first] = group;
    const document = first?.document ?? null;
    const key = `${document ?? ''}:${String(group.at(-1)?.seq)}`;
    return { key, document, subject: first ? subjectOf(first) : null, events: group, entries: entriesOf(group) };
  });
}

function joins(group: readonly FeedEvent[], event: FeedEvent): boolean {
  const last = group.at(-1);
  return last !== undefined && sameThing(last, event) && Date.parse(last.at) - Date.parse(event.at) <= NEARBY_MS;
}

/** What an event without a document is about; the newest says what a client is called. */
export type Subject = { of: 'client'; id: string; name: string } | { of: 'company' | 'users' | 'webhooks' };

function subjectOf(event: FeedEvent): Subject | null {
  if (event.document !== null) return null;
  if (event.type === 'client.created' || event.type === 'client.changed' || event.type === 'contact.reminders')
    return { of: 'client', id: event.data.client, name: event.data.name };
  const [family] = event.type.split('.');
  if (family === 'user' || family === 'join') return { of: 'users' };
  if (family === 'webhook') return { of: 'webhooks' };
  return family === 'company' ? { of: 'company' } : null;
}

function sameThing(a: FeedEvent, b: FeedEvent): boolean {
  if (a.document !== null || b.document !== null) return a.document === b.document;
  const [one, other] = [subjectOf(a), subjectOf(b)];
  if (one === null || other === null || one.of !== other.of) return false;
  return one.of !== 'client' || (other.of === 'client' && one.id === other.id);
}

function entriesOf(events: readonly FeedEvent[]): Entry[] {
  const entries: Entry[] = [];
  for (const event of events) {
    const last = entries.at(-1);
    if (last && sameView(last.event, event)) last.count += 1;
    else entries.push({ event, count: 1 });
  }
  return entries;
}

function sameView(a: FeedEvent, b: FeedEvent): boolean {
  return a.type === 'document.viewed' && b.type === 'document.viewed' && a.data.name === b.data.name;
}

/** Whether it is news to this user: not when they did it themselves. */
export function isNews(event: FeedEvent, userName: string): boolean {
  return event.actor?.side !== 'owner' || event.actor.name !== userName;
}

/**
 * How far the feed counts as read once these events were seen: up to just before the oldest unread one nobody has seen.
 * Null where that changes nothing.
 */
export function readUpTo(unread: readonly FeedEvent[], seen: ReadonlySet<number>, read: number): number | null {
  const oldestUnseen = unread.reduce((oldest, event) => (seen.has(event.seq) ? oldest : Math.min(oldest, event.seq)), Infinity);
  const upTo = unread.reduce((newest, event) => (event.seq < oldestUnseen ? Math.max(newest, event.seq) : newest), read);
  return upTo > read ? upTo : null;
}
