import { createWriteStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import pg from 'pg';
import { openDatabase, type Em } from '../db.ts';
import { linesOf } from '../backup/lines.ts';
import type { Manifest } from '../backup/format.ts';
import { readArchive, writeArchive } from '../outside/archive.ts';
import { issued } from './doors.ts';
import { freshPlace, SECRET, startApp, type TestApp } from './harness.ts';
import { createSeal, sha256 } from '../secrets.ts';
import { folder, run } from './program.ts';

/** Short ways around the operator's tools, for their tests. */

export type Place = Pick<Awaited<ReturnType<typeof freshPlace>>, 'databaseUrl' | 'dataDir'>;

/** What the program is told of a place; on PostgreSQL the secret comes from the environment. */
export function envOf({ databaseUrl, dataDir }: Place): Record<string, string> {
  return { DATA_DIR: dataDir, ...(databaseUrl ? { DATABASE_URL: databaseUrl, SECRET } : {}) };
}

export interface Operated {
  code: number | string;
  /** Both outputs together. */
  said: string;
}

/** Runs the command line as long as it takes on a busy machine. */
export async function operate(args: string[], env: Record<string, string>): Promise<Operated> {
  const started = run('server/cli.ts', args, env);
  started.stays();
  const hung = setTimeout(() => void started.child.kill('SIGKILL'), 150_000);
  const code = await started.ended;
  clearTimeout(hung);
  return { code, said: started.output() };
}

/** Every row of every table, as text, through a server that runs there or without one. */
export async function rowsIn(place: Place): Promise<Map<string, string[]>> {
  return withDatabase(place, async (em) => {
    const tables = await em.execute<{ name: string }[]>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'mikro_orm_migrations' order by 1",
    );
    const rows = new Map<string, string[]>();
    for (const { name } of tables) {
      const found = await em.execute<{ row: string }[]>(`select t::text as row from "${name}" t`);
      rows.set(name, found.map((one) => one.row).sort());
    }
    return rows;
  });
}

/** The database of a place, through a server that runs there or without one. */
export async function withDatabase<T>(place: Place, work: (em: Em) => Promise<T>): Promise<T> {
  const database = await openDatabase({ ...place, join: true, asItIs: true });
  try {
    return await work(database.orm.em.fork());
  } finally {
    await database.close();
  }
}

/** Every file below a folder, by its path in it, with how long it is. */
export function filesIn(folder: string): Map<string, number> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    found
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), statSync(path).size] as const)
      .sort(),
  );
}

/** The entries of a backup. */
export async function entriesOf(file: string): Promise<Map<string, Buffer>> {
  const entries = new Map<string, Buffer>();
  for await (const entry of readArchive(file)) entries.set(entry.name, await buffer(entry.content));
  return entries;
}

export function manifestIn(entries: Map<string, Buffer>): Manifest {
  return JSON.parse(String(entries.get('manifest.json'))) as Manifest;
}

/** The rows of one table of a backup, by the names of its columns. */
export async function tableIn(entries: Map<string, Buffer>, name: string): Promise<Record<string, string | null>[]> {
  const columns = manifestIn(entries).tables.find((table) => table.name === name)?.columns ?? [];
  const found: Record<string, string | null>[] = [];
  for await (const row of linesOf(Readable.from([entries.get(`tables/${name}.jsonl`) ?? Buffer.of()])))
    found.push(Object.fromEntries(columns.map((column, i) => [column.name, row[i] ?? null])));
  return found;
}

/** Writes entries as a backup that unpacks without a complaint. */
export async function writeEntries(file: string, entries: Iterable<[string, Buffer]>): Promise<void> {
  rmSync(file, { force: true });
  const archive = writeArchive(createWriteStream(file), new Date());
  for (const [name, bytes] of entries) await archive.add(name, bytes.byteLength, Readable.from([bytes]));
  await archive.end();
}

/** Writes entries as `writeEntries` does, with the sums of what was changed in them set right again. */
export async function reseal(file: string, entries: Map<string, Buffer>): Promise<void> {
  const manifest = manifestIn(entries);
  const linesIn = (name: string) => {
    const bytes = entries.get(name) ?? Buffer.of();
    return { rows: bytes.toString('utf8').split('\n').length - 1, bytes: bytes.byteLength, sha256: sha256(bytes) };
  };
  const tables = manifest.tables.map((table) => ({ ...table, ...linesIn(`tables/${table.name}.jsonl`) }));
  const text = JSON.stringify({ ...manifest, tables, jobs: linesIn('jobs.jsonl') });
  const end = { ...(JSON.parse(String(entries.get('end.json'))) as object), manifest: sha256(text) };
  await writeEntries(file, [
    ...new Map([...entries, ['manifest.json', Buffer.from(text)], ['end.json', Buffer.from(JSON.stringify(end))]]),
  ]);
}

/** A program with a company and three files, and a backup of it. */
export interface Source {
  app: TestApp;
  place: Place;
  close(): Promise<void>;
}

export async function openSource(backup: string): Promise<Source> {
  const app = await startApp();
  const quote = await issued(app, 'quote');
  for (const text of ['one file', 'another file', 'a third file'])
    await app.api('POST', `/documents/${quote.id}/files?name=file.txt`, text, { 'content-type': 'text/plain' });
  const sealed = createSeal(SECRET, 'stripe').close(Buffer.from('rk_test_x'));
  await app
    .em()
    .execute("insert into stripe_keys select id, ?, null, 'st_x', true, '[]', false, null, now(), null from companies", [sealed]);
  const { address } = app.database;
  const place = { dataDir: dirname(app.filesDir), databaseUrl: 'connectionString' in address ? address.connectionString : null };
  const made = await operate(['backup', backup], withSecret(place));
  if (made.code !== 0) throw new Error(made.said);
  return { app, place, close: () => app.close() };
}

/** What the program is told of a place, with the secret of the tests in the environment. */
export function withSecret(place: Place): Record<string, string> {
  return { ...envOf(place), SECRET };
}

/** A place nobody has ever used: on PostgreSQL a database without a table. */
export async function emptyPlace(): Promise<Place & { remove(): Promise<void> }> {
  if (!process.env['TEST_DATABASE_URL']) return { databaseUrl: null, dataDir: join(folder(), 'data'), remove: async () => {} };
  const place = await freshPlace();
  rmSync(place.dataDir, { recursive: true });
  return place;
}

/** Everything there is in a place. */
export async function tracesIn({ databaseUrl, dataDir }: Place): Promise<string[]> {
  const files = existsSync(dataDir) ? ['DATA_DIR', ...(readdirSync(dataDir, { recursive: true }) as string[])] : [];
  if (databaseUrl === null) return files;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class c join pg_namespace n on n.oid = relnamespace where nspname !~ '^pg_|^information_schema$'",
  );
  await client.end();
  return [...files, ...rows.map((row) => row.name)];
}
