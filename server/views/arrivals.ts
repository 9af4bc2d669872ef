import { query, type Em } from '../db.ts';
import { BATCH_LIMIT, COLUMNS, fromRow, type EventRow, type Logged } from '../log.ts';

/**
 * What is asked for each page that connects, for many of them in one statement: after a restart they all come back at once. (`batch.ts`.)
 * Each function answers in the order it was asked.
 */

/** A link that opens something now, and who its holder is in this browser, as far as known. */
export interface LinkHolder {
  link: string;
  deal: string;
  company: string;
  /** The contact it was made for. */
  contact: string | null;
  contactName: string | null;
  person: string | null;
  personName: string | null;
}

/** null: there is no such link, or it was revoked. */
export async function readLinkHolders(em: Em, asked: { link: string; browser: string }[]): Promise<(LinkHolder | null)[]> {
  const rows = await query<LinkHolder & { n: number }>(
    em,
    `select w.n, l.id as link, l.deal_id as deal, d.company_id as company, l.contact_id as contact, c.name as "contactName",
       p.id as person, p.name as "personName"
     from jsonb_to_recordset($1::jsonb) as w(n int, link uuid, browser text)
     join links l on l.id = w.link and l.revoked_at is null
     join deals d on d.id = l.deal_id
     left join contacts c on c.id = l.contact_id
     left join people p on p.deal_id = l.deal_id
       and case when l.contact_id is null then p.link = l.id and p.browser = w.browser else p.contact_id = l.contact_id end`,
    [JSON.stringify(asked.map((one, n) => ({ n, ...one })))],
  );
  return inOrder(asked.length, rows);
}

/** A session that has neither ended nor expired, of a user who is still there. */
export interface OpenSession {
  session: string;
  user: string;
  name: string;
  company: string;
  expiresAt: Date;
  lastSeenAt: Date;
}

export async function readOpenSessions(em: Em, ids: string[], now: Date): Promise<(OpenSession | null)[]> {
  const rows = await query<Omit<OpenSession, 'expiresAt' | 'lastSeenAt'> & { n: number; expires: string | Date; seen: string | Date }>(
    em,
    `select w.n, s.id as session, u.id as user, u.name, u.company_id as company, s.expires_at as expires, s.last_seen_at as seen
     from jsonb_to_recordset($1::jsonb) as w(n int, id text)
     join sessions s on s.id = w.id and s.ended_at is null and s.expires_at > $2::timestamptz
     join users u on u.id = s.user_id and u.removed_at is null`,
    [JSON.stringify(ids.map((id, n) => ({ n, id }))), now.toISOString()],
  );
  const read = rows.map(({ expires, seen, ...row }) => ({ ...row, expiresAt: new Date(expires), lastSeenAt: new Date(seen) }));
  return inOrder(ids.length, read);
}

/** Whether these links and sessions are still open. */
export async function areOpen(em: Em, asked: ({ link: string } | { session: string })[], now: Date): Promise<boolean[]> {
  const rows = await query<{ n: number }>(
    em,
    `select w.n from jsonb_to_recordset($1::jsonb) as w(n int, link uuid, session text)
     where exists (select 1 from links l where l.id = w.link and l.revoked_at is null)
       or exists (select 1 from sessions s where s.id = w.session and s.ended_at is null and s.expires_at > $2::timestamptz)`,
    [JSON.stringify(asked.map((one, n) => ({ n, ...one }))), now.toISOString()],
  );
  const open = new Set(rows.map((row) => row.n));
  return asked.map((_, n) => open.has(n));
}

/** What a deal's log holds above a cursor, at most one batch of it, and its last sequence. */
export interface LogTail {
  events: Logged[];
  head: number;
}

/** Many pages stand at the same place of the same log: that is read once. */
export async function readLogTails(em: Em, asked: { deal: string; cursor: number }[]): Promise<LogTail[]> {
  const places = [...new Map(asked.map((one) => [`${one.deal} ${one.cursor}`, one])).values()];
  const rows = await query<EventRow & { n: number; head: string }>(
    em,
    `select w.n, d.seq as head, e.* from jsonb_to_recordset($1::jsonb) as w(n int, place uuid, cursor bigint)
     join deals d on d.id = w.place
     left join lateral (
       select ${COLUMNS} from events where deal = w.place and deal_seq > w.cursor order by deal_seq limit ${BATCH_LIMIT}
     ) e on true
     order by w.n, e.deal_seq`,
    [JSON.stringify(places.map(({ deal, cursor }, n) => ({ n, place: deal, cursor })))],
  );
  const tails = places.map((): LogTail => ({ events: [], head: 0 }));
  for (const row of rows) {
    const tail = tails[row.n];
    if (!tail) continue;
    tail.head = Number(row.head);
    if (row.type !== null) tail.events.push(fromRow(row));
  }
  const found = new Map(places.map(({ deal, cursor }, n) => [`${deal} ${cursor}`, tails[n]]));
  return asked.map(({ deal, cursor }) => found.get(`${deal} ${cursor}`) ?? { events: [], head: 0 });
}

function inOrder<T extends { n: number }>(count: number, rows: T[]): (Omit<T, 'n'> | null)[] {
  const answers: (Omit<T, 'n'> | null)[] = Array.from({ length: count }, () => null);
  for (const { n, ...row } of rows) answers[n] = row;
  return answers;
}
