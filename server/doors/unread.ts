import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { Refusal } from '../../shared/refusal.ts';
import type { LiveSocket } from './socket-types.ts';
import { createTurns } from './turns.ts';

/** Joins of one socket that may wait for their turn: a page follows a few streams, and asks for each once. */
const WAITING = 20;
/** How long what was sent may lie here unread while more is asked for, in milliseconds. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 200;

/** Packets that may wait for one socket, and their characters. Each is kept for as long, if only once for all of a room. */
const PACKETS = 1000;
const CHARACTERS = 32 * 1024 * 1024;

/**
 * Cuts off a page that has not taken what was sent to it for a long time, though it may say that it is there: it comes back with its cursor. A packet waits
 * while those before it have not left.
 */
export function watchUnread(conn: LiveSocket['conn']): void {
  let packets = 0;
  let characters = 0;
  conn.on('flush', () => void (packets = characters = 0));
  conn.on('packetCreate', ({ data }: { data?: { length: number } }) => {
    packets += 1;
    characters += data?.length ?? 0;
    // A single one may be an answer of any size, that goes out at once.
    if (packets > PACKETS || (packets > 1 && characters > CHARACTERS)) conn.close(true);
  });
}

/**
 * One join of a socket after the other, and none before what was sent to it has left: an answer may be megabytes, and whoever never reads could
 * ask for any number of them. Who goes on asking is cut off.
 */
export function createLine(socket: LiveSocket): <T>(work: () => Promise<T>) => Promise<T> {
  const turn = createTurns(1);
  let waiting = 0;

  async function allSent(): Promise<void> {
    // The answer before has been given by then.
    await nextTurn();
    const end = performance.now() + PATIENCE_MS;
    for (let ms = 1; socket.connected && !socket.conn.transport.writable; ms = Math.min(2 * ms, LOOK_MS)) {
      if (performance.now() > end) throw cutOff();
      await delay(ms);
    }
  }

  function cutOff(): Refusal {
    // At once: otherwise what lies there is waited for.
    socket.conn.close(true);
    return new Refusal('rate_limited');
  }

  return async (work) => {
    if (waiting >= WAITING) throw cutOff();
    waiting += 1;
    try {
      return await turn(async () => {
        await allSent();
        return work();
      });
    } finally {
      waiting -= 1;
    }
  };
}
