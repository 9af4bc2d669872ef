import * as v from 'valibot';
import { PROGRESS, type Day, type Kind, type State } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { DocumentRow } from '../../shared/events.ts';
import * as s from '../../shared/schema.ts';
import type { Em } from '../db.ts';
import { DocumentSchema } from '../entities/index.ts';
import { head } from '../log.ts';
import { documentRow } from '../model/document-view.ts';

export interface ListFilter {
  /** Words in the client's name or the number. */
  q?: string | null | undefined;
  kind?: Kind | null | undefined;
  /** A stored status, how far the chain has gone on, or a state that the day decides. */
  state?: State | null | undefined;
  number?: string | null | undefined;
  deal?: string | null | undefined;
  cursor?: string | null | undefined;
  limit?: number | undefined;
}

/** A company's documents, newest first, with an opaque cursor for the next page and the company's sequence they stand at. */
export async function listDocuments(
  em: Em,
  company: string,
  filter: ListFilter,
  today: Day,
): Promise<{ rows: DocumentRow[]; next: string | null; head: number }> {
  const limit = filter.limit ?? 50;
  // The head first: what happens while the rows are read comes again in the live feed, and is the same or newer.
  const at = await head(em, company);
  const found = await em.find(
    DocumentSchema,
    { $and: [{ company }, ...conditions(filter, today)] },
    { orderBy: { createdAt: 'desc', id: 'desc' }, limit: limit + 1 },
  );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const next = found.length > limit && last ? Buffer.from(`${last.createdAt.toISOString()} ${last.id}`).toString('base64url') : null;
  return { rows: page.map(documentRow), next, head: at };
}

function conditions(filter: ListFilter, today: Day): Record<string, unknown>[] {
  const list: Record<string, unknown>[] = [];
  if (filter.q) {
    const like = { $ilike: `%${filter.q.replace(/[\\%_]/g, '\\$&')}%` };
    list.push({ $or: [{ clientName: like }, { number: like }] });
  }
  if (filter.kind) list.push({ kind: filter.kind });
  if (filter.number) list.push({ number: filter.number });
  if (filter.deal) list.push({ deal: filter.deal });
  if (filter.state === 'overdue')
    list.push({ kind: 'invoice', status: { $in: ['issued', 'part_paid'] }, due: { $gt: 0 }, dueDate: { $lt: today } });
  else if (filter.state === 'expired') list.push({ kind: 'quote', status: { $in: ['issued', 'on_hold'] }, validUntil: { $lt: today } });
  else if (PROGRESS.some((one) => one === filter.state)) list.push({ progress: filter.state });
  else if (filter.state) list.push({ status: filter.state });
  if (filter.cursor) {
    const { at, id } = placeOf(filter.cursor);
    list.push({ $or: [{ createdAt: { $lt: at } }, { createdAt: at, id: { $lt: id } }] });
  }
  return list;
}

/** The row a cursor stands at. Throws `invalid_input` for anything this list did not write itself. */
function placeOf(cursor: string): { at: Date; id: string } {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (!v.is(s.day, at.slice(0, 10)) || !/^.{10}T[\d:.]{12}Z$/.test(at) || Number.isNaN(Date.parse(at)) || !v.is(s.id, id))
    throw new Refusal('invalid_input', { faults: [{ pointer: '/cursor', rule: 'cursor', detail: 'not a cursor that this list gave' }] });
  return { at: new Date(at), id };
}
