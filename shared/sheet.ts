import type { Adjustment, Day, DocumentContent, Kind, Line, LineType, Party, State, Status, Totals, VatRow } from './document.ts';
import { isAccepted, isExpired, isOverdue } from './document.ts';
import type { DocumentView } from './view.ts';
import type { Catalogue } from './i18n/index.ts';
import { epcPayload } from './epc.ts';
import { writtenIban } from './identifiers.ts';
import { fromMinor } from './money.ts';
import { transferOf } from './transfer.ts';
import * as f from './format.ts';

/**
 * The sheet of paper as words: what is printed, in which order, already written out in the document's language. The page
 * and the PDF are both drawn from this, so that they cannot say different things.
 */
export interface Sheet {
  kind: Kind;
  /** "Devis" */
  title: string;
  /** "D-2026-012", or the word for a draft. */
  number: string;
  /** "Révision 2", from the second revision on. */
  revision: string | null;
  stamp: Stamp;
  /** SHA-256 of the seller's logo; null without one. */
  logo: string | null;
  seller: PartyBlock;
  buyer: PartyBlock;
  deliverTo: PartyBlock | null;
  /** Date, validity or due date, reference, delivery date, earlier documents. */
  facts: { key: string; label: string; value: string }[];
  /** Only the columns that have something in them. `description` is always first, `net` last where there are prices. */
  columns: { key: ColumnKey; label: string; align: 'start' | 'end' }[];
  rows: SheetRow[];
  /** "Montants en EUR", above the columns, whose amounts do not name it; null without prices. */
  currency: string | null;
  /** Sums above the net to pay, in order. */
  totals: { key: string; label: string; value: string; strong: boolean }[];
  /** The net to pay, the largest thing on the sheet; null without prices. */
  due: { label: string; value: string } | null;
  vat: { label: string; head: string[]; rows: { cells: string[]; reason: string | null }[] } | null;
  /** What the client was not satisfied with when they accepted a delivery. */
  reserves: { title: string; rows: string[] } | null;
  receipts: { title: string; date: string; lines: string[]; notes: string[] }[];
  payment: PaymentBlock | null;
  texts: { key: 'notes' | 'terms' | 'mentions'; label: string; paragraphs: string[] }[];
}

export interface SheetRow {
  id: string;
  /** A section has a description alone, a subtotal also a net amount. */
  type: LineType;
  /** An optional line: whether it is counted. */
  option: 'open' | 'chosen' | null;
  cells: Partial<Record<ColumnKey, string>>;
  details: string[];
}

export type ColumnKey = 'description' | 'quantity' | 'unit' | 'unitPrice' | 'discount' | 'vat' | 'net';

export interface PartyBlock {
  label: string;
  name: string;
  /** Legal name, address, identifiers, contact: one printed line each. */
  lines: string[];
}

/** How it is paid by transfer: while something is left to pay with all that a bank asks for, afterwards as it was stated. */
export interface PaymentBlock {
  label: string;
  /** `copied`: as a bank's form takes it. */
  rows: { key: PaymentKey; label: string; value: string; copied: string }[];
  /** The text of the QR code for banking apps (`epc.ts`), and what stands beside it; null where there is none. */
  code: { payload: string; caption: string; name: string } | null;
  /** Whether something is left to pay. */
  open: boolean;
}

export type PaymentKey = 'accountName' | 'iban' | 'bic' | 'reference' | 'amount';

export interface Stamp {
  state: State;
  word: string;
  /** "Accepté · 24 nov. 2026 · Anne Martin" */
  text: string;
  tone: 'neutral' | 'good' | 'bad' | 'wait';
}

/**
 * The sheet of a document. `content` is the revision shown (the document's own unless an older one is looked at);
 * `words` is the catalogue of the document's language; `today` the day in the company's time zone.
 */
export function sheetOf(
  document: DocumentView,
  words: Catalogue,
  today: Day,
  timeZone: string,
  content: DocumentContent = document.content,
): Sheet {
  const d = words.document;
  const columns = columnsOf(content, words);
  // What was chosen is what the current revision comes to, not an older one.
  const choice = content === document.content ? document.choice : null;
  return {
    kind: document.kind,
    title: words.kinds[document.kind],
    number: document.number ?? words.state(document.kind, 'draft'),
    revision: document.revision > 1 ? d.revision(document.revision) : null,
    stamp: stampOf(document, words, today, timeZone),
    logo: content.logo,
    seller: partyBlock(content.seller, d.from, words, content),
    buyer: partyBlock(content.buyer, d.to, words, content),
    deliverTo: content.deliverTo ? partyBlock(content.deliverTo, d.deliverTo, words, content) : null,
    facts: factsOf(document, content, words),
    columns,
    rows: rowsOf(
      content,
      words,
      columns.map((c) => c.key),
      choice?.lines ?? [],
    ),
    currency: content.currency === null || content.totals === null ? null : d.currency(content.currency),
    totals: totalsOf(document, content, choice?.totals ?? content.totals, words),
    due:
      content.totals && content.currency
        ? { label: d.due, value: f.money(document.due ?? content.totals.due, content.currency, content.language) }
        : null,
    vat: vatOf(content, choice?.vat ?? content.vat, words),
    reserves: reservesOf(document, content, words),
    receipts: receiptsOf(document, content, words),
    payment: paymentOf(document, content, words),
    texts: textsOf(content, words),
  };
}

