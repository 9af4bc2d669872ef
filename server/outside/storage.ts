import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { codeOf, isOlder, openSpool, unlessMissing, type Stored } from './spool.ts';

/** Where the bytes of attached files are, named by what they are: the same bytes twice are kept once. */
export interface FileStorage {
  /**
   * Takes what a stream gives, at most `limit` bytes of it. `accept` is asked once everything has come in and nothing is kept yet; what
   * it throws is thrown. Whatever goes wrong leaves nothing behind. Throws Refusal `too_large`, `storage_full`, `upload_broken`, or
   * `unavailable` where the storage is another machine.
   */
  put(source: AsyncIterable<Uint8Array>, limit: number, accept?: (stored: Stored) => Promise<void>): Promise<Stored>;
  /** The bytes from `start` up to and including `end`, all of them by default; null when they are not there. Throws Refusal `unavailable`. */
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable | null>;
  /** What has not been put since, a few at a time. */
  list(untouchedSince: Date): AsyncIterable<string[]>;
  /** Takes it away unless it has been put again since: the other half of a race with an upload of the same bytes. */
  remove(sha256: string, untouchedSince: Date): Promise<boolean>;
  /** Takes away what killed uploads have left from before then. */
  sweep(before: Date): Promise<void>;
}

/** `ab/<sha256>`: where the bytes are, in a folder and in a bucket alike. */
export function placeOf(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('a SHA-256 is expected');
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** A folder of files, `ab/<sha256>`, made at the first need and readable by its user only. Several processes may share it. */
export function openFolder(dir: string): FileStorage {
  const temporary = join(dir, 'tmp');
  const spool = openSpool(temporary);
  const place = (sha256: string) => join(dir, placeOf(sha256));

  return {
    put: (source, limit, accept) => spool.take(source, limit, accept, (path, stored) => keep(path, place(stored.sha256))),
    async open(sha256, range) {
      const file = await open(place(sha256)).catch(unlessMissing);
      return file && file.createReadStream(range ?? {});
    },
    async *list(untouchedSince) {
      for (const folder of (await readdir(dir).catch(unlessMissing)) ?? []) {
        if (!/^[0-9a-f]{2}$/.test(folder)) continue;
        const names = (await readdir(join(dir, folder))).filter((name) => /^[0-9a-f]{64}$/.test(name));
        const old = await Promise.all(names.map((name) => isOlder(join(dir, folder, name), untouchedSince)));
        yield names.filter((_, i) => old[i]);
      }
    },
    async remove(sha256, untouchedSince) {
      const aside = await spool.fresh(sha256);
      // Taken aside first and looked at then: between a look and a removal the same bytes could be put again.
      if ((await rename(place(sha256), aside).then(() => true, unlessMissing)) === null) return false;
      const old = await isOlder(aside, untouchedSince);
      if (!old) await link(aside, place(sha256)).catch(unlessThere);
      await rm(aside, { force: true });
      return old;
    },
    async sweep(before) {
      for (const name of await spool.names()) {
        const [aside] = /^[0-9a-f]{64}(?=-)/.exec(name) ?? [];
        if (aside === undefined) continue;
        // A removal that was killed half way has decided nothing yet.
        await link(join(temporary, name), place(aside)).catch(unlessThere);
        await rm(join(temporary, name), { force: true });
      }
      await spool.sweep(before);
    },
  };
}

/** Puts a finished file under its name, so that it is there after a power cut. */
async function keep(from: string, to: string): Promise<void> {
  const folder = join(to, '..');
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(from, to);
  await settle(folder);
  if (made !== undefined) await settle(join(folder, '..'));
}

async function settle(folder: string): Promise<void> {
  const opened = await open(folder);
  await opened.sync().finally(() => opened.close());
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}
