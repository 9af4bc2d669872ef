import { Refusal } from '../../shared/refusal.ts';
import type { Batch } from '../../shared/protocol.ts';
import { createBatch } from '../batch.ts';
import type { Em } from '../db.ts';
import { BATCH_LIMIT, companyBatch, dealBatch, head, readCompany } from '../log.ts';
import { areOpen, readLogTails } from '../views/arrivals.ts';
import type { Who } from './socket-types.ts';

export type StreamKind = 'deal' | 'company';

/** Which stream a name means; it must have the form of one. */
export function parseStream(name: string): { kind: StreamKind; id: string } {
  const [kind, id = ''] = name.split(':');
  return { kind: kind === 'deal' ? 'deal' : 'company', id };
}

/** What joining asks of the database, for all who do so at the same time together. */
export interface Joining {
  /** Whether a stream is one's own at all. It never changes. */
  isOwn(who: Who, kind: StreamKind, id: string): Promise<boolean>;
  /** What is in the log above a cursor, as this side may read it. Throws when the link or the session has ended. */
  catchUp(who: Who, kind: StreamKind, id: string, cursor: number): Promise<{ batch: Batch; more: boolean }>;
}

/** How many deals a process remembers the companies of. */
const REMEMBERED = 20_000;

export function createJoining(parts: { em: () => Em }): Joining {
  const tailOf = createBatch((asked: { deal: string; cursor: number }[]) => readLogTails(parts.em(), asked));
  const isOpen = createBatch((asked: ({ link: string } | { session: string })[]) => areOpen(parts.em(), asked, new Date()));
  const companyOf = createBatch(async (deals: string[]) => {
    const rows = await parts
      .em()
      .execute<{ id: string; company_id: string }[]>(
        `select id, company_id from deals where id in (${deals.map(() => '?').join(', ')})`,
        deals,
      );
    const found = new Map(rows.map((row) => [row.id, row.company_id]));
    return deals.map((deal) => found.get(deal) ?? null);
  });
  const companies = new Map<string, string>();

  async function isCompanys(deal: string, company: string): Promise<boolean> {
    const known = companies.get(deal) ?? (await companyOf(deal));
    if (known !== null && companies.size < REMEMBERED) companies.set(deal, known);
    return known === company;
  }

  return {
    async isOwn(who, kind, id) {
      if (who.side === 'client') return kind === 'deal' && id === who.deal;
      return kind === 'company' ? id === who.company : isCompanys(id, who.company);
    },
    async catchUp(who, kind, id, cursor) {
      const { acting } = who;
      const key = acting.as === 'link' ? { link: acting.link } : { session: acting.session ?? '' };
      const [open, tail] = await Promise.all([isOpen(key), kind === 'deal' ? tailOf({ deal: id, cursor }) : tailOfCompany(id, cursor)]);
      if (!open) throw new Refusal(who.side === 'owner' ? 'unauthorized' : 'not_found');
      const { events } = tail;
      const batch = kind === 'deal' ? dealBatch(id, who.side, cursor, events) : companyBatch(id, cursor, events);
      // A cursor beyond the log comes from before a restored backup: the page learns it and loads anew.
      if (events.length === 0) batch.to = Math.min(cursor, tail.head);
      return { batch, more: events.length === BATCH_LIMIT };
    },
  };

  async function tailOfCompany(company: string, cursor: number) {
    const events = await readCompany(parts.em(), company, cursor);
    return { events, head: events.length > 0 ? 0 : await head(parts.em(), company) };
  }
}
