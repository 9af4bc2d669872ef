import type Stripe from 'stripe';
import { badParameter } from '../errors.ts';
import { pageOf } from '../lists.ts';
import { found, route, type Route } from './route.ts';

export const eventRoutes: Route[] = [
  route<Stripe.EventListParams>('GET /v1/events', 'event_read', ({ world, owner }, params) => {
    const { type, types, delivery_success: arrived } = params;
    if (type !== undefined && types !== undefined)
      throw badParameter('You may only specify one of these parameters: type, types.', 'type', 'parameters_exclusive');
    const wanted = type === undefined ? types : [type];
    const events = world
      .all('event', owner)
      .filter((event) => wanted === undefined || wanted.some((one) => fits(event.type, one)))
      .filter((event) => arrived === undefined || arrived === (event.pending_webhooks === 0));
    return pageOf(events, '/v1/events', 'event', params);
  }),
  route<Stripe.EventRetrieveParams>('GET /v1/events/{id}', 'event_read', (context) => found(context, 'event')),
];

/** A type, or a group of them: `charge.*`. */
function fits(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
