import type { StorageLike } from './browser.ts';

/** What is being typed under one document and not yet sent; it survives a reload. Nothing here throws. */
export interface Draft {
  read(): string;
  /** At each input. Blank text is no draft. */
  write(text: string): void;
  clear(): void;
  /**
   * Hands the trimmed text to `send` (which puts it into the outbox) and only then forgets it, so that at no moment it is nowhere.
   * null, and nothing sent, when there is nothing but white space. When `send` throws, the draft stays.
   */
  handOver<T>(send: (text: string) => T): T | null;
}

/** @param options.storage where it is kept; without one, or when it is full, the draft lives as long as this page */
export function createDraft(options: { storage: StorageLike | null; scope: string; document: string }): Draft {
  const { storage } = options;
  const key = `wd:draft:${options.scope}:${options.document}`;
  let text = '';
  try {
    text = storage?.getItem(key) ?? '';
  } catch {
    // Not to be read: there is no draft from before.
  }

  function write(next: string): void {
    text = next;
    try {
      if (next.trim() === '') storage?.removeItem(key);
      else storage?.setItem(key, next);
    } catch {
      // It lives in this page then.
    }
  }

  return {
    read: () => text,
    write,
    clear: () => write(''),
    handOver(send) {
      const words = text.trim();
      if (words === '') return null;
      const sent = send(words);
      write('');
      return sent;
    },
  };
}