/** State as a word and a shape, with the day and the name of who decided. */
export function stampOf(document: DocumentView, words: Catalogue, today: Day, timeZone: string): Stamp {
  const state = stateOf(document, today);
  const word = words.state(document.kind, state);
  const decided =
    document.decision !== null && (isAccepted(state as Status) || state === 'refused' || state === 'on_hold') ? document.decision : null;
  const day = decided ? f.dayOf(decided.at, document.content.language, timeZone) : null;
  return { state, word, text: words.document.stamp(word, day, decided?.name ?? null), tone: toneOf(state) };
}

/** The state as shown: the stored status, or expired / overdue where the day says so. */
export function stateOf(document: StateFacts, today: Day): State {
  const facts = {
    kind: document.kind,
    status: document.status,
    validUntil: document.content.validUntil,
    dueDate: document.content.dueDate,
    due: document.due,
  };
  if (isExpired(facts, today)) return 'expired';
  if (isOverdue(facts, today)) return 'overdue';
  return document.status;
}

type StateFacts = Pick<DocumentView, 'kind' | 'status' | 'due'> & { content: Pick<DocumentContent, 'validUntil' | 'dueDate'> };

/** The state in a chain: how far it has gone on from a document says more than that it was accepted. */
export function chainState(document: StateFacts & Pick<DocumentView, 'progress'>, today: Day): State {
  const state = stateOf(document, today);
  return document.progress !== null && (state === 'issued' || isAccepted(state as Status)) ? document.progress : state;
}

/** The tone of a state, for colour beside its word. */
export function toneOf(state: State): Stamp['tone'] {
  if (['accepted', 'paid', 'delivered', 'invoiced', 'ordered'].includes(state)) return 'good';
  if (['refused', 'overdue', 'expired', 'withdrawn', 'cancelled'].includes(state)) return 'bad';
  if (['on_hold', 'part_paid', 'accepted_with_reserves', 'partly_delivered', 'partly_invoiced'].includes(state)) return 'wait';
  return 'neutral';
}

/** One of the two parties of a document; a country is printed where they are not in the same one. */
export function partyBlock(party: Party, label: string, words: Catalogue, content: DocumentContent): PartyBlock {
  const abroad = content.seller.address?.country !== content.buyer.address?.country;
  const a = party.address;
  const town = a ? [a.postcode, a.city].filter(Boolean).join(' ') : '';
  const lines = [
    party.legalName !== null && party.legalName !== party.name ? party.legalName : null,
    party.legalForm,
    ...(a
      ? [...a.lines, town, [a.region, abroad && a.country ? f.country(a.country, content.language) : null].filter(Boolean).join(', ')]
      : []),
    ...party.ids.map((x) => `${x.label} ${x.value}`.trim()),
    party.vatId === null ? null : `${words.document.vatId} ${party.vatId}`,
    party.contact?.name ?? null,
    party.contact?.email ?? null,
    party.contact?.phone ? `${words.document.phone} ${party.contact.phone}` : null,
  ];
  return { label, name: party.name, lines: lines.filter((x): x is string => x !== null && x !== '' && x !== party.name) };
}

function factsOf(document: DocumentView, content: DocumentContent, words: Catalogue): Sheet['facts'] {
  const d = words.document;
  const orderNumber = document.decision?.orderNumber ?? null;
  const facts: [string, string, string | null][] = [
    ['issueDate', d.date, f.day(content.issueDate, content.language)],
    ['validUntil', d.validUntil, content.validUntil && f.day(content.validUntil, content.language)],
    ['dueDate', d.dueDate, content.dueDate && f.day(content.dueDate, content.language)],
    ['deliveryDate', d.deliveryDate, content.deliveryDate && f.day(content.deliveryDate, content.language)],
    ['reference', d.reference, content.reference],
    ['orderNumber', d.orderNumber, orderNumber === content.reference ? null : orderNumber],
    ...content.references.map((r): [string, string, string] => [
      'references',
      r.kind === 'contract' ? d.contract : r.kind === 'other' ? d.otherDocument : words.kinds[r.kind],
      r.date === null ? r.number : `${r.number} · ${f.day(r.date, content.language)}`,
    ]),
  ];
  return facts.flatMap(([key, label, value]) => (value ? [{ key, label, value }] : []));
}

