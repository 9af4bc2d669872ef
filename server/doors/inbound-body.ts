import { once } from 'node:events';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { Context } from 'koa';
import { Refusal } from '../../shared/refusal.ts';
import { readBody, timed, type Times } from './body.ts';

/** Bytes of a message as it is sent, its attachments included. */
export const MESSAGE_MAX = 40 * 1024 * 1024;
/** What a form may have around the message. */
const FORM_MAX = MESSAGE_MAX + 1024 * 1024;
const FORM_TIMES: Times = { silent: 60_000, whole: 300_000 };
/** What the message is, sent as it is; nothing said means the same. */
const RAW: ReadonlySet<string> = new Set(['', 'message/rfc822', 'application/octet-stream', 'text/plain']);
/** What providers call the field the message is in: SendGrid, Mailgun, our own examples. */
const FIELDS: ReadonlySet<string> = new Set(['email', 'body-mime', 'message']);

/** The raw message of a request: its body, or a field of a form. Throws Refusal; what is beyond the limit is not taken in. */
export async function readMessage(ctx: Context): Promise<Buffer> {
  const type = ctx.request.type.toLowerCase();
  if (RAW.has(type)) return readBody(ctx, MESSAGE_MAX);
  if (type === 'multipart/form-data') return timed(ctx, FORM_TIMES, () => readForm(ctx));
  if (type === 'application/x-www-form-urlencoded') return fieldOf(await readBody(ctx, FORM_MAX));
  throw new Refusal('unsupported_media_type', { detail: 'message/rfc822 or multipart/form-data is expected' });
}

/** The message in a plain form, which some providers send while no file is attached; its bytes may be of any encoding. */
function fieldOf(body: Buffer): Buffer {
  const pair = body
    .toString('latin1')
    .split('&')
    .find((one) => FIELDS.has(one.slice(0, one.indexOf('='))));
  if (pair === undefined) throw missing();
  const value = pair.slice(pair.indexOf('=') + 1).replaceAll('+', ' ');
  const byte = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  return Buffer.from(value.replace(/%([\da-f]{2})/gi, byte), 'latin1');
}

async function readForm(ctx: Context): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let found = false;
  let large = false;
  const form = openForm(ctx);
  const done = new Promise<void>((resolve, reject) => {
    const broken = () => reject(new Refusal('malformed', { detail: 'the form is broken' }));
    form.on('error', broken);
    form.on('finish', resolve);
    form.on('file', (_name, file) => {
      found = true;
      file.on('error', broken);
      file.on('limit', () => (large = true));
      file.on('data', (chunk: Buffer) => chunks.push(chunk));
    });
  });
  done.catch(() => {});
  await read(ctx, async (chunk) => {
    // Whoever waits for a form that has broken meanwhile waits in vain.
    if (!form.write(chunk)) await Promise.race([once(form, 'drain').catch(() => {}), done]);
    if (large) throw tooLarge();
  });
  form.end();
  await done;
  if (large) throw tooLarge();
  if (!found) throw missing();
  return Buffer.concat(chunks);
}

function openForm(ctx: Context) {
  try {
    return new Busboy({
      headers: ctx.req.headers as BusboyHeaders,
      // Whether it comes as a file or as a field, its bytes stay as they are.
      isPartAFile: (name) => FIELDS.has(name ?? ''),
      limits: { files: 1, fileSize: MESSAGE_MAX, fields: 200, fieldSize: 1000, parts: 300, headerPairs: 100, headerSize: 16_384 },
    });
  } catch {
    throw new Refusal('malformed', { detail: 'the form has no boundary' });
  }
}

/** Hands over the body piece by piece; what is left when it is refused stays unread. */
async function read(ctx: Context, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  if (Number(ctx.get('content-length') || '0') > FORM_MAX) throw tooLarge();
  let size = 0;
  try {
    for await (const chunk of ctx.req.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.byteLength;
      if (size > FORM_MAX) throw tooLarge();
      await take(chunk);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('malformed', { detail: 'the body ended early' });
  }
}

function missing(): Refusal {
  return new Refusal('malformed', { detail: `the message is expected in one of the fields ${[...FIELDS].join(', ')}` });
}

function tooLarge(): Refusal {
  return new Refusal('too_large', { detail: `at most ${MESSAGE_MAX} bytes are taken here`, data: { limit: MESSAGE_MAX } });
}
