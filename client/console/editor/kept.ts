import type { StorageLike } from '../../live/browser.ts';
import { NOTHING, type Unsent } from './unsent.ts';

/** What this tab has written and not handed over yet; it survives a reload. Nothing here throws. */
export interface Kept {
  read(): Unsent;
  write(unsent: Unsent): void;
}

/** @param storage of this tab alone: two tabs of one person are two writers */
export function createKept(storage: StorageLike | null, scope: string, document: string): Kept {
  const key = `wd:editor:${scope}:${document}`;
  return {
    read() {
      try {
        const { waiting, conflicts, lost } = JSON.parse(storage?.getItem(key) ?? '{}') as Partial<Unsent>;
        return { waiting: waiting ?? [], conflicts: conflicts ?? [], lost: lost ?? [] };
      } catch {
        return NOTHING;
      }
    },
    write(unsent) {
      const empty = unsent.waiting.length + unsent.conflicts.length + unsent.lost.length === 0;
      try {
        if (empty) storage?.removeItem(key);
        else storage?.setItem(key, JSON.stringify(unsent));
      } catch {
        // It lives in this page then.
      }
    },
  };
}

/** `sessionStorage`, or null where the browser keeps nothing. */
export function tabStorage(): StorageLike | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
