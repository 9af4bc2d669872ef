import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import pino, { type Logger } from 'pino';
import { setUp, startSession } from '../accounts.ts';
import { createApp, type App } from '../app.ts';
import type { Acting } from '../commands/scope.ts';
import { openDatabase, type Database } from '../db.ts';
import type { S3Place } from '../outside/s3/index.ts';
import { MIGRATIONS } from '../../migrations/index.ts';
import { checkAnswer } from './conformance.ts';

/** A whole program on a fresh database: embedded, or on the PostgreSQL server that TEST_DATABASE_URL names. */
export interface TestApp extends App {
  database: Database;
  /** The first company's user. */
  owner: Extract<Acting, { as: 'user' }>;
  company: string;
  /** The folder of attached files. */
  filesDir: string;
  /** A bearer key of that user. */
  key: string;
  /** A session cookie of that user. */
  cookie: string;
  /** Sends JSON (or XML as a string) to the API and reads the answer, which must be as the API is described. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: any; headers: Headers }>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** A second program on the same database. */
  another(): Promise<App>;
  close(): Promise<void>;
}

export const INBOUND_SECRET = 'what the mail server shows, thirty-two or more';
export const SECRET = 'a secret for tests, thirty-two characters or more';
const LEVEL = process.env['TEST_LOG_LEVEL'] ?? 'fatal';

export interface StartOptions {
  now?: () => Date;
  logger?: Logger;
  /** Where mails go; without it nobody answers there. */
  smtpUrl?: string;
  graceSeconds?: number;
  /** Where Stripe's API is; without it nobody answers there. */
  stripeUrl?: string;
  /** Whether a proxy in front is believed. */
  trustProxy?: boolean;
  /** What whoever reads the metrics must show; without it, this machine may. */
  metricsToken?: string;
  /** A bucket for attached files; without it they are in a folder. */
  s3?: S3Place;
  /** false: replies by mail are not taken. */
  inbound?: boolean;
  /** Puts a company into the database before the program starts on it, in place of a fresh one. */
  prepare?: (database: Database) => Promise<Awaited<ReturnType<typeof setUp>>>;
}

export async function startApp(options: StartOptions = {}): Promise<TestApp> {
  const place = await freshPlace();
  const database = await openDatabase(place);
  const before = await options.prepare?.(database);
  const logger = pino({ level: LEVEL });
  const make = () =>
    createApp({
      database,
      logger,
      secret: SECRET,
      filesDir: join(place.dataDir, 'files'),
      s3: options.s3 ?? null,
      host: '127.0.0.1',
      port: 0,
      publicUrl: null,
      redisUrl: process.env['TEST_REDIS_URL'] ?? null,
      trustProxy: options.trustProxy ?? false,
      metricsToken: options.metricsToken ?? null,
      stripeUrl: options.stripeUrl ?? 'http://127.0.0.1:9',
      mail: {
        smtpUrl: options.smtpUrl ?? 'smtp://127.0.0.1:9',
        from: { name: null, address: 'documents@example.com' },
        graceSeconds: options.graceSeconds ?? 45,
        inboundSecret: options.inbound === false ? null : INBOUND_SECRET,
      },
      ...(options.now ? { now: options.now } : {}),
      ...(options.logger ? { logger: options.logger } : {}),
    });
  const app = await make();
  const others: App[] = [];
  const first = () =>
    setUp(app.em(), {
      company: 'Test company',
      name: 'Olive Owner',
      email: 'owner@example.com',
      password: 'correct horse',
      language: 'en',
    });
  const { company, user } = before ?? (await first());
  const owner = { as: 'user' as const, company: company.id, user: user.id, name: user.name, session: null, key: null };
  const made = await app.execute({
    name: 'createApiKey',
    id: randomUUID(),
    input: { label: 'test' },
    acting: owner,
    facts: { ip: null, userAgent: null, pdf: null },
  });
  const key = app.tokens.make('key', String(made.result['key']));
  const cookie = `wd_session=${await startSession(app.em(), user.id, { ip: null, userAgent: 'test' })}`;
  return {
    ...app,
    database,
    owner,
    company: company.id,
    filesDir: join(place.dataDir, 'files'),
    key,
    cookie,
    async api(method, path, body, headers = {}) {
      const xml = typeof body === 'string';
      const type = body === undefined ? {} : { 'content-type': xml ? 'application/xml' : 'application/json' };
      const response = await fetch(`${app.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...type, ...headers },
        ...(body === undefined ? {} : { body: xml ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answeredIn = response.headers.get('content-type') ?? '';
      const answer: unknown = /json/.test(answeredIn) ? JSON.parse(text) : text;
      checkAnswer({ method, path, status: response.status, type: answeredIn, body: answer });
      return { status: response.status, body: answer, headers: response.headers };
    },
    async another() {
      const other = await make();
      others.push(other);
      return other;
    },
    async close() {
      for (const other of others) await other.stop();
      await app.stop();
      await database.close();
      await place.remove();
    },
  };
}

/** An empty place for data, and how to take it away again. */
export async function freshPlace(): Promise<{ databaseUrl: string | null; dataDir: string; remove(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'wd-test-'));
  const server = process.env['TEST_DATABASE_URL'];
  if (!server) {
    await copyTemplate(dataDir);
    return { databaseUrl: null, dataDir, remove: async () => rmSync(dataDir, { recursive: true, force: true }) };
  }
  const name = `wd_test_${randomBytes(6).toString('hex')}`;
  await admin(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    databaseUrl: url.href,
    dataDir,
    remove: async () => {
      await admin(server, `drop database if exists ${name} with (force)`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Making an embedded database takes seconds, copying one that is empty and migrated does not. */
async function copyTemplate(dataDir: string): Promise<void> {
  const version = createHash('sha256').update(MIGRATIONS.map(String).join()).digest('hex').slice(0, 12);
  const cache = join(import.meta.dirname, '../../node_modules/.cache/webdocument');
  const template = join(cache, `empty-${version}`);
  if (!existsSync(template)) {
    mkdirSync(cache, { recursive: true });
    const making = mkdtempSync(join(cache, 'making-'));
    const database = await openDatabase({ databaseUrl: null, dataDir: making });
    await database.close();
    try {
      renameSync(making, template);
    } catch {
      rmSync(making, { recursive: true, force: true }); // another test made it meanwhile
    }
  }
  cpSync(join(template, 'postgres'), join(dataDir, 'postgres'), { recursive: true });
}

async function admin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}
