import { randomUUID } from 'node:crypto';
import type { CommandInputs } from '../../shared/commands.ts';
import { dayIn, type DocumentContent, type Kind, type Party } from '../../shared/document.ts';
import { compare } from '../../shared/decimal.ts';
import { isDecimal } from '../../shared/money.ts';
import { DATE_FIELDS } from '../../shared/document-input.ts';
import { applyOps, bodyOf, type DraftBody, type DraftOp } from '../../shared/draft.ts';
import { contentOf as sheetOf } from '../../shared/draft-content.ts';
import { draftBody } from '../../shared/draft-schema.ts';
import { Refusal } from '../../shared/refusal.ts';
import { DraftSchema, type Document, type Draft } from '../entities/index.ts';
import { applyContent } from '../model/columns.ts';
import { datesFrom } from '../model/dates.ts';
import { depositContent } from '../model/deposit.ts';
import { documentView } from '../model/document-view.ts';
import { clientParty, contactFor, openDatesOf, partyContact } from '../model/draft.ts';
import { contentOf, findDocument, findIssued, revisionOf } from '../model/find.ts';
import { withAdjustmentLines } from '../model/adjustments.ts';
import { contentFollowing, contentWith, type Known } from '../model/follow.ts';
import type { LoadedDeal } from '../model/loaded.ts';
import { validate } from '../validate.ts';
import { addDocument, OURS } from './documents.ts';
import { checkRevisable } from './revisions.ts';
import type { DealScope, Result } from './scope.ts';
import { forget } from './settle.ts';

/** `copied`: what the document to be copied has printed, read before the command runs; it may be of another deal. */
export type DraftInput = CommandInputs['draftDocument'] & { copied?: DocumentContent | undefined };

/** A draft to be written in the editor. */
export function draftDocument(scope: DealScope, input: DraftInput): Result {
  const { loaded } = scope;
  const today = dayIn(loaded.company.timeZone, scope.now);
  const sources = (input.from?.documents ?? []).map((id) => findIssued(loaded, id));
  // The dates it would have if it were issued today: left open, they are set again at its issue.
  const { dates } = datesFrom(input.kind, { issueDate: null, validUntil: null, dueDate: null }, loaded.company, today);
  const base = { ...beginning(loaded, sources, input, today), ...dates };
  const contact = contactFor(loaded, base.buyer)?.id ?? null;
  const currency = base.currency ?? loaded.company.currency;
  const body: DraftBody = { ...bodyOf(base, contact), currency, issueDate: null, validUntil: null, dueDate: null };
  const content = sheetOf(input.kind, body, base);
  const document = addDocument(scope, {
    ...OURS,
    kind: input.kind,
    content,
    follows: sources[0]?.id ?? null,
    openDates: [...DATE_FIELDS],
    body,
  });
  scope.say('document.drafted', document.id, { document: documentView(loaded, document) });
  return { document: document.id };
}

function beginning(loaded: LoadedDeal, sources: Document[], input: DraftInput, today: string): DocumentContent {
  const [first] = sources;
  if (input.deposit !== null) {
    if (input.kind !== 'invoice' || !first || sources.length > 1)
      throw new Refusal('invalid_input', {
        faults: [{ pointer: '/deposit', rule: 'not_for_kind', detail: 'a deposit is an invoice from one quote' }],
      });
    return depositContent(loaded, first, input.deposit, today);
  }
  if (input.kind === 'credit_note' && sources.length > 1)
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/from/documents', rule: 'one_invoice', detail: 'a credit note is made from one invoice' }],
    });
  if (first) return contentFollowing(loaded, input.kind, sources, input.from?.lines ?? null, today);
  if (input.kind === 'credit_note')
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/from', rule: 'required', detail: 'a credit note is made from its invoice' }],
    });
  return fromNothing(loaded, input.kind, input.copied, today);
}

/** An empty document for the deal's client, or the lines of another one, which keep nothing of where they came from. */
function fromNothing(loaded: LoadedDeal, kind: Kind, given: DocumentContent | undefined, today: string): DocumentContent {
  const copied = given && withAdjustmentLines(given);
  const { company } = loaded;
  const contact = contactFor(loaded, null);
  const buyer: Party = clientParty(loaded, contact?.id ?? null);
  const known: Known = {
    language: contact?.language ?? copied?.language ?? company.language,
    currency: copied?.currency ?? company.currency,
    reference: null,
    buyer,
    deliverTo: null,
    vat: copied?.vat ?? [],
  };
  const lines = (copied?.lines ?? []).map((line) => ({
    ...line,
    id: randomUUID(),
    optional: line.optional && kind === 'quote',
    from: null,
    backorder: null,
    ...(kind === 'delivery' ? { unitPrice: null, net: null, vat: null, adjustments: [] } : {}),
  }));
  const content = contentWith(loaded, kind, lines, known, today);
  const notes = copied?.notes ?? [];
  return sheetOf(kind, bodyOf({ ...content, notes }, null), { ...content, buyer });
}

/** Changes of a draft: all of them, or none where somebody else has changed the same meanwhile. */
export function editDraft(scope: DealScope, input: CommandInputs['editDraft']): Result {
  const document = findDocument(scope.loaded, input.document);
  return edit(scope, document, draftOf(scope.loaded, document), input.ops);
}

