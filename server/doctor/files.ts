import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Em } from '../db.ts';
import type { FileStorage } from '../outside/storage.ts';
import { codeOf, fault, ok, some, type Finding } from './finding.ts';

/** How many files are looked at when not all are. */
const SAMPLE = 100;
const PAGE = 500;

/** Puts a file nobody knows, reads it, and takes it away. */
export async function storageWorks(storage: FileStorage): Promise<Finding[]> {
  const probe = Buffer.concat([Buffer.from('webdocument doctor '), randomBytes(16)]);
  try {
    const { sha256 } = await storage.put(one(probe), probe.byteLength);
    const back = await storage.open(sha256);
    const same = back !== null && (await buffer(back)).equals(probe);
    // Put just now, which is before tomorrow by any clock.
    const gone = await storage.remove(sha256, new Date(Date.now() + 86_400_000));
    return [
      same && gone
        ? ok('Storage: a file was put, read and taken away')
        : fault('Storage: what was put did not come back. Is it the same place for all?'),
    ];
  } catch (error) {
    return [fault(`Storage: no file can be put (${codeOf(error)}). Look at its rights and its room.`)];
  }
}

async function* one(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}

interface Named {
  sha256: string;
  bytes: number;
  name: string;
}

/** Whether the files that rows name are there: some of them by their length, or all of them byte by byte. */
export async function namedFiles(em: Em, storage: FileStorage, full: boolean): Promise<Finding[]> {
  const missing: string[] = [];
  const damaged: string[] = [];
  let count = 0;
  for await (const file of full ? all(em) : sample(em)) {
    count += 1;
    const found = await (full ? hashOf(storage, file) : lengthOf(storage, file));
    if (found === 'missing') missing.push(`${file.name} (${file.sha256})`);
    else if (found === 'damaged') damaged.push(`${file.name} (${file.sha256})`);
  }
  if (missing.length + damaged.length === 0) return [ok(`Files: ${count} ${full ? 'are what they were' : 'looked at, all there'}`)];
  return [
    ...(missing.length > 0 ? [fault(`Files: not there: ${some(missing)}. Take them from a backup, by these names.`)] : []),
    ...(damaged.length > 0 ? [fault(`Files: damaged: ${some(damaged)}. Take them from a backup, by these names.`)] : []),
  ];
}

async function* sample(em: Em): AsyncIterable<Named> {
  yield* await em.execute<Named[]>(
    'select * from (select distinct on (sha256) sha256, bytes, name from files) as named order by random() limit ?',
    [SAMPLE],
  );
}

async function* all(em: Em): AsyncIterable<Named> {
  for (let after = ''; ;) {
    const rows = await em.execute<Named[]>(
      'select distinct on (sha256) sha256, bytes, name from files where sha256 > ? order by sha256 limit ?',
      [after, PAGE],
    );
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = last.sha256;
  }
}

type Found = 'there' | 'missing' | 'damaged';

/** Its last byte is there, and none after it. */
async function lengthOf(storage: FileStorage, { sha256, bytes }: Named): Promise<Found> {
  const content = await storage.open(sha256, { start: Math.max(0, bytes - 1), end: bytes });
  if (content === null) return 'missing';
  const { length } = await read(content);
  return length === Math.min(1, bytes) ? 'there' : 'damaged';
}

async function hashOf(storage: FileStorage, { sha256, bytes }: Named): Promise<Found> {
  const content = await storage.open(sha256);
  if (content === null) return 'missing';
  const found = await read(content);
  return found.sha256 === sha256 && found.length === bytes ? 'there' : 'damaged';
}

async function read(content: Readable): Promise<{ sha256: string; length: number }> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    hash.update(chunk);
    length += chunk.byteLength;
  }
  return { sha256: hash.digest('hex'), length };
}
