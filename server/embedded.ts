import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PGlite } from '@electric-sql/pglite';
import type { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { StartFault } from './env.ts';

/**
 * The embedded PostgreSQL (PGlite), opened on a folder and offered on a Unix socket that only this user can open, so that
 * everything, the command line included, connects as to any PostgreSQL.
 */
export interface Embedded {
  /** The folder of the socket: `host` of a PostgreSQL connection. */
  socketDir: string;
  /** Fills the empty database; killed half way, it is emptied again at the next start. */
  fill(work: () => Promise<void>): Promise<void>;
  /** Leaves word for command lines where the pages are. */
  announce(url: string): void;
  close(): Promise<void>;
}

/** What a running server leaves in its folder: where it offers the database, and its pages once it listens. */
interface Running {
  socketDir: string;
  pid: number;
  url: string | null;
}

/** The folder is in use by another process. */
export class FolderInUse extends StartFault {
  readonly running: Running;
  constructor(dataDir: string, running: Running) {
    super(`Another server (process ${running.pid}) is using ${dataDir}. Stop it first, or set DATA_DIR to another folder.`);
    this.running = running;
  }
}

/** Whether there is a database in `dataDir` that was not left half made. Makes nothing. */
export function isEmbeddedIn(dataDir: string): boolean {
  return existsSync(join(dataDir, 'postgres')) && !existsSync(join(dataDir, 'unfinished'));
}

const SQLITE_BUSY = 5;
/** More than MikroORM's pool and a few command lines together need. */
const CONNECTIONS = 40;

/**
 * Opens the embedded database of `dataDir`, creating it where there is none.
 * Throws FolderInUse when another process has it open.
 */
export async function openEmbedded(dataDir: string): Promise<Embedded> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const unlock = lockFolder(dataDir);
  const unfinished = join(dataDir, 'unfinished');
  try {
    // A first start that was killed half way left nothing of anybody's: it begins again.
    if (existsSync(unfinished)) rmSync(join(dataDir, 'postgres'), { recursive: true, force: true });
    // A path of a Unix socket has at most about 100 bytes, and DATA_DIR may be longer.
    const socketDir = mkdtempSync(join(tmpdir(), 'wd-'));
    chmodSync(socketDir, 0o700);
    // Of megabytes, which a server on PostgreSQL has no use for.
    const [{ PGlite }, { PGLiteSocketServer }] = await Promise.all([import('@electric-sql/pglite'), import('@electric-sql/pglite-socket')]);
    const db = await PGlite.create(join(dataDir, 'postgres'));
    const server = new PGLiteSocketServer({ db: surviving(db), path: join(socketDir, '.s.PGSQL.5432'), maxConnections: CONNECTIONS });
    wholeExchanges(server);
    await server.start();
    const announce = (url: string | null) =>
      writeFileSync(join(dataDir, 'running.json'), JSON.stringify({ socketDir, pid: process.pid, url } satisfies Running), { mode: 0o600 });
    announce(null);
    return {
      socketDir,
      announce,
      async fill(work) {
        writeFileSync(unfinished, '');
        await work();
        rmSync(unfinished, { force: true });
      },
      close: async () => {
        await server.stop();
        await db.close();
        rmSync(join(dataDir, 'running.json'), { force: true });
        rmSync(socketDir, { recursive: true, force: true });
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * The same database, whose answers may find nobody left to hear them: a connection that goes away while its query runs makes the
 * socket server throw inside the query, and then it serves no connection ever again.
 */
function surviving(db: PGlite): PGlite {
  const execute: PGlite['execProtocolRawStream'] = (message, options) =>
    db.execProtocolRawStream(message, {
      ...options,
      onRawData(data) {
        try {
          options.onRawData(data);
        } catch {
          // Whoever asked has gone; the next one has not.
        }
      },
    });
  return new Proxy(db, {
    get(target, name) {
      if (name === 'execProtocolRawStream') return execute;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** What of the socket server is taken hold of: where each message of a connection waits for the database. */
interface Inside {
  queryQueue: { enqueue(connection: number, message: Uint8Array, onData: (data: Uint8Array) => void): Promise<number> };
}

const [SYNC, FLUSH] = ['S', 'H'].map((letter) => letter.charCodeAt(0));
/** Parse, Bind, Describe, Execute, Close. */
const PARTS = new Set(['P', 'B', 'D', 'E', 'C'].map((letter) => letter.charCodeAt(0)));

/**
 * The socket server lets connections take turns message by message. There is one session behind them: a statement prepared by one
 * would be run by another, and after a fault everybody's messages are passed over until that one's Sync, so that somebody waits
 * for ever. So the messages of an exchange are kept until its Sync and go through together. (PostgreSQL protocol, 53.2.3)
 */
function wholeExchanges(server: PGLiteSocketServer): void {
  const { queryQueue } = server as unknown as Inside;
  const enqueue = queryQueue.enqueue.bind(queryQueue);
  const begun = new Map<number, Uint8Array[]>();
  queryQueue.enqueue = (connection, message, onData) => {
    const before = begun.get(connection) ?? [];
    const [type] = message;
    if (type !== undefined && PARTS.has(type)) {
      begun.set(connection, [...before, Uint8Array.from(message)]);
      return Promise.resolve(0);
    }
    begun.delete(connection);
    return enqueue(connection, type === SYNC || type === FLUSH ? Buffer.concat([...before, message]) : message, onData);
  };
}

/**
 * PGlite takes no lock on its folder. SQLite's exclusive lock is the operating system's own: it cannot be left behind by a
 * process that was killed, and no second process can have it.
 */
function lockFolder(dataDir: string): () => void {
  const lock = new DatabaseSync(join(dataDir, 'lock'));
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    lock.close();
    if ((error as { errcode?: unknown }).errcode !== SQLITE_BUSY) throw error;
    throw new FolderInUse(dataDir, runningServer(dataDir));
  }
  return () => lock.close();
}

function runningServer(dataDir: string): Running {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'running.json'), 'utf8')) as Running;
  } catch {
    return { socketDir: '', pid: 0, url: null };
  }
}
