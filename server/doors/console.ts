import Router from '@koa/router';
import type { Context } from 'koa';
import * as v from 'valibot';
import { dayIn, KINDS, LANGUAGES, STATES } from '../../shared/document.ts';
import type {
  DealPage,
  DocumentList,
  FeedPage,
  FileRoom,
  KeyList,
  LinkAddresses,
  SessionList,
  SetupState,
  Uploaded,
} from '../../shared/console.ts';
import { COMPANY_FILES_MAX } from '../../shared/files.ts';
import type { FeedPresent } from '../../shared/protocol.ts';
import { mayAct } from '../../shared/company.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import { checkPassword, endSession, setUp } from '../accounts.ts';
import { ApiKeySchema, CompanySchema, PersonSchema, SessionSchema, type Company } from '../entities/index.ts';
import { feedEvent, head, readFeed } from '../log.ts';
import { dealOf } from '../target.ts';
import { validate } from '../validate.ts';
import { dealView } from '../views/deal.ts';
import { listDocuments } from '../views/list.ts';
import { readJson } from './body.ts';
import { findFile, receiveFile, sendFile } from './files.ts';
import { sameOrigin } from './origin.ts';
import type { DoorParts } from './parts.ts';
import { sendReceipt, sendTransferCode, type Send } from './payments-pdf.ts';
import { sendPdf } from './pdf.ts';
import { actingOf, sessionOf, signedIn as whoIs, signIn, signOut, type SignedIn } from './signed-in.ts';
import { sendSource } from './source.ts';

const password = v.pipe(v.string(), v.minLength(10), v.maxLength(500));
const loginInput = v.strictObject({ email: v.pipe(v.string(), v.maxLength(254)), password: v.pipe(v.string(), v.maxLength(500)) });
const setupInput = v.strictObject({ company: s.name(200), name: s.name(200), email: s.email, password, language: v.picklist(LANGUAGES) });
const listQuery = v.object({
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  kind: v.optional(v.picklist(KINDS)),
  state: v.optional(v.picklist(STATES)),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
});

