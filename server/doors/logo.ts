import { randomUUID } from 'node:crypto';
import type { Context } from 'koa';
import type { ActingUser } from '../commands/scope.ts';
import { commandId } from '../intake.ts';
import { readPicture } from '../outside/picture.ts';
import { LOGO_TYPE } from '../views/logo.ts';
import { readBody } from './body.ts';
import type { DoorParts } from './parts.ts';

/** Of the picture a logo is made from, in bytes. */
const LOGO_MAX = 5 * 1024 * 1024;

/** Takes the picture a request brings, of whatever content type, as the company's logo; `key` is the sender's own for this request. Throws Refusal. */
export async function receiveLogo(ctx: Context, parts: DoorParts, acting: ActingUser, key: string | null): Promise<{ logo: string }> {
  const done = await parts.guard.upload(acting);
  let read = 0;
  try {
    const file = await readBody(ctx, LOGO_MAX);
    read = file.byteLength;
    const { sha256, bytes } = await readPicture(file);
    const input = { picture: { sha256, mediaType: LOGO_TYPE, bytes } };
    const facts = { ip: ctx.ip, userAgent: null, pdf: null };
    await parts.execute({ name: 'setLogo', id: key === null ? randomUUID() : commandId(key), input, acting, facts });
    return { logo: sha256 };
  } finally {
    await done(read);
  }
}
