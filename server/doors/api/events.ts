import * as v from 'valibot';
import { head, readCompany } from '../../log.ts';
import { eventAnswer } from '../../views/event.ts';
import * as a from './answers.ts';
import { limitUpTo, wholeNumber } from './query.ts';
import { operation, type Operation } from './table.ts';

const MAX_EVENTS = 500;

const eventsQuery = v.strictObject({
  after: v.optional(wholeNumber, '0'),
  limit: v.optional(limitUpTo(MAX_EVENTS), '100'),
});

export const events: readonly Operation[] = [
  operation({
    method: 'GET',
    path: '/events',
    id: 'listEvents',
    family: 'events',
    summary: 'Read what has happened, in order',
    notes: 'Without gap: whoever has read up to `seq` asks for what comes `after` it. `head` is the last sequence there is.',
    role: 'reader',
    query: eventsQuery,
    answer: a.eventList,
    async run({ parts, acting, query }) {
      const at = await head(parts.em(), acting.company);
      const found = await readCompany(parts.em(), acting.company, query.after, query.limit);
      // What was written while the events were read is not ahead of the head.
      return { events: found.map(eventAnswer), head: Math.max(at, found.at(-1)?.seq ?? 0) };
    },
  }),
];
