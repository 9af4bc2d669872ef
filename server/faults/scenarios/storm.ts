import type { Scenario } from '../scenario.ts';
import { until } from '../processes.ts';
import type { World } from '../world.ts';
import { progress } from '../writers.ts';

/** So many commands are done and their answers lost, before each restart. */
const UNHEARD = 3;

/** Everybody writes at once on one document, and the server restarts three times in the middle of it: what is sent again is done once, in one order for all. */
export const storm: Scenario = {
  name: 'storm',
  planted: { plants: ['forget what was done'], finds: /^(refused and done|half done|done twice)/ },
  async run({ open, long, broken }) {
    const world = await open({ servers: 1, proxied: true });
    const [people, each] = long ? [200, 50] : broken ? [20, 10] : [60, 10];
    const deal = await world.issue('quote');
    const views = { owner: await world.snapshot('owner', deal), client: await world.snapshot('client', deal) };
    // A few draw what they hear; the others keep to its sequence.
    const screens = await Promise.all(
      Array.from({ length: people }, (_, i) => {
        const side = i % 2 === 0 ? 'owner' : 'client';
        return world.open(side, deal, { view: views[side], draws: i < 6 });
      }),
    );
    for (let i = 1; i <= each; i += 1) for (const screen of screens) screen.say(`${screen.who}: ${i}`);
    const server = world.server();
    const stop = async () => {
      // Nobody can be told anything through a line that is held back.
      world.history.add({ what: 'stopped', server: server.name, ...(await server.stop()), untold: [] });
    };
    const restarts = [server.kill, stop, server.kill];
    for (const end of broken ? restarts.slice(0, 1) : restarts) {
      await progress(world, Math.floor((people * each) / 5), long ? 300_000 : 60_000);
      // What is done in the last moment is told to nobody: all of that is sent again.
      world.proxies[0]?.mute();
      await until('more is done than was heard of', 30_000, () => isAhead(world));
      await end();
      // Otherwise what was held back would be handed on after all.
      world.proxies[0]?.cut();
      world.proxies[0]?.resume();
      await world.server().start();
    }
    await world.settle({ ms: long ? 600_000 : 90_000 });
    return `${people} × ${each} messages`;
  },
};

/** Whether more is in the database than anybody has heard of. What was heard is counted last: some of it was on its way. */
async function isAhead(world: World): Promise<boolean> {
  const [row] = await world.query<{ n: number }>('select count(*)::int as n from messages');
  return (row?.n ?? 0) >= world.history.count('acknowledged') + UNHEARD;
}
