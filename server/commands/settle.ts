import type { DocumentContent } from '../../shared/document.ts';
import type { Document, Draft } from '../entities/index.ts';
import { applyContent } from '../model/columns.ts';
import { contentFromInput } from '../model/content.ts';
import { defaultsFor } from '../model/defaults.ts';
import { clientParty, inputOf, isClientNewer, partyContact } from '../model/draft.ts';
import { revisionOf } from '../model/find.ts';
import type { DealScope } from './scope.ts';

/** What was written becomes what is printed: checked as strictly as what comes in over the API, with the company as it is now. */
export function settleDraft(scope: DealScope, document: Document): void {
  const draft = scope.loaded.drafts.find((one) => one.document === document.id);
  if (!draft) return;
  const revision = revisionOf(scope.loaded, document);
  const content = strictContent(scope, document, draft, revision.content);
  revision.content = content;
  applyContent(document, content);
  forget(scope, draft);
}

/** The content of a draft, or Refusal `invalid_input` with every fault in it. */
export function strictContent(scope: DealScope, document: Document, draft: Draft, before: DocumentContent): DocumentContent {
  const { loaded } = scope;
  // A draft prints whom it is addressed to as it is written; the next revision of a quote says so in its body alone.
  const chosen = document.status === 'draft' ? undefined : loaded.contacts.find((one) => one.id === draft.body.contact);
  const contact = chosen ? partyContact(chosen) : before.buyer.contact;
  const buyer = isClientNewer(loaded, document.createdAt) ? { ...clientParty(loaded, null), contact } : { ...before.buyer, contact };
  const input = inputOf(document.kind, draft.body);
  const ownLines = new Set(draft.body.lines.map((line) => line.id));
  const { deposit, references } = before;
  return contentFromInput(input, defaultsFor(loaded, scope.now, input, { buyer, ownLines, deposit, references }));
}

export function forget(scope: DealScope, draft: Draft): void {
  scope.remove(draft);
  scope.loaded.drafts = scope.loaded.drafts.filter((one) => one !== draft);
}
