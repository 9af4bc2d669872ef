import { dayIn, type Day, type Instant } from '../../shared/document.ts';
import type { RefusalCode } from '../../shared/refusal.ts';
import type { DealView, MessageView } from '../../shared/view.ts';
import type { OutboxItem } from '../live/outbox.ts';

/** A message on its way: an item of the outbox. Its id becomes the message's. */
export type Pending = OutboxItem & { name: 'postMessage' };

export type Delivery = 'waiting' | 'sending' | 'failed' | 'sent' | 'seen';

/** One bubble of the conversation. */
export interface Item {
  key: string;
  /** Written by one's own side. */
  mine: boolean;
  /** Who wrote it; null for the reader. */
  name: string | null;
  text: string;
  at: Instant;
  document: string;
  notify: boolean;
  /** Only for one's own side. */
  delivery: Delivery | null;
  refused: RefusalCode | null;
}

/** The messages of one calendar day, in the company's time zone. */
export interface DayGroup {
  day: Day;
  items: Item[];
}

/** The messages among what is on its way. */
export function pendingOf(outgoing: readonly OutboxItem[]): Pending[] {
  return outgoing.filter((item) => item.name === 'postMessage');
}

/** The conversation as it is shown: what the log holds, then what is still on its way, grouped by day. `me` is the reader's id. */
export function conversationOf(view: DealView, me: string | null, pending: Pending[]): DayGroup[] {
  const seen = seenUpTo(view);
  const said = view.messages.map((message) => itemOf(message, view, me, seen));
  const waiting = stillPending(view, pending).map(waitingItem);
  const groups: DayGroup[] = [];
  for (const item of [...said, ...waiting]) {
    const day = dayIn(view.company.timeZone, new Date(item.at));
    const last = groups.at(-1);
    if (last?.day === day) last.items.push(item);
    else groups.push({ day, items: [item] });
  }
  return groups;
}

/** What has not come back yet: a batch may be faster than the acknowledgement. */
export function stillPending(view: DealView, pending: Pending[]): Pending[] {
  return pending.filter((item) => !view.messages.some((message) => message.id === item.id));
}

/** Up to where anyone of the other side has read. */
function seenUpTo(view: DealView): number {
  return Math.max(0, ...view.people.filter((person) => person.side !== view.side).map((person) => person.readSeq));
}

function itemOf(message: MessageView, view: DealView, me: string | null, seen: number): Item {
  const mine = message.side === view.side;
  const delivery = mine ? (message.seq <= seen ? 'seen' : 'sent') : null;
  const { text, at, document, notify } = message;
  return {
    key: message.id,
    mine,
    name: mine && message.person === me ? null : message.name,
    text,
    at,
    document,
    notify,
    delivery,
    refused: null,
  };
}

function waitingItem(item: Pending): Item {
  const { document, text, notify } = item.input;
  const at = new Date(item.at).toISOString();
  const delivery = item.state === 'refused' ? 'failed' : item.state;
  return { key: item.id, mine: true, name: null, text, at, document, notify, delivery, refused: item.refusal?.code ?? null };
}