function columnsOf(content: DocumentContent, words: Catalogue): Sheet['columns'] {
  const d = words.document;
  const { lines } = content;
  const all: [ColumnKey, string, 'start' | 'end', boolean][] = [
    ['description', d.description, 'start', true],
    ['quantity', d.quantity, 'end', lines.some((l) => l.quantity !== null)],
    ['unit', d.unit, 'start', lines.some((l) => unitWord(l, words) !== '')],
    ['unitPrice', d.unitPrice, 'end', lines.some((l) => l.unitPrice !== null)],
    ['discount', d.discount, 'end', lines.some((l) => l.adjustments.length > 0)],
    ['vat', d.vatRate, 'end', lines.some((l) => l.vat !== null)],
    ['net', d.lineNet, 'end', lines.some((l) => l.net !== null)],
  ];
  return all.filter(([, , , shown]) => shown).map(([key, label, align]) => ({ key, label, align }));
}

/** All rows; a subtotal sums what counts since the last heading or subtotal. */
function rowsOf(content: DocumentContent, words: Catalogue, columns: ColumnKey[], chosen: readonly string[]): SheetRow[] {
  let sum = 0;
  return content.lines.map((line) => {
    if (line.type === 'item') {
      const option = line.optional ? (chosen.includes(line.id) ? 'chosen' : 'open') : null;
      if (option !== 'open') sum += line.net ?? 0;
      return itemRow(line, option, content, words, columns);
    }
    const net = sum;
    sum = 0;
    const { id, type } = line;
    if (type === 'section') return { id, type, option: null, cells: { description: line.description }, details: [] };
    const description = line.description || words.document.subtotal;
    const priced = columns.includes('net') && content.currency !== null;
    const cells = { description, ...(priced ? { net: f.amount(net, content.currency ?? 'EUR', content.language) } : {}) };
    return { id, type, option: null, cells, details: [] };
  });
}

function itemRow(line: Line, option: SheetRow['option'], content: DocumentContent, words: Catalogue, columns: ColumnKey[]): SheetRow {
  const { language } = content;
  const currency = content.currency ?? 'EUR';
  const base = line.priceBase === '1' ? '' : ` / ${f.decimal(line.priceBase, language)}`;
  const values: Record<ColumnKey, string> = {
    description: line.description,
    quantity: line.quantity === null ? '' : f.decimal(line.quantity, language),
    unit: unitWord(line, words),
    unitPrice: line.unitPrice === null ? '' : f.unitPrice(line.unitPrice, currency, language) + base,
    discount: line.adjustments.map((a) => adjustmentWord(a, currency, content)).join('\n'),
    vat: line.vat === null ? '' : vatWord(line.vat.category, line.vat.rate, content),
    net: line.net === null ? '' : f.amount(line.net, currency, language),
  };
  const backorder =
    line.backorder === null ? [] : [words.document.backorder(`${f.decimal(line.backorder, language)} ${unitWord(line, words)}`.trim())];
  const reasons = line.adjustments.flatMap((a) => (a.reason === null ? [] : [a.reason]));
  const optional = option === null ? [] : [option === 'chosen' ? words.document.optionChosen : words.document.option];
  return {
    id: line.id,
    type: line.type,
    option,
    cells: Object.fromEntries(columns.map((key) => [key, values[key]])),
    details: [...optional, ...line.details, ...reasons, ...backorder],
  };
}

/** The unit of a line in words; a code nobody knows stays as it is. */
export function unitWord(line: Pick<Line, 'unit'>, words: Catalogue): string {
  return line.unit === null ? '' : wordOf(words.document.units, line.unit);
}

/** The word for a code, or the code as stated. Its own words only: a file may state `constructor`. */
function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}

function adjustmentWord(a: Adjustment, currency: string, content: DocumentContent): string {
  const sign = a.charge ? '+' : '−';
  return a.percent === null
    ? `${sign}${f.amount(a.amount, currency, content.language)}`
    : `${sign}${f.decimal(a.percent, content.language)} %`;
}

function vatWord(category: string, rate: string | null, content: DocumentContent): string {
  return rate === null ? category : `${f.decimal(rate, content.language)} %`;
}

