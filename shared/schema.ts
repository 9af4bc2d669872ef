import * as v from 'valibot';
import { ROLES, type JoinView, type UserView, type WebhookView } from './company.ts';
import { ACTIONS, KINDS, LANGUAGES, LINE_TYPES, PROGRESS, STATUSES, type DocumentContent } from './document.ts';
import { FIELDS, LINE_FIELDS, type Change } from './changes.ts';
import type {
  ActView,
  ChoiceView,
  CompanyView,
  ContactView,
  DecisionView,
  DocumentView,
  FileView,
  LinkView,
  MailView,
  OwnerView,
  Proposal,
  ReceiptView,
  Warning,
} from './view.ts';
import { isAddress, MAIL_CAUSES, MAIL_KINDS, MAIL_STATES } from './mail.ts';
import { CHECKOUT_STATES } from './checkouts.ts';
import { isDecimal } from './money.ts';
import {
  ENTRY_KINDS,
  ONLINE_METHODS,
  PAYMENT_METHODS,
  type CheckoutView,
  type OnlineView,
  type PaymentView,
  type RefundView,
} from './payment.ts';
import { isName, oneLineOf } from './text.ts';

/** Schemas of the shapes that travel and are kept. Each is tied to its type, so that the two cannot drift apart. */

export const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
/** Always in small letters, as the database gives it back. */
export const id = v.pipe(v.string(), v.uuid(), v.toLowerCase());
/** What somebody is called: one line with something to read in it. */
export const name = (max: number) => v.pipe(v.string(), v.transform(oneLineOf), v.check(isName, 'required'), v.maxLength(max));
export const decimal = v.pipe(v.string(), v.check(isDecimal, 'decimal'));
export const minor = v.pipe(v.number(), v.safeInteger());
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** A calendar day that exists, in the years 1900 to 9990: 2026-02-30 is refused. */
export const day = v.pipe(v.string(), v.check(isDay, 'date'));
export const instant = v.pipe(v.string(), v.isoTimestamp());
export const kind = v.picklist(KINDS);
export const status = v.picklist(STATUSES);
export const email = v.pipe(v.string(), v.trim(), v.check(isAddress, 'email'));
export const language = v.picklist(LANGUAGES);
export const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));

const label = v.nullable(text(2000));

const vatRate = v.strictObject({ category: text(20), rate: v.nullable(decimal) });

export const partyContact = v.nullable(v.strictObject({ name: label, email: label, phone: label }));

const party = v.strictObject({
  name: text(500),
  legalName: label,
  legalForm: label,
  address: v.nullable(v.strictObject({ lines: v.array(text(500)), postcode: label, city: label, region: label, country: label })),
  vatId: label,
  ids: v.array(v.strictObject({ label: text(100), value: text(500) })),
  contact: partyContact,
});

const adjustment = v.strictObject({
  charge: v.boolean(),
  reason: label,
  amount: minor,
  percent: v.nullable(decimal),
  base: v.nullable(minor),
  vat: v.nullable(vatRate),
});

const line = v.strictObject({
  id,
  type: v.picklist(LINE_TYPES),
  optional: v.boolean(),
  number: text(100),
  description: text(5000),
  details: v.array(text(5000)),
  quantity: v.nullable(decimal),
  unit: v.nullable(text(20)),
  unitPrice: v.nullable(decimal),
  priceBase: decimal,
  adjustments: v.array(adjustment),
  net: v.nullable(minor),
  vat: v.nullable(vatRate),
  from: v.nullable(v.strictObject({ document: id, line: id })),
  backorder: v.nullable(decimal),
});

const vatRow = v.strictObject({ category: text(20), rate: v.nullable(decimal), taxable: minor, amount: minor, reason: label });

const totals = v.strictObject({
  lines: minor,
  allowances: minor,
  charges: minor,
  net: minor,
  vat: minor,
  gross: minor,
  prepaid: minor,
  rounding: minor,
  due: minor,
});

