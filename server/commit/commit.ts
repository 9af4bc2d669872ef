import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { COMPANY_FILES_MAX } from '../../shared/files.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Inputs, Name } from '../commands/index.ts';
import type { Acting, Facts, NewBlob, Result } from '../commands/scope.ts';
import { allOf, databaseCode, isAway, query, type Em } from '../db.ts';
import { leaveDeliveries } from '../deliveries.ts';
import { append, type Logged } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Job } from '../model/jobs.ts';
import { ANOTHER_RESULT } from '../pg-client.ts';
import type { Target } from '../target.ts';
import { writeAppended } from './appended.ts';
import type { Waiting } from './groups.ts';
import { readRecords, writeRecords, type CommandRecord } from './records.ts';
import { openLinks, readRights, type Authorise } from './rights.ts';
import { createTracked, type Tracked } from './tracked.ts';
import { loadFor, prepare, type Ran, type Ready, type Turn } from './run.ts';

/** Where commands leave work for later. */
export interface Jobs {
  /** Writes the jobs in the transaction of `em`. */
  add(em: Em, jobs: Job[]): Promise<void>;
  /** The transaction is committed: those that are due may begin. */
  begin(jobs: Job[]): void;
}

/** A command whose input has been checked, and whoever waits for it. */
export interface Pending extends Waiting {
  name: Name;
  id: string;
  input: Inputs[Name];
  hash: string;
  acting: Acting;
  facts: Facts;
  target: Target;
  /** Only for seeding the past; null: now. */
  at: Date | null;
  /** It has been put aside once: it waits for whoever holds its deal. */
  aside: boolean;
  done(answer: Answer): void;
  failed(error: unknown): void;
}

export interface Answer {
  /** The deal's sequence after the command, or the company's where there is no deal. */
  seq: number;
  result: Result;
  /** True when the id was known and nothing was changed now. */
  repeated: boolean;
}

export interface CommitParts {
  em: () => Em;
  /** Told after each commit. */
  committed: (events: Logged[]) => void;
  jobs: Jobs;
  /** Milliseconds a message may stay unread before it is mailed. */
  graceMs: number;
  clock: () => Date;
  logger: Logger;
  metrics: Pick<Metrics, 'group'> | null;
}

/** How long a transaction waits for a lock that somebody outside of this process holds. */
const LOCK_TIMEOUT = '5s';
/** After these the same group is tried again as it is: deadlock, serialization, a migration in between. */
const COLLIDED = new Set(['40P01', '40001', ANOTHER_RESULT]);
const ATTEMPTS = 3;

/** One of a group cannot go with the others: it changed something before it was refused, or it is faulty. Nothing of the group is written. */
class Spoiled extends Error {
  readonly item: Pending;
  constructor(item: Pending, cause: unknown) {
    super('one of a group spoils it', { cause });
    this.item = item;
  }
}

interface Committed {
  done: [Pending, Answer][];
  refused: [Pending, unknown][];
  logged: Logged[];
  jobs: Job[];
  aside: Pending[];
}

/**
 * Commits commands together: locks, loads, runs each in memory, writes state and log at once, commits, and answers all. Whatever is the matter
 * with one of them happens to that one alone. Settles each item, except those it answers: their deal is held by somebody outside of this process.
 */
export function createCommitter(parts: CommitParts): (group: Pending[]) => Promise<Pending[]> {
  return async function commit(group: Pending[]): Promise<Pending[]> {
    let rest = group;
    for (let tried = 1; rest.length > 0;) {
      try {
        const work = await transact(parts, rest);
        tell(parts, work);
        // Not before it is committed: until then they may go again with the others.
        for (const item of work.aside) item.aside = true;
        return work.aside;
      } catch (error) {
        if (error instanceof Spoiled) {
          error.item.failed(error.cause);
          rest = rest.filter((item) => item !== error.item);
          continue;
        }
        const code = databaseCode(error);
        const away = code === '55P03' || isAway(error);
        if (!away && rest.length > 1) {
          if (code !== null && COLLIDED.has(code) && tried < ATTEMPTS) {
            await delay(Math.random() * 10 * tried);
            tried += 1;
            continue;
          }
          // One of them is not to the database's taste; halving finds it, and the others are done.
          const half = Math.ceil(rest.length / 2);
          return [...(await commit(rest.slice(0, half))), ...(await commit(rest.slice(half)))];
        }
        for (const item of rest) item.failed(away ? new Refusal('unavailable') : error);
        return [];
      }
    }
    return [];
  };
}

