import type { Logger } from 'pino';
import type { Em } from '../db.ts';
import type { FileStorage } from '../outside/storage.ts';
import { dropWaiting } from '../uploads.ts';

export interface TidyParts {
  em: () => Em;
  storage: FileStorage;
  logger: Logger;
}

/** When it runs, in UTC: at night, and not when everybody else's jobs do. */
export const TIDY_AT = '17 3 * * *';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An upload for a message that was never sent. */
const WAITING = DAY;
/** Bytes that no file names; those of an upload are there a moment before its row. */
const UNNAMED = HOUR;
/** What an upload that was killed has left. */
const LEFT_OVER = DAY;
/** How long a command may be sent again, and who was signed in is remembered. */
const KEPT = 30 * DAY;

/** Takes away what nobody needs any more. What a file names stays, whatever happens at the same time. */
export async function tidy({ em, storage, logger }: TidyParts, now: Date): Promise<void> {
  const before = (age: number) => new Date(now.getTime() - age);
  const waiting = await dropOld(em, before(WAITING));
  const unnamed = await removeUnnamed(em, storage, before(UNNAMED));
  await sweepLeftOver({ storage, logger }, now);
  await em().execute('delete from command_records where at < ?', [before(KEPT)]);
  await em().execute('delete from sessions where ended_at < ? or expires_at < ?', [before(KEPT), before(KEPT)]);
  await em().execute('update mails set sealed = null where ended_at is not null and sealed is not null');
  logger.info({ waiting, unnamed }, 'tidied up');
}

/** What uploads that were killed have left behind. Other processes' uploads may be running. */
export async function sweepLeftOver({ storage, logger }: Pick<TidyParts, 'storage' | 'logger'>, now: Date): Promise<void> {
  await storage
    .sweep(new Date(now.getTime() - LEFT_OVER))
    .catch((error: unknown) => logger.warn({ err: error }, 'the folder of files cannot be tidied up'));
}

async function dropOld(em: () => Em, before: Date): Promise<number> {
  const deals = await em().execute<{ deal_id: string }[]>('select distinct deal_id from files where waiting and at < ?', [before]);
  let gone = 0;
  for (const { deal_id: deal } of deals) gone += await dropWaiting(em(), deal, { before });
  return gone;
}

async function removeUnnamed(em: () => Em, storage: FileStorage, before: Date): Promise<number> {
  let gone = 0;
  for await (const found of storage.list(before)) {
    for (const sha256 of await unnamed(em(), found)) {
      // Asked once more: one that was named meanwhile was put again before, which the storage sees.
      const [still] = await unnamed(em(), [sha256]);
      if (still !== undefined && (await storage.remove(sha256, before))) gone += 1;
    }
  }
  return gone;
}

async function unnamed(em: Em, found: string[]): Promise<string[]> {
  if (found.length === 0) return [];
  const named = await em.execute<{ sha256: string }[]>(
    `select distinct sha256 from files where sha256 in (${found.map(() => '?').join(', ')})`,
    found,
  );
  const names = new Set(named.map((one) => one.sha256));
  return found.filter((sha256) => !names.has(sha256));
}