export const content: v.GenericSchema<DocumentContent> = v.strictObject({
  language,
  logo: v.nullable(text(64)),
  currency: v.nullable(currency),
  issueDate: day,
  validUntil: v.nullable(day),
  dueDate: v.nullable(day),
  reference: label,
  seller: party,
  buyer: party,
  deposit: v.nullable(v.strictObject({ document: id, percent: decimal })),
  deliverTo: v.nullable(party),
  deliveryDate: v.nullable(day),
  lines: v.array(line),
  adjustments: v.array(adjustment),
  vat: v.array(vatRow),
  totals: v.nullable(totals),
  references: v.array(
    v.strictObject({
      kind: v.picklist([...KINDS, 'contract', 'other']),
      number: text(500),
      date: v.nullable(day),
      document: v.nullable(id),
    }),
  ),
  payment: v.nullable(v.strictObject({ iban: label, bic: label, reference: label, accountName: label })),
  notes: v.array(text(20_000)),
  terms: v.array(text(20_000)),
  mentions: v.array(text(5000)),
});

export const change: v.GenericSchema<Change> = v.variant('what', [
  v.strictObject({ what: v.picklist(['line_added', 'line_removed']), line: id, description: text(5000) }),
  v.strictObject({
    what: v.literal('line_changed'),
    line: id,
    description: text(5000),
    field: v.picklist(LINE_FIELDS),
    before: v.nullable(v.string()),
    after: v.nullable(v.string()),
  }),
  v.strictObject({
    what: v.literal('field_changed'),
    field: v.picklist(FIELDS),
    before: v.nullable(v.string()),
    after: v.nullable(v.string()),
  }),
]);

export const decision: v.GenericSchema<DecisionView> = v.strictObject({
  action: v.picklist(ACTIONS),
  revision: count,
  name: text(200),
  reason: v.nullable(text(2000)),
  remindOn: v.nullable(day),
  orderNumber: v.nullable(text(200)),
  reserves: v.array(v.strictObject({ line: v.nullable(id), text: text(2000) })),
  chosen: v.array(id),
  at: instant,
});

export const act: v.GenericSchema<ActView> = v.strictObject({
  act: v.picklist(['reopened', 'withdrawn']),
  revision: count,
  name: text(500),
  reason: v.nullable(text(2000)),
  at: instant,
});

export const choice: v.GenericSchema<ChoiceView> = v.strictObject({ lines: v.array(id), vat: v.array(vatRow), totals });

export const progress = v.nullable(v.picklist(PROGRESS));

export const proposal: v.GenericSchema<Proposal> = v.variant('what', [
  v.strictObject({
    what: v.literal('line'),
    revision: count,
    line: id,
    description: text(5000),
    quantity: v.nullable(decimal),
    unitPrice: v.nullable(decimal),
  }),
  v.strictObject({ what: v.literal('validity'), revision: count, until: v.nullable(day) }),
]);

export const receipt: v.GenericSchema<ReceiptView> = v.strictObject({
  number: text(500),
  date: day,
  notes: v.array(text(5000)),
  lines: v.array(
    v.strictObject({
      line: v.nullable(id),
      description: text(5000),
      unit: v.nullable(text(20)),
      received: v.nullable(decimal),
      short: v.nullable(decimal),
      rejected: v.nullable(decimal),
    }),
  ),
});

export const warning: v.GenericSchema<Warning> = v.strictObject({ code: text(100), detail: text(2000) });

export const contact: v.GenericSchema<ContactView> = v.strictObject({
  id,
  name: text(500),
  email: v.nullable(text(500)),
  phone: v.nullable(text(50)),
  language: v.nullable(language),
  reminders: v.boolean(),
});

export const online: v.GenericSchema<OnlineView> = v.strictObject({
  methods: v.array(v.picklist(ONLINE_METHODS)),
  partial: v.boolean(),
  test: v.boolean(),
});

const paymentMethod = v.picklist(PAYMENT_METHODS);

export const payment: v.GenericSchema<PaymentView> = v.strictObject({
  id,
  kind: v.picklist(ENTRY_KINDS),
  method: paymentMethod,
  amount: minor,
  day,
  at: instant,
  reference: v.nullable(text(500)),
  of: v.nullable(id),
  by: v.nullable(text(500)),
  reason: v.nullable(text(2000)),
  receiptUrl: v.nullable(text(2000)),
  test: v.boolean(),
});

