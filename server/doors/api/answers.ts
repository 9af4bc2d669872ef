import * as v from 'valibot';
import type { ClientProfile, CompanyProfile } from '../../../shared/company.ts';
import { ROLES } from '../../../shared/company.ts';
import type { DeliveryView } from '../../../shared/console.ts';
import { KINDS, type Address, type Kind } from '../../../shared/document.ts';
import { clientInput } from '../../../shared/company-input.ts';
import { documentInput } from '../../../shared/document-input.ts';
import { draftBody, draftOp } from '../../../shared/draft-schema.ts';
import { EVENT_SCHEMAS } from '../../../shared/event-schemas.ts';
import { EVENT_TYPES, type Actor, type DocumentRow } from '../../../shared/events.ts';
import { REFUSALS, type Fault, type RefusalCode } from '../../../shared/refusal.ts';
import * as s from '../../../shared/schema.ts';
import type { DraftView, MessageView, PersonView } from '../../../shared/view.ts';
import type { DocumentAnswer } from '../../views/answer.ts';
import type { EventAnswer } from '../../views/event.ts';
import type { OwnWebhook } from '../../views/webhooks.ts';

/** What the API answers, shape by shape. Amounts are whole numbers of the currency's minor unit, quantities and prices decimals as text. */

const url = v.pipe(v.string(), v.url());
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const fault: v.GenericSchema<Fault> = v.strictObject({
  pointer: v.string(),
  rule: v.string(),
  detail: v.string(),
  most: v.exactOptional(v.union([s.decimal, s.minor])),
});

/** A problem document (RFC 9457) with a stable `code` from a closed list. */
export const problem = v.strictObject({
  type: v.pipe(v.string(), v.regex(/^urn:webdocument:problem:[a-z0-9_]+$/)),
  title: v.string(),
  status: v.pipe(v.number(), v.integer()),
  detail: v.optional(v.string()),
  instance: v.string(),
  code: v.picklist(Object.keys(REFUSALS) as RefusalCode[]),
  faults: v.array(fault),
  data: v.record(v.string(), v.unknown()),
});

const amounts = { net: v.nullable(s.minor), vat: v.nullable(s.minor), gross: v.nullable(s.minor), paid: v.nullable(s.minor) };

const documentEntries = {
  id: s.id,
  deal: s.id,
  kind: s.kind,
  number: v.nullable(s.text(500)),
  revision: s.count,
  status: s.status,
  currency: v.nullable(s.currency),
  totals: v.strictObject({ ...amounts, due: v.nullable(s.minor) }),
  warnings: v.array(s.warning),
  link: v.nullable(url),
};

/** A document in short: what most operations on it answer. */
export const document: v.GenericSchema<DocumentAnswer> = v.strictObject(documentEntries);

export const draft: v.GenericSchema<DraftView> = v.strictObject({ version: s.count, body: draftBody });

export const message: v.GenericSchema<MessageView> = v.strictObject({
  id: s.id,
  seq: s.count,
  document: s.id,
  person: s.id,
  side: v.picklist(['owner', 'client']),
  name: s.text(500),
  text: s.text(10_000),
  notify: v.boolean(),
  proposal: v.nullable(s.proposal),
  files: v.array(s.file),
  at: s.instant,
});

const client = v.strictObject({ id: s.id, name: s.text(500), contacts: v.array(s.contact) });

const ownLink = v.strictObject({
  id: s.id,
  contact: v.nullable(v.strictObject({ id: s.id, name: s.text(500), email: v.nullable(s.text(500)) })),
  label: v.nullable(s.text(200)),
  createdAt: s.instant,
  revokedAt: v.nullable(s.instant),
  /** null once it is revoked, and for a reader. */
  url: v.nullable(url),
});

/** A document with all that the owner may know of it. */
export const documentDetail = v.strictObject({
  ...documentEntries,
  ...s.documentEntries,
  links: v.array(ownLink),
  mails: v.array(s.mail),
  views: s.views,
  source: s.source,
  draft: v.nullable(draft),
  client,
  messages: v.array(message),
});

