import type { WebhookView } from '../../shared/company.ts';
import type { DeliveryList } from '../../shared/console.ts';
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
