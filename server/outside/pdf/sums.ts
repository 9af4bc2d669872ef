import { accentFor } from '../../../shared/colour.ts';
import type { Sheet } from '../../../shared/sheet.ts';
import { drawCode, quietOf } from './code.ts';
import { LABEL } from './head.ts';
import { HAIRLINE, INK, LEFT, lineHeight, MUTED, type Paper, RIGHT, type Style, WIDTH } from './paper.ts';
import { CELL_PAD, drawTable, type TableColumn } from './table.ts';

/** The sums stand in a column on the right; the VAT table and the bank transfer beside them, on the left. */
const SUMS = 222;
const GAP = 30;
const LEFT_WIDTH = WIDTH - SUMS - GAP;
const SUM: Style = { size: 9, leading: 1.78 };
const DUE_LABEL: Style = { size: 9.5, face: 'bold', leading: 1.4 };
/** The largest thing on the sheet. */
const DUE: Style = { size: 25, face: 'bold', leading: 1.25 };
const DUE_PAD = 10;
const VAT_SIZE = 8;
const REASON: Style = { size: 7.2, colour: MUTED };
const PAY: Style = { size: 9, leading: 1.5 };
/** Of the QR code with its quiet zone: its modules are 0.36 to 0.6 mm wide. */
const CODE = 80;
const CAPTION: Style = { size: 8, colour: MUTED, leading: 1.4 };

interface Place {
  page: number;
  y: number;
}

/**
 * Totals and net to pay, VAT table, bank transfer. Leaves the cursor below the lowest of them. `code` is what the QR code of the transfer says,
 * character for character: `sheet` has been made printable.
 */
export function drawSums(paper: Paper, sheet: Sheet, code: string | null): void {
  paper.y += 14;
  const height = sheet.totals.length * lineHeight(SUM) + (sheet.due ? dueHeight() + 10 : 0);
  paper.need(Math.min(height, paper.limit - 60));
  const start: Place = { page: paper.page, y: paper.y };
  drawTotals(paper, sheet.totals);
  if (sheet.due) drawDue(paper, sheet.due);
  const right: Place = { page: paper.page, y: paper.y };
  // More sums than a page holds: what stands on the left then comes after them.
  if (right.page === start.page) paper.goTo(start.page, start.y);
  if (sheet.vat) drawVat(paper, sheet.vat);
  if (sheet.payment) drawPayment(paper, sheet.payment, code);
  if (paper.page === right.page) paper.y = Math.max(paper.y, right.y);
}

/** Sums in the column on the right, one below the other. */
export function drawTotals(paper: Paper, totals: Sheet['totals']): void {
  const x = RIGHT - SUMS;
  for (const { label, value, strong } of totals) {
    const style: Style = { ...SUM, face: strong ? 'bold' : 'regular' };
    const valueStyle = paper.fitted(value, style, SUMS - 40);
    const lines = paper.wrap(label, SUMS - paper.widthOf(value, valueStyle) - 10, { ...style, leading: 1.35 });
    const height = lineHeight(SUM) + (lines.length - 1) * style.size * 1.35;
    paper.need(height);
    lines.forEach((line, i) => paper.line(line, x, paper.y + i * style.size * 1.35, { ...style, colour: strong ? INK : MUTED }));
    paper.line(value, RIGHT, paper.y, valueStyle, 'end');
    paper.y += height;
  }
}

function dueHeight(): number {
  return lineHeight(DUE_LABEL) + lineHeight(DUE) + DUE_PAD * 2;
}

/** The amount that matters, on a ground of its own, in the column that begins at `x`. */
export function drawDue(paper: Paper, due: NonNullable<Sheet['due']>, x: number = RIGHT - SUMS): void {
  paper.y += 6;
  paper.need(dueHeight());
  const ground = paper.tint(0.09);
  const colour = accentFor(ground, paper.accent);
  paper.doc.setFillColor(ground);
  paper.doc.roundedRect(x, paper.y, SUMS, dueHeight(), 4, 4, 'F');
  paper.line(due.label, x + DUE_PAD, paper.y + DUE_PAD, { ...DUE_LABEL, colour });
  const value = paper.fitted(due.value, DUE, SUMS - DUE_PAD * 2);
  paper.line(
    due.value,
    x + SUMS - DUE_PAD,
    paper.y + DUE_PAD + lineHeight(DUE_LABEL) + (lineHeight(DUE) - lineHeight(value)) / 2,
    { ...value, colour },
    'end',
  );
  paper.y += dueHeight();
}

