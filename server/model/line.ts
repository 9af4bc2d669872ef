import { randomUUID } from 'node:crypto';
import Big from 'big.js';
import type { Adjustment, Kind, Line, VatRate } from '../../shared/document.ts';
import type { LineInput } from '../../shared/document-input.ts';
import { digitsOf, fromMinor, isWholeMinor, multiply, percentOf, toMinor } from '../../shared/money.ts';
import type { Fault } from '../../shared/refusal.ts';
import { lineNet } from '../../shared/totals.ts';
import { emptyLine } from './draft.ts';

/** What a line needs to know of its document. */
export interface LineContext {
  kind: Kind;
  currency: string;
  /** Lines of the deal's documents, for `from`: line id → document id. */
  knownLines: ReadonlyMap<string, string>;
  /** Ids a line may keep, and those kept by the lines before this one. */
  ownLines: ReadonlySet<string>;
  keptLines: Set<string>;
  faults: Fault[];
}

/** A line of the API's JSON as it is printed, its amount computed; what is wrong with it goes into the context's faults. */
export function lineFrom(input: LineInput, index: number, context: LineContext): Line {
  const at = `/lines/${index}`;
  const { currency, faults } = context;
  if (input.id !== null) keepId(input.id, `${at}/id`, context);
  if (input.type !== 'item')
    return { ...emptyLine(), id: input.id ?? randomUUID(), type: input.type, unit: null, description: input.description, net: null };
  if (input.quantity === null) faults.push({ pointer: `${at}/quantity`, rule: 'required', detail: 'this field is required' });
  if (input.optional && context.kind !== 'quote')
    faults.push({ pointer: `${at}/optional`, rule: 'not_for_kind', detail: 'only a quote has optional lines' });
  if (context.kind !== 'delivery' && input.unitPrice === null)
    faults.push({ pointer: `${at}/unitPrice`, rule: 'required', detail: `a line of this kind needs a unit price` });
  if (input.unitPrice !== null && input.vat === null)
    faults.push({ pointer: `${at}/vat`, rule: 'required', detail: 'a line with a price needs its VAT category' });
  const from = input.from === null ? null : context.knownLines.get(input.from);
  if (from === undefined) faults.push({ pointer: `${at}/from`, rule: 'unknown_line', detail: 'no document of this deal has this line' });
  const vat = input.vat === null ? null : vatFrom(input.vat, `${at}/vat`, faults);
  const line: Line = {
    ...emptyLine(),
    id: input.id ?? randomUUID(),
    optional: input.optional,
    description: input.description,
    details: input.details,
    quantity: input.quantity,
    unit: input.unit,
    unitPrice: input.unitPrice,
    net: null,
    vat,
    from: from && input.from !== null ? { document: from, line: input.from } : null,
  };
  try {
    const adjustments = discountFrom(input, currency, `${at}/discount`, faults);
    return { ...line, adjustments, net: lineNet({ ...line, adjustments }, currency) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    faults.push({ pointer: `${at}/unitPrice`, rule: 'range', detail: 'the amount of this line is too large' });
    return line;
  }
}

function keepId(id: string, pointer: string, { ownLines, keptLines, faults }: LineContext): void {
  if (!ownLines.has(id)) faults.push({ pointer, rule: 'unknown_line', detail: 'only a line of the revision before keeps its id' });
  else if (keptLines.has(id)) faults.push({ pointer, rule: 'duplicate_line', detail: 'another line has this id already' });
  keptLines.add(id);
}

/** Throws RangeError where the line itself cannot be counted. */
function discountFrom(input: LineInput, currency: string, at: string, faults: Fault[]): Adjustment[] {
  if (input.discount === null || input.unitPrice === null || input.quantity === null) return [];
  const base = toMinor(multiply(input.quantity, input.unitPrice), currency);
  const discount = typeof input.discount === 'string' ? { percent: input.discount, reason: null } : input.discount;
  const common = { charge: false, vat: null, reason: discount.reason };
  if ('percent' in discount) return [{ ...common, amount: percentOf(base, discount.percent), percent: discount.percent, base }];
  const { amount } = discount;
  if (!isWholeMinor(amount, currency))
    faults.push({
      pointer: `${at}/amount`,
      rule: 'decimals',
      detail: `an amount in ${currency} has at most ${digitsOf(currency)} decimals`,
    });
  if (new Big(amount).gt(fromMinor(base, currency))) {
    faults.push({ pointer: at, rule: 'discount_too_large', detail: 'the discount is larger than the line it is taken from' });
    return [];
  }
  return [{ ...common, amount: toMinor(amount, currency), percent: null, base: null }];
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
