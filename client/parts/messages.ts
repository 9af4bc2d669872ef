import { dayIn, type Day, type Instant } from '../../shared/document.ts';
import type { RefusalCode } from '../../shared/refusal.ts';
import type { DealView, FileView, MessageView, Proposal } from '../../shared/view.ts';
import type { OutboxItem } from '../live/outbox.ts';
import { lostFiles } from './files/lost.ts';

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
  files: FileView[];
  /** How many files go with it whose names are not known here (any more): it was sent before the page was loaded again. */
  unnamed: number;
  at: Instant;
  document: string;
  notify: boolean;
  /** What the client asks for with it. */
  proposal: Proposal | null;
  /** Only for one's own side. */
  delivery: Delivery | null;
  refused: RefusalCode | null;
  /** Refused for a file the server has no more. */
  lostFile: boolean;
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

/**
 * The conversation as it is shown: what the log holds, then what is still on its way, grouped by day. `me` is the reader's id, `fileOf`
 * knows the files sent from this page.
 */
export function conversationOf(
  view: DealView,
  me: string | null,
  pending: Pending[],
  fileOf: (id: string) => FileView | undefined = () => undefined,
): DayGroup[] {
  const seen = seenUpTo(view);
  const said = view.messages.map((message) => itemOf(message, view, me, seen));
  const waiting = stillPending(view, pending).map((item) => waitingItem(item, view, fileOf));
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
  const { text, files, at, document, notify, proposal } = message;
  return {
    key: message.id,
    mine,
    name: mine && message.person === me ? null : message.name,
    text,
    files,
    unnamed: 0,
    at,
    document,
    notify,
    proposal,
    delivery,
    refused: null,
    lostFile: false,
  };
}

function waitingItem(item: Pending, view: DealView, fileOf: (id: string) => FileView | undefined): Item {
  const { document, text, notify } = item.input;
  const files = item.input.files.flatMap((id) => fileOf(id) ?? []);
  return {
    key: item.id,
    mine: true,
    name: null,
    text,
    files,
    unnamed: item.input.files.length - files.length,
    at: new Date(item.at).toISOString(),
    document,
    notify,
    proposal: proposalOf(item, view),
    delivery: item.state === 'refused' ? 'failed' : item.state,
    refused: item.refusal?.code ?? null,
    lostFile: lostFiles(item).size > 0,
  };
}

/** What is asked for with a message on its way: the server adds the words of the line, which the page knows too. */
function proposalOf({ input: { document, proposal = null } }: Pending, view: DealView): Proposal | null {
  if (proposal === null || proposal.what === 'validity') return proposal;
  const lines = view.documents.find((doc) => doc.id === document)?.content.lines ?? [];
  return { ...proposal, description: lines.find((line) => line.id === proposal.line)?.description ?? '' };
}
