import * as v from 'valibot';
import type { ClientList, ClientPage } from '../../shared/console.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import type { Em } from '../db.ts';
import { ClientSchema, ContactSchema, DocumentSchema } from '../entities/index.ts';
import { clientProfile } from '../model/client.ts';
import { contactViews, documentRow } from '../model/document-view.ts';

const PAGE = 50;
const DOCUMENTS = 100;

interface Row {
  id: string;
  name: string;
  key: string;
  city: string | null;
  contacts: number;
  deals: number;
  last_at: Date | string | null;
}

/** A company's clients by name, with an opaque cursor for the next page. `q`: words in the client's name, or of a contact. */
export async function listClients(em: Em, company: string, filter: { q: string | null; cursor: string | null }): Promise<ClientList> {
  const after = filter.cursor === null ? null : placeOf(filter.cursor);
  const like = filter.q === null ? null : `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await em.execute<Row[]>(
    `select c.id, c.name, c.key, c.city,
            (select count(*)::int from contacts p where p.client_id = c.id and p.removed_at is null) as contacts,
            (select count(distinct o.deal_id)::int from documents o join deals d on d.id = o.deal_id where d.client_id = c.id) as deals,
            (select max(o.updated_at) from documents o join deals d on d.id = o.deal_id where d.client_id = c.id) as last_at
     from (select id, name, lower(name) as key, identity->'address'->>'city' as city from clients
           where company_id = ?
           ${like === null ? '' : `and (name ilike ? or exists (select 1 from contacts p where p.client_id = clients.id and p.removed_at is null and (p.name ilike ? or p.email ilike ?)))`}
           ${after === null ? '' : 'and (lower(name), id) > (?, ?::uuid)'}
           order by lower(name), id limit ?) c
     order by c.key, c.id`,
    [company, ...(like === null ? [] : [like, like, like]), ...(after === null ? [] : [after.key, after.id]), PAGE + 1],
  );
  const page = rows.slice(0, PAGE);
  const last = page.at(-1);
  return {
    clients: page.map(({ id, name, city, contacts, deals, last_at: at }) => ({
      id,
      name,
      city,
      contacts,
      deals,
      lastAt: at === null ? null : new Date(at).toISOString(),
    })),
    next: rows.length > PAGE && last ? Buffer.from(JSON.stringify([last.key, last.id])).toString('base64url') : null,
  };
}

const place = v.strictTuple([v.string(), s.id]);

/** The row a cursor stands at. Throws `invalid_input` for anything this list did not write itself. */
function placeOf(cursor: string): { key: string; id: string } {
  try {
    const [key, id] = v.parse(place, JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (!key.includes('\0') && key.isWellFormed()) return { key, id };
  } catch {
    // Said below, as of every other one.
  }
  throw new Refusal('invalid_input', { faults: [{ pointer: '/cursor', rule: 'cursor', detail: 'not a cursor that this list gave' }] });
}

/** A client of this company with its contacts and its newest documents; null where there is none. */
export async function clientPage(em: Em, company: string, id: string): Promise<ClientPage | null> {
  const client = await em.findOne(ClientSchema, { id, company });
  if (client === null) return null;
  const contacts = await em.find(ContactSchema, { client: id }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const deals = await em.execute<{ id: string }[]>('select id from deals where client_id = ?', [id]);
  const documents = await em.find(
    DocumentSchema,
    { company, deal: { $in: deals.map((deal) => deal.id) } },
    { orderBy: { createdAt: 'desc', id: 'desc' }, limit: DOCUMENTS },
  );
  return { id, profile: clientProfile(client), contacts: contactViews(contacts), documents: documents.map(documentRow) };
}
