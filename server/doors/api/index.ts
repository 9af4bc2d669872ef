import Router from '@koa/router';
import type { Context, Next } from 'koa';
import * as v from 'valibot';
import { mayAct, type Role } from '../../../shared/company.ts';
import { Refusal } from '../../../shared/refusal.ts';
import * as s from '../../../shared/schema.ts';
import type { ActingUser } from '../../commands/scope.ts';
import type { Em } from '../../db.ts';
import { ApiKeySchema } from '../../entities/index.ts';
import { commandId, createIntake } from '../../intake.ts';
import { validate } from '../../validate.ts';
import { readJson } from '../body.ts';
import { openKey } from '../identify.ts';
import type { DoorParts } from '../parts.ts';
import { OPERATIONS } from './operations.ts';
import type { Call, Operation } from './table.ts';

/** `/api/v1`: for programs of the owner, with a bearer key. */
export function apiDoor(parts: DoorParts): Router {
  const router = new Router({ prefix: '/api/v1' });
  const linkUrl = (link: string) => `${parts.publicUrl()}/d/${parts.tokens.make('link', link)}`;
  const intake = createIntake({ em: parts.em, execute: parts.execute, linkUrl });

  router.use(async (ctx: Context, next: Next) => {
    ctx.set('cache-control', 'private, no-store');
    const found = await openKey(parts.em(), parts.tokens, ctx.get('authorization'));
    if (found === null) {
      if (ctx.get('authorization') !== '') await parts.guard.wrongToken(ctx.ip);
      throw new Refusal('unauthorized');
    }
    const { role, ...acting } = found;
    await parts.guard.request(acting.key ?? acting.user);
    ctx.state['acting'] = acting;
    ctx.state['role'] = role;
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && acting.key !== null) await touchKey(parts.em(), acting.key, parts.now());
    await next();
  });

  for (const operation of OPERATIONS)
    router.register(operation.path, [operation.method.toLowerCase()], async (ctx) => {
      if (!mayAct(ctx.state['role'] as Role, operation.role)) throw new Refusal('forbidden');
      const answer = await operation.run(await callOf(ctx, operation));
      // What is sent as it is has set its own answer.
      if (operation.answer.media.length > 0) return;
      ctx.status = operation.answer.status;
      if (operation.answer.schema !== null) ctx.body = answer;
    });

  async function callOf(ctx: Context, operation: Operation): Promise<Call<unknown, unknown>> {
    const query = operation.query === null ? null : validate(operation.query, { ...ctx.query });
    const body = await bodyOf(ctx, operation);
    const acting = ctx.state['acting'] as ActingUser;
    const key = operation.method === 'GET' ? null : idempotencyKey(ctx, acting);
    return {
      ctx,
      parts,
      acting,
      role: ctx.state['role'] as Role,
      query,
      body,
      intake,
      linkUrl,
      key,
      id: (param = 'id') => idOf(ctx, param),
      async run(name, input, within) {
        const facts = { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) || null, pdf: null };
        try {
          return (await parts.execute({ name, id: commandId(key), input, acting, facts })).result;
        } catch (error) {
          throw within !== undefined && error instanceof Refusal ? fromBody(error, within) : error;
        }
      },
    };
  }

  return router;
}

/** Notes that a key is in use, at most once a minute, and never for a GET. */
async function touchKey(em: Em, key: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 60_000);
  await em.nativeUpdate(ApiKeySchema, { id: key, $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: before } }] }, { lastUsedAt: now });
}

/** The JSON of a request by the operation's schema; an operation that takes other types too reads for itself. */
async function bodyOf(ctx: Context, { body }: Operation): Promise<unknown> {
  if (body === null || body.schema === null || body.media.length > 0) return null;
  const nothing = ctx.get('transfer-encoding') === '' && Number(ctx.get('content-length') || '0') === 0;
  return validate(body.schema, body.optional && nothing ? {} : await readJson(ctx, body.limit));
}

function idOf(ctx: Context, param: string): string {
  const given = v.safeParse(s.id, (ctx.params as Record<string, string>)[param]);
  if (!given.success) throw new Refusal('not_found');
  return given.output;
}

/** The sender's own key for this request, scoped to the API key and the address: the same words elsewhere, or from somebody else, are another command. */
function idempotencyKey(ctx: Context, acting: ActingUser): string | null {
  const key = ctx.get('idempotency-key');
  if (key === '') return null;
  if (key.length > 255)
    throw new Refusal('invalid_input', { faults: [{ pointer: '/Idempotency-Key', rule: 'too_long', detail: 'at most 255 characters' }] });
  return `${acting.key ?? acting.user} ${ctx.method} ${ctx.path} ${key}`;
}

/** A refusal whose pointers begin at the body, which is one field of the command's input. */
function fromBody(refusal: Refusal, field: string): Refusal {
  const { code, detail, data } = refusal;
  const faults = refusal.faults.map((fault) =>
    fault.pointer.startsWith(`/${field}/`) ? { ...fault, pointer: fault.pointer.slice(field.length + 1) } : fault,
  );
  return new Refusal(code, { ...(detail === null ? {} : { detail }), faults, data });
}
