import { randomUUID } from 'node:crypto';
import type { Address, Adjustment, Day, DocumentContent, Kind, Language, Line, Party, VatRate } from '../../shared/document.ts';
import type { DocumentInput, LineInput } from '../../shared/document-input.ts';
import { multiply, percentOf, toMinor } from '../../shared/money.ts';
import { Refusal, type Fault } from '../../shared/refusal.ts';
import { lineNet, totalsOf, vatRows } from '../../shared/totals.ts';
import type { Company } from '../entities/index.ts';

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
}

/**
 * The content of a document from the API's JSON: amounts computed by shared/totals.ts.
 * Throws Refusal `invalid_input` naming every fault by its JSON pointer (RFC 6901).
 */
export function contentFromInput(input: DocumentInput, defaults: Defaults): DocumentContent {
  const faults: Fault[] = [];
  const { company } = defaults;
  const issueDate = input.issueDate ?? defaults.today;
  const currency = input.currency ?? company.currency;
  const lines = input.lines.map((line, i) => lineFrom(line, i, input.kind, currency, defaults, faults));
  const validUntil = input.kind === 'quote' ? (input.validUntil ?? plusDays(issueDate, company.validityDays)) : null;
  const dueDate = input.kind === 'invoice' ? (input.dueDate ?? plusDays(issueDate, company.paymentDays)) : null;
  if (input.kind !== 'quote' && input.validUntil !== null)
    faults.push({ pointer: '/validUntil', rule: 'not_for_kind', detail: 'only a quote has a validity' });
  if (input.kind !== 'invoice' && input.dueDate !== null)
    faults.push({ pointer: '/dueDate', rule: 'not_for_kind', detail: 'only an invoice has a due date' });
  if (validUntil !== null && validUntil < issueDate)
    faults.push({ pointer: '/validUntil', rule: 'before_issue', detail: 'the validity ends before the issue date' });
  if (dueDate !== null && dueDate < issueDate)
    faults.push({ pointer: '/dueDate', rule: 'before_issue', detail: 'the due date is before the issue date' });
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });

  const priced = lines.some((line) => line.net !== null);
  const reasons = new Map(input.lines.flatMap((line) => (line.vat?.reason ? [[line.vat.category, line.vat.reason] as const] : [])));
  const vat = priced ? vatRows(lines, [], reasons) : [];
  const totals = priced ? totalsOf(lines, [], vat) : null;
  const amounts = [
    ...Object.values(totals ?? {}),
    ...vat.flatMap((row) => [row.taxable, row.amount]),
    ...lines.flatMap((line) => [line.net ?? 0, ...line.adjustments.map((a) => a.amount)]),
  ];
  if (!amounts.every(Number.isSafeInteger)) {
    throw new Refusal('invalid_input', {
      faults: [{ pointer: '/lines', rule: 'range', detail: 'the amounts of this document are too large to be counted exactly' }],
    });
  }
  return {
    language: defaults.language,
    currency: priced ? currency : null,
    issueDate,
    validUntil,
    dueDate,
    reference: input.reference,
    seller: company.identity,
    buyer: defaults.buyer,
    deliverTo: null,
    deliveryDate: input.deliveryDate,
    lines,
    adjustments: [],
    vat,
    totals,
    references: [],
    payment: input.kind === 'invoice' ? (company.payment ?? null) : null,
    notes: paragraphs(input.notes),
    terms: input.terms === null ? company.terms : paragraphs(input.terms),
    mentions: company.mentions,
  };
}

/** The client of the input as a party of the sheet. */
export function buyerFrom(client: NonNullable<DocumentInput['client']>): Party {
  const contact = client.contacts[0];
  return {
    name: client.name,
    legalName: null,
    address: addressFrom(client.address),
    vatId: client.vatId,
    ids: [],
    contact: contact ? { name: contact.name, email: contact.email, phone: null } : null,
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

function lineFrom(input: LineInput, index: number, kind: Kind, currency: string, defaults: Defaults, faults: Fault[]): Line {
  const at = `/lines/${index}`;
  const needsPrice = kind !== 'delivery';
  if (needsPrice && input.unitPrice === null)
    faults.push({ pointer: `${at}/unitPrice`, rule: 'required', detail: `a line of this kind needs a unit price` });
  if (input.unitPrice !== null && input.vat === null)
    faults.push({ pointer: `${at}/vat`, rule: 'required', detail: 'a line with a price needs its VAT category' });
  const from = input.from === null ? null : defaults.knownLines.get(input.from);
  if (from === undefined) faults.push({ pointer: `${at}/from`, rule: 'unknown_line', detail: 'no document of this deal has this line' });
  if (input.id !== null && !defaults.ownLines.has(input.id))
    faults.push({ pointer: `${at}/id`, rule: 'unknown_line', detail: 'only a line of the revision before keeps its id' });
  const vat = input.vat === null ? null : vatFrom(input.vat, `${at}/vat`, faults);
  const line: Line = {
    id: input.id ?? randomUUID(),
    number: String(index + 1),
    description: input.description,
    details: input.details,
    quantity: input.quantity,
    unit: input.unit,
    unitPrice: input.unitPrice,
    priceBase: '1',
    adjustments: discountFrom(input, currency),
    net: null,
    vat,
    from: from && input.from !== null ? { document: from, line: input.from } : null,
    backorder: null,
  };
  try {
    return { ...line, net: lineNet(line, currency) };
  } catch {
    faults.push({ pointer: `${at}/unitPrice`, rule: 'range', detail: 'the amount of this line is too large' });
    return line;
  }
}

function discountFrom(input: LineInput, currency: string): Adjustment[] {
  const { discount } = input;
  if (discount === null || input.unitPrice === null) return [];
  const base = toMinor(multiply(input.quantity, input.unitPrice), currency);
  const common = { charge: false, vat: null };
  if (typeof discount === 'string') return [{ ...common, reason: null, amount: percentOf(base, discount), percent: discount, base }];
  if ('percent' in discount)
    return [{ ...common, reason: discount.reason, amount: percentOf(base, discount.percent), percent: discount.percent, base }];
  return [{ ...common, reason: discount.reason, amount: toMinor(discount.amount, currency), percent: null, base: null }];
}

/** S needs a rate above zero, Z, E, AE, K and G have zero, O has none. (EN 16931 BR-S-05, BR-Z-05, BR-E-05, BR-AE-05, BR-IC-05, BR-G-05, BR-O-05.) */
function vatFrom(vat: NonNullable<LineInput['vat']>, at: string, faults: Fault[]): VatRate {
  if (vat.category === 'O') {
    if (vat.rate !== null) faults.push({ pointer: `${at}/rate`, rule: 'BR-O-05', detail: 'category O has no rate' });
    return { category: 'O', rate: null };
  }
  if (vat.category === 'S' && (vat.rate === null || Number(vat.rate) === 0)) {
    faults.push({ pointer: `${at}/rate`, rule: 'BR-S-05', detail: 'category S needs a rate above zero' });
  }
  const zero = ['Z', 'E', 'AE', 'K', 'G'].includes(vat.category);
  if (zero && vat.rate !== null && Number(vat.rate) !== 0) {
    faults.push({ pointer: `${at}/rate`, rule: 'rate_zero', detail: `category ${vat.category} has the rate 0` });
  }
  return { category: vat.category, rate: vat.rate ?? '0' };
}

function paragraphs(text: string | string[] | null): string[] {
  const list = text === null ? [] : typeof text === 'string' ? [text] : text;
  return list.map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== '');
}

function plusDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
