import { randomUUID } from 'node:crypto';
import Router from '@koa/router';
import type { Context } from 'koa';
import * as v from 'valibot';
import type { ClientList, ClientPage, CompanyPage, JoinPage, UserList } from '../../shared/console.ts';
import { dayIn, KINDS, type Kind } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import { endSession, hashPassword } from '../accounts.ts';
import { CompanySchema, CounterSchema, JoinSchema, UserSchema, type Company, type Join } from '../entities/index.ts';
import { profileOf } from '../model/company.ts';
import { seriesYear } from '../model/numbering.ts';
import { isOpenJoin, joinView, userView } from '../model/users.ts';
import { validate } from '../validate.ts';
import { clientPage, listClients } from '../views/clients.ts';
import { LOGO_TYPE, readLogo } from '../views/logo.ts';
import { readJson } from './body.ts';
import { receiveLogo } from './logo.ts';
import { sameOrigin } from './origin.ts';
import type { DoorParts } from './parts.ts';
import { actingOf, signedIn, signedInAs, signIn } from './signed-in.ts';

const joinInput = v.strictObject({ name: s.name(200), password: v.pipe(v.string(), v.minLength(10), v.maxLength(500)) });
const listQuery = v.object({
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

/** What the console reads of the company, its users and its clients, and the way in for somebody who was asked to join. */
export function companyDoor(parts: DoorParts): Router {
  const router = new Router({ prefix: '/console' });

  router.use(async (ctx, next) => {
    ctx.set('cache-control', 'private, no-store');
    if (ctx.method !== 'GET' && !sameOrigin(ctx.headers, parts.publicUrl())) throw new Refusal('bad_origin');
    await next();
  });

  router.get('/company', async (ctx) => {
    const { company } = await signedIn(ctx, parts);
    ctx.body = { company: profileOf(company), counts: await countsOf(company) } satisfies CompanyPage;
  });

  router.post('/company/logo', async (ctx) => {
    ctx.body = await receiveLogo(ctx, parts, actingOf(await signedInAs(ctx, parts, 'owner')), null);
  });

  router.get('/users', async (ctx) => {
    const { company } = await signedInAs(ctx, parts, 'owner');
    const em = parts.em();
    const oldest = { orderBy: { createdAt: 'asc', id: 'asc' } } as const;
    const users = await em.find(UserSchema, { company: company.id, removedAt: null }, oldest);
    const joins = await em.find(JoinSchema, { company: company.id, endedAt: null }, oldest);
    ctx.body = { users: users.map(userView), joins: joins.map(joinView) } satisfies UserList;
  });

  router.get('/joins/:token', async (ctx) => {
    const { company, name, email, language } = await openJoin(ctx);
    ctx.body = { company: company.name, name, email, language } satisfies JoinPage;
  });

  router.post('/joins/:token', async (ctx) => {
    const join = await openJoin(ctx);
    const before = await signedIn(ctx, parts).catch(() => null);
    const input = validate(joinInput, await readJson(ctx));
    // A password takes long to hash: whoever has a link, too, is only let try so often.
    await parts.guard.beforeLogin(ctx.ip, `join ${join.id}`);
    const passwordHash = await hashPassword(input.password);
    const { result } = await parts.execute({
      name: 'joinCompany',
      id: randomUUID(),
      input: { join: join.id, name: input.name, passwordHash },
      acting: { as: 'system', company: join.company.id },
      facts: { ip: ctx.ip, userAgent: null, pdf: null },
    });
    await parts.guard.rightPassword(ctx.ip, `join ${join.id}`);
    const user = await parts.em().findOneOrFail(UserSchema, { id: String(result['user']) });
    parts.logger.info({ security: 'joined', user: user.id, ip: ctx.ip }, 'joined');
    await signIn(ctx, parts, user, join.company);
    // Whoever was signed in here has left this browser to somebody else.
    if (before !== null) parts.committed(await endSession(parts.em(), parts.jobs, before.user, before.session.id));
  });

  router.get('/clients', async (ctx) => {
    const { company } = await signedIn(ctx, parts);
    const { q, cursor } = validate(listQuery, Object.fromEntries(Object.entries(ctx.query).filter(([, value]) => value !== '')));
    ctx.body = (await listClients(parts.em(), company.id, { q: q ?? null, cursor: cursor ?? null })) satisfies ClientList;
  });

  router.get('/clients/:id', async (ctx) => {
    const { company } = await signedIn(ctx, parts);
    const id = v.safeParse(s.id, ctx.params['id']);
    const page = id.success ? await clientPage(parts.em(), company.id, id.output) : null;
    if (page === null) throw new Refusal('not_found');
    ctx.body = page satisfies ClientPage;
  });

  /** How many numbers of this year's series have been given. */
  async function countsOf(company: Company): Promise<Record<Kind, number>> {
    const year = seriesYear(dayIn(company.timeZone, parts.now()));
    const counters = await parts.em().find(CounterSchema, { company: company.id, year });
    const lastOf = (kind: Kind) => counters.find((one) => one.kind === kind)?.last ?? 0;
    return Object.fromEntries(KINDS.map((kind) => [kind, lastOf(kind)])) as Record<Kind, number>;
  }

  /** One message for a link that never was, was withdrawn, is used or too old. Wrong ones are counted, as wrong links are. */
  async function openJoin(ctx: Context): Promise<Omit<Join, 'company'> & { company: Company }> {
    const id = parts.tokens.read('join', String(ctx.params['token']));
    const em = parts.em();
    const join = id === null ? null : await em.findOne(JoinSchema, { id });
    if (join === null || !isOpenJoin(join, parts.now())) {
      await parts.guard.wrongToken(ctx.ip);
      throw new Refusal('not_found');
    }
    const elsewhere = await em.count(UserSchema, { email: join.email, company: { $ne: join.company } });
    if (elsewhere > 0) throw new Refusal('email_taken');
    return { ...join, company: await em.findOneOrFail(CompanySchema, { id: join.company }) };
  }

  return router;
}

/** Logos, for everybody who is shown a document: named by what they are, so that they can be kept for ever. */
export function logoDoor(parts: DoorParts): Router {
  const router = new Router();
  router.get('/logos/:sha.png', async (ctx) => {
    const sha = String(ctx.params['sha']);
    const bytes = /^[0-9a-f]{64}$/.test(sha) ? await readLogo(parts.em(), sha) : null;
    if (bytes === null) throw new Refusal('not_found');
    ctx.type = LOGO_TYPE;
    ctx.set('cache-control', 'public, max-age=31536000, immutable');
    ctx.body = bytes;
  });
  return router;
}
