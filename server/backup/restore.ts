import type { Logger } from 'pino';
import { MIGRATION_NAMES } from '../../migrations/index.ts';
import type { Database, Em } from '../db.ts';
import { QUEUES } from '../jobs/queues.ts';
import { openJobs, type JobQueues } from '../outside/jobs.ts';
import type { FileStorage } from '../outside/storage.ts';
import { fingerprintOf } from '../secrets.ts';
import { BackupFault } from './fault.ts';
import type { End, Manifest } from './format.ts';
import { continueSequences, loadJobs, loadTable, type LoadedJobs } from './load.ts';
import { clear, emptyTables } from './target.ts';
import { walk } from './walk.ts';

/** A backup that has been read from its beginning to its end. */
export interface Checked {
  path: string;
  manifest: Manifest;
  end: End;
  /** null: it is not inside. */
  secret: string | null;
}

/** Reads a backup from its beginning to its end and touches nothing. Throws BackupFault for one that is damaged, or not for this program. */
export async function check(path: string, signal: AbortSignal): Promise<Checked> {
  let secret: string | null = null;
  const read = await walk(path, { secret: (inside) => void (secret = inside) }, signal);
  // What the manifest says counts only once it is known to be whole.
  suits(read.manifest);
  if (secret !== null && fingerprintOf(secret) !== read.manifest.secret.fingerprint)
    throw new BackupFault('The backup is damaged: its secret is another one.');
  return { path, secret, ...read };
}

/** Whether this program knows every migration the database had gone through. */
function suits({ migrations, program }: Manifest): void {
  const unknown = migrations.find((name, i) => MIGRATION_NAMES[i] !== name);
  if (unknown === undefined && migrations.length > 0) return;
  throw new BackupFault(
    `The backup was written by a newer program (${program}): this one does not know its migration ${unknown ?? ''}. Install that version, or a later one, first.`,
  );
}

/**
 * The secret a restored server will have: that of the backup, wherever it comes from, or no link would open.
 * @param given what the environment says; null: nothing
 */
export function secretFor({ manifest, secret }: Checked, given: string | null): string {
  const found = given ?? secret;
  if (found !== null && fingerprintOf(found) === manifest.secret.fingerprint) return found;
  const place =
    secret === null
      ? 'It is not inside: it was in the environment of the server the backup was made of.'
      : 'It is inside, as the entry "secret" (tar -xzOf FILE secret), and in the DATA_DIR of the server the backup was made of.';
  throw new BackupFault(
    `${found === null ? 'SECRET is not set' : 'SECRET is another one'}: without the secret of the backup no link, key or session would work. ${place} Set SECRET to it; where it is lost for ever, --new-secret goes on without it.`,
  );
}

export interface RestoreParts {
  /** Opened as it is, by nobody else. */
  database: Database;
  /** Whether the server will have another secret than the one the backup was made under. */
  newSecret: boolean;
  storage: FileStorage;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Throws BackupFault unless nothing is there that a restore could be mixed with.
 * @param parts.leftOver whether files that are there are known to be nobody's
 */
export async function mustBeEmpty({
  database,
  storage,
  leftOver,
}: Pick<RestoreParts, 'database' | 'storage'> & { leftOver: boolean }): Promise<void> {
  await emptyTables(database.orm.em.fork());
  if (leftOver) return;
  for await (const some of storage.list(later()))
    if (some.length > 0)
      throw new BackupFault(
        'There are files already where files are kept. They are of another server, or of a restore that was killed: choose an empty place.',
      );
}

/**
 * Puts a checked backup into an empty place, in one transaction: the tables as they were at its version, their rows, what the program has
 * changed since, the waiting jobs, the files. Whatever goes wrong, nothing of it stays.
 * @param settled is called before the commit, for what must be there with it
 */
export async function restore(checked: Checked, parts: RestoreParts, settled: () => void): Promise<LoadedJobs> {
  const { orm } = parts.database;
  const before = await bystanders(orm.em.fork());
  const put: string[] = [];
  let queues: JobQueues | null = null;
  try {
    // What these make of their own is made outside of the transaction: on the embedded database there is only one at a time.
    await orm.migrator.getPending();
    const opened = (queues = await openJobs(parts.database.address, parts.logger, { work: false, queues: Object.values(QUEUES) }));
    return await orm.em.fork().transactional(async (tx) => {
      const jobs = await fill(tx as Em, checked, opened, parts, put);
      settled();
      return jobs;
    });
  } catch (error) {
    for (const sha256 of put) await parts.storage.remove(sha256, later()).catch(() => false);
    await queues?.stop();
    queues = null;
    await takeAway(orm.em.fork(), before);
    throw error;
  } finally {
    await queues?.stop();
  }
}

async function fill(
  tx: Em,
  { path, manifest }: Checked,
  queues: JobQueues,
  { database, storage, newSecret, signal }: RestoreParts,
  put: string[],
): Promise<LoadedJobs> {
  const { migrator } = database.orm;
  const transaction = tx.getTransactionContext();
  await clear(tx);
  await migrator.up({ to: manifest.migrations.at(-1) ?? '', transaction });
  let jobs: LoadedJobs = { count: 0, unknown: [] };
  await walk(
    path,
    {
      table: (table, rows) => loadTable(tx, table, rows),
      async jobs(rows) {
        await continueSequences(tx);
        await migrator.up({ transaction });
        if (newSecret) await forgetSealed(tx);
        jobs = await loadJobs(tx, queues, rows, new Date());
      },
      async file(sha256, bytes, content) {
        put.push(sha256);
        await storage.put(content, bytes, (stored) =>
          stored.sha256 === sha256 ? Promise.resolve() : Promise.reject(new BackupFault('The backup has changed since it was checked.')),
        );
      },
    },
    signal,
  );
  return jobs;
}

/** Takes out what only the old secret opens: keys of Stripe, which are entered again, and rendered mails, which are rendered again. */
async function forgetSealed(tx: Em): Promise<void> {
  await tx.execute('update mails set sealed = null where sealed is not null');
  await tx.execute('delete from stripe_keys');
  await tx.execute('update companies set online = null');
}

/** What others than our tables keep in the database, and whether it was there. */
async function bystanders(em: Em): Promise<{ migrations: boolean; jobs: boolean }> {
  const [found] = await em.execute<{ migrations: boolean; jobs: boolean }[]>(
    "select to_regclass('public.mikro_orm_migrations') is not null as migrations, to_regnamespace('pgboss') is not null as jobs",
  );
  return found ?? { migrations: true, jobs: true };
}

async function takeAway(em: Em, before: { migrations: boolean; jobs: boolean }): Promise<void> {
  if (!before.migrations) await em.execute('drop table if exists mikro_orm_migrations');
  if (!before.jobs) await em.execute('drop schema if exists pgboss cascade');
}

/** After everything that is there now, by any clock. */
function later(): Date {
  return new Date(Date.now() + 86_400_000);
}
