import type { DocumentContent, Totals } from '../../shared/document.ts';
import { fromMinor, percentOf, type Minor } from '../../shared/money.ts';
import { lineNet, totalsOf, vatKey, vatRows } from '../../shared/totals.ts';
import { warn, type Reading } from './reading.ts';

/**
 * Remarks for the owner wherever our own calculation differs from what a file states. The file stands: a document that was
 * issued elsewhere is shown as it was issued.
 */
export function noteDifferences(r: Reading, content: DocumentContent): void {
  const { totals } = content;
  const compare: Compare = (code, what, own, stated) => {
    if (own === stated) return;
    warn(r, code, `${what}: calculated ${fromMinor(own, r.currency)}, stated ${fromMinor(stated, r.currency)} ${r.currency}`);
  };
  for (const line of content.lines) {
    const own = lineNet(line, r.currency);
    if (own !== null && line.net !== null) compare('line_net_differs', `line ${line.number}`, own, line.net);
  }
  if (totals === null) return;
  compareVat(content, totals, compare);
  compareTotals(content, totals, compare);
}

type Compare = (code: string, what: string, own: Minor, stated: Minor) => void;

/** Each total is compared with the ones stated above it, so that one error is named once. */
function compareTotals({ lines, adjustments, vat }: DocumentContent, totals: Totals, compare: Compare): void {
  const own = totalsOf(lines, adjustments, vat, totals.prepaid, totals.rounding);
  compare('lines_total_differs', 'sum of the lines', own.lines, totals.lines);
  // Taken together: a negative allowance has become a charge.
  compare('adjustments_differ', 'allowances less charges', own.allowances - own.charges, totals.allowances - totals.charges);
  compare('net_differs', 'total without VAT', totals.lines - totals.allowances + totals.charges, totals.net);
  if (vat.length > 0) compare('vat_total_differs', 'total VAT', own.vat, totals.vat);
  compare('gross_differs', 'total with VAT', totals.net + totals.vat, totals.gross);
  compare('due_differs', 'net to pay', totals.gross - totals.prepaid + totals.rounding, totals.due);
}

function compareVat({ lines, adjustments, vat }: DocumentContent, totals: Totals, compare: Compare): void {
  const own = new Map(vatRows(lines, adjustments).map((row) => [vatKey(row), row]));
  const comparable =
    vat.length > 0 && lines.every((line) => line.vat !== null || line.net === null) && vat.every((row) => own.has(vatKey(row)));
  for (const row of vat) {
    const name = row.rate === null ? `VAT ${row.category}` : `VAT ${row.category} ${row.rate} %`;
    if (row.rate !== null) compare('vat_differs', name, percentOf(row.taxable, row.rate), row.amount);
    const mine = own.get(vatKey(row));
    if (comparable && mine) compare('vat_base_differs', `${name}, base`, mine.taxable, row.taxable);
  }
  if (vat.length > 0 && !comparable)
    compare(
      'vat_base_differs',
      'VAT, base',
      totals.net,
      vat.reduce((sum, row) => sum + row.taxable, 0),
    );
}
