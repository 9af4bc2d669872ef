import { applyOps } from './draft.ts';
import { contentOf } from './draft-content.ts';
import type { EventData } from './events.ts';
import { choiceOf } from './totals.ts';
import type { DocumentView } from './view.ts';

/**
 * A draft moved forward by what was written in it; only the owner's pages need it, and so not every page loads what counts amounts. The
 * server has refused what does not fit, so that here everything does.
 */
export function foldDraft(document: DocumentView, { version, ops, addressed }: EventData['draft.edited']): DocumentView {
  const draft = document.owner?.draft;
  if (!document.owner || !draft) return document;
  const { body } = applyOps(draft.body, ops);
  const owner = { ...document.owner, draft: { version, body } };
  if (document.status !== 'draft') return { ...document, owner };
  const base = { ...document.content, buyer: { ...document.content.buyer, contact: addressed } };
  const content = contentOf(document.kind, body, base);
  const none = content.totals === null ? null : 0;
  return { ...document, owner, content, choice: choiceOf(content, []), due: content.totals?.due ?? null, paid: none, credited: none };
}
