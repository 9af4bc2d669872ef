import type { Address, Day, DocumentContent, Kind, Language, Party, Reference } from '../../shared/document.ts';
import type { DocumentInput } from '../../shared/document-input.ts';
import { Refusal } from '../../shared/refusal.ts';
import { deliverTo, numbered } from '../../shared/draft-content.ts';
import { counted, totalsOf, vatRows } from '../../shared/totals.ts';
import type { Company } from '../entities/index.ts';
import { MAX_FAULTS } from '../validate.ts';
import { datesFrom } from './dates.ts';
import { lineFrom, type LineContext } from './line.ts';

/** The kinds that ask for money: what is given back is a credit note. */
const ASKING: readonly Kind[] = ['quote', 'order', 'invoice'];

/** What a new document takes over where the input is silent. */
export interface Defaults {
  company: Company;
  today: Day;
  language: Language;
  buyer: Party;
  /** Lines of the deal's documents, for `from`: line id → document id. */
  knownLines: ReadonlyMap<string, string>;
  /** Ids a line may keep: those of the revision before, and of the draft itself. */
  ownLines: ReadonlySet<string>;
  /** What is not the sender's to say: which quote it is a deposit on, and what it refers to. */
  deposit: DocumentContent['deposit'];
  references: Reference[];
  /** Where the input says nothing of terms. */
  terms: string[];
  /** The client's own order number, where the input names no reference. */
  reference: string | null;
}

/**
 * The content of a document from the API's JSON: amounts computed by shared/totals.ts.
 * Throws Refusal `invalid_input` naming every fault by its JSON pointer (RFC 6901).
 */
export function contentFromInput(input: DocumentInput, defaults: Defaults): DocumentContent {
  const { company, knownLines, ownLines } = defaults;
  const currency = input.currency ?? company.currency;
  const { dates, faults } = datesFrom(input.kind, input, company, defaults.today);
  const context: LineContext = { kind: input.kind, currency, knownLines, ownLines, keptLines: new Set(), faults };
  const lines = numbered(input.lines.map((line, i) => lineFrom(line, i, context)));
  if (!lines.some((line) => line.type === 'item'))
    faults.push({ pointer: '/lines', rule: 'required', detail: 'at least one item is needed' });
  if (faults.length > 0) throw new Refusal('invalid_input', { faults: faults.slice(0, MAX_FAULTS) });

  const items = counted(lines);
  const priced = lines.some((line) => line.net !== null);
  const reasons = new Map(input.lines.flatMap((line) => (line.vat?.reason ? [[line.vat.category, line.vat.reason] as const] : [])));
  const vat = priced ? vatRows(items, [], reasons) : [];
  const totals = priced ? totalsOf(items, [], vat) : null;
  const amounts = [
    ...Object.values(totals ?? {}),
    ...vat.flatMap((row) => [row.taxable, row.amount]),
    ...lines.flatMap((line) => [line.net ?? 0, ...line.adjustments.map((a) => a.amount)]),
  ];
  if (!amounts.every(Number.isSafeInteger)) throw refused('range', 'the amounts of this document are too large to be counted exactly');
  if (ASKING.includes(input.kind) && totals !== null && totals.gross < 0)
    throw refused('negative_total', 'the total of this document is negative: use a credit note');
  return {
    language: defaults.language,
    logo: company.logo,
    currency: priced ? currency : null,
    ...dates,
    reference: input.reference ?? defaults.reference,
    seller: company.identity,
    buyer: defaults.buyer,
    deposit: defaults.deposit,
    deliverTo: input.deliverTo === null ? null : deliverTo(input.deliverTo),
    deliveryDate: input.deliveryDate,
    lines,
    adjustments: [],
    vat,
    totals,
    references: defaults.references,
    payment: input.kind === 'invoice' ? (company.payment ?? null) : null,
    notes: paragraphs(input.notes),
    terms: input.terms === null ? defaults.terms : paragraphs(input.terms),
    mentions: company.mentions,
  };
}

/** The client of the input as a party of the sheet. */
export function buyerFrom(client: NonNullable<DocumentInput['client']>): Party {
  const contact = client.contacts[0];
  return {
    name: client.name,
    legalName: null,
    legalForm: null,
    address: addressFrom(client.address),
    vatId: client.vatId,
    ids: [],
    contact: contact ? { name: contact.name, email: contact.email, phone: contact.phone } : null,
  };
}

/** An address given whole, one printed line a line, or in parts. */
export function addressFrom(address: NonNullable<DocumentInput['client']>['address']): Address | null {
  if (address === null) return null;
  if (typeof address !== 'string') return address;
  const lines = address
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.length === 0 ? null : { lines, postcode: null, city: null, region: null, country: null };
}

function paragraphs(text: string | string[] | null): string[] {
  const list = text === null ? [] : typeof text === 'string' ? [text] : text;
  return list.map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== '');
}

function refused(rule: string, detail: string): Refusal {
  return new Refusal('invalid_input', { faults: [{ pointer: '/lines', rule, detail }] });
}
