import type { WebhookView } from '../../shared/company.ts';
import type { DeliveryList, DeliveryView, Trouble, WebhookList } from '../../shared/console.ts';
import type { Em } from '../db.ts';
import { DeliverySchema, WebhookSchema } from '../entities/index.ts';
import { deliveryView, webhookView } from '../model/webhook-view.ts';
import type { Tokens } from '../secrets.ts';

/** An endpoint with what it is signed with. */
export type OwnWebhook = WebhookView & { secret: string };

/** The endpoints of a company, oldest first. */
export async function listWebhooks(em: Em, tokens: Tokens, company: string): Promise<OwnWebhook[]> {
  const found = await em.find(WebhookSchema, { company, removedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  return found.map((webhook) => ({ ...webhookView(webhook), secret: tokens.webhookSecret(webhook.id) }));
}

/** The same with how each of them does. */
export async function webhookPage(em: Em, tokens: Tokens, company: string): Promise<WebhookList> {
  const list = await listWebhooks(em, tokens, company);
  const rows = await em.execute<{ id: string; tried: string | null; newest: DeliveryView['state'] | null }[]>(
    `select w.id,
            (select d.id from deliveries d where d.webhook_id = w.id and d.last_at is not null order by d.seq desc limit 1) as tried,
            (select d.state from deliveries d where d.webhook_id = w.id order by d.seq desc limit 1) as newest
     from webhooks w where w.company_id = ? and w.removed_at is null`,
    [company],
  );
  const tried = await em.find(DeliverySchema, { id: { $in: rows.flatMap((row) => row.tried ?? []) } });
  return {
    webhooks: list.map((webhook) => {
      const last = tried.find((one) => one.webhook === webhook.id);
      const moving = last?.state === 'waiting' || rows.find(({ id }) => id === webhook.id)?.newest === 'waiting';
      return { ...webhook, trouble: last ? troubleOf(deliveryView(last)) : null, moving };
    }),
  };
}

/** What is sent again by hand is in no trouble before that has been tried. */
function troubleOf({ state, ...delivery }: DeliveryView): Trouble | null {
  return state === 'failed' || (state === 'waiting' && delivery.attempts > 0) ? { ...delivery, state } : null;
}

/** One of them, or null. */
export async function findWebhook(em: Em, tokens: Tokens, company: string, id: string): Promise<OwnWebhook | null> {
  const webhook = await em.findOne(WebhookSchema, { id, company, removedAt: null });
  return webhook && { ...webhookView(webhook), secret: tokens.webhookSecret(webhook.id) };
}

/** What an endpoint of the company was told, or is to be told, below the sequence `before`, the newest first. */
export async function listDeliveries(em: Em, webhook: string, before: number, limit: number): Promise<DeliveryList> {
  const found = await em.find(
    DeliverySchema,
    { webhook, ...(Number.isSafeInteger(before) ? { seq: { $lt: before } } : {}) },
    { orderBy: { seq: 'desc' }, limit: limit + 1 },
  );
  return { deliveries: found.slice(0, limit).map(deliveryView), more: found.length > limit };
}
