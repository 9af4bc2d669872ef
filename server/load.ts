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
import type { LoadedClient, LoadedCompany, LoadedDeal, Reads } from './model/loaded.ts';

/**
 * Loads a deal. Under a command its row is locked first, in a statement of its own: a join locked in the same statement
 * was seen to return stale children.
 */
export async function loadDeal(em: Em, id: string, reads: Reads): Promise<LoadedDeal | null> {
  const deal = await em.findOne(DealSchema, { id });
  if (deal === null) return null;
  const company = await em.findOneOrFail(CompanySchema, { id: deal.company });
  const client = await em.findOneOrFail(ClientSchema, { id: deal.client });
  const contacts = await em.find(ContactSchema, { client: client.id }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  return loadChildren(em, { ...empty(company, deal, client, contacts) }, reads);
}

/** A deal that is about to be made has nothing to load but its company. */
export function emptyDeal(company: LoadedDeal['company'], deal: Deal, client: Client, contacts: Contact[]): LoadedDeal {
  return empty(company, deal, client, contacts);
}

async function loadChildren(em: Em, loaded: LoadedDeal, reads: Reads): Promise<LoadedDeal> {
  const { id } = loaded.deal;
  loaded.documents = await em.find(DocumentSchema, { deal: id }, { orderBy: { position: 'asc', id: 'asc' } });
  loaded.people = await em.find(PersonSchema, { deal: id }, { orderBy: { position: 'asc' } });
  loaded.links = await em.find(LinkSchema, { deal: id }, { orderBy: { position: 'asc' } });
  loaded.files = await em.find(FileSchema, { deal: id }, { orderBy: { position: 'asc' } });
  if (reads === 'rows') return loaded;
  loaded.users = await em.find(UserSchema, { company: loaded.company.id, removedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  loaded.mails = await em.find(MailSchema, { deal: id }, { orderBy: { position: 'asc' } });
  if (reads === 'messages') loaded.messages = await em.find(MessageSchema, { deal: id }, { orderBy: { seq: 'asc' } });
  const document = { $in: loaded.documents.map((doc) => doc.id) };
  loaded.decisions = await em.find(DecisionSchema, { document }, { orderBy: { position: 'asc' } });
  loaded.receipts = await em.find(ReceiptSchema, { document }, { orderBy: { position: 'asc' } });
  loaded.payments = await em.find(PaymentSchema, { document }, { orderBy: { position: 'asc' } });
  loaded.checkouts = await em.find(CheckoutSchema, { deal: id }, { orderBy: { position: 'asc' } });
  loaded.refunds = await em.find(RefundSchema, { deal: id }, { orderBy: { position: 'asc' } });
  loaded.acts = await em.find(ActSchema, { document }, { orderBy: { position: 'asc' } });
  loaded.drafts = await em.find(DraftSchema, { document });
  loaded.revisions = await em.find(RevisionSchema, { document }, { orderBy: { revision: 'asc' } });
  for (const doc of loaded.documents) {
    if (doc.views === 0) continue;
    loaded.visits.push(...(await em.find(VisitSchema, { document: doc.id }, { orderBy: { position: 'desc' }, limit: MAX_VISITS })));
  }
  const files = loaded.documents.flatMap((doc) => doc.source ?? []);
  if (files.length > 0) {
    const rows = await em.execute<{ sha256: string; media_type: string; size: number }[]>(
      `select sha256, media_type, size from blobs where sha256 in (${files.map(() => '?').join(', ')})`,
      files,
    );
    for (const row of rows) loaded.sources.set(row.sha256, { mediaType: row.media_type, size: row.size });
  }
  return loaded;
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

function empty(company: LoadedDeal['company'], deal: Deal, client: Client, contacts: Contact[]): LoadedDeal {
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