/** After the commit: what is done is done, whoever does not hear of it now reads it in the log. */
function tell({ committed, jobs, metrics, logger }: CommitParts, work: Committed): void {
  try {
    committed(work.logged);
    jobs.begin(work.jobs);
    if (work.done.length > 0) metrics?.group(work.done.length);
  } catch (error) {
    logger.error({ err: error }, 'a commit could not be told');
  }
  for (const [item, answer] of work.done) item.done(answer);
  for (const [item, error] of work.refused) item.failed(error);
}

async function transact(parts: CommitParts, items: Pending[]): Promise<Committed> {
  const em = parts.em();
  await em.begin();
  try {
    const work = await runAll(parts, em, items);
    // What was flushed needs not be looked through once more.
    em.clear();
    await em.commit();
    return work;
  } catch (error) {
    await em.rollback().catch(() => {});
    throw error;
  }
}

async function runAll(parts: CommitParts, em: Em, items: Pending[]): Promise<Committed> {
  const tracked = createTracked(em);
  // In one round trip, one after the other as they are asked, for which none may wait: what is read is as it is under the locks. Deals that are put aside
  // are read in vain.
  const [, { locked, aside }, records, authorise, deals] = await allOf([
    query(em, `set local lock_timeout = '${LOCK_TIMEOUT}'`, []),
    lock(em, items),
    readRecords(em, items),
    readRights(em, items),
    loadFor(em, tracked, items),
  ]);
  const work: Committed = { done: [], refused: [], logged: [], jobs: [], aside };
  const fresh = await answerKnown(em, locked, records, authorise, work);
  if (fresh.length === 0) return work;
  // The clock is read under the lock: what a deal says of its times is in the order of its events.
  const turns = fresh.map((item) => turnOf(parts, item));
  const ready = await prepare(em, tracked, turns, deals);
  const ran = fresh.flatMap((item, i): Done[] => {
    const outcome = runOne(item, ready[i] ?? null, work);
    return outcome === null ? [] : [{ item, ...outcome, at: turns[i]?.now ?? new Date() }];
  });
  if (ran.length > 0) await writeAll(parts, em, tracked, ran, work);
  return work;
}

/** A command that has been run, and is to be written. */
interface Done extends Ran {
  item: Pending;
  at: Date;
}

/** Writes all they did; `append` takes the last lock there is, the company's. */
async function writeAll(parts: CommitParts, em: Em, tracked: Tracked, ran: Done[], work: Committed): Promise<void> {
  const company = ran[0]?.item.company ?? '';
  const outcomes = ran.map(({ outcome }) => outcome);
  await keepBlobs(
    em,
    ran.flatMap(({ outcome, at }) => outcome.blobs.map((blob) => ({ blob, now: at }))),
  );
  // What is new first: what was there may name it from now on.
  await em.flush();
  const asked = outcomes.flatMap((outcome) => outcome.jobs);
  const records = ran.map(({ item, seq, result, at }) => ({ item, answer: { seq, result }, at }));
  const rows = outcomes.flatMap((outcome) => outcome.rows);
  const written = allOf([parts.jobs.add(em, asked), writeRecords(em, records), tracked.write(), writeAppended(em, rows)]);
  const rooms = ran.filter(({ outcome }) => outcome.room !== 0);
  if (rooms.length > 0) await written;
  for (const { item, outcome } of rooms) await takeRoom(em, item, outcome.room);
  // With what is written before, in one round trip.
  const said = outcomes.flatMap((outcome) => outcome.said);
  const [, logged, deliveries] = await allOf([written, append(em, company, said), leaveDeliveries(em, parts.jobs, company, said)]);
  work.logged = logged;
  work.jobs = [...asked, ...deliveries];
  work.done.push(...ran.map(({ item, seq, result }): [Pending, Answer] => [item, { seq, result, repeated: false }]));
}