function totalsOf(document: DocumentView, content: DocumentContent, totals: Totals | null, words: Catalogue): Sheet['totals'] {
  const { currency, language } = content;
  if (totals === null || currency === null) return [];
  const d = words.document;
  const value = (minor: number) => f.money(minor, currency, language);
  const adjusted = content.adjustments.length > 0;
  const paid = document.paid ?? totals.prepaid;
  return [
    ...(adjusted ? [{ key: 'lines', label: d.linesTotal, value: value(totals.lines), strong: false }] : []),
    ...content.adjustments.map((a) => ({
      key: a.charge ? 'charge' : 'allowance',
      label: a.reason ?? (a.charge ? d.charge : d.allowance),
      value: value(a.charge ? a.amount : -a.amount),
      strong: false,
    })),
    { key: 'net', label: d.net, value: value(totals.net), strong: false },
    // A document that states no VAT at all shows none, rather than a zero nobody wrote.
    ...(content.vat.length === 0 && totals.vat === 0 ? [] : [{ key: 'vat', label: d.vat, value: value(totals.vat), strong: false }]),
    { key: 'gross', label: d.gross, value: value(totals.gross), strong: true },
    ...(paid === 0 ? [] : [{ key: 'paid', label: d.prepaid, value: value(-paid), strong: false }]),
    ...(document.credited ? [{ key: 'credited', label: d.credited, value: value(-document.credited), strong: false }] : []),
    ...(totals.rounding === 0 ? [] : [{ key: 'rounding', label: d.rounding, value: value(totals.rounding), strong: false }]),
  ];
}

function vatOf(content: DocumentContent, vat: VatRow[], words: Catalogue): Sheet['vat'] {
  const { currency, language } = content;
  if (vat.length === 0 || currency === null) return null;
  const d = words.document;
  return {
    label: d.vatTable,
    head: [d.vatCategory, d.vatRate, d.vatBase, d.vatAmount],
    rows: vat.map((row) => ({
      cells: [
        wordOf(d.vatCategories, row.category),
        row.rate === null ? '' : `${f.decimal(row.rate, language)} %`,
        f.amount(row.taxable, currency, language),
        f.amount(row.amount, currency, language),
      ],
      reason: row.reason,
    })),
  };
}

function reservesOf({ decision }: DocumentView, { lines }: DocumentContent, words: Catalogue): Sheet['reserves'] {
  if (!decision || decision.reserves.length === 0) return null;
  const label = (id: string | null) => lines.find((line) => line.id === id)?.description ?? null;
  const written = decision.reserves.map(({ line, text }) => {
    const of = label(line);
    return of === null ? text : words.chain.labelled(of, text);
  });
  return { title: words.document.reserves, rows: written };
}

function receiptsOf(document: DocumentView, content: DocumentContent, words: Catalogue): Sheet['receipts'] {
  const d = words.document;
  return document.receipts.map((receipt) => ({
    title: d.receipt(receipt.number),
    date: f.day(receipt.date, content.language),
    lines: receipt.lines.map((line) => {
      const unit = line.unit === null ? '' : wordOf(d.units, line.unit);
      const said = (
        [
          [d.received, line.received],
          [d.short, line.short],
          [d.rejected, line.rejected],
        ] as const
      ).flatMap(([label, quantity]) => (quantity === null ? [] : [`${label} ${f.decimal(quantity, content.language)} ${unit}`.trim()]));
      return words.chain.labelled(line.description, said.join(', '));
    }),
    notes: receipt.notes,
  }));
}

function paymentOf(document: DocumentView, content: DocumentContent, words: Catalogue): Sheet['payment'] {
  const { payment, language } = content;
  if (payment === null) return null;
  const d = words.document;
  const w = words.payment.transfer;
  const transfer = transferOf({ ...document, content });
  const { iban, bic, reference } = transfer ?? payment;
  const amount = transfer && f.money(transfer.amount, transfer.currency, language);
  const all: [key: PaymentKey, label: string, value: string | null, copied?: string][] = [
    ['accountName', w.accountName, transfer && transfer.accountName],
    ['iban', d.iban, iban && writtenIban(iban), iban ?? ''],
    ['bic', d.bic, bic],
    ['reference', d.paymentReference, reference],
    ['amount', w.amount, amount, transfer ? fromMinor(transfer.amount, transfer.currency) : ''],
  ];
  const rows = all.flatMap(([key, label, value, copied = value ?? '']) => (value ? [{ key, label, value, copied }] : []));
  const payload = transfer && epcPayload(transfer);
  const code = payload && amount ? { payload, caption: w.scan, name: w.code(amount) } : null;
  return rows.length === 0 ? null : { label: transfer ? w.title : d.payment, rows, code, open: transfer !== null };
}

function textsOf(content: DocumentContent, words: Catalogue): Sheet['texts'] {
  const d = words.document;
  const all = [
    { key: 'notes' as const, label: d.notes, paragraphs: content.notes },
    { key: 'terms' as const, label: d.terms, paragraphs: content.terms },
    { key: 'mentions' as const, label: d.mentions, paragraphs: content.mentions },
  ];
  return all.filter((text) => text.paragraphs.length > 0);
}
