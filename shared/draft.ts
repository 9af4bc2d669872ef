import Big from 'big.js';
import type { Day, DocumentContent, Language, Line, LineType } from './document.ts';
import { fromMinor, type Decimal } from './money.ts';

/**
 * What is being written, field by field as typed: an amount that is none yet stays what it is, and only counts once it is one. The sheet
 * it would make is `draft-content.ts`; what must be mended before it can be issued is found where every document is checked.
 */
export interface DraftBody {
  language: Language;
  /** ISO 4217. */
  currency: string;
  /** null: the day of issue, and what the company's rules make of it. */
  issueDate: Day | null;
  validUntil: Day | null;
  dueDate: Day | null;
  deliveryDate: Day | null;
  /** The client's own reference or order number. */
  reference: string;
  /** Which contact of the client it is addressed to. */
  contact: string | null;
  /** Where it is delivered, one printed line a line, the name first; '' where it is the buyer's address. */
  deliverTo: string;
  lines: DraftLine[];
  /** One paragraph a blank line. */
  notes: string;
  terms: string;
}

export interface DraftLine {
  id: string;
  type: LineType;
  optional: boolean;
  description: string;
  /** Printed small, one printed line a line. */
  details: string;
  /** A `Decimal`, or what was typed while it is none. So with unitPrice, discount and vatRate. */
  quantity: string;
  /** UN/ECE Recommendation 20. */
  unit: string;
  unitPrice: string;
  discount: string;
  discountIn: 'percent' | 'amount';
  discountReason: string;
  /** UNCL 5305; '' where the line has no price. */
  vatCategory: string;
  vatRate: string;
  vatReason: string;
  from: Line['from'];
}

export type DraftHead = Omit<DraftBody, 'lines'>;
export type DraftField = keyof DraftHead;
export type DraftLineField = Exclude<keyof DraftLine, 'id' | 'from'>;
export type DraftValue = string | boolean | null;

/** One change of a draft. `before` is what its writer saw: where somebody else has written something else meanwhile, it is refused. */
export type DraftOp =
  | { op: 'set'; field: DraftField; before: DraftValue; after: DraftValue }
  | { op: 'line'; line: string; field: DraftLineField; before: DraftValue; after: DraftValue }
  /** `after`: the line it stands behind; null: first. */
  | { op: 'insert'; line: DraftLine; after: string | null }
  | { op: 'remove'; line: DraftLine }
  | { op: 'move'; line: string; after: string | null };

/** Why an operation cannot be done: its place in the list, and what stands there now (null: the line is gone). */
export interface DraftConflict {
  op: number;
  line: string | null;
  field: DraftField | DraftLineField | null;
  now: DraftValue;
}

/** The body after all operations, or what stands against them; then none of them is done. */
export function applyOps(body: DraftBody, ops: readonly DraftOp[]): { body: DraftBody; conflicts: DraftConflict[] } {
  const conflicts: DraftConflict[] = [];
  let next = body;
  ops.forEach((op, i) => {
    const done = applyOp(next, op, i);
    if ('lines' in done) next = done;
    else conflicts.push(done);
  });
  return { body: conflicts.length === 0 ? next : body, conflicts };
}

function applyOp(body: DraftBody, op: DraftOp, i: number): DraftBody | DraftConflict {
  if (op.op === 'set') {
    const now = body[op.field];
    if (now !== op.before && now !== op.after) return { op: i, line: null, field: op.field, now };
    return { ...body, [op.field]: op.after };
  }
  if (op.op === 'insert') {
    // Sent again, or put back by two people at once: it is there.
    if (body.lines.some((line) => line.id === op.line.id)) return body;
    return { ...body, lines: placed(body.lines, op.line, op.after) };
  }
  const id = op.op === 'remove' ? op.line.id : op.line;
  const line = body.lines.find((one) => one.id === id);
  if (!line) return op.op === 'remove' ? body : { op: i, line: id, field: op.op === 'line' ? op.field : null, now: null };
  const others = body.lines.filter((one) => one.id !== id);
  if (op.op === 'move') return { ...body, lines: placed(others, line, op.after) };
  if (op.op === 'remove') {
    const changed = LINE_FIELDS.find((field) => line[field] !== op.line[field]);
    return changed ? { op: i, line: id, field: changed, now: line[changed] } : { ...body, lines: others };
  }
  const now = line[op.field];
  if (now !== op.before && now !== op.after) return { op: i, line: id, field: op.field, now };
  return { ...body, lines: body.lines.map((one) => (one.id === id ? { ...one, [op.field]: op.after } : one)) };
}