export const checkout: v.GenericSchema<CheckoutView> = v.strictObject({
  id,
  amount: minor,
  state: v.picklist(CHECKOUT_STATES),
  method: v.nullable(paymentMethod),
  at: instant,
});

export const refund: v.GenericSchema<RefundView> = v.strictObject({
  id,
  entry: id,
  amount: minor,
  state: v.picklist(['waiting', 'refused']),
  detail: v.nullable(text(2000)),
});

export const company: v.GenericSchema<CompanyView> = v.strictObject({
  id,
  name: text(500),
  language,
  timeZone: text(100),
  accent: text(20),
  online: v.nullable(online),
});

export const role = v.picklist(ROLES);

export const user: v.GenericSchema<UserView> = v.strictObject({ id, name: text(500), email: text(500), role, createdAt: instant });

export const joinMail = v.picklist(['waiting', 'delivered', 'failed']);

export const join: v.GenericSchema<JoinView> = v.strictObject({
  id,
  name: text(500),
  email: text(500),
  role,
  language,
  createdAt: instant,
  expiresAt: instant,
  mail: joinMail,
});

export const disabledFor = v.nullable(v.picklist(['gone', 'off']));

export const webhook: v.GenericSchema<WebhookView> = v.strictObject({
  id,
  url: text(2000),
  label: text(200),
  types: v.nullable(v.array(text(100))),
  createdAt: instant,
  disabledAt: v.nullable(instant),
  disabledFor,
});

export const file: v.GenericSchema<FileView> = v.strictObject({
  id,
  document: id,
  message: v.nullable(id),
  side: v.picklist(['owner', 'client']),
  by: text(500),
  name: text(500),
  mediaType: text(200),
  bytes: count,
  at: instant,
});

export const mailCause = v.picklist(MAIL_CAUSES);

export const mail: v.GenericSchema<MailView> = v.strictObject({
  id,
  kind: v.picklist(MAIL_KINDS),
  name: text(500),
  address: text(500),
  state: v.picklist(MAIL_STATES),
  at: instant,
  endedAt: v.nullable(instant),
  cause: v.nullable(mailCause),
  detail: v.nullable(text(2000)),
});

export const link: v.GenericSchema<LinkView> = v.strictObject({
  id,
  contact: v.nullable(v.strictObject({ id, name: text(500), email: v.nullable(text(500)) })),
  label: v.nullable(text(200)),
  createdAt: instant,
  revokedAt: v.nullable(instant),
});

/** Guarded by `draft-schema.ts` where it comes in; here it is our own. */
export const draft = v.custom<NonNullable<OwnerView['draft']>>((value) => typeof value === 'object' && value !== null);

export const views: v.GenericSchema<OwnerView['views']> = v.strictObject({
  count,
  last: v.nullable(instant),
  visits: v.array(v.strictObject({ at: instant, name: v.nullable(text(500)) })),
});

export const source: v.GenericSchema<OwnerView['source']> = v.nullable(
  v.strictObject({ mediaType: text(100), bytes: count, sha256: text(64) }),
);

const owner: v.GenericSchema<OwnerView> = v.strictObject({
  warnings: v.array(warning),
  links: v.array(link),
  mails: v.array(mail),
  views,
  source,
  draft: v.nullable(draft),
  refunds: v.array(refund),
});

/** What both sides know of a document. */
export const documentEntries = {
  id,
  kind,
  number: v.nullable(text(500)),
  origin: v.nullable(text(500)),
  revision: count,
  status,
  content,
  issuedAt: v.nullable(instant),
  revisions: v.array(v.strictObject({ revision: count, issuedAt: instant, changes: v.array(change) })),
  paid: v.nullable(minor),
  credited: v.nullable(minor),
  due: v.nullable(minor),
  payments: v.array(payment),
  checkouts: v.array(checkout),
  decision: v.nullable(decision),
  decisions: v.array(decision),
  acts: v.array(act),
  choice: v.nullable(choice),
  progress,
  receipts: v.array(receipt),
  files: v.array(file),
  follows: v.nullable(id),
};

export const document: v.GenericSchema<DocumentView> = v.strictObject({ ...documentEntries, owner: v.nullable(owner) });

/** The form `day` describes. What is counted on from a day must still be one, hence no later year. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || value < '1900' || value >= '9991') return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