/** A document as it was at one revision. */
export const revision = v.strictObject({
  document: s.id,
  revision: s.count,
  issuedAt: s.instant,
  changes: v.array(s.change),
  content: s.content,
  /** null where it has no optional lines; of an older one, what its last decision names. */
  choice: v.nullable(s.choice),
  decisions: v.array(s.decision),
});

export const documentRow: v.GenericSchema<DocumentRow> = v.strictObject({
  id: s.id,
  deal: s.id,
  kind: s.kind,
  number: v.nullable(s.text(500)),
  revision: s.count,
  status: s.status,
  progress: s.progress,
  client: s.text(500),
  currency: v.nullable(s.currency),
  gross: v.nullable(s.minor),
  due: v.nullable(s.minor),
  issueDate: s.day,
  validUntil: v.nullable(s.day),
  dueDate: v.nullable(s.day),
  views: s.count,
  lastViewedAt: v.nullable(s.instant),
  updatedAt: s.instant,
});

export const documentList = v.strictObject({ documents: v.array(documentRow), next: v.nullable(v.string()) });

const person: v.GenericSchema<PersonView> = v.strictObject({
  id: s.id,
  side: v.picklist(['owner', 'client']),
  name: s.text(500),
  readSeq: s.count,
});

/** How much of a line a new document of each kind may still take; null where the line has no quantity. */
const left = v.strictObject({
  order: v.nullable(s.decimal),
  delivery: v.nullable(s.decimal),
  invoice: v.nullable(s.decimal),
  credit_note: v.nullable(s.decimal),
});

export const chainLine = v.strictObject({
  id: s.id,
  description: s.text(5000),
  quantity: v.nullable(s.decimal),
  unit: v.nullable(s.text(20)),
  from: v.nullable(v.strictObject({ document: s.id, line: s.id })),
  ordered: s.decimal,
  delivered: s.decimal,
  invoiced: s.decimal,
  credited: s.decimal,
  left,
});

export const chainDocument = v.strictObject({
  id: s.id,
  kind: s.kind,
  number: v.nullable(s.text(500)),
  revision: s.count,
  status: s.status,
  progress: s.progress,
  follows: v.nullable(s.id),
  issueDate: s.day,
  validUntil: v.nullable(s.day),
  dueDate: v.nullable(s.day),
  currency: v.nullable(s.currency),
  totals: v.strictObject({ ...amounts, credited: v.nullable(s.minor), due: v.nullable(s.minor) }),
  lines: v.array(chainLine),
});

/** One commercial chain with one client, its documents in order. */
export const deal = v.strictObject({
  id: s.id,
  client,
  people: v.array(person),
  documents: v.array(chainDocument),
});

const address: v.GenericSchema<Address> = v.strictObject({
  lines: v.array(s.text(500)),
  postcode: v.nullable(s.text(2000)),
  city: v.nullable(s.text(2000)),
  region: v.nullable(s.text(2000)),
  country: v.nullable(s.text(2000)),
});

const label = v.nullable(s.text(2000));

export const profile: v.GenericSchema<ClientProfile> = v.strictObject({
  name: s.text(500),
  legalName: label,
  siren: label,
  siret: label,
  vatId: label,
  address: v.nullable(address),
  remindersOff: v.boolean(),
});

export const clientDetail = v.strictObject({
  id: s.id,
  profile,
  contacts: v.array(s.contact),
  documents: v.array(documentRow),
});

export const clientList = v.strictObject({
  clients: v.array(
    v.strictObject({
      id: s.id,
      name: s.text(500),
      city: label,
      contacts: s.count,
      deals: s.count,
      lastAt: v.nullable(s.instant),
    }),
  ),
  next: v.nullable(v.string()),
});

const plan = v.strictObject({ on: v.boolean(), days: v.array(v.pipe(v.number(), v.integer())) });

