import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../bench/rows.ts';
import type { Screen } from './clients.ts';
import type { History } from './history.ts';
import { until } from './processes.ts';
import { settled } from './writers.ts';

/** How long it takes from one page to another: written here, and seen there. */
export interface Meter {
  /** Measures for so long; resolves to the time within which 99 of 100 messages were there, in milliseconds. */
  measure(ms: number): Promise<number>;
}

/** Messages are this far apart. */
const EVERY_MS = 40;
/** And none takes longer than this to be counted. */
const MOST_MS = 5000;

export function createMeter(from: Screen, to: Screen): Meter {
  return {
    async measure(ms) {
      const end = performance.now() + ms;
      const times: number[] = [];
      while (performance.now() < end) {
        const began = performance.now();
        const before = to.cursor();
        const said = from.say('How long does it take?');
        await until('a message is seen', MOST_MS, () => to.cursor() > before).catch(() => null);
        times.push(performance.now() - began);
        if ((await settled(said, MOST_MS)) === null) break;
        await delay(EVERY_MS);
      }
      return quantile(times, 0.99);
    },
  };
}

/** What is slower than twice as slow may still be the machine. */
const NOISE_MS = 200;

/** At most twice as slow as before, or as afterwards: a machine that others use is not the same all the time. */
export function notSlower(history: History, during: number, before: number, after: number): void {
  const most = 2 * Math.max(before, after) + NOISE_MS;
  history.add({ what: 'measured', thing: 'the others’ 99th percentile', value: during, most, unit: 'ms' });
}
