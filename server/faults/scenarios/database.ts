import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import { answersAgain, progress, talk } from '../writers.ts';

/** From PostgreSQL's first answer to the first command that is done. */
const BACK_MS = 5000;

/** PostgreSQL is stopped in immediate mode, as by a power cut, and comes back: what was acknowledged is there, and servers go on by themselves. */
export const database: Scenario = {
  name: 'database',
  alone: 'always',
  planted: { plants: ['commit without waiting for the disk'], finds: /^acknowledged and lost/ },
  async run({ open, random, long, broken, ground }) {
    const world = await open({ servers: broken ? 1 : 2 });
    const deals = [await world.issue('quote'), await world.issue('quote')] as const;
    const writers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        world.open(i % 2 === 0 ? 'owner' : 'client', deals, { nth: i >> 1, on: i % world.servers.length }),
      ),
    );
    const busy = writers.map((writer) => talk(writer, random.between(20, 60)));
    const times = long ? 20 : broken ? 1 : 2;
    for (let i = 0; i < times; i += 1) {
      await progress(world, 20);
      await delay(random.between(0, 700));
      world.history.add({ what: 'fault', of: 'PostgreSQL is stopped at once' });
      await ground.cluster.stopNow();
      await delay(random.between(100, 1500));
      await ground.cluster.start();
      world.history.add({ what: 'fault', of: 'PostgreSQL is there' });
      for (const ms of await Promise.all(world.servers.map((_, on) => answersAgain(world, deals[0], on, BACK_MS * 2))))
        world.history.add({ what: 'measured', thing: 'back after PostgreSQL is', value: ms, most: BACK_MS, unit: 'ms' });
    }
    await progress(world, 20);
    for (const one of busy) one.stop();
    await Promise.all(busy.map((one) => one.done));
    return `${times} times`;
  },
};
