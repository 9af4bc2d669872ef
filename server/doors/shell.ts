import type { Context } from 'koa';
import type { Language } from '../../shared/document.ts';
import type { PageProps } from '../../shared/page.ts';
import type { Assets } from './assets.ts';
import { iconPath } from './install.ts';
import { DESK } from './theme.ts';

/** The HTML around the client's page. The state travels as a data block that runs nothing, so the CSP allows no inline script. */
export function page(
  parts: { assets: Assets },
  language: Language,
  accent: string | null,
  rendered: { head: string; body: string },
  props: PageProps | null,
): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
${parts.assets.tags('viewer/entry-client.ts', accent)}
${rendered.head}
</head>
<body>
<div id="app">${rendered.body}</div>
${props === null ? '' : `<script type="application/json" id="page">${jsonBlock(props)}</script>`}
</body>
</html>
`;
}

/** The HTML around the owner's console, the same for each of its addresses. */
export function consolePage(parts: { assets: Assets }, language: Language): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="robots" content="noindex, nofollow">
<meta name="color-scheme" content="light dark">
<meta name="theme-color" content="${DESK.light}" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="${DESK.dark}" media="(prefers-color-scheme: dark)">
<title>webdocument</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="apple-touch-icon" href="${iconPath('apple-180')}">
<link rel="manifest" href="/manifest.webmanifest">
${parts.assets.tags('console/main.ts')}
</head>
<body>
<div id="console"></div>
<noscript>The console needs JavaScript. / La console a besoin de JavaScript.</noscript>
</body>
</html>
`;
}

/** Sends a page that nobody else may keep. */
export function sendHtml(ctx: Context, html: string, status = 200): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.set('cache-control', 'private, no-store');
  ctx.body = html;
}

/** JSON that cannot end its script element. */
function jsonBlock(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
