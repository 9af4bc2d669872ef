import Router from '@koa/router';
import * as v from 'valibot';
import type { DeliveryList } from '../../shared/console.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import { validate } from '../validate.ts';
import { findWebhook, listDeliveries, webhookPage } from '../views/webhooks.ts';
import { wholeNumber } from './api/query.ts';
import type { DoorParts } from './parts.ts';
import { signedInAs } from './signed-in.ts';

const PAGE = 50;
const logQuery = v.strictObject({ before: v.optional(wholeNumber) });

/** What the console reads of the owner's endpoints; changes go over the socket. */
export function webhooksDoor(parts: DoorParts): Router {
  const router = new Router({ prefix: '/console/webhooks' });

  router.use(async (ctx, next) => {
    ctx.set('cache-control', 'private, no-store');
    await next();
  });

  router.get('/', async (ctx) => {
    const { company } = await signedInAs(ctx, parts, 'owner');
    ctx.body = await webhookPage(parts.em(), parts.tokens, company.id);
  });

  router.get('/:id/deliveries', async (ctx) => {
    const { company } = await signedInAs(ctx, parts, 'owner');
    const id = v.safeParse(s.id, ctx.params['id']);
    const webhook = id.success ? await findWebhook(parts.em(), parts.tokens, company.id, id.output) : null;
    if (webhook === null) throw new Refusal('not_found');
    const { before } = validate(logQuery, { ...ctx.query });
    ctx.body = (await listDeliveries(parts.em(), webhook.id, before ?? Infinity, PAGE)) satisfies DeliveryList;
  });

  return router;
}