/** What the owner's console reads; changes go over the socket. */
export function consoleDoor(parts: DoorParts, present: (company: string) => FeedPresent[]): Router {
  const router = new Router({ prefix: '/console' });

  router.use(async (ctx, next) => {
    ctx.set('cache-control', 'private, no-store');
    if (ctx.method !== 'GET' && !sameOrigin(ctx.headers, parts.publicUrl())) throw new Refusal('bad_origin');
    await next();
  });

  router.get('/setup', async (ctx) => {
    ctx.body = { needed: (await parts.em().count(CompanySchema)) === 0 } satisfies SetupState;
  });

  router.post('/setup', async (ctx) => {
    const { user, company } = await setUp(parts.em(), validate(setupInput, await readJson(ctx)));
    await signIn(ctx, parts, user, company);
  });

  router.post('/login', async (ctx) => {
    const input = validate(loginInput, await readJson(ctx));
    const account = input.email.trim().toLowerCase();
    await parts.guard.beforeLogin(ctx.ip, account);
    const user = await checkPassword(parts.em(), account, input.password).catch((error: unknown) => {
      parts.logger.warn({ security: 'login_failed', ip: ctx.ip }, 'login failed');
      throw error;
    });
    await parts.guard.rightPassword(ctx.ip, account);
    parts.logger.info({ security: 'login', user: user.id, ip: ctx.ip }, 'login');
    await signIn(ctx, parts, user, await parts.em().findOneOrFail(CompanySchema, { id: user.company }));
  });

  router.post('/logout', async (ctx) => {
    const { session, user } = await signedIn(ctx);
    parts.committed(await endSession(parts.em(), parts.jobs, user, session.id));
    signOut(ctx, parts);
    ctx.status = 204;
  });

  router.get('/session', async (ctx) => {
    const { user, company } = await signedIn(ctx);
    ctx.body = sessionOf(parts, user, company);
  });

  router.get('/feed', async (ctx) => {
    const { company } = await signedIn(ctx);
    const limit = Math.min(Math.max(Number(ctx.query['limit'] ?? 50) || 50, 1), 200);
    const em = parts.em();
    const at = await head(em, company.id);
    const before = Number(ctx.query['before'] ?? at + 1);
    if (!Number.isSafeInteger(before))
      throw new Refusal('invalid_input', { faults: [{ pointer: '/before', rule: 'integer', detail: 'a sequence is expected' }] });
    const events = await readFeed(em, company.id, before, limit + 1);
    ctx.body = {
      events: events.slice(0, limit).map(feedEvent),
      head: at,
      more: events.length > limit,
      present: present(company.id),
    } satisfies FeedPage;
  });

  router.get('/documents', async (ctx) => {
    const { company } = await signedIn(ctx);
    const filter = validate(listQuery, Object.fromEntries(Object.entries(ctx.query).filter(([, value]) => value !== '')));
    ctx.body = (await listDocuments(parts.em(), company.id, filter, today(company))) satisfies DocumentList;
  });

  router.get('/documents/:id', async (ctx) => {
    const { user, company, deal, document } = await own(ctx);
    const view = await dealView(parts.em(), deal, 'owner');
    if (view === null) throw new Refusal('not_found');
    const person = await parts.em().findOne(PersonSchema, { deal, user: user.id });
    ctx.body = { view, document, now: parts.now().toISOString(), today: today(company), person: person?.id ?? null } satisfies DealPage;
  });

  router.get('/documents/:id/links', async (ctx) => {
    const { user, document } = await own(ctx);
    // Whoever holds a link can decide by it.
    if (!mayAct(user.role, 'member')) throw new Refusal('forbidden');
    const rows = await parts
      .em()
      .execute<{ id: string }[]>('select id from links where document_id = ? and revoked_at is null order by position', [document]);
    ctx.body = {
      links: rows.map(({ id }) => ({ id, url: `${parts.publicUrl()}/d/${parts.tokens.make('link', id)}` })),
    } satisfies LinkAddresses;
  });

  router.get('/documents/:id/pdf', async (ctx) => {
    const { deal, document } = await own(ctx);
    const view = await dealView(parts.em(), deal, 'owner');
    const shown = view?.documents.find((doc) => doc.id === document);
    if (!view || !shown) throw new Refusal('not_found');
    await sendPdf(ctx, parts, view.company, shown);
  });

  router.get('/documents/:id/transfer.svg', (ctx) => besides(ctx, sendTransferCode));
  router.get('/documents/:id/payments/:entry/receipt.pdf', (ctx) => besides(ctx, sendReceipt));

  router.get('/documents/:id/source', async (ctx) => {
    const { document } = await own(ctx);
    await sendSource(ctx, parts.em(), document);
  });

  router.post('/documents/:id/files', async (ctx) => {
    const { document, ...who } = await own(ctx);
    const query = validate(v.strictObject({ for: v.optional(v.picklist(['document', 'message']), 'document') }), { ...ctx.query });
    const acting = actingOf(who);
    const file = await receiveFile(ctx, parts, { document, forMessage: query.for === 'message', acting }, { id: null, raw: false });
    ctx.status = 201;
    ctx.body = { file } satisfies Uploaded;
  });

  router.get('/documents/:id/files/:file', async (ctx) => {
    const { document, deal, ...who } = await own(ctx);
    const at = { deal, document, file: ctx.params['file'] };
    await sendFile(ctx, parts, await findFile(parts.em(), at, actingOf(who)));
  });

  router.get('/files', async (ctx) => {
    const { company } = await signedIn(ctx);
    ctx.body = { used: company.fileBytes, limit: COMPANY_FILES_MAX } satisfies FileRoom;
  });

  router.get('/keys', async (ctx) => {
    const { company } = await signedIn(ctx);
    const keys = await parts.em().find(ApiKeySchema, { company: company.id }, { orderBy: { createdAt: 'desc' } });
    ctx.body = {
      keys: keys.map((key) => ({
        id: key.id,
        label: key.label,
        createdAt: key.createdAt.toISOString(),
        lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
        revokedAt: key.revokedAt?.toISOString() ?? null,
      })),
    } satisfies KeyList;
  });

  router.get('/sessions', async (ctx) => {
    const { user, session } = await signedIn(ctx);
    const open = await parts
      .em()
      .find(SessionSchema, { user: user.id, endedAt: null, expiresAt: { $gt: parts.now() } }, { orderBy: { createdAt: 'desc' } });
    ctx.body = {
      sessions: open.map((one) => ({
        id: one.id,
        createdAt: one.createdAt.toISOString(),
        lastSeenAt: one.lastSeenAt.toISOString(),
        userAgent: one.userAgent,
        current: one.id === session.id,
      })),
    } satisfies SessionList;
  });

  router.post('/sessions/:id/end', async (ctx) => {
    const { user } = await signedIn(ctx);
    const session = String(ctx.params['id']);
    if (!/^[0-9a-f]{64}$/.test(session)) throw new Refusal('not_found');
    parts.committed(await endSession(parts.em(), parts.jobs, user, session));
    ctx.status = 204;
  });

  function signedIn(ctx: Context): Promise<SignedIn> {
    return whoIs(ctx, parts);
  }

  /** What is sent beside a document. */
  async function besides(ctx: Context, send: Send): Promise<void> {
    const { deal, document } = await own(ctx);
    const view = await dealView(parts.em(), deal, 'owner');
    const shown = view?.documents.find((doc) => doc.id === document);
    if (!view || !shown || !(await send(ctx, parts, view, shown))) throw new Refusal('not_found');
  }

  /** A document of the signed-in user's company; one message for "not yours" and "not there". */
  async function own(ctx: Context): Promise<SignedIn & { document: string; deal: string }> {
    const who = await signedIn(ctx);
    const given = v.safeParse(s.id, ctx.params['id']);
    const deal = given.success ? await dealOf(parts.em(), given.output, who.company.id) : null;
    if (!given.success || deal === null) throw new Refusal('not_found');
    return { ...who, document: given.output, deal };
  }

  function today(company: Company): string {
    return dayIn(company.timeZone, parts.now());
  }

  return router;
}