export const company: v.GenericSchema<CompanyProfile> = v.strictObject({
  name: s.text(500),
  legalName: label,
  legalForm: label,
  siren: label,
  siret: label,
  vatId: label,
  address: v.nullable(address),
  contact: v.strictObject({ name: label, email: label, phone: label }),
  logo: v.nullable(sha256),
  accent: s.text(20),
  language: s.language,
  timeZone: s.text(100),
  currency: s.currency,
  iban: label,
  bic: label,
  terms: v.array(s.text(20_000)),
  mentions: v.array(s.text(20_000)),
  numbering: v.strictObject(Object.fromEntries(KINDS.map((kind) => [kind, s.text(200)])) as Record<Kind, ReturnType<typeof s.text>>),
  validityDays: s.count,
  paymentDays: s.count,
  reminders: v.strictObject({ invoices: plan, quotes: plan }),
});

export const logo = v.strictObject({ logo: sha256 });

export const userList = v.strictObject({ users: v.array(s.user), invitations: v.array(s.join) });
export const role = v.strictObject({ id: s.id, role: v.picklist(ROLES) });

export const webhook: v.GenericSchema<OwnWebhook> = v.strictObject({
  id: s.id,
  url: s.text(2000),
  label: s.text(200),
  types: v.nullable(v.array(v.picklist(EVENT_TYPES))),
  createdAt: s.instant,
  disabledAt: v.nullable(s.instant),
  disabledFor: v.nullable(v.picklist(['gone', 'off'])),
  secret: v.pipe(v.string(), v.regex(/^whsec_[A-Za-z0-9+/]+=*$/)),
});
export const webhookList = v.strictObject({ webhooks: v.array(webhook) });

export const delivery: v.GenericSchema<DeliveryView> = v.strictObject({
  id: s.id,
  seq: s.count,
  type: v.picklist(EVENT_TYPES),
  state: v.picklist(['waiting', 'delivered', 'failed']),
  attempts: s.count,
  lastAt: v.nullable(s.instant),
  status: v.nullable(s.count),
  detail: v.nullable(s.text(2000)),
  nextAt: v.nullable(s.instant),
  createdAt: s.instant,
});
export const deliveryList = v.strictObject({ deliveries: v.array(delivery), more: v.boolean() });

/** Something that was made, by its id. */
export const made = v.strictObject({ id: s.id });
export const newLink = v.strictObject({ id: s.id, url });
export const newMessage = v.strictObject({ id: s.id, seq: s.count });

const actor: v.GenericSchema<Actor | null> = v.nullable(
  v.strictObject({ side: v.picklist(['owner', 'client', 'system']), person: v.nullable(s.id), name: s.text(500) }),
);

/** Each type of event, as `GET /events` and webhooks give it. */
export const EVENTS = EVENT_TYPES.map((type) => ({
  type,
  schema: v.strictObject({
    seq: s.count,
    type: v.literal(type),
    document: v.nullable(s.id),
    actor,
    at: s.instant,
    data: EVENT_SCHEMAS[type] as v.GenericSchema,
  }),
}));

export const event = v.variant(
  'type',
  EVENTS.map(({ schema }) => schema),
) as unknown as v.GenericSchema<EventAnswer>;

export const eventList = v.strictObject({ events: v.array(event), head: s.count });

/** Shapes that are described once, by a name of their own. */
export const NAMED: Readonly<Record<string, v.GenericSchema>> = {
  Problem: problem,
  DocumentInput: documentInput,
  DraftOp: draftOp,
  ClientInput: clientInput,
  Document: document,
  DocumentDetail: documentDetail,
  DocumentRow: documentRow,
  DocumentView: s.document,
  Content: s.content,
  Draft: draft,
  Decision: s.decision,
  Act: s.act,
  Choice: s.choice,
  Proposal: s.proposal,
  Receipt: s.receipt,
  Warning: s.warning,
  Message: message,
  File: s.file,
  Link: s.link,
  Mail: s.mail,
  Contact: s.contact,
  Deal: deal,
  Client: clientDetail,
  Company: company,
  User: s.user,
  Invitation: s.join,
  Webhook: webhook,
  WebhookView: s.webhook,
  Delivery: delivery,
  Event: event,
  ...Object.fromEntries(EVENTS.map(({ type, schema }) => [`event.${type}`, schema])),
};
