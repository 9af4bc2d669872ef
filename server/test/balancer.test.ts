import { randomUUID } from 'node:crypto';
import type { Socket as NetSocket } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLive, type Live } from '../../client/live/connection.ts';
import { PROTOCOL, type ClientToServer, type FeedPresent, type Present, type ServerToClient } from '../../shared/protocol.ts';
import { PNG, upload } from './attach.ts';
import { openBalancer, openWire, type Balancer, type Wire } from './balancer.ts';
import { asApp, cleanUp, folder, freePort, start, stop, type Started } from './program.ts';
import { CLIENT, connect, LINE, madeFrom, send, until, type Made } from './doors.ts';
import { freshPlace } from './harness.ts';
import { openPage } from './page.ts';
import { openStore, type TestStore } from './s3-store.ts';

/**
 * Two real processes, each with a disk of its own, behind a balancer that keeps to none of them: what they share is PostgreSQL, Redis and a
 * bucket.
 */
const SECRET = 'a secret for tests, thirty-two characters or more';
const OWNER = { email: 'boss@example.com', password: 'correct horse' };
const REDIS = process.env['TEST_REDIS_URL'];
const READY = process.env['TEST_DATABASE_URL'] && REDIS;
/** More than half of the wake-ups take less; a poll comes once a second, and takes half of it on the average. */
const SOON_MS = 200;
/** Until a right that was taken back has ended everywhere. */
const CUT_MS = 2000;
/** Until the other processes are told who is where: before it is repeated to them. */
const TOLD_MS = 5000;
/** A process that comes back to Redis, and repeats who is where. */
const REPEATED_MS = 20_000;

let place: Awaited<ReturnType<typeof freshPlace>>;
let store: TestStore;
let wire: Wire;
let balancer: Balancer;
let ports: number[] = [];
let processes: Started[] = [];
let env: Record<string, string> = {};
let cookie = '';
let key = '';
let quote: Made;

const startOne = async (port: number) => ({
  ...(await start({ ...env, PORT: String(port), DATA_DIR: folder() })),
  url: `http://127.0.0.1:${port}`,
});
const at = (index: number) => processes[index]!.url;

async function prepare(): Promise<void> {
  place = await freshPlace();
  store = await openStore();
  wire = await openWire(new URL(REDIS ?? ''));
  ports = [await freePort(), await freePort()];
  balancer = await openBalancer(ports);
  env = {
    DATABASE_URL: place.databaseUrl ?? '',
    REDIS_URL: `redis://127.0.0.1:${wire.port}`,
    S3_URL: store.url,
    PUBLIC_URL: balancer.url,
    SECRET,
    OWNER_EMAIL: OWNER.email,
    OWNER_PASSWORD: OWNER.password,
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'documents@example.com',
  };
  processes = await Promise.all(ports.map(startOne));
  cookie = await signIn();
  const socket = await connect(asApp(processes[0]!), {}, { cookie });
  const made = await send(socket, 'createApiKey', { label: 'test' });
  socket.close();
  key = made.ok ? String(made.result['secret']) : '';
}

