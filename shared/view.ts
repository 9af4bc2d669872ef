import type { Action, Day, DocumentContent, Instant, Kind, Language, Progress, Status, Totals, VatRow } from './document.ts';
import type { DraftBody } from './draft.ts';
import type { EventData, WireEvent } from './events.ts';
import type { Change } from './changes.ts';
import type { MailCause, MailKind, MailState } from './mail.ts';
import type { Decimal, Minor } from './money.ts';
import { shownCheckouts } from './checkouts.ts';
import type { CheckoutView, OnlineView, PaymentView, RefundView } from './payment.ts';

export type Side = 'owner' | 'client';

export interface CompanyView {
  id: string;
  name: string;
  language: Language;
  timeZone: string;
  /** `#rrggbb`, as the company chose it; pages correct it for contrast. */
  accent: string;
  /** How its invoices are paid on the page; null where they are not. */
  online: OnlineView | null;
}

/** Someone on the page: a user of the company, a contact of the client, or a named holder of a link. */
export interface PersonView {
  id: string;
  side: Side;
  name: string;
  /** Deal sequence up to which this person has read the conversation. */
  readSeq: number;
}

export interface DecisionView {
  action: Action;
  revision: number;
  /** The name as typed by who decided. */
  name: string;
  reason: string | null;
  /** Hold: the day on which both sides want to be reminded. */
  remindOn: Day | null;
  /** Acceptance: the client's own order number. */
  orderNumber: string | null;
  /** Acceptance of a delivery: what is not as it should be, line by line; `line` null: the delivery as a whole. */
  reserves: Reserve[];
  /** Acceptance of a quote: the optional lines that were chosen. */
  chosen: string[];
  at: Instant;
}

export interface Reserve {
  line: string | null;
  text: string;
}

/** What the owner did to an issued document, with the reason both sides see. */
export interface ActView {
  act: 'reopened' | 'withdrawn';
  revision: number;
  /** Who, as they sign in. */
  name: string;
  reason: string | null;
  at: Instant;
}

/** What the client has chosen of a quote's optional lines, and what the quote comes to with them. */
export interface ChoiceView {
  lines: string[];
  vat: VatRow[];
  totals: Totals;
}

/** A draft as it is being written: `version` counts its changes. On an issued quote it is the next revision. */
export interface DraftView {
  version: number;
  body: DraftBody;
}

/** What a client asks for in a message: another quantity or price on a line of the revision they saw, or more time to decide. */
export type Proposal =
  | {
      what: 'line';
      revision: number;
      line: string;
      /** The line's words as they were. */
      description: string;
      quantity: Decimal | null;
      unitPrice: Decimal | null;
    }
  | { what: 'validity'; revision: number; until: Day | null };

/** A receipt advice of the client, recorded on its delivery: line by line what arrived. */
export interface ReceiptView {
  number: string;
  date: Day;
  notes: string[];
  lines: {
    line: string | null;
    description: string;
    unit: string | null;
    received: string | null;
    short: string | null;
    rejected: string | null;
  }[];
}

export interface Warning {
  /** A stable word, e.g. `total_differs`, `reference_ambiguous`. */
  code: string;
  detail: string;
}

export interface LinkView {
  id: string;
  /** For whom: a contact of the client, or null for whoever holds it. */
  contact: { id: string; name: string; email: string | null } | null;
  label: string | null;
  createdAt: Instant;
  revokedAt: Instant | null;
}

/** A file somebody attached, to a document or to a message on it. */
export interface FileView {
  id: string;
  document: string;
  /** The message it came with; null when it belongs to the document itself. */
  message: string | null;
  side: Side;
  /** Who attached it. */
  by: string;
  /** As given; nothing is stored under it. */
  name: string;
  /** By content. */
  mediaType: string;
  bytes: number;
  at: Instant;
}

