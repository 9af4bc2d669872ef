import type { Socket } from 'socket.io-client';
import type { Batch, ClientToServer, FeedPresent, Present, ServerToClient, Stream } from '../../shared/protocol.ts';
import type { RefusalBody } from '../../shared/refusal.ts';
import { backoff } from './backoff.ts';
import { realClock, type Clock } from './browser.ts';
import { createInbox, type StreamEvent } from './inbox.ts';
import { createTypingWatch, createTypist, type TypingState } from './typing.ts';

export type LiveSocket = Socket<ServerToClient, ClientToServer>;

/** What a page hands in with a stream. */
export interface Handlers {
  /** The sequence of the snapshot the page was made from; 0 for none. */
  cursor: number;
  /** The document on the screen, for presence; null on the feed. */
  document: string | null;
  /** `events`: in order, each exactly once, perhaps none; the view stands at `to` afterwards. */
  apply: (events: StreamEvent[], to: number) => void;
  /** Everyone who has the page in front of them, this window included. */
  present: (list: (Present | FeedPresent)[]) => void;
  /** Someone began or ended typing; the end comes by itself when it gets lost. */
  typing: (state: TypingState) => void;
  /** The server will not have us on this stream; nothing more comes. */
  refused?: (refusal: RefusalBody) => void;
}

/** One stream, as a page holds it. */
export interface Following {
  readonly cursor: number;
  setDocument(id: string | null): void;
  /** The line of a draft that is being written in. */
  setAt(line: string | null): void;
  /** From `watchPresence`. */
  setHere(here: boolean): void;
  /** `true` at each input, `false` when the text is sent or empty; sparing with messages by itself. */
  setTyping(typing: boolean): void;
  stop(): void;
}

/** What the connection does with it. */
export interface FollowingControl extends Following {
  readonly stream: Stream;
  /** Up to date since the connection was made. */
  readonly joined: boolean;
  connected(): void;
  disconnected(): void;
  /** Is the connection still alive? Asked with a join, whose answer is of use in any case. */
  check(): void;
  batch(batch: Batch): void;
  present(list: (Present | FeedPresent)[]): void;
  typing(state: TypingState): void;
}

/** What following a stream asks of the connection. */
export interface Upstream {
  socket: LiveSocket;
  protocol: number;
  /** Milliseconds to wait for an answer, ordinarily and when the connection is doubted. */
  ack: number;
  check: number;
  /** This stream has become up to date. */
  settled(): void;
  /** The cursor has moved. */
  moved(): void;
  /** The connection looks alive and is not. */
  dead(): void;
  /** Only a fresh page can be right: the server's log ends before ours, or the view cannot take an event. */
  lost(): void;
  /** Followed no longer: the page wants it so (null), or the server. */
  stopped(refusal: RefusalBody | null): void;
}

const RETRY_FIRST = 500;
const RETRY_MOST = 10_000;
const NOT_NOW = new Set(['unavailable', 'rate_limited', 'internal']);
/** Joins without an answer before the connection is thought dead. */
const PATIENCE = 2;

export function createFollowing(stream: Stream, handlers: Handlers, up: Upstream, clock: Clock = realClock): FollowingControl {
  const { socket } = up;
  const inbox = createInbox({
    stream,
    cursor: handlers.cursor,
    apply,
    resume: ask,
  });
  const typist = createTypist((typing) => {
    if (document !== null && socket.connected) socket.emit('typing', { stream, document, typing });
  }, clock);
  const typingWatch = createTypingWatch(handlers.typing, clock);
  let { document } = handlers;
  let here = false;
  let at: string | null = null;
  let joined = false;
  let stopped = false;
  let wanted = false;
  let running = false;
  let checking = false;
  let failures = 0;
  let cancelRetry: (() => void) | null = null;

  function apply(events: StreamEvent[], to: number): void {
    try {
      handlers.apply(events, to);
    } catch (error) {
      up.lost();
      throw error;
    }
  }

  /** Joins, as soon as the join under way has ended; however often this is asked meanwhile, once. */
  function ask(): void {
    wanted = true;
    cancelRetry?.();
    cancelRetry = null;
    if (!running) void run();
  }

  async function run(): Promise<void> {
    running = true;
    try {
      while (wanted && socket.connected && !stopped) {
        wanted = false;
        await join();
      }
    } finally {
      running = false;
    }
  }

  async function join(): Promise<void> {
    inbox.expect();
    const { cursor } = inbox;
    const doubted = checking;
    checking = false;
    const answer = await socket
      .timeout(doubted ? up.check : up.ack)
      .emitWithAck('join', { protocol: up.protocol, stream, cursor, document })
      .catch(() => null);
    if (stopped || (answer === null && !socket.connected)) return;
    if (answer === null) return doubted || failures + 1 >= PATIENCE ? up.dead() : later();
    if (!answer.ok) return NOT_NOW.has(answer.refusal.code) ? later() : refused(answer.refusal);
    const { batch, more, present } = answer;
    if (batch.to < cursor) return up.lost();
    if (batch.from > cursor || (more && batch.to === cursor)) return later();
    failures = 0;
    inbox.answer(batch, more);
    up.moved();
    if (wanted) return;
    handlers.present(present);
    if (joined) return;
    joined = true;
    sayPresence();
    up.settled();
  }

  function later(): void {
    failures++;
    cancelRetry = clock.after(backoff(failures, RETRY_FIRST, RETRY_MOST), ask);
  }

  function refused(refusal: RefusalBody): void {
    handlers.refused?.(refusal);
    stop(refusal);
  }

  function sayPresence(): void {
    if (joined && socket.connected) socket.emit('presence', { stream, document, here, ...(at === null ? {} : { at }) });
  }

  function stop(refusal: RefusalBody | null = null): void {
    if (stopped) return;
    typist.set(false);
    here = false;
    document = at = null;
    sayPresence();
    if (refusal === null && socket.connected) socket.emit('leave', stream);
    stopped = true;
    cancelRetry?.();
    typingWatch.stop();
    up.stopped(refusal);
  }

  return {
    stream,
    get cursor() {
      return inbox.cursor;
    },
    get joined() {
      return joined;
    },
    connected() {
      failures = 0;
      ask();
    },
    disconnected() {
      joined = wanted = false;
      cancelRetry?.();
      inbox.expect();
    },
    check() {
      checking = true;
      ask();
    },
    batch(batch) {
      inbox.receive(batch);
      up.moved();
    },
    present: handlers.present,
    typing: typingWatch.heard,
    setDocument(id) {
      if (id === document) return;
      typist.set(false);
      document = id;
      sayPresence();
    },
    setAt(line) {
      if (line === at) return;
      at = line;
      sayPresence();
    },
    setHere(now) {
      if (now === here) return;
      here = now;
      sayPresence();
    },
    setTyping: typist.set,
    stop: () => stop(),
  };
}
