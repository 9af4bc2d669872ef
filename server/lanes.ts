import { Refusal } from '../shared/refusal.ts';

/**
 * Commands of one deal wait for each other here, not inside the database: a busy or blocked deal then holds one connection,
 * and the others, and the reads, go on. Of all lanes together only `wide` are in the database at once.
 */
export interface Lanes {
  /** Runs `work` after all that was handed in before it on the same lane. Throws `unavailable` when the lane is full. */
  run<T>(lane: string, work: () => Promise<T>): Promise<T>;
}

export function createLanes({ wide, long }: { wide: number; long: number }): Lanes {
  const waiting = new Map<string, (() => void)[]>();
  const ready: (() => void)[] = [];
  let inside = 0;

  async function enter(): Promise<void> {
    if (inside >= wide) await new Promise<void>((go) => ready.push(go));
    else inside += 1;
  }

  /** Hands the place over, or gives it back. */
  function leave(): void {
    const next = ready.shift();
    if (next) next();
    else inside -= 1;
  }

  return {
    async run(lane, work) {
      const queue = waiting.get(lane);
      if (queue) {
        if (queue.length >= long) throw new Refusal('unavailable');
        await new Promise<void>((go) => queue.push(go));
      } else waiting.set(lane, []);
      try {
        await enter();
        try {
          return await work();
        } finally {
          leave();
        }
      } finally {
        const next = waiting.get(lane)?.shift();
        if (next) next();
        else waiting.delete(lane);
      }
    },
  };
}
