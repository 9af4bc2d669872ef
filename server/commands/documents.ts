import { randomUUID } from 'node:crypto';
import { changes } from '../../shared/changes.ts';
import type { CommandInputs } from '../../shared/commands.ts';
import { dayIn, invoiceStatus, type DocumentContent, type Kind, type Party } from '../../shared/document.ts';
import { DATE_FIELDS, type DateField, type DocumentInput } from '../../shared/document-input.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Warning } from '../../shared/view.ts';
import { DocumentSchema, PaymentSchema, RevisionSchema, type Document } from '../entities/index.ts';
import { buyerFrom, contentFromInput, type Defaults } from '../model/content.ts';
import { datesAtIssue } from '../model/dates.ts';
import { documentView } from '../model/document-view.ts';
import { contentOf, findDocument } from '../model/find.ts';
import { addLink } from './links.ts';
import type { DealScope, Result } from './scope.ts';

/** A new document from the API's JSON: a draft, or issued at once. */
export function createDocument(scope: DealScope, input: CommandInputs['createDocument']): Result {
  const { document: given } = input;
  const content = contentFromInput(given, defaultsFor(scope, given, new Set()));
  const follows = given.follows === null ? null : findDocument(scope.loaded, given.follows).id;
  const document = addDocument(scope, {
    kind: given.kind,
    content,
    follows,
    number: null,
    origin: '',
    copy: 1,
    uuid: null,
    source: null,
    openDates: DATE_FIELDS.filter((field) => given[field] === null),
    warnings: [],
  });
  if (input.issue) return issue(scope, document);
  scope.say('document.drafted', document.id, { document: documentView(scope.loaded, document) });
  return { document: document.id, link: null };
}

/** Issues a draft: it gets its number and its first link, and is frozen. */
export function issueDocument(scope: DealScope, input: CommandInputs['issueDocument']): Result {
  const document = findDocument(scope.loaded, input.document);
  if (document.status !== 'draft') throw new Refusal('already_issued', { data: { number: document.number } });
  return issue(scope, document);
}

/**
 * A new revision of a quote under the same number. Open again for a decision; the old one stays readable.
 * Allowed while no order came of it: issued, on hold, refused or expired.
 */
export function reviseDocument(scope: DealScope, input: CommandInputs['reviseDocument']): Result {
  const document = findDocument(scope.loaded, input.document);
  if (document.kind !== 'quote' || !['issued', 'on_hold', 'refused'].includes(document.status)) {
    throw new Refusal('revision_not_allowed', { data: { kind: document.kind, status: document.status } });
  }
  if (input.content.kind !== 'quote') {
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/kind', rule: 'kind_changed', detail: 'a revision of a quote is a quote' }],
    });
  }
  const before = contentOf(scope.loaded, document);
  const given = keepLineIds(input.content, before);
  const content = contentFromInput(given, defaultsFor(scope, given, new Set(before.lines.map((line) => line.id)), before.buyer));
  document.revision += 1;
  document.status = 'issued';
  applyContent(document, content);
  document.updatedAt = scope.now;
  scope.loaded.revisions.push(
    scope.add(RevisionSchema, {
      document: document.id,
      revision: document.revision,
      content,
      changes: changes(before, content),
      issuedAt: scope.now,
    }),
  );
  scope.say('document.revised', document.id, { document: documentView(scope.loaded, document) });
  return { document: document.id, revision: document.revision };
}

interface NewDocument {
  kind: Kind;
  content: DocumentContent;
  follows: string | null;
  number: string | null;
  origin: string;
  copy: number;
  uuid: string | null;
  source: string | null;
  /** Dates to be set when it is issued. */
  openDates: DateField[];
  warnings: Warning[];
}

/** Adds a draft to the deal. */
export function addDocument(scope: DealScope, made: NewDocument): Document {
  const { loaded, now } = scope;
  const { content } = made;
  const document = scope.add(DocumentSchema, {
    id: randomUUID(),
    company: loaded.company.id,
    deal: loaded.deal.id,
    kind: made.kind,
    number: made.number,
    origin: made.origin,
    copy: made.copy,
    uuid: made.uuid,
    status: 'draft',
    revision: 1,
    follows: made.follows,
    clientName: content.buyer.name,
    currency: null,
    gross: null,
    due: null,
    paid: 0,
    issueDate: content.issueDate,
    validUntil: null,
    dueDate: null,
    openDates: made.openDates,
    views: 0,
    lastViewedAt: null,
    warnings: made.warnings,
    source: made.source,
    position: loaded.documents.length,
    issuedAt: null,
    createdAt: now,
    updatedAt: now,
  });
  applyContent(document, content);
  loaded.documents.push(document);
  loaded.revisions.push(scope.add(RevisionSchema, { document: document.id, revision: 1, content, changes: [], issuedAt: null }));
  return document;
}

