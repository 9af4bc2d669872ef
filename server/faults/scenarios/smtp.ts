import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../processes.ts';
import type { Scenario } from '../scenario.ts';
import type { Behaviour } from '../../test/mailbox.ts';
import { giveUpMails, settled } from '../writers.ts';
import type { World } from '../world.ts';

/** How long a server waits for a mail server that hangs; a page has its answer before that. */
const PATIENCE_MS = 5000;
const ANSWER_MS = 4000;
const TROUBLES: readonly Behaviour[] = ['451', '550 recipient', 'hang', 'reset after data', 'close at once'];

/** The mail server says no, not now, nothing at all, or breaks off; and the server is killed right after its yes. */
export const smtp: Scenario = {
  name: 'smtp',
  planted: { plants: ['another mail at each try'], finds: /^a mail went out under Message-ID/ },
  async run({ open, random, broken, long }) {
    const world = await open({ servers: 1, mail: { patienceMs: PATIENCE_MS } });
    const { box } = world;
    if (box === null) throw new Error('no mail server');
    const troubles = random.shuffled(
      broken ? ['reset after data' as const] : long ? Array.from({ length: 8 }, () => TROUBLES).flat() : TROUBLES,
    );
    for (const trouble of troubles) {
      box.plan.push(trouble, trouble);
      world.history.add({ what: 'fault', of: `the mail server: ${trouble}` });
      await decide(world);
    }
    if (!broken) await killedAfterYes(world);
    await hurried(world);
    // What was said to be refused for good is; everything else went out.
    const failed = await world.query<{ cause: string }>(`select cause from mails where state = 'failed'`);
    const wanted = troubles.filter((one) => one === '550 recipient').length * 2;
    const refused = failed.filter(({ cause }) => cause === 'refused').length;
    world.history.add({
      what: 'observed',
      thing: 'mails refused for good',
      is: `${refused} of ${failed.length}`,
      wanted: `${wanted} of ${wanted}`,
    });
    world.history.add({ what: 'mails awaited' });
    return `${box.seen.length} tries, ${box.received.length} mails`;
  },
};

/** A client accepts a quote: a mail to the owner, and one to the client. */
async function decide(world: World): Promise<void> {
  const quote = await world.issue('quote');
  const page = await world.open('client', quote);
  const began = performance.now();
  await settled(
    page.send('acceptDocument', {
      document: quote.id,
      revision: 1,
      name: 'Anne Martin',
      reason: null,
      language: 'en',
      email: null,
      orderNumber: null,
      reserves: [],
      chosen: null,
    }),
  );
  world.history.add({ what: 'measured', thing: 'the answer to a decision', value: performance.now() - began, most: ANSWER_MS, unit: 'ms' });
}

/** The mail server has said 250, and nobody is there any more to write it down. */
async function killedAfterYes(world: World): Promise<void> {
  const { box } = world;
  if (box === null) return;
  // What was tried in vain may wait: the next yes is to one of these mails.
  const { promise: dead, resolve } = Promise.withResolvers<void>();
  box.onAccepted = () => {
    box.onAccepted = null;
    setImmediate(() => void world.server().kill().then(resolve));
  };
  await decide(world);
  await dead;
  await giveUpMails(world);
  await world.server().start();
}

/** Lets what waits for another try be due, until nothing waits. */
async function hurried(world: World): Promise<void> {
  await until('every mail has ended', 60_000, async () => {
    await world.query(`update pgboss.job set start_after = now() where name = 'letter' and state = 'retry'`);
    await delay(100);
    return (await world.query(`select 1 from mails where state = 'waiting' limit 1`)).length === 0;
  });
}
