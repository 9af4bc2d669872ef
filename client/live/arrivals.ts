import { realClock, type Clock } from './browser.ts';

/** Not waited for longer: the change may be in a stream that is not followed here. */
const AT_MOST = 2_000;

/** Tells when a change that the server acknowledged is on the screen. */
export interface Arrivals {
  /** Resolves when all cursors have reached `seq`, after two seconds at the latest. */
  reach(seq: number): Promise<void>;
  /** A cursor may have moved. */
  look(): void;
  stop(): void;
}

/** @param cursors where the followed deals stand now */
export function createArrivals(cursors: () => number[], clock: Clock = realClock): Arrivals {
  const waiting = new Set<{ seq: number; end: () => void }>();
  const reached = (seq: number): boolean => cursors().every((cursor) => cursor >= seq);

  return {
    reach(seq) {
      if (reached(seq)) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = clock.after(AT_MOST, () => one.end());
        const one = {
          seq,
          end() {
            cancel();
            waiting.delete(one);
            resolve();
          },
        };
        waiting.add(one);
      });
    },
    look() {
      for (const one of [...waiting]) if (reached(one.seq)) one.end();
    },
    stop() {
      for (const one of [...waiting]) one.end();
    },
  };
}