function drawVat(paper: Paper, vat: NonNullable<Sheet['vat']>): void {
  const heading = lineHeight(LABEL) + 4;
  paper.need(heading + 40);
  paper.line(vat.label, LEFT, paper.y, { ...LABEL, size: 8.5, colour: INK });
  paper.y += heading + 4;
  const numeric = [1, 2, 3].map((i) => {
    const cells = vat.rows.map((row) => paper.widthOf(row.cells[i] ?? '', { size: VAT_SIZE }));
    return Math.max(paper.widthOf(vat.head[i] ?? '', { size: 7.5, face: 'bold' }), ...cells) + CELL_PAD * (i === 3 ? 1 : 2) + 0.5;
  });
  const sum = numeric.reduce((a, b) => a + b, 0);
  const shrink = Math.min(1, (LEFT_WIDTH - 50) / sum);
  const widths = [LEFT_WIDTH - sum * shrink, ...numeric.map((width) => width * shrink)];
  const columns = vat.head.map((label, i): TableColumn => ({ key: String(i), label, align: i === 0 ? 'start' : 'end', width: widths[i]! }));
  const rows = vat.rows.map((row) => ({ cells: Object.fromEntries(row.cells.map((cell, i) => [String(i), cell])), details: [] }));
  drawTable(paper, { columns, rows, x: LEFT, size: VAT_SIZE });
  paper.y += 5;
  for (const { cells, reason } of vat.rows) {
    if (reason) paper.paragraph(`${cells[0]} – ${reason}`, LEFT, LEFT_WIDTH, REASON);
  }
  paper.y += 14;
}

function drawPayment(paper: Paper, payment: NonNullable<Sheet['payment']>, code: string | null): void {
  const labels = Math.max(...payment.rows.map((row) => paper.widthOf(row.label, { ...PAY, size: 8 })));
  const indent = Math.min(labels, 110) + 12;
  paper.need(lineHeight(LABEL) + lineHeight(PAY) * payment.rows.length + 8 + (code === null ? 0 : CODE));
  paper.line(payment.label, LEFT, paper.y, { ...LABEL, size: 8.5, colour: INK });
  paper.y += lineHeight(LABEL) + 3;
  paper.rule(LEFT, paper.y, LEFT_WIDTH, HAIRLINE);
  paper.y += 4;
  for (const { label, value } of payment.rows) {
    // An account number is made a little smaller before it is broken.
    const style = paper.fitted(value, PAY, LEFT_WIDTH - indent - 1, 7.5);
    const [names, values] = [paper.wrap(label, indent - 8, { ...PAY, size: 8 }), paper.wrap(value, LEFT_WIDTH - indent, style)];
    for (let i = 0; i < Math.max(names.length, values.length); i++) {
      paper.need(lineHeight(PAY));
      paper.line(names[i] ?? '', LEFT, paper.y, { ...PAY, size: 8, colour: MUTED, leading: lineHeight(PAY) / 8 });
      paper.line(values[i] ?? '', LEFT + indent, paper.y, { ...style, leading: lineHeight(PAY) / style.size });
      paper.y += lineHeight(PAY);
    }
  }
  if (payment.code && code !== null) drawTransferCode(paper, payment.code.caption, code);
}

/** The code flush with the margin, what it is for beside it. */
function drawTransferCode(paper: Paper, caption: string, code: string): void {
  paper.need(CODE);
  const quiet = quietOf(code, CODE);
  drawCode(paper, code, LEFT - quiet, paper.y, CODE);
  const x = LEFT + CODE - quiet;
  const lines = paper.wrap(caption, LEFT + LEFT_WIDTH - x, CAPTION);
  const top = paper.y + (CODE - lines.length * lineHeight(CAPTION)) / 2;
  lines.forEach((line, i) => paper.line(line, x, top + i * lineHeight(CAPTION), CAPTION));
  paper.y += CODE;
}