/** A mail to somebody on the client's side. */
export interface MailView {
  id: string;
  kind: MailKind;
  name: string;
  address: string;
  state: MailState;
  /** When it was asked for. */
  at: Instant;
  /** When it was accepted, or has failed; null while it waits. */
  endedAt: Instant | null;
  /** Why it has failed; null unless it has. */
  cause: MailCause | null;
  /** What was said when it failed: by the mail server, or by what kept us from it. */
  detail: string | null;
}

/** What only the owner's side may know of a document. */
export interface OwnerView {
  warnings: Warning[];
  links: LinkView[];
  /** Mails about it to the client's side, oldest first. */
  mails: MailView[];
  /** Visits, newest first, at most 50 kept here; `count` has them all. */
  views: { count: number; last: Instant | null; visits: { at: Instant; name: string | null }[] };
  /** The imported file, where there is one. */
  source: { mediaType: string; bytes: number; sha256: string } | null;
  /** What is being written: the document itself, or the next revision of a quote. null for what came in with a file. */
  draft: DraftView | null;
  /** Refunds that were asked for and are not in the ledger. */
  refunds: RefundView[];
}

export interface DocumentView {
  id: string;
  kind: Kind;
  /** null on a draft. */
  number: string | null;
  /** The program it came from, for documents issued elsewhere; null for our own series. */
  origin: string | null;
  revision: number;
  status: Status;
  content: DocumentContent;
  issuedAt: Instant | null;
  /** Revisions in order, the current one last. */
  revisions: { revision: number; issuedAt: Instant; changes: Change[] }[];
  paid: Minor | null;
  /** Taken back by credit notes. */
  credited: Minor | null;
  /** What is left to pay: of the whole, with what the client has chosen, less what was paid and credited. */
  due: Minor | null;
  /** The ledger of an invoice, oldest first. */
  payments: PaymentView[];
  /** Payment pages that may still become a payment, and the last one (`shownCheckouts`). */
  checkouts: CheckoutView[];
  /** The decision that stands. */
  decision: DecisionView | null;
  /** All that were ever taken, oldest first: of earlier revisions, and from before it was opened again. */
  decisions: DecisionView[];
  /** What the owner did, oldest first. */
  acts: ActView[];
  /** null where a document has no optional lines. */
  choice: ChoiceView | null;
  progress: Progress | null;
  receipts: ReceiptView[];
  /** Files attached to it, not those of messages. */
  files: FileView[];
  /** The document this one follows in the chain. */
  follows: string | null;
  /** null on the client's side. */
  owner: OwnerView | null;
}

export interface MessageView {
  id: string;
  seq: number;
  document: string;
  person: string;
  side: Side;
  name: string;
  text: string;
  /** Whether the owner asked for the client to be told by mail. */
  notify: boolean;
  /** What the client asks for with it. */
  proposal: Proposal | null;
  files: FileView[];
  at: Instant;
}

export interface ContactView {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  language: Language | null;
  /** False: they have unsubscribed from reminders. */
  reminders: boolean;
}

/** What one side may see of a deal; `seq` is the deal sequence it stands at. */
export interface DealView {
  deal: string;
  seq: number;
  side: Side;
  company: CompanyView;
  /** Contacts on the owner's side only. */
  client: { id: string; name: string; contacts: ContactView[] };
  /** In chain order. The client's side has issued documents only. */
  documents: DocumentView[];
  messages: MessageView[];
  people: PersonView[];
}

/**
 * Moves a view forward by one event, without changing the old one. The heart of rule 6: folding the events of a command
 * over the view before it gives exactly the snapshot after it, on both sides.
 */
export function fold(view: DealView, event: WireEvent, foldDraft: FoldDraft | null = null): DealView {
  if (event.seq <= view.seq) return view;
  return { ...apply(withPerson(view, event), event, foldDraft), seq: event.seq };
}

/** `foldDraft` of draft-fold.ts: handed in, since it counts amounts and only the owner's side hears of drafts. */
export type FoldDraft = (document: DocumentView, data: EventData['draft.edited']) => DocumentView;

