import type { DocumentInput } from '../shared/document-input.ts';
import type { Kind, Party } from '../shared/document.ts';
import { Refusal } from '../shared/refusal.ts';
import type { Warning } from '../shared/view.ts';
import type { Acting } from './commands/scope.ts';
import type { Inputs, Name } from './commands/index.ts';
import type { Em } from './db.ts';
import type { ImportedDocument } from './formats/imported.ts';
import { addressFrom, buyerFrom } from './model/content.ts';

/** What a command changes: a deal that is there, a deal it makes (with a new client, or one there is), a client, or the company. */
export type Target = { deal: string } | { newDeal: NewDeal } | { dealFor: string } | { client: string | null } | { company: string };

export interface NewDeal {
  client: Party;
  contacts: { name: string; email: string | null; phone?: string | null; language: 'fr' | 'en' | null }[];
}

export type FindTarget = <N extends Name>(em: () => Em, name: N, input: Inputs[N], acting: Acting) => Promise<Target>;

/** How many documents a process remembers the deals of. */
const REMEMBERED = 20_000;

/**
 * Finds what a command is about, before any lock: which deal a document belongs to never changes, so it is looked up once.
 * Throws `not_found` alike for what is not there and what is another company's.
 */
export function createFinder(): FindTarget {
  const places = new Map<string, Place>();
  const placeOf = async (em: () => Em, document: string): Promise<Place | null> => {
    const known = places.get(document) ?? (await findPlace(em(), document));
    if (known === null) return null;
    // The newest last: what is asked for stays.
    places.delete(document);
    places.set(document, known);
    const [oldest] = places.keys();
    if (places.size > REMEMBERED && oldest !== undefined) places.delete(oldest);
    return known;
  };
  return (em, name, input, acting) => findTarget(em, name, input, acting, placeOf);
}

/** Whose a document is. */
interface Place {
  deal: string;
  company: string;
}

async function findPlace(em: Em, document: string): Promise<Place | null> {
  const [row] = await em.execute<{ deal_id: string; company_id: string }[]>('select deal_id, company_id from documents where id = ?', [
    document,
  ]);
  return row ? { deal: row.deal_id, company: row.company_id } : null;
}

async function findTarget<N extends Name>(
  em: () => Em,
  name: N,
  input: Inputs[N],
  acting: Acting,
  placeOf: (em: () => Em, document: string) => Promise<Place | null>,
): Promise<Target> {
  if (name === 'createDocument') return targetOfNew(em(), (input as Inputs['createDocument']).document, acting.company);
  if (name === 'draftDocument') return targetOfDraft(em(), input as Inputs['draftDocument'], acting.company);
  if (name === 'saveClient') return { client: (input as Inputs['saveClient']).client };
  if (name === 'setReminders') return { client: await clientOf(em(), (input as Inputs['setReminders']).of) };
  if (name === 'importDocument') return targetOfImport(em(), input as Inputs['importDocument'], acting.company);
  if ('document' in input && typeof input.document === 'string') {
    const place = await placeOf(em, input.document);
    if (place?.company !== acting.company || (acting.as === 'link' && acting.deal !== place.deal)) throw new Refusal('not_found');
    return { deal: place.deal };
  }
  return { company: acting.company };
}

/** The deal of a document of this company, or null. */
export async function dealOf(em: Em, document: string, company: string): Promise<string | null> {
  const place = await findPlace(em, document);
  return place?.company === company ? place.deal : null;
}

/** The client somebody belongs to: a contact, or whoever is known by a link alone. */
async function clientOf(em: Em, person: string): Promise<string> {
  const [row] = await em.execute<{ client_id: string }[]>(
    `select client_id from contacts where id = ?
     union all select d.client_id from people p join deals d on d.id = p.deal_id where p.id = ? limit 1`,
    [person, person],
  );
  if (!row) throw new Refusal('not_found');
  return row.client_id;
}

async function targetOfNew(em: Em, input: DocumentInput, company: string): Promise<Target> {
  if (input.follows !== null) {
    const deal = await dealOf(em, input.follows, company);
    if (deal === null)
      throw new Refusal('reference_not_found', { faults: [{ pointer: '/follows', rule: 'not_found', detail: 'no document has this id' }] });
    return { deal };
  }
  if (input.client === null) {
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/client', rule: 'required', detail: 'a document that follows no other one needs its client' }],
    });
  }
  return {
    newDeal: { client: { ...buyerFrom(input.client), address: addressFrom(input.client.address) }, contacts: input.client.contacts },
  };
}

