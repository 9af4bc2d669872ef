import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Router from '@koa/router';
import { preferredLanguage } from '../../shared/i18n/index.ts';
import { WORDS } from '../words.ts';
import { DESK } from './theme.ts';

const CLIENT = fileURLToPath(new URL('../../client/', import.meta.url));

/** The mark as pictures, by name: made once from FAVICON and kept beside the client. */
const ICONS: ReadonlyMap<string, Buffer> = new Map(
  readdirSync(`${CLIENT}icons`)
    .filter((file) => file.endsWith('.png'))
    .map((file) => [file.slice(0, -4), readFileSync(`${CLIENT}icons/${file}`)]),
);
/** Part of the icons' addresses, so that a browser may keep them for as long as they stay what they are. */
const EDITION = [...ICONS.keys()]
  .sort()
  .reduce((hash, name) => hash.update(ICONS.get(name) ?? ''), createHash('sha256'))
  .digest('hex')
  .slice(0, 8);

/** The address of an icon, as pages and the manifest name it. */
export function iconPath(name: string): string {
  return `/icons/${name}.png?v=${EDITION}`;
}

/** What makes the console installable as an app: its manifest, its icons and its service worker. */
export function installDoor(): Router {
  const router = new Router();
  const worker = readFileSync(`${CLIENT}console/sw.js`, 'utf8');

  router.get('/manifest.webmanifest', (ctx) => {
    const language = preferredLanguage(ctx.get('accept-language')) ?? 'en';
    const { title, login } = WORDS[language].console;
    ctx.type = 'application/manifest+json';
    ctx.set('cache-control', 'public, max-age=3600');
    ctx.vary('accept-language');
    ctx.body = JSON.stringify({
      id: '/',
      name: title,
      short_name: title,
      description: login.intro,
      lang: language,
      start_url: '/',
      scope: '/',
      display: 'standalone',
      background_color: DESK.light,
      theme_color: DESK.light,
      icons: [
        { src: iconPath('192'), sizes: '192x192', type: 'image/png', purpose: 'any' },
        { src: iconPath('512'), sizes: '512x512', type: 'image/png', purpose: 'any' },
        { src: iconPath('maskable-192'), sizes: '192x192', type: 'image/png', purpose: 'maskable' },
        { src: iconPath('maskable-512'), sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        { src: '/favicon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
      ],
    });
  });

  router.get('/icons/:icon.png', (ctx) => {
    const icon = ICONS.get(ctx.params['icon'] ?? '');
    if (icon === undefined) return;
    ctx.type = 'image/png';
    ctx.set('cache-control', `public, max-age=${ctx.query['v'] === EDITION ? '31536000, immutable' : '86400'}`);
    ctx.body = icon;
  });

  router.get('/sw.js', (ctx) => {
    ctx.type = 'text/javascript';
    // Asked again each time: an old one would live on in a browser for a day.
    ctx.set('cache-control', 'no-cache');
    ctx.body = worker;
  });

  return router;
}
