import * as v from 'valibot';
import { webhookInput } from '../../../shared/company-input.ts';
import { Refusal } from '../../../shared/refusal.ts';
import { DeliverySchema } from '../../entities/index.ts';
import { deliveryView } from '../../model/webhook-view.ts';
import { findWebhook, listDeliveries, listWebhooks, type OwnWebhook } from '../../views/webhooks.ts';
import * as a from './answers.ts';
import { limitUpTo, wholeNumber } from './query.ts';
import { operation, type Call, type Operation } from './table.ts';

const { url, label, types } = webhookInput.entries;
const newWebhook = v.strictObject({ url, label: v.optional(label, ''), types: v.optional(types, null) });
const changes = v.strictObject({
  url: v.optional(url),
  label: v.optional(label),
  types: v.optional(types),
  on: v.optional(v.boolean()),
});
const logQuery = v.strictObject({
  before: v.optional(wholeNumber),
  limit: v.optional(limitUpTo(200), '50'),
});

export const webhooks: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/webhooks',
    id: 'listWebhooks',
    family: 'webhooks',
    summary: 'List the endpoints that are told of events',
    role: 'owner',
    answer: a.webhookList,
    run: async ({ parts, acting }) => ({ webhooks: await listWebhooks(parts.em(), parts.tokens, acting.company) }),
  }),
  operation({
    method: 'POST',
    path: '/webhooks',
    id: 'createWebhook',
    family: 'webhooks',
    summary: 'Add an endpoint',
    notes: 'It is told of every event, or of these `types`, from now on, signed with its `secret` as Standard Webhooks say.',
    role: 'owner',
    body: newWebhook,
    example: { url: 'https://books.example.com/hook', label: 'Accounting', types: ['document.accepted', 'message.posted'] },
    status: 201,
    answer: a.webhook,
    async run(call) {
      const result = await call.run('createWebhook', call.body);
      const id = String(result['webhook']);
      call.ctx.set('location', `/api/v1/webhooks/${id}`);
      return find(call, id);
    },
  }),
  operation({
    method: 'GET',
    path: '/webhooks/:id',
    id: 'readWebhook',
    family: 'webhooks',
    summary: 'Read an endpoint',
    role: 'owner',
    answer: a.webhook,
    run: (call) => find(call, call.id()),
  }),
  operation({
    method: 'PATCH',
    path: '/webhooks/:id',
    id: 'changeWebhook',
    family: 'webhooks',
    summary: 'Change an endpoint, or turn it on or off',
    notes: 'What still waits for one that is turned off is not sent any more.',
    role: 'owner',
    body: changes,
    example: { on: false },
    answer: a.webhook,
    async run(call) {
      const before = await find(call, call.id());
      const {
        url: to = before.url,
        label: called = before.label,
        types: wanted = before.types,
        on = before.disabledAt === null,
      } = call.body;
      await call.run('changeWebhook', { webhook: before.id, url: to, label: called, types: wanted, on });
      return find(call, before.id);
    },
  }),
  operation({
    method: 'DELETE',
    path: '/webhooks/:id',
    id: 'removeWebhook',
    family: 'webhooks',
    summary: 'Remove an endpoint',
    role: 'owner',
    async run(call) {
      await call.run('removeWebhook', { webhook: call.id() });
    },
  }),
  operation({
    method: 'GET',
    path: '/webhooks/:id/deliveries',
    id: 'listDeliveries',
    family: 'webhooks',
    summary: 'List what an endpoint was told, the newest first',
    notes: 'Kept for 30 days. `before`: only events below this sequence.',
    role: 'owner',
    query: logQuery,
    answer: a.deliveryList,
    async run(call) {
      const webhook = await find(call, call.id());
      return listDeliveries(call.parts.em(), webhook.id, call.query.before ?? Infinity, call.query.limit);
    },
  }),
  operation({
    method: 'POST',
    path: '/webhooks/:id/deliveries/:delivery/replay',
    id: 'replayWebhook',
    family: 'webhooks',
    summary: 'Send a delivery again',
    notes: 'One that has ended, under the `webhook-id` it had.',
    role: 'owner',
    status: 202,
    answer: a.delivery,
    async run(call) {
      const webhook = await find(call, call.id());
      const own = { id: call.id('delivery'), webhook: webhook.id };
      if ((await call.parts.em().count(DeliverySchema, own)) === 0) throw new Refusal('not_found');
      await call.run('replayWebhook', { delivery: own.id });
      return deliveryView(await call.parts.em().findOneOrFail(DeliverySchema, own));
    },
  }),
];

async function find({ parts, acting }: Call<unknown, unknown>, id: string): Promise<OwnWebhook> {
  const webhook = await findWebhook(parts.em(), parts.tokens, acting.company, id);
  if (webhook === null) throw new Refusal('not_found');
  return webhook;
}
