import type {
  Act,
  ApiKey,
  Checkout,
  Client,
  Company,
  Contact,
  Deal,
  Decision,
  Delivery,
  Document,
  Draft,
  File,
  Join,
  Link,
  Mail,
  Message,
  Payment,
  Person,
  Receipt,
  Refund,
  Revision,
  Session,
  StripeKeys,
  User,
  Visit,
  Webhook,
} from '../entities/index.ts';

/** How much of a deal is loaded: the rows, also what is printed (with visits, mails and users), or also every message. */
export type Reads = 'rows' | 'contents' | 'messages';

/** A deal as a command gets it: loaded under its lock, changed in memory, written by `execute`. */
export interface LoadedDeal {
  company: Company;
  deal: Deal;
  client: Client;
  contacts: Contact[];
  documents: Document[];
  people: Person[];
  links: Link[];
  decisions: Decision[];
  receipts: Receipt[];
  /** Ledger, payment pages and refunds; empty where only rows are read. */
  payments: Payment[];
  checkouts: Checkout[];
  refunds: Refund[];
  /** Attached, and waiting for a message. */
  files: File[];
  /** The company's users; only with contents. */
  users: User[];
  /** Mails about its documents, in order; only with contents. */
  mails: Mail[];
  /** Only where the command asked for the conversation. */
  messages: Message[];
  /** Only where the command asked for contents, else empty; so drafts and acts. */
  revisions: Revision[];
  drafts: Draft[];
  acts: Act[];
  /** The newest visits of each document, newest first; only with contents. */
  visits: Visit[];
  /** Type and size of the imported files, by SHA-256; only with contents. */
  sources: Map<string, { mediaType: string; size: number }>;
}

/** What a command of the whole company gets. */
export interface LoadedCompany {
  company: Company;
  /** Those who were removed included. */
  users: User[];
  /** Those that have not been ended. */
  sessions: Session[];
  keys: ApiKey[];
  /** Those that have not ended; some may be too old to be followed. */
  joins: Join[];
  webhooks: Webhook[];
  /** null as long as none were given. */
  stripe: StripeKeys | null;
  /** The one the command is about, of an endpoint that is still there. */
  delivery: Delivery | null;
}

/** What a command about one client gets: the rows of its deals, all locked, so that each can be told. */
export interface LoadedClient {
  company: Company;
  client: Client;
  contacts: Contact[];
  deals: Deal[];
  /** Whoever is known in them by a link alone. */
  people: Person[];
}
