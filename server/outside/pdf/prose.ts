import type { Sheet } from '../../../shared/sheet.ts';
import { LEFT, lineHeight, MUTED, type Paper, type Style, WIDTH } from './paper.ts';

const HEADING: Style = { size: 8.5, face: 'bold', leading: 1.5 };
const TEXT: Style = { size: 8.5, leading: 1.45 };
const SMALL: Style = { size: 7.3, colour: MUTED, leading: 1.45 };
/** Narrower than the sheet: some ninety characters a line are still easy to read. */
const MEASURE = Math.min(WIDTH, 420);

/** What the client said arrived, on a delivery. */
export function drawReceipts(paper: Paper, receipts: Sheet['receipts']): void {
  for (const { title, date, lines, notes } of receipts) {
    drawSection(paper, `${title} · ${date}`, [...lines, ...notes], MEASURE, TEXT, 0);
  }
}

/** What is to be said of it all, one line each: what the client was not satisfied with, what became of a payment. */
export function drawRemarks(paper: Paper, { title, rows }: NonNullable<Sheet['reserves']>): void {
  drawSection(paper, title, rows, MEASURE, TEXT, 0);
}

/** Notes, terms and mentions; the mentions small. */
export function drawTexts(paper: Paper, texts: Sheet['texts']): void {
  for (const { key, label, paragraphs } of texts) {
    if (key === 'mentions') drawSection(paper, label, paragraphs, WIDTH, SMALL, 2);
    else drawSection(paper, label, paragraphs, MEASURE, TEXT, 3);
  }
}

/** A heading and its paragraphs, `gap` points apart. The heading never stays alone at the foot of a page. */
function drawSection(paper: Paper, heading: string, paragraphs: string[], width: number, style: Style, gap: number): void {
  paper.y += 10;
  const following = Math.min(2, paper.wrap(paragraphs[0] ?? '', width, style).length);
  paper.need(lineHeight(HEADING) + lineHeight(style) * following);
  paper.paragraph(heading, LEFT, MEASURE, HEADING);
  paragraphs.forEach((text, i) => {
    if (i > 0) paper.y += gap;
    paper.paragraph(text, LEFT, width, style);
  });
}
