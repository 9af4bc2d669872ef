import type { JoinView, Role, WebhookView } from './company.ts';
import type {
  ActView,
  ChoiceView,
  CompanyView,
  ContactView,
  DecisionView,
  DocumentView,
  DraftView,
  FileView,
  LinkView,
  MailView,
  MessageView,
  ReceiptView,
  Side,
} from './view.ts';
import type { Day, Instant, Kind, Party, Progress, Status } from './document.ts';
import type { DraftOp } from './draft.ts';
import type { MailCause, MailChoice } from './mail.ts';
import type { Minor } from './money.ts';
import type { CheckoutView, PaymentView, RefundView } from './payment.ts';
import type { ReminderKind } from './reminders.ts';

/** Who may be told: both sides, or the owner's side only. */
export type Audience = 'everyone' | 'owner';

/** Who did it. `person` is the id in the deal's people; null for the API, the command line and the program itself. */
export interface Actor {
  side: Side | 'system';
  person: string | null;
  name: string;
}

/** An entry of an invoice's ledger, and what the invoice has come to with it. */
export interface EntryData {
  entry: PaymentView;
  paid: Minor;
  due: Minor;
  status: Status;
}

/** Event type → the data it carries. The schemas that guard them are in `event-schemas.ts`. */
export interface EventData {
  'document.drafted': { document: DocumentView };
  'document.issued': { document: DocumentView };
  'document.revised': { document: DocumentView };
  /** A draft; nothing that was issued is ever deleted. */
  'document.deleted': { kind: Kind };
  /** The next revision of an issued quote is begun. */
  'draft.started': { draft: DraftView };
  /** `addressed`: the contact it is addressed to, as it would be printed. */
  'draft.edited': { version: number; ops: DraftOp[]; addressed: Party['contact'] };
  'draft.discarded': Record<string, never>;
  'document.withdrawn': { status: Status; act: ActView };
  'document.reopened': { status: Status; act: ActView };
  /** How far the chain has gone on from it, after something that came of it was issued, refused or credited. */
  'document.progressed': { progress: Progress | null };
  /** A credit note for it was issued. */
  'invoice.credited': { creditNote: string; amount: Minor; credited: Minor; due: Minor; status: Status };
  /** Somebody has opened a payment page; the one before it, if any, is closed by now. */
  'payment.started': { checkout: CheckoutView };
  /** Paid by a method that takes days. */
  'payment.processing': { checkout: CheckoutView };
  /** What took days has failed. `reason`: Stripe's code. */
  'payment.failed': { checkout: CheckoutView; reason: string | null };
  /** The payment page is closed: paid, expired, or replaced by another. */
  'payment.ended': { checkout: CheckoutView };
  /** Money has come in, online or as the owner has recorded it. With `due` below zero it was too much. */
  'payment.received': EntryData;
  /** What was recorded by mistake is taken back by a counter-entry. */
  'payment.reversed': EntryData;
  'payment.refunded': EntryData;
  /** The client's bank did not take the refund. */
  'refund.failed': EntryData;
  'payment.disputed': EntryData;
  'dispute.closed': EntryData;
  /** What was paid at Stripe does not fit what was asked for, and is not in the ledger. Amount in the minor unit of `currency`. */
  'payment.unmatched': { checkout: string; amount: Minor; currency: string };
  /** Somebody wanted to pay, and Stripe made no payment page: for a reason only the owner can mend. `detail`: Stripe's words. */
  'payment.blocked': { detail: string };
  'refund.requested': { refund: RefundView };
  /** Stripe will not make it, and says why. */
  'refund.refused': { refund: RefundView };
  /** It is in the ledger from now on. */
  'refund.settled': { refund: string };
  /** `line` was ticked or unticked. */
  'options.chosen': { line: string; description: string; chosen: boolean; choice: ChoiceView };
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
  /** By the company's plan. `step`: days after the due date, or before the last day of validity. */
  'reminder.sent': { kind: ReminderKind; step: number; to: { name: string; address: string }[] };
  'file.attached': { file: FileView };
  'file.removed': { file: string; name: string };
  'contact.added': { contact: ContactView };
  /** Somebody of a client's has unsubscribed from reminders, or wants them again. */
  'contact.reminders': { client: string; name: string; contact: string; on: boolean };
  'client.created': { client: string; name: string };
  /** Said once to the company, … */
  'client.changed': { client: string; name: string };
  /** … and in each of the client's deals, whose pages show it. */
  'deal.client_changed': { client: string; name: string; contacts: ContactView[] };
  'company.created': { name: string };
  /** What open consoles show of it by themselves; whoever shows more reads it again. */
  'company.changed': { company: CompanyView; fields: string[] };
  /** Of users and endpoints an event says who and which, not how they are reached: everybody in the company hears it, readers too. */
  'user.invited': { join: string; name: string; role: Role };
  'user.uninvited': { join: string; name: string };
  'user.joined': { user: string; name: string; role: Role; join: string };
  'user.role_changed': { user: string; name: string; role: Role };
  'user.removed': { user: string; name: string };
  /** What became of the letter to somebody who was asked to join. */
  'join.mailed': { join: string; name: string; mail: JoinView['mail'] };
  /** `name`: the label of the endpoint, or the host of its address. */
  'webhook.created': { webhook: string; name: string };
  'webhook.changed': { webhook: string; name: string; disabledFor: WebhookView['disabledFor'] };
  'webhook.removed': { webhook: string; name: string };
  /** A delivery of the event `seq` was given up after all tries. `status`: what the endpoint last answered; null: nothing. */
  'webhook.failed': { webhook: string; name: string; seq: number; status: number | null };
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
  'document.deleted': 'owner',
  'draft.started': 'owner',
  'draft.edited': 'owner',
  'draft.discarded': 'owner',
  'document.withdrawn': 'everyone',
  'document.reopened': 'everyone',
  'document.progressed': 'everyone',
  'invoice.credited': 'everyone',
  'options.chosen': 'everyone',
  'payment.started': 'everyone',
  'payment.processing': 'everyone',
  'payment.failed': 'everyone',
  'payment.ended': 'everyone',
  'payment.received': 'everyone',
  'payment.reversed': 'everyone',
  'payment.refunded': 'everyone',
  'refund.failed': 'everyone',
  'payment.disputed': 'everyone',
  'dispute.closed': 'everyone',
  'payment.unmatched': 'owner',
  'payment.blocked': 'owner',
  'refund.requested': 'owner',
  'refund.refused': 'owner',
  'refund.settled': 'owner',
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
  'reminder.sent': 'owner',
  'file.attached': 'everyone',
  'file.removed': 'everyone',
  'contact.added': 'owner',
  'contact.reminders': 'owner',
  'client.created': 'owner',
  'client.changed': 'owner',
  'deal.client_changed': 'everyone',
  'company.created': 'owner',
  'company.changed': 'owner',
  'user.invited': 'owner',
  'user.uninvited': 'owner',
  'user.joined': 'owner',
  'user.role_changed': 'owner',
  'user.removed': 'owner',
  'join.mailed': 'owner',
  'webhook.created': 'owner',
  'webhook.changed': 'owner',
  'webhook.removed': 'owner',
  'webhook.failed': 'owner',
  'api_key.created': 'owner',
  'api_key.revoked': 'owner',
  'feed.read': 'owner',
  'user.mail_chosen': 'owner',
  'session.ended': 'owner',
};

