import { sum } from './decimal.ts';
import type { DocumentContent, Line } from './document.ts';
import { fromMinor, type Decimal } from './money.ts';
import { withChosen } from './totals.ts';

/** One difference between two revisions. Values are as stated in the document; the page formats them. */
export type Change =
  | { what: 'line_added' | 'line_removed'; line: string; description: string }
  | { what: 'line_changed'; line: string; description: string; field: LineField; before: string | null; after: string | null }
  | { what: 'field_changed'; field: Field; before: string | null; after: string | null };

export const LINE_FIELDS = ['description', 'details', 'quantity', 'unit', 'unitPrice', 'discount', 'optional', 'net', 'vat'] as const;
export type LineField = (typeof LINE_FIELDS)[number];
export const FIELDS = [
  'currency',
  'validUntil',
  'dueDate',
  'deliveryDate',
  'deliverTo',
  'reference',
  'net',
  'gross',
  'due',
  'notes',
  'terms',
] as const;
export type Field = (typeof FIELDS)[number];

/**
 * What changed from one revision to the next: lines matched by their id, then the fields a decision hangs on. Totals are those that
 * were on the page: with the options that were chosen before, and those that still are.
 */
export function changes(before: DocumentContent, after: DocumentContent, chosen: readonly string[] = []): Change[] {
  // Where the currency changes, an amount says which one it is in.
  const marked = before.currency !== after.currency;
  const [was, is] = [withOptions(before, chosen), withOptions(after, chosen)];
  return [...lineChanges(was, is, marked), ...fieldChanges(was, is, marked)];
}

function withOptions(content: DocumentContent, chosen: readonly string[]): DocumentContent {
  const { totals } = content;
  const kept = chosen.filter((id) => content.lines.some((line) => line.id === id && line.optional));
  return totals === null || kept.length === 0 ? content : { ...content, totals: withChosen({ ...content, totals }, kept).totals };
}

function lineChanges(was: DocumentContent, is: DocumentContent, marked: boolean): Change[] {
  const [before, after] = [was.lines, is.lines];
  const old = new Map(before.map((line) => [line.id, line]));
  const kept = new Set(after.map((line) => line.id));
  const list: Change[] = [];
  for (const line of after) {
    const earlier = old.get(line.id);
    if (!earlier) list.push({ what: 'line_added', line: line.id, description: line.description });
    else list.push(...changesOfLine(valuesOf(earlier, was, marked), line, valuesOf(line, is, marked)));
  }
  for (const line of before) {
    if (!kept.has(line.id)) list.push({ what: 'line_removed', line: line.id, description: line.description });
  }
  return list;
}

type Values<F extends string> = Record<F, string | null>;

function valuesOf(line: Line, { currency }: DocumentContent, marked: boolean): Values<LineField> {
  const money = amounts(currency, marked);
  return {
    description: line.description,
    details: line.details.join('\n'),
    quantity: plain(line.quantity),
    unit: line.unit,
    unitPrice: line.unitPrice === null ? null : marked ? `${plain(line.unitPrice) ?? ''} ${currency ?? ''}`.trim() : plain(line.unitPrice),
    discount: discountOf(line, money),
    optional: String(line.optional),
    net: money(line.net),
    vat: line.vat === null ? null : `${line.vat.category} ${line.vat.rate ?? ''}`.trim(),
  };
}

/** A discount in percent ends in the sign; whatever else is taken off or charged is an amount, less than nothing where it is charged. */
function discountOf({ adjustments }: Line, money: (amount: number) => string | null): string | null {
  const [only, ...more] = adjustments;
  if (only === undefined) return null;
  if (more.length === 0 && only.percent !== null && !only.charge) return `${plain(only.percent) ?? ''}%`;
  return money(adjustments.reduce((all, one) => all + (one.charge ? -one.amount : one.amount), 0));
}

function changesOfLine(before: Values<LineField>, line: Line, after: Values<LineField>): Change[] {
  return LINE_FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    what: 'line_changed' as const,
    line: line.id,
    description: line.description,
    field,
    before: before[field],
    after: after[field],
  }));
}

function fieldChanges(was: DocumentContent, is: DocumentContent, marked: boolean): Change[] {
  const values = (content: DocumentContent): Values<Field> => {
    const { totals, deliverTo } = content;
    const money = amounts(content.currency, marked);
    return {
      currency: content.currency,
      validUntil: content.validUntil,
      dueDate: content.dueDate,
      deliveryDate: content.deliveryDate,
      deliverTo:
        deliverTo &&
        [deliverTo.name, ...(deliverTo.address?.lines ?? []), deliverTo.address?.city ?? ''].filter((part) => part !== '').join(', '),
      reference: content.reference,
      net: money(totals?.net ?? null),
      gross: money(totals?.gross ?? null),
      due: money(totals?.due ?? null),
      notes: content.notes.join('\n'),
      terms: content.terms.join('\n'),
    };
  };
  const [before, after] = [values(was), values(is)];
  return FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    what: 'field_changed' as const,
    field,
    before: before[field],
    after: after[field],
  }));
}

/** Minor units as text, or, `marked`, "12.50 EUR". */
function amounts(currency: string | null, marked: boolean): (amount: number | null) => string | null {
  return (amount) => (amount === null ? null : marked && currency !== null ? `${fromMinor(amount, currency)} ${currency}` : String(amount));
}

/** "58" and "58.00" are one price. */
function plain(value: Decimal | null): Decimal | null {
  return value === null ? null : sum(value);
}
