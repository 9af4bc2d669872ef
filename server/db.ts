import { MikroORM, type EntityManager, type PostgreSqlConnection } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { CompiledQuery, type DatabaseConnection } from 'kysely';
import pg from 'pg';
import { MIGRATIONS } from '../migrations/index.ts';
import { openEmbedded, FolderInUse } from './embedded.ts';
import { ENTITIES } from './entities/index.ts';
import { createClient, createKept } from './pg-client.ts';

export type Em = EntityManager;

export interface Database {
  orm: MikroORM;
  /** Where the data is, in words for a person. */
  place: string;
  embedded: boolean;
  /** The same database for those who connect by themselves. */
  address: { connectionString: string } | { host: string; port: number; user: string; database: string };
  /** The pages of the server whose folder this is, where one runs. */
  url: string | null;
  /** Leaves word for command lines where the pages are. */
  announce(url: string): void;
  /** Fills an empty database; embedded, what was killed half way begins again at the next start. */
  fill(work: () => Promise<void>): Promise<void>;
  /** Rejects unless the database answers within `ms`. */
  ping(ms: number): Promise<void>;
  /** Connections in use and idle, and who waits for one. */
  connections(): { used: number; idle: number; waiting: number };
  close(): Promise<void>;
}

/** Any constant: the name of the lock under which one process at a time migrates. */
const MIGRATION_LOCK = 2_026_112_401;
/** Connections of one process. */
export const POOL = 16;
const CONNECT_MS = 10_000;
const kept = createKept();

/**
 * Opens the database and brings its tables up to date. Several processes may do so at once on PostgreSQL.
 * With `join`, a folder that a running server has open is used through that server instead of being refused. With `asItIs`, the tables stay as
 * another version of the program may have left them.
 */
export async function openDatabase(options: {
  databaseUrl: string | null;
  dataDir: string;
  join?: boolean;
  asItIs?: boolean;
}): Promise<Database> {
  if (options.databaseUrl !== null) {
    const { databaseUrl } = options;
    const orm = connect({ clientUrl: databaseUrl });
    try {
      if (!options.asItIs) await underLock(databaseUrl, () => migrate(orm));
    } catch (error) {
      await orm.close();
      throw error;
    }
    return {
      orm,
      ...(await lookAt(orm)),
      place: new URL(databaseUrl).host,
      embedded: false,
      address: { connectionString: databaseUrl },
      url: null,
      announce: () => {},
      fill: (work) => work(),
      close: () => orm.close(),
    };
  }
  const embedded = await openEmbedded(options.dataDir).catch((error: unknown) => {
    if (options.join && error instanceof FolderInUse && error.running.socketDir)
      return { ...error.running, announce: () => {}, fill: (work: () => Promise<void>) => work(), close: async () => {} };
    throw error;
  });
  const orm = connect({ host: embedded.socketDir, port: 5432, user: 'postgres', dbName: 'postgres' });
  if (!options.asItIs) await migrate(orm);
  return {
    orm,
    ...(await lookAt(orm)),
    place: options.dataDir,
    embedded: true,
    address: { host: embedded.socketDir, port: 5432, user: 'postgres', database: 'postgres' },
    url: 'url' in embedded ? embedded.url : null,
    announce: (url) => embedded.announce(url),
    fill: (work) => embedded.fill(work),
    close: async () => {
      await orm.close();
      await embedded.close();
    },
  };
}

function connect(target: { clientUrl: string } | { host: string; port: number; user: string; dbName: string }): MikroORM {
  return new MikroORM({
    ...target,
    entities: ENTITIES,
    extensions: [Migrator],
    migrations: { migrationsList: MIGRATIONS, snapshot: false, silent: true },
    pool: { min: 0, max: POOL },
    driverOptions: {
      connectionTimeoutMillis: CONNECT_MS,
      // Of several statements each is sent before the one before is answered. The embedded database takes them one by one, and all of its connections
      // are one to it: they would prepare each other's statements.
      pipeline: 'clientUrl' in target,
      Client: createClient('clientUrl' in target ? kept : null),
    },
    forceUtcTimezone: true,
    debug: false,
  });
}

/** How the connections are. A connection that does not answer in time is given up: asking again and again must not use them all. */
async function lookAt(orm: MikroORM): Promise<Pick<Database, 'ping' | 'connections'>> {
  const pool = await (orm.em.getConnection() as PostgreSqlConnection).getNativeClient();
  return {
    ping: async (ms) => void (await pool.query({ text: 'select 1', query_timeout: ms } as pg.QueryConfig)),
    connections: () => ({ used: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount }),
  };
}

/** Whether an error says that the database cannot be reached now, and nothing about what it was asked. (SQLSTATE classes 08, 53, 57P; node's codes.) */
export function isAway(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const known = typeof code === 'string' && /^(08...|53...|57P..|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT)$/.test(code);
  return (
    known ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(String(message))
  );
}

/** Said of the statements after the one that failed: that the transaction is aborted, and, where one of them was to prepare it, that there is no such statement. */
const CONSEQUENCES: ReadonlySet<string | null> = new Set(['25P02', '26000']);

interface Asked {
  statement: CompiledQuery;
  resolve: (rows: object[]) => void;
  reject: (error: unknown) => void;
}

/** What was asked for in this turn, for each transaction. */
const askedNow = new WeakMap<object, Asked[]>();

/**
 * One statement with `$1` …, in the transaction of `em` if there is one. There, those that are asked for in the same turn are sent together and answered
 * in this order, at the price of one round trip; on the embedded database one after the other. The text is kept prepared: it is one of few, and has no values in it, as
 * `em.execute` writes them there.
 */
export async function query<T extends object>(em: Em, sql: string, values: unknown[]): Promise<T[]> {
  const kysely = em.getKysely<unknown>();
  const statement = CompiledQuery.raw(sql, values);
  if (values.length > 0) kept.keep(sql);

  const together = em.isInTransaction() && em.config.get('driverOptions')['pipeline'] === true;
  if (!together) return (await kysely.executeQuery<T>(statement)).rows;
  const rows = await new Promise<object[]>((resolve, reject) => {
    const asked = askedNow.get(kysely);
    if (asked !== undefined) return void asked.push({ statement, resolve, reject });
    askedNow.set(kysely, [{ statement, resolve, reject }]);
    // Once all that goes on in this turn has come to its own waiting.
    queueMicrotask(() => process.nextTick(send));
    function send() {
      const all = askedNow.get(kysely) ?? [];
      askedNow.delete(kysely);
      const sendOn = (connection: DatabaseConnection) =>
        Promise.all(
          all.map(async (one) => {
            try {
              one.resolve((await connection.executeQuery<object>(one.statement)).rows);
            } catch (error) {
              one.reject(error);
            }
          }),
        );
      kysely
        .getExecutor()
        .provideConnection(sendOn)
        .catch((error: unknown) => all.forEach((one) => one.reject(error)));
    }
  });
  return rows as T[];
}

/**
 * Waits for all of them, whatever becomes of each, and then throws the first error: nothing is still under way when a transaction is given up. What
 * failed only because something before it did is never the first.
 */
export async function allOf<T extends readonly unknown[] | []>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(work);
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  if (errors.length > 0) throw errors.find((error) => !CONSEQUENCES.has(databaseCode(error))) ?? errors[0];
  return Promise.all(work);
}

/** The SQLSTATE of a database error, or null. */
export function databaseCode(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

async function migrate(orm: MikroORM): Promise<void> {
  await orm.migrator.up();
}

async function underLock(url: string, work: () => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await work();
  } finally {
    await client.end();
  }
}