async function signIn(): Promise<string> {
  const answer = await fetch(`${balancer.url}/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: balancer.url },
    body: JSON.stringify(OWNER),
  });
  assert.is(answer.status, 200);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${balancer.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown> };
}

async function freshQuote(): Promise<Made> {
  const answer = await api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: [LINE] });
  assert.is(answer.status, 201, JSON.stringify(answer.body));
  return madeFrom(answer.body as unknown as Made);
}

/** A page as browsers have it: our own connection, inbox and outbox. */
interface Page {
  live: Live;
  socket: Socket<ServerToClient, ClientToServer>;
  present: (Present | FeedPresent)[];
  typing: boolean;
  here(is: boolean): void;
  types(does: boolean): void;
  /** When each text was on this page. */
  read: Map<string, number>;
  /** Resolves when it is acknowledged. */
  say(text: string): Promise<void>;
  close(): void;
}

const pages = new Set<Page>();
async function page(url: string, side: 'client' | 'owner'): Promise<Page> {
  let socket: Page['socket'] | null = null;
  const read = new Map<string, number>();
  const live = createLive({
    scope: randomUUID(),
    auth: { protocol: PROTOCOL, ...(side === 'client' ? { link: quote.token } : {}) },
    storage: null,
    browser: null,
    url,
    connect: ((to: string, settings: object) =>
      (socket = io(to, { ...settings, ...(side === 'owner' ? { extraHeaders: { cookie } } : {}) }))) as typeof io,
  });
  const following = live.follow(`deal:${quote.deal}`, {
    cursor: 0,
    document: quote.id,
    apply(events) {
      for (const event of events)
        if (event.type === 'message.posted') read.set((event.data as { message: { text: string } }).message.text, performance.now());
    },
    present: (list) => void (made.present = list),
    typing: ({ typing }) => void (made.typing = typing),
  });
  const made: Page = {
    live,
    socket: socket!,
    present: [],
    typing: false,
    here: (is) => following.setHere(is),
    types: (does) => following.setTyping(does),
    read,
    async say(text) {
      const input = { document: quote.id, text, notify: false, files: [], proposal: null, readUpTo: 0, name: null };
      const answer = await live.send('postMessage', input).done;
      assert.ok(answer.ok, JSON.stringify(answer));
    },
    close() {
      pages.delete(made);
      live.close();
    },
  };
  pages.add(made);
  await until(() => live.state === 'live', `a page of the ${side} is live`, 30_000);
  return made;
}

/** Whether a connection that is made of single requests comes about, and holds. */
function polled(url: string): Promise<string> {
  const auth = { protocol: PROTOCOL, link: quote.token };
  const socket: Page['socket'] = io(url, { auth, transports: ['polling'], reconnection: false, forceNew: true });
  return new Promise<string>((resolve, reject) => {
    for (const event of ['connect_error', 'disconnect'] as const) socket.on(event, () => resolve('breaks'));
    const use = async () => {
      for (let i = 0; i < 5; i += 1)
        await socket.timeout(10_000).emitWithAck('join', { protocol: PROTOCOL, stream: `deal:${quote.deal}`, cursor: 0, document: null });
      resolve('holds');
    };
    socket.on('connect', () => void use().catch(reject));
  }).finally(() => socket.close());
}

const transport = ({ socket }: Page) => socket.io.engine.transport.name;

/** How long messages of one page take to the other, the quickest first. */
async function waysOf(from: Page, to: Page): Promise<number[]> {
  const ways: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const text = randomUUID();
    await from.say(text);
    // From the acknowledgement on: what the command itself takes is not the question.
    const done = performance.now();
    ways.push(Math.max(0, (await until(() => to.read.get(text), 'the message')) - done));
  }
  return ways.sort((a, b) => a - b);
}

/** Whether wake-ups come through. A machine that is busy with something else gets another chance. */
async function wakes(from: Page, to: Page): Promise<string> {
  let ways: number[] = [];
  for (let tries = 0; tries < 3; tries += 1) if (((ways = await waysOf(from, to))[4] ?? Infinity) < SOON_MS) return 'woken';
  return `polled: ${ways.map(Math.round).join(', ')} ms`;
}

/** What becomes of a page whose right ends, and how long that takes. */
async function cutBy(url: string, options: { link: string } | { cookie: string }, work: () => Promise<number>): Promise<string> {
  const opened = await openPage(url, `deal:${quote.deal}`, options);
  let reason = '';
  opened.socket.once('cut', (said) => void (reason = said.reason));
  const began = performance.now();
  assert.is(await work(), 204);
  await until(() => reason !== '' && opened.socket.disconnected, 'the page is told, and cut');
  const took = performance.now() - began;
  return took < CUT_MS ? reason : `${reason} after ${took} ms`;
}

async function revoked(): Promise<string> {
  const { body } = await api('POST', `/documents/${quote.id}/links`, { label: 'second' });
  const link = String(body['url']).split('/d/')[1] ?? '';
  return cutBy(at(1), { link }, async () => {
    const answer = await fetch(`${at(0)}/api/v1/documents/${quote.id}/links/${String(body['id'])}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${key}` },
    });
    return answer.status === 200 ? 204 : answer.status;
  });
}

async function signedOut(): Promise<string> {
  const another = await signIn();
  return cutBy(at(1), { cookie: another }, async () => {
    const headers = { cookie: another, origin: balancer.url };
    return (await fetch(`${at(0)}/console/logout`, { method: 'POST', headers })).status;
  });
}

if (READY) {
  test.before(prepare);
  test.before.each(async () => {
    quote = await freshQuote();
  });
  test.after.each(() => {
    for (const one of [...pages]) one.close();
  });
  test.after(async () => {
    for (const one of [...pages]) one.close();
    await balancer?.close();
    cleanUp();
    await wire?.cut();
    await store?.close();
    await place?.remove();
  });

  test('pages work by WebSocket through a balancer that keeps to no process; files go in by one and out by another', async () => {
    const before = new Map(balancer.taken);
    const [client, owner] = [await page(balancer.url, 'client'), await page(balancer.url, 'owner')];
    assert.equal([client, owner].map(transport), ['websocket', 'websocket']);
    await client.say('from the client');
    await owner.say('from the owner');
    await until(() => client.read.size === 2 && owner.read.size === 2, 'both have read both');
    for (let i = 0; i < 4; i += 1) assert.is((await fetch(`${balancer.url}/d/${quote.token}`)).status, 200);
    const path = `/console/documents/${quote.id}/files`;
    const sent = await upload(asApp({ ...processes[0]!, url: balancer.url }), path, PNG, { name: 'plan.png', headers: { cookie } });
    assert.is(sent.status, 201, JSON.stringify(sent.body));
    for (let i = 0; i < 2; i += 1) {
      const answer = await fetch(`${at(i)}${path}/${sent.body.file.id}`, { headers: { cookie, range: 'bytes=1-3' } });
      assert.equal([answer.status, await answer.text()], [206, 'PNG']);
    }
    for (const [port, taken] of balancer.taken) assert.ok(taken > (before.get(port) ?? 0) + 2, `each process has had its share`);
    assert.is(client.live.state, 'live');
  });

  test('a page that must do without WebSockets needs a balancer that keeps to one process', async () => {
    const sticky = await openBalancer(ports, { sticky: true });
    assert.equal([await polled(sticky.url), await polled(balancer.url)], ['holds', 'breaks']);
    await sticky.close();
  });

  test('wake-ups, presence and typing cross over; without Redis only the quickness is gone, and it comes back with it', async () => {
    const [client, owner] = [await page(at(0), 'client'), await page(at(1), 'owner')];
    const names = () => owner.present.map(({ name }) => name);
    assert.is(await wakes(client, owner), 'woken');
    assert.is(await wakes(owner, client), 'woken');
    client.here(true);
    await until(() => names().includes('Anne Martin'), 'the client is seen', TOLD_MS);
    client.types(true);
    await until(() => owner.typing, 'the client is seen typing');
    client.types(false);
    await until(() => !owner.typing, 'and that it ended');
    client.here(false);
    await until(() => names().length === 0, 'the client has gone', TOLD_MS);

    await wire.cut();
    // Of nine, a poll finds one late for certain: what is measured above is the wake-up.
    assert.ok((await waysOf(client, owner)).at(-1)! > SOON_MS);
    assert.equal([client.live.state, owner.live.state], ['live', 'live']);
    client.here(true);

    await wire.mend();
    await until(() => names().includes('Anne Martin'), 'the client is seen again', REPEATED_MS);
    assert.is(await wakes(client, owner), 'woken');
    client.close();
    await until(() => names().length === 0, 'a page that is closed has gone', REPEATED_MS);
  });

  test('a revoked link and a sign-out cut what is open in the other process within two seconds, also without Redis', async () => {
    assert.equal([await revoked(), await signedOut()], ['revoked', 'signed_out']);
    await wire.cut();
    assert.equal([await revoked(), await signedOut()], ['revoked', 'signed_out']);
    await wire.mend();
  });

  test('one process after the other is stopped under load: nothing acknowledged is lost or doubled, pages come back on the other', async () => {
    const screens = await Promise.all(Array.from({ length: 4 }, (_, i) => page(balancer.url, i % 2 === 0 ? 'client' : 'owner')));
    const said: string[] = [];
    let goOn = true;
    const writers = [
      ...screens.map(async (screen, i) => {
        for (let n = 0; goOn; n += 1) {
          const text = `page ${i}, message ${n}`;
          await screen.say(text);
          said.push(text);
        }
      }),
      ...[0, 1].map(async (i) => {
        for (let n = 0; goOn; n += 1) {
          const text = `program ${i}, message ${n}`;
          await post(text);
          said.push(text);
        }
      }),
    ];
    const grown = async (by: number) => {
      const before = said.length;
      await until(() => said.length >= before + by, `${by} more are acknowledged`, 60_000);
    };
    for (const index of [0, 1]) {
      await grown(40);
      const began = performance.now();
      await stop(processes[index]!);
      const took = performance.now() - began;
      assert.ok(took < 10_000, `took ${took} ms`);
      await until(() => screens.every(({ live }) => live.state === 'live'), 'every page is back, on the other process');
      await grown(40);
      if (index === 0) processes[0] = await startOne(ports[0]!);
    }
    goOn = false;
    await Promise.all(writers);
    const { body } = await api('GET', `/documents/${quote.id}`);
    const texts = (body['messages'] as { text: string }[]).map(({ text }) => text);
    assert.equal(texts.toSorted(), said.toSorted());
    for (const screen of screens) await until(() => screen.read.size === said.length, 'every page has read everything');
  });

  test('a page that has fallen asleep does not hold up a stop, nor does Redis that is away', async () => {
    const asleep = await page(at(0), 'client');
    // It neither reads nor answers any more: a telephone in a pocket.
    (asleep.socket.io.engine.transport as unknown as { ws: { _socket: NetSocket } }).ws._socket.pause();
    await wire.cut();
    const began = performance.now();
    await stop(processes[0]!);
    const took = performance.now() - began;
    await wire.mend();
    assert.ok(took < 10_000, `took ${took} ms`);
  });

  test.run();
} else process.stdout.write('skipped: several processes behind a balancer (set TEST_DATABASE_URL and TEST_REDIS_URL)\n');

/** As programs do: the same again, under the same key, until there is an answer. */
async function post(text: string): Promise<void> {
  const id = randomUUID();
  await until(async () => {
    const answer = await api('POST', `/documents/${quote.id}/messages`, { text }, { 'idempotency-key': id }).catch(() => null);
    if (answer?.status !== 201 && (answer?.status ?? 502) < 500 && answer?.status !== 429) throw new Error(JSON.stringify(answer));
    return answer?.status === 201;
  }, 'the program’s message is taken');
}
