import { randomUUID } from 'node:crypto';
import Big from 'big.js';
import { canFollow, type Chain } from '../../shared/chain.ts';
import { isZero, minus, within } from '../../shared/decimal.ts';
import type { Adjustment, DocumentContent, Kind, Line, Reference } from '../../shared/document.ts';
import { day } from '../../shared/format.ts';
import { fromMinor, type Decimal, type Minor } from '../../shared/money.ts';
import { numbered } from '../../shared/draft-content.ts';
import { Refusal } from '../../shared/refusal.ts';
import { counted, lineNet, totalsOf, vatKey, vatRows } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';
import { WORDS } from '../words.ts';
import { withAdjustmentLines } from './adjustments.ts';
import { standingDecision } from './document-view.ts';
import { ancestorsOf, chainOfDeal, depositLeft } from './chain.ts';
import { buyerAfter, emptyLine } from './draft.ts';
import { contentOf } from './find.ts';
import type { LoadedDeal } from './loaded.ts';

/** Which quantities of which lines are taken; null: whatever is left of each. */
export type Picks = { line: string; quantity: Decimal }[] | null;

/**
 * What a document of `kind` that follows others of its deal begins with: their lines with what is left of them, at the price the chain
 * knows, each with the line it comes from. Throws `cannot_follow`, `quantity_exceeded` and `nothing_left`.
 */
export function contentFollowing(loaded: LoadedDeal, kind: Kind, sources: Document[], picks: Picks, today: string): DocumentContent {
  const closed = sources.find((source) => !canFollow(source, kind));
  if (closed) throw new Refusal('cannot_follow', { data: { document: closed.id, kind: closed.kind, status: closed.status } });
  const [first] = sources;
  if (!first) throw new Refusal('not_found');
  const chain = chainOfDeal(loaded);
  // A delivery without prices has those, and the currency, of what it came from.
  const family = sources.flatMap((source) => [source, ...ancestorsOf(loaded, source)]);
  const currency = family.map((one) => contentOf(loaded, one).currency).find((one) => one !== null) ?? null;
  const vat = family.flatMap((one) => contentOf(loaded, one).vat);
  const known = { ...contentOf(loaded, first), currency, vat, buyer: buyerAfter(loaded, first) };
  const priced = kind !== 'delivery';
  const taken = sources.flatMap((source) => {
    const lines = linesFrom(loaded, chain, source, { kind, picks, priced, currency });
    return sources.length > 1 && lines.length > 0 ? [headingFor(source, known), ...lines] : lines;
  });
  checkPicks(picks, taken);
  checkCurrencies(loaded, sources);
  if (!taken.some((line) => line.type === 'item')) throw new Refusal('nothing_left', { data: { documents: sources.map(({ id }) => id) } });
  const deducted = kind === 'invoice' ? deductions(loaded, chain, sources, taken, known) : [];
  const lines = numbered([...taken, ...adjusted(loaded, sources, kind, picks), ...deducted]);
  const reference = orderNumberOf(loaded, family) ?? known.reference;
  return {
    ...contentWith(loaded, kind, lines, known, today),
    reference,
    references: sources.map((source) => referenceTo(source)),
    notes: kind === 'credit_note' ? [] : known.notes,
    terms: termsFor(loaded, kind, sources),
  };
}

/**
 * The terms a document begins with: those that were agreed on the quote or order it comes from, else the company's own. A delivery asks for
 * goods to be received, a credit note gives money back: they have none.
 */
export function termsFor(loaded: LoadedDeal, kind: Kind, sources: Document[]): string[] {
  if (kind === 'delivery' || kind === 'credit_note') return [];
  const agreed = sources.flatMap((one) => [one, ...ancestorsOf(loaded, one)]).find((one) => one.kind === 'quote' || one.kind === 'order');
  return agreed ? contentOf(loaded, agreed).terms : loaded.company.terms;
}

/** What a new document keeps of the one it is made from. */
export type Known = Pick<DocumentContent, 'language' | 'currency' | 'reference' | 'buyer' | 'deliverTo' | 'vat'>;

