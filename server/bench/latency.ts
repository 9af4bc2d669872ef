import pg from 'pg';
import type { Batch } from '../../shared/protocol.ts';
import { messageOn, openDeals } from './durable.ts';
import { makeDeals, openPlace, startProgram } from './place.ts';
import { makePlain } from './plain.ts';
import { print, quantile, rowOf, type Row } from './rows.ts';
import { openWire, type Wire } from './wire.ts';

const PAIRS = 5;
const SECONDS = 5;
const DEALS = 200;
const PER_SECOND = 500;

interface Pair {
  send(deal: number, text: string): Promise<unknown>;
  other: Wire[];
}

/**
 * From sending to the other side's screen, in milliseconds. Open loop: the next is sent when its time has come, whether or not the last one has arrived, and
 * is counted from that time on: a server that stands still for a moment pays for all that should have been sent meanwhile.
 */
async function delays({ send, other }: Pair, round: string): Promise<number[]> {
  const due = new Map<string, number>();
  const found: number[] = [];
  for (const wire of other)
    wire.onBatch = (batch: Batch) => {
      for (const event of batch.events) {
        const text = textOf(event);
        const at = due.get(text);
        if (at === undefined) continue;
        due.delete(text);
        found.push(performance.now() - at);
      }
    };
  const count = PER_SECOND * SECONDS;
  const started = performance.now();
  const sent: Promise<unknown>[] = [];
  for (let i = 0; i < count; i += 1) {
    const at = started + (i * 1000) / PER_SECOND;
    const wait = at - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const text = `${round} ${i}`;
    // A timer is no finer than a millisecond: what goes before its time counts from when it goes.
    due.set(text, Math.min(at, performance.now()));
    sent.push(send(i % DEALS, text));
  }
  await Promise.all(sent);
  const end = performance.now() + 10_000;
  while (due.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  if (due.size > 0) throw new Error(`${due.size} of ${count} never arrived`);
  return found;
}

function textOf(event: unknown): string {
  const { text, data } = event as { text?: string; data?: { message?: { text?: string } } };
  return text ?? data?.message?.text ?? '';
}

/** What the other side waits for, beside the plain transaction behind bare Socket.IO. */
export async function measureLatency(): Promise<Row[]> {
  const place = await openPlace();
  const program = await place.start();
  const pool = new pg.Pool({ connectionString: place.databaseUrl });
  const bare = await startProgram(['server/bench/bare-sockets.ts'], { DATABASE_URL: place.databaseUrl }, /ready at (\S+)/);
  try {
    const deals = await makeDeals(program.url, place.databaseUrl, DEALS);
    const { clients, owners } = await openDeals(program, deals);
    await makePlain(pool, DEALS);
    const senders: Wire[] = [];
    const readers: Wire[] = [];
    for (let deal = 0; deal < DEALS; deal += 1) {
      for (const list of [senders, readers]) {
        const wire = await openWire(bare.url, {});
        await wire.ask('join', { room: `deal ${deal}` });
        list.push(wire);
      }
    }
    const ours: Pair = {
      async send(deal, text) {
        const made = deals[deal];
        const answer = made && (await clients[deal]?.command('postMessage', messageOn(made, text)));
        if (!answer?.ok) throw new Error(`refused: ${answer?.refusal.code}`);
      },
      other: owners,
    };
    const floor: Pair = {
      send: (deal, text) => senders[deal]?.ask('message', { deal, text }) ?? Promise.reject(new Error('no sender')),
      other: readers,
    };
    await delays(floor, 'warm');
    await delays(ours, 'warm');
    const middle: { floor: number; ours: number }[] = [];
    const worst: { floor: number; ours: number }[] = [];
    for (let i = 0; i < PAIRS; i += 1) {
      const f = await delays(floor, `f${i}`);
      const o = await delays(ours, `o${i}`);
      middle.push({ floor: quantile(f, 0.5), ours: quantile(o, 0.5) });
      worst.push({ floor: quantile(f, 0.99), ours: quantile(o, 0.99) });
    }
    for (const wire of [...clients, ...owners, ...senders, ...readers]) wire.close();
    return [
      rowOf('send → other side, ms, p50, 500/s open loop', '≤ 1.5', middle),
      rowOf('send → other side, ms, p99, 500/s open loop', '≤ 1.0', worst),
    ];
  } finally {
    await bare.stop();
    await pool.end();
    await program.stop();
    await place.remove();
  }
}

if (import.meta.main) print(await measureLatency());
