import { io } from 'socket.io-client';
import type { CommandName } from '../../shared/commands.ts';
import type { Stream } from '../../shared/protocol.ts';
import type { RefusalBody, RefusalCode } from '../../shared/refusal.ts';
import { createArrivals } from './arrivals.ts';
import { backoff } from './backoff.ts';
import { browserStorage, listen, realClock, thisBrowser } from './browser.ts';
import { createFollowing, type FollowingControl, type LiveSocket, type Upstream } from './following.ts';
import type { CutReason, Live, LiveOptions, LiveState, Timing } from './live.ts';
import { createOutbox } from './outbox.ts';
import { watchWake } from './wake.ts';

export type { CutReason, Live, LiveOptions, LiveState, Timing } from './live.ts';

const TIMING: Timing = { ack: 8_000, check: 4_000, connect: 10_000, retry: 250, hidden: 10_000, goodbye: 1_500 };
const RETRY_FIRST = 500;
const RETRY_MOST = 10_000;

/** Nobody typed these: they are neither shown nor kept, and their refusal is nobody's trouble. */
const QUIET: ReadonlySet<CommandName> = new Set<CommandName>(['markRead', 'markFeedRead', 'recordView']);
/** Refusals at the door that no waiting will change. */
const SHUT_OUT: ReadonlySet<string> = new Set<RefusalCode>(['unauthorized', 'forbidden', 'not_found']);

