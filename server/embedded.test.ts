import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbedded } from './embedded.ts';

/** One session behind many connections: none may notice the others. */

const ROUNDS = 20;
/** More than a socket delivers at once: the exchange reaches the server in pieces, and others' come between them. */
const LARGE = 'x'.repeat(1_000_000);
/** Milliseconds; far more than the rounds take. */
const PATIENCE = 20_000;

test('a fault of one connection, outside a transaction, is not another’s', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'wd-embedded-'));
  const embedded = await openEmbedded(dataDir);
  const clients = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const client = new pg.Client({ host: embedded.socketDir, user: 'postgres', database: 'postgres' });
      await client.connect();
      return client;
    }),
  );
  const [faulty, large, ...others] = clients;
  const asked = Promise.all([
    repeat(async () => assert.match(String(await faulty?.query('select nothing($1::text)', [LARGE]).catch(String)), /does not exist/)),
    repeat(async () => assert.equal((await large?.query('select length($1::text)', [LARGE]))?.rows, [{ length: LARGE.length }])),
    ...others.map((client, n) =>
      repeat(async (round) => {
        const { rows } = await client.query<{ sum: number }>('select $1::int + $2::int as sum', [n, round]);
        assert.equal(rows, [{ sum: n + round }]);
      }),
    ),
  ]);
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('somebody waits for ever')), PATIENCE).unref());
  try {
    await Promise.race([asked, late]);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await embedded.close();
    rmSync(dataDir, { recursive: true });
  }
});

async function repeat(work: (round: number) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await work(round);
}

test.run();
