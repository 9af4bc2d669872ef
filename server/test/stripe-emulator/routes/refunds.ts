import type Stripe from 'stripe';
import { closeByOwner } from '../disputes.ts';
import { pageOf } from '../lists.ts';
import { refund } from '../refunds.ts';
import { found, route, type Route } from './route.ts';

/** What both lists are filtered by. */
interface Of {
  charge?: string;
  payment_intent?: string;
}

export const refundRoutes: Route[] = [
  route<Stripe.RefundCreateParams>('POST /v1/refunds', 'charge_write', ({ world, owner }, params) => refund(world, owner, params)),
  route<Stripe.RefundListParams>('GET /v1/refunds', 'charge_read', ({ world, owner }, params) =>
    pageOf(world.all('refund', owner).filter(isOf(params)), '/v1/refunds', 'refund', params),
  ),
  route<Stripe.RefundRetrieveParams>('GET /v1/refunds/{refund}', 'charge_read', (context) => found(context, 'refund')),
];

export const disputeRoutes: Route[] = [
  route<Stripe.DisputeListParams>('GET /v1/disputes', 'dispute_read', ({ world, owner }, params) =>
    pageOf(world.all('dispute', owner).filter(isOf(params)), '/v1/disputes', 'dispute', params),
  ),
  route<Stripe.DisputeRetrieveParams>('GET /v1/disputes/{dispute}', 'dispute_read', (context) => found(context, 'dispute', 'dispute')),
  route<Stripe.DisputeCloseParams>('POST /v1/disputes/{dispute}/close', 'dispute_write', (context) =>
    closeByOwner(context.world, found(context, 'dispute', 'dispute')),
  ),
];

function isOf({ charge, payment_intent: intent }: Of): (one: Stripe.Refund | Stripe.Dispute) => boolean {
  return (one) => (charge === undefined || one.charge === charge) && (intent === undefined || one.payment_intent === intent);
}
