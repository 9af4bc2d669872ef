import { brotliCompressSync } from 'node:zlib';
import Router from '@koa/router';
import type { Context } from 'koa';
import { accentFor, GROUND, inkOn } from '../../shared/colour.ts';
import type { Assets } from './assets.ts';

/** The program's own mark: a sheet with a tick. */
export const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="5" y="2" width="22" height="28" rx="3" fill="#1f5eff"/><path d="M10 9h12M10 14h12" stroke="#fff" stroke-width="2" stroke-linecap="round"/><path d="m11 22 3.5 3.5L21 19" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>';

/** What lies behind every page, in each scheme (`--desk` in client/styles/tokens.css): browsers paint their own bars in it. */
export const DESK = { light: '#eceae6', dark: '#121316' };

/** The company's accent as a stylesheet of its own (the CSP allows no inline style), corrected until it can be read. */
function themeCss(accent: string): string {
  const rule = (ground: string) => {
    const readable = accentFor(ground, accent);
    return `:root{--accent:${readable};--accent-ink:${inkOn(readable)}}`;
  };
  return `${rule(GROUND.light)}\n@media screen and (prefers-color-scheme:dark){${rule(GROUND.dark)}}\n`;
}

/** Sheets of one company's colour are asked for again and again, and every byte of them is waited for: packed as tightly as those that were built. */
const packed = new Map<string, Buffer>();
const MOST_PACKED = 200;

/** How pages look: the mark, the sheets with a company's colour in them; and what robots are told. */
export function themeDoor(assets: Pick<Assets, 'sheet'>): Router {
  const router = new Router();
  router.get('/favicon.svg', (ctx) => {
    ctx.type = 'image/svg+xml';
    ctx.set('cache-control', 'public, max-age=86400');
    ctx.body = FAVICON;
  });
  router.get('/robots.txt', (ctx) => {
    ctx.body = 'User-agent: *\nDisallow: /\n';
  });
  const theme = (ctx: Context, before: string | null) => {
    const accent = /^[0-9a-f]{6}$/i.test(ctx.params['accent'] ?? '') ? `#${ctx.params['accent']}` : null;
    if (accent === null || before === null) return;
    ctx.type = 'css';
    ctx.set('cache-control', 'public, max-age=31536000, immutable');
    compressed(ctx, before + themeCss(accent));
  };
  router.get('/theme/:accent.css', (ctx) => theme(ctx, ''));
  router.get('/theme/:accent/:sheet', (ctx) => theme(ctx, assets.sheet(ctx.params['sheet'] ?? '')));
  return router;
}

function compressed(ctx: Context, css: string): void {
  ctx.vary('Accept-Encoding');
  if (ctx.acceptsEncodings('br', 'identity') !== 'br') return void (ctx.body = css);
  const known = packed.get(css) ?? brotliCompressSync(css);
  if (packed.size >= MOST_PACKED) packed.clear();
  packed.set(css, known);
  ctx.set('content-encoding', 'br');
  ctx.body = known;
}
