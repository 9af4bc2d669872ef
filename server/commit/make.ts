import { randomUUID } from 'node:crypto';
import { Refusal } from '../../shared/refusal.ts';
import type { Inputs, Name } from '../commands/index.ts';
import type { Em } from '../db.ts';
import { ClientSchema, CompanySchema, ContactSchema, DealSchema, DocumentSchema, RevisionSchema } from '../entities/index.ts';
import { emptyDeal } from '../load.ts';
import type { LoadedClient, LoadedDeal } from '../model/loaded.ts';
import { partyOf } from '../model/party.ts';
import { wantsReminders } from '../model/recipients.ts';
import { cameIn, importWarnings, type NewDeal } from '../target.ts';

/** Commands that must know what they cannot look up themselves, under locks of their own: each has its transaction to itself. */
export const LOOKS_UP: ReadonlySet<Name> = new Set<Name>(['importDocument', 'draftDocument']);

/** A client about to be made; its id is that of the command. */
export async function emptyClient(em: Em, companyId: string, id: string, now: Date): Promise<LoadedClient> {
  const company = await em.findOneOrFail(CompanySchema, { id: companyId });
  const client = em.create(ClientSchema, {
    id,
    company: companyId,
    name: '',
    identity: partyOf(''),
    vatId: null,
    createdAt: now,
    changedAt: null,
    remindersOff: false,
  });
  em.persist(client);
  return { company, client, contacts: [], deals: [], people: [] };
}

/** What a command must know and cannot look up itself. */
export async function completed(em: Em, name: Name, input: Inputs[Name], loaded: LoadedDeal): Promise<Inputs[Name]> {
  if (name === 'importDocument') return withWarnings(em, input as Inputs['importDocument'], loaded);
  if (name === 'draftDocument') return withCopied(em, input as Inputs['draftDocument'], loaded);
  return input;
}

/** What is printed on the document to be copied, of whichever deal of the company. */
async function withCopied(em: Em, input: Inputs['draftDocument'], { company }: LoadedDeal): Promise<Inputs['draftDocument']> {
  if (input.copy === null) return input;
  const document = await em.findOne(DocumentSchema, { id: input.copy, company: company.id });
  const revision = document && (await em.findOne(RevisionSchema, { document: document.id, revision: document.revision }));
  if (!revision) throw new Refusal('not_found');
  return { ...input, copied: revision.content };
}

/**
 * A file with what is known of it and of its number: looked up under a lock of its own, so that the same file sent twice at
 * once comes in once, and two files that state one number are told apart.
 */
async function withWarnings(em: Em, input: Inputs['importDocument'], loaded: LoadedDeal): Promise<Inputs['importDocument']> {
  const { company, deal } = loaded;
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`import ${company.id} ${input.imported.number}`]);
  const before = await cameIn(em, input.file.sha256, company.id);
  // It came in between looking and locking: once more, on the deal it belongs to.
  if (before !== null && before.deal !== deal.id) throw Object.assign(new Error('the file came in meanwhile'), { code: '40001' });
  return { ...input, ...(await importWarnings(em, input.imported, company.id)), before: before?.document ?? null };
}

/** A new deal with a client: the one of this name and VAT number, or a new one. */
export async function makeDeal(em: Em, made: NewDeal, companyId: string, now: Date): Promise<LoadedDeal> {
  // Two new documents for the same new client at once make one client.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `client ${companyId} ${made.client.name} ${made.client.vatId ?? ''}`,
  ]);
  const company = await em.findOneOrFail(CompanySchema, { id: companyId });
  const known = await em.findOne(
    ClientSchema,
    { company: companyId, name: made.client.name, vatId: made.client.vatId },
    { orderBy: { createdAt: 'asc' } },
  );
  const client =
    known ??
    em.create(ClientSchema, {
      id: randomUUID(),
      company: companyId,
      name: made.client.name,
      identity: { ...made.client, contact: null },
      vatId: made.client.vatId,
      createdAt: now,
      changedAt: null,
      remindersOff: false,
    });
  const contacts = known ? await em.find(ContactSchema, { client: known.id }, { orderBy: { createdAt: 'asc', id: 'asc' } }) : [];
  const fresh = made.contacts.filter(
    (given) => !contacts.some((one) => one.removedAt === null && one.name === given.name && one.email === given.email),
  );
  const added = fresh.map((given, i) =>
    em.create(ContactSchema, {
      id: randomUUID(),
      client: client.id,
      phone: null,
      ...given,
      createdAt: new Date(now.getTime() + i),
      removedAt: null,
      reminders: wantsReminders(contacts, given.email),
    }),
  );
  const deal = em.create(DealSchema, { id: randomUUID(), company: companyId, client: client.id, seq: 0, createdAt: now });
  em.persist([client, ...added, deal]);
  // Of a known client, the contacts this document names come first.
  const named = contacts.filter((one) => made.contacts.some((given) => one.name === given.name && one.email === given.email));
  return emptyDeal(company, deal, client, [...named, ...added, ...contacts.filter((one) => !named.includes(one))]);
}

/** A new deal with a client there is. The client's row is shared, so that a change of it tells this deal too. */
export async function makeDealFor(em: Em, clientId: string, companyId: string, now: Date): Promise<LoadedDeal | null> {
  await em.execute('select 1 from clients where id = ? for share', [clientId]);
  const client = await em.findOne(ClientSchema, { id: clientId, company: companyId });
  if (client === null) return null;
  const company = await em.findOneOrFail(CompanySchema, { id: companyId });
  const contacts = await em.find(ContactSchema, { client: clientId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const deal = em.create(DealSchema, { id: randomUUID(), company: companyId, client: clientId, seq: 0, createdAt: now });
  em.persist(deal);
  return emptyDeal(company, deal, client, contacts);
}
