import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Timing } from '../../client/live/connection.ts';
import type { DealView, Side } from '../../shared/view.ts';
import { CLIENT, LINE, madeFrom, type Made } from '../test/doors.ts';
import { sha256 } from '../secrets.ts';
import { openMailbox, type Mailbox } from '../test/mailbox.ts';
import { openScreen, readSnapshot, type Access, type Screen } from './clients.ts';
import { environment, TEMPLATE, type Ground } from './ground.ts';
import type { History } from './history.ts';
import { until } from './processes.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { makeServer, type Server } from './servers.ts';

/** What one run of a scenario plays in: servers on a database of their own, and those who look and write. */
export interface World {
  history: History;
  database: string;
  /** The owner's session. */
  cookie: string;
  /** The id of the bearer key calls of the API are made with. */
  keyId: string;
  servers: Server[];
  /** The n-th server, counted round. */
  server(n?: number): Server;
  /** What stands before each server, where the scenario wants it so. */
  proxies: Proxy[];
  /** The address people use of the n-th server. */
  door(n: number): string;
  /** The mail server; null where mails lead nowhere. */
  box: Mailbox | null;
  screens: Screen[];
  /** The folder servers keep files in. */
  dataDir: string;
  /** A call of the API. With `key`, it may be made again and is one command. */
  api(method: string, path: string, body?: unknown, options?: Call): Promise<{ status: number; body: unknown }>;
  /** Issues a document over the API. */
  issue(kind: string, extra?: Record<string, unknown>, options?: Call): Promise<Made>;
  /** Opens the page of a deal. */
  open(side: Side, made: Made | readonly Made[], options?: OpenOptions): Promise<Screen>;
  /** What a page of the deal shows that is opened now. */
  snapshot(side: Side, made: Made, on?: number): Promise<DealView>;
  query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  /** Waits until everybody has an answer to everything and has seen everything, and writes down how it ended. Never throws for that: the checker will see. */
  settle(options?: { ms?: number; on?: number }): Promise<void>;
  close(): Promise<void>;
}

export interface OpenOptions {
  /** At which server's door. */
  on?: number;
  /** Which of several deals, counted round. */
  nth?: number;
  draws?: boolean;
  timing?: Partial<Timing>;
  /** The snapshot it starts with; read from the server unless given. */
  view?: DealView;
  who?: string;
}

/** `on`: the n-th server; `ms`: how long an answer is waited for. */
export interface Call {
  on?: number;
  key?: string;
  ms?: number;
}

export interface WorldOptions {
  servers: number;
  redis?: boolean;
  proxied?: boolean;
  /** A mail server, and for how long servers wait for it where it hangs. */
  mail?: boolean | { patienceMs: number };
  env?: Readonly<Record<string, string>>;
  plants: readonly string[];
  /** A name for its database and folder. */
  name: string;
  history: History;
}

/** Waits in pages, shortened: what a person would wait for is not what is looked at here. */
const TIMING: Partial<Timing> = { ack: 3000, check: 1500, connect: 4000, retry: 100, goodbye: 500 };
const SETTLE_MS = 15_000;
const ANSWER_MS = 30_000;

