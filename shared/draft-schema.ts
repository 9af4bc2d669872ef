import * as v from 'valibot';
import { LINE_TYPES } from './document.ts';
import { LINE_FIELDS, type DraftBody, type DraftField, type DraftLine, type DraftOp } from './draft.ts';
import * as s from './schema.ts';

/** Lines of one document, written here or sent in. */
export const MAX_LINES = 5000;

const typed = s.text(100);

const line = v.strictObject({
  id: s.id,
  type: v.picklist(LINE_TYPES),
  optional: v.boolean(),
  description: s.text(5000),
  details: s.text(20_000),
  quantity: typed,
  unit: s.text(20),
  unitPrice: typed,
  discount: typed,
  discountIn: v.picklist(['percent', 'amount']),
  discountReason: s.text(500),
  vatCategory: s.text(20),
  vatRate: typed,
  vatReason: s.text(1000),
  from: v.nullable(v.strictObject({ document: s.id, line: s.id })),
}) satisfies v.GenericSchema<DraftLine>;

const head = {
  language: s.language,
  currency: s.text(3),
  issueDate: v.nullable(s.day),
  validUntil: v.nullable(s.day),
  dueDate: v.nullable(s.day),
  deliveryDate: v.nullable(s.day),
  reference: s.text(500),
  contact: v.nullable(s.id),
  deliverTo: s.text(2000),
  notes: s.text(500_000),
  terms: s.text(500_000),
};

export const draftBody: v.GenericSchema<DraftBody> = v.strictObject({ ...head, lines: v.pipe(v.array(line), v.maxLength(MAX_LINES)) });

const value = v.nullable(v.union([v.string(), v.boolean()]));
const FIELDS = Object.keys(head) as DraftField[];

export const draftOp: v.GenericSchema<DraftOp> = v.variant('op', [
  v.strictObject({ op: v.literal('set'), field: v.picklist(FIELDS), before: value, after: value }),
  v.strictObject({ op: v.literal('line'), line: s.id, field: v.picklist(LINE_FIELDS), before: value, after: value }),
  v.strictObject({ op: v.literal('insert'), line, after: v.nullable(s.id) }),
  v.strictObject({ op: v.literal('remove'), line }),
  v.strictObject({ op: v.literal('move'), line: s.id, after: v.nullable(s.id) }),
]);
