import type Stripe from 'stripe';
import { newId } from './ids.ts';
import type { Endpoint, Owner } from './state.ts';
import { sameOwner, type World } from './world.ts';

/** What the SDK of this version speaks; an endpoint may be registered with another. */
export const API_VERSION = '2026-10-28.endive';

/** Writes an event with its object as it stands now, and its way to each endpoint that listens. */
export function emit(world: World, owner: Owner, type: Stripe.Event.Type, object: object, before?: object): void {
  const endpoints = Object.values(world.state.endpoints).filter((endpoint) => listens(endpoint, owner, type));
  const event: Stripe.EventBase = {
    id: newId('evt_1'),
    object: 'event',
    api_version: API_VERSION,
    created: world.now(),
    data: { object: structuredClone(object), ...(before === undefined ? {} : { previous_attributes: structuredClone(before) }) },
    livemode: owner.livemode,
    pending_webhooks: endpoints.length,
    request: { id: world.cause.id, idempotency_key: world.cause.key },
    type,
  };
  world.put('event', owner, event);
  for (const endpoint of endpoints) {
    const id = newId('dl_');
    world.state.deliveries[id] = { id, event: event.id, endpoint: endpoint.id, state: 'pending', tries: [] };
    world.onDelivery(id);
  }
}

/** Changes an object and says what it was: the `previous_attributes` of an event. */
export function change<T extends object>(object: T, changes: Partial<T>): Partial<T> {
  const before: Partial<T> = {};
  for (const name of Object.keys(changes) as (keyof T)[]) if (object[name] !== changes[name]) before[name] = object[name];
  Object.assign(object, changes);
  return before;
}

function listens(endpoint: Endpoint, owner: Owner, type: string): boolean {
  return sameOwner(endpoint, owner) && (endpoint.events.includes('*') || endpoint.events.includes(type));
}
