import Big from 'big.js';
import type { Adjustment, DocumentContent, Line, Totals, VatRate, VatRow } from './document.ts';
import { type Minor, multiply, percentOf, toMinor } from './money.ts';

/**
 * Net amount of a line in minor units: quantity × price ÷ base quantity, less allowances, plus charges, rounded once,
 * half away from zero. (EN 16931 BT-131.) null where the line has no price.
 */
export function lineNet(line: Pick<Line, 'quantity' | 'unitPrice' | 'priceBase' | 'adjustments'>, currency: string): Minor | null {
  if (line.unitPrice === null || line.quantity === null) return null;
  const amount = toMinor(multiply(line.quantity, line.unitPrice, line.priceBase), currency);
  return line.adjustments.reduce((sum, a) => sum + signed(a), amount);
}

/** The lines that count: items, and of the optional ones those that were chosen. */
export function counted(lines: Line[], chosen: readonly string[] = []): Line[] {
  return lines.filter((line) => line.type === 'item' && (!line.optional || chosen.includes(line.id)));
}

/** What the client has chosen and what it comes to; null where there is nothing to choose. */
export function choiceOf(content: DocumentContent, chosen: string[]): { lines: string[]; vat: VatRow[]; totals: Totals } | null {
  const { totals } = content;
  if (totals === null || !content.lines.some((line) => line.optional)) return null;
  return { lines: chosen, ...withChosen({ ...content, totals }, chosen) };
}

/** What a document comes to when of its optional lines these are chosen. `content` must have totals. */
export function withChosen(content: DocumentContent & { totals: Totals }, chosen: readonly string[]): { vat: VatRow[]; totals: Totals } {
  const lines = counted(content.lines, chosen);
  const reasons = new Map(content.vat.flatMap((row) => (row.reason === null ? [] : [[row.category, row.reason] as const])));
  const vat = vatRows(lines, content.adjustments, reasons);
  return { vat, totals: totalsOf(lines, content.adjustments, vat, content.totals.prepaid, content.totals.rounding) };
}

/**
 * The VAT breakdown: one row per (category, rate), the amount computed on the row's sum. (EN 16931 BR-CO-17, BR-S-08.)
 * Rows keep the order in which their category first appears.
 */
export function vatRows(lines: Line[], adjustments: Adjustment[], reasons: ReadonlyMap<string, string> = new Map()): VatRow[] {
  const rows = new Map<string, VatRow>();
  const add = (vat: VatRate | null, amount: Minor) => {
    if (vat === null) return;
    const key = vatKey(vat);
    const row = rows.get(key) ?? {
      category: vat.category,
      rate: vat.rate,
      taxable: 0,
      amount: 0,
      reason: reasons.get(vat.category) ?? null,
    };
    row.taxable += amount;
    rows.set(key, row);
  };
  for (const line of lines) add(line.vat, line.net ?? 0);
  for (const adjustment of adjustments) add(adjustment.vat, signed(adjustment));
  for (const row of rows.values()) row.amount = percentOf(row.taxable, row.rate ?? '0');
  return [...rows.values()];
}

/** All totals of a document from its lines, document-level adjustments and VAT rows. (BR-CO-10 … BR-CO-16.) */
export function totalsOf(lines: Line[], adjustments: Adjustment[], vat: VatRow[], prepaid: Minor = 0, rounding: Minor = 0): Totals {
  const sum = lines.reduce((total, line) => total + (line.net ?? 0), 0);
  const allowances = adjustments.filter((a) => !a.charge).reduce((total, a) => total + a.amount, 0);
  const charges = adjustments.filter((a) => a.charge).reduce((total, a) => total + a.amount, 0);
  const net = sum - allowances + charges;
  const tax = vat.reduce((total, row) => total + row.amount, 0);
  const gross = net + tax;
  return { lines: sum, allowances, charges, net, vat: tax, gross, prepaid, rounding, due: gross - prepaid + rounding };
}

/** Identity of a VAT row: its category and its rate as a number, so that "20" and "20.00" are one. */
export function vatKey(vat: VatRate): string {
  return `${vat.category}|${vat.rate === null ? '' : new Big(vat.rate).toFixed()}`;
}

function signed(adjustment: Adjustment): Minor {
  return adjustment.charge ? adjustment.amount : -adjustment.amount;
}
