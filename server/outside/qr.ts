import { encode } from 'uqr';

/** Modules of white around a code, without which it may not be found. (ISO/IEC 18004, 6.3.8) */
export const QUIET = 4;

/** A run of dark modules in one row, counted from the top left corner of the code, without its quiet zone. */
export interface Run {
  x: number;
  y: number;
  length: number;
}

export interface Code {
  /** Modules on each side, without the quiet zone. */
  size: number;
  runs: Run[];
}

/**
 * A text as the QR code of a SEPA transfer: in UTF-8, level M, at most version 13 (EPC069-12). The same text gives the same code. Throws when it
 * is longer than 331 bytes.
 */
export function qrCode(text: string): Code {
  const { data, size } = encode([...Buffer.from(text, 'utf8')], { ecc: 'M', boostEcc: false, maxVersion: 13, border: 0 });
  return { size, runs: data.flatMap(runsOf) };
}

function runsOf(row: boolean[], y: number): Run[] {
  const runs: Run[] = [];
  row.forEach((dark, x) => {
    if (!dark) return;
    const last = runs.at(-1);
    if (last && last.x + last.length === x) last.length += 1;
    else runs.push({ x, y, length: 1 });
  });
  return runs;
}

/** The code as a picture: black on white with its quiet zone, one unit a module, nothing of the text itself in it. */
export function qrSvg(text: string): string {
  const { size, runs } = qrCode(text);
  const side = size + QUIET * 2;
  const path = runs.map(({ x, y, length }) => `M${x + QUIET} ${y + QUIET}h${length}v1h-${length}z`).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges">` +
    `<rect width="${side}" height="${side}" fill="#fff"/><path d="${path}"/></svg>`
  );
}