/** From documents: their deal, which must be one. From nothing or from a copy: a new one. */
async function targetOfDraft(em: Em, { client, from, copy }: Inputs['draftDocument'], company: string): Promise<Target> {
  if (from === null) {
    if (client === null) throw required('/client', 'a document that follows no other one needs its client');
    return { dealFor: client };
  }
  if (copy !== null || client !== null) throw required('/from', 'either from documents of a deal, or in a new one');
  const deals = new Set(await Promise.all(from.documents.map((document) => dealOf(em, document, company))));
  const [deal] = deals;
  if (!deal) throw new Refusal('not_found');
  if (deals.size > 1) throw required('/from/documents', 'documents of one deal are expected');
  return { deal };
}

function required(pointer: string, detail: string): Refusal {
  return new Refusal('invalid_input', { faults: [{ pointer, rule: 'required', detail }] });
}

async function targetOfImport(em: Em, { imported, file }: Inputs['importDocument'], company: string): Promise<Target> {
  const before = await cameIn(em, file.sha256, company);
  if (before !== null) return { deal: before.deal };
  for (const reference of imported.references) {
    // Only a reference that fits one document says where it belongs; one that fits several says nothing.
    const [found, ...others] = await matches(em, reference, company);
    if (found && others.length === 0) return { deal: found.deal_id };
  }
  if (imported.kind === 'receipt_advice')
    throw new Refusal('reference_not_found', {
      detail: 'the delivery this receipt advice is for was not found, or is not the only one of its number',
    });
  return { newDeal: { client: imported.content.buyer, contacts: imported.contacts } };
}

/** What came of this very file before: the document it became, or the delivery its receipt was recorded on. */
export async function cameIn(em: Em, sha256: string, company: string): Promise<{ document: string; deal: string } | null> {
  const [row] = await em.execute<{ id: string; deal_id: string }[]>(
    `select d.id, d.deal_id from documents d
     where d.company_id = ? and (d.source_sha256 = ? or exists (select 1 from receipts r where r.document_id = d.id and r.source_sha256 = ?))
     order by d.created_at limit 1`,
    [company, sha256, sha256],
  );
  return row ? { document: row.id, deal: row.deal_id } : null;
}

/** What the owner should know about a file before it is stored: repeated numbers, references that fit nothing or too much. */
export async function importWarnings(em: Em, imported: ImportedDocument, company: string): Promise<{ warnings: Warning[]; copy: number }> {
  const warnings: Warning[] = [];
  for (const reference of imported.references) {
    const found = await matches(em, reference, company);
    if (found.length > 1)
      warnings.push({
        code: 'reference_ambiguous',
        detail: `${found.length} documents fit the reference to ${reference.kind} ${reference.number}`,
      });
    if (found.length === 0)
      warnings.push({ code: 'reference_unknown', detail: `no document fits the reference to ${reference.kind} ${reference.number}` });
  }
  const [row] = await em.execute<{ last: number | null }[]>(
    'select max(copy) as last from documents where company_id = ? and kind = ? and origin = ? and number = ?',
    [company, imported.kind, imported.origin === '' ? 'file' : imported.origin, imported.number],
  );
  const copy = (row?.last ?? 0) + 1;
  if (copy > 1) warnings.push({ code: 'number_repeated', detail: `number ${imported.number} has come in ${copy} times from this origin` });
  return { warnings, copy };
}

/** Documents that fit a stated reference: kind and number, and the UUID where both sides state one. */
async function matches(
  em: Em,
  reference: { kind: Kind; number: string; uuid: string | null },
  company: string,
): Promise<{ id: string; deal_id: string }[]> {
  const rows = await em.execute<{ id: string; deal_id: string; uuid: string | null }[]>(
    'select id, deal_id, uuid from documents where company_id = ? and kind = ? and number = ?',
    [company, reference.kind, reference.number],
  );
  const wanted = reference.uuid?.toLowerCase();
  return rows.filter((row) => !wanted || row.uuid === null || row.uuid.toLowerCase() === wanted);
}
