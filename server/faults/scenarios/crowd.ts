import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../processes.ts';
import type { Screen } from '../clients.ts';
import type { Scenario } from '../scenario.ts';
import { post } from '../writers.ts';

/** From the server's start to the last page that has caught up. */
const CAUGHT_UP_MS = 30_000;

/** How pages try again, as they do in life. */
const AS_IN_LIFE = { ack: 8000, check: 4000, connect: 10_000, retry: 250, goodbye: 1500 };

/** Everybody comes back at once, after a server has died under them, and has missed something. */
export const crowd: Scenario = {
  name: 'crowd',
  alone: 'sound',
  planted: { plants: ['say there was nothing'], finds: /never took/ },
  async run({ open, long, broken }) {
    const world = await open({ servers: 2 });
    const count = long ? 10_000 : broken ? 50 : 1000;
    const deals = await Promise.all(Array.from({ length: 10 }, () => world.issue('quote')));
    const views = await Promise.all(deals.map((deal) => world.snapshot('client', deal)));
    const screens: Screen[] = [];
    // A few at a time: here they come as people come.
    for (let i = 0; i < count;) {
      const some = Math.min(100, count - i);
      const next = await Promise.all(
        Array.from({ length: some }, (_, j) => {
          const nth = (i + j) % deals.length;
          const view = views[nth];
          return world.open('client', deals, {
            nth,
            draws: i === 0 && j < 10,
            timing: AS_IN_LIFE,
            ...(view ? { view } : {}),
          });
        }),
      );
      screens.push(...next);
      i += some;
      await until('they are all there', 60_000, () => next.every((screen) => screen.live.state === 'live'));
    }
    const server = world.server();
    await server.kill();
    // What they miss is written at the other one.
    await Promise.all(
      deals.map(async (deal) => {
        for (let n = 1; n <= 3; n += 1) await post(world, deal.id, 1, `Missed: ${n}`);
      }),
    );
    await until('they all know it', 60_000, () => screens.every((screen) => screen.live.state !== 'live'));
    await delay(500);
    await server.start();
    const began = performance.now();
    const heads = new Map(
      (await world.query<{ id: string; seq: string }>('select id, seq from deals')).map(({ id, seq }) => [id, Number(seq)]),
    );
    const behind = () => screens.some((screen) => screen.live.state !== 'live' || screen.cursor() !== heads.get(screen.deal));
    await until('everybody has caught up', 3 * CAUGHT_UP_MS, () => !behind()).catch(() => null);
    const value = performance.now() - began;
    world.history.add({ what: 'measured', thing: 'everybody has caught up after a restart', value, most: CAUGHT_UP_MS, unit: 'ms' });
    return `${count} back in ${(value / 1000).toFixed(1)} s`;
  },
};
