import Big from 'big.js';
import type { Adjustment, DocumentContent, Kind, Line, Party } from './document.ts';
import type { DraftBody, DraftLine } from './draft.ts';
import { digitsOf, isCurrency, isDecimal, isWholeMinor, multiply, percentOf, toMinor, type Decimal } from './money.ts';
import { counted, lineNet, totalsOf, vatRows } from './totals.ts';

/**
 * The sheet a draft would make as it stands: what cannot be counted yet is left out. Parties, logo, payment, mentions and earlier
 * documents stay those of `base`; so do the dates that are left open. The server keeps exactly this, and pages show it while one types.
 */
export function contentOf(kind: Kind, body: DraftBody, base: DocumentContent): DocumentContent {
  const currency = isCurrency(body.currency) ? body.currency : (base.currency ?? 'EUR');
  const lines = numbered(body.lines.map((line) => lineOf(line, currency)));
  const priced = kind !== 'delivery' || lines.some((line) => line.net !== null);
  const items = body.lines.filter((line) => line.type === 'item' && line.vatReason.trim() !== '');
  const reasons = new Map(items.map((line) => [line.vatCategory, line.vatReason.trim()]));
  const vat = priced ? vatRows(counted(lines), [], reasons) : [];
  return {
    ...base,
    language: body.language,
    currency: priced ? currency : null,
    issueDate: body.issueDate ?? base.issueDate,
    validUntil: kind === 'quote' ? (body.validUntil ?? base.validUntil) : null,
    dueDate: kind === 'invoice' ? (body.dueDate ?? base.dueDate) : null,
    deliveryDate: body.deliveryDate,
    reference: body.reference.trim() || null,
    deliverTo: deliverTo(body.deliverTo),
    lines,
    adjustments: [],
    vat,
    totals: priced ? totalsOf(counted(lines), [], vat) : null,
    notes: paragraphs(body.notes),
    terms: paragraphs(body.terms),
  };
}

/** Items are counted; headings and subtotals have no number. */
export function numbered(lines: Line[]): Line[] {
  let count = 0;
  return lines.map((line) => ({ ...line, number: line.type === 'item' ? String(++count) : '' }));
}

/** Paragraphs are parted by blank lines. */
export function paragraphs(text: string): string[] {
  return text
    .split(/\n[^\S\n]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

/** One printed line a line, the name first. */
export function deliverTo(text: string): Party | null {
  const [name, ...lines] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (name === undefined) return null;
  const address = { lines, postcode: null, city: null, region: null, country: null };
  return { name, legalName: null, legalForm: null, address: lines.length === 0 ? null : address, vatId: null, ids: [], contact: null };
}

/** UN/ECE Recommendation 20: what is counted where no unit is named. */
export const PIECE = 'C62';

function lineOf(line: DraftLine, currency: string): Line {
  const item = line.type === 'item';
  const made: Line = {
    id: line.id,
    type: line.type,
    optional: item && line.optional,
    number: '',
    description: line.description.trim(),
    details: item
      ? line.details
          .split('\n')
          .map((detail) => detail.trim())
          .filter((detail) => detail !== '')
      : [],
    quantity: item ? decimalOf(line.quantity) : null,
    unit: item ? line.unit.trim() || PIECE : null,
    unitPrice: item ? decimalOf(line.unitPrice) : null,
    priceBase: '1',
    adjustments: [],
    net: null,
    vat: item && line.vatCategory !== '' ? { category: line.vatCategory, rate: rateOf(line) } : null,
    from: item ? line.from : null,
    backorder: null,
  };
  // With a discount that is none, what the line comes to is not known.
  if (discountFault(line, currency) !== null) return made;
  try {
    const adjustments = discountOf(line, made, currency);
    return { ...made, adjustments, net: lineNet({ ...made, adjustments }, currency) };
  } catch (error) {
    // An amount beyond what can be counted exactly is none yet.
    if (!(error instanceof RangeError)) throw error;
    return made;
  }
}

function rateOf({ vatCategory, vatRate }: DraftLine): Decimal | null {
  return vatCategory === 'O' ? null : (decimalOf(vatRate) ?? '0');
}

function discountOf(line: DraftLine, { quantity, unitPrice }: Line, currency: string): Adjustment[] {
  const discount = decimalOf(line.discount);
  if (discount === null || quantity === null || unitPrice === null) return [];
  const base = toMinor(multiply(quantity, unitPrice), currency);
  const common = { charge: false, vat: null, reason: line.discountReason.trim() || null };
  if (line.discountIn === 'percent') return [{ ...common, amount: percentOf(base, discount), percent: discount, base }];
  return [{ ...common, amount: toMinor(discount, currency), percent: null, base: null }];
}

/** The rule by which the discount of a line would be refused at issue; null where it is one, or cannot be compared yet. */
export function discountFault(
  line: Pick<DraftLine, 'quantity' | 'unitPrice' | 'discount' | 'discountIn'>,
  currency: string,
): string | null {
  const text = line.discount.trim();
  const discount = decimalOf(text);
  if (discount === null) return text === '' ? null : 'decimal';
  if (discount.startsWith('-')) return 'not_negative';
  if (line.discountIn === 'percent') return new Big(discount).gt(100) ? 'percent' : null;
  if (!isWholeMinor(discount, currency)) return 'decimals';
  const [quantity, unitPrice] = [decimalOf(line.quantity), decimalOf(line.unitPrice)];
  if (quantity === null || unitPrice === null) return null;
  const base = multiply(quantity, unitPrice).round(digitsOf(currency), Big.roundHalfUp);
  return new Big(discount).gt(base) ? 'discount_too_large' : null;
}

function decimalOf(text: string): Decimal | null {
  const clean = text.trim();
  return isDecimal(clean) ? clean : null;
}
