import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { makeDeals, openPlace, signIn, type BenchDeal, type Program } from './place.ts';
import { makePlain, pgbenchRate, plainRate } from './plain.ts';
import { print, rowOf, type Row } from './rows.ts';
import { openWire, type Wire } from './wire.ts';

const PAIRS = 5;
const SECONDS = 4;
const DEALS = 200;

/** A client and the owner on each deal, both on the deal's stream. */
export async function openDeals(program: Program, deals: BenchDeal[]): Promise<{ clients: Wire[]; owners: Wire[] }> {
  const cookie = await signIn(program.url);
  const open = async (made: BenchDeal, auth: Record<string, unknown>, options: { cookie?: string }) => {
    const wire = await openWire(program.url, auth, options);
    const joined = await wire.join(`deal:${made.deal}`, 0);
    if (!joined.ok) throw new Error(`could not join: ${joined.refusal.code}`);
    return wire;
  };
  const clients: Wire[] = [];
  const owners: Wire[] = [];
  for (const made of deals) {
    clients.push(await open(made, { link: made.token }, {}));
    owners.push(await open(made, {}, { cookie }));
  }
  return { clients, owners };
}

export const messageOn = (made: BenchDeal, text: string) => ({
  document: made.document,
  text,
  notify: false,
  name: null,
  files: [],
  proposal: null,
  readUpTo: 0,
});

/** Messages a second, and CPU of the server's process for each, in microseconds; every sender waits for its answer. */
async function commandRate(program: Program, deals: BenchDeal[], clients: Wire[], seconds: number): Promise<{ rate: number; cpu: number }> {
  const started = performance.now();
  const end = started + seconds * 1000;
  const cpu = program.cpu();
  let done = 0;
  await Promise.all(
    deals.map(async (made, i) => {
      while (performance.now() < end) {
        const answer = await clients[i]?.command('postMessage', messageOn(made, 'Hello there'));
        if (!answer?.ok) throw new Error(`refused: ${answer?.refusal.code}`);
        done += 1;
      }
    }),
  );
  return { rate: done / ((performance.now() - started) / 1000), cpu: ((program.cpu() - cpu) * 1000) / done };
}

/** Durable commands of 200 senders on 200 deals, beside plain transactions and `pgbench`. */
export async function measureDurable(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wd-durable-'));
  const place = await openPlace();
  const program = await place.start();
  const pool = new pg.Pool({ connectionString: place.databaseUrl, max: 16 });
  try {
    const deals = await makeDeals(program.url, place.databaseUrl, DEALS);
    const { clients, owners } = await openDeals(program, deals);
    let received = 0;
    for (const wire of owners) wire.onFrame = () => void (received += 1);
    await makePlain(pool, DEALS);
    await commandRate(program, deals, clients, SECONDS);
    const rates: { floor: number; ours: number }[] = [];
    const tool: { floor: number; ours: number }[] = [];
    const cpus: { floor: number; ours: number }[] = [];
    for (let i = 0; i < PAIRS; i += 1) {
      const floor = await plainRate(pool, DEALS, SECONDS);
      const ours = await commandRate(program, deals, clients, SECONDS);
      const pgbench = await pgbenchRate(place.databaseUrl, folder, SECONDS);
      rates.push({ floor, ours: ours.rate });
      if (pgbench !== null) tool.push({ floor: pgbench, ours: ours.rate });
      cpus.push({ floor: 80, ours: ours.cpu });
    }
    if (received === 0) throw new Error('the owners have heard nothing');
    for (const wire of [...clients, ...owners]) wire.close();
    return [
      rowOf('durable commands a second / plain transactions, 16 connections', '≥ 3.0', rates),
      ...(tool.length > 0 ? [rowOf('durable commands a second / pgbench, 32 clients', '≥ 0.5', tool)] : []),
      rowOf('CPU of the server for a durable command, µs / 80', '≤ 1.0', cpus),
    ];
  } finally {
    await pool.end();
    await program.stop();
    await place.remove();
    rmSync(folder, { recursive: true });
  }
}

if (import.meta.main) print(await measureDurable());
