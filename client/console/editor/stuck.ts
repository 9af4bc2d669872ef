import type { Catalogue } from '../../../shared/i18n/index.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { isRevisable } from '../document/actions.ts';

/** Why the prepared revision can no longer be issued; null while it can, and for what is no revision. */
export function stuckWord(document: DocumentView, words: Catalogue): string | null {
  if (document.status === 'draft' || isRevisable(document)) return null;
  const { revisionStuck } = words.console.editor;
  return document.status === 'withdrawn' ? revisionStuck.withdrawn : revisionStuck.accepted;
}
