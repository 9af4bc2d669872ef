import type Stripe from 'stripe';
import { pageOf } from '../lists.ts';
import { found, route, type Route } from './route.ts';

export const paymentRoutes: Route[] = [
  route<Stripe.PaymentIntentListParams>('GET /v1/payment_intents', 'payment_intent_read', ({ world, owner }, params) =>
    pageOf(world.all('intent', owner), '/v1/payment_intents', 'payment_intent', params),
  ),
  route<Stripe.PaymentIntentRetrieveParams>('GET /v1/payment_intents/{intent}', 'payment_intent_read', (context) =>
    found(context, 'intent', 'intent'),
  ),
  route<Stripe.ChargeListParams>('GET /v1/charges', 'charge_read', ({ world, owner }, params) => {
    const { payment_intent: intent } = params;
    const charges = world.all('charge', owner).filter((one) => intent === undefined || one.payment_intent === intent);
    return pageOf(charges, '/v1/charges', 'charge', params);
  }),
  route<Stripe.ChargeRetrieveParams>('GET /v1/charges/{charge}', 'charge_read', (context) => found(context, 'charge')),
  route<Stripe.BalanceTransactionRetrieveParams>('GET /v1/balance_transactions/{id}', 'balance_read', (context) =>
    found(context, 'transaction'),
  ),
];