function edit(scope: DealScope, document: Document, draft: Draft, ops: DraftOp[]): Result {
  const { loaded } = scope;
  const { body: after, conflicts } = applyOps(draft.body, ops);
  if (conflicts.length > 0) throw new Refusal('draft_changed', { data: { version: draft.version, conflicts } });
  checkInserted(loaded, document, ops);
  // An operation may put any value into any field: what it makes must still be a draft.
  const body = validate(draftBody, after);
  const moved = ops.some((op) => op.op === 'set' && op.field === 'contact');
  const contact = loaded.contacts.find((one) => one.id === body.contact && one.removedAt === null);
  if (moved && body.contact !== null && !contact)
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/contact', rule: 'unknown_contact', detail: 'no contact of this client has this id' }],
    });
  draft.version += 1;
  draft.body = body;
  document.updatedAt = scope.now;
  const before = contentOf(loaded, document);
  const addressed = moved ? partyContact(contact) : before.buyer.contact;
  if (document.status === 'draft') {
    const revision = revisionOf(loaded, document);
    revision.content = sheetOf(document.kind, body, { ...before, buyer: { ...before.buyer, contact: addressed } });
    document.openDates = openDatesOf(body);
    applyContent(document, revision.content);
  }
  scope.say('draft.edited', document.id, { version: draft.version, ops, addressed });
  return { document: document.id, version: draft.version };
}

/** A new line is new: what is taken from a line is counted by its id. */
function checkInserted(loaded: LoadedDeal, document: Document, ops: DraftOp[]): void {
  const others = new Set(loaded.documents.flatMap((one) => (one === document ? [] : contentOf(loaded, one).lines.map((line) => line.id))));
  const faults = ops.flatMap((op, i) =>
    op.op === 'insert' && others.has(op.line.id)
      ? [{ pointer: `/ops/${i}/line/id`, rule: 'duplicate_line', detail: 'another document of this deal has a line of this id' }]
      : [],
  );
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });
}

function draftOf(loaded: LoadedDeal, document: Document): Draft {
  const draft = loaded.drafts.find((one) => one.document === document.id);
  if (!draft) throw new Refusal('not_a_draft', { data: { status: document.status } });
  return draft;
}

/** A draft is deleted with its files; of an issued quote only the revision that was being prepared. */
export function discardDraft(scope: DealScope, input: CommandInputs['discardDraft']): Result {
  const { loaded } = scope;
  const document = findDocument(loaded, input.document);
  const draft = loaded.drafts.find((one) => one.document === document.id);
  if (document.status !== 'draft') {
    if (!draft) throw new Refusal('not_a_draft', { data: { status: document.status } });
    forget(scope, draft);
    scope.say('draft.discarded', document.id, {});
    return { document: document.id };
  }
  // What came in is only not issued: its file may be asked for again.
  if (document.source !== null) throw new Refusal('not_a_draft', { data: { status: document.status } });
  if (draft) forget(scope, draft);
  for (const file of loaded.files.filter((one) => one.document === document.id)) {
    scope.room(-file.bytes);
    scope.remove(file);
  }
  scope.remove(revisionOf(loaded, document));
  scope.remove(document);
  scope.say('document.deleted', document.id, { kind: document.kind });
  loaded.documents = loaded.documents.filter((one) => one !== document);
  return { document: document.id };
}

/** Begins the next revision of a quote as a draft: its validity is the company's again. */
export function startRevision(scope: DealScope, input: CommandInputs['startRevision']): Result {
  const document = findIssued(scope.loaded, input.document);
  checkRevisable(scope.loaded, document);
  if (scope.loaded.drafts.some((one) => one.document === document.id)) return { document: document.id };
  beginRevision(scope, document);
  return { document: document.id };
}

function beginRevision(scope: DealScope, document: Document): Draft {
  const { loaded } = scope;
  const content = withAdjustmentLines(contentOf(loaded, document));
  const contact = contactFor(loaded, content.buyer)?.id ?? null;
  const body: DraftBody = { ...bodyOf(content, contact), issueDate: null, validUntil: null };
  const draft = scope.add(DraftSchema, { document: document.id, version: 0, revision: document.revision, body });
  loaded.drafts.push(draft);
  scope.say('draft.started', document.id, { draft: { version: draft.version, body } });
  return draft;
}

/** Puts the quantity and the price a client asked for into the next revision, which is begun where there is none. */
export function applyProposal(scope: DealScope, input: CommandInputs['applyProposal']): Result {
  const { loaded } = scope;
  const document = findIssued(loaded, input.document);
  const proposal = loaded.messages.find((one) => one.id === input.message && one.document === document.id)?.proposal;
  if (proposal?.what !== 'line') throw new Refusal('not_found');
  checkRevisable(scope.loaded, document);
  const draft = loaded.drafts.find((one) => one.document === document.id) ?? beginRevision(scope, document);
  const line = draft.body.lines.find((one) => one.id === proposal.line);
  if (!line) throw new Refusal('not_found');
  const ops = (
    [
      ['quantity', proposal.quantity],
      ['unitPrice', proposal.unitPrice],
    ] as const
  ).flatMap(([field, after]): DraftOp[] =>
    after === null || (isDecimal(line[field]) && compare(after, line[field]) === 0)
      ? []
      : [{ op: 'line', line: line.id, field, before: line[field], after }],
  );
  if (ops.length > 0) edit(scope, document, draft, ops);
  return { document: document.id, line: line.id };
}
