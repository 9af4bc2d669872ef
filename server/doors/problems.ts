import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { Refusal } from '../../shared/refusal.ts';
import { isAway } from '../db.ts';
import { WORDS } from '../words.ts';

/** Answers a refusal as a problem document (RFC 9457), with a stable `code` and the place of each fault. */
export function sendProblem(ctx: Context, refusal: Refusal): void {
  ctx.status = refusal.status;
  ctx.set('content-type', 'application/problem+json');
  ctx.set('cache-control', 'no-store');
  if (refusal.code === 'unauthorized') ctx.set('www-authenticate', 'Bearer');
  if (refusal.code === 'rate_limited') ctx.set('retry-after', '10');
  ctx.body = JSON.stringify({
    type: `urn:webdocument:problem:${refusal.code}`,
    title: WORDS.en.refusals[refusal.code],
    status: refusal.status,
    ...(refusal.detail === null ? {} : { detail: refusal.detail }),
    instance: `urn:request:${String(ctx.state['requestId'])}`,
    code: refusal.code,
    faults: refusal.faults,
    data: refusal.data,
  });
}

/** Turns whatever a door throws into a problem document; our own faults are logged and say nothing of the inside. */
export function problems(logger: Logger): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body === undefined) throw new Refusal('not_found');
      if (ctx.status === 405 || ctx.status === 501) throw new Refusal('method_not_allowed');
    } catch (error) {
      sendProblem(ctx, asRefusal(error, logger));
    }
  };
}

/** A thrown value as a refusal. */
export function asRefusal(error: unknown, logger: Logger): Refusal {
  if (error instanceof Refusal) return error;
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 400) return new Refusal('malformed');
  if (isAway(error)) {
    logger.warn({ err: error }, 'the database is away');
    return new Refusal('unavailable');
  }
  logger.error({ err: error }, 'request failed');
  return new Refusal('internal');
}
