import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../shared/refusal.ts';

/** What was stored: its SHA-256 in hexadecimal, and how many bytes. */
export interface Stored {
  sha256: string;
  bytes: number;
}

/** A folder in which uploads become whole before they are kept: their hash is known only at their end. */
export interface Spool {
  /** A name in it that nobody else has; makes the folder at the first need. */
  fresh(name: string): Promise<string>;
  /**
   * Writes down what a stream gives, at most `limit` bytes of it, asks `accept` and hands the file to `keep`. Whatever goes wrong
   * leaves nothing behind, and nothing is left after `keep` either. Throws Refusal `too_large`, `storage_full` or `upload_broken`.
   */
  take(
    source: AsyncIterable<Uint8Array>,
    limit: number,
    accept: ((stored: Stored) => Promise<void>) | undefined,
    keep: (path: string, stored: Stored) => Promise<void>,
  ): Promise<Stored>;
  /** The names of what is in it. */
  names(): Promise<string[]>;
  /** Takes away what killed uploads have left from before then. */
  sweep(before: Date): Promise<void>;
}

/** No room: the disk's, or its user's. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Opens the folder `dir`, which need not be there yet; several processes may share it. */
export function openSpool(dir: string): Spool {
  const names = async () => (await readdir(dir).catch(unlessMissing)) ?? [];
  const fresh = async (name: string) => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return join(dir, `${name}-${randomBytes(16).toString('hex')}`);
  };
  return {
    fresh,
    names,
    async take(source, limit, accept, keep) {
      let path = '';
      try {
        path = await fresh('new');
        const stored = await write(path, source, limit);
        await accept?.(stored);
        await keep(path, stored);
        return stored;
      } catch (error) {
        throw FULL.has(codeOf(error)) ? new Refusal('storage_full') : error;
      } finally {
        if (path !== '') await rm(path, { force: true });
      }
    },
    async sweep(before) {
      for (const name of await names()) if (await isOlder(join(dir, name), before)) await rm(join(dir, name), { force: true });
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

/** Whether a file is there and was last written before then. */
export async function isOlder(path: string, than: Date): Promise<boolean> {
  const found = await stat(path).catch(unlessMissing);
  return found !== null && found.mtime < than;
}

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}

export function unlessMissing(error: unknown): null {
  if (codeOf(error) !== 'ENOENT') throw error;
  return null;
}
