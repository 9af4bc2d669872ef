import type { Decimal, Minor } from './money.ts';

export const KINDS = ['quote', 'order', 'delivery', 'invoice', 'credit_note'] as const;
export type Kind = (typeof KINDS)[number];

export const LANGUAGES = ['fr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What is stored. `expired` and `overdue` depend on the day and are derived by `isExpired` and `isOverdue`. */
export const STATUSES = [
  'draft',
  'issued',
  'on_hold',
  'accepted',
  'accepted_with_reserves',
  'refused',
  'withdrawn',
  'part_paid',
  'paid',
  'cancelled',
] as const;
export type Status = (typeof STATUSES)[number];

/** How far the chain has gone on from a document: derived from quantities (`chain.ts`), the furthest first. */
export const PROGRESS = ['invoiced', 'partly_invoiced', 'delivered', 'partly_delivered', 'ordered'] as const;
export type Progress = (typeof PROGRESS)[number];

/** What a state is called after: what is stored, or what the day or the quantities say of it. */
export const STATES = [...STATUSES, ...PROGRESS, 'overdue', 'expired'] as const;
export type State = (typeof STATES)[number];

export const ACTIONS = ['accept', 'refuse', 'hold'] as const;
export type Action = (typeof ACTIONS)[number];

/** A calendar day, `YYYY-MM-DD`, without time or zone. */
export type Day = string;
/** An instant in UTC, ISO 8601 with milliseconds and `Z`. */
export type Instant = string;

/** UNCL 5305 codes allowed by EN 16931, plus `?` for what an older or national file states differently. */
export const VAT_CATEGORIES = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O', 'L', 'M', 'B'] as const;

export interface Address {
  /** Street, building, postal box: one printed line each. */
  lines: string[];
  postcode: string | null;
  city: string | null;
  region: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
}

export interface Party {
  name: string;
  /** The registered name where it differs from the trading name. */
  legalName: string | null;
  /** Legal form and capital, as printed (EN 16931 BT-33). */
  legalForm: string | null;
  address: Address | null;
  vatId: string | null;
  /** Other identifiers as printed, e.g. `{ label: 'SIRET', value: '…' }`, scheme ids kept as labels. */
  ids: { label: string; value: string }[];
  contact: { name: string | null; email: string | null; phone: string | null } | null;
}

/** An allowance (takes off) or charge (adds) on a line or on the document. `amount` is positive. */
export interface Adjustment {
  charge: boolean;
  reason: string | null;
  amount: Minor;
  /** The percentage and its base amount, where stated. */
  percent: Decimal | null;
  base: Minor | null;
  /** Only at document level: the VAT category it belongs to (EN 16931 BT-95, BT-102). */
  vat: VatRate | null;
}

export interface VatRate {
  /** One of VAT_CATEGORIES, or as stated by a file that does not follow EN 16931. */
  category: string;
  /** Percent; null where the category has none (O). */
  rate: Decimal | null;
}

/** `section`: a heading. `subtotal`: the sum of the items since the last heading or subtotal. Only items have quantities and prices. */
export const LINE_TYPES = ['item', 'section', 'subtotal'] as const;
export type LineType = (typeof LINE_TYPES)[number];

export interface Line {
  /** Ours, stable across revisions where the line is the same. */
  id: string;
  type: LineType;
  /** On a quote: counted only if the client has chosen it. */
  optional: boolean;
  /** The line number as stated or counted, "1", "2", …; '' on a heading or subtotal. */
  number: string;
  description: string;
  /** Longer text, notes, item ids, lot numbers: printed small, one entry a printed line. */
  details: string[];
  quantity: Decimal | null;
  /** UN/ECE Recommendation 20 code, e.g. C62 (piece), HUR (hour), KGM (kilogram). */
  unit: string | null;
  /** Without VAT, in currency units. */
  unitPrice: Decimal | null;
  /** The quantity `unitPrice` is for; "1" unless stated. */
  priceBase: Decimal;
  adjustments: Adjustment[];
  /** Line net amount; null where the document has no prices. */
  net: Minor | null;
  vat: VatRate | null;
  /** The line of an earlier document this one came from. */
  from: { document: string; line: string } | null;
  /** Deliveries: what was ordered and not sent, as stated. */
  backorder: Decimal | null;
}

export interface VatRow {
  category: string;
  rate: Decimal | null;
  taxable: Minor;
  amount: Minor;
  /** Exemption reason, where there is one. */
  reason: string | null;
}

export interface Totals {
  /** Sum of line nets (BT-106), allowances (BT-107), charges (BT-108). */
  lines: Minor;
  allowances: Minor;
  charges: Minor;
  /** Without VAT (BT-109), VAT (BT-110), with VAT (BT-112). */
  net: Minor;
  vat: Minor;
  gross: Minor;
  /** Already paid as stated (BT-113) and rounding (BT-114). */
  prepaid: Minor;
  rounding: Minor;
  /** Net to pay as issued (BT-115): gross − prepaid + rounding. */
  due: Minor;
}

/** An earlier document as the file names it. `document` is ours, where it was found. */
export interface Reference {
  kind: Kind | 'contract' | 'other';
  number: string;
  date: Day | null;
  document: string | null;
}

export interface PaymentTerms {
  iban: string | null;
  bic: string | null;
  /** What the payer should quote (BT-83). */
  reference: string | null;
  accountName: string | null;
}

/** Everything printed on the sheet: frozen at issue, one for each revision. */
export interface DocumentContent {
  language: Language;
  /** SHA-256 of the seller's logo, a PNG; null without one. */
  logo: string | null;
  /** ISO 4217; null on a delivery without prices. */
  currency: string | null;
  issueDate: Day;
  /** Quotes: the last day on which it can be accepted. */
  validUntil: Day | null;
  /** Invoices. */
  dueDate: Day | null;
  /** The client's own reference or order number. */
  reference: string | null;
  seller: Party;
  buyer: Party;
  /** On a deposit invoice: the quote it is for, and which part of it, in percent. */
  deposit: { document: string; percent: Decimal } | null;
  /** Where it is delivered, if different from the buyer. */
  deliverTo: Party | null;
  deliveryDate: Day | null;
  lines: Line[];
  adjustments: Adjustment[];
  vat: VatRow[];
  /** null where the document has no prices. */
  totals: Totals | null;
  references: Reference[];
  payment: PaymentTerms | null;
  /** Free text, printed below the totals; one paragraph an entry. */
  notes: string[];
  terms: string[];
  /** Legal mentions, data of the company. */
  mentions: string[];
}

/**
 * The one table of decisions: kind × status × action → next status, or null where the rules do not allow it.
 * Accept and refuse on quote, order, delivery; hold on quote only; none on invoices and credit notes.
 */
export function next(kind: Kind, status: Status, action: Action): Status | null {
  if (kind === 'invoice' || kind === 'credit_note') return null;
  if (action === 'hold') return kind === 'quote' && status === 'issued' ? 'on_hold' : null;
  if (status !== 'issued' && !(kind === 'quote' && status === 'on_hold')) return null;
  return action === 'accept' ? 'accepted' : 'refused';
}

/** Whether the client has said yes, with or without reserves. */
export function isAccepted(status: Status): boolean {
  return status === 'accepted' || status === 'accepted_with_reserves';
}

/** The actions a client may take now; none once a quote has expired. `today` is the day in the company's time zone. */
export function actionsFor(doc: { kind: Kind; status: Status; validUntil: Day | null }, today: Day): Action[] {
  if (isExpired(doc, today)) return [];
  return ACTIONS.filter((action) => next(doc.kind, doc.status, action) !== null);
}

/** A quote nobody has decided on whose last day of validity has passed; that day itself is included. */
export function isExpired(doc: { kind: Kind; status: Status; validUntil: Day | null }, today: Day): boolean {
  const open = doc.status === 'issued' || doc.status === 'on_hold';
  return doc.kind === 'quote' && open && doc.validUntil !== null && today > doc.validUntil;
}

/** An invoice with something left to pay after its due date. `due` is what is left, in minor units. */
export function isOverdue(doc: { kind: Kind; status: Status; dueDate: Day | null; due: Minor | null }, today: Day): boolean {
  const open = doc.status === 'issued' || doc.status === 'part_paid';
  return doc.kind === 'invoice' && open && (doc.due ?? 0) > 0 && doc.dueDate !== null && today > doc.dueDate;
}

/**
 * The status of an invoice from its ledger and its credit notes: paid, part-paid and cancelled are derived, never set by hand.
 * `due` is what is left after both.
 */
export function invoiceStatus({ gross, due, paid, credited }: { gross: Minor; due: Minor; paid: Minor; credited: Minor }): Status {
  if (credited > 0 && credited >= gross) return 'cancelled';
  if (paid <= 0) return 'issued';
  return due <= 0 ? 'paid' : 'part_paid';
}

/** Today as a calendar day in an IANA time zone. */
export function dayIn(timeZone: string, now: Date): Day {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
