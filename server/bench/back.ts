import { setTimeout as delay } from 'node:timers/promises';
import { messageOn, openDeals } from './durable.ts';
import { makeDeals, openPlace, signIn, startProgram, type BenchDeal, type Program } from './place.ts';
import { print, rowOf, type Row } from './rows.ts';
import { closeAll } from './sockets.ts';
import { openWire, type Wire } from './wire.ts';

const PAIRS = 5;
const DEALS = 200;
const MISSED = 50;
const BACK = 2000;
const STORM = 10_000;
/** Goals of the storm: seconds, and how far memory may be from where it was. */
const STORM_S = 30;

interface Returning {
  /** Connects and joins where it left off; answers how many events it was given. */
  (n: number): Promise<{ wire: Wire; events: number }>;
}

/** All at once, until the last of them is current; in milliseconds. */
async function allBack(count: number, come: Returning): Promise<{ ms: number; wires: Wire[] }> {
  const started = performance.now();
  const back = await Promise.all(Array.from({ length: count }, (_, n) => come(n)));
  const ms = performance.now() - started;
  const short = back.filter(({ events }) => events < MISSED).length;
  if (short > 0) throw new Error(`${short} of ${count} are not current`);
  return { ms, wires: back.map(({ wire }) => wire) };
}

/** A page of the client, or the owner's, that has missed the last events. */
function ours(program: Program, deals: BenchDeal[], cookie: string, heads: Map<string, number>): Returning {
  return async (n) => {
    const made = deals[n % deals.length];
    if (!made) throw new Error('no deal');
    const cursor = (heads.get(made.deal) ?? 0) - MISSED;
    for (let tried = 1; ; tried += 1) {
      try {
        const wire = await (n % 2 === 0 ? openWire(program.url, { link: made.token }) : openWire(program.url, {}, { cookie }));
        const joined = await wire.join(`deal:${made.deal}`, cursor);
        if (!joined.ok) throw new Error(`could not join: ${joined.refusal.code}`);
        return { wire, events: joined.batch.to - cursor };
      } catch (error) {
        // A page tries again; what counts is when it is there.
        if (tried === 5) throw error;
        await delay(200 * tried);
      }
    }
  };
}

function bare(program: Program, deals: BenchDeal[], heads: Map<string, number>): Returning {
  return async (n) => {
    const deal = deals[n % deals.length]?.deal ?? '';
    const wire = await openWire(program.url, {});
    const cursor = (heads.get(deal) ?? 0) - MISSED;
    const { rows } = await wire.ask<{ rows: unknown[] }>('join', { room: deal, deal, cursor });
    return { wire, events: rows.length };
  };
}

/** Pages that come back after a cut, beside bare Socket.IO that reads the same rows for each; and ten thousand of them. */
export async function measureBack(): Promise<Row[]> {
  const place = await openPlace();
  const program = await place.start({}, ['--expose-gc', '--import', './server/bench/collect.ts']);
  const floor = await startProgram(['server/bench/bare-sockets.ts'], { DATABASE_URL: place.databaseUrl }, /ready at (\S+)/);
  try {
    const deals = await makeDeals(program.url, place.databaseUrl, DEALS);
    const heads = await talk(program, deals);
    const cookie = await signIn(program.url);
    const comeBack = ours(program, deals, cookie, heads);
    const comeBare = bare(floor, deals, heads);
    const pairs: { floor: number; ours: number }[] = [];
    for (let i = 0; i <= PAIRS; i += 1) {
      const f = await allBack(BACK, comeBare);
      await closeAll(f.wires);
      const o = await allBack(BACK, comeBack);
      await closeAll(o.wires);
      // The first round is to get warm.
      if (i > 0) pairs.push({ floor: f.ms, ours: o.ms });
    }
    const before = await memory(program);
    const storm = await allBack(STORM, comeBack);
    await closeAll(storm.wires);
    const after = await memory(program);
    return [
      rowOf('2,000 sockets back, 50 events missed: the last is current, ms', '≤ 1.0', pairs),
      rowOf('10,000 sockets back: the last is current, s / 30', '≤ 1.0', [{ floor: STORM_S, ours: storm.ms / 1000 }]),
      rowOf('memory after the 10,000 have gone, bytes / before', '0.8–1.2', [{ floor: before, ours: after }]),
    ];
  } finally {
    await floor.stop();
    await program.stop();
    await place.remove();
  }
}

/** So that there is something to have missed; answers where each log ends. */
async function talk(program: Program, deals: BenchDeal[]): Promise<Map<string, number>> {
  const { clients, owners } = await openDeals(program, deals);
  const heads = new Map<string, number>();
  await Promise.all(
    deals.map(async (made, i) => {
      for (let n = 0; n < MISSED; n += 1) {
        const answer = await clients[i]?.command('postMessage', messageOn(made, `Message ${n}`));
        if (!answer?.ok) throw new Error('refused');
        heads.set(made.deal, answer.seq);
      }
    }),
  );
  await closeAll([...clients, ...owners]);
  return heads;
}

async function memory(program: Program): Promise<number> {
  program.child.kill('SIGUSR2');
  await delay(3000);
  program.child.kill('SIGUSR2');
  await delay(1000);
  return program.memory();
}

if (import.meta.main) print(await measureBack());