/** Behind `after`; where that line is gone, last. */
function placed(lines: DraftLine[], line: DraftLine, after: string | null): DraftLine[] {
  const at = after === null ? 0 : lines.findIndex((one) => one.id === after) + 1;
  return after !== null && at === 0 ? [...lines, line] : lines.toSpliced(at, 0, line);
}

export const LINE_FIELDS = [
  'type',
  'optional',
  'description',
  'details',
  'quantity',
  'unit',
  'unitPrice',
  'discount',
  'discountIn',
  'discountReason',
  'vatCategory',
  'vatRate',
  'vatReason',
] as const satisfies readonly DraftLineField[];

/** What a draft takes over from a document: every field as it would have been typed. Dates are those of the content. */
export function bodyOf(content: DocumentContent, contact: string | null): DraftBody {
  const { deliverTo } = content;
  return {
    language: content.language,
    currency: content.currency ?? '',
    issueDate: content.issueDate,
    validUntil: content.validUntil,
    dueDate: content.dueDate,
    deliveryDate: content.deliveryDate,
    reference: content.reference ?? '',
    contact,
    deliverTo: deliverTo === null ? '' : [deliverTo.name, ...addressLines(deliverTo)].join('\n'),
    lines: content.lines.map((line) => draftLineOf(line, content)),
    notes: content.notes.join('\n\n'),
    terms: content.terms.join('\n\n'),
  };
}

function addressLines({ address }: NonNullable<DocumentContent['deliverTo']>): string[] {
  if (address === null) return [];
  const town = [address.postcode, address.city].filter((part) => part !== null).join(' ');
  return [...address.lines, town, address.region ?? ''].filter((line) => line !== '');
}

/** A line as it would have been typed. Only one discount can be: of several adjustments the sum is one, and what is charged is in the price. */
export function draftLineOf(line: Line, content: Pick<DocumentContent, 'vat' | 'currency'>): DraftLine {
  const [first, ...more] = line.adjustments;
  const percent = first && more.length === 0 && !first.charge ? first.percent : null;
  const off = line.adjustments.reduce((sum, one) => sum + (one.charge ? -one.amount : one.amount), 0);
  return {
    id: line.id,
    type: line.type,
    optional: line.optional,
    description: line.description,
    details: line.details.join('\n'),
    quantity: line.quantity ?? '',
    unit: line.unit ?? '',
    unitPrice: priceOf(line, content.currency, off < 0) ?? '',
    discount: percent ?? (off > 0 && content.currency !== null ? fromMinor(off, content.currency) : ''),
    discountIn: percent === null && off > 0 ? 'amount' : 'percent',
    discountReason: off > 0 ? line.adjustments.flatMap((one) => one.reason ?? []).join(', ') : '',
    vatCategory: line.vat?.category ?? '',
    vatRate: line.vat?.rate ?? '',
    vatReason: content.vat.find((row) => row.category === line.vat?.category)?.reason ?? '',
    from: line.from,
  };
}

/** The price of one, without VAT; with what is charged on top in it, where that is asked for. */
function priceOf(line: Line, currency: string | null, charged: boolean): Decimal | null {
  if (line.unitPrice === null) return null;
  if (charged && line.net !== null && currency !== null && line.quantity !== null && Number(line.quantity) !== 0)
    return exact(new Big(fromMinor(line.net, currency)).div(line.quantity));
  return line.priceBase === '1' ? line.unitPrice : exact(new Big(line.unitPrice).div(line.priceBase));
}

/** At most the digits a `Decimal` has. */
function exact(value: Big): Decimal {
  return value.round(12, Big.roundHalfUp).toFixed();
}
