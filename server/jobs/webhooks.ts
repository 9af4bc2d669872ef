import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { DeliveryOutcome } from '../commands/webhooks.ts';
import type { Em } from '../db.ts';
import { DeliverySchema, WebhookSchema, type Delivery, type Webhook } from '../entities/index.ts';
import type { Execute, Jobs } from '../execute.ts';
import { readCompany } from '../log.ts';
import type { Job, JobData } from '../model/jobs.ts';
import type { Run } from '../outside/jobs.ts';
import type { Answered, Endpoints } from '../outside/webhook.ts';
import { signWebhook, type Tokens } from '../secrets.ts';
import { eventAnswer } from '../views/event.ts';

export interface WebhookParts {
  em: () => Em;
  execute: Execute;
  jobs: Jobs;
  tokens: Tokens;
  endpoints: Endpoints;
  logger: Logger;
  now: () => Date;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** How long after each try the next one is due, in milliseconds: nine in all, over a day. (Standard Webhooks, "Deliverability and reliability") */
export const WAITS: readonly number[] = [5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 8 * HOUR, 8 * HOUR];
/** An endpoint that fails all the time is told of once in so many milliseconds. */
const QUIET = HOUR;

/**
 * Tells endpoints of events, at least once: a try that was cut off by a crash, or whose end could not be written down, is made again with
 * the same `webhook-id`. (Standard Webhooks 1.0.0)
 */
export function deliverWebhooks(parts: WebhookParts): { readonly [N in 'webhook' | 'webhook-off']: (run: Run) => Promise<void> } {
  const { em, execute, jobs, logger, now } = parts;

  return {
    async webhook({ data }) {
      const { delivery: id, attempt } = data as JobData['webhook'];
      const delivery = await em().findOne(DeliverySchema, { id });
      // Of a job that runs twice, the second time finds that it has gone on.
      if (delivery?.state !== 'waiting' || delivery.attempts !== attempt) return;
      const webhook = await em().findOneOrFail(WebhookSchema, { id: delivery.webhook });
      if (webhook.disabledAt !== null || webhook.removedAt !== null) return endWaiting(webhook.id);
      const at = now();
      const answered = await send(webhook, delivery, at);
      const wait = WAITS[attempt];
      if (isTaken(answered)) await end(webhook, delivery, at, answered, 'delivered');
      else if (answered.status === 410) await end(webhook, delivery, at, answered, 'gone');
      else if (wait === undefined) await end(webhook, delivery, at, answered, 'failed');
      else await postpone(delivery, at, answered, wait);
    },
    'webhook-off': ({ data }) => endWaiting((data as JobData['webhook-off']).webhook),
  };

  async function send(webhook: Webhook, { id, seq }: Delivery, at: Date): Promise<Answered> {
    const [event] = await readCompany(em(), webhook.company, seq - 1, 1);
    if (event?.seq !== seq) throw new Error(`the company ${webhook.company} has no event ${seq}`);
    const body = JSON.stringify(eventAnswer(event));
    const timestamp = Math.floor(at.getTime() / SECOND);
    const signature = signWebhook(parts.tokens.webhookSecret(webhook.id), id, timestamp, body);
    const headers = {
      'user-agent': 'webdocument',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    };
    return parts.endpoints.post({ url: webhook.url, headers, body });
  }

  /** The next try, written together with its job. Whoever else has gone on with this delivery meanwhile is left alone. */
  async function postpone(delivery: Delivery, at: Date, { status, detail }: Answered, wait: number): Promise<void> {
    const next = new Date(now().getTime() + wait);
    const job: Job = {
      name: 'webhook',
      data: { webhook: delivery.webhook, delivery: delivery.id, attempt: delivery.attempts + 1 },
      after: next,
    };
    await em().transactional(async (tx) => {
      const rows = await tx.execute<{ id: string }[]>(
        `update deliveries set attempts = attempts + 1, last_at = ?, status = ?, detail = ?, next_at = ?
         where id = ? and state = 'waiting' and attempts = ? returning id`,
        [at, status, detail, next, delivery.id, delivery.attempts],
      );
      if (rows.length > 0) await jobs.add(tx as Em, [job]);
    });
    logger.info({ webhook: delivery.webhook, delivery: delivery.id, status, attempts: delivery.attempts + 1 }, 'webhook put off');
  }

  async function end(webhook: Webhook, delivery: Delivery, at: Date, answered: Answered, how: DeliveryOutcome['end']): Promise<void> {
    const input: DeliveryOutcome = {
      delivery: delivery.id,
      end: how,
      at,
      attempts: delivery.attempts + 1,
      status: answered.status,
      detail: how === 'delivered' ? null : answered.detail,
      loud: how === 'gone' || (how === 'failed' && !(await hasFailedLately(webhook.id, at))),
    };
    await execute({
      name: 'recordDelivery',
      id: randomUUID(),
      input,
      acting: { as: 'system', company: webhook.company },
      facts: { ip: null, userAgent: null, pdf: null },
    });
    logger.debug({ webhook: webhook.id, delivery: delivery.id, status: answered.status, end: how }, 'webhook ended');
  }

  async function hasFailedLately(webhook: string, at: Date): Promise<boolean> {
    const since = new Date(at.getTime() - QUIET);
    return (await em().count(DeliverySchema, { webhook, state: 'failed', lastAt: { $gt: since } })) > 0;
  }

  /** What waits for an endpoint that is told nothing more has ended. One that was turned on again meanwhile keeps it. */
  async function endWaiting(webhook: string): Promise<void> {
    await em().execute(
      `update deliveries d set state = 'failed', next_at = null, detail = coalesce(d.detail, 'the endpoint was turned off')
       from webhooks w where w.id = d.webhook_id and w.id = ? and d.state = 'waiting' and (w.disabled_at is not null or w.removed_at is not null)`,
      [webhook],
    );
  }
}

function isTaken({ status }: Answered): boolean {
  return status !== null && status >= 200 && status < 300;
}
