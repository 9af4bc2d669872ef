import type { Context } from 'koa';
import type { DocumentContent } from '../../shared/document.ts';
import { choiceOf } from '../../shared/totals.ts';
import type { ChoiceView, DocumentView } from '../../shared/view.ts';
import type { Em } from '../db.ts';
import type { OlderRevision } from './drawings.ts';

/** The older revision that `?revision=` asks for, as it was printed; null for the current one, and for one that never was. */
export async function olderRevision(em: Em, ctx: Context, shown: DocumentView): Promise<OlderRevision | null> {
  const number = Number(ctx.query['revision']);
  if (number === shown.revision || !shown.revisions.some(({ revision }) => revision === number)) return null;
  const content = await contentAt(em, shown.id, number);
  return content && { number, content, choice: choiceAt(shown, number, content) };
}

/** What the client had chosen when a revision was last decided on, and what it came to. */
export function choiceAt({ decisions }: DocumentView, revision: number, content: DocumentContent): ChoiceView | null {
  return choiceOf(content, decisions.findLast((one) => one.revision === revision)?.chosen ?? []);
}

/** What was printed at a revision. */
export async function contentAt(em: Em, document: string, revision: number): Promise<DocumentView['content'] | null> {
  const [row] = await em.execute<{ content: DocumentView['content'] }[]>(
    'select content from revisions where document_id = ? and revision = ? and issued_at is not null',
    [document, revision],
  );
  return row?.content ?? null;
}