/** Issues a draft of the deal and makes its first link, for the first contact where there is one. */
export function issue(scope: DealScope, document: Document): Result {
  const { loaded, now } = scope;
  settleDates(scope, document);
  if (document.number === null) giveNumber(scope, document);
  document.status = document.kind === 'invoice' ? invoiceStatus(document.due ?? 0, document.paid) : 'issued';
  document.issuedAt = now;
  document.updatedAt = now;
  const revision = loaded.revisions.find((r) => r.document === document.id && r.revision === document.revision);
  if (revision) revision.issuedAt = now;
  openLedger(scope, document);
  scope.say('document.issued', document.id, { document: documentView(loaded, document) });
  const contact = loaded.contacts.find((one) => one.name === contentOf(loaded, document).buyer.contact?.name) ?? loaded.contacts[0];
  const link = addLink(scope, document, contact?.id ?? null, null);
  return { document: document.id, link: link.id };
}

/** A draft may be issued days after it was made: the dates nobody stated are those of the day of issue. */
function settleDates(scope: DealScope, document: Document): void {
  if (document.openDates.length === 0) return;
  const { dates, faults } = datesAtIssue(document, scope.loaded.company, scope.now);
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });
  document.openDates = [];
  const revision = scope.loaded.revisions.find((r) => r.document === document.id && r.revision === document.revision);
  if (!revision) throw new Error(`document ${document.id} has no revision ${document.revision}`);
  revision.content = { ...revision.content, ...dates };
  applyContent(document, revision.content);
}

/** A day before the last one of its series is the sender's to answer for, and the owner is told. */
function giveNumber(scope: DealScope, document: Document): void {
  const { number, before } = scope.number(document.kind, document.issueDate);
  document.number = number;
  if (before === null) return;
  const detail = `dated ${document.issueDate}, after a document of the same series dated ${before}: numbers and days should follow each other`;
  document.warnings = [...document.warnings, { code: 'not_chronological', detail }];
}

/** What was paid before the invoice came in is the opening entry of its ledger. */
function openLedger(scope: DealScope, document: Document): void {
  if (document.kind !== 'invoice' || document.paid === 0) return;
  const entry = { id: randomUUID(), document: document.id, amount: document.paid, method: 'opening' as const, at: scope.now };
  scope.loaded.payments.push(scope.add(PaymentSchema, entry));
}

function applyContent(document: Document, content: DocumentContent): void {
  document.clientName = content.buyer.name;
  document.issueDate = content.issueDate;
  document.validUntil = content.validUntil;
  document.dueDate = content.dueDate;
  document.currency = content.currency;
  document.gross = content.totals?.gross ?? null;
  document.due = content.totals?.due ?? null;
  document.paid = content.totals?.prepaid ?? 0;
}

function defaultsFor(scope: DealScope, input: DocumentInput, ownLines: ReadonlySet<string>, known?: Party): Defaults {
  const { loaded } = scope;
  const earlier = loaded.documents.at(-1);
  const buyer = input.client ? buyerFrom(input.client) : (known ?? (earlier ? contentOf(loaded, earlier).buyer : null));
  if (buyer === null)
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/client', rule: 'required', detail: 'a document that follows no other one needs its client' }],
    });
  const lines = loaded.documents.flatMap((doc) => contentOf(loaded, doc).lines.map((line) => [line.id, doc.id] as const));
  return {
    company: loaded.company,
    today: dayIn(loaded.company.timeZone, scope.now),
    language: input.language ?? loaded.contacts.find((contact) => contact.language !== null)?.language ?? loaded.company.language,
    buyer,
    knownLines: new Map(lines),
    ownLines,
  };
}

/** A line given without its id is the same line where its description is the same: so the client sees what really changed. */
function keepLineIds(input: DocumentInput, before: DocumentContent): DocumentInput {
  const kept = new Set(input.lines.map((line) => line.id));
  const free = before.lines.filter((line) => !kept.has(line.id));
  const lines = input.lines.map((line) => {
    if (line.id !== null) return line;
    const same = free.findIndex((old) => old.description === line.description);
    return same < 0 ? line : { ...line, id: free.splice(same, 1)[0]?.id ?? null };
  });
  return { ...input, lines };
}