function apply(view: DealView, event: WireEvent, foldDraft: FoldDraft | null): DealView {
  switch (event.type) {
    case 'document.drafted':
    case 'document.issued':
    case 'document.revised':
      return putDocument(view, event.data.document);
    case 'document.deleted':
      return { ...view, documents: view.documents.filter((doc) => doc.id !== event.document) };
    case 'draft.started':
      return editOwner(view, event.document, (owner) => ({ ...owner, draft: event.data.draft }));
    case 'draft.edited':
      return foldDraft === null ? view : editDocument(view, event.document, (doc) => foldDraft(doc, event.data));
    case 'draft.discarded':
      return editOwner(view, event.document, (owner) => ({ ...owner, draft: null }));
    case 'document.withdrawn':
    case 'document.reopened':
      return editDocument(view, event.document, (doc) => ({
        ...doc,
        status: event.data.status,
        decision: null,
        acts: [...doc.acts, event.data.act],
      }));
    case 'document.progressed':
      return editDocument(view, event.document, (doc) => ({ ...doc, progress: event.data.progress }));
    case 'invoice.credited':
      return editDocument(view, event.document, (doc) => ({
        ...doc,
        status: event.data.status,
        credited: event.data.credited,
        due: event.data.due,
      }));
    case 'payment.received':
    case 'payment.reversed':
    case 'payment.refunded':
    case 'refund.failed':
    case 'payment.disputed':
    case 'dispute.closed': {
      const { entry, paid, due, status } = event.data;
      return editDocument(view, event.document, (doc) => ({ ...doc, payments: [...doc.payments, entry], paid, due, status }));
    }
    case 'payment.started':
    case 'payment.processing':
    case 'payment.failed':
    case 'payment.ended':
      return editDocument(view, event.document, (doc) => ({ ...doc, checkouts: withCheckout(doc.checkouts, event.data.checkout) }));
    case 'refund.requested':
      return editOwner(view, event.document, (owner) => ({ ...owner, refunds: [...owner.refunds, event.data.refund] }));
    case 'refund.refused': {
      const { refund } = event.data;
      return editOwner(view, event.document, (owner) => ({
        ...owner,
        refunds: owner.refunds.map((one) => (one.id === refund.id ? refund : one)),
      }));
    }
    case 'refund.settled': {
      const { refund } = event.data;
      return editOwner(view, event.document, (owner) => ({ ...owner, refunds: owner.refunds.filter((one) => one.id !== refund) }));
    }
    case 'options.chosen': {
      const { choice } = event.data;
      return editDocument(view, event.document, (doc) => ({ ...doc, choice, due: choice.totals.due }));
    }
    case 'deal.client_changed':
      return {
        ...view,
        client: { ...view.client, name: event.data.name, contacts: view.side === 'owner' ? event.data.contacts : [] },
        documents: view.documents.map((doc) => withContacts(doc, event.data.contacts)),
      };
    case 'document.accepted':
    case 'document.refused':
    case 'document.held':
      return editDocument(view, event.document, (doc) => ({
        ...doc,
        status: event.data.status,
        decision: event.data.decision,
        decisions: [...doc.decisions, event.data.decision],
      }));
    case 'receipt.recorded':
      return editDocument(view, event.document, (doc) => ({ ...doc, receipts: [...doc.receipts, event.data.receipt] }));
    case 'document.viewed':
      return editOwner(view, event.document, (owner) => ({
        ...owner,
        views: {
          count: owner.views.count + 1,
          last: event.at,
          visits: [{ at: event.at, name: event.data.name }, ...owner.views.visits].slice(0, MAX_VISITS),
        },
      }));
    case 'link.created':
      return editOwner(view, event.document, (owner) => ({ ...owner, links: [...owner.links, event.data.link] }));
    case 'link.revoked':
      return editOwner(view, event.document, (owner) => ({
        ...owner,
        links: owner.links.map((link) => (link.id === event.data.link ? { ...link, revokedAt: event.at } : link)),
      }));
    case 'mail.queued':
      return editOwner(view, event.document, (owner) => ({ ...owner, mails: [...owner.mails, event.data.mail] }));
    case 'mail.delivered':
      return editMail(view, event.document, event.data.mail, { state: 'delivered', endedAt: event.at, cause: null, detail: null });
    case 'mail.failed':
      return editMail(view, event.document, event.data.mail, {
        state: 'failed',
        endedAt: event.at,
        cause: event.data.cause,
        detail: event.data.detail || null,
      });
    case 'file.attached':
      return editDocument(view, event.document, (doc) => ({ ...doc, files: [...doc.files, event.data.file] }));
    case 'file.removed':
      return editDocument(view, event.document, (doc) => ({ ...doc, files: doc.files.filter((file) => file.id !== event.data.file) }));
    case 'contact.added':
      return { ...view, client: { ...view.client, contacts: [...view.client.contacts, event.data.contact] } };
    case 'message.posted':
      return {
        ...view,
        messages: [...view.messages, { ...event.data.message, seq: event.seq, at: event.at }],
        people: readTo(view.people, event.data.message.person, event.data.readUpTo),
      };
    case 'conversation.read':
      return { ...view, people: readTo(view.people, event.data.person, event.data.upTo) };
    default:
      return view;
  }
}

