/** Red, green and blue, 0–255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The contrast text of normal size needs. (WCAG 2.2, 1.4.3) */
export const TEXT_CONTRAST = 4.5;

/** The least contrasting surface of each scheme that the accent is written on (client/styles/tokens.css). */
export const GROUND = { light: '#eceae6', dark: '#22252b' } as const;

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/** `#rrggbb` or `#rgb` as numbers; null for anything else. */
export function parseColour(hex: string): Rgb | null {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(hex);
  const full = short
    ? `#${short
        .slice(1)
        .map((x) => x + x)
        .join('')}`
    : hex;
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(full);
  if (!match) return null;
  const [red, green, blue] = match.slice(1).map((x) => parseInt(x, 16));
  return [red!, green!, blue!];
}

/** Numbers back to `#rrggbb`. */
export function toHex(rgb: Rgb): string {
  return `#${rgb.map((x) => Math.round(x).toString(16).padStart(2, '0')).join('')}`;
}

/** Contrast ratio of two colours, 1 to 21; what is not a colour counts as black. (WCAG 2.2, "contrast ratio") */
export function contrast(a: string, b: string): number {
  return ratio(parseColour(a) ?? BLACK, parseColour(b) ?? BLACK);
}

/**
 * The accent as it can be read on `background`: itself where its contrast is at least `least`, else the nearest darker or
 * lighter shade of it that is. Both are `#rrggbb`; an accent that is no colour becomes black or white, whichever reads better.
 * `least` up to 4.58 can be reached on every background; above that the result is the best there is.
 */
export function accentFor(background: string, accent: string, least: number = TEXT_CONTRAST): string {
  const ground = parseColour(background) ?? WHITE;
  const end = ratio(BLACK, ground) >= ratio(WHITE, ground) ? BLACK : WHITE;
  const wanted = parseColour(accent) ?? end;
  for (let step = 0; step < 100; step++) {
    const shade = mix(wanted, end, step / 100);
    if (ratio(shade, ground) >= least) return toHex(shade);
  }
  return toHex(end);
}

/** Black or white, whichever reads better on `background`: the text of a filled button. At least 4.58:1. */
export function inkOn(background: string): '#000000' | '#ffffff' {
  return contrast(background, '#ffffff') >= contrast(background, '#000000') ? '#ffffff' : '#000000';
}

/** `part` (0–1) of the way from one colour to another, in whole numbers. */
export function mix(from: Rgb, to: Rgb, part: number): Rgb {
  const at = (i: 0 | 1 | 2) => Math.round(from[i] + (to[i] - from[i]) * part);
  return [at(0), at(1), at(2)];
}

function ratio(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** Relative luminance. (WCAG 2.2) */
function luminance([red, green, blue]: Rgb): number {
  const linear = (channel: number) => {
    const x = channel / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
