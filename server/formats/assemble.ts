import { randomUUID } from 'node:crypto';
import type { Address, Adjustment, Day, DocumentContent, Line, Party, PaymentTerms } from '../../shared/document.ts';
import type { Decimal } from '../../shared/money.ts';
import { Refusal } from '../../shared/refusal.ts';
import { lineNet } from '../../shared/totals.ts';
import type { Amounts } from './amounts.ts';
import { noteDifferences } from './differences.ts';
import { checkEn16931 } from './en16931.ts';
import type { ImportedDocument } from './imported.ts';
import { fault, warn, type Reading, type Stated } from './reading.ts';
import { referencesOf, type Found, type LineReference } from './references.ts';
import { distinct } from './text.ts';
import { statedTotals } from './totals.ts';

/** A line as read, before it has an id of ours, its net is settled and the line it came from is found. */
export interface ReadLine extends Omit<Line, 'id' | 'net' | 'from'> {
  net: Stated | null;
  /** A heading or remark among the lines: it has no amount of its own. */
  isInformation: boolean;
  from: LineReference;
}

/** What both syntaxes hand over once a file is read. */
export interface Parts {
  kind: ImportedDocument['kind'];
  number: string | null;
  uuid: string | null;
  origin: string;
  issueDate: Day | null;
  validUntil: Day | null;
  dueDate: Day | null;
  reference: string | null;
  seller: Party | null;
  buyer: Party | null;
  deliverTo: Party | null;
  deliveryDate: Day | null;
  lines: ReadLine[];
  adjustments: Adjustment[];
  amounts: Amounts;
  oddNet: boolean;
  references: Found[];
  payment: PaymentTerms | null;
  notes: string[];
  terms: string[];
  mentions: string[];
  contacts: ImportedDocument['contacts'];
  receipt: ImportedDocument['receipt'];
}

/**
 * Refuses what cannot come in (all faults at once: `invalid_input`, then `en16931_failed`), else makes the document as
 * stated, with remarks where our own calculation differs.
 */
export function assemble(r: Reading, parts: Parts): ImportedDocument {
  const { number, issueDate, seller, buyer, amounts } = parts;
  if (r.invalid.length > 0) throw new Refusal('invalid_input', { faults: r.invalid });
  if (number === null || issueDate === null || seller === null || buyer === null)
    throw new Error('a mandatory part is missing and was not noted');
  if (r.en16931) {
    const faults = [...r.failed, ...checkEn16931(amounts, r.currency)];
    if (faults.length > 0) throw new Refusal('en16931_failed', { faults });
  }
  const lines = parts.lines.map((line) => lineOf(r, line));
  const { totals, vat } = statedTotals(r, amounts, lines, parts.adjustments, parts.oddNet);
  const priced = totals !== null || lines.some((line) => line.unitPrice !== null);
  const { shown, chain } = referencesOf(parts.references, { kind: parts.kind, number });
  const content: DocumentContent = {
    language: r.language,
    logo: null,
    currency: priced ? r.currency : null,
    issueDate,
    validUntil: parts.validUntil,
    dueDate: parts.dueDate,
    reference: parts.reference,
    seller,
    buyer,
    deposit: null,
    deliverTo: parts.deliverTo,
    deliveryDate: parts.deliveryDate,
    lines,
    adjustments: parts.adjustments,
    vat,
    totals,
    references: shown,
    payment: parts.payment,
    notes: distinct(parts.notes),
    terms: distinct(parts.terms),
    mentions: distinct(parts.mentions),
  };
  noteDifferences(r, content);
  return {
    kind: parts.kind,
    number,
    uuid: parts.uuid,
    origin: parts.origin.slice(0, 200),
    content,
    references: chain,
    lineReferences: parts.lines.map((line) => line.from),
    contacts: parts.contacts,
    warnings: r.warnings,
    receipt: parts.receipt,
  };
}

/**
 * The net is the stated one; without it, ours. A base quantity that the stated net plainly does not use (some programs
 * write the price there) is set aside with a remark: price × quantity is what the line says.
 */
function lineOf(r: Reading, read: ReadLine): Line {
  const { net: stated, isInformation } = read;
  const { number, description, details, quantity, unit, unitPrice, priceBase, adjustments, vat, backorder } = read;
  const line: Line = {
    id: randomUUID(),
    type: 'item',
    optional: false,
    number,
    description,
    details,
    quantity,
    unit,
    unitPrice,
    priceBase,
    adjustments,
    net: null,
    vat,
    from: null,
    backorder,
  };
  if (isInformation) return line;
  const own = lineNet(line, r.currency);
  if (
    stated !== null &&
    own !== stated.minor &&
    line.priceBase !== '1' &&
    lineNet({ ...line, priceBase: '1' }, r.currency) === stated.minor
  ) {
    warn(r, 'price_base_ignored', `line ${line.number}: the price is stated for ${line.priceBase}, the line net is that of a price for 1`);
    line.priceBase = '1';
  }
  line.net = stated?.minor ?? own;
  return line;
}

/** A price for nothing, or for less than nothing, cannot be multiplied. */
export function priceBaseFault(r: Reading, pointer: string, base: Decimal): void {
  fault(r, pointer, 'base_quantity', `a price is for a quantity above zero, stated ${base}`);
}

/** A party of which only some things are known. */
export function partyOf(known: { name: string; address: Address | null; ids?: Party['ids'] }): Party {
  return { name: known.name, legalName: null, legalForm: null, address: known.address, vatId: null, ids: known.ids ?? [], contact: null };
}
