import type { Logger } from 'pino';
import type { Em } from '../db.ts';
import { DeliverySchema, MailSchema } from '../entities/index.ts';
import type { Keep } from '../env.ts';
import type { Execute, Jobs } from '../execute.ts';
import type { Metrics } from '../metrics.ts';
import type { Job, JobData } from '../model/jobs.ts';
import type { JobQueues } from '../outside/jobs.ts';
import type { FileStorage } from '../outside/storage.ts';
import { dropWaiting } from '../uploads.ts';
import { recordEnd } from './mail-end.ts';

export interface TidyParts {
  em: () => Em;
  execute: Execute;
  queues: Pick<JobQueues, 'has'>;
  jobs: Jobs;
  storage: FileStorage;
  keep: Keep;
  metrics: Pick<Metrics, 'mail'>;
  logger: Logger;
}

/** When it runs, in UTC: at night, and not when everybody else's jobs do. */
export const TIDY_AT = '17 3 * * *';
/** Every hour: bytes without a name stand outside every quota. */
export const TIDY_BYTES_AT = '47 * * * *';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** An upload for a message that was never sent. */
const WAITING = DAY;
/** Bytes that no file names; those of an upload are there a moment before its row. */
const UNNAMED = HOUR;
/** A mail, or a delivery to an endpoint, that has no job any more. */
const FORGOTTEN = HOUR;
/** What an upload that was killed has left. */
const LEFT_OVER = DAY;

/**
 * Takes away what nobody needs any more. What a file names stays, whatever happens at the same time. So do documents, decisions with their
 * evidence, payments and what was written to clients, which the law wants for years: of those nothing ever goes by itself.
 */
export async function tidy(parts: TidyParts, now: Date): Promise<void> {
  const { em, storage, keep, logger } = parts;
  const before = (age: number) => new Date(now.getTime() - age);
  const waiting = await dropOld(em, before(WAITING));
  await tidyBytes(parts, now);
  await sweepLeftOver({ storage, logger }, now);
  await forgetHistory(em, before(keep.historyDays * DAY));
  if (keep.visitDetailsDays > 0) await forgetVisitors(em, before(keep.visitDetailsDays * DAY));
  await em().execute('update mails set sealed = null where ended_at is not null and sealed is not null');
  const forgotten = await failForgotten(parts, before(FORGOTTEN));
  await remember(parts, before(FORGOTTEN));
  logger.info({ waiting, forgotten }, 'tidied up');
}

/** Commands that may be sent again, who was signed in, who was asked to join and did not, and what endpoints were told. */
async function forgetHistory(em: () => Em, before: Date): Promise<void> {
  await em().execute('delete from command_records where at < ?', [before]);
  await em().execute('delete from sessions where ended_at < ? or expires_at < ?', [before, before]);
  await em().execute('delete from joins where ended_at < ? or expires_at < ?', [before, before]);
  await em().execute("delete from deliveries where created_at < ? and state <> 'waiting'", [before]);
}

/** That somebody looked, and when, stays; from where and with what goes. */
async function forgetVisitors(em: () => Em, before: Date): Promise<void> {
  await em().execute('update visits set ip = null, user_agent = null where at < ? and (ip is not null or user_agent is not null)', [
    before,
  ]);
}

/** Takes away bytes that no file names: of uploads that were refused at the last moment, or given up. */
export async function tidyBytes({ em, storage, logger }: Pick<TidyParts, 'em' | 'storage' | 'logger'>, now: Date): Promise<void> {
  const unnamed = await removeUnnamed(em, storage, new Date(now.getTime() - UNNAMED));
  logger.info({ unnamed }, 'bytes without a name are tidied up');
}

/** Mails that wait for a job that is no more, since its process died in the last try: the owner must know that they did not go out. */
async function failForgotten({ em, execute, queues, metrics }: TidyParts, before: Date): Promise<number> {
  const waiting = await em().find(MailSchema, { state: 'waiting', createdAt: { $lt: before } });
  let gone = 0;
  for (const mail of waiting) {
    if (await queues.has('letter', { mail: mail.id } satisfies JobData['letter'])) continue;
    await recordEnd(execute, mail, { state: 'failed', cause: 'unsent', detail: null }, 'tidy');
    metrics.mail('unsent');
    gone += 1;
  }
  return gone;
}

/** Deliveries that wait for a job that is no more get another one. */
async function remember({ em, queues, jobs }: TidyParts, before: Date): Promise<void> {
  const waiting = await em().find(DeliverySchema, { state: 'waiting', nextAt: { $lt: before } });
  for (const { id: delivery, webhook, attempts } of waiting) {
    if (await queues.has('webhook', { delivery })) continue;
    const job: Job = { name: 'webhook', data: { webhook, delivery, attempt: attempts }, after: null };
    await em().transactional((tx) => jobs.add(tx as Em, [job]));
  }
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
