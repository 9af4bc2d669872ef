import { randomUUID } from 'node:crypto';
import { canFollow } from '../../shared/chain.ts';
import type { DocumentContent, Kind, Line, Reference } from '../../shared/document.ts';
import { numbered } from '../../shared/draft-content.ts';
import { Refusal } from '../../shared/refusal.ts';
import { counted, totalsOf, vatRows } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';
import { WORDS } from '../words.ts';
import { withAdjustmentLines } from './adjustments.ts';
import { standingDecision } from './document-view.ts';
import { ancestorsOf, chainOfDeal } from './chain.ts';
import { buyerAfter, emptyLine } from './draft.ts';
import { deductions } from './deductions.ts';
import { contentOf } from './find.ts';
import type { LoadedDeal } from './loaded.ts';
import { linesFrom, type Picks } from './taking.ts';

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
  const parts = linesFrom(loaded, chain, sources, { kind, picks, priced, currency });
  const taken = sources.flatMap((source, i) => {
    const lines = parts[i] ?? [];
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
