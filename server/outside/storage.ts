import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Refusal } from '../../shared/refusal.ts';

/** What was stored: its SHA-256 in hexadecimal, and how many bytes. */
export interface Stored {
  sha256: string;
  bytes: number;
}

/** Where the bytes of attached files are, named by what they are: the same bytes twice are kept once. */
export interface FileStorage {
  /**
   * Takes what a stream gives, at most `limit` bytes of it. `accept` is asked once everything has come in and nothing is kept yet; what
   * it throws is thrown. Whatever goes wrong leaves nothing behind. Throws Refusal `too_large`, `storage_full` or `upload_broken`.
   */
  put(source: AsyncIterable<Uint8Array>, limit: number, accept?: (stored: Stored) => Promise<void>): Promise<Stored>;
  /** The bytes from `start` up to and including `end`, all of them by default; null when they are not there. */
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable | null>;
  /** What has not been put since, a few at a time. */
  list(untouchedSince: Date): AsyncIterable<string[]>;
  /** Takes it away unless it has been put again since: the other half of a race with an upload of the same bytes. */
  remove(sha256: string, untouchedSince: Date): Promise<boolean>;
  /** Takes away what killed uploads have left from before then. */
  sweep(before: Date): Promise<void>;
}

/** No room: the disk's, or its user's. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** A folder of files, `ab/<sha256>`, made at the first need and readable by its user only. Several processes may share it. */
export function openFolder(dir: string): FileStorage {
  const temporary = join(dir, 'tmp');
  const place = (sha256: string) => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('a SHA-256 is expected');
    return join(dir, sha256.slice(0, 2), sha256);
  };
  const fresh = async (name: string) => {
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    return join(temporary, `${name}-${randomBytes(16).toString('hex')}`);
  };

  return {
    async put(source, limit, accept) {
      let name = '';
      try {
        name = await fresh('new');
        const stored = await write(name, source, limit);
        await accept?.(stored);
        await keep(name, place(stored.sha256));
        return stored;
      } catch (error) {
        if (name !== '') await rm(name, { force: true });
        if (FULL.has(codeOf(error))) throw new Refusal('storage_full');
        throw error;
      }
    },
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
      const aside = await fresh(sha256);
      // Taken aside first and looked at then: between a look and a removal the same bytes could be put again.
      if ((await rename(place(sha256), aside).then(() => true, unlessMissing)) === null) return false;
      const old = await isOlder(aside, untouchedSince);
      if (!old) await link(aside, place(sha256)).catch(unlessThere);
      await rm(aside, { force: true });
      return old;
    },
    async sweep(before) {
      for (const name of (await readdir(temporary).catch(unlessMissing)) ?? []) {
        const path = join(temporary, name);
        const [aside] = /^[0-9a-f]{64}(?=-)/.exec(name) ?? [];
        // A removal that was killed half way has decided nothing yet.
        if (aside !== undefined) await link(path, place(aside)).catch(unlessThere);
        if (aside !== undefined || (await isOlder(path, before))) await rm(path, { force: true });
      }
    },
  };
}

/** Writes the stream down, hashed on the way, and waits until the disk has it. */
async function write(path: string, source: AsyncIterable<Uint8Array>, limit: number): Promise<Stored> {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of unbroken(source)) {
      bytes += chunk.byteLength;
      if (bytes > limit) throw new Refusal('too_large', { detail: `at most ${limit} bytes are taken here`, data: { limit } });
      hash.update(chunk);
      for (let at = 0; at < chunk.byteLength;) at += (await file.write(chunk, at)).bytesWritten;
    }
    // When the same bytes were last put is what tidying up looks at.
    await file.utimes(new Date(), new Date());
    await file.sync();
    return { sha256: hash.digest('hex'), bytes };
  } finally {
    await file.close();
  }
}

/** Tells a sender who went away from a disk that does not work. */
async function* unbroken(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of source) yield chunk;
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('upload_broken');
  }
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

async function isOlder(path: string, than: Date): Promise<boolean> {
  const found = await stat(path).catch(unlessMissing);
  return found !== null && found.mtime < than;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}

function unlessMissing(error: unknown): null {
  if (codeOf(error) !== 'ENOENT') throw error;
  return null;
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}
