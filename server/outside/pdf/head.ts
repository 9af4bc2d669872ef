import type { PartyBlock, Sheet, Stamp } from '../../../shared/sheet.ts';
import { drawStamp, stampHeight, stampWidth } from './stamp.ts';
import { HAIRLINE, INK, LEFT, lineHeight, MUTED, type Paper, RIGHT, type Style, WIDTH } from './paper.ts';

const TITLE: Style = { size: 21, face: 'bold', leading: 1.2 };
const NUMBER: Style = { size: 12, face: 'regular', leading: 1.35 };
export const LABEL: Style = { size: 7.5, face: 'bold', colour: MUTED, leading: 1.5 };
const NAME: Style = { size: 10, face: 'bold', leading: 1.4 };
const BODY: Style = { size: 8.5, colour: INK, leading: 1.38 };
const FACT: Style = { size: 9.5, leading: 1.4 };
const GAP = 20;

interface TextLine {
  text: string;
  style: Style;
}

/** What a head says; `stamp` null: nothing stands on the right. */
export type Head = Pick<Sheet, 'title' | 'number' | 'revision' | 'seller' | 'buyer' | 'deliverTo' | 'facts'> & { stamp: Stamp | null };

/** Title, number and revision on the left, the state on the right, then the parties, then the facts. */
export function drawHead(paper: Paper, sheet: Head): void {
  drawTitle(paper, sheet);
  paper.y += 20;
  drawParties(paper, [sheet.seller, sheet.buyer, ...(sheet.deliverTo ? [sheet.deliverTo] : [])]);
  paper.y += 14;
  drawFacts(paper, sheet.facts);
  paper.y += 14;
}

function drawTitle(paper: Paper, sheet: Head): void {
  paper.doc.setFillColor(paper.accent);
  paper.doc.rect(LEFT, paper.y, 34, 3, 'F');
  paper.y += 13;
  const top = paper.y;
  const stamp = sheet.stamp ? stampWidth(paper, sheet.stamp) : 0;
  if (sheet.stamp) drawStamp(paper, sheet.stamp, RIGHT - stamp, top, stamp);
  const width = WIDTH - stamp - GAP;
  paper.paragraph(sheet.title, LEFT, width, { ...TITLE, colour: INK });
  paper.paragraph([sheet.number, ...(sheet.revision === null ? [] : [sheet.revision])].join(' · '), LEFT, width, {
    ...NUMBER,
    colour: MUTED,
  });
  if (sheet.stamp && paper.page === 1) paper.y = Math.max(paper.y, top + stampHeight(paper, sheet.stamp));
}

function drawParties(paper: Paper, parties: PartyBlock[]): void {
  const width = (WIDTH - GAP * (parties.length - 1)) / parties.length;
  const columns = parties.map((party) => [
    { text: party.label, style: LABEL },
    ...paper.wrap(party.name, width, NAME).map((text) => ({ text, style: NAME })),
    ...party.lines.flatMap((line) => bodyLines(paper, line, width)),
  ]);
  drawColumns(paper, columns, width);
}

/** A mail address or a number is made a little smaller before it is broken. */
function bodyLines(paper: Paper, text: string, width: number): TextLine[] {
  const words = text.split(/\s/).map((word) => paper.fitted(word, BODY, width - 1, 7).size);
  const style: Style = { ...BODY, size: Math.min(...words) };
  return paper.wrap(text, width, style).map((line) => ({ text: line, style }));
}

function factLines(paper: Paper, text: string, width: number): TextLine[] {
  const style = paper.fitted(text, FACT, width - 1, 8);
  return paper.wrap(text, width, style).map((line) => ({ text: line, style }));
}

function drawFacts(paper: Paper, facts: Sheet['facts']): void {
  const across = facts.length <= 5 ? Math.max(facts.length, 1) : 4;
  const width = (WIDTH - GAP * (across - 1)) / across;
  paper.rule(LEFT, paper.y, WIDTH, HAIRLINE);
  paper.y += 8;
  for (let first = 0; first < facts.length; first += across) {
    const row = facts
      .slice(first, first + across)
      .map((fact) => [{ text: fact.label, style: LABEL }, ...factLines(paper, fact.value, width)]);
    paper.need(lineHeight(LABEL) + lineHeight(FACT));
    drawColumns(paper, row, width);
    paper.y += 6;
  }
  paper.y += 2;
  paper.rule(LEFT, paper.y, WIDTH, HAIRLINE);
}

/** Columns side by side. Where they are longer than what is left of the page they go line by line, so that nothing is lost. */
function drawColumns(paper: Paper, columns: TextLine[][], width: number): void {
  const heights = columns.map((column) => column.reduce((sum, line) => sum + lineHeight(line.style), 0));
  const height = Math.max(0, ...heights);
  if (paper.y + height > paper.limit) return drawLineByLine(paper, columns, width);
  columns.forEach((column, at) => {
    let y = paper.y;
    for (const { text, style } of column) {
      paper.line(text, LEFT + at * (width + GAP), y, style);
      y += lineHeight(style);
    }
  });
  paper.y += height;
}

function drawLineByLine(paper: Paper, columns: TextLine[][], width: number): void {
  const lines = Math.max(0, ...columns.map((column) => column.length));
  for (let i = 0; i < lines; i++) {
    const cells = columns.map((column) => column[i]);
    const height = Math.max(...cells.map((cell) => (cell ? lineHeight(cell.style) : 0)));
    paper.need(height);
    cells.forEach((cell, at) => {
      if (cell) paper.line(cell.text, LEFT + at * (width + GAP), paper.y, cell.style);
    });
    paper.y += height;
  }
}
