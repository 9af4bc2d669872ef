import { randomUUID } from 'node:crypto';
import { changes } from '../../shared/changes.ts';
import type { CommandInputs } from '../../shared/commands.ts';
import { dayIn, isAccepted, type DocumentContent, type Status } from '../../shared/document.ts';
import type { DocumentInput } from '../../shared/document-input.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { ActView } from '../../shared/view.ts';
import { ActSchema, RevisionSchema, type Document } from '../entities/index.ts';
import { applyContent } from '../model/columns.ts';
import { contentFromInput } from '../model/content.ts';
import { datesFrom } from '../model/dates.ts';
import { defaultsFor } from '../model/defaults.ts';
import { actView, documentView } from '../model/document-view.ts';
import { contentOf, findDocument, findIssued } from '../model/find.ts';
import type { LoadedDeal } from '../model/loaded.ts';
import { comesFrom, counts } from '../../shared/follows.ts';
import { checkQuantities, sayProgress } from './chain.ts';
import type { DealScope, Result } from './scope.ts';
import { forget, strictContent } from './settle.ts';

const REVISABLE: readonly Status[] = ['issued', 'on_hold', 'refused'];

/** Throws `revision_not_allowed` for whatever is no open, held, refused or expired quote, and `goes_on` where something came of it. */
export function checkRevisable(loaded: LoadedDeal, document: Document): void {
  const { kind, status } = document;
  if (kind !== 'quote' || !REVISABLE.includes(status)) throw new Refusal('revision_not_allowed', { data: { kind, status } });
  const after = loaded.documents.find((one) => counts(one) && follows(loaded, one, document));
  if (after) throw goesOn(after);
}

function goesOn({ id, kind, number }: Document): Refusal {
  return new Refusal('goes_on', { data: { document: id, kind, number } });
}

/** A new revision of a quote under the same number, as a program sends it whole. Open again for a decision; the old one stays readable. */
export function reviseDocument(scope: DealScope, input: CommandInputs['reviseDocument']): Result {
  const document = findIssued(scope.loaded, input.document);
  checkRevisable(scope.loaded, document);
  if (input.content.kind !== 'quote') {
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/kind', rule: 'kind_changed', detail: 'a revision of a quote is a quote' }],
    });
  }
  const before = contentOf(scope.loaded, document);
  const given = keepLineIds(input.content, before);
  const { buyer, deposit, references } = before;
  const ownLines = new Set(before.lines.map((line) => line.id));
  const defaults = defaultsFor(scope.loaded, scope.now, given, { buyer, ownLines, deposit, references });
  return revise(scope, document, contentFromInput(given, defaults));
}

/** Issues the revision that was prepared as a draft. */
export function issueRevision(scope: DealScope, document: Document): Result {
  checkRevisable(scope.loaded, document);
  const draft = scope.loaded.drafts.find((one) => one.document === document.id);
  if (!draft) throw new Refusal('not_a_draft');
  // Another revision was issued since this one was begun: what it changed is not in here.
  if (draft.revision !== document.revision) throw new Refusal('revision_changed', { data: { revision: document.revision, changes: [] } });
  const content = strictContent(scope, document, draft, contentOf(scope.loaded, document));
  forget(scope, draft);
  return revise(scope, document, content);
}

/** A revision that differs in its validity alone; a hold stays one. */
export function extendValidity(scope: DealScope, input: CommandInputs['extendValidity']): Result {
  const document = findIssued(scope.loaded, input.document);
  if (document.kind !== 'quote' || (document.status !== 'issued' && document.status !== 'on_hold'))
    throw new Refusal('revision_not_allowed', { data: { kind: document.kind, status: document.status } });
  const before = contentOf(scope.loaded, document);
  const today = dayIn(scope.loaded.company.timeZone, scope.now);
  const { issueDate } = before;
  const { faults } = datesFrom('quote', { issueDate, validUntil: input.validUntil, dueDate: null }, scope.loaded.company, today);
  if (input.validUntil < today)
    faults.push({ pointer: '/validUntil', rule: 'in_the_past', detail: 'a day that has not passed is expected' });
  if (input.validUntil === before.validUntil)
    faults.push({ pointer: '/validUntil', rule: 'unchanged', detail: 'the quote is valid until this day already' });
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });
  const draft = scope.loaded.drafts.find((one) => one.document === document.id && one.revision === document.revision);
  const result = revise(scope, document, { ...before, validUntil: input.validUntil }, document.status);
  // Nothing else has changed: what is being prepared goes on from here.
  if (draft) draft.revision = document.revision;
  return result;
}

