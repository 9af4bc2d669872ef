import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** What a measure runs on: a database of its own, the real program in a process of its own, and deals to talk in. */

const ROOT = join(import.meta.dirname, '../..');
const SERVER = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
export const OWNER = { email: 'owner@example.com', password: 'a long enough password' };
const SECRET = 'a secret for measuring, thirty-two characters or more';

/** A deal with one issued quote, and the link that opens it. */
export interface BenchDeal {
  document: string;
  deal: string;
  token: string;
}

export interface Place {
  databaseUrl: string;
  /** Starts the program; resolves once it says that it is ready. */
  start(env?: Record<string, string>, nodeArgs?: string[]): Promise<Program>;
  remove(): Promise<void>;
}

export interface Program {
  url: string;
  child: ChildProcess;
  /** Milliseconds of CPU the process has used, user and system. */
  cpu(): number;
  /** Bytes of memory it holds. */
  memory(): number;
  stop(): Promise<void>;
}

/** A fresh database on the server of BENCH_DATABASE_URL, which must wait for the disk at each commit. */
export async function openPlace(): Promise<Place> {
  const name = `wd_bench_${randomBytes(6).toString('hex')}`;
  const admin = new pg.Client({ connectionString: SERVER });
  await admin.connect();
  for (const setting of ['fsync', 'synchronous_commit']) {
    const { rows } = await admin.query<Record<string, string>>(`show ${setting}`);
    if (rows[0]?.[setting] !== 'on') throw new Error(`${setting} is off: nothing durable would be measured`);
  }
  await admin.query(`create database ${name}`);
  const databaseUrl = Object.assign(new URL(SERVER), { pathname: `/${name}` }).href;
  const dataDir = await mkdtemp(join(tmpdir(), 'wd-bench-'));
  return {
    databaseUrl,
    start: (env = {}, nodeArgs = []) =>
      startProgram(
        [...nodeArgs, 'server/main.ts'],
        {
          DATABASE_URL: databaseUrl,
          DATA_DIR: dataDir,
          SECRET,
          DEMO: '0',
          OWNER_EMAIL: OWNER.email,
          OWNER_PASSWORD: OWNER.password,
          LOG_LEVEL: 'warn',
          ...env,
        },
        /webdocument is ready[^]*?(http:\/\/127\.0\.0\.1:\d+)/,
      ),
    async remove() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Starts a process of ours that prints `ready` with its address once it can be asked. */
export async function startProgram(args: string[], env: Record<string, string>, ready: RegExp): Promise<Program> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      NODE_COMPILE_CACHE: 'node_modules/.cache/compile',
      NODE_OPTIONS: process.env['BENCH_NODE_OPTIONS'] ?? '',
      ...env,
    },
  });
  let output = '';
  const hear = (data: Buffer) => void (output = (output + data.toString()).slice(-20_000));
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const found = ready.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout.on('data', look);
    void ended.then(() => reject(new Error(`ended:\n${output}`)));
  });
  const { pid } = child;
  return {
    url,
    child,
    cpu: () => {
      // utime and stime, in ticks of ten milliseconds. (proc(5))
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      if (process.env['BENCH_SHOW']) process.stderr.write(output);
    },
  };
}

/** Signs the owner in; answers the cookie. */
export async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(OWNER),
  });
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith('wd_session='));
  if (!cookie) throw new Error(`no session: ${answer.status} ${await answer.text()}`);
  return cookie.split(';')[0] ?? '';
}

/** Makes and issues quotes over the API, each in a deal of its own. `where`: PostgreSQL's address, or the folder of an embedded database. */
export async function makeDeals(url: string, where: string | { dataDir: string }, count: number, lines = 1): Promise<BenchDeal[]> {
  const key = await makeKey(typeof where === 'string' ? { DATABASE_URL: where, SECRET } : { DATA_DIR: where.dataDir });
  const deals: BenchDeal[] = [];
  const one = async (n: number) => {
    const answer = await fetch(`${url}/api/v1/documents?issue=true`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
      body: JSON.stringify({
        kind: 'quote',
        language: 'en',
        client: { name: `Client ${n}`, contacts: [{ name: `Anne Martin ${n}`, email: `anne${n}@example.com`, language: 'en' }] },
        lines: Array.from({ length: lines }, () => ({
          description: 'Work',
          quantity: '2',
          unitPrice: '100.00',
          vat: { category: 'S', rate: '20' },
        })),
      }),
    });
    const body = (await answer.json()) as { id: string; deal: string; link: string };
    if (answer.status !== 201) throw new Error(`the API refused a quote: ${JSON.stringify(body)}`);
    deals.push({ document: body.id, deal: body.deal, token: body.link.split('/').at(-1) ?? '' });
  };
  let next = 0;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (next < count) await one((next += 1));
    }),
  );
  return deals;
}

async function makeKey(where: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ['server/cli.ts', 'create-key', '--owner', OWNER.email], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', ...where },
  });
  let out = '';
  child.stdout.on('data', (data: Buffer) => void (out += data.toString()));
  child.stderr.pipe(process.stderr);
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error('no key could be made');
  return out.trim();
}
