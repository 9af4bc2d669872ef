import type Stripe from 'stripe';
import { pageOf } from '../lists.ts';
import { createSession, expireByHand } from '../sessions.ts';
import { found, route, type Route } from './route.ts';

export const sessionRoutes: Route[] = [
  route<Stripe.Checkout.SessionCreateParams>('POST /v1/checkout/sessions', 'checkout_session_write', ({ world, owner }, params) =>
    createSession(world, owner, params),
  ),
  route<Stripe.Checkout.SessionListParams>('GET /v1/checkout/sessions', 'checkout_session_read', ({ world, owner }, params) => {
    const { payment_intent: intent, status } = params;
    const sessions = world
      .all('session', owner)
      .filter((one) => (intent === undefined || one.payment_intent === intent) && (status === undefined || one.status === status));
    return pageOf(sessions, '/v1/checkout/sessions', 'checkout.session', params);
  }),
  route<Stripe.Checkout.SessionRetrieveParams>('GET /v1/checkout/sessions/{session}', 'checkout_session_read', (context) =>
    found(context, 'session', 'session'),
  ),
  route<Stripe.Checkout.SessionListLineItemsParams>(
    'GET /v1/checkout/sessions/{session}/line_items',
    'checkout_session_read',
    (context, params) => {
      const { id } = found(context, 'session', 'session');
      return pageOf(context.world.behind(id).lines, `/v1/checkout/sessions/${id}/line_items`, 'item', params);
    },
  ),
  route<Stripe.Checkout.SessionExpireParams>('POST /v1/checkout/sessions/{session}/expire', 'checkout_session_write', (context) =>
    expireByHand(context.world, context.owner, found(context, 'session', 'session')),
  ),
];