/** A document of this deal with these lines; everything else as `known` has it, or as the company is now. */
export function contentWith(loaded: LoadedDeal, kind: Kind, lines: Line[], known: Known, today: string): DocumentContent {
  const { company } = loaded;
  const priced = lines.some((line) => line.net !== null);
  const reasons = new Map(known.vat.flatMap((row) => (row.reason === null ? [] : [[row.category, row.reason] as const])));
  const vat = priced ? vatRows(counted(lines), [], reasons) : [];
  return {
    language: known.language,
    logo: company.logo,
    currency: priced ? known.currency : null,
    issueDate: today,
    validUntil: null,
    dueDate: null,
    reference: known.reference,
    seller: company.identity,
    buyer: known.buyer,
    deposit: null,
    deliverTo: known.deliverTo,
    deliveryDate: null,
    lines,
    adjustments: [],
    vat,
    totals: priced ? totalsOf(counted(lines), [], vat) : null,
    references: [],
    payment: kind === 'invoice' ? company.payment : null,
    notes: [],
    terms: termsFor(loaded, kind, []),
    mentions: company.mentions,
  };
}

/** The client's own order number, as they gave it with the acceptance that stands of one of these documents. */
export function orderNumberOf(loaded: LoadedDeal, documents: Document[]): string | null {
  return documents.flatMap((one) => standingDecision(loaded, one)?.orderNumber ?? [])[0] ?? null;
}

export function referenceTo({ kind, number, issueDate, id }: Document): Reference {
  return { kind, number: number ?? '', date: issueDate, document: id };
}

/** What was taken off or charged on a whole document goes along with the first one that takes everything. */
function adjusted(loaded: LoadedDeal, sources: Document[], kind: Kind, picks: Picks): Line[] {
  if (picks !== null || kind === 'delivery') return [];
  return sources.flatMap((source) => {
    const content = contentOf(loaded, source);
    const before = loaded.documents.some((one) => one.kind === kind && one.follows === source.id && one.status !== 'draft');
    return before ? [] : withAdjustmentLines(content).lines.slice(content.lines.length);
  });
}

/** Amounts of different currencies are not one sum. */
function checkCurrencies(loaded: LoadedDeal, sources: Document[]): void {
  const currencies = new Set(sources.flatMap((source) => contentOf(loaded, source).currency ?? []));
  if (currencies.size > 1)
    throw new Refusal('invalid_input', {
      faults: [
        {
          pointer: '/from/documents',
          rule: 'currency',
          detail: `documents of one currency are expected, not ${[...currencies].join(', ')}`,
        },
      ],
    });
}

interface Taking {
  kind: Kind;
  picks: Picks;
  priced: boolean;
  currency: string | null;
}

function linesFrom(loaded: LoadedDeal, chain: Chain, source: Document, taking: Taking): Line[] {
  const { lines } = contentOf(loaded, source);
  const made = lines.map((line): Line | null => {
    if (line.type !== 'item') return { ...line, id: randomUUID() };
    const quantity = quantityOf(chain, line, source, taking);
    return quantity === null ? null : taken(loaded, chain, line, source, quantity, taking);
  });
  return withoutEmptyParts(made.filter((line) => line !== null));
}

/** null: nothing of it is taken. */
function quantityOf(chain: Chain, line: Line, source: Document, { kind, picks }: Taking): Decimal | null {
  if (line.optional && !source.chosen.includes(line.id)) return null;
  const pick = picks?.find((one) => one.line === line.id);
  if (picks !== null && !pick) return null;
  const left = chain.open(line.id, kind);
  const quantity = pick?.quantity ?? left;
  if (quantity === null || isZero(quantity)) return null;
  if (left !== null && !within(quantity, left))
    throw new Refusal('quantity_exceeded', { data: { lines: [{ line: line.id, most: left }] } });
  return quantity;
}

function taken(loaded: LoadedDeal, chain: Chain, line: Line, source: Document, quantity: Decimal, taking: Taking): Line {
  const { kind, priced, currency } = taking;
  const from = { document: source.id, line: line.id };
  const base = { ...emptyLine(), id: randomUUID(), description: line.description, details: line.details, quantity, unit: line.unit, from };
  const known = priced ? pricedLine(loaded, line) : null;
  if (known === null || currency === null) return { ...base, net: null };
  const before = takenBefore(chain, known, kind);
  const adjustments = known.adjustments.map((one) => scaled(one, before, quantity, known.quantity));
  const made = { ...base, unitPrice: known.unitPrice, priceBase: known.priceBase, vat: known.vat, adjustments };
  return { ...made, net: lineNet(made, currency) };
}

/** The line itself, or the nearest one it came from that has a price. */
function pricedLine(loaded: LoadedDeal, line: Line, seen: readonly string[] = []): Line | null {
  if (line.unitPrice !== null) return line;
  const { from } = line;
  const document = loaded.documents.find((one) => one.id === from?.document);
  const earlier = document && contentOf(loaded, document).lines.find((one) => one.id === from?.line);
  // What came in with a file may refer to itself.
  return earlier === undefined || seen.includes(earlier.id) ? null : pricedLine(loaded, earlier, [...seen, line.id]);
}

