import { type jsPDF } from 'jspdf';
import { mix, parseColour, toHex } from '../../../shared/colour.ts';
import { type Face, useFace, widthIn } from './fonts.ts';

/** A4 portrait, in points, with its margins. */
export const PAGE = { width: 595.28, height: 841.89, left: 51, right: 51, top: 46, bottom: 56 } as const;
export const LEFT = PAGE.left;
export const RIGHT = PAGE.width - PAGE.right;
export const WIDTH = RIGHT - LEFT;

export const INK = '#1b1f24';
/** Grey that still reads: 6.0:1 on white. */
export const MUTED = '#5a6472';
export const HAIRLINE = '#d5dae1';

/** Points by which a text must be narrower than its room to be taken as fitting without a closer look. */
const SLACK = 0.01;

export interface Style {
  /** Points. */
  size: number;
  face?: Face;
  colour?: string;
  /** Line height as a multiple of the size; 1.35 unless given. */
  leading?: number;
}

export type Align = 'start' | 'end';

/** The sheet being drawn: a jsPDF document and where the next thing goes. All measures are points from the top left. */
export class Paper {
  readonly doc: jsPDF;
  readonly accent: string;
  /** The top of the next thing on the current page. */
  y: number = PAGE.top;

  constructor(doc: jsPDF, accent: string) {
    this.doc = doc;
    this.accent = accent;
  }

  /** The accent thinned towards white, for grounds; `part` 0 is white, 1 the accent. */
  tint(part: number): string {
    return toHex(mix([255, 255, 255], parseColour(this.accent) ?? [0, 0, 0], part));
  }

  /** The last point text may reach on a page. */
  get limit(): number {
    return PAGE.height - PAGE.bottom;
  }

  /** Goes to the next page unless this much still fits on the current one. */
  need(height: number): void {
    if (this.y + height > this.limit && this.y > PAGE.top) this.nextPage();
  }

  /** Goes to the top of the next page, which is made if it does not exist. */
  nextPage(): void {
    const page = this.page;
    if (page === this.doc.getNumberOfPages()) this.doc.addPage();
    this.goTo(page + 1, PAGE.top);
  }

  get page(): number {
    return this.doc.getCurrentPageInfo().pageNumber;
  }

  goTo(page: number, y: number): void {
    this.doc.setPage(page);
    this.y = y;
  }

  use(style: Style): void {
    useFace(this.doc, style.face ?? 'regular');
    this.doc.setFontSize(style.size);
    this.doc.setTextColor(style.colour ?? INK);
  }

  /** The width of the widest line of a text. */
  widthOf(text: string, style: Style): number {
    return Math.max(0, ...text.split('\n').map((line) => widthIn(style.face ?? 'regular', line) * style.size));
  }

  /** The text as lines no wider than `width`: broken at spaces, and inside words that are too long. */
  wrap(text: string, width: number, style: Style): string[] {
    // Most texts fit as they are, and need no search for a place to break.
    if (this.widthOf(text, style) < width - SLACK) return text.split('\n').map((line) => line.trimEnd());
    this.use(style);
    return (this.doc.splitTextToSize(text, width) as string[]).map((line) => line.trimEnd());
  }

  /** The style, made smaller where `text` on one line would be wider than `width`; never below `least` points. */
  fitted(text: string, style: Style, width: number, least: number = 1): Style {
    const part = Math.min(1, width / Math.max(1, this.widthOf(text, style)));
    return { ...style, size: Math.min(style.size, Math.max(least, style.size * part)) };
  }

  /** Writes one line into the box that starts at `top`; `x` is its left edge, or its right edge with `end`. */
  line(text: string, x: number, top: number, style: Style, align: Align = 'start'): void {
    if (text === '') return;
    this.use(style);
    // Half the height of the capitals of Noto Sans is 0.357 em: this centres them in the line box.
    const baseline = top + lineHeight(style) / 2 + style.size * 0.357;
    this.doc.text(text, align === 'end' ? x - this.widthOf(text, style) : x, baseline);
  }

  /** Writes wrapped text from `y` on, over as many pages as it takes. */
  paragraph(text: string, x: number, width: number, style: Style): void {
    for (const line of this.wrap(text, width, style)) {
      this.need(lineHeight(style));
      this.line(line, x, this.y, style);
      this.y += lineHeight(style);
    }
  }

  /** A horizontal rule. */
  rule(x: number, y: number, width: number, colour: string = HAIRLINE, weight: number = 0.5): void {
    this.doc.setDrawColor(colour);
    this.doc.setLineWidth(weight);
    this.doc.line(x, y, x + width, y);
  }
}

/** The height of one line, in points. */
export function lineHeight(style: Style): number {
  return style.size * (style.leading ?? 1.35);
}
