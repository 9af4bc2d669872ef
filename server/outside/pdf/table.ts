import { autoTable, type CellHookData } from 'jspdf-autotable';
import { type Align, HAIRLINE, MUTED, PAGE, type Paper, type Style } from './paper.ts';

export interface TableColumn {
  key: string;
  label: string;
  align: Align;
  /** Points, padding included; all of them together are the width of the table. */
  width: number;
}

export interface TableRow {
  cells: Partial<Record<string, string>>;
  /** Printed small and grey under the first cell, one or more lines each. */
  details: string[];
  /** A heading or a sum among the others: its cells are bold. */
  strong?: boolean;
}

export interface TableInput {
  columns: TableColumn[];
  rows: TableRow[];
  x: number;
  /** Text size of the cells, in points. */
  size: number;
}

/** Space left and right of a cell's text; the outer edges of the table have none, so that it stands flush with the rest. */
export const CELL_PAD = 7;
const LEADING = 1.3;

/** One line in a cell; a detail is smaller and grey. */
interface CellLine {
  text: string;
  detail: boolean;
}

/** A row as it is drawn: the lines of each of its cells. */
interface Wrapped {
  cells: CellLine[][];
  style: Style;
}

/**
 * Draws a table from `paper.y` on. Its head is repeated on every page; a row stays on one page unless it is longer than one.
 * autoTable does the pages and the splitting; wrapping and drawing are ours, because a cell has two sizes of text. So all it is told of a row
 * is how many lines the longest of its cells has: one cell, with the number of each line as its text.
 */
export function drawTable(paper: Paper, { columns, rows, x, size }: TableInput): void {
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const head = wrapHead(paper, columns, size);
  const wrapped = rows.map((row) => wrapRow(paper, columns, row, size));
  paper.doc.setLineHeightFactor(LEADING);
  paper.use({ size });
  autoTable(paper.doc, {
    theme: 'plain',
    startY: paper.y,
    margin: { left: x, right: PAGE.width - x - width, top: PAGE.top, bottom: PAGE.bottom },
    tableWidth: width,
    rowPageBreak: 'avoid',
    columns: [{ dataKey: 'lines', header: numbered(head) }],
    body: wrapped.map((row, at) => ({ lines: numbered(row), at })),
    styles: {
      fontSize: size,
      cellPadding: { top: 4.5, bottom: 4.5, left: 0, right: 0 },
      cellWidth: width,
      overflow: (text) => text,
      // None: it would look through the list of fonts for each cell, and nothing is written in it.
      fontStyle: '' as 'normal',
    },
    headStyles: { fontSize: head.style.size, cellPadding: { top: 0, bottom: 5, left: 0, right: 0 } },
    willDrawCell: (data) => {
      const row = data.section === 'head' ? head : wrapped[(data.row.raw as { at: number }).at];
      if (row) drawRow(paper, columns, row, data);
      return false;
    },
    didDrawPage: (data) => {
      paper.y = data.cursor?.y ?? paper.y;
    },
  });
}

function wrapHead(paper: Paper, columns: TableColumn[], size: number): Wrapped {
  const style: Style = { size: Math.min(7.5, size), face: 'bold', colour: paper.accent, leading: LEADING };
  return { style, cells: columns.map(({ label }, i) => plain(paper.wrap(label, innerWidth(columns, i), style))) };
}

function wrapRow(paper: Paper, columns: TableColumn[], { cells, details, strong }: TableRow, size: number): Wrapped {
  const style: Style = { size, leading: LEADING, ...(strong ? { face: 'bold' } : {}) };
  const below = details.flatMap((detail) => paper.wrap(detail, innerWidth(columns, 0), detailOf(size)));
  return {
    style,
    cells: columns.map(({ key }, i) => [
      ...plain(paper.wrap(cells[key] ?? '', innerWidth(columns, i), style)),
      ...(i === 0 ? below.map((text) => ({ text, detail: true })) : []),
    ]),
  };
}

function plain(lines: string[]): CellLine[] {
  return lines.map((text) => ({ text, detail: false }));
}

/** The numbers of a row's lines, one on each. */
function numbered({ cells }: Wrapped): string {
  const most = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: most }, (_, i) => String(i)).join('\n');
}

/** The size and colour of details in cells of a size, on the same line height. */
function detailOf(size: number): Style {
  return { size: size - 1.2, colour: MUTED, leading: (size * LEADING) / (size - 1.2) };
}

/** The width text may take in a cell: its column's, less the space between columns. */
function innerWidth(columns: TableColumn[], index: number): number {
  return columns[index]!.width - (index === 0 ? 0 : CELL_PAD) - (index === columns.length - 1 ? 0 : CELL_PAD);
}

/** The part of a row that stands on this page: the lines whose numbers autoTable has left in the cell. */
function drawRow(paper: Paper, columns: TableColumn[], { cells, style }: Wrapped, { cell, section }: CellHookData): void {
  const first = Number(cell.text[0]);
  const step = cell.styles.fontSize * LEADING;
  const bottom = cell.y + cell.height;
  let left = cell.x;
  columns.forEach(({ align, width }, i) => {
    const start = left + (i === 0 ? 0 : CELL_PAD);
    const x = align === 'end' ? start + innerWidth(columns, i) : start;
    const lines = (cells[i] ?? []).slice(first, first + cell.text.length);
    // Labels of the head stand on its rule, the cells of a row hang from its top.
    const top = section === 'head' ? bottom - cell.padding('bottom') - lines.length * step : cell.y + cell.padding('top');
    lines.forEach(({ text, detail }, n) =>
      paper.line(text, x, top + n * step + (detail ? 0.8 : 0), detail ? detailOf(style.size) : style, align),
    );
    left += width;
  });
  if (section === 'head') paper.rule(cell.x, bottom, cell.width, paper.accent, 1);
  else paper.rule(cell.x, bottom, cell.width, HAIRLINE);
}
