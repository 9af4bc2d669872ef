import { setTimeout as delay } from 'node:timers/promises';
import { makeDeals, openPlace, startProgram, type BenchDeal, type Program } from './place.ts';
import { print, rowOf, type Row } from './rows.ts';
import { openWire, type Wire } from './wire.ts';
import { messageOn } from './durable.ts';

const PAIRS = 5;
const SOCKETS = 4000;
const ROOM = 1000;
const SAID = 20;

/** Opens many a few at a time, as a balancer would let them in. */
export async function openMany(count: number, open: (n: number) => Promise<Wire>): Promise<Wire[]> {
  const wires: Wire[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (next < count) {
        const n = next;
        next += 1;
        wires.push(await open(n));
      }
    }),
  );
  return wires;
}

export async function closeAll(wires: Wire[]): Promise<void> {
  for (const wire of wires) wire.close();
  await Promise.all(wires.map((wire) => wire.closed));
}

/** Bytes a process holds more for each socket that is connected, joined and allowed to be there. */
async function bytesEach(program: Program, open: (n: number) => Promise<Wire>): Promise<number> {
  const settle = async () => {
    program.child.kill('SIGUSR2');
    await delay(1500);
    return program.memory();
  };
  const before = await settle();
  const wires = await openMany(SOCKETS, open);
  const after = await settle();
  await closeAll(wires);
  return (after - before) / SOCKETS;
}

/** Until the last of a full room has what one of them said, in milliseconds; the median of several. */
async function lastReceiver(wires: Wire[], say: (n: number) => Promise<unknown>): Promise<number> {
  const delays: number[] = [];
  for (let n = 0; n < SAID; n += 1) {
    let left = wires.length;
    const started = performance.now();
    const all = new Promise<void>((resolve) => {
      for (const wire of wires)
        wire.onFrame = (text) => {
          // Presence and the like are not what is waited for.
          if (text.startsWith('42["batch"') && (left -= 1) === 0) resolve();
        };
    });
    await say(n);
    await all;
    delays.push(performance.now() - started);
  }
  return delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)] ?? 0;
}

const joined = async (program: Program, deal: BenchDeal): Promise<Wire> => {
  const wire = await openWire(program.url, { link: deal.token });
  const answer = await wire.join(`deal:${deal.deal}`, 0);
  if (!answer.ok) throw new Error(`could not join: ${answer.refusal.code}`);
  return wire;
};

const bareJoined = async (program: Program, room: string): Promise<Wire> => {
  const wire = await openWire(program.url, {});
  await wire.ask('join', { room });
  return wire;
};

/** Memory of a socket, and one full room, beside bare Socket.IO. */
export async function measureSockets(): Promise<Row[]> {
  const memory: { floor: number; ours: number }[] = [];
  const room: { floor: number; ours: number }[] = [];
  const place = await openPlace();
  try {
    const first = await place.start();
    const deals = await makeDeals(first.url, place.databaseUrl, 40);
    await first.stop();
    const [crowded] = deals;
    if (!crowded) throw new Error('a deal is needed');
    for (let i = 0; i < PAIRS; i += 1) {
      // A fresh process each time: memory once taken is not given back.
      const bare = await startProgram(
        ['--expose-gc', '--import', './server/bench/collect.ts', 'server/bench/bare-sockets.ts'],
        {},
        /ready at (\S+)/,
      );
      const program = await place.start({}, ['--expose-gc', '--import', './server/bench/collect.ts']);
      const dealOf = (n: number) => deals[n % deals.length] ?? crowded;
      const floor = await bytesEach(bare, (n) => bareJoined(bare, `deal ${n % deals.length}`));
      const ours = await bytesEach(program, (n) => joined(program, dealOf(n)));
      memory.push({ floor, ours });
      const many = await openMany(ROOM, () => bareJoined(bare, 'full'));
      const event = { stream: 'deal', from: 0, to: 1, events: [{ type: 'message.posted', data: 'x'.repeat(500) }] };
      const bareDelay = await lastReceiver(many, () => Promise.resolve(void many[0]?.ask('say', { room: 'full', data: event })));
      await closeAll(many);
      const crowd = await openMany(ROOM, () => joined(program, crowded));
      const speaker = crowd[0];
      // From the commit on: what a command takes by itself is measured on another deal, and taken off.
      const ourDelay = await lastReceiver(crowd, () => Promise.resolve(void speaker?.command('postMessage', messageOn(crowded, 'Hello'))));
      const alone = await soleDelay(program, dealOf(1));
      room.push({ floor: bareDelay, ours: Math.max(0.1, ourDelay - alone) });
      await closeAll(crowd);
      await bare.stop();
      await program.stop();
    }
  } finally {
    await place.remove();
  }
  return [
    rowOf('memory of a connected, joined, authorised socket, bytes', '≤ 1.5', memory),
    rowOf('room of 1,000: last receiver after the commit, ms', '≤ 1.3', room),
  ];
}

/** What a message takes where nobody else is in the room. */
async function soleDelay(program: Program, deal: BenchDeal): Promise<number> {
  const wire = await openWire(program.url, { link: deal.token });
  const delays: number[] = [];
  for (let n = 0; n < SAID; n += 1) {
    const started = performance.now();
    await wire.command('postMessage', messageOn(deal, 'Hello'));
    delays.push(performance.now() - started);
  }
  wire.close();
  return delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)] ?? 0;
}

if (import.meta.main) print(await measureSockets());
