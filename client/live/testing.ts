import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import type { Batch, ClientToServer, CommandAnswer, CommandRequest, ServerToClient, SocketAuth, Stream } from '../../shared/protocol.ts';
import { PROTOCOL } from '../../shared/protocol.ts';
import type { RefusalBody, RefusalCode } from '../../shared/refusal.ts';
import type { Browser, Clock, StorageLike } from './browser.ts';
import type { StreamEvent } from './inbox.ts';

/** For tests only: a small server that speaks the protocol over an ordered log in memory, and what stands in for a browser. */

/** Ends the file with a failure when its tests, or handles they left open, outlive `ms`. */
export function deadline(suite: { after: (hook: () => void) => void }, ms: number): void {
  const timer = setTimeout(() => {
    process.stderr.write(`\n  FAIL  not done after ${ms} ms: a test hangs, or left something open\n\n`);
    process.exit(1);
  }, ms);
  suite.after(() => void timer.unref());
}

/** Waits until `condition` holds; throws naming it after `ms`. */
export async function until(condition: () => boolean, ms = 8_000): Promise<void> {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function refusal(code: RefusalCode, data: Record<string, unknown> = {}): RefusalBody {
  return { code, detail: null, faults: [], data };
}

/** An event that says nothing but its sequence. */
export function event(seq: number): StreamEvent {
  return {
    seq,
    type: 'conversation.read',
    deal: null,
    document: null,
    actor: null,
    at: '2026-11-24T08:00:00.000Z',
    data: { person: 'p', upTo: seq },
  };
}

export const AUTH: SocketAuth = { protocol: PROTOCOL, link: 'token' };
export const DEAL: Stream = 'deal:1';
export const DOCUMENT = '01890a5d-ac96-774b-bcce-b302099a8057';

export type HouseSocket = Socket<ClientToServer, ServerToClient>;

/** The hooks are for the faults: each test sets what it needs. */
export interface House {
  readonly url: string;
  /** The events of `deal:1`; their sequence is the place, from 1. */
  readonly log: StreamEvent[];
  /** Everything that came in as a command, with repetitions. */
  readonly received: CommandRequest[];
  /** What was done: each id once. */
  readonly done: CommandRequest[];
  readonly joins: number[];
  readonly presence: { document: string | null; here: boolean }[];
  readonly typing: boolean[];
  readonly sockets: HouseSocket[];
  /** How many sockets there have ever been, and how often one was begun as a WebSocket. */
  connections: number;
  upgrades: number;
  /** What becomes of a batch on its way to one socket. */
  deliver: (socket: HouseSocket, batch: Batch) => void;
  /** A refusal, `silence` (no answer at all), or null: do it. */
  judge: (request: CommandRequest) => RefusalBody | 'silence' | null;
  /** The same for joins. */
  judgeJoin: () => RefusalBody | 'silence' | null;
  /** Refuses at the handshake, or does not answer it. */
  door: () => RefusalBody | 'silence' | null;
  /** At most so many events in the answer to a join. */
  page: number;
  append(count?: number): void;
  /** As a proxy does that has never heard of them. */
  refuseWebSockets(): void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function openHouse(): Promise<House> {
  const answers = new Map<string, CommandAnswer>();
  let io: Server<ClientToServer, ServerToClient> | null = null;
  let port = 0;

  function push(events: StreamEvent[]): void {
    const to = house.log.push(...events);
    const batch: Batch = { stream: DEAL, from: to - events.length, to, events };
    for (const socket of house.sockets) if (socket.rooms.has(DEAL)) house.deliver(socket, batch);
  }

  function decide(request: CommandRequest): CommandAnswer {
    const seq = house.log.length + 1;
    house.done.push(request);
    push([event(seq)]);
    return { ok: true, seq, result: { id: request.id } };
  }

  function serve(socket: HouseSocket): void {
    house.sockets.push(socket);
    house.connections++;
    socket.on('disconnect', () => void house.sockets.splice(house.sockets.indexOf(socket), 1));
    socket.on('join', (request, answer) => {
      house.joins.push(request.cursor);
      void socket.join(DEAL);
      const verdict = house.judgeJoin();
      if (verdict === 'silence') return;
      if (verdict !== null) return answer({ ok: false, refusal: verdict });
      const to = Math.min(house.log.length, request.cursor + house.page);
      const batch: Batch = { stream: DEAL, from: request.cursor, to, events: house.log.slice(request.cursor, to) };
      answer({ ok: true, batch, more: to < house.log.length, present: [] });
    });
    socket.on('command', (request, answer) => {
      house.received.push(request);
      const verdict = answers.has(request.id) ? null : house.judge(request);
      if (verdict === 'silence') return;
      if (verdict !== null) return answer({ ok: false, refusal: verdict });
      const known = answers.get(request.id) ?? decide(request);
      answers.set(request.id, known);
      answer(known);
    });
    socket.on('presence', ({ document, here }) => void house.presence.push({ document, here }));
    socket.on('typing', ({ typing }) => void house.typing.push(typing));
  }

  const house: House = {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    log: [],
    received: [],
    done: [],
    joins: [],
    presence: [],
    typing: [],
    sockets: [],
    connections: 0,
    upgrades: 0,
    deliver: (socket, batch) => void socket.emit('batch', batch),
    judge: () => null,
    judgeJoin: () => null,
    door: () => null,
    page: 50,
    append(count = 1) {
      for (let i = 0; i < count; i++) push([event(house.log.length + 1)]);
    },
    refuseWebSockets() {
      if (io !== null) io.engine.opts.transports = ['polling'];
    },
    async start() {
      const http = createServer().on('upgrade', () => void house.upgrades++);
      io = new Server(http, { serveClient: false });
      io.use((_socket, next) => {
        const body = house.door();
        if (body !== 'silence') next(body === null ? undefined : Object.assign(new Error(body.code), { data: body }));
      });
      io.on('connection', serve);
      await new Promise<void>((resolve, reject) => http.once('error', reject).listen(port, '127.0.0.1', resolve));
      port = (http.address() as AddressInfo).port;
    },
    async stop() {
      const was = io;
      io = null;
      if (was !== null) await was.close();
    },
  };
  await house.start();
  return house;
}

export interface FakeBrowser extends Browser {
  document: EventTarget & { visibilityState: string };
  navigator: { onLine: boolean };
  show(visible: boolean): void;
  online(is: boolean): void;
}

export function fakeBrowser(window: EventTarget = new EventTarget()): FakeBrowser {
  const browser: FakeBrowser = {
    window,
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
    navigator: { onLine: true },
    show(visible) {
      browser.document.visibilityState = visible ? 'visible' : 'hidden';
      browser.document.dispatchEvent(new Event('visibilitychange'));
    },
    online(is) {
      browser.navigator.onLine = is;
      window.dispatchEvent(new Event(is ? 'online' : 'offline'));
    },
  };
  return browser;
}

export interface FakeClock extends Clock {
  /** Lets the time pass, running what falls due in order. */
  pass(ms: number): void;
  readonly pending: number;
}

export function fakeClock(start = 1_000_000): FakeClock {
  let now = start;
  const timers = new Set<{ due: number; action: () => void }>();
  return {
    now: () => now,
    after(ms, action) {
      const timer = { due: now + ms, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.due <= end).sort((a, b) => a.due - b.due);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.due);
        next.action();
      }
      now = end;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** A storage shared by several tabs; what one writes, the windows of the others hear. */
export function sharedStorage(): { tab(): { storage: StorageLike; window: EventTarget }; readonly keys: string[]; full: boolean } {
  const items = new Map<string, string>();
  const windows = new Set<EventTarget>();
  const shared = {
    full: false,
    get keys() {
      return [...items.keys()];
    },
    tab() {
      const window = new EventTarget();
      windows.add(window);
      const tell = (key: string, newValue: string | null): void => {
        for (const other of windows) if (other !== window) other.dispatchEvent(Object.assign(new Event('storage'), { key, newValue }));
      };
      const storage: StorageLike = {
        get length() {
          return items.size;
        },
        key: (i) => [...items.keys()][i] ?? null,
        getItem: (key) => items.get(key) ?? null,
        setItem(key, value) {
          if (shared.full) throw new Error('QuotaExceededError');
          items.set(key, value);
          tell(key, value);
        },
        removeItem(key) {
          if (items.delete(key)) tell(key, null);
        },
      };
      return { storage, window };
    },
  };
  return shared;
}
