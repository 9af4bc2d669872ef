import { randomUUID } from 'node:crypto';
import Big from 'big.js';
import type { Chain } from '../../shared/chain.ts';
import { isZero, minus, sum, within } from '../../shared/decimal.ts';
import type { Adjustment, Kind, Line } from '../../shared/document.ts';
import type { Decimal, Minor } from '../../shared/money.ts';
import { Refusal } from '../../shared/refusal.ts';
import { lineNet } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';
import { emptyLine } from './draft.ts';
import { contentOf } from './find.ts';
import type { LoadedDeal } from './loaded.ts';

/** What the lines of one document take from those of an earlier one. */

/** Which quantities of which lines are taken; null: whatever is left of each. */
export type Picks = { line: string; quantity: Decimal }[] | null;

export interface Taking {
  kind: Kind;
  picks: Picks;
  priced: boolean;
  currency: string | null;
}

/** What several sources give together: how much each line may give at most, and what of a line's amounts is given already. */
interface Together {
  shares: Map<string, Decimal>;
  given: Map<string, Decimal>;
}

/**
 * The lines that a document after these begins with, source by source, each with what it takes: together never more than is left of what
 * they come from. Throws `quantity_exceeded`.
 */
export function linesFrom(loaded: LoadedDeal, chain: Chain, sources: readonly Document[], taking: Taking): Line[][] {
  const all = sources.flatMap((source) => contentOf(loaded, source).lines.flatMap((line) => (isOpen(line, source) ? [line.id] : [])));
  const together = { shares: chain.share(all, taking.kind), given: new Map<string, Decimal>() };
  return sources.map((source) => linesOf(loaded, chain, source, taking, together));
}

function isOpen(line: Line, source: Document): boolean {
  return line.type === 'item' && (!line.optional || source.chosen.includes(line.id));
}

function linesOf(loaded: LoadedDeal, chain: Chain, source: Document, taking: Taking, together: Together): Line[] {
  const { lines } = contentOf(loaded, source);
  const made = lines.map((line): Line | null => {
    if (line.type !== 'item') return { ...line, id: randomUUID() };
    const quantity = isOpen(line, source) ? quantityOf(chain, line, taking, together.shares) : null;
    return quantity === null ? null : taken(loaded, chain, line, source, quantity, taking, together.given);
  });
  return withoutEmptyParts(made.filter((line) => line !== null));
}

/** null: nothing of it is taken. */
function quantityOf(chain: Chain, line: Line, { kind, picks }: Taking, shares: ReadonlyMap<string, Decimal>): Decimal | null {
  const pick = picks?.find((one) => one.line === line.id);
  if (picks !== null && !pick) return null;
  const open = chain.open(line.id, kind);
  // What is asked for may be asked of a later one first: whether it is too much in all is found at the issue.
  const left = pick || open === null ? open : (shares.get(line.id) ?? open);
  const quantity = pick?.quantity ?? left;
  if (quantity === null || isZero(quantity)) return null;
  if (left !== null && !within(quantity, left))
    throw new Refusal('quantity_exceeded', { data: { lines: [{ line: line.id, most: left }] } });
  return quantity;
}

function taken(
  loaded: LoadedDeal,
  chain: Chain,
  line: Line,
  source: Document,
  quantity: Decimal,
  taking: Taking,
  given: Together['given'],
): Line {
  const { kind, priced, currency } = taking;
  const from = { document: source.id, line: line.id };
  const base = { ...emptyLine(), id: randomUUID(), description: line.description, details: line.details, quantity, unit: line.unit, from };
  const known = priced ? pricedLine(loaded, line) : null;
  if (known === null || currency === null) return { ...base, net: null };
  const here = given.get(known.id) ?? '0';
  given.set(known.id, sum(here, quantity));
  const before = sum(takenBefore(chain, known, kind), here);
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