export async function openWorld(ground: Ground, options: WorldOptions): Promise<World> {
  const { name, history, plants } = options;
  const database = `wd_faults_${name.replaceAll('-', '_')}`;
  await ground.cluster.create(database, TEMPLATE);
  const url = ground.cluster.url(database);
  const dataDir = join(ground.folder, name);
  mkdirSync(dataDir);
  const box = options.mail ? await openMailbox() : null;
  if (options.redis) await ground.redis?.start();
  const env = {
    ...environment(url, dataDir),
    // Of messages nobody is told by mail, unless a scenario is about that.
    MAIL_GRACE_SECONDS: '3600',
    ...(box ? { SMTP_URL: waitingFor(box.url, options.mail) } : {}),
    ...(options.redis && ground.redis ? { REDIS_URL: ground.redis.url } : {}),
    ...options.env,
  };
  const names = ['A', 'B', 'C', 'D'].slice(0, options.servers);
  const servers = await Promise.all(names.map((one) => makeServer({ name: one, env, log: join(dataDir, `${one}.log`), plants, history })));
  const proxies = options.proxied ? await Promise.all(servers.map(({ port }) => openProxy(port))) : [];
  const screens: Screen[] = [];
  const places = new Map<string, Made>();
  let opened = 0;
  await Promise.all(servers.map((server) => server.start()));

  const access = (side: Side, made: Made): Access =>
    side === 'owner' ? { side, cookie: ground.owner.cookie } : { side, token: made.token };

  const world: World = {
    history,
    database,
    cookie: ground.owner.cookie,
    keyId: ground.owner.keyId,
    servers,
    server(n = 0) {
      const found = servers[n % servers.length];
      if (found === undefined) throw new Error(`there is no server ${n}`);
      return found;
    },
    proxies,
    box,
    screens,
    dataDir,
    door(n) {
      const port = proxies[n % servers.length]?.port ?? world.server(n).port;
      return `http://127.0.0.1:${port}`;
    },
    async api(method, path, body, { on = 0, key, ms = ANSWER_MS } = {}) {
      const headers: Record<string, string> = { authorization: `Bearer ${ground.owner.key}` };
      if (body !== undefined) headers['content-type'] = 'application/json';
      if (key !== undefined) headers['idempotency-key'] = key;
      const address = `${world.server(on).url}/api/v1${path}`;
      const answer = await fetch(address, {
        method,
        headers,
        signal: AbortSignal.timeout(ms),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    async issue(kind, extra = {}, call = {}) {
      const client = extra['follows'] ? {} : { client: CLIENT };
      const body = { kind, language: 'en', lines: [LINE], ...client, ...extra };
      const answer = await world.api('POST', '/documents?issue=true', body, call);
      if (answer.status !== 201) throw new Error(`a ${kind} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      const made = madeFrom(answer.body as Parameters<typeof madeFrom>[0]);
      places.set(made.deal, made);
      return made;
    },
    async open(side, among, { on = 0, nth = 0, draws = true, timing = {}, view, who } = {}) {
      const made = Array.isArray(among) ? (among[nth % among.length] as Made) : (among as Made);
      places.set(made.deal, made);
      opened += 1;
      const name = who ?? `${side} ${opened} on ${world.server(on).name}`;
      const screen = openScreen({
        who: name,
        url: world.door(on),
        access: access(side, made),
        deal: made.deal,
        document: made.id,
        view: view ?? (await world.snapshot(side, made, on)),
        draws,
        timing: { ...TIMING, ...timing },
        history,
      });
      screens.push(screen);
      return screen;
    },
    snapshot: (side, made, on = 0) => readSnapshot(world.server(on).url, made.id, access(side, made)),
    async query<T extends object>(sql: string, values: unknown[] = []) {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => {});
      await client.connect();
      return client
        .query<T>(sql, values)
        .then(({ rows }) => rows)
        .finally(() => client.end());
    },
    async settle({ ms = SETTLE_MS, on = 0 } = {}) {
      const there = screens.filter((screen) => !screen.gone);
      await until('everybody has seen everything', ms, () => isQuiet(there)).catch(() => null);
      const wanted = new Map(there.filter((screen) => screen.view() !== null).map((screen) => [`${screen.deal} ${screen.side}`, screen]));
      for (const { deal, side } of wanted.values()) {
        const made = places.get(deal);
        if (made === undefined) continue;
        const found = await world.snapshot(side, made, on).catch((error: unknown) => String(error));
        if (typeof found !== 'string') history.add({ what: 'fresh', view: found });
        else history.add({ what: 'observed', thing: `a fresh page of the ${side}`, is: found, wanted: 'there' });
      }
      for (const screen of there) screen.leave();
      for (const mail of box?.seen.slice(history.count('mailed')) ?? [])
        history.add({
          what: 'mailed',
          messageId: mail.parsed.messageId ?? '',
          to: mail.to,
          sha256: sha256(mail.raw),
          accepted: box?.received.includes(mail) ?? false,
        });
    },
    async close() {
      for (const screen of screens) screen.leave({ early: true });
      for (const proxy of proxies) await proxy.close();
      await Promise.all(servers.map((server) => server.kill()));
      await box?.close();
      await ground.cluster.drop(database);
    },
  };

  /** Nothing is on its way, no job of ours runs or is due, and each page stands where its deal stands. */
  async function isQuiet(there: Screen[]): Promise<boolean> {
    if (there.some((screen) => screen.unanswered > 0)) return false;
    // Where mails lead nowhere, they are tried until long after this.
    if (box !== null && (await hasWork())) return false;
    const rows = await world.query<{ id: string; seq: string }>('select id, seq from deals');
    const heads = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
    return there.every((screen) => screen.cursor() === heads.get(screen.deal));
  }

  /** Whether a job of ours runs or is due. A mail that was tried in vain is due at once. */
  async function hasWork(): Promise<boolean> {
    await world.query(`update pgboss.job set start_after = now() where name = 'letter' and state = 'retry'`);
    const jobs = await world.query(
      `select 1 from pgboss.job where name in ('letter', 'join', 'conversation', 'unread', 'refund', 'checkout-close')
       and (state = 'active' or (state in ('created', 'retry') and start_after <= now())) limit 1`,
    );
    return jobs.length > 0;
  }

  return world;
}

/** The address of the mail server, with how long it is waited for. */
function waitingFor(url: string, mail: WorldOptions['mail']): string {
  return typeof mail === 'object' ? url.replaceAll(/Timeout=\d+/g, `Timeout=${mail.patienceMs}`) : url;
}
