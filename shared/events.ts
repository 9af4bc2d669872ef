import type { ContactView, DecisionView, DocumentView, FileView, LinkView, MailView, MessageView, ReceiptView, Side } from './view.ts';
import type { Day, Instant, Kind, Status } from './document.ts';
import type { MailCause, MailChoice } from './mail.ts';
import type { Minor } from './money.ts';

/** Who may be told: both sides, or the owner's side only. */
export type Audience = 'everyone' | 'owner';

/** Who did it. `person` is the id in the deal's people; null for the API, the command line and the program itself. */
export interface Actor {
  side: Side | 'system';
  person: string | null;
  name: string;
}

/** Event type → the data it carries. The schemas that guard them are in `event-schemas.ts`. */
export interface EventData {
  'document.drafted': { document: DocumentView };
  'document.issued': { document: DocumentView };
  'document.revised': { document: DocumentView };
  'document.viewed': { visit: string; name: string | null };
  'document.accepted': { status: Status; decision: DecisionView };
  'document.refused': { status: Status; decision: DecisionView };
  'document.held': { status: Status; decision: DecisionView };
  'receipt.recorded': { receipt: ReceiptView };
  'message.posted': { message: Omit<MessageView, 'seq' | 'at'>; readUpTo: number };
  'conversation.read': { person: string; upTo: number };
  'link.created': { link: LinkView };
  'link.revoked': { link: string };
  'document.sent': { to: { name: string; address: string }[] };
  'mail.queued': { mail: MailView };
  'mail.delivered': { mail: string };
  /** `name` and `address` are those of the recipient: of either side. */
  'mail.failed': { mail: string; name: string; address: string; cause: MailCause; detail: string };
  'file.attached': { file: FileView };
  'file.removed': { file: string; name: string };
  'contact.added': { contact: ContactView };
  'company.created': { name: string };
  'api_key.created': { key: string; label: string };
  'api_key.revoked': { key: string };
  'feed.read': { user: string; upTo: number };
  'user.mail_chosen': { user: string; kinds: MailChoice[] };
  'session.ended': { session: string };
}

export type EventType = keyof EventData;

/** Audience decides whether, projection decides what. */
export const AUDIENCE: { readonly [T in EventType]: Audience } = {
  'document.drafted': 'owner',
  'document.issued': 'everyone',
  'document.revised': 'everyone',
  'document.viewed': 'owner',
  'document.accepted': 'everyone',
  'document.refused': 'everyone',
  'document.held': 'everyone',
  'receipt.recorded': 'everyone',
  'message.posted': 'everyone',
  'conversation.read': 'everyone',
  'link.created': 'owner',
  'link.revoked': 'owner',
  'document.sent': 'owner',
  'mail.queued': 'owner',
  'mail.delivered': 'owner',
  'mail.failed': 'owner',
  'file.attached': 'everyone',
  'file.removed': 'everyone',
  'contact.added': 'owner',
  'company.created': 'owner',
  'api_key.created': 'owner',
  'api_key.revoked': 'owner',
  'feed.read': 'owner',
  'user.mail_chosen': 'owner',
  'session.ended': 'owner',
};

/** The types a person reads in the activity feed; the others only move views. */
export const FEED_TYPES: ReadonlySet<EventType> = new Set<EventType>([
  'document.drafted',
  'document.issued',
  'document.revised',
  'document.viewed',
  'document.accepted',
  'document.refused',
  'document.held',
  'receipt.recorded',
  'message.posted',
  'link.created',
  'link.revoked',
  'document.sent',
  'mail.failed',
  'file.attached',
  'file.removed',
]);

type OfType<T extends EventType> = {
  /** Sequence in the stream it is read from: the deal's, or the company's. */
  seq: number;
  type: T;
  deal: string | null;
  document: string | null;
  actor: Actor | null;
  at: Instant;
  data: EventData[T];
};

/** An event as one side reads it. */
export type WireEvent = { [T in EventType]: OfType<T> }[EventType];

/** One row of the documents list, as it stands after an event. The feed carries it, so that lists are live too. */
export interface DocumentRow {
  id: string;
  deal: string;
  kind: Kind;
  number: string | null;
  revision: number;
  status: Status;
  client: string;
  currency: string | null;
  gross: Minor | null;
  due: Minor | null;
  issueDate: Day;
  validUntil: Day | null;
  dueDate: Day | null;
  views: number;
  lastViewedAt: Instant | null;
  /** When anything last happened on it. */
  updatedAt: Instant;
}

/** An event as the company's feed reads it. */
export type FeedEvent = WireEvent & { row: DocumentRow | null };
