import { MAX_VISITS } from '../shared/view.ts';
import type { Em } from './db.ts';
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
  const deals = await find.in(DealSchema, 'id', ids);
  if (deals.length === 0) return new Map();
  const companies = byId(await find.in(CompanySchema, 'id', unique(deals.map((deal) => deal.company))));
  const clients = byId(await find.in(ClientSchema, 'id', unique(deals.map((deal) => deal.client))));
  const contacts = await find.in(ContactSchema, 'client', [...clients.keys()], { orderBy: ['createdAt', 'id'] });
  const ofClient = Map.groupBy(contacts, (contact) => contact.client);
  const loaded = new Map<string, LoadedDeal>();
  for (const deal of deals) {
    const company = companies.get(deal.company);
    const client = clients.get(deal.client);
    // Each has a list of its own to add to, also where two deals have one client.
    if (company && client) loaded.set(deal.id, emptyDeal(company, deal, client, [...(ofClient.get(client.id) ?? [])]));
  }
  await loadRows(find, loaded);
  if (reads !== 'rows') await loadContents(em, find, loaded, reads);
  return loaded;
}

/** One deal, to be looked at, or null. */
export async function loadDeal(em: Em, id: string, reads: Reads): Promise<LoadedDeal | null> {
  return (await loadDeals(em, createFind(em), [id], reads)).get(id) ?? null;
}

async function loadRows(find: Find, loaded: Map<string, LoadedDeal>): Promise<void> {
  const ids = [...loaded.keys()];
  for (const one of await find.in(DocumentSchema, 'deal', ids, { orderBy: ['position', 'id'] })) loaded.get(one.deal)?.documents.push(one);
  for (const one of await find.in(PersonSchema, 'deal', ids, { orderBy: ['position'] })) loaded.get(one.deal)?.people.push(one);
  for (const one of await find.in(LinkSchema, 'deal', ids, { orderBy: ['position'] })) loaded.get(one.deal)?.links.push(one);
  for (const one of await find.in(FileSchema, 'deal', ids, { orderBy: ['position'] })) loaded.get(one.deal)?.files.push(one);
}

async function loadContents(em: Em, find: Find, loaded: Map<string, LoadedDeal>, reads: Reads): Promise<void> {
  const deals = [...loaded.values()];
  const ids = [...loaded.keys()];
  const companies = unique(deals.map((one) => one.company.id));
  const users = await find.in(UserSchema, 'company', companies, { orderBy: ['createdAt', 'id'], open: 'removedAt' });
  for (const one of deals) one.users = users.filter((user) => user.company === one.company.id);
  for (const one of await find.in(MailSchema, 'deal', ids, { orderBy: ['position'] })) loaded.get(one.deal)?.mails.push(one);
  if (reads === 'messages')
    for (const one of await find.in(MessageSchema, 'deal', ids, { orderBy: ['seq'] })) loaded.get(one.deal)?.messages.push(one);
  for (const one of await find.in(CheckoutSchema, 'deal', ids, { orderBy: ['position'] })) loaded.get(one.deal)?.checkouts.push(one);
  for (const one of await find.in(RefundSchema, 'deal', ids, { orderBy: ['position'] })) loaded.get(one.deal)?.refunds.push(one);
  await loadOfDocuments(em, find, loaded);
}

async function loadOfDocuments(em: Em, find: Find, loaded: Map<string, LoadedDeal>): Promise<void> {
  const documents = [...loaded.values()].flatMap((one) => one.documents);
  const dealOf = new Map(documents.map((doc) => [doc.id, doc.deal]));
  const of = (one: { document: string }) => loaded.get(dealOf.get(one.document) ?? '');
  const ids = [...dealOf.keys()];
  for (const one of await find.in(DecisionSchema, 'document', ids, { orderBy: ['position'] })) of(one)?.decisions.push(one);
  for (const one of await find.in(ReceiptSchema, 'document', ids, { orderBy: ['position'] })) of(one)?.receipts.push(one);
  for (const one of await find.in(PaymentSchema, 'document', ids, { orderBy: ['position'] })) of(one)?.payments.push(one);
  for (const one of await find.in(ActSchema, 'document', ids, { orderBy: ['position'] })) of(one)?.acts.push(one);
  for (const one of await find.in(DraftSchema, 'document', ids)) of(one)?.drafts.push(one);
  for (const one of await find.in(RevisionSchema, 'document', ids, { orderBy: ['revision'] })) of(one)?.revisions.push(one);
  // A visit's position is the document's count of them at the time: the newest are those near its end.
  const visits = await find.by(
    VisitSchema,
    `select v.* from visits v join documents d on d.id = v.document_id
     where d.id = any($1::uuid[]) and v.position > d.views - $2 order by v.position desc`,
    [ids, MAX_VISITS],
  );
  for (const one of visits) of(one)?.visits.push(one);
  await loadSources(em, loaded);
}

async function loadSources(em: Em, loaded: Map<string, LoadedDeal>): Promise<void> {
  const deals = [...loaded.values()];
  const files = unique(deals.flatMap((one) => one.documents.flatMap((doc) => doc.source ?? [])));
  if (files.length === 0) return;
  const rows = await em.execute<{ sha256: string; media_type: string; size: number }[]>(
    `select sha256, media_type, size from blobs where sha256 in (${files.map(() => '?').join(', ')})`,
    files,
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
