import { randomUUID } from 'node:crypto';
import type { CommandInputs } from '../../shared/commands.ts';
import type { DocumentContent, Kind } from '../../shared/document.ts';
import { DATE_FIELDS, type DateField } from '../../shared/document-input.ts';
import { bodyOf, type DraftBody } from '../../shared/draft.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Warning } from '../../shared/view.ts';
import { DocumentSchema, DraftSchema, RevisionSchema, type Document } from '../entities/index.ts';
import { applyContent } from '../model/columns.ts';
import { contentFromInput } from '../model/content.ts';
import { defaultsFor } from '../model/defaults.ts';
import { documentView } from '../model/document-view.ts';
import { contactFor } from '../model/draft.ts';
import { findDocument } from '../model/find.ts';
import { issue } from './issue.ts';
import { issueRevision } from './revisions.ts';
import type { DealScope, Result } from './scope.ts';

/** A new document from the API's JSON: a draft, or issued at once. */
export function createDocument(scope: DealScope, input: CommandInputs['createDocument']): Result {
  const { document: given } = input;
  const content = contentFromInput(given, defaultsFor(scope.loaded, scope.now, given));
  const openDates = DATE_FIELDS.filter((field) => given[field] === null);
  const contact = contactFor(scope.loaded, content.buyer)?.id ?? null;
  const document = addDocument(scope, {
    ...OURS,
    kind: given.kind,
    content,
    follows: given.follows === null ? null : findDocument(scope.loaded, given.follows).id,
    openDates,
    body: input.issue ? null : { ...bodyOf(content, contact), ...Object.fromEntries(openDates.map((field) => [field, null])) },
  });
  if (input.issue) return issue(scope, document);
  scope.say('document.drafted', document.id, { document: documentView(scope.loaded, document) });
  return { document: document.id, link: null };
}

/** Issues a draft: it gets its number and its first link, and is frozen. Of an issued quote, the revision that was prepared. */
export function issueDocument(scope: DealScope, input: CommandInputs['issueDocument']): Result {
  const document = findDocument(scope.loaded, input.document);
  const draft = scope.loaded.drafts.find((one) => one.document === document.id);
  if (document.status !== 'draft' && !draft) throw new Refusal('already_issued', { data: { number: document.number } });
  if (input.version !== null && draft && draft.version !== input.version)
    throw new Refusal('draft_changed', { data: { version: draft.version } });
  return document.status === 'draft' ? issue(scope, document) : issueRevision(scope, document);
}

export interface NewDocument {
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
  /** As it is being written; null for what is not written here, or is issued at once. */
  body: DraftBody | null;
  warnings: Warning[];
}

/** What a document of our own series has of its origin: nothing. */
export const OURS = { number: null, origin: '', copy: 1, uuid: null, source: null, warnings: [] as Warning[] };

/** Adds a draft to the deal. */
export function addDocument(scope: DealScope, made: NewDocument): Document {
  const { loaded, now } = scope;
  const { content, body } = made;
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
    credited: 0,
    progress: null,
    chosen: [],
    issueDate: content.issueDate,
    validUntil: null,
    dueDate: null,
    openDates: made.openDates,
    views: 0,
    lastViewedAt: null,
    warnings: made.warnings,
    source: made.source,
    position: Math.max(-1, ...loaded.documents.map((one) => one.position)) + 1,
    issuedAt: null,
    createdAt: now,
    updatedAt: now,
  });
  applyContent(document, content);
  loaded.documents.push(document);
  loaded.revisions.push(scope.add(RevisionSchema, { document: document.id, revision: 1, content, changes: [], issuedAt: null }));
  if (body !== null) loaded.drafts.push(scope.add(DraftSchema, { document: document.id, version: 0, revision: 1, body }));
  return document;
}
