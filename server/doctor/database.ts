import { MIGRATION_NAMES } from '../../migrations/index.ts';
import { POOL, type Database, type Em } from '../db.ts';
import { JOBS_POOL } from '../outside/jobs.ts';
import { fault, ok, warning, type Finding } from './finding.ts';

/** The oldest PostgreSQL the program is tried on. */
const LEAST = 150_000;
/** Connections one process takes at most: its own, those of the jobs, and one to migrate. */
const WANTED = POOL + JOBS_POOL + 1;
/** Milliseconds by which two clocks may differ without anybody noticing. */
const APART = 2000;
/** What a power cut would take with it where one of these is off. */
const DURABLE = {
  fsync: 'a power cut can damage the whole database. Switch it on',
  synchronous_commit: 'what was written last can be lost in a power cut, although it was acknowledged. Switch it on',
  full_page_writes: 'a power cut can damage pages. Switch it on, unless the file system writes them whole',
};

/** Which database it is, and whether it is fit for the program. */
export async function version({ embedded, place }: Database, em: Em): Promise<Finding[]> {
  const [row] = await em.execute<{ number: string; version: string; bytes: string }[]>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as version, pg_database_size(current_database())::text as bytes",
  );
  const size = `${(Number(row?.bytes) / 1_000_000).toFixed(1)} MB`;
  if (embedded) return [ok(`Database: embedded in ${place}, ${size}; it does not wait for the disk, so take backups`)];
  const text = `Database: PostgreSQL ${row?.version} at ${place}, ${size}`;
  return [Number(row?.number) < LEAST ? fault(`${text}. Version 15 or later is needed.`) : ok(text)];
}

export interface Migrated {
  /** Whether the tables are those of this program, so that its rules can be asked of them. */
  current: boolean;
  findings: Finding[];
}

export async function migrations(em: Em): Promise<Migrated> {
  const [there] = await em.execute<{ there: boolean }[]>("select to_regclass('public.mikro_orm_migrations') is not null as there");
  if (!there?.there) return { current: false, findings: [ok('Tables: none yet; the first start makes them')] };
  const rows = await em.execute<{ name: string }[]>('select name from mikro_orm_migrations order by id');
  const applied = new Set(rows.map((row) => row.name));
  const unknown = [...applied].filter((name) => !MIGRATION_NAMES.includes(name));
  const pending = MIGRATION_NAMES.filter((name) => !applied.has(name));
  if (unknown.length > 0)
    return {
      current: false,
      findings: [fault(`Tables: made by a newer program (${unknown.join(', ')}). Install the newer version again.`)],
    };
  if (pending.length === 0) return { current: true, findings: [ok(`Tables: up to date (${MIGRATION_NAMES.at(-1)})`)] };
  const text = `Tables: ${pending.join(', ')} to come. Back up, and start this version: it brings them up to date. What they hold was not looked at.`;
  return { current: false, findings: [warning(text)] };
}

/** What PostgreSQL is set to. The embedded one is as the README says. */
export async function durability(em: Em): Promise<Finding[]> {
  const rows = await em.execute<{ name: keyof typeof DURABLE; setting: string }[]>(
    `select name, setting from pg_settings where name in (${Object.keys(DURABLE)
      .map(() => '?')
      .join(', ')})`,
    Object.keys(DURABLE),
  );
  const off = rows.filter((row) => row.setting === 'off');
  if (off.length === 0) return [ok(`Durability: ${Object.keys(DURABLE).join(', ')} are on`)];
  return off.map(({ name }) => warning(`Durability: ${name} is off: ${DURABLE[name]}.`));
}

/** Deadlines and sessions are counted by the program's clock, jobs by the database's. */
export async function clocks(em: Em, now: () => number): Promise<Finding[]> {
  const sent = now();
  const [row] = await em.execute<{ ms: string }[]>('select (extract(epoch from clock_timestamp()) * 1000)::bigint::text as ms');
  const back = now();
  // It was read at some moment between the two.
  const at = Number(row?.ms);
  const apart = at < sent ? sent - at : Math.max(0, at - back);
  const text = `Clocks: program and database are ${(apart / 1000).toFixed(1)} s apart`;
  return [apart > APART ? warning(`${text}. Let both machines set their clocks by NTP.`) : ok(text)];
}

export async function connections(em: Em): Promise<Finding[]> {
  const [row] = await em.execute<{ most: string; used: string }[]>(
    `select (current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0))::text as most,
       (select count(*) from pg_stat_activity where backend_type = 'client backend')::text as used`,
  );
  const [most, used] = [Number(row?.most), Number(row?.used)];
  const text = `Connections: ${most - used} of ${most} free; one process of the program takes up to ${WANTED}`;
  return [most - used < WANTED ? warning(`${text}. Raise max_connections before another one is started.`) : ok(text)];
}
