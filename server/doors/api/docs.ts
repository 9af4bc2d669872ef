import Router from '@koa/router';
import { sendHtml } from '../shell.ts';
import { DOCS_CSS } from './docs-css.ts';
import { docsPage } from './docs-page.ts';
import { description } from './openapi.ts';

/** What the API is, for programs and for people: the same for everybody, since it says nothing about anybody. */
export function docsDoor(publicUrl: () => string): Router {
  const router = new Router({ prefix: '/api/v1' });
  let json: string | undefined;
  let page: string | undefined;

  router.get('/openapi.json', (ctx) => {
    ctx.type = 'json';
    ctx.set('cache-control', 'no-store');
    ctx.body = json ??= JSON.stringify(description());
  });
  router.get('/docs', (ctx) => sendHtml(ctx, (page ??= docsPage(description(), `${publicUrl()}/api/v1`))));
  router.get('/docs.css', (ctx) => {
    ctx.type = 'css';
    ctx.set('cache-control', 'no-store');
    ctx.body = DOCS_CSS;
  });

  return router;
}
