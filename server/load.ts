import { MAX_VISITS } from '../shared/view.ts';
import { allOf, query, type Em } from './db.ts';
import {
  ActSchema,
  ApiKeySchema,
  CheckoutSchema,
  ClientSchema,
  CompanySchema,
  ContactSchema,
  DealSchema,
  DecisionSchema,
  DeliverySchema,
  DocumentSchema,
  DraftSchema,
  FileSchema,
  JoinSchema,
  LinkSchema,
  MailSchema,
  MessageSchema,
  PaymentSchema,
  PersonSchema,
  ReceiptSchema,
  RefundSchema,
  RevisionSchema,
  SessionSchema,
  StripeKeysSchema,
  UserSchema,
  VisitSchema,
  WebhookSchema,
  type Client,
  type Contact,
  type Deal,
} from './entities/index.ts';
import { createFind, type Find } from './find.ts';
import type { LoadedClient, LoadedCompany, LoadedDeal, Reads } from './model/loaded.ts';

/**
 * Loads deals. Under commands their rows are locked first, in a statement of its own: a join locked in the same statement was seen to
 * return stale children. One statement a table, however many deals there are. Those that are not there are left out.
 */
export async function loadDeals(em: Em, find: Find, ids: string[], reads: Reads): Promise<Map<string, LoadedDeal>> {
  if (ids.length === 0) return new Map();
  const ofDeals = (column: string) => `(select ${column} from deals where id = any($1::uuid[]))`;
  // In one round trip: so nothing here waits for what another one answers.
  const [deals, companies, clients, contacts, documents, people, links, files] = await allOf([
    find.in(DealSchema, 'id', ids),
    find.by(CompanySchema, `where id in ${ofDeals('company_id')}`, [ids]),
    find.by(ClientSchema, `where id in ${ofDeals('client_id')}`, [ids]),
    find.by(ContactSchema, `where client_id in ${ofDeals('client_id')} order by created_at, id`, [ids]),
    find.in(DocumentSchema, 'deal', ids, { orderBy: ['position', 'id'] }),
    find.in(PersonSchema, 'deal', ids, { orderBy: ['position'] }),
    find.in(LinkSchema, 'deal', ids, { orderBy: ['position'] }),
    find.in(FileSchema, 'deal', ids, { orderBy: ['position'] }),
  ]);
  const [company, client] = [byId(companies), byId(clients)];
  const ofClient = Map.groupBy(contacts, (contact) => contact.client);
  const loaded = new Map<string, LoadedDeal>();
  for (const deal of deals) {
    const [between, and] = [company.get(deal.company), client.get(deal.client)];
    // Each has a list of its own to add to, also where two deals have one client.
    if (between && and) loaded.set(deal.id, emptyDeal(between, deal, and, [...(ofClient.get(and.id) ?? [])]));
  }
  for (const one of documents) loaded.get(one.deal)?.documents.push(one);
  for (const one of people) loaded.get(one.deal)?.people.push(one);
  for (const one of links) loaded.get(one.deal)?.links.push(one);
  for (const one of files) loaded.get(one.deal)?.files.push(one);
  if (reads !== 'rows' && loaded.size > 0) await loadContents(em, find, loaded, reads);
  return loaded;
}

/** One deal, to be looked at, or null. */
export async function loadDeal(em: Em, id: string, reads: Reads): Promise<LoadedDeal | null> {
  return (await loadDeals(em, createFind(em), [id], reads)).get(id) ?? null;
}

