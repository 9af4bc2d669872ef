import type { WireEvent } from '../../shared/events.ts';
import { feedEvent, type Logged } from '../log.ts';

/** An event as programs of the owner read it: from `/api/v1/events`, and in a webhook. */
export type EventAnswer = WithoutDeal<WireEvent>;
type WithoutDeal<E> = E extends unknown ? Omit<E, 'deal'> : never;

export function eventAnswer(event: Logged): EventAnswer {
  const { seq, type, document, actor, at, data } = feedEvent(event);
  // The pair (type, data) was checked against its schema when it was said.
  return { seq, type, document, actor, at, data } as EventAnswer;
}
