import type { DocumentView } from '../../shared/view.ts';

/** A document with those that came of it, in the order they were made. */
export interface Branch {
  document: DocumentView;
  branches: Branch[];
}

/** The chain of a deal as trees: a document stands under the one it follows, where that can be seen. */
export function treeOf(documents: readonly DocumentView[]): Branch[] {
  const seen = new Set<string>();
  const branch = (document: DocumentView): Branch => {
    seen.add(document.id);
    return { document, branches: documents.filter((one) => one.follows === document.id && !seen.has(one.id)).map(branch) };
  };
  const roots = documents.filter((one) => !documents.some((earlier) => earlier.id === one.follows && earlier.id !== one.id));
  const trees = roots.map(branch);
  // What came in with files may follow itself around; nothing is left out.
  return [...trees, ...documents.filter((one) => !seen.has(one.id)).map((document) => ({ document, branches: [] }))];
}
