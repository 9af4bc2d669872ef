import type { Adjustment, Line, Totals, VatRow } from '../../shared/document.ts';
import type { Minor } from '../../shared/money.ts';
import { percentOf } from '../../shared/money.ts';
import { totalsOf, vatRows } from '../../shared/totals.ts';
import type { Amounts, MonetaryTotal } from './amounts.ts';
import { warn, type Reading, type Stated } from './reading.ts';

/**
 * The totals of a document as stated, what is not stated filled in from what is: the total with VAT is what the file says
 * to pay (UBL 2.0 often has nothing else). Without a monetary summation they are calculated, with a remark; null for a
 * document without prices. `oddNet` is for files that write the VAT where the total without VAT belongs (OIOUBL 2.0).
 */
export function statedTotals(
  r: Reading,
  amounts: Amounts,
  lines: Line[],
  adjustments: Adjustment[],
  oddNet = false,
): { totals: Totals | null; vat: VatRow[] } {
  const stated = statedRows(r, amounts, lines);
  const known = knownVat(r, amounts, stated);
  if (amounts.totals === null) {
    if (lines.every((line) => line.net === null)) return { totals: null, vat: [] };
    warn(r, 'totals_calculated', 'the file states no totals');
    const vat = stated.length > 0 ? stated : vatRows(lines, adjustments);
    return { totals: totalsOf(lines, adjustments, vat), vat };
  }
  return { totals: fill(amounts.totals, known, lines, amounts.adjustments, oddNet), vat: stated };
}

function fill(stated: MonetaryTotal, vatStated: Minor | null, all: Line[], adjustments: Amounts['adjustments'], oddNet: boolean): Totals {
  const lines = minor(stated.lines) ?? all.reduce((total, line) => total + (line.net ?? 0), 0);
  const allowances = minor(stated.allowances) ?? sumOf(adjustments, false);
  const charges = minor(stated.charges) ?? sumOf(adjustments, true);
  const prepaid = minor(stated.prepaid) ?? 0;
  const rounding = minor(stated.rounding) ?? 0;
  const summed = lines - allowances + charges;
  const net = oddNet && vatStated !== null && minor(stated.net) === vatStated ? summed : (minor(stated.net) ?? summed);
  const due = minor(stated.due);
  const vat = vatStated ?? (stated.gross !== null && stated.net !== null ? stated.gross.minor - net : 0);
  const gross = minor(stated.gross) ?? (due === null ? net + vat : due + prepaid - rounding);
  return { lines, allowances, charges, net, vat, gross, prepaid, rounding, due: due ?? gross - prepaid + rounding };
}

/** The rows of the breakdown in the document's currency; a base that is not stated is taken from the lines of its category. */
function statedRows(r: Reading, { subtotals, lines: stated }: Amounts, lines: Line[]): VatRow[] {
  return subtotals
    .filter((row) => row.shown && row.tax !== null)
    .map((row) => {
      const own = stated.flatMap((line, i) => (line.vat?.category === row.vat.category ? [lines[i]?.net ?? 0] : []));
      const taxable = row.taxable?.minor ?? own.reduce((total, net) => total + net, 0);
      const amount = row.tax?.minor ?? percentOf(taxable, row.vat.rate ?? '0');
      if (row.taxable === null) warn(r, 'vat_base_calculated', `VAT ${row.vat.category}: the file states no taxable amount`);
      return { category: row.vat.category, rate: row.vat.rate, taxable, amount, reason: row.reason };
    });
}

/** Total VAT: the TaxTotals in the document's currency (several where there are several taxes), else the sum of the rows. */
function knownVat(r: Reading, { taxTotals }: Amounts, rows: VatRow[]): Minor | null {
  const own = taxTotals.filter((total) => total.currency === null || total.currency === r.currency);
  if (own.length > 0) return own.reduce((total, { amount }) => total + amount.minor, 0);
  return rows.length > 0 ? rows.reduce((total, row) => total + row.amount, 0) : null;
}

/** As stated, signs included: a negative charge is still a charge here. */
function sumOf(adjustments: Amounts['adjustments'], charge: boolean): Minor {
  return adjustments.filter((a) => a.charge === charge).reduce((total, { amount }) => total + amount.minor, 0);
}

function minor(stated: Stated | null): Minor | null {
  return stated?.minor ?? null;
}