export const EVENT_TYPES = Object.keys(AUDIENCE) as EventType[];

/** The types a person reads in the activity feed; the others only move views, or are what somebody does for themself. */
export const FEED = [
  'document.drafted',
  'document.issued',
  'document.revised',
  'document.deleted',
  'draft.started',
  'draft.discarded',
  'document.withdrawn',
  'document.reopened',
  'invoice.credited',
  'options.chosen',
  'payment.started',
  'payment.processing',
  'payment.failed',
  'payment.received',
  'payment.reversed',
  'payment.refunded',
  'refund.failed',
  'payment.disputed',
  'dispute.closed',
  'payment.unmatched',
  'payment.blocked',
  'refund.requested',
  'refund.refused',
  'contact.added',
  'contact.reminders',
  'client.created',
  'client.changed',
  'company.changed',
  'user.invited',
  'user.uninvited',
  'user.joined',
  'user.role_changed',
  'user.removed',
  'join.mailed',
  'webhook.created',
  'webhook.changed',
  'webhook.removed',
  'webhook.failed',
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
  'reminder.sent',
  'file.attached',
  'file.removed',
] as const satisfies readonly EventType[];

export const FEED_TYPES: ReadonlySet<EventType> = new Set<EventType>(FEED);

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
  progress: Progress | null;
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
