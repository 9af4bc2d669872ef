import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';

/** The floors on PostgreSQL itself: what a message costs there when nothing of ours is around it. */

/** As many rows as ours has, so that the counters are others each time. */
export async function makePlain(client: pg.Pool, deals: number): Promise<void> {
  await client.query(`
    create table plain_deals (id int primary key, seq bigint not null);
    create table plain_messages (id uuid primary key, deal int not null, text text not null, at timestamptz not null default now());
    create table plain_events (deal int not null, seq bigint not null, data jsonb not null, primary key (deal, seq));
  `);
  await client.query('insert into plain_deals select n, 0 from generate_series(0, $1 - 1) n', [deals]);
}

/** One plain transaction a message: the deal counts up, the message and its event are written. Answers the event's sequence. */
export async function plainMessage(pool: pg.Pool, deal: number, text: string): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ seq: string }>({
      name: 'count',
      text: 'update plain_deals set seq = seq + 1 where id = $1 returning seq',
      values: [deal],
    });
    const seq = Number(rows[0]?.seq);
    const id = randomUUID();
    await client.query({
      name: 'message',
      text: 'insert into plain_messages (id, deal, text) values ($1, $2, $3)',
      values: [id, deal, text],
    });
    const data = JSON.stringify({ type: 'message.posted', id, text });
    await client.query({
      name: 'event',
      text: 'insert into plain_events (deal, seq, data) values ($1, $2, $3)',
      values: [deal, seq, data],
    });
    await client.query('commit');
    return seq;
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

/** Messages a second with so many senders, each of which waits for its answer. */
export async function plainRate(pool: pg.Pool, senders: number, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: senders }, async (_, deal) => {
      while (performance.now() < end) {
        await plainMessage(pool, deal, 'Hello there');
        done += 1;
      }
    }),
  );
  return done / ((performance.now() - started) / 1000);
}

/** The same by PostgreSQL's own tool: one statement a message, 32 clients. null where it is not installed. */
export async function pgbenchRate(databaseUrl: string, folder: string, seconds: number): Promise<number | null> {
  const script = join(folder, 'message.sql');
  writeFileSync(script, `insert into plain_messages (id, deal, text) values (gen_random_uuid(), 0, 'Hello there');\n`);
  const child = spawn('pgbench', ['-n', '-c', '32', '-j', '2', '-T', String(seconds), '-f', script, databaseUrl], { stdio: 'pipe' });
  let output = '';
  child.stdout.on('data', (data: Buffer) => void (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => void (output += data.toString()));
  const code = await once(child, 'close').then(
    ([status]) => status as number,
    () => -1,
  );
  if (code !== 0) return null;
  return Number(/tps = ([\d.]+)/.exec(output)?.[1]);
}
