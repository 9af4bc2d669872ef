import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { makeDeals, openPlace, startProgram } from './place.ts';
import { print, rowOf, type Row } from './rows.ts';

const PAIRS = 5;
const SECONDS = 4;
const CONNECTIONS = 20;

/**
 * The client's page in requests a second, beside a bare Koa that sends the same bytes from memory; both in processes of their own, in turn, over
 * connections that are kept. Ours is the whole program as it is started, with its log.
 */
export async function measureFirstView(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'wd-first-view-'));
  const place = await openPlace();
  const program = await place.start({ LOG_LEVEL: 'info' });
  try {
    const [deal] = await makeDeals(program.url, place.databaseUrl, 1);
    const address = `${program.url}/d/${deal?.token}`;
    writeFileSync(join(folder, 'page'), await packed(address));
    const bare = await startProgram(['server/bench/bare-koa.ts'], { BODY: join(folder, 'page') }, /ready at (\S+)/);
    try {
      await load(address, 2);
      await load(bare.url, 2);
      const pairs = [];
      for (let i = 0; i < PAIRS; i += 1) pairs.push({ floor: await load(bare.url, SECONDS), ours: await load(address, SECONDS) });
      return [rowOf('first view, requests a second', '≥ 0.5', pairs)];
    } finally {
      await bare.stop();
    }
  } finally {
    await program.stop();
    await place.remove();
    rmSync(folder, { recursive: true });
  }
}

/** Answers a second; each must be the page. */
async function load(url: string, duration: number): Promise<number> {
  const result = await autocannon({ url, connections: CONNECTIONS, duration, headers: { 'accept-encoding': 'br' } });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed at ${url}`);
  return result.requests.average;
}

/** The bytes of the page as a browser gets them, once it is kept. */
async function packed(address: string): Promise<Buffer> {
  await (await fetch(address)).text();
  return new Promise((resolve, reject) => {
    request(address, { headers: { 'accept-encoding': 'br' } }, (response) => {
      if (response.headers['content-encoding'] !== 'br') reject(new Error('the page is not packed'));
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks)));
    })
      .on('error', reject)
      .end();
  });
}

if (import.meta.main) print(await measureFirstView());
