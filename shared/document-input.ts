import * as v from 'valibot';
import { LINE_TYPES, VAT_CATEGORIES } from './document.ts';
import { isCurrency } from './money.ts';
import * as s from './schema.ts';

const optional = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema), null);
const positive = v.pipe(
  s.decimal,
  v.check((d) => !d.startsWith('-'), 'not_negative'),
);
const percent = v.pipe(
  positive,
  v.check((d) => Number(d) <= 100, 'percent'),
);
/** The length is checked before the entries: a list of millions is refused at once, with one fault. */
const list = <T extends v.GenericSchema>(max: number, entry: T) => v.pipe(v.array(v.unknown()), v.maxLength(max), v.array(entry));
const paragraph = s.text(20_000);
/** One paragraph or several; a string is one. */
const paragraphs = v.optional(v.nullable(v.union([paragraph, list(1000, paragraph)])), null);

export const address = v.strictObject({
  lines: v.optional(list(50, s.text(500)), []),
  postcode: optional(s.text(50)),
  city: optional(s.text(200)),
  region: optional(s.text(200)),
  country: optional(v.pipe(v.string(), v.regex(/^[A-Z]{2}$/, 'country'))),
});

/** One printed line a line. */
const wholeAddress = v.pipe(
  s.text(2000),
  v.check((text) => text.split(/\r?\n/).every((line) => line.length <= 500), 'line_too_long'),
);

const contactInput = v.strictObject({
  name: s.name(200),
  email: optional(s.email),
  phone: optional(s.text(50)),
  language: optional(s.language),
});

/** `{ "percent": "10" }`, `{ "amount": "5.00" }`, or a bare decimal, which is a percentage. */
const discount = v.union([
  percent,
  v.strictObject({ percent, reason: optional(s.text(500)) }),
  v.strictObject({ amount: positive, reason: optional(s.text(500)) }),
]);

const vat = v.strictObject({
  category: v.picklist(VAT_CATEGORIES),
  rate: optional(positive),
  /** Exemption reason (BT-120), for categories E, AE, K, G, O. */
  reason: optional(s.text(1000)),
});

const lineFields = v.strictObject({
  /** Given back by the API; keeps a line's identity across revisions. */
  id: optional(s.id),
  /** `section`: a heading. `subtotal`: the sum of the items since the last heading or subtotal; its description may be left out. */
  type: v.optional(v.picklist(LINE_TYPES), 'item'),
  /** On a quote: counted only if the client chooses it. */
  optional: v.optional(v.boolean(), false),
  description: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(5000)), ''),
  details: v.optional(list(500, s.text(5000)), []),
  /** Needed on items. */
  quantity: optional(s.decimal),
  unit: v.optional(s.text(20), 'C62'),
  /** Zero or more (EN 16931 BR-27): what is taken back has a negative quantity. */
  unitPrice: optional(positive),
  discount: optional(discount),
  vat: optional(vat),
  /** The id of the line it comes from, on a document of the same deal. */
  from: optional(s.id),
});

const lineInput = v.pipe(
  lineFields,
  v.forward(
    v.partialCheck([['type'], ['description']], ({ type, description }) => type === 'subtotal' || description !== '', 'required'),
    ['description'],
  ),
);

/** What `POST /api/v1/documents` takes as JSON. Decimals are strings; unknown fields are refused. */
export const documentInput = v.strictObject({
  kind: s.kind,
  currency: optional(v.pipe(v.string(), v.check(isCurrency, 'currency'))),
  language: optional(s.language),
  issueDate: optional(s.day),
  validUntil: optional(s.day),
  dueDate: optional(s.day),
  deliveryDate: optional(s.day),
  reference: optional(s.text(500)),
  /** Where it is delivered, if different from the client's address: one printed line a line, the name first. */
  deliverTo: optional(wholeAddress),
  /** Which contact of the client it is addressed to; the first one unless stated. */
  contact: optional(s.id),
  /** Needed unless the document follows another one. */
  client: optional(
    v.strictObject({
      name: s.name(500),
      address: optional(v.union([address, wholeAddress])),
      vatId: optional(s.text(50)),
      contacts: v.optional(list(100, contactInput), []),
    }),
  ),
  lines: v.pipe(list(5000, lineInput), v.minLength(1, 'required')),
  notes: paragraphs,
  terms: paragraphs,
  follows: optional(s.id),
});

/** The dates that follow from the day of issue where the sender leaves them open. */
export const DATE_FIELDS = ['issueDate', 'validUntil', 'dueDate'] as const;
export type DateField = (typeof DATE_FIELDS)[number];

export type DocumentInput = v.InferOutput<typeof documentInput>;
export type LineInput = DocumentInput['lines'][number];
