import type { EventType, FeedEvent, WireEvent } from '../shared/events.ts';
import { FEED_TYPES, type Actor, type Audience, type DocumentRow, type EventData, type EntryData } from '../shared/events.ts';
import type { Batch } from '../shared/protocol.ts';
import { asClientSees } from '../shared/ledger.ts';
import type { Side } from '../shared/view.ts';
import { query, type Em } from './db.ts';

/** An event a command said, not yet numbered in the company. */
export interface Said {
  type: EventType;
  deal: string | null;
  dealSeq: number | null;
  document: string | null;
  actor: Actor | null;
  at: Date;
  data: EventData[EventType];
  audience: Audience;
  row: DocumentRow | null;
}

/** An event of the log. */
export interface Logged extends Said {
  company: string;
  seq: number;
}

/** How many events one batch carries at most; who is further behind asks again. */
export const BATCH_LIMIT = 500;

/**
 * Appends events to the log of a company, inside the command's transaction. Numbering them takes the company's lock, the
 * last in the order of locks, until the commit: so the order of the log is the order of commits.
 */
export async function append(em: Em, company: string, said: Said[]): Promise<Logged[]> {
  if (said.length === 0) return [];
  // One statement for any number of events, which travel as one JSON text.
  const [row] = await query<{ before: string }>(
    em,
    `with counted as (update companies set seq = seq + $2 where id = $1 returning seq - $2 as before),
       appended as (
         insert into events (company_id, seq, deal, deal_seq, type, audience, document, actor, at, data, row)
         select $1, counted.before + e.n, e.deal, e.deal_seq, e.type, e.audience, e.document, e.actor, e.at, e.data, e.row
         from counted, jsonb_to_recordset($3::jsonb) as e(n bigint, deal uuid, deal_seq bigint, type text, audience text, document uuid, actor jsonb, at timestamptz, data jsonb, row jsonb)
       )
     select before from counted`,
    [
      company,
      said.length,
      JSON.stringify(
        said.map(({ dealSeq, ...event }, i) => ({
          ...event,
          n: i + 1,
          deal_seq: dealSeq,
          actor: event.actor ?? undefined,
          row: event.row ?? undefined,
        })),
      ),
    ],
  );
  if (!row) throw new Error(`no company ${company}`);
  return said.map((event, i) => ({ ...event, company, seq: Number(row.before) + i + 1 }));
}

/** The company's last sequence. */
export async function head(em: Em, company: string): Promise<number> {
  const [row] = await em.execute<{ seq: string }[]>('select seq from companies where id = ?', [company]);
  return Number(row?.seq ?? 0);
}

/** The last sequences of several companies at once. */
export async function heads(em: Em, companies: string[]): Promise<Map<string, number>> {
  if (companies.length === 0) return new Map();
  const rows = await em.execute<{ id: string; seq: string }[]>(
    `select id, seq from companies where id in (${companies.map(() => '?').join(', ')})`,
    companies,
  );
  return new Map(rows.map((row) => [row.id, Number(row.seq)]));
}

/** Events of a company above `after`, in order. */
export async function readCompany(em: Em, company: string, after: number, limit = BATCH_LIMIT): Promise<Logged[]> {
  const rows = await em.execute<EventRow[]>(`select ${COLUMNS} from events where company_id = ? and seq > ? order by seq limit ?`, [
    company,
    after,
    limit,
  ]);
  return rows.map(fromRow);
}

/** The feed below `before`, newest first, only what a person reads. */
export async function readFeed(em: Em, company: string, before: number, limit: number): Promise<Logged[]> {
  const types = [...FEED_TYPES];
  const rows = await em.execute<EventRow[]>(
    `select ${COLUMNS} from events where company_id = ? and seq < ? and type in (${types.map(() => '?').join(', ')}) order by seq desc limit ?`,
    [company, before, ...types, limit],
  );
  return rows.map(fromRow);
}

/** An event as one side of a deal may read it, or null. Audience decides whether, projection decides what. */
export function dealEvent(event: Logged, side: Side): WireEvent | null {
  if (event.dealSeq === null || (side === 'client' && event.audience === 'owner')) return null;
  return wire(event, event.dealSeq, side === 'client' ? forClient(event) : event.data);
}

/** What only the owner's side may know is left out: what belongs to a document's owner, and who else there is at the client's. */
function forClient({ type, data }: Logged): EventData[EventType] {
  if (type === 'deal.client_changed') return { ...(data as EventData['deal.client_changed']), contacts: [] };
  if (type === 'payment.failed') return { ...(data as EventData['payment.failed']), reason: null };
  const told = entryOf(data);
  if (told) return { ...told, entry: asClientSees(told.entry) };
  if (!('document' in data)) return data;
  return { ...data, document: { ...data.document, owner: null, payments: data.document.payments.map(asClientSees) } };
}

/** Where it tells of an entry of a ledger. */
function entryOf(data: EventData[EventType]): EntryData | null {
  return 'entry' in data && typeof data.entry === 'object' ? (data as EntryData) : null;
}

/** An event as the company's feed reads it. */
export function feedEvent(event: Logged): FeedEvent {
  return { ...wire(event, event.seq, event.data), row: event.row };
}

/** A batch of a deal's stream for one side. `events` are contiguous above `from`. */
export function dealBatch(deal: string, side: Side, from: number, events: Logged[]): Batch {
  const to = events.at(-1)?.dealSeq ?? from;
  return { stream: `deal:${deal}`, from, to, events: events.flatMap((event) => dealEvent(event, side) ?? []) };
}

/** A batch of the company's stream. */
export function companyBatch(company: string, from: number, events: Logged[]): Batch {
  return { stream: `company:${company}`, from, to: events.at(-1)?.seq ?? from, events: events.map(feedEvent) };
}

function wire(event: Logged, seq: number, data: EventData[EventType]): WireEvent {
  const { type, deal, document, actor } = event;
  // The pair (type, data) was checked against its schema when it was said.
  return { seq, type, deal, document, actor, at: event.at.toISOString(), data } as WireEvent;
}

/** The columns of an event, for `fromRow`. */
export const COLUMNS = 'company_id, seq, deal, deal_seq, type, audience, document, actor, at, data, row';

/** An event as it is read. */
export interface EventRow {
  company_id: string;
  seq: string;
  deal: string | null;
  deal_seq: string | null;
  type: EventType;
  audience: Audience;
  document: string | null;
  actor: Actor | null;
  at: string | Date;
  data: EventData[EventType];
  row: DocumentRow | null;
}

export function fromRow(row: EventRow): Logged {
  return {
    company: row.company_id,
    seq: Number(row.seq),
    deal: row.deal,
    dealSeq: row.deal_seq === null ? null : Number(row.deal_seq),
    type: row.type,
    audience: row.audience,
    document: row.document,
    actor: row.actor,
    at: new Date(row.at),
    data: row.data,
    row: row.row,
  };
}
