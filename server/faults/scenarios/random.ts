import { setTimeout as delay } from 'node:timers/promises';
import type { Made } from '../../test/doors.ts';
import type { Screen } from '../clients.ts';
import { DEALS, planOf, type Decision, type Fault, type Plan } from '../plan.ts';
import type { Scenario, Stage } from '../scenario.ts';
import type { World } from '../world.ts';
import { issueAgainAndAgain, settled } from '../writers.ts';

/** What a page has on its way at most; the rest of its plan waits. */
const AHEAD = 5;

/** All of it mixed, as the seed says: who writes what and when, what breaks and for how long. */
export const random: Scenario = {
  name: 'random',
  alone: 'always',
  planted: { plants: ['tell an event twice'], finds: /took \d+ twice/ },
  async run(stage) {
    const { open, ms } = stage;
    const plan = planOf(stage.random, ms);
    const world = await open({ servers: 2, redis: true, proxied: true });
    const deals = await Promise.all(Array.from({ length: DEALS }, () => world.issue('quote')));
    const people = await Promise.all(
      plan.people.map(({ side, deal, on }, i) => world.open(side, deals, { nth: deal, on, who: `${side} ${i + 1}` })),
    );
    const began = performance.now();
    const issuing = issueAgainAndAgain(world, 'invoice');
    await Promise.all([
      ...people.map((screen, i) => write(screen, plan, i, began)),
      decideAll(plan.decisions, people, deals, began),
      breakAll(plan.servers, began, (fault) => breakServer(world, fault)),
      breakAll(plan.ground, began, (fault) => breakGround(stage, world, fault)),
      delay(ms),
    ]);
    issuing.stop();
    await issuing.done;
    if (!stage.broken) await world.settle({ ms: 60_000 });
    return `${plan.servers.length + plan.ground.length} faults`;
  },
};

async function reach(at: number, began: number): Promise<void> {
  await delay(Math.max(0, began + at - performance.now()));
}

async function write(screen: Screen, plan: Plan, person: number, began: number): Promise<void> {
  for (const [i, { at, size }] of (plan.people[person]?.writes ?? []).entries()) {
    await reach(at, began);
    while (screen.unanswered >= AHEAD) await delay(20);
    screen.say(`${i + 1} `.padEnd(size, '.'));
  }
}

/** Decides on what is on the client's screen then; the owner opens it again at once. */
async function decideAll(decisions: readonly Decision[], people: readonly Screen[], deals: readonly Made[], began: number): Promise<void> {
  for (const { at, deal, action } of decisions) {
    await reach(at, began);
    const made = deals[deal];
    const of = people.filter((screen) => screen.deal === made?.deal);
    const [client, owner] = [of.find((screen) => screen.side === 'client'), of.find((screen) => screen.side === 'owner')];
    if (made === undefined || client === undefined || owner === undefined) continue;
    const input = { document: made.id, revision: 1, name: 'Anne Martin', reason: null, language: 'en' as const, email: null };
    const accept = { ...input, orderNumber: null, reserves: [], chosen: null };
    const sent =
      action === 'acceptDocument'
        ? client.send(action, accept)
        : action === 'holdQuote'
          ? client.send(action, { ...input, remindOn: null })
          : client.send(action, input);
    const answer = await settled(sent);
    if (answer?.ok && action !== 'holdQuote') await settled(owner.send('reopenDocument', { document: made.id, reason: 'Once more' }));
  }
}

async function breakAll(faults: readonly Fault[], began: number, happen: (fault: Fault) => Promise<void>): Promise<void> {
  for (const fault of faults) {
    await reach(fault.at, began);
    await happen(fault);
  }
}

async function breakServer(world: World, { of, on, ms }: Fault): Promise<void> {
  const [server, proxy] = [world.server(on), world.proxies[on]];
  world.history.add({ what: 'fault', of: `${of}: ${server.name}` });
  switch (of) {
    case 'kill':
      await server.kill();
      return startAgain(server);
    case 'stop':
      await server.stop();
      return startAgain(server);
    case 'freeze':
      server.freeze();
      await delay(ms);
      return server.thaw();
    case 'cut':
      return proxy?.cut();
    case 'stall':
    case 'stall and cut':
      proxy?.stall();
      await delay(ms);
      if (of === 'stall and cut') proxy?.cut();
      return proxy?.resume();
    case 'half open for pages':
      return proxy?.halfOpen('server');
    case 'half open for the server':
      return proxy?.halfOpen('client');
  }
}

/** As a supervisor does: while the database is away a server cannot start, so it is started once more. */
async function startAgain(server: { start(): Promise<void>; running: boolean }): Promise<void> {
  for (let tries = 0; tries < 30; tries += 1) {
    try {
      return await server.start();
    } catch {
      await delay(300);
    }
  }
  throw new Error('a server does not start any more');
}

async function breakGround({ ground }: Stage, world: World, { of, ms }: Fault): Promise<void> {
  world.history.add({ what: 'fault', of: `${of} is gone` });
  if (of === 'redis') {
    await ground.redis?.kill();
    await delay(ms);
    await ground.redis?.start();
  } else {
    await ground.cluster.stopNow();
    await delay(ms);
    await ground.cluster.start();
  }
  world.history.add({ what: 'fault', of: `${of} is there` });
}
