import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from '../db.ts';
import { ENTITIES } from '../entities/index.ts';
import { BackupFault } from './fault.ts';
import type { Lines, Manifest, Table } from './format.ts';

/** The database as it was at one moment: `<table>.jsonl` and `jobs` in a folder. */
export interface Dumped {
  migrations: Manifest['migrations'];
  tables: Table[];
  jobs: Lines;
  /** How long the one transaction took that read it all, in milliseconds. */
  ms: number;
}

/** The tables of the program. One that a later migration takes away must still be named here, for databases from before it. */
export const OURS: readonly string[] = ENTITIES.map((entity) => entity.meta.tableName);
/** Where the applied migrations are; the restored database writes its own. */
export const MIGRATIONS_TABLE = 'mikro_orm_migrations';
export const JOBS_FILE = 'jobs';

/** Bytes of rows that are fetched at once, about. */
const AT_ONCE = 8 * 1024 * 1024;
const MOST_ROWS = 2000;
/** How much longer a value may be as text than it is kept: compressed, or binary that is written out. */
const LONGER = 4;

/** What waits to be done. Taken as JSON, since other versions of pg-boss have other columns. */
const jobsOf = (queues: string) => `select job->>'name', job->>'data', job->>'start_after', job->>'group_id' from (
  select to_jsonb(j) as job from pgboss.job j where name in (${queues}) and state::text in ('created', 'retry', 'active')) as jobs
  order by job->>'created_on', job->>'id'`;

/** A table and how it is read. */
interface Plan {
  name: string;
  columns: Table['columns'];
  atOnce: number;
}

/**
 * Reads all tables and the waiting jobs of `queues` in one transaction that sees one moment, while others write. The embedded database has
 * one session for all: nobody else is served meanwhile, so nothing is done in it but reading and writing down.
 */
export async function dump(address: Database['address'], queues: string[], folder: string, signal: AbortSignal): Promise<Dumped> {
  const client = new pg.Client(address);
  // Whoever waits for an answer hears of a connection that is lost.
  client.on('error', () => {});
  await client.connect();
  try {
    const migrations = await migrationsIn(client);
    const plans: Plan[] = [];
    for (const name of await tablesIn(client)) plans.push(await planOf(client, name));
    const jobsToRead = await selectJobs(client, queues);
    const began = performance.now();
    await client.query('begin isolation level repeatable read, read only');
    await client.query("set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'postgres'");
    await client.query("set local bytea_output = 'hex'; set local extra_float_digits = 3");
    if ((await migrationsIn(client)).length !== migrations.length)
      throw new BackupFault('The tables are just being changed by a new version. Try again.');
    const tables: Table[] = [];
    for (const { name, columns, atOnce } of plans) {
      const select = `select ${columns.map((column) => `"${column.name}"::text`).join(', ')} from "${name}"`;
      tables.push({ name, columns, ...(await write(client, select, atOnce, join(folder, name), signal)) });
    }
    const jobs = await write(client, jobsToRead, MOST_ROWS, join(folder, JOBS_FILE), signal);
    await client.query('commit');
    return { migrations, tables, jobs, ms: performance.now() - began };
  } finally {
    await client.end();
  }
}

async function planOf(client: pg.Client, name: string): Promise<Plan> {
  const { rows: columns } = await client.query<Table['columns'][number]>(askForColumns(name));
  return { name, columns, atOnce: await rowsAtOnce(client, name) };
}

async function selectJobs(client: pg.Client, queues: string[]): Promise<string> {
  const { rows } = await client.query<{ there: boolean }>("select to_regclass('pgboss.job') is not null as there");
  return rows[0]?.there ? jobsOf(queues.map((name) => client.escapeLiteral(name)).join(', ')) : 'select where false';
}

async function migrationsIn(client: pg.Client): Promise<string[]> {
  const { rows: there } = await client.query<{ there: boolean }>(`select to_regclass('public.${MIGRATIONS_TABLE}') is not null as there`);
  if (!there[0]?.there) throw new BackupFault('There is nothing in the database yet: it has no tables of this program.');
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE} order by id`);
  return rows.map((row) => row.name);
}

/** Our tables that are there, those first that others refer to. */
async function tablesIn(client: pg.Client): Promise<string[]> {
  const { rows: there } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname = any($1) order by 1`,
    [OURS],
  );
  const { rows: references } = await client.query<{ child: string; parent: string }>(
    `select child.relname as child, parent.relname as parent from pg_constraint c
     join pg_class child on child.oid = c.conrelid join pg_class parent on parent.oid = c.confrelid
     where c.contype = 'f' and child.oid <> parent.oid`,
  );
  const ordered: string[] = [];
  const left = new Set(there.map((table) => table.name));
  while (left.size > 0) {
    const free = [...left].filter((name) => !references.some(({ child, parent }) => child === name && left.has(parent)));
    if (free.length === 0) throw new Error(`these tables refer to each other in a circle: ${[...left].join(', ')}`);
    for (const name of free) left.delete(name);
    ordered.push(...free);
  }
  return ordered;
}

/** Asks for the columns of a table as its rows are written, without those that are computed. None: it is not there. */
export function askForColumns(table: string): string {
  return `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = to_regclass('public."${table}"') and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`;
}

/** How many rows may be in memory: few of a table whose largest row is large. */
async function rowsAtOnce(client: pg.Client, table: string): Promise<number> {
  const { rows: long } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = to_regclass('public."${table}"') and attnum > 0 and not attisdropped and attlen = -1`,
  );
  if (long.length === 0) return MOST_ROWS;
  const bytes = long.map(({ name }) => `coalesce(pg_column_size("${name}"), 0)`).join(' + ');
  const { rows } = await client.query<{ most: string | null }>(`select max(${bytes}) as most from "${table}"`);
  const most = Math.max(1, Number(rows[0]?.most ?? 1)) * LONGER;
  return Math.min(MOST_ROWS, Math.max(1, Math.floor(AT_ONCE / most)));
}

/** Writes what a query gives as lines of JSON, a few rows at a time. */
async function write(client: pg.Client, select: string, atOnce: number, path: string, signal: AbortSignal): Promise<Lines> {
  const file = await open(path, 'wx', 0o600);
  try {
    await client.query(`declare reading no scroll cursor for ${select}`);
    const hash = createHash('sha256');
    let [rows, bytes] = [0, 0];
    const fetch = () => client.query<(string | null)[]>({ text: `fetch ${atOnce} from reading`, rowMode: 'array' });
    for (let next = fetch(); ;) {
      const fetched = await next;
      if (fetched.rows.length === 0) break;
      signal.throwIfAborted();
      // The database reads on while these are written down.
      next = fetch();
      next.catch(() => {});
      const lines = Buffer.from(fetched.rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      hash.update(lines);
      await writeAll(file, lines);
      rows += fetched.rows.length;
      bytes += lines.byteLength;
    }
    await client.query('close reading');
    return { rows, bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += (await file.write(bytes, at)).bytesWritten;
}
