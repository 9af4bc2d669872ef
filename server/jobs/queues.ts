import { allOf, query, type Em } from '../db.ts';
import type { Jobs } from '../execute.ts';
import type { Job, JobData, JobName } from '../model/jobs.ts';
import type { JobQueues, QueueOptions } from '../outside/jobs.ts';

/**
 * A letter is tried again after 30 s, then ever more seldom up to once an hour, for about a day and a half: a mail server that is
 * down overnight loses nothing. The others do nothing but write to our own database: an endpoint that does not answer is tried again by
 * the schedule of `webhooks.ts`, and an endpoint that hangs holds up no other.
 */
export const QUEUES: { readonly [N in JobName]: QueueOptions & { name: N } } = {
  letter: { name: 'letter', retries: { first: 30, last: 3600, times: 40 }, width: 4 },
  join: { name: 'join', retries: { first: 30, last: 3600, times: 40 }, width: 2 },
  conversation: {
    name: 'conversation',
    retries: { first: 1, last: 60, times: 100 },
    width: 1,
    once: (data) => conversationOf(data as JobData['conversation']),
  },
  unread: { name: 'unread', retries: { first: 1, last: 60, times: 100 }, width: 1 },
  reminder: { name: 'reminder', retries: { first: 1, last: 60, times: 100 }, width: 1 },
  refund: { name: 'refund', retries: { first: 5, last: 3600, times: 30 }, width: 2 },
  'checkout-close': { name: 'checkout-close', retries: { first: 2, last: 600, times: 20 }, width: 2 },
  webhook: { name: 'webhook', retries: { first: 1, last: 60, times: 100 }, width: 6, inTurn: true },
  'webhook-off': { name: 'webhook-off', retries: { first: 1, last: 60, times: 100 }, width: 1 },
};

const conversationOf = ({ document, side }: JobData['conversation']) => `${document} ${side}`;

/** What commands ask for, written with them; what is due begins right after the commit. */
export function leaveJobs(queues: JobQueues): Jobs {
  return {
    async add(em: Em, jobs: Job[]) {
      const inserted = [...byName(jobs)].map(([name, ofName]) => {
        const asked = ofName.map((job) => ({ data: job.data, after: job.after, group: job.name === 'webhook' ? job.data.webhook : null }));
        return queues.insert((sql, values) => query(em, sql, values), name, asked);
      });
      await allOf(inserted);
    },
    begin(jobs) {
      for (const [name, ofName] of byName(jobs)) if (ofName.some((job) => job.after === null)) queues.nudge(name);
    },
  };
}

function byName(jobs: Job[]): Map<JobName, Job[]> {
  return Map.groupBy(jobs, (job) => job.name);
}
