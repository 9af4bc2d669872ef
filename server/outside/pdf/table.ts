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
/** Marks the lines of a cell that are details; no text has it, since control characters are never printed. */
const DETAIL = '\u0001';

/**
 * Draws a table from `paper.y` on. Its head is repeated on every page; a row stays on one page unless it is longer than one.
 * autoTable does the pages and the splitting; wrapping and drawing are ours, because a cell has two sizes of text.
 */
export function drawTable(paper: Paper, { columns, rows, x, size }: TableInput): void {
  const body: Style = { size, leading: LEADING };
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const headStyle: Style = { size: Math.min(7.5, size), face: 'bold', colour: paper.accent, leading: LEADING };
  const styleOf = ({ section, row }: Pick<CellHookData, 'section' | 'row'>): Style =>
    section === 'head' ? headStyle : rows[row.index]?.strong ? { ...body, face: 'bold' } : body;
  paper.doc.setLineHeightFactor(LEADING);
  paper.use(body);
  autoTable(paper.doc, {
    theme: 'plain',
    startY: paper.y,
    margin: { left: x, right: PAGE.width - x - width, top: PAGE.top, bottom: PAGE.bottom },
    tableWidth: width,
    rowPageBreak: 'avoid',
    columns: columns.map((column) => ({ dataKey: column.key, header: column.label })),
    body: rows.map((row) => rowOf(row, columns)),
    styles: { fontSize: size, cellPadding: { top: 4.5, bottom: 4.5, left: 0, right: 0 } },
    headStyles: { fontSize: headStyle.size, cellPadding: { top: 0, bottom: 5, left: 0, right: 0 } },
    columnStyles: Object.fromEntries(columns.map((column) => [column.key, { cellWidth: column.width }])),
    didParseCell: (data) => {
      const inner = innerWidth(columns, data.column.index);
      const plain = styleOf(data);
      data.cell.styles.overflow = (text) =>
        [text].flat().flatMap((line) => {
          if (!line.startsWith(DETAIL)) return paper.wrap(line, inner, plain);
          return paper.wrap(line.slice(1), inner, detailOf(size)).map((part) => DETAIL + part);
        });
    },
    willDrawCell: (data) => {
      drawCell(paper, columns, data, styleOf(data));
      return false;
    },
    didDrawPage: (data) => {
      paper.y = data.cursor?.y ?? paper.y;
    },
  });
}

/** The size and colour of details in cells of a size, on the same line height. */
function detailOf(size: number): Style {
  return { size: size - 1.2, colour: MUTED, leading: (size * LEADING) / (size - 1.2) };
}

function rowOf(row: TableRow, columns: TableColumn[]): Record<string, string> {
  const details = row.details.flatMap((detail) => detail.split('\n')).map((line) => DETAIL + line);
  return Object.fromEntries(columns.map(({ key }, i) => [key, [row.cells[key] ?? '', ...(i === 0 ? details : [])].join('\n')]));
}

/** The width text may take in a cell: its column's, less the space between columns. */
function innerWidth(columns: TableColumn[], index: number): number {
  return columns[index]!.width - (index === 0 ? 0 : CELL_PAD) - (index === columns.length - 1 ? 0 : CELL_PAD);
}

function drawCell(paper: Paper, columns: TableColumn[], { cell, column, section }: CellHookData, style: Style): void {
  const { align } = columns[column.index]!;
  const start = cell.x + (column.index === 0 ? 0 : CELL_PAD);
  const x = align === 'end' ? start + innerWidth(columns, column.index) : start;
  const step = cell.styles.fontSize * LEADING;
  // Labels of the head stand on its rule, the cells of a row hang from its top.
  const top = section === 'head' ? cell.y + cell.height - cell.padding('bottom') - cell.text.length * step : cell.y + cell.padding('top');
  cell.text.forEach((line, i) => {
    const detail = line.startsWith(DETAIL);
    paper.line(
      detail ? line.slice(1) : line,
      x,
      top + i * step + (detail ? 0.8 : 0),
      detail ? detailOf(cell.styles.fontSize) : style,
      align,
    );
  });
  if (section === 'head') paper.rule(cell.x, cell.y + cell.height, cell.width, paper.accent, 1);
  else paper.rule(cell.x, cell.y + cell.height, cell.width, HAIRLINE);
}
