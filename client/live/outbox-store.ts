import type { CommandRequest } from '../../shared/protocol.ts';
import type { RefusalBody } from '../../shared/refusal.ts';
import type { StorageLike } from './browser.ts';

/** An item as it lies in the storage. Who is sending it just now is nobody's business there. */
export type StoredItem = CommandRequest & {
  /** When it was made, in milliseconds; strictly growing, so that it is also the order of sending. */
  at: number;
  refusal: RefusalBody | null;
};

/** One key an item, so that tabs writing at the same time do not overwrite each other. Nothing here throws. */
export interface OutboxStore {
  all(): StoredItem[];
  /** false: it could not be kept (no storage, no room). */
  put(item: StoredItem): boolean;
  remove(id: string): void;
  /** What a storage event of another tab is about; null when it is not about this outbox, or does not read as an item. */
  heard(event: StorageEvent): { id: string; item: StoredItem | null } | null;
}

export function createOutboxStore(storage: StorageLike | null, scope: string): OutboxStore {
  const prefix = `wd:outbox:${scope}:`;
  // An id has no colon: with scopes `a` and `a:b`, the keys of the second are not taken for the first one's.
  const idOf = (key: string): string | null =>
    key.startsWith(prefix) && !key.includes(':', prefix.length) ? key.slice(prefix.length) : null;

  return {
    all() {
      return attempt([], () => {
        const ids = Array.from({ length: storage?.length ?? 0 }, (_, i) => idOf(storage?.key(i) ?? ''));
        return ids.flatMap((id) => (id === null ? [] : (read(id, storage?.getItem(prefix + id) ?? null) ?? [])));
      });
    },
    put(item) {
      return attempt(false, () => {
        if (storage === null) return false;
        storage.setItem(prefix + item.id, JSON.stringify(item));
        return true;
      });
    },
    remove(id) {
      attempt(undefined, () => storage?.removeItem(prefix + id));
    },
    heard(event) {
      const id = event.key === null || (event.storageArea && event.storageArea !== storage) ? null : idOf(event.key);
      if (id === null) return null;
      if (event.newValue === null) return { id, item: null };
      const item = read(id, event.newValue);
      return item && { id, item };
    },
  };
}

/** What does not read as an item is left alone: it is not ours to throw away. */
function read(id: string, json: string | null): StoredItem | null {
  return attempt(null, () => {
    const item = JSON.parse(json ?? 'null') as Partial<StoredItem> | null;
    if (item?.id !== id || typeof item.name !== 'string' || typeof item.at !== 'number' || typeof item.input !== 'object') return null;
    return { ...item, refusal: item.refusal ?? null } as StoredItem;
  });
}

function attempt<T>(otherwise: T, action: () => T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}
