import type { Day, Instant, Kind, Language } from './document.ts';
import type { ClientProfile, CompanyProfile, JoinView, Role, UserView, WebhookView } from './company.ts';
import type { DocumentRow, FeedEvent } from './events.ts';
import type { MailChoice } from './mail.ts';
import type { OnlineMethod } from './payment.ts';
import type { FeedPresent } from './protocol.ts';
import type { CompanyView, ContactView, DealView, FileView } from './view.ts';

/** What the owner's console reads over HTTP (`/console/…`, session cookie). Changes go over the socket, as commands. */

/** `GET /console/session`; `POST /console/login` and `POST /console/setup` answer the same. 401 when signed out. */
export interface ConsoleSession {
  user: { id: string; name: string; email: string; role: Role; language: Language; mails: MailChoice[] };
  company: CompanyView;
  /** Feed sequence up to which this user has read. */
  feedReadSeq: number;
  now: Instant;
  today: Day;
}

/** `GET /console/setup`: whether the first company is still to be made. */
export interface SetupState {
  needed: boolean;
}

/** `POST /console/setup`, once. */
export interface SetupInput {
  company: string;
  name: string;
  email: string;
  /** At least 10 characters. */
  password: string;
  language: Language;
}

/** `POST /console/login`. */
export interface LoginInput {
  email: string;
  password: string;
}

/** `GET /console/feed?before=<seq>&limit=`: newest first, only the types in FEED_TYPES. `head` is the company's sequence. */
export interface FeedPage {
  events: FeedEvent[];
  head: number;
  more: boolean;
  present: FeedPresent[];
}

/** `GET /console/documents?q=&kind=&state=&cursor=`: newest first. `state` is a status, a progress, `overdue` or `expired`. */
export interface DocumentList {
  rows: DocumentRow[];
  next: string | null;
  /** The company's sequence these rows stand at: the live feed goes on from here. */
  head: number;
}

/** `GET /console/documents/:id`: the whole deal as the owner may see it. */
export interface DealPage {
  view: DealView;
  document: string;
  now: Instant;
  today: Day;
  /** The owner's own id in the deal's people, null before the first message. */
  person: string | null;
}

/** `GET /console/documents/:id/links`: the addresses behind the links, made again from their ids. */
export interface LinkAddresses {
  links: { id: string; url: string }[];
}

/** `GET /console/keys`. A key's secret is in the answer of `createApiKey` alone: `result.secret`. */
export interface KeyList {
  keys: { id: string; label: string; createdAt: Instant; lastUsedAt: Instant | null; revokedAt: Instant | null }[];
}

/** `GET /console/sessions`; `POST /console/sessions/:id/end`. */
export interface SessionList {
  sessions: { id: string; createdAt: Instant; lastSeenAt: Instant; userAgent: string | null; current: boolean }[];
}

/** `POST /console/documents/:id/files` and the same under a secret link: the file that was taken. */
export interface Uploaded {
  file: FileView;
}

/** `GET /console/files`: how much of the company's room for files is used, in bytes. */
export interface FileRoom {
  used: number;
  limit: number;
}

/**
 * `GET /console/company`. The logo is at `/logos/<sha256>.png`, for everybody; `POST /console/company/logo` (the picture's bytes) sets it and
 * answers `{ logo }`.
 */
export interface CompanyPage {
  company: CompanyProfile;
  /** How many numbers of this year's series have been given. */
  counts: Record<Kind, number>;
}

/** `GET /console/users`: those who can sign in, and those who have been asked to join. */
export interface UserList {
  users: UserView[];
  joins: JoinView[];
}

/** `GET /console/joins/<token>` tells who asks whom; `POST` with a password joins and answers a session. */
export interface JoinPage {
  company: string;
  name: string;
  email: string;
  language: Language;
}

/** `GET /console/clients?q=&cursor=`: by name. */
export interface ClientList {
  clients: { id: string; name: string; city: string | null; contacts: number; deals: number; lastAt: Instant | null }[];
  next: string | null;
}

/** `GET /console/clients/:id`. */
export interface ClientPage {
  id: string;
  profile: ClientProfile;
  contacts: ContactView[];
  /** The newest first, at most 100. */
  documents: DocumentRow[];
}

/** `GET /console/webhooks`: with the secret each one is signed with (`whsec_…`). */
export interface WebhookList {
  webhooks: (WebhookView & { secret: string; trouble: Trouble | null; moving: boolean })[];
}

/** The newest delivery that was tried, where that try has failed: it is tried again, or given up. `moving`: this may change any moment. */
export type Trouble = DeliveryView & { state: 'waiting' | 'failed' };

export interface DeliveryView {
  id: string;
  /** The event: its sequence in `/api/v1/events`, and its type. */
  seq: number;
  type: string;
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  /** Of the last attempt: the HTTP status, or what went wrong; null before the first. */
  lastAt: Instant | null;
  status: number | null;
  detail: string | null;
  nextAt: Instant | null;
  createdAt: Instant;
}

/** `GET /console/webhooks/:id/deliveries?before=<seq>`: the newest first. */
export interface DeliveryList {
  deliveries: DeliveryView[];
  more: boolean;
}

/** `GET /console/payments`, `PUT` and `DELETE` answer the same: how payments online are set up, without what is secret. */
export interface OnlineSettings {
  /** null: none. `hint`: its last characters. */
  key: { hint: string; test: boolean } | null;
  /** Whether there is one. */
  webhookSecret: boolean;
  methods: OnlineMethod[];
  partial: boolean;
  /** Stripe's id of the account, once it was asked. */
  account: string | null;
  /** When Stripe's events last came in. */
  heardAt: Instant | null;
  /** Where Stripe is to send them. */
  webhookUrl: string;
}

/** `POST /console/payments/check`: what was tried at Stripe, in order. `detail`: what is missing, in Stripe's words. */
export interface OnlineChecks {
  checks: { what: 'account' | OnlineMethod | 'payments' | 'refunds'; ok: boolean; detail: string | null }[];
  settings: OnlineSettings;
}
