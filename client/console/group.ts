import type { EventType, FeedEvent } from '../../shared/events.ts';

export const SHOWS = ['all', 'decisions', 'messages', 'views', 'documents', 'sent'] as const;
export type Show = (typeof SHOWS)[number];

const KINDS_OF: { readonly [S in Exclude<Show, 'all'>]: readonly EventType[] } = {
  decisions: ['document.accepted', 'document.refused', 'document.held', 'options.chosen', 'receipt.recorded'],
  messages: ['message.posted'],
  views: ['document.viewed'],
  documents: [
    'document.drafted',
    'document.issued',
    'document.revised',
    'document.withdrawn',
    'document.reopened',
    'invoice.credited',
    'file.attached',
    'file.removed',
  ],
  /** How it reached the client, or did not. */
  sent: ['document.sent', 'mail.failed', 'webhook.failed', 'link.created', 'link.revoked'],
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

/** What happened on one document in one stretch of time. */
export interface Card {
  /** Stays the same when something newer joins the card. */
  key: string;
  document: string | null;
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
    const document = group[0]?.document ?? null;
    return { key: `${document ?? ''}:${String(group.at(-1)?.seq)}`, document, events: group, entries: entriesOf(group) };
  });
}

function joins(group: readonly FeedEvent[], event: FeedEvent): boolean {
  const last = group.at(-1);
  return (
    last !== undefined &&
    event.document !== null &&
    last.document === event.document &&
    Date.parse(last.at) - Date.parse(event.at) <= NEARBY_MS
  );
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
