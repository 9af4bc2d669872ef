import Router from '@koa/router';
import type { Context, Next } from 'koa';
import * as v from 'valibot';
import { dayIn, KINDS, STATUSES } from '../../shared/document.ts';
import { documentInput } from '../../shared/document-input.ts';
import { Refusal } from '../../shared/refusal.ts';
import * as s from '../../shared/schema.ts';
import type { FileView } from '../../shared/view.ts';
import type { ActingUser } from '../commands/scope.ts';
import type { Em } from '../db.ts';
import { ApiKeySchema, CompanySchema } from '../entities/index.ts';
import { XML_MAX_BYTES } from '../formats/index.ts';
import { commandId, createIntake } from '../intake.ts';
import { feedEvent, head, readCompany } from '../log.ts';
import { dealOf } from '../target.ts';
import { validate } from '../validate.ts';
import { dealView } from '../views/deal.ts';
import { listDocuments } from '../views/list.ts';
import { readBody, readJson } from './body.ts';
import { findFile, receiveFile, sendFile } from './files.ts';
import { openKey } from './identify.ts';
import type { DoorParts } from './parts.ts';
import { sendPdf } from './pdf.ts';
import { sendSource } from './source.ts';

const JSON_MAX_BYTES = 5_000_000;
const MAX_EVENTS = 500;

const wholeNumber = v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'integer'), v.transform(Number));
const flag = v.optional(v.picklist(['true', 'false'], 'boolean'), 'false');
const createQuery = v.strictObject({ issue: flag });
const listQuery = v.strictObject({
  q: v.optional(v.pipe(v.string(), v.maxLength(200))),
  kind: v.optional(v.picklist(KINDS)),
  state: v.optional(v.picklist([...STATUSES, 'overdue', 'expired'])),
  number: v.optional(v.pipe(v.string(), v.maxLength(500))),
  deal: v.optional(s.id),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
  limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(200))),
});
const eventsQuery = v.strictObject({
  after: v.optional(wholeNumber, '0'),
  limit: v.optional(v.pipe(wholeNumber, v.minValue(1), v.maxValue(MAX_EVENTS)), '100'),
});
const messageBody = v.strictObject({
  text: v.optional(v.string(), ''),
  notify: v.optional(v.boolean(), false),
  files: v.optional(v.array(s.id), []),
});
const uploadQuery = v.strictObject({
  for: v.optional(v.picklist(['document', 'message']), 'document'),
  name: v.optional(v.pipe(v.string(), v.maxLength(500))),
});
const linkBody = v.strictObject({ contact: v.optional(v.nullable(s.id), null), label: v.optional(v.nullable(v.string()), null) });

