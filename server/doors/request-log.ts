import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import type { Metrics, RouteKind } from '../metrics.ts';
import { requestIdFrom, traced } from '../request-id.ts';
import { readRest } from './body.ts';

export interface RequestLogParts {
  logger: Logger;
  metrics: Pick<Metrics, 'http'>;
  /** Whether a proxy in front may give a request its id. */
  trustProxy: boolean;
}

/** Asked for all the time, by machines or with every page: counted, and not worth a line each. */
const QUIET: ReadonlySet<RouteKind> = new Set<RouteKind>(['asset', 'health']);

/** Gives each request its id (`ctx.state.requestId`), and when it is answered counts it and writes one line of the log. */
export function requestLog({ logger, metrics, trustProxy }: RequestLogParts): Middleware {
  return (ctx, next) => {
    const requestId = requestIdFrom(ctx.req.headers['x-request-id'] as string | undefined, trustProxy);
    ctx.state['requestId'] = requestId;
    const started = performance.now();
    const { socket } = ctx.req;
    const sentBefore = socket.bytesWritten;
    const trace = { requestId };
    // What closes a connection knows nothing of the request any more.
    ctx.res.once('close', () => traced(trace, ended));
    return traced(trace, () => next().then(() => readRest(ctx)));

    function ended(): void {
      const ms = performance.now() - started;
      const kind = kindOf(ctx);
      const { statusCode: status } = ctx.res;
      metrics.http(kind, status, ms / 1000);
      const line = {
        method: ctx.method,
        path: redact(ctx.path),
        status,
        ms: Math.round(ms),
        bytes: socket.bytesWritten - sentBefore,
        ...(ctx.res.writableFinished ? {} : { aborted: true }),
      };
      logger[QUIET.has(kind) ? 'debug' : 'info'](line, 'request');
    }
  };
}

/** Secret tokens never reach a log: neither behind /d/ or /r/, in whatever case, nor anything of their form elsewhere. */
export function redact(path: string): string {
  return decoded(path)
    .replace(/^(\/+[dr])\/[^/]+/i, '$1/•••')
    .replace(/[\w-]{43,}/g, '•••')
    .slice(0, 300);
}

/** A token may be written in other letters. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path.includes('%') ? '•••' : path;
  }
}

function kindOf({ path, method }: Context): RouteKind {
  if (path.startsWith('/assets/') || /^\/(theme|icons)\/|^\/(favicon\.svg|manifest\.webmanifest|sw\.js|robots\.txt)$/.test(path))
    return 'asset';
  if (path === '/healthz' || path === '/readyz' || path === '/metrics') return 'health';
  if (path.startsWith('/api/')) return 'api';
  if (path.startsWith('/webhooks/')) return 'webhook';
  if (path.startsWith('/console/')) return 'console';
  if (!/^\/[dr]\//.test(path)) return 'other';
  if (method === 'POST') return 'form';
  if (path.endsWith('pdf')) return 'pdf';
  return path.includes('/files/') ? 'file' : 'page';
}
