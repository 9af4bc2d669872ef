import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ArchiveBroken, readArchive, type ArchiveEntry } from '../outside/archive.ts';
import { BackupFault } from './fault.ts';
import { foreign, NAMES, readEnd, readManifest, SMALL, type End, type Lines, type Manifest, type Table } from './format.ts';
import { fileOf, linesOf, type Row } from './lines.ts';

/** What is done with a backup as it is read from its beginning to its end. Each is given what it must read to its end. */
export interface Visitor {
  secret?(secret: string): void;
  table?(table: Table, rows: AsyncIterable<Row>): Promise<void>;
  jobs?(jobs: AsyncIterable<Row>): Promise<void>;
  file?(sha256: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<void>;
}

/**
 * Reads a backup from beginning to end: everything must be there, once, in its order, and be exactly what was written. Throws BackupFault when it
 * is not, which may be after most of it has been visited.
 */
export async function walk(path: string, visitor: Visitor, signal: AbortSignal): Promise<{ manifest: Manifest; end: End }> {
  const entries = readArchive(path);
  try {
    return await visit(entries, visitor, signal);
  } catch (error) {
    if (error instanceof ArchiveBroken) throw new BackupFault(`The backup is damaged or cut off: ${error.message}.`);
    throw error;
  } finally {
    await entries.return(undefined);
  }
}

async function visit(entries: AsyncGenerator<ArchiveEntry>, visitor: Visitor, signal: AbortSignal) {
  const next = async (name: string): Promise<ArchiveEntry> => {
    signal.throwIfAborted();
    const found = await entries.next();
    if (found.done || found.value.name !== name) throw damaged(`${name} is not where it belongs`);
    return found.value;
  };
  const first = await firstOf(entries);
  const text = await whole(first);
  const manifest = readManifest(text);
  if (manifest.secret.inside) {
    const secret = Buffer.from(await whole(await next(NAMES.secret)))
      .toString('utf8')
      .trim();
    visitor.secret?.(secret);
  }
  const named = new Set<string>();
  for (const table of manifest.tables) {
    const entry = await next(NAMES.table(table.name));
    await exactly(entry, table, async (rows) => {
      const seen = table.name === 'files' ? noting(table, rows, named) : rows;
      await (visitor.table ? visitor.table(table, seen) : drain(seen));
    });
  }
  await exactly(await next(NAMES.jobs), manifest.jobs, (rows) => (visitor.jobs ? visitor.jobs(rows) : drain(rows)));
  const end = await files(entries, named, visitor, signal);
  if (end.manifest !== hashOf(text)) throw damaged('the manifest is another one');
  return { manifest, end };
}

/** A backup begins with its manifest; whatever does not, is something else. */
async function firstOf(entries: AsyncGenerator<ArchiveEntry>): Promise<ArchiveEntry> {
  const first = await entries.next().catch((error: unknown) => {
    throw error instanceof ArchiveBroken ? foreign() : error;
  });
  if (first.done || first.value.name !== NAMES.manifest) throw foreign();
  return first.value;
}

/** The files up to the last word, after which nothing may come. */
async function files(entries: AsyncGenerator<ArchiveEntry>, named: Set<string>, visitor: Visitor, signal: AbortSignal): Promise<End> {
  const found = new Set<string>();
  for (;;) {
    signal.throwIfAborted();
    const { value: entry } = await entries.next();
    if (!entry) throw damaged(`${NAMES.end} is missing`);
    if (entry.name === NAMES.end) {
      const end = readEnd(await whole(entry));
      const lost = new Set(end.lost.map((file) => file.sha256));
      const unknown = [...named].filter((sha256) => !found.has(sha256) && !lost.has(sha256));
      if (unknown.length > 0 || end.files !== found.size) throw damaged(`${unknown.length} files are missing`);
      if (!(await entries.next()).done) throw damaged('something comes after its end');
      return end;
    }
    const sha256 = entry.name.slice(NAMES.file('').length);
    if (NAMES.file(sha256) !== entry.name || !named.has(sha256) || found.has(sha256)) throw damaged(`${entry.name} does not belong there`);
    const { content, ended } = hashing(entry.content);
    await (visitor.file ? visitor.file(sha256, entry.bytes, content) : drain(content));
    if (ended().sha256 !== sha256) throw damaged(`${entry.name} has been changed`);
    found.add(sha256);
  }
}

/** Hands the lines of an entry on, and compares them with what was written. */
async function exactly(entry: ArchiveEntry, expected: Lines, read: (rows: AsyncIterable<Row>) => Promise<void>): Promise<void> {
  const { content, ended } = hashing(entry.content);
  let count = 0;
  const counting = async function* () {
    for await (const row of linesOf(content)) {
      count += 1;
      yield row;
    }
  };
  await read(counting()).catch((error: unknown) => {
    throw error instanceof SyntaxError ? damaged(`${entry.name} has been changed`) : error;
  });
  const { sha256, bytes } = ended();
  if (sha256 !== expected.sha256 || bytes !== expected.bytes || count !== expected.rows) throw damaged(`${entry.name} has been changed`);
}

function hashing(source: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256');
  let bytes = 0;
  const content = async function* () {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  };
  return { content: content(), ended: () => ({ sha256: hash.digest('hex'), bytes }) };
}

async function* noting(table: Table, rows: AsyncIterable<Row>, named: Set<string>): AsyncIterable<Row> {
  const read = fileOf(table);
  for await (const row of rows) {
    named.add(read(row).sha256);
    yield row;
  }
}

async function whole({ name, bytes, content }: ArchiveEntry): Promise<Buffer> {
  if (bytes > SMALL) throw damaged(`${name} is too large`);
  return buffer(content);
}

async function drain(content: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of content) void _;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damaged(how: string): BackupFault {
  return new BackupFault(`The backup is damaged: ${how}.`);
}
