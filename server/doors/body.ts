import type { Context } from 'koa';
import { Refusal } from '../../shared/refusal.ts';

/** The raw bytes of a request, at most `limit` of them; reading stops at the first byte too many. */
export async function readBody(ctx: Context, limit: number): Promise<Buffer> {
  const declared = Number(ctx.get('content-length') || '0');
  if (declared > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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

/** The fields of a plain form. */
export async function readForm(ctx: Context, limit = 100_000): Promise<URLSearchParams> {
  if (!ctx.is('urlencoded')) throw new Refusal('unsupported_media_type', { detail: 'a form is expected' });
  return new URLSearchParams((await readBody(ctx, limit)).toString('utf8'));
}

function tooLarge(limit: number): Refusal {
  return new Refusal('too_large', { detail: `at most ${limit} bytes are taken here`, data: { limit } });
}
