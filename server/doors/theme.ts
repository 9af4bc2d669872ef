import { GROUND } from '../../shared/colour.ts';

/** The program's own mark: a sheet with a tick. */
export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="5" y="2" width="22" height="28" rx="3" fill="#1f5eff"/><path d="M10 9h12M10 14h12" stroke="#fff" stroke-width="2" stroke-linecap="round"/><path d="m11 22 3.5 3.5L21 19" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>';

/** What lies behind every page, in each scheme (`--desk` in client/styles/tokens.css): browsers paint their own bars in it. */
export const DESK = { light: '#eceae6', dark: '#121316' };

interface Colours {
  accentFor: (background: string, accent: string) => string;
  inkOn: (background: string) => string;
}

/** The company's accent as a stylesheet of its own (the CSP allows no inline style), corrected until it can be read. */
export function themeCss(accent: string, { accentFor, inkOn }: Colours): string {
  const rule = (ground: string) => {
    const readable = accentFor(ground, accent);
    return `:root{--accent:${readable};--accent-ink:${inkOn(readable)}}`;
  };
  return `${rule(GROUND.light)}\n@media screen and (prefers-color-scheme:dark){${rule(GROUND.dark)}}\n`;
}
