import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../processes.ts';
import { Skipped, type Scenario } from '../scenario.ts';
import { progress, talk } from '../writers.ts';

/** After Redis is back, everybody has seen everything within this long. */
const CAUGHT_UP_MS = 5000;

/** Redis is away for a while: writes go on, and whoever is at another server catches up by itself. */
export const redis: Scenario = {
  name: 'redis',
  alone: 'always',
  planted: { plants: ['never look by oneself'], finds: /^everybody has caught up/ },
  async run({ ground, open, random, long, broken }) {
    if (ground.redis === null) throw new Skipped('there is no redis-server here');
    const world = await open({ servers: 2, redis: true });
    const deals = await Promise.all([1, 2].map(() => world.issue('quote')));
    const writers = await Promise.all([0, 1, 2, 3].map((i) => world.open(i % 2 === 0 ? 'owner' : 'client', deals, { nth: i, on: 0 })));
    const readers = await Promise.all([0, 1, 2, 3].map((i) => world.open(i % 2 === 0 ? 'client' : 'owner', deals, { nth: i, on: 1 })));
    const busy = writers.map((writer) => talk(writer, random.between(80, 200)));
    await progress(world, 10);
    world.history.add({ what: 'fault', of: 'Redis is gone' });
    await ground.redis.kill();
    const before = world.history.count('acknowledged');
    await delay(long ? 60_000 : broken ? 2000 : 6000);
    for (const one of busy) one.stop();
    await until('all is answered', 20_000, () => writers.every((writer) => writer.unanswered === 0));
    const written = world.history.count('acknowledged') - before;
    world.history.add({
      what: 'observed',
      thing: 'writes while Redis is gone',
      is: written > 0 ? 'go on' : 'stand still',
      wanted: 'go on',
    });
    await ground.redis.start();
    world.history.add({ what: 'fault', of: 'Redis is there' });
    const began = performance.now();
    const behind = () =>
      readers.some((reader) => writers.some((writer) => writer.deal === reader.deal && writer.cursor() > reader.cursor()));
    await until('everybody has caught up', CAUGHT_UP_MS + 500, () => !behind()).catch(() => null);
    world.history.add({
      what: 'measured',
      thing: 'everybody has caught up after Redis',
      value: performance.now() - began,
      most: CAUGHT_UP_MS,
      unit: 'ms',
    });
    return `${written} written without it`;
  },
};
