import { QUIET, qrCode } from '../qr.ts';
import type { Paper } from './paper.ts';

/**
 * Draws a QR code with its quiet zone into a square of `side` points, as one path of black rectangles: pieces drawn one by one would show seams.
 */
export function drawCode({ doc }: Paper, text: string, x: number, y: number, side: number): void {
  const { size, runs } = qrCode(text);
  const module = side / (size + QUIET * 2);
  const at = (modules: number) => (modules + QUIET) * module;
  doc.setFillColor('#000000');
  for (const run of runs) doc.rect(x + at(run.x), y + at(run.y), run.length * module, module, null);
  doc.fill();
}

/** How far inside of its square a code begins: what is drawn flush with a margin is put so much to the left of it. */
export function quietOf(text: string, side: number): number {
  return (QUIET * side) / (qrCode(text).size + QUIET * 2);
}
