import type Stripe from 'stripe';
import { idOf } from './ids.ts';
import type { Heard, Lookup } from './types.ts';

/** Of an event, where to look. */
export function heardOf(event: Stripe.Event): Heard {
  const { id, type, livemode, account } = event;
  const object = event.data.object as { object?: string; metadata?: Record<string, string> | null };
  const has = object.object === 'checkout.session' || object.object === 'payment_intent' || object.object === 'charge';
  return { id, type, test: !livemode, account: account ?? null, at: lookupOf(object), metadata: has ? (object.metadata ?? {}) : null };
}

/** Where to look for what an event is about: a page, a payment, or what has the payment's id in it. null: nothing of ours. */
function lookupOf(object: { object?: string; id?: unknown; payment_intent?: unknown }): Lookup | null {
  const { object: what, id } = object;
  if (what === 'checkout.session' && typeof id === 'string') return { session: id };
  if (what === 'payment_intent' && typeof id === 'string') return { intent: id };
  if (what !== 'charge' && what !== 'refund' && what !== 'dispute') return null;
  const intent = idOf(object.payment_intent as string | { id: string } | null);
  return intent === null ? null : { intent };
}