/**
 * Takes the locks. In a group, a deal that somebody outside holds is put aside: the others do not wait for it. The order of all locks is
 * deals by their id, number counters, the company.
 */
async function lock(em: Em, items: Pending[]): Promise<{ locked: Pending[]; aside: Pending[] }> {
  const [first] = items;
  if (first && items.length === 1 && (first.alone || first.aside)) {
    if ('deal' in first.target) await query(em, 'select 1 from deals where id = $1 for update', [first.target.deal]);
    // Before the right is looked at: of two owners who take it from each other at once, one has it no more.
    if ('company' in first.target) await query(em, 'select 1 from companies where id = $1 for update', [first.target.company]);
    return { locked: items, aside: [] };
  }
  const deals = items.map(({ target }) => ('deal' in target ? target.deal : ''));
  const rows = await query<{ id: string }>(em, 'select id from deals where id = any($1::uuid[]) order by id for update skip locked', [
    deals,
  ]);
  const got = new Set(rows.map((row) => row.id));
  const locked = items.filter((_, i) => got.has(deals[i] ?? ''));
  return { locked, aside: items.filter((item) => !locked.includes(item)) };
}

/** Answers what was done before, and refuses whoever may not; the others are left to be run. */
async function answerKnown(
  em: Em,
  items: Pending[],
  records: Map<Pending, CommandRecord>,
  authorise: Authorise,
  work: Committed,
): Promise<Pending[]> {
  const links = await openLinks(
    em,
    items.filter((item) => records.has(item)),
  );
  return items.filter((item) => {
    try {
      const known = records.get(item);
      if (known && known.hash !== item.hash) throw new Refusal('id_reused');
      authorise(item);
      if (!known) return true;
      if (item.acting.as === 'link' && !links.has(item.acting.link)) throw new Refusal('not_found');
      work.done.push([item, { ...known.answer, repeated: true }]);
    } catch (error) {
      work.refused.push([item, error]);
    }
    return false;
  });
}

function turnOf(parts: CommitParts, item: Pending): Turn {
  const { name, id, acting, facts, input, target, at } = item;
  return {
    sender: { name, id, acting, facts, past: at !== null, graceMs: parts.graceMs },
    input,
    target,
    now: at ?? parts.clock(),
    alone: item.alone,
  };
}

/** Runs one in memory. A refusal that has changed nothing is that one's own affair; anything else spoils what is loaded. */
function runOne(item: Pending, ready: Ready | null, work: Committed): Ran | null {
  try {
    if (ready === null) throw new Refusal('not_found');
    return ready.run();
  } catch (error) {
    if (!(error instanceof Refusal) || (ready !== null && !ready.untouched())) throw new Spoiled(item, error);
    work.refused.push([item, error]);
    return null;
  }
}

async function keepBlobs(em: Em, blobs: { blob: NewBlob; now: Date }[]): Promise<void> {
  for (const { blob, now } of blobs) {
    await em.execute('insert into blobs (sha256, media_type, size, bytes, created_at) values (?, ?, ?, ?, ?) on conflict do nothing', [
      blob.sha256,
      blob.mediaType,
      blob.bytes.byteLength,
      Buffer.from(blob.bytes),
      now,
    ]);
  }
}

/** The company's room for files, kept exactly: its row is the last lock there is, and is taken for the log anyway. */
async function takeRoom(em: Em, item: Pending, bytes: number): Promise<void> {
  const [row] = await em.execute<{ file_bytes: string }[]>(
    'update companies set file_bytes = file_bytes + ? where id = ? and (? < 0 or file_bytes + ? <= ?) returning file_bytes',
    [bytes, item.company, bytes, bytes, COMPANY_FILES_MAX],
  );
  if (!row) throw new Spoiled(item, new Refusal('company_full', { data: { limit: COMPANY_FILES_MAX } }));
}
