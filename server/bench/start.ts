import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOn } from './durable.ts';
import { makeDeals, openPlace, OWNER, startProgram, type BenchDeal, type Program } from './place.ts';
import { print, rowOf, type Row } from './rows.ts';
import { openWire } from './wire.ts';

const ROUNDS = 5;
const READY = /webdocument is ready[^]*?(http:\/\/127\.0\.0\.1:\d+)/;

/** From the start of the process on a database that is there until the first command is committed and pushed, in seconds. */
export async function measureStart(): Promise<Row[]> {
  const place = await openPlace();
  const folder = mkdtempSync(join(tmpdir(), 'wd-start-'));
  try {
    const first = await place.start();
    const [made] = await makeDeals(first.url, place.databaseUrl, 1);
    await first.stop();
    if (!made) throw new Error('a deal is needed');
    const onPostgres: number[] = [];
    for (let i = 0; i < ROUNDS; i += 1) onPostgres.push(await once(() => place.start(), made));
    const settings = { DATA_DIR: folder, LOG_LEVEL: 'warn', DEMO: '0', OWNER_EMAIL: OWNER.email, OWNER_PASSWORD: OWNER.password };
    const embedded = () => startProgram(['server/main.ts'], settings, READY);
    const filled = await embedded();
    const [kept] = await makeDeals(filled.url, { dataDir: folder }, 1);
    await filled.stop();
    if (!kept) throw new Error('a deal is needed');
    const onEmbedded: number[] = [];
    for (let i = 0; i < ROUNDS; i += 1) onEmbedded.push(await once(embedded, kept));
    return [
      rowOf(
        'start until the first command is pushed, s / 1.5 (PostgreSQL)',
        '≤ 1.0',
        onPostgres.map((ours) => ({ floor: 1.5, ours })),
      ),
      rowOf(
        'start until the first command is pushed, s / 5 (embedded)',
        '≤ 1.0',
        onEmbedded.map((ours) => ({ floor: 5, ours })),
      ),
    ];
  } finally {
    await place.remove();
    rmSync(folder, { recursive: true });
  }
}

async function once(start: () => Promise<Program>, made: BenchDeal): Promise<number> {
  const started = performance.now();
  const program = await start();
  const wire = await openWire(program.url, { link: made.token });
  const joined = await wire.join(`deal:${made.deal}`, 0);
  if (!joined.ok) throw new Error(`could not join: ${joined.refusal.code}`);
  const pushed = new Promise<void>((resolve) => (wire.onBatch = () => resolve()));
  const answer = await wire.command('postMessage', { ...messageOn(made, 'Hello'), name: 'Anne' });
  if (!answer.ok) throw new Error(`refused: ${answer.refusal.code}`);
  await pushed;
  const seconds = (performance.now() - started) / 1000;
  wire.close();
  await program.stop();
  return seconds;
}

if (import.meta.main) print(await measureStart());