async function loadContents(em: Em, find: Find, loaded: Map<string, LoadedDeal>, reads: Reads): Promise<void> {
  const deals = [...loaded.values()];
  const ids = [...loaded.keys()];
  const dealOf = new Map(deals.flatMap((one) => one.documents.map((doc) => [doc.id, one] as const)));
  const documents = [...dealOf.keys()];
  const companies = unique(deals.map((one) => one.company.id));
  const [users, mails, messages, checkouts, refunds, decisions, receipts, payments, acts, drafts, revisions, visits] = await allOf([
    find.in(UserSchema, 'company', companies, { orderBy: ['createdAt', 'id'], open: 'removedAt' }),
    find.in(MailSchema, 'deal', ids, { orderBy: ['position'] }),
    reads === 'messages' ? find.in(MessageSchema, 'deal', ids, { orderBy: ['seq'] }) : [],
    find.in(CheckoutSchema, 'deal', ids, { orderBy: ['position'] }),
    find.in(RefundSchema, 'deal', ids, { orderBy: ['position'] }),
    find.in(DecisionSchema, 'document', documents, { orderBy: ['position'] }),
    find.in(ReceiptSchema, 'document', documents, { orderBy: ['position'] }),
    find.in(PaymentSchema, 'document', documents, { orderBy: ['position'] }),
    find.in(ActSchema, 'document', documents, { orderBy: ['position'] }),
    find.in(DraftSchema, 'document', documents),
    find.in(RevisionSchema, 'document', documents, { orderBy: ['revision'] }),
    // A visit's position is the document's count of them at the time: the newest are those near its end.
    find.by(
      VisitSchema,
      `join documents d on d.id = visits.document_id
       where d.id = any($1::uuid[]) and visits.position > d.views - $2 order by visits.position desc`,
      [documents, MAX_VISITS],
    ),
    loadSources(em, deals),
  ]);
  for (const one of deals) one.users = users.filter((user) => user.company === one.company.id);
  for (const one of mails) loaded.get(one.deal)?.mails.push(one);
  for (const one of messages) loaded.get(one.deal)?.messages.push(one);
  for (const one of checkouts) loaded.get(one.deal)?.checkouts.push(one);
  for (const one of refunds) loaded.get(one.deal)?.refunds.push(one);
  for (const one of decisions) dealOf.get(one.document)?.decisions.push(one);
  for (const one of receipts) dealOf.get(one.document)?.receipts.push(one);
  for (const one of payments) dealOf.get(one.document)?.payments.push(one);
  for (const one of acts) dealOf.get(one.document)?.acts.push(one);
  for (const one of drafts) dealOf.get(one.document)?.drafts.push(one);
  for (const one of revisions) dealOf.get(one.document)?.revisions.push(one);
  for (const one of visits) dealOf.get(one.document)?.visits.push(one);
}

async function loadSources(em: Em, deals: LoadedDeal[]): Promise<void> {
  const files = unique(deals.flatMap((one) => one.documents.flatMap((doc) => doc.source ?? [])));
  if (files.length === 0) return;
  const rows = await query<{ sha256: string; media_type: string; size: number }>(
    em,
    'select sha256, media_type, size from blobs where sha256 = any($1)',
    [files],
  );
  const sources = new Map(rows.map((row) => [row.sha256, { mediaType: row.media_type, size: row.size }]));
  for (const one of deals) one.sources = new Map([...sources].filter(([sha256]) => one.documents.some((doc) => doc.source === sha256)));
}

function byId<T extends { id: string }>(rows: T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

function unique(ids: string[]): string[] {
  return [...new Set(ids)];
}

/** What a command of the whole company needs. `delivery`: the one it is about. */
export async function loadCompany(em: Em, id: string, delivery: string | null): Promise<LoadedCompany | null> {
  const company = await em.findOne(CompanySchema, { id });
  if (company === null) return null;
  const webhooks = await em.find(WebhookSchema, { company: id, removedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const users = await em.find(UserSchema, { company: id }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const ofThese = { id: delivery ?? '', webhook: { $in: webhooks.map((webhook) => webhook.id) } };
  return {
    company,
    users,
    sessions: await em.find(SessionSchema, { user: { $in: users.map((user) => user.id) }, endedAt: null }),
    keys: await em.find(ApiKeySchema, { company: id }),
    joins: await em.find(JoinSchema, { company: id, endedAt: null }),
    webhooks,
    stripe: await em.findOne(StripeKeysSchema, { company: id }),
    delivery: delivery === null ? null : await em.findOne(DeliverySchema, ofThese),
  };
}

/** A client with its deals, which must be locked already. null where there is none. */
export async function loadClient(em: Em, id: string): Promise<LoadedClient | null> {
  const client = await em.findOne(ClientSchema, { id });
  if (client === null) return null;
  const deals = await em.find(DealSchema, { client: id }, { orderBy: { id: 'asc' } });
  const deal = { $in: deals.map((one) => one.id) };
  return {
    company: await em.findOneOrFail(CompanySchema, { id: client.company }),
    client,
    contacts: await em.find(ContactSchema, { client: id }, { orderBy: { createdAt: 'asc', id: 'asc' } }),
    deals,
    people: await em.find(PersonSchema, { deal, side: 'client', contact: null }, { orderBy: { createdAt: 'asc', id: 'asc' } }),
  };
}

/** A deal of which nothing is loaded but who it is between: one that is about to be made has nothing else. */
export function emptyDeal(company: LoadedDeal['company'], deal: Deal, client: Client, contacts: Contact[]): LoadedDeal {
  return {
    company,
    deal,
    client,
    contacts,
    documents: [],
    people: [],
    links: [],
    decisions: [],
    receipts: [],
    files: [],
    users: [],
    mails: [],
    messages: [],
    payments: [],
    checkouts: [],
    refunds: [],
    revisions: [],
    drafts: [],
    acts: [],
    visits: [],
    sources: new Map(),
  };
}
