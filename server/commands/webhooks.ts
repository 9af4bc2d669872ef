import { randomUUID } from 'node:crypto';
import type { CommandInputs } from '../../shared/commands.ts';
import { endpointName } from '../../shared/company.ts';
import { Refusal } from '../../shared/refusal.ts';
import { WebhookSchema, type Webhook } from '../entities/index.ts';
import { webhookView } from '../model/webhook-view.ts';
import type { CompanyScope, Result } from './scope.ts';

/** What became of a delivery that has ended. */
export interface DeliveryOutcome {
  delivery: string;
  /** `gone`: the endpoint answered that it wants nothing more. (410) */
  end: 'delivered' | 'failed' | 'gone';
  /** When the last try was, and how many there were. */
  at: Date;
  attempts: number;
  status: number | null;
  detail: string | null;
  /** Whether the owner hears of a failure: not of each, where an endpoint fails all the time. */
  loud: boolean;
}

/** An endpoint that is told of events from now on. What it is signed with is made again from its id by the door. */
export function createWebhook(scope: CompanyScope, input: CommandInputs['createWebhook']): Result {
  const { loaded } = scope;
  const webhook = scope.add(WebhookSchema, {
    id: randomUUID(),
    company: loaded.company.id,
    ...input,
    createdAt: scope.now,
    disabledAt: null,
    disabledFor: null,
    removedAt: null,
  });
  loaded.webhooks.push(webhook);
  scope.say('webhook.created', { webhook: webhook.id, name: endpointName(webhook) });
  return { webhook: webhook.id };
}

/** Says whole what an endpoint is. One that is turned off is told nothing more, of what waits for it neither. */
export function changeWebhook(scope: CompanyScope, input: CommandInputs['changeWebhook']): Result {
  const webhook = find(scope, input.webhook);
  const before = JSON.stringify(webhookView(webhook));
  webhook.url = input.url;
  webhook.label = input.label;
  webhook.types = input.types;
  if (input.on) turnOn(webhook);
  else if (webhook.disabledAt === null) turnOff(scope, webhook, 'off');
  if (JSON.stringify(webhookView(webhook)) !== before) sayChanged(scope, webhook);
  return { webhook: webhook.id };
}

export function removeWebhook(scope: CompanyScope, input: CommandInputs['removeWebhook']): Result {
  const webhook = find(scope, input.webhook);
  webhook.removedAt = scope.now;
  scope.later({ name: 'webhook-off', data: { webhook: webhook.id }, after: null });
  scope.say('webhook.removed', { webhook: webhook.id, name: endpointName(webhook) });
  return { webhook: webhook.id };
}

/** Sends again what was delivered or given up, under the id it had. */
export function replayWebhook(scope: CompanyScope, _input: CommandInputs['replayWebhook']): Result {
  const { delivery } = scope.loaded;
  if (delivery === null) throw new Refusal('not_found');
  if (delivery.state === 'waiting' || find(scope, delivery.webhook).disabledAt !== null) throw new Refusal('action_not_allowed');
  delivery.state = 'waiting';
  delivery.attempts = 0;
  delivery.nextAt = scope.now;
  scope.later({ name: 'webhook', data: { webhook: delivery.webhook, delivery: delivery.id, attempt: 0 }, after: null });
  return { delivery: delivery.id };
}

/** The first end that is found out counts. */
export function recordDelivery(scope: CompanyScope, input: DeliveryOutcome): Result {
  const { delivery } = scope.loaded;
  // The endpoint was removed meanwhile, or another try has come to an end.
  if (delivery?.state !== 'waiting') return {};
  const webhook = find(scope, delivery.webhook);
  delivery.state = input.end === 'delivered' ? 'delivered' : 'failed';
  delivery.attempts = input.attempts;
  delivery.lastAt = input.at;
  delivery.status = input.status;
  delivery.detail = input.detail;
  delivery.nextAt = null;
  if (input.end === 'gone' && webhook.disabledAt === null) {
    turnOff(scope, webhook, 'gone');
    sayChanged(scope, webhook);
  }
  if (delivery.state === 'failed' && input.loud)
    scope.say('webhook.failed', { webhook: webhook.id, name: endpointName(webhook), seq: delivery.seq, status: input.status });
  return { delivery: delivery.id };
}

function sayChanged(scope: CompanyScope, webhook: Webhook): void {
  scope.say('webhook.changed', { webhook: webhook.id, name: endpointName(webhook), disabledFor: webhook.disabledFor });
}

function find(scope: CompanyScope, id: string): Webhook {
  const webhook = scope.loaded.webhooks.find((one) => one.id === id);
  if (!webhook) throw new Refusal('not_found');
  return webhook;
}

function turnOn(webhook: Webhook): void {
  webhook.disabledAt = null;
  webhook.disabledFor = null;
}

function turnOff(scope: CompanyScope, webhook: Webhook, why: NonNullable<Webhook['disabledFor']>): void {
  webhook.disabledAt = scope.now;
  webhook.disabledFor = why;
  scope.later({ name: 'webhook-off', data: { webhook: webhook.id }, after: null });
}
