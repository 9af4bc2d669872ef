import type { Context } from 'koa';
import { FILE_MAX } from '../../shared/files.ts';
import { Refusal } from '../../shared/refusal.ts';

/** How long a sender may be silent in the middle of a request, and take for all of it, in milliseconds. */
export interface Times {
  silent: number;
  whole: number;
}

const BODY_TIMES: Times = { silent: 60_000, whole: 300_000 };
/** How much, and how long, is still read of a request that has its answer. */
const REST_BYTES = 2 * FILE_MAX;
const REST_MS = 60_000;

/** The raw bytes of a request, at most `limit` of them; reading stops at the first byte too many. */
export async function readBody(ctx: Context, limit: number): Promise<Buffer> {
  const declared = Number(ctx.get('content-length') || '0');
  if (declared > limit) throw tooLarge(limit);
  return timed(ctx, BODY_TIMES, async () => {
    const chunks: Buffer[] = [];
    let size = 0;
    // The request outlives a refusal: a destroyed one has no connection to answer on.
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > limit) throw tooLarge(limit);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  });
}

/** A JSON body; needs its content type, so that no form of another site can send it. */
export async function readJson(ctx: Context, limit = 1_000_000): Promise<unknown> {
  if (!ctx.is('json', '+json')) throw new Refusal('unsupported_media_type', { detail: 'application/json is expected' });
  const bytes = await readBody(ctx, limit);
  try {
    return JSON.parse(bytes.toString('utf8'), (key, value: unknown) => (key === '__proto__' ? undefined : value));
  } catch {
    throw new Refusal('malformed', { detail: 'the body is not valid JSON' });
  }
}

/** Adds the fields of a plain form to `form`. */
export async function readForm(ctx: Context, form: URLSearchParams, limit = 100_000): Promise<void> {
  if (!ctx.is('urlencoded')) throw new Refusal('unsupported_media_type', { detail: 'a form is expected' });
  for (const [name, value] of new URLSearchParams((await readBody(ctx, limit)).toString('utf8'))) form.append(name, value);
}

/** Ends the connection of a sender who falls silent, or takes too long for all of it, while `work` reads the request. */
export async function timed<T>({ req }: Pick<Context, 'req'>, times: Times, work: () => Promise<T>): Promise<T> {
  const { socket } = req;
  // Nobody listens for its timeout, and then node destroys it.
  socket.setTimeout(times.silent);
  const end = setTimeout(() => socket.destroy(), times.whole);
  try {
    return await work();
  } finally {
    clearTimeout(end);
    socket.setTimeout(0);
  }
}

/**
 * Reads on, within bounds, what a sender still sends of a request that has its answer: browsers read no answer before they have sent
 * everything, and would say that the connection was reset. Resolves when the answer may go out: at once, unless the connection
 * ends with it, which would reset it too.
 */
export async function readRest({ req, res }: Pick<Context, 'req' | 'res'>): Promise<void> {
  if (req.complete || req.destroyed) return;
  await new Promise<void>((resolve) => {
    const give = setTimeout(() => enough(), REST_MS).unref();
    const enough = () => {
      clearTimeout(give);
      resolve();
      if (res.writableEnded) req.destroy();
    };
    let left = REST_BYTES;
    req.on('data', (chunk: Buffer) => {
      left -= chunk.byteLength;
      if (left < 0) enough();
    });
    const done = () => {
      clearTimeout(give);
      resolve();
    };
    req.once('end', done).once('close', done).resume();
    if (res.shouldKeepAlive) resolve();
  });
}

function tooLarge(limit: number): Refusal {
  return new Refusal('too_large', { detail: `at most ${limit} bytes are taken here`, data: { limit } });
}
