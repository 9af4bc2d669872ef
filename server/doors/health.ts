import Router from '@koa/router';
import type { Context } from 'koa';
import { Refusal } from '../../shared/refusal.ts';
import type { Metrics } from '../metrics.ts';
import { isSecret } from '../secrets.ts';

export interface HealthParts {
  /** What keeps the program from serving, in a word each; empty when it can. Answers within a bounded time. */
  missing: () => Promise<string[]>;
  metrics: Metrics;
  /** What whoever reads the metrics must show; null: only this machine may read them. */
  metricsToken: string | null;
}

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;
/** What proxies add: who comes through one is not on this machine, however the connection looks. */
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'];

/** For whoever watches over the program: does it live, can it serve, and what does it count. */
export function healthDoor(parts: HealthParts): Router {
  const router = new Router();
  // Asked often, and about the process alone: nothing else is looked at.
  router.get('/healthz', (ctx) => {
    ctx.body = 'ok\n';
  });
  router.get('/readyz', async (ctx) => {
    const missing = await parts.missing();
    const why = missing.length > 0 && mayRead(ctx, parts.metricsToken) ? `: ${missing.join(', ')}` : '';
    ctx.status = missing.length === 0 ? 200 : 503;
    ctx.set('cache-control', 'no-store');
    ctx.body = missing.length === 0 ? 'ready\n' : `not ready${why}\n`;
  });
  router.get('/metrics', async (ctx) => {
    if (!mayRead(ctx, parts.metricsToken)) throw new Refusal('not_found');
    ctx.set('cache-control', 'no-store');
    ctx.set('content-type', parts.metrics.contentType);
    ctx.body = await parts.metrics.text();
  });
  return router;
}

function mayRead(ctx: Context, token: string | null): boolean {
  if (token !== null) return isSecret(/^Bearer +(\S+)$/i.exec(ctx.get('authorization'))?.[1] ?? '', token);
  return LOOPBACK.test(ctx.req.socket.remoteAddress ?? '') && FORWARDED.every((name) => ctx.req.headers[name] === undefined);
}