function revise(scope: DealScope, document: Document, content: DocumentContent, status: Status = 'issued'): Result {
  const { loaded, now } = scope;
  const before = contentOf(loaded, document);
  const { chosen } = document;
  document.revision += 1;
  document.status = status;
  document.updatedAt = now;
  applyContent(document, content);
  const { id, revision } = document;
  loaded.revisions.push(
    scope.add(RevisionSchema, { document: id, revision, content, changes: changes(before, content, chosen), issuedAt: now }),
  );
  scope.say('document.revised', id, { document: documentView(loaded, document) });
  return { document: id, revision };
}

/** The owner takes a quote back: nothing can be decided on it any more. */
export function withdrawQuote(scope: DealScope, input: CommandInputs['withdrawQuote']): Result {
  const document = findIssued(scope.loaded, input.document);
  if (document.kind !== 'quote' || (document.status !== 'issued' && document.status !== 'on_hold'))
    throw new Refusal('action_not_allowed', { data: { kind: document.kind, status: document.status } });
  document.status = 'withdrawn';
  const act = addAct(scope, document, 'withdrawn', input.reason);
  const draft = scope.loaded.drafts.find((one) => one.document === document.id);
  if (draft) {
    forget(scope, draft);
    scope.say('draft.discarded', document.id, {});
  }
  scope.say('document.withdrawn', document.id, { status: document.status, act });
  return { document: document.id, status: document.status };
}

/** A decided document is open for a decision again, unless the chain has gone on from it. Withdrawn quotes too. */
export function reopenDocument(scope: DealScope, input: CommandInputs['reopenDocument']): Result {
  const document = findDocument(scope.loaded, input.document);
  const { kind, status } = document;
  if (!isAccepted(status) && status !== 'refused' && status !== 'withdrawn')
    throw new Refusal('action_not_allowed', { data: { kind, status } });
  // A draft would still be issued from what was agreed before. What was refused and went on all the same can always be agreed after all.
  const after = scope.loaded.documents.find((one) => (one.status === 'draft' || counts(one)) && follows(scope.loaded, one, document));
  if (after && isAccepted(status)) throw goesOn(after);
  document.status = 'issued';
  // What it goes on from may be open again, and what it brought may have been brought by another one meanwhile.
  checkQuantities(scope, document);
  const act = addAct(scope, document, 'reopened', input.reason);
  scope.say('document.reopened', document.id, { status: document.status, act });
  sayProgress(scope);
  return { document: document.id, status: document.status };
}

function addAct(scope: DealScope, document: Document, act: ActView['act'], reason: string | null): ActView {
  const { loaded, acting, now } = scope;
  if (acting.as !== 'user') throw new Refusal('forbidden');
  document.updatedAt = now;
  const made = scope.add(ActSchema, {
    id: randomUUID(),
    document: document.id,
    act,
    revision: document.revision,
    user: acting.user,
    name: acting.name,
    reason,
    position: loaded.acts.length,
    at: now,
  });
  loaded.acts.push(made);
  return actView(made);
}

/** Whether anything of a document came from an earlier one. */
function follows(loaded: LoadedDeal, document: Document, earlier: Document): boolean {
  return comesFrom({ follows: document.follows, content: contentOf(loaded, document) }, earlier.id);
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
