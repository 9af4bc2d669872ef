import type { JobData, JobName } from '../model/jobs.ts';
import type { JobQueues, Run } from '../outside/jobs.ts';
import type { Payments } from '../payments/index.ts';
import { sendJoins } from './joins.ts';
import { sendLetters, type LetterParts } from './letters.ts';
import { decideNotices } from './notices.ts';
import { QUEUES } from './queues.ts';
import { deliverWebhooks, type WebhookParts } from './webhooks.ts';

/** From now on this process does what jobs ask for. */
export async function startWork(queues: JobQueues, parts: LetterParts & WebhookParts & { payments: Payments }): Promise<void> {
  const { unread, reminder } = decideNotices(parts.execute);
  const handlers: { readonly [N in JobName]: (run: Run) => Promise<void> } = {
    letter: sendLetters(parts),
    join: sendJoins(parts),
    conversation: unread,
    unread,
    reminder,
    refund: ({ data }) => parts.payments.refund((data as JobData['refund']).refund),
    'checkout-close': ({ data }) => parts.payments.close((data as JobData['checkout-close']).checkout),
    ...deliverWebhooks(parts),
  };
  for (const queue of Object.values(QUEUES)) await queues.work(queue, handlers[queue.name]);
}
