import type { FileView } from '../../shared/view.ts';
import type { StorageLike } from './browser.ts';

/** What is being written under one document and not yet sent; it survives a reload. Nothing here throws. */
export interface Draft {
  read(): string;
  /** At each input. Blank text is no draft. */
  write(text: string): void;
  /** Uploaded already, for the message that is being written. */
  readonly files: readonly FileView[];
  writeFiles(files: readonly FileView[]): void;
  clear(): void;
  /**
   * Hands the trimmed text and the files to `send` (which puts them into the outbox) and only then forgets them, so that at no moment
   * they are nowhere. null, and nothing sent, when there is neither a word nor a file. When `send` throws, the draft stays.
   */
  handOver<T>(send: (text: string, files: readonly FileView[]) => T): T | null;
}

/** Milliseconds. The server keeps a file that waits for its message for a day; what is offered here must still be there when it is sent. */
const FILES_KEPT = 22 * 3_600_000;

/** @param options.storage where it is kept; without one, or when it is full, the draft lives as long as this page */
export function createDraft(options: { storage: StorageLike | null; scope: string; document: string }): Draft {
  const { storage } = options;
  const key = `wd:draft:${options.scope}:${options.document}`;
  const filesKey = `${key}:files`;
  let text = '';
  let files: readonly FileView[] = [];
  try {
    text = storage?.getItem(key) ?? '';
    const kept = JSON.parse(storage?.getItem(filesKey) ?? '[]') as FileView[];
    files = kept.filter((file) => Date.parse(file.at) > Date.now() - FILES_KEPT);
  } catch {
    // Not to be read: there is no draft from before.
  }

  function keep(under: string, value: string | null): void {
    try {
      if (value === null) storage?.removeItem(under);
      else storage?.setItem(under, value);
    } catch {
      // It lives in this page then.
    }
  }

  function write(next: string): void {
    text = next;
    keep(key, next.trim() === '' ? null : next);
  }

  function writeFiles(next: readonly FileView[]): void {
    files = next;
    keep(filesKey, next.length === 0 ? null : JSON.stringify(next));
  }

  function clear(): void {
    write('');
    writeFiles([]);
  }

  return {
    read: () => text,
    write,
    get files() {
      return files;
    },
    writeFiles,
    clear,
    handOver(send) {
      const words = text.trim();
      if (words === '' && files.length === 0) return null;
      const sent = send(words, files);
      clear();
      return sent;
    },
  };
}