/** How many visits a view lists one by one. */
export const MAX_VISITS = 50;

/** The list with this payment page as it is now, and without those that have ended before it. */
function withCheckout(all: CheckoutView[], checkout: CheckoutView): CheckoutView[] {
  const known = all.some((one) => one.id === checkout.id);
  return shownCheckouts(known ? all.map((one) => (one.id === checkout.id ? checkout : one)) : [...all, checkout]);
}

function putDocument(view: DealView, document: DocumentView): DealView {
  const known = view.documents.findIndex((doc) => doc.id === document.id);
  const mine = view.side === 'owner' ? document : { ...document, owner: null };
  const documents = known < 0 ? [...view.documents, mine] : view.documents.map((doc, i) => (i === known ? mine : doc));
  return { ...view, documents };
}

function editDocument(view: DealView, id: string | null, edit: (doc: DocumentView) => DocumentView): DealView {
  return { ...view, documents: view.documents.map((doc) => (doc.id === id ? edit(doc) : doc)) };
}

/** The links that were made for a contact name them as they are called now. */
function withContacts(document: DocumentView, contacts: ContactView[]): DocumentView {
  const { owner } = document;
  if (owner === null) return document;
  const links = owner.links.map((link) => {
    const contact = contacts.find((one) => one.id === link.contact?.id);
    return contact ? { ...link, contact: { id: contact.id, name: contact.name, email: contact.email } } : link;
  });
  return { ...document, owner: { ...owner, links } };
}

function editOwner(view: DealView, id: string | null, edit: (owner: OwnerView) => OwnerView): DealView {
  return editDocument(view, id, (doc) => (doc.owner === null ? doc : { ...doc, owner: edit(doc.owner) }));
}

type MailEnd = Pick<MailView, 'state' | 'endedAt' | 'cause' | 'detail'>;

function editMail(view: DealView, document: string | null, id: string, change: MailEnd): DealView {
  return editOwner(view, document, (owner) => ({
    ...owner,
    mails: owner.mails.map((mail) => (mail.id === id ? { ...mail, ...change } : mail)),
  }));
}

function readTo(people: PersonView[], id: string, seq: number): PersonView[] {
  return people.map((person) => (person.id === id && person.readSeq < seq ? { ...person, readSeq: seq } : person));
}

function withPerson(view: DealView, event: WireEvent): DealView {
  const { actor } = event;
  if (actor === null || actor.person === null || actor.side === 'system') return view;
  const { person: id, side, name } = actor;
  const known = view.people.find((person) => person.id === id);
  if (known?.name === name) return view;
  if (known) return { ...view, people: view.people.map((person) => (person.id === id ? { ...person, name } : person)) };
  return { ...view, people: [...view.people, { id, side, name, readSeq: 0 }] };
}
