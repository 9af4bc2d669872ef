import type { Logger } from 'pino';
import { PgBoss, type WorkOptions } from 'pg-boss';

/** How many jobs of a queue are in a state. `waiting`: due. `later`: not yet. `failed`: given up. */
export interface JobCount {
  queue: string;
  state: 'waiting' | 'later' | 'active' | 'failed';
  count: number;
}

/** Where the jobs are: a PostgreSQL by its URL, or one on a Unix socket. */
export type JobsPlace = { connectionString: string } | { host: string; port: number; user: string; database: string };

/** Times after which a job that failed is tried again, in seconds: doubling from the first to the last. */
export interface Retries {
  first: number;
  last: number;
  /** How often; then the job has failed for good. */
  times: number;
}

export interface QueueOptions {
  name: string;
  retries: Retries;
  /** How many of this queue run at the same time in this process. */
  width: number;
  /** One of a group at a time: a receiver that is slow holds up no other. */
  inTurn?: boolean;
  /** What a job is about: while one waits, others about the same are not taken. */
  once?: (data: object) => string;
}

/** One run of a job. `last`: there will be no other try. */
export interface Run {
  data: unknown;
  last: boolean;
}

/** `after`: not before; null: at once. `group`: whose turn it takes, in a queue that works `inTurn`. */
export interface NewJob {
  data: object;
  after: Date | null;
  group?: string | null;
}

export interface JobQueues {
  /** Writes jobs inside the caller's transaction, of which `query` is one statement with `$1` …. */
  insert(query: (sql: string, values: unknown[]) => Promise<object[]>, queue: string, jobs: NewJob[]): Promise<void>;
  /** Runs what comes in; a handler that throws has failed and is tried again. */
  work(queue: QueueOptions, handler: (run: Run) => Promise<void>): Promise<void>;
  /** Runs at times of day or hour, in UTC; over all processes once each. */
  regularly(name: string, cron: string, handler: () => Promise<void>): Promise<void>;
  /** Whether a job with such data is still to run, or runs now. */
  has(queue: string, data: object): Promise<boolean>;
  /** The jobs that have not come to a good end, over all processes; of a queue and state named twice, the last one counts. */
  count(): Promise<JobCount[]>;
  /** There is something new in a queue: no need to wait for the next look. */
  nudge(queue: string): void;
  /** Takes nothing new and waits for what runs. */
  stop(): Promise<void>;
}

/** How often each queue is looked at without being told, in seconds. */
const POLL_S = 2;
/** A job whose process has died is taken up again after this many seconds at most. */
const EXPIRE_S = 120;
/** How often jobs are looked for whose process has died, in seconds. */
const SUPERVISE_S = 15;
/** How long a job may wait to be run before it is thrown away, counted from when it is due; a server may be off for a while. */
const KEEP_S = 400 * 86_400;
const STOP_MS = 3_000;
/** What pg-boss calls a job that has not come to its end. */
const ALIVE: ReadonlySet<string> = new Set(['created', 'retry', 'active']);
const NO_JOB = '00000000-0000-0000-0000-000000000000';
/** Connections of its own. */
export const JOBS_POOL = 3;
/** Its states are those of pg-boss' index of live jobs (job_i14), so that the index alone is read. */
const COUNT = `select name as queue, count(*)::int as count,
    case when state = 'failed' then 'failed' when state = 'active' then 'active' when start_after > now() then 'later' else 'waiting' end as state
  from pgboss.job where state in ('created', 'retry', 'active', 'failed') group by 1, 3`;

/** What surrounds each run of a job, for the log. */
export type Around = <T>(job: { job: string; jobId: string }, run: () => Promise<T>) => Promise<T>;

/**
 * pg-boss on the same database as everything else: a job written in a transaction exists exactly when its cause does.
 * @param options.work false: only writes jobs, for command lines beside a running server
 */
