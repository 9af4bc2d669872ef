import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import { issueAgainAndAgain, progress, talk } from '../writers.ts';

/** A server is killed by -9 at random moments, with twenty who write and a program that issues invoices; it starts again unaided. */
export const killed: Scenario = {
  name: 'killed',
  planted: { plants: ['acknowledge before the commit'], finds: /^acknowledged and lost/ },
  async run({ open, random, long, broken }) {
    const world = await open({ servers: 1 });
    const deals = await Promise.all([1, 2, 3, 4].map(() => world.issue('quote')));
    const writers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => world.open(i % 2 === 0 ? 'owner' : 'client', deals, { nth: i })),
    );
    const busy = [...writers.map((writer) => talk(writer, random.between(20, 60))), issueAgainAndAgain(world, 'invoice')];
    const times = long ? 30 : broken ? 1 : 3;
    for (let i = 0; i < times; i += 1) {
      // The planted fault loses what was acknowledged just before.
      await progress(world, broken ? 5 : 20);
      if (!broken) await delay(random.between(0, 700));
      await world.server().kill();
      await world.server().start();
    }
    if (!broken) await progress(world, 20);
    for (const one of busy) one.stop();
    await Promise.all(busy.map((one) => one.done));
    return `${times} times`;
  },
};
