import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { EventType } from '../../shared/events.ts';
import type { WebhookView } from '../../shared/company.ts';
import { CompanySchema } from './company.ts';

/** An endpoint that is told of the company's events. What it is signed with is an HMAC of `id` under SECRET. */
export const WebhookSchema = defineEntity({
  name: 'Webhook',
  tableName: 'webhooks',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk().index(),
    url: p.text(),
    label: p.text(),
    /** null: every event. */
    types: p.json<EventType[]>().strictNullable(),
    createdAt: p.datetime(3),
    disabledAt: p.datetime(3).strictNullable(),
    disabledFor: p.text().$type<NonNullable<WebhookView['disabledFor']>>().strictNullable(),
    removedAt: p.datetime(3).strictNullable(),
  },
});
export type Webhook = InferEntity<typeof WebhookSchema>;

/** One event on its way to one endpoint, written in the transaction of the event. */
export const DeliverySchema = defineEntity({
  name: 'Delivery',
  tableName: 'deliveries',
  properties: {
    id: p.uuid().primary(),
    webhook: () => p.manyToOne(WebhookSchema).mapToPk(),
    /** The event, by its sequence in the company. */
    seq: p.bigint('number'),
    type: p.text().$type<EventType>(),
    state: p.text().$type<'waiting' | 'delivered' | 'failed'>(),
    attempts: p.integer(),
    lastAt: p.datetime(3).strictNullable(),
    status: p.integer().strictNullable(),
    detail: p.text().strictNullable(),
    nextAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
  },
  uniques: [{ properties: ['webhook', 'seq'] }],
  indexes: [{ properties: ['createdAt'] }],
});
export type Delivery = InferEntity<typeof DeliverySchema>;
