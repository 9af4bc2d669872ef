import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Day } from '../../shared/document.ts';
import type { Actor, Audience, DocumentRow, EventType } from '../../shared/events.ts';
import { CompanySchema } from './company.ts';

/** The log: what happened, in commit order. `seq` is gapless in the company, `dealSeq` in the deal. Append-only. */
export const EventSchema = defineEntity({
  name: 'Event',
  tableName: 'events',
  properties: {
    company: () => p.manyToOne(CompanySchema).mapToPk().primary(),
    seq: p.bigint('number').primary(),
    deal: p.uuid().strictNullable(),
    dealSeq: p.bigint('number').strictNullable(),
    type: p.text().$type<EventType>(),
    audience: p.text().$type<Audience>(),
    document: p.uuid().strictNullable(),
    actor: p.json<Actor>().strictNullable(),
    at: p.datetime(3),
    data: p.json<Record<string, unknown>>(),
    /** The document's row in the lists as it stood after the event. */
    row: p.json<DocumentRow>().strictNullable(),
  },
  uniques: [{ properties: ['deal', 'dealSeq'] }],
});
export type Event = InferEntity<typeof EventSchema>;

/** What a command answered, so that the same id from the same actor gets the same answer and changes nothing. */
export const CommandRecordSchema = defineEntity({
  name: 'CommandRecord',
  tableName: 'command_records',
  properties: {
    actor: p.text().primary(),
    id: p.uuid().primary(),
    /** SHA-256 of the command's name and payload. */
    hash: p.text(),
    answer: p.json<{ seq: number; result: Record<string, unknown> }>(),
    at: p.datetime(3).index(),
  },
});
export type CommandRecord = InferEntity<typeof CommandRecordSchema>;

/** The last number given, and the latest issue date it was given for, per company, kind and year. Locked in the issuing transaction. */
export const CounterSchema = defineEntity({
  name: 'Counter',
  tableName: 'counters',
  properties: {
    company: () => p.manyToOne(CompanySchema).mapToPk().primary(),
    kind: p.text().primary(),
    year: p.integer().primary(),
    last: p.integer(),
    lastDate: p.date().$type<Day>().strictNullable(),
  },
});
export type Counter = InferEntity<typeof CounterSchema>;
