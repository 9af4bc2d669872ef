import { LEFT, type Paper } from './paper.ts';

/** What the seller's logo may take at the top of the first page, in points. */
const MOST = { width: 150, height: 44 };
const GAP = 16;

/** The seller's logo above everything else. `png`: as `picture.ts` has written it. */
export function drawLogo(paper: Paper, png: Uint8Array): void {
  const { width, height } = sizeOf(png);
  // Drawn at 96 pixels an inch where it is small: a picture that is made larger only shows its pixels.
  const scale = Math.min(0.75, MOST.width / width, MOST.height / height);
  paper.doc.addImage(png, 'PNG', LEFT, paper.y, width * scale, height * scale, 'logo', 'SLOW');
  paper.y += height * scale + GAP;
}

/** The size of a PNG in pixels. (ISO/IEC 15948, 11.2.1: the first chunk is IHDR) */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}
