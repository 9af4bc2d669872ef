import Koa, { type Context } from 'koa';
import compress from 'koa-compress';
import helmet from 'koa-helmet';
import sirv from 'sirv';
import { preferredLanguage } from '../../shared/i18n/index.ts';
import { LANGUAGES } from '../../shared/document.ts';
import type { FeedPresent } from '../../shared/protocol.ts';
import { docsDoor } from './api/docs.ts';
import { apiDoor } from './api/index.ts';
import { companyDoor, logoDoor } from './company.ts';
import { consoleDoor } from './console.ts';
import { LANGUAGE_COOKIE, readCookie } from './cookies.ts';
import { firstView } from './first-view.ts';
import { healthDoor, type HealthParts } from './health.ts';
import { inboundDoor } from './inbound.ts';
import { installDoor } from './install.ts';
import { pageDoor } from './page.ts';
import type { DoorParts } from './parts.ts';
import { paymentsDoor } from './payments.ts';
import { problems } from './problems.ts';
import { remindersDoor } from './reminders.ts';
import { requestLog } from './request-log.ts';
import { consolePage, sendHtml } from './shell.ts';
import { themeDoor } from './theme.ts';
import { unsubscribeDoor } from './unsubscribe.ts';
import { webhooksDoor } from './webhooks.ts';

export interface HttpParts extends DoorParts, HealthParts {
  present: (company: string) => FeedPresent[];
  trustProxy: boolean;
}

/** The HTTP side of the program. */
export function createHttp(parts: HttpParts): Koa {
  const app = new Koa({ proxy: parts.trustProxy, maxIpsCount: 1 });
  app.silent = true;
  const secure = parts.publicUrl().startsWith('https:');

  app.use(requestLog(parts));
  app.use(firstView(parts));
  app.use(async (ctx, next) => {
    ctx.set('x-request-id', String(ctx.state['requestId']));
    // Pages say so themselves; a PDF or an answer of the API cannot.
    ctx.set('x-robots-tag', 'noindex, nofollow');
    await next();
  });
  app.use(problems(parts.logger));
  // Before the headers of pages: a script or a style sheet needs none of them but this one's own.
  app.use(staticFiles(parts));
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:'],
          fontSrc: ["'self'"],
          connectSrc: ["'self'"],
          manifestSrc: ["'self'"],
          workerSrc: ["'self'"],
          frameSrc: ["'self'"],
          formAction: ["'self'"],
          baseUri: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      // With `no-referrer` browsers send `Origin: null`, and the plain forms would be refused.
      referrerPolicy: { policy: 'same-origin' },
      strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
      xFrameOptions: { action: 'deny' },
    }),
  );
  app.use(compress({ threshold: 1024 }));
  for (const door of [
    healthDoor(parts),
    themeDoor(parts.assets),
    installDoor(),
    pageDoor(parts),
    consoleDoor(parts, parts.present),
    companyDoor(parts),
    remindersDoor(parts),
    unsubscribeDoor(parts),
    logoDoor(parts),
    webhooksDoor(parts),
    docsDoor(parts.publicUrl),
    apiDoor(parts),
    inboundDoor(parts),
    paymentsDoor(parts),
  ]) {
    app.use(door.routes());
    app.use(door.allowedMethods());
  }
  app.use(consoleShell(parts));
  return app;
}

/** What Vite built: hashed names, so kept for ever; precompressed. */
function staticFiles(parts: HttpParts): Koa.Middleware {
  const serve = sirv(parts.assets.dir, { brotli: true, gzip: true, immutable: true, maxAge: 31_536_000, dev: false });
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/assets/') || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) return next();
    ctx.set('x-content-type-options', 'nosniff');
    ctx.set('cross-origin-resource-policy', 'same-origin');
    const { url } = ctx.req;
    ctx.req.url = ctx.path.slice('/assets'.length);
    // sirv knows its files by heart: it answers, or calls back, before it returns.
    let found = true;
    serve(ctx.req, ctx.res, () => void (found = false));
    ctx.req.url = url ?? '';
    if (found) ctx.respond = false;
  };
}

/** Every other address a browser opens is a screen of the console. */
function consoleShell(parts: HttpParts): Koa.Middleware {
  return async (ctx: Context, next) => {
    if (
      ctx.method !== 'GET' ||
      ctx.body !== undefined ||
      ctx.status !== 404 ||
      !ctx.accepts('html') ||
      /^\/(api|console|assets|icons|logos|theme|d|r|socket\.io)(\/|$)/.test(ctx.path)
    )
      return next();
    const switched = LANGUAGES.find((one) => one === readCookie(ctx.get('cookie'), LANGUAGE_COOKIE));
    sendHtml(ctx, consolePage(parts, switched ?? preferredLanguage(ctx.get('accept-language')) ?? 'en'));
  };
}
