import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import { progress, talk } from '../writers.ts';

/** Pages ask for an answer for this long; then they find out that a connection is dead. */
const NOTICED_MS = 6000;

/** Connections are cut, stalled and half open, and a server's process stands still for a while: each page comes to what a fresh one shows, without gap or duplicate. */
export const cut: Scenario = {
  name: 'cut',
  planted: { plants: ['resume one too late'], finds: /never took/ },
  async run({ open, random, long, broken }) {
    const world = await open({ servers: broken ? 1 : 2, redis: true, proxied: true });
    const deals = await Promise.all([1, 2].map(() => world.issue('quote')));
    const screens = await Promise.all(
      Array.from({ length: 8 }, (_, i) => world.open(i % 2 === 0 ? 'owner' : 'client', deals, { nth: i >> 1, on: (i >> 2) % 2 })),
    );
    const busy = screens.map((screen) => talk(screen, random.between(80, 250)));
    const standStill = long ? 60_000 : NOTICED_MS + 3000;
    const faults: [string, (n: number) => Promise<void>][] = [
      ['every connection is cut', async (n) => world.proxies[n]?.cut()],
      [
        'everything stalls and goes on',
        async (n) => {
          world.proxies[n]?.stall();
          await delay(random.between(500, 2500));
          world.proxies[n]?.resume();
        },
      ],
      [
        'everything stalls and is cut',
        async (n) => {
          world.proxies[n]?.stall();
          await delay(random.between(500, 2500));
          world.proxies[n]?.cut();
          world.proxies[n]?.resume();
        },
      ],
      ['pages are told it is over, the server is not', async (n) => world.proxies[n]?.halfOpen('client')],
      [
        'the server is told it is over, pages are not',
        async (n) => {
          world.proxies[n]?.halfOpen('server');
          await delay(NOTICED_MS);
        },
      ],
      [
        'a process stands still',
        async (n) => {
          world.servers[n]?.freeze();
          await delay(standStill);
          world.servers[n]?.thaw();
        },
      ],
    ];
    const rounds = long ? 5 : 1;
    for (let round = 0; round < rounds; round += 1)
      for (const [of, happen] of broken ? faults.slice(0, 1) : random.shuffled(faults)) {
        await progress(world, 8);
        world.history.add({ what: 'fault', of });
        await happen(random.between(0, world.servers.length - 1));
      }
    await progress(world, 8);
    for (const one of busy) one.stop();
    await Promise.all(busy.map((one) => one.done));
    return `${broken ? 1 : rounds * faults.length} faults`;
  },
};
