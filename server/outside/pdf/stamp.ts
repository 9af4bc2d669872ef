import type { Stamp } from '../../../shared/sheet.ts';
import { lineHeight, type Paper, type Style } from './paper.ts';

/** Each reads at 4.5:1 or more on white. */
const TONES: { readonly [tone in Stamp['tone']]: string } = { neutral: '#475467', good: '#17663a', bad: '#a61b1b', wait: '#875300' };
const TEXT: Style = { size: 9, face: 'bold', leading: 1.4 };
const MAX_TEXT = 200;
const PAD = { x: 10, y: 6, icon: 16 } as const;

/** The width of the stamp: its text on one line where that is not too long. */
export function stampWidth(paper: Paper, stamp: Stamp): number {
  return Math.max(...linesOf(paper, stamp).map((line) => paper.widthOf(line, TEXT))) + PAD.x * 2 + PAD.icon;
}

export function stampHeight(paper: Paper, stamp: Stamp): number {
  return linesOf(paper, stamp).length * lineHeight(TEXT) + PAD.y * 2;
}

/** The state in a rounded frame: word, shape and colour, so that none of them is needed alone. (WCAG 1.4.1) */
export function drawStamp(paper: Paper, stamp: Stamp, x: number, y: number, width: number): void {
  const colour = TONES[stamp.tone];
  paper.doc.setDrawColor(colour);
  paper.doc.setLineWidth(1.2);
  paper.doc.roundedRect(x, y, width, stampHeight(paper, stamp), 5, 5, 'S');
  drawShape(paper, stamp.state, x + PAD.x + 4, y + PAD.y + lineHeight(TEXT) / 2, colour);
  linesOf(paper, stamp).forEach((line, i) => paper.line(line, x + PAD.x + PAD.icon, y + PAD.y + i * lineHeight(TEXT), { ...TEXT, colour }));
}

function linesOf(paper: Paper, stamp: Stamp): string[] {
  return paper.wrap(stamp.text, MAX_TEXT, TEXT);
}

/** A tick, a cross, a clock, two bars, a half-filled or a full circle of 8 points around (x, y). */
function drawShape({ doc }: Paper, state: Stamp['state'], x: number, y: number, colour: string): void {
  doc.setDrawColor(colour);
  doc.setFillColor(colour);
  doc.setLineWidth(1.3);
  doc.setLineCap('round');
  const strokes = (...lines: [number, number, number, number][]) => lines.forEach(([a, b, c, d]) => doc.line(x + a, y + b, x + c, y + d));
  switch (state) {
    case 'accepted':
    case 'paid':
      strokes([-4, 0.3, -1.2, 3], [-1.2, 3, 4, -3.2]);
      break;
    case 'refused':
    case 'withdrawn':
      strokes([-3.2, -3.2, 3.2, 3.2], [-3.2, 3.2, 3.2, -3.2]);
      break;
    case 'overdue':
    case 'expired':
      doc.circle(x, y, 4, 'S');
      strokes([0, -2.3, 0, 0], [0, 0, 1.6, 1]);
      break;
    case 'on_hold':
      doc.rect(x - 3.2, y - 3.5, 2.2, 7, 'F');
      doc.rect(x + 1, y - 3.5, 2.2, 7, 'F');
      break;
    case 'part_paid':
    case 'draft':
      doc.circle(x, y, 3.8, 'S');
      if (state === 'part_paid') doc.circle(x, y, 1.9, 'F');
      break;
    default:
      doc.circle(x, y, 3.6, 'F');
  }
  doc.setLineCap('butt');
}
