import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../db.ts';
import { QUEUES } from '../jobs/queues.ts';
import { writeArchive, type ArchiveWriter } from '../outside/archive.ts';
import type { FileStorage } from '../outside/storage.ts';
import { fingerprintOf, sha256 } from '../secrets.ts';
import { dump, JOBS_FILE } from './dump.ts';
import { FORMAT, NAMES, type End, type Manifest } from './format.ts';
import { fileOf, linesOf } from './lines.ts';

export interface BackupParts {
  database: Pick<Database, 'address' | 'embedded'>;
  storage: FileStorage;
  secret: string;
  /** Whether the secret goes with it: that of an embedded server, which nobody else keeps. */
  secretInside: boolean;
  /** The version of the program. */
  program: string;
  /** A place of ours, for what is on its way. */
  folder: string;
  /** Ends it where it stands. */
  signal: AbortSignal;
}

export interface BackedUp {
  manifest: Manifest;
  /** Files that rows name and that are not inside. */
  lost: End['lost'];
  files: { count: number; bytes: number };
  /** How long the database was read, in milliseconds. */
  ms: number;
}

/**
 * Writes a backup while the server runs. The database first, as it was at one moment, then the files its rows name: what is put meanwhile
 * belongs to the next backup. A file that is missing or damaged does not keep the others from being saved.
 */
export async function backup(parts: BackupParts, to: Writable): Promise<BackedUp> {
  const folder = await mkdtemp(join(parts.folder, 'backup-'));
  try {
    const at = new Date();
    const { ms, ...dumped } = await dump(parts.database.address, Object.keys(QUEUES), folder, parts.signal);
    const files = await filesNamed(dumped.tables, folder);
    const manifest: Manifest = {
      format: FORMAT,
      program: parts.program,
      at: at.toISOString(),
      database: parts.database.embedded ? 'embedded' : 'postgresql',
      secret: { inside: parts.secretInside, fingerprint: fingerprintOf(parts.secret) },
      ...dumped,
      files: files.size,
    };
    const archive = writeArchive(to, at);
    const text = JSON.stringify(manifest, null, 1);
    await addText(archive, NAMES.manifest, text);
    if (parts.secretInside) await addText(archive, NAMES.secret, `${parts.secret}\n`);
    for (const { name, bytes } of dumped.tables) {
      parts.signal.throwIfAborted();
      await archive.add(NAMES.table(name), bytes, createReadStream(join(folder, name)));
    }
    await archive.add(NAMES.jobs, dumped.jobs.bytes, createReadStream(join(folder, JOBS_FILE)));
    const { lost, ...taken } = await addFiles(archive, files, parts, folder);
    await addText(archive, NAMES.end, JSON.stringify({ manifest: sha256(text), files: taken.count, lost } satisfies End, null, 1));
    await archive.end();
    return { manifest, lost, files: taken, ms };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the rows name: SHA-256 → a name somebody knows it by. */
async function filesNamed(tables: Manifest['tables'], folder: string): Promise<Map<string, string>> {
  const named = new Map<string, string>();
  const files = tables.find((table) => table.name === 'files');
  if (!files) return named;
  const read = fileOf(files);
  for await (const row of linesOf(createReadStream(join(folder, 'files')))) {
    const { sha256: sha, name } = read(row);
    named.set(sha, name);
  }
  return named;
}

async function addFiles(archive: ArchiveWriter, files: Map<string, string>, { storage, signal }: BackupParts, folder: string) {
  const lost: End['lost'] = [];
  let [count, bytes] = [0, 0];
  for (const [sha, name] of files) {
    signal.throwIfAborted();
    const content = await storage.open(sha);
    // Whole first: what comes out of the storage may be less than was put, and a tar says at the beginning of an entry how long it is.
    const path = join(folder, randomBytes(8).toString('hex'));
    const found = content === null ? null : await fetchTo(path, content);
    if (found?.sha256 === sha) {
      await archive.add(NAMES.file(sha), found.bytes, createReadStream(path));
      count += 1;
      bytes += found.bytes;
    } else lost.push({ sha256: sha, name, why: found === null ? 'missing' : 'damaged' });
    await rm(path, { force: true });
  }
  return { count, bytes, lost };
}

async function fetchTo(path: string, content: Readable): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  await pipeline(
    content,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        yield chunk;
      }
    },
    file.createWriteStream(),
  );
  return { sha256: hash.digest('hex'), bytes };
}

function addText(archive: ArchiveWriter, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(text, 'utf8');
  return archive.add(name, bytes.byteLength, one(bytes));
}

async function* one(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}