/** Connects at once, and stays connected until `close`, `cut` or `outdated`. */
export function createLive(options: LiveOptions): Live {
  const { auth, clock = realClock, browser = thisBrowser(), connect = io } = options;
  const timing = { ...TIMING, ...options.timing };
  const listeners = new Set<(state: LiveState) => void>();
  const followings = new Set<FollowingControl>();
  let state: LiveState = 'connecting';
  let final: 'cut' | 'outdated' | null = null;
  let cutReason: CutReason | null = null;
  let wasLive = false;
  /** Everything followed has been up to date since the connection was made. */
  let upToDate = false;
  /** Connections in a row that failed before anything was up to date. */
  let failures = 0;
  let cancelReconnect: (() => void) | null = null;
  let cancelGreeting: (() => void) | null = null;
  /** Connections in a row that the server did not greet. */
  let ungreeted = 0;

  const settings = {
    auth,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    timeout: timing.connect,
    reconnectionDelay: timing.retry,
    reconnectionDelayMax: 20 * timing.retry,
    randomizationFactor: 0.5,
    forceNew: true,
  };
  const socket: LiveSocket = options.url === undefined ? connect(settings) : connect(options.url, settings);

  const arrivals = createArrivals(
    () => [...followings].flatMap((following) => (following.stream.startsWith('deal:') ? [following.cursor] : [])),
    clock,
  );
  const outbox = createOutbox({
    scope: options.scope,
    storage: options.storage === undefined ? browserStorage() : options.storage,
    transmit: (request) =>
      socket
        .timeout(timing.ack)
        .emitWithAck('command', request)
        .catch((error: unknown) => {
          doubt();
          throw error;
        }),
    arrived: arrivals.reach,
    window: browser?.window ?? null,
    clock,
  });

  function refresh(): void {
    const away = browser?.navigator.onLine === false ? 'offline' : wasLive ? 'reconnecting' : 'connecting';
    const now = final ?? (upToDate ? 'live' : away);
    if (now === state) return;
    state = now;
    for (const listener of [...listeners]) listener(state);
  }

  /** Once everything followed is up to date, and only then, the outbox goes out: a decision made offline is answered against known state. */
  function settled(): void {
    if (upToDate || !socket.connected || ![...followings].every((following) => following.joined)) return;
    upToDate = wasLive = true;
    failures = 0;
    refresh();
    outbox.start();
  }

  function end(how: 'cut' | 'outdated', reason: CutReason | null): void {
    if (final !== null) return;
    final = how;
    cutReason = reason;
    cancelReconnect?.();
    socket.disconnect();
    refresh();
  }

  /** A new connection, now: `disconnect` first, which also ends a pause before the next try. */
  function reconnect(): void {
    cancelReconnect?.();
    cancelReconnect = null;
    socket.disconnect();
    socket.connect();
  }

  function reconnectAfter(ms: number): void {
    cancelReconnect?.();
    cancelReconnect = clock.after(ms, reconnect);
  }

  /** Is anyone at the other end? */
  function doubt(): void {
    if (socket.connected) for (const following of followings) following.check();
  }

  function wake(): void {
    if (final !== null) return;
    outbox.sync();
    if (socket.connected) doubt();
    else reconnect();
  }

  function sleep(): void {
    cancelReconnect?.();
    socket.disconnect();
  }

  // Lost between the transport's greeting and ours: nothing but the server's missing pings would tell, after half a minute. Each time longer, since a server
  // that everybody comes back to at once may be slow with it.
  socket.io.on('open', () => {
    cancelGreeting?.();
    cancelGreeting = clock.after(timing.ack * Math.min(++ungreeted, 4), reconnect);
  });
  socket.io.on('close', () => cancelGreeting?.());
  socket.on('connect', () => {
    cancelGreeting?.();
    ungreeted = 0;
    cancelReconnect?.();
    cancelReconnect = null;
    for (const following of followings) following.connected();
    settled();
  });
  socket.on('disconnect', (reason) => {
    upToDate = false;
    outbox.stop();
    for (const following of followings) following.disconnected();
    refresh();
    // The one case in which socket.io does not come back by itself, and we want to.
    if (reason === 'io server disconnect' && final === null) reconnectAfter(backoff(++failures, timing.goodbye, RETRY_MOST));
  });
  socket.on('connect_error', (error) => {
    cancelGreeting?.();
    refresh();
    if (!socket.active) return refusedAtTheDoor(codeOf(error));
    // A proxy that swallows WebSockets without a word: every third try begins with polling. Not always, for polling needs a balancer
    // that keeps to one process.
    socket.io.opts.transports = ++failures % 3 === 2 ? ['polling', 'websocket'] : ['websocket', 'polling'];
  });

  function refusedAtTheDoor(code: string): void {
    if (code === 'protocol_mismatch') end('outdated', null);
    else if (SHUT_OUT.has(code)) end('cut', 'refused');
    else reconnectAfter(backoff(++failures, RETRY_FIRST, RETRY_MOST));
  }

  function refusedAtJoin(refusal: RefusalBody): void {
    if (refusal.code === 'protocol_mismatch') end('outdated', null);
    else if (refusal.code === 'unauthorized' || followings.size === 0) end('cut', 'refused');
    else settled();
  }

  const on = (stream: Stream): FollowingControl[] => [...followings].filter((following) => following.stream === stream);
  socket.on('batch', (batch) => {
    for (const following of on(batch.stream)) following.batch(batch);
  });
  socket.on('presence', ({ stream, present }) => {
    for (const following of on(stream)) following.present(present);
  });
  socket.on('typing', (typing) => {
    for (const following of on(typing.stream)) following.typing(typing);
  });
  socket.on('cut', ({ reason }) => end('cut', reason));
  socket.on('goodbye', () => {
    // What is under way may still be answered; nothing new is begun with a process that is leaving.
    outbox.stop();
    reconnectAfter(Math.round(Math.random() * timing.goodbye));
  });

  const stopWaking = watchWake({ browser, hidden: timing.hidden, wake, sleep, clock });
  const stopListening = browser === null ? () => {} : listen(browser.window, ['online', 'offline'], refresh);

  return {
    get state() {
      return state;
    },
    get cutReason() {
      return cutReason;
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    follow(stream, handlers) {
      const upstream: Upstream = {
        socket,
        protocol: auth.protocol,
        ack: timing.ack,
        check: timing.check,
        settled,
        moved: arrivals.look,
        dead: reconnect,
        lost: () => end('outdated', null),
        stopped: (refusal) => {
          followings.delete(following);
          arrivals.look();
          if (refusal === null) settled();
          else refusedAtJoin(refusal);
        },
      };
      const following = createFollowing(stream, handlers, upstream, clock);
      followings.add(following);
      if (socket.connected) following.connected();
      return following;
    },
    send: (name, input) => outbox.put(name, input, { quiet: QUIET.has(name) }),
    outbox,
    close() {
      cancelReconnect?.();
      listeners.clear();
      // Before the followings stop: with none left to wait for, the outbox would begin to send.
      socket.disconnect();
      for (const following of [...followings]) following.stop();
      outbox.close();
      arrivals.stop();
      stopWaking();
      stopListening();
    },
  };
}

/** What a server's refusal at the handshake says: the refusal in `data`, or its bare code as the message. */
function codeOf(error: Error & { data?: unknown }): string {
  const { data } = error;
  return typeof data === 'object' && data !== null && 'code' in data ? String(data.code) : error.message;
}