/** How much of a line documents of this kind have taken already. */
function takenBefore(chain: Chain, line: Line, kind: Kind): Decimal {
  const left = chain.left(line.id, kind);
  return line.quantity === null || left === null ? '0' : minus(line.quantity, left);
}

/**
 * A discount that is an amount is that of the whole line: a part of the line has that part of it. Each part is what the sum so far has
 * grown by, so that all parts together are the whole to the cent.
 */
function scaled(adjustment: Adjustment, before: Decimal, quantity: Decimal, whole: Decimal | null): Adjustment {
  if (whole === null || isZero(whole)) return adjustment;
  const upTo = (amount: Minor, taken: Big) => Number(taken.times(amount).div(whole).round(0, Big.roundHalfUp).toFixed(0));
  const part = (amount: Minor) => upTo(amount, new Big(before).plus(quantity)) - upTo(amount, new Big(before));
  const base = adjustment.base === null ? null : part(adjustment.base);
  return { ...adjustment, amount: part(adjustment.amount), base };
}

/** Headings under which nothing is left, and subtotals of nothing, are not taken along. */
function withoutEmptyParts(lines: Line[]): Line[] {
  return lines.filter((line, i) => {
    if (line.type === 'section') return lines.slice(i + 1).find((one) => one.type !== 'subtotal')?.type === 'item';
    return line.type === 'item' || lines[i - 1]?.type === 'item';
  });
}

function headingFor(source: Document, { language }: DocumentContent): Line {
  const description = `${WORDS[language].kinds[source.kind]} ${source.number ?? ''}`.trim();
  return { ...emptyLine(), type: 'section', unit: null, id: randomUUID(), description, net: null };
}

/** A line that was asked for and is not there is no line of these documents. */
function checkPicks(picks: Picks, lines: Line[]): void {
  const faults = (picks ?? []).flatMap(({ line }, i) =>
    lines.some((one) => one.from?.line === line)
      ? []
      : [{ pointer: `/from/lines/${i}/line`, rule: 'unknown_line', detail: 'no line of these documents that can be taken has this id' }],
  );
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });
}

/**
 * Deposits of the quotes these documents come from are deducted on the final invoice, VAT rate by VAT rate; on one before it only as
 * far as what will still be invoiced after it could not bear them.
 */
function deductions(loaded: LoadedDeal, chain: Chain, sources: Document[], lines: Line[], known: DocumentContent): Line[] {
  const { currency, language } = known;
  if (currency === null) return [];
  const family = new Set(sources.flatMap((source) => [source, ...ancestorsOf(loaded, source)]).map(({ id }) => id));
  const rows = taxables(lines);
  const whole = taxables(openLines(loaded, chain, sources, currency));
  const later = new Map([...whole].map(([key, taxable]) => [key, Math.max(0, taxable - (rows.get(key) ?? 0))]));
  return [...depositLeft(loaded)].flatMap(([id, { document, left }]) => {
    const content = contentOf(loaded, document);
    const line = content.lines.find((one) => one.id === id);
    const key = line?.vat ? vatKey(line.vat) : null;
    if (!line || key === null || !content.deposit || !family.has(content.deposit.document)) return [];
    const kept = Math.min(left, later.get(key) ?? 0);
    later.set(key, (later.get(key) ?? 0) - kept);
    const amount = Math.min(left - kept, rows.get(key) ?? 0);
    if (amount <= 0) return [];
    rows.set(key, (rows.get(key) ?? 0) - amount);
    const description = WORDS[language].document.deducted(document.number ?? '', day(document.issueDate, language));
    const from = { document: document.id, line: id };
    const unitPrice = fromMinor(amount, currency);
    return [{ ...emptyLine(), id: randomUUID(), description, quantity: '-1', unitPrice, vat: line.vat, from, net: -amount }];
  });
}

/** Everything the agreement behind these documents leaves to be invoiced: of their order, or of their quote where there is none. */
function openLines(loaded: LoadedDeal, chain: Chain, sources: Document[], currency: string): Line[] {
  const family = [...new Set(sources.flatMap((source) => [source, ...ancestorsOf(loaded, source)]))];
  const orders = family.filter(({ kind }) => kind === 'order');
  const roots = orders.length > 0 ? orders : family.filter(({ kind }) => kind === 'quote');
  return roots.flatMap((root) => linesFrom(loaded, chain, root, { kind: 'invoice', picks: null, priced: true, currency }));
}

function taxables(lines: Line[]): Map<string, Minor> {
  return new Map(vatRows(counted(lines), []).map((row) => [vatKey(row), row.taxable]));
}
