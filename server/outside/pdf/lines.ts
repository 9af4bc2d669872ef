import type { ColumnKey, Sheet } from '../../../shared/sheet.ts';
import { type Align, LEFT, lineHeight, MUTED, type Paper, RIGHT, type Style, WIDTH } from './paper.ts';
import { CELL_PAD, drawTable, type TableColumn } from './table.ts';

/** Text sizes tried in turn until the amounts and a readable description fit beside each other. */
const SIZES = [9, 8, 7, 6] as const;
const LEAST_DESCRIPTION = 130;
/** No column but the description gets wider than this; longer text is broken. */
const WIDEST: { readonly [key in ColumnKey]: number } = {
  description: WIDTH,
  quantity: 110,
  unit: 70,
  unitPrice: 130,
  discount: 90,
  vat: 60,
  net: 130,
};
const CAPTION: Style = { size: 7.5, colour: MUTED };

/** The lines of the document, with the currency of their amounts above. */
export function drawLines(paper: Paper, sheet: Sheet): void {
  if (sheet.rows.length === 0) return;
  paper.need(70);
  if (sheet.currency !== null) {
    paper.line(sheet.currency, RIGHT, paper.y, CAPTION, 'end');
    paper.y += lineHeight(CAPTION) + 4;
  }
  const { size, columns } = fit(paper, sheet);
  const rows = sheet.rows.map((row) => ({ ...row, strong: row.type !== 'item' }));
  drawTable(paper, { columns, rows, x: LEFT, size });
}

function fit(paper: Paper, sheet: Sheet): { size: number; columns: TableColumn[] } {
  const [first, ...others] = sheet.columns;
  const widthsAt = (size: number) => others.map((column) => naturalWidth(paper, sheet, column.key, column.label, size));
  const room = WIDTH - LEAST_DESCRIPTION;
  const size = SIZES.find((one) => total(widthsAt(one)) <= room) ?? SIZES[SIZES.length - 1]!;
  const widths = widthsAt(size);
  const shrink = Math.min(1, room / total(widths));
  const narrow = widths.map((width) => width * shrink);
  const column = ({ key, label, align }: { key: string; label: string; align: Align }, width: number) => ({ key, label, align, width });
  return { size, columns: [column(first!, WIDTH - total(narrow)), ...others.map((other, i) => column(other, narrow[i]!))] };
}

/** What a column needs to keep everything in it on one line. The half point is for the rounding of the layout. */
function naturalWidth(paper: Paper, sheet: Sheet, key: ColumnKey, label: string, size: number): number {
  const head = paper.widthOf(label, { size: Math.min(7.5, size), face: 'bold' });
  const cells = sheet.rows.map((row) => paper.widthOf(row.cells[key] ?? '', row.type === 'item' ? { size } : { size, face: 'bold' }));
  return Math.min(WIDEST[key], Math.max(head, ...cells) + CELL_PAD * 2 + 0.5);
}

function total(widths: number[]): number {
  return widths.reduce((sum, width) => sum + width, 0);
}