export async function openJobs(
  place: JobsPlace,
  logger: Logger,
  options: { work: boolean; queues: readonly QueueOptions[]; around?: Around },
): Promise<JobQueues> {
  const around: Around = options.around ?? ((_, run) => run());
  const boss = new PgBoss({
    ...place,
    max: JOBS_POOL,
    supervise: options.work,
    schedule: options.work,
    superviseIntervalSeconds: SUPERVISE_S,
    monitorIntervalSeconds: SUPERVISE_S,
    registerInstance: false,
  });
  let well = true;
  boss.on('error', (error: unknown) => {
    if (well) logger.warn({ err: error }, 'the job queue has trouble; it tries again');
    well = false;
  });
  boss.on('warning', (warning: unknown) => logger.debug({ warning }, 'job queue'));
  await boss.start();
  const wakers = new Map<string, () => void>();
  const aboutOf = new Map(options.queues.map(({ name, once }) => [name, once]));
  for (const { name, retries, once } of options.queues) {
    const settings = {
      retryLimit: retries.times,
      retryDelay: retries.first,
      retryDelayMax: retries.last,
      retryBackoff: true,
      expireInSeconds: EXPIRE_S,
      retentionSeconds: KEEP_S,
    };
    // The policy of a queue is for ever.
    await boss.createQueue(name, { ...settings, ...(once ? { policy: 'short' as const } : {}) });
    await boss.updateQueue(name, settings);
    // pg-boss reads what it knows of a queue at the first use. Inside a transaction of ours that would be a second connection waiting
    // for the first: for ever, on the embedded database. So it is read now, and kept up to date by itself from then on.
    await boss.findJobs(name, { id: NO_JOB });
  }

  return {
    async insert(query, queue, jobs) {
      const about = aboutOf.get(queue);
      await boss.insert(
        queue,
        jobs.map(({ data, after, group }) => ({
          data,
          ...(after === null ? {} : { startAfter: after }),
          ...(group ? { group: { id: group } } : {}),
          ...(about ? { singletonKey: about(data) } : {}),
        })),
        { db: { executeSql: async (sql: string, values: unknown[] = []) => ({ rows: await query(sql, values) }) } },
      );
    },
    async work({ name, width, inTurn = false }, handler) {
      const ids: string[] = [];
      const busy = new Set<string>();
      /** Wakes one that waits for its next look. */
      const wake = () => {
        const idle = ids.find((id) => !busy.has(id));
        if (idle !== undefined) boss.notifyWorker(idle);
      };
      // Each a worker of its own: pg-boss lets one pause after each job, and can wake but the first of several it made at once.
      for (let i = 0; i < width; i += 1) {
        const id = await boss.work<unknown, void, WorkOptions & { includeMetadata: true }>(
          name,
          { includeMetadata: true, pollingIntervalSeconds: POLL_S, ...(inTurn ? { localGroupConcurrency: 1 } : {}) },
          async ([job]) => {
            well = true;
            if (!job) return;
            busy.add(id);
            // There may be more where this one came from.
            wake();
            try {
              await around({ job: name, jobId: job.id }, () => handler({ data: job.data, last: job.retryCount >= job.retryLimit }));
            } catch (error) {
              logger.warn({ err: error, job: name, jobId: job.id, tries: job.retryCount + 1 }, 'job failed');
              throw error;
            } finally {
              busy.delete(id);
              boss.notifyWorker(id);
            }
          },
        );
        ids.push(id);
      }
      wakers.set(name, wake);
    },
    async regularly(name, cron, handler) {
      await boss.createQueue(name, { retryLimit: 2, expireInSeconds: 3600 });
      await boss.work(name, { pollingIntervalSeconds: 30 }, async ([job]) => around({ job: name, jobId: job?.id ?? '' }, handler));
      await boss.schedule(name, cron);
    },
    async has(queue, data) {
      const found = await boss.findJobs(queue, { data });
      return found.some((job) => ALIVE.has(job.state));
    },
    async count() {
      const none = options.queues.flatMap(({ name: queue }) =>
        (['waiting', 'failed'] as const).map((state) => ({ queue, state, count: 0 })),
      );
      const { rows } = await boss.getDb().executeSql(COUNT);
      return [...none, ...(rows as JobCount[])];
    },
    nudge(queue) {
      wakers.get(queue)?.();
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_MS, close: true }),
  };
}
