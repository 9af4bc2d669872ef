import type { WebhookView } from '../../shared/company.ts';
import type { DeliveryView } from '../../shared/console.ts';
import type { Delivery, Webhook } from '../entities/index.ts';

export function webhookView({ id, url, label, types, createdAt, disabledAt, disabledFor }: Webhook): WebhookView {
  return { id, url, label, types, createdAt: createdAt.toISOString(), disabledAt: disabledAt?.toISOString() ?? null, disabledFor };
}

export function deliveryView(delivery: Delivery): DeliveryView {
  const { id, seq, type, state, attempts, lastAt, status, detail, nextAt, createdAt } = delivery;
  return {
    id,
    seq,
    type,
    state,
    attempts,
    lastAt: lastAt?.toISOString() ?? null,
    status,
    detail,
    nextAt: nextAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
