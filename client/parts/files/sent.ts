import type { StorageLike } from '../../live/browser.ts';
import type { FileView } from '../../../shared/view.ts';

/** What is known of the files of messages on their way, also after a reload. Nothing here throws. */
export interface SentFiles {
  add(files: readonly FileView[]): void;
  get(id: string): FileView | undefined;
  /** Forgets all but these. */
  keep(ids: readonly string[]): void;
}

/** @param storage without one, or when it is full, they are known as long as this page lives */
export function createSentFiles(storage: StorageLike | null, scope: string): SentFiles {
  const key = `wd:sent:${scope}`;
  let known = new Map<string, FileView>();
  try {
    const kept = JSON.parse(storage?.getItem(key) ?? '[]') as FileView[];
    known = new Map(kept.map((file) => [file.id, file]));
  } catch {
    // Not to be read: none are known.
  }

  function write(): void {
    try {
      if (known.size === 0) storage?.removeItem(key);
      else storage?.setItem(key, JSON.stringify([...known.values()]));
    } catch {
      // They are known in this page then.
    }
  }

  return {
    add(files) {
      if (files.length === 0) return;
      for (const file of files) known.set(file.id, file);
      write();
    },
    get: (id) => known.get(id),
    keep(ids) {
      const wanted = new Set(ids);
      const before = known.size;
      known = new Map([...known].filter(([id]) => wanted.has(id)));
      if (known.size !== before) write();
    },
  };
}
