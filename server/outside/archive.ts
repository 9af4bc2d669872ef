import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';

/** A gzip-ed tar on its way out, one entry after the other; nothing of it is held in memory. */
export interface ArchiveWriter {
  /** Adds an entry of exactly so many bytes. Rejects for whatever is wrong with where it goes. */
  add(name: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Resolves when everything has been taken. */
  end(): Promise<void>;
}

/** An entry on its way in, to be read before the next one. */
export interface ArchiveEntry {
  name: string;
  bytes: number;
  content: AsyncIterable<Uint8Array>;
}

/** What is wrong with the archive itself: it ends too early, was changed, or is none. */
export class ArchiveBroken extends Error {}

/** Writes an archive whose entries only their owner may read; all are from `at`. */
export function writeArchive(to: Writable, at: Date): ArchiveWriter {
  const packing = pack();
  const done = pipeline(packing as unknown as Readable, createGzip(), to);
  const failed = done.then(() => Promise.reject(new Error('the archive has ended already')));
  failed.catch(() => {});
  return {
    async add(name, bytes, content) {
      let taken: (error?: Error | null) => void = () => {};
      const whole = new Promise<void>((resolve, reject) => (taken = (error) => (error ? reject(error) : resolve())));
      whole.catch(() => {});
      const header = { name, size: bytes, mode: 0o600, mtime: at };
      const entry = packing.entry(header, (error) => taken(error)) as unknown as Writable;
      entry.on('error', (error) => taken(error));
      for await (const chunk of content) if (!entry.write(chunk)) await Promise.race([once(entry, 'drain'), whole, failed]);
      entry.end();
      await Promise.race([whole, failed]);
    },
    async end() {
      packing.finalize();
      await done;
    },
  };
}

/** Reads an archive from its beginning. Throws ArchiveBroken, in the middle or at its very end. */
export async function* readArchive(path: string): AsyncGenerator<ArchiveEntry> {
  const reading = extract();
  const done = pipeline(createReadStream(path), createGunzip(), reading);
  done.catch(() => {});
  try {
    for await (const entry of reading) {
      const { name, size = 0, type } = entry.header;
      if (type === 'file') yield { name, bytes: size, content: unbroken(entry as unknown as AsyncIterable<Uint8Array>) };
      entry.resume();
    }
    await done;
  } catch (error) {
    throw brokenBy(error);
  } finally {
    reading.destroy();
  }
}

async function* unbroken(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of content) yield chunk;
  } catch (error) {
    throw brokenBy(error);
  }
}

/** What the disk has to say stays as it is; all else is said by what unpacks. */
function brokenBy(error: unknown): unknown {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  const unpacking = (typeof code === 'string' && code.startsWith('Z_')) || (code === undefined && syscall === undefined);
  return unpacking && error instanceof Error ? new ArchiveBroken(error.message) : error;
}
