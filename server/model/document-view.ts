import { isAccepted } from '../../shared/document.ts';
import { choiceOf } from '../../shared/totals.ts';
import {
  MAX_VISITS,
  type ActView,
  type ContactView,
  type DecisionView,
  type DocumentView,
  type DraftView,
  type FileView,
  type LinkView,
  type MailView,
  type OwnerView,
} from '../../shared/view.ts';
import type { DocumentRow } from '../../shared/events.ts';
import type { Act, Contact, Decision, Document, File, Link, Mail } from '../entities/index.ts';
import type { LoadedDeal } from './loaded.ts';
import { checkoutsOf, entriesOf, paymentView, refundsOf } from './payments.ts';

/** A document as the owner's side sees it. Needs the deal loaded with contents. */
export function documentView(loaded: LoadedDeal, document: Document): DocumentView {
  const revisions = loaded.revisions.filter((r) => r.document === document.id).sort((a, b) => a.revision - b.revision);
  const current = revisions.find((r) => r.revision === document.revision);
  if (!current) throw new Error(`document ${document.id} has no revision ${document.revision}`);
  const priced = current.content.totals !== null;
  const decision = standingDecision(loaded, document);
  return {
    id: document.id,
    kind: document.kind,
    number: document.number,
    origin: document.origin === '' ? null : document.origin,
    revision: document.revision,
    status: document.status,
    content: current.content,
    issuedAt: document.issuedAt?.toISOString() ?? null,
    revisions: revisions.flatMap((r) =>
      r.issuedAt ? [{ revision: r.revision, issuedAt: r.issuedAt.toISOString(), changes: r.changes }] : [],
    ),
    paid: priced ? document.paid : null,
    credited: priced ? document.credited : null,
    due: priced ? (document.due ?? null) : null,
    payments: entriesOf(loaded, document.id).map(paymentView),
    checkouts: checkoutsOf(loaded, document.id),
    decision: decision ? decisionView(decision) : null,
    decisions: decisionsOf(loaded, document.id).map(decisionView),
    acts: loaded.acts
      .filter((act) => act.document === document.id)
      .sort(byPosition)
      .map(actView),
    choice: choiceOf(current.content, document.chosen),
    progress: document.progress,
    receipts: loaded.receipts
      .filter((r) => r.document === document.id)
      .sort(byPosition)
      .map((r) => r.receipt),
    files: loaded.files.filter((one) => one.document === document.id && one.message === null && !one.waiting).map(fileView),
    follows: document.follows,
    owner: ownerView(loaded, document),
  };
}

/** The decision that stands: the last one, while the state still is what it made of it. */
export function standingDecision(loaded: LoadedDeal, { id, status }: Document): Decision | undefined {
  if (!isAccepted(status) && status !== 'refused' && status !== 'on_hold') return undefined;
  return decisionsOf(loaded, id).at(-1);
}

function decisionsOf(loaded: LoadedDeal, document: string): Decision[] {
  return loaded.decisions.filter((one) => one.document === document).sort(byPosition);
}

export function actView({ act, revision, name, reason, at }: Act): ActView {
  return { act, revision, name, reason, at: at.toISOString() };
}

/** Those that are on the list. */
export function contactViews(contacts: Contact[]): ContactView[] {
  return contacts.filter((contact) => contact.removedAt === null).map(contactView);
}

export function contactView({ id, name, email, phone, language, reminders }: Contact): ContactView {
  return { id, name, email, phone, language, reminders };
}

export function decisionView(decision: Decision): DecisionView {
  return {
    action: decision.action,
    revision: decision.revision,
    name: decision.name,
    reason: decision.reason ?? null,
    remindOn: decision.remindOn ?? null,
    orderNumber: decision.orderNumber,
    reserves: decision.reserves,
    chosen: decision.chosen,
    at: decision.at.toISOString(),
  };
}

export function fileView({ id, document, message, side, by, name, mediaType, bytes, at }: File): FileView {
  return { id, document, message, side, by, name, mediaType, bytes, at: at.toISOString() };
}

export function mailView({ id, kind, name, address, state, createdAt, endedAt, cause, detail }: Mail): MailView {
  return { id, kind, name, address, state, at: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null, cause, detail };
}

export function linkView(link: Link, contacts: Contact[]): LinkView {
  const contact = contacts.find((c) => c.id === link.contact);
  return {
    id: link.id,
    contact: contact ? { id: contact.id, name: contact.name, email: contact.email ?? null } : null,
    label: link.label ?? null,
    createdAt: link.createdAt.toISOString(),
    revokedAt: link.revokedAt?.toISOString() ?? null,
  };
}

function ownerView(loaded: LoadedDeal, document: Document): OwnerView {
  const visits = loaded.visits.filter((visit) => visit.document === document.id).sort((a, b) => b.position - a.position);
  const source = document.source ? loaded.sources.get(document.source) : undefined;
  return {
    warnings: document.warnings,
    links: loaded.links
      .filter((link) => link.document === document.id)
      .sort(byPosition)
      .map((link) => linkView(link, loaded.contacts)),
    mails: loaded.mails.filter((mail) => mail.document === document.id && mail.side === 'client').map(mailView),
    views: {
      count: document.views,
      last: document.lastViewedAt?.toISOString() ?? null,
      visits: visits.slice(0, MAX_VISITS).map((visit) => ({ at: visit.at.toISOString(), name: visit.name ?? null })),
    },
    draft: draftView(loaded, document),
    refunds: refundsOf(loaded, document.id),
    source: document.source && source ? { mediaType: source.mediaType, bytes: source.size, sha256: document.source } : null,
  };
}

function draftView(loaded: LoadedDeal, { id }: Document): DraftView | null {
  const draft = loaded.drafts.find((one) => one.document === id);
  return draft ? { version: draft.version, body: draft.body } : null;
}

/** The document's line in lists and in the feed. */
export function documentRow(document: Document): DocumentRow {
  return {
    id: document.id,
    deal: document.deal,
    kind: document.kind,
    number: document.number,
    revision: document.revision,
    status: document.status,
    progress: document.progress,
    client: document.clientName,
    currency: document.currency ?? null,
    gross: document.gross ?? null,
    due: document.due ?? null,
    issueDate: document.issueDate,
    validUntil: document.validUntil ?? null,
    dueDate: document.dueDate ?? null,
    views: document.views,
    lastViewedAt: document.lastViewedAt?.toISOString() ?? null,
    updatedAt: document.updatedAt.toISOString(),
  };
}

function byPosition(a: { position: number }, b: { position: number }): number {
  return a.position - b.position;
}
