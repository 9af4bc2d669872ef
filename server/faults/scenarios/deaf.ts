import { setTimeout as delay } from 'node:timers/promises';
import { PROTOCOL } from '../../../shared/protocol.ts';
import { createMeter, notSlower } from '../meter.ts';
import { until } from '../processes.ts';
import { enter, openRaw, type Raw } from '../raw.ts';
import type { Scenario } from '../scenario.ts';
import type { World } from '../world.ts';

/** More than this the server's memory may not grow by what nobody reads: by what is pushed to all, and then by what some ask for. */
const PUSHED_MB = 150;
const ASKED_MB = 300;
/** A message nearly as long as may be, and how many make up the deal: what one answer to a join weighs. */
const LONG_TEXT = 'All of this is written to people who do not read. '.repeat(190);
const MESSAGES = 50;
/** They say that they are there, as a page does when it is asked. */
const ALIVE_MS = 5000;
/** How many ask for everything again and again, and how often. */
const ASKING = 60;
const ASKS = 48;
/** When nothing has been added for so long, nothing will. */
const SETTLED_MS = 3000;

/** Five hundred sockets on a busy deal, none of which reads anything: those who read are not slowed down, and memory stays bounded. */
export const deaf: Scenario = {
  name: 'deaf',
  alone: 'sound',
  planted: { plants: ['keep for whoever does not read'], finds: /^memory that is held/ },
  async run({ open, long, broken }) {
    const world = await open({ servers: 1 });
    const [busy, ours] = await Promise.all([world.issue('quote'), world.issue('quote')]);
    const writer = await world.open('owner', busy, { draws: false });
    for (let i = 1; i <= MESSAGES; i += 1) writer.say(`${i} ${LONG_TEXT}`);
    await until('the deal is filled', 30_000, () => writer.unanswered === 0);
    const [owner, client] = await Promise.all([world.open('owner', ours), world.open('client', ours)]);
    const meter = createMeter(owner, client);
    const quiet = long ? 10_000 : 2000;
    const before = broken ? 0 : await meter.measure(quiet);

    const empty = world.server().memory();
    const measured = (thing: string, value: number, most: number) =>
      world.history.add({ what: 'measured', thing, value, most, unit: 'MB' });
    const raws = await deafSockets(world.server().port, busy, broken ? ASKING : 500);
    world.history.add({ what: 'fault', of: `${raws.length} sockets do not read any more` });
    const alive = setInterval(() => raws.forEach((raw) => raw.text('3')), ALIVE_MS);
    try {
      if (!broken) {
        let written = 0;
        const writing = setInterval(() => void (writer.unanswered === 0 && writer.say(`Nobody reads this: ${(written += 1)}`)), 200);
        const during = await meter.measure(long ? 60_000 : 4000);
        clearInterval(writing);
        notSlower(world.history, during, before, await meter.measure(quiet));
      }
      const pushed = world.server().memory() - empty;
      if (!broken) measured('memory of those who do not read', pushed, PUSHED_MB);
      const asked = await askAgainAndAgain(world, raws.slice(0, ASKING), busy.deal, long ? 10 * ASKS : ASKS);
      measured('memory that is held for who does not read', asked, ASKED_MB);
      return `${raws.length} sockets, ${Math.round(pushed)} MB more, then ${Math.round(asked)}`;
    } finally {
      clearInterval(alive);
      for (const raw of raws) raw.destroy();
    }
  },
};

async function deafSockets(port: number, { token, deal }: { token: string; deal: string }, count: number): Promise<Raw[]> {
  const raws: Raw[] = [];
  while (raws.length < count) {
    const next = await Promise.all(Array.from({ length: Math.min(25, count - raws.length) }, () => openRaw(port)));
    for (const raw of next) {
      await enter(raw, token, deal, Number.MAX_SAFE_INTEGER);
      raw.deafen();
    }
    raws.push(...next);
  }
  return raws;
}

/** Each asks for the whole deal, and never reads the answer. Resolves to how many MB the server's memory has grown at most. */
async function askAgainAndAgain(world: World, raws: readonly Raw[], deal: string, times: number): Promise<number> {
  const before = world.server().memory();
  const ask = `429${JSON.stringify(['join', { protocol: PROTOCOL, stream: `deal:${deal}`, cursor: 0, document: null }])}`;
  let peak = 0;
  let grew = performance.now();
  const look = async () => {
    await delay(150);
    const grown = world.server().memory() - before;
    if (grown > peak) grew = performance.now();
    peak = Math.max(peak, grown);
  };
  for (let i = 0; i < times; i += 1) {
    for (const raw of raws) raw.text(ask);
    await look();
  }
  // A slow machine still has to answer.
  while (performance.now() - grew < SETTLED_MS && peak <= ASKED_MB) await look();
  return peak;
}