/** `/api/v1`: for programs of the owner, with a bearer key. */
export function apiDoor(parts: DoorParts): Router {
  const router = new Router({ prefix: '/api/v1' });
  const linkUrl = (link: string) => `${parts.publicUrl()}/d/${parts.tokens.make('link', link)}`;
  const intake = createIntake({ em: parts.em, execute: parts.execute, linkUrl });
  const acting = (ctx: Context) => ctx.state['acting'] as ActingUser;

  router.use(async (ctx: Context, next: Next) => {
    ctx.set('cache-control', 'private, no-store');
    const who = await openKey(parts.em(), parts.tokens, ctx.get('authorization'));
    if (who === null) {
      if (ctx.get('authorization') !== '') await parts.guard.wrongToken(ctx.ip);
      throw new Refusal('unauthorized');
    }
    await parts.guard.request(who.key ?? who.user);
    ctx.state['acting'] = who;
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD' && who.key !== null) await touchKey(parts.em(), who.key, parts.now());
    await next();
  });

  router.post('/documents', async (ctx) => {
    const { issue } = validate(createQuery, { ...ctx.query });
    const how = { acting: acting(ctx), issue: issue === 'true', key: idempotencyKey(ctx) };
    if (ctx.is('json')) ctx.body = await intake.json(await readJson(ctx, JSON_MAX_BYTES), how);
    else if (ctx.is('xml', 'text/xml', '+xml')) ctx.body = await intake.xml(await readBody(ctx, XML_MAX_BYTES), how);
    else throw new Refusal('unsupported_media_type', { detail: 'application/json or application/xml is expected' });
    ctx.status = 201;
    ctx.set('location', `/api/v1/documents/${(ctx.body as { id: string }).id}`);
  });

  router.get('/documents', async (ctx) => {
    const { limit, ...filter } = validate(listQuery, { ...ctx.query });
    const company = await parts.em().findOneOrFail(CompanySchema, { id: acting(ctx).company });
    const { rows, next } = await listDocuments(parts.em(), company.id, { ...filter, limit }, dayIn(company.timeZone, parts.now()));
    ctx.body = { documents: rows, next };
  });

  router.get('/documents/:id', async (ctx) => {
    const { view, document } = await own(ctx);
    const links = document.owner?.links.map((link) => ({ ...link, url: link.revokedAt === null ? linkUrl(link.id) : null })) ?? [];
    const { owner, ...rest } = document;
    const messages = view.messages.filter((message) => message.document === document.id);
    ctx.body = {
      ...(await intake.answer(document.id, acting(ctx).company)),
      ...rest,
      links,
      views: owner?.views,
      source: owner?.source,
      client: view.client,
      messages,
    };
  });

  router.get('/documents/:id/pdf', async (ctx) => {
    const { view, document } = await own(ctx);
    await sendPdf(ctx, parts, view.company, document);
  });

  router.get('/documents/:id/source', async (ctx) => {
    const { document } = await own(ctx);
    await sendSource(ctx, parts.em(), document.id);
  });

  router.get('/documents/:id/receipts/:receipt/source', async (ctx) => {
    const { document } = await own(ctx);
    const receipt = String(ctx.params['receipt']);
    if (!/^[1-9]\d{0,5}$/.test(receipt)) throw new Refusal('not_found');
    await sendSource(ctx, parts.em(), document.id, Number(receipt));
  });

  router.post('/documents/:id/issue', async (ctx) => {
    const document = idOf(ctx);
    await run(ctx, 'issueDocument', { document });
    ctx.body = await intake.answer(document, acting(ctx).company);
  });

  router.post('/documents/:id/revisions', async (ctx) => {
    const document = idOf(ctx);
    const content = validate(documentInput, await readJson(ctx, JSON_MAX_BYTES));
    await run(ctx, 'reviseDocument', { document, content });
    ctx.status = 201;
    ctx.body = await intake.answer(document, acting(ctx).company);
  });

  router.post('/documents/:id/messages', async (ctx) => {
    const body = validate(messageBody, await readJson(ctx));
    const { result } = await run(ctx, 'postMessage', { document: idOf(ctx), ...body, name: null });
    ctx.status = 201;
    ctx.body = { id: result['message'], seq: result['seq'] };
  });

  router.post('/documents/:id/files', async (ctx) => {
    const { document } = await place(ctx);
    const query = validate(uploadQuery, { ...ctx.query });
    const target = { document, forMessage: query.for === 'message', acting: acting(ctx) };
    const key = idempotencyKey(ctx);
    ctx.body = await receiveFile(ctx, parts, target, { id: key === null ? null : commandId(key), raw: true });
    ctx.status = 201;
    ctx.set('location', `/api/v1/documents/${document}/files/${(ctx.body as FileView).id}`);
  });

  router.get('/documents/:id/files/:file', async (ctx) => {
    const at = { ...(await place(ctx)), file: ctx.params['file'] };
    await sendFile(ctx, parts, await findFile(parts.em(), at, acting(ctx)));
  });

  router.delete('/documents/:id/files/:file', async (ctx) => {
    await run(ctx, 'removeFile', { document: idOf(ctx), file: idOf(ctx, 'file') });
    ctx.status = 204;
  });

  router.post('/documents/:id/links', async (ctx) => {
    const body = validate(linkBody, await readJson(ctx));
    const { result } = await run(ctx, 'createLink', { document: idOf(ctx), ...body });
    ctx.status = 201;
    ctx.body = { id: result['link'], url: linkUrl(String(result['link'])) };
  });

  router.delete('/documents/:id/links/:link', async (ctx) => {
    await run(ctx, 'revokeLink', { document: idOf(ctx), link: idOf(ctx, 'link') });
    ctx.status = 204;
  });

  router.get('/events', async (ctx) => {
    const { after, limit } = validate(eventsQuery, { ...ctx.query });
    const { company } = acting(ctx);
    const at = await head(parts.em(), company);
    const events = await readCompany(parts.em(), company, after, limit);
    ctx.body = {
      events: events
        .map(feedEvent)
        .map(({ seq, type, document, actor, at: when, data }) => ({ seq, type, document, actor, at: when, data })),
      // What was written while the events were read is not ahead of the head.
      head: Math.max(at, events.at(-1)?.seq ?? 0),
    };
  });

  function run(
    ctx: Context,
    name: 'issueDocument' | 'reviseDocument' | 'postMessage' | 'createLink' | 'revokeLink' | 'removeFile',
    input: Record<string, unknown>,
  ) {
    const facts = { ip: ctx.ip, userAgent: ctx.get('user-agent').slice(0, 500) || null, pdf: null };
    return parts.execute({ name, id: commandId(idempotencyKey(ctx)), input, acting: acting(ctx), facts });
  }

  async function place(ctx: Context): Promise<{ document: string; deal: string }> {
    const document = idOf(ctx);
    const deal = await dealOf(parts.em(), document, acting(ctx).company);
    if (deal === null) throw new Refusal('not_found');
    return { document, deal };
  }

  async function own(ctx: Context) {
    const { document, deal } = await place(ctx);
    const view = await dealView(parts.em(), deal, 'owner');
    const shown = view?.documents.find((doc) => doc.id === document);
    if (!view || !shown) throw new Refusal('not_found');
    return { view, document: shown };
  }

  return router;
}

/** Notes that a key is in use, at most once a minute, and never for a GET. */
async function touchKey(em: Em, key: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 60_000);
  await em.nativeUpdate(ApiKeySchema, { id: key, $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: before } }] }, { lastUsedAt: now });
}

function idOf(ctx: Context, param: 'id' | 'link' | 'file' = 'id'): string {
  const given = v.safeParse(s.id, (ctx.params as Record<string, string>)[param]);
  if (!given.success) throw new Refusal('not_found');
  return given.output;
}

/** The sender's own key for this request, scoped to the API key and the address: the same words elsewhere, or from somebody else, are another command. */
function idempotencyKey(ctx: Context): string | null {
  const key = ctx.get('idempotency-key');
  if (key === '') return null;
  if (key.length > 255)
    throw new Refusal('invalid_input', { faults: [{ pointer: '/Idempotency-Key', rule: 'too_long', detail: 'at most 255 characters' }] });
  const acting = ctx.state['acting'] as ActingUser;
  return `${acting.key ?? acting.user} ${ctx.method} ${ctx.path} ${key}`;
}
