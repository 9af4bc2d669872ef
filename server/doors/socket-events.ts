import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import * as v from 'valibot';
import { COMMANDS, type CommandName } from '../../shared/commands.ts';
import { PROTOCOL, type CommandAnswer, type JoinAnswer, type Stream } from '../../shared/protocol.ts';
import { Refusal, type RefusalBody } from '../../shared/refusal.ts';
import { isAway, type Em } from '../db.ts';
import { LinkSchema, SessionSchema } from '../entities/index.ts';
import type { Execute } from '../execute.ts';
import { BATCH_LIMIT, companyBatch, dealBatch, dealHead, head, readCompany, readDeal } from '../log.ts';
import { ROOM, type Relay } from '../relay.ts';
import type { Tokens } from '../secrets.ts';
import { validate } from '../validate.ts';
import type { DrawPdf } from './drawings.ts';
import { DECISIONS, evidenceFor } from './evidence.ts';
import type { PresenceRooms } from './presence-rooms.ts';
import type { LiveSocket } from './socket-types.ts';

interface Parts {
  em: () => Em;
  execute: Execute;
  relay: Relay;
  presence: PresenceRooms;
  tokens: Tokens;
  drawPdf: DrawPdf;
  logger: Logger;
  now: () => Date;
}

const uuid = v.pipe(v.string(), v.uuid());
const stream = v.pipe(v.string(), v.regex(/^(deal|company):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
const joinRequest = v.strictObject({
  protocol: v.number(),
  stream,
  cursor: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  document: v.nullable(uuid),
});
const commandRequest = v.strictObject({ id: uuid, name: v.picklist(Object.keys(COMMANDS) as CommandName[]), input: v.unknown() });
const presenceState = v.strictObject({ stream, document: v.nullable(uuid), here: v.boolean(), at: v.optional(uuid) });
const typingState = v.strictObject({ stream, document: uuid, typing: v.boolean() });

type StreamKind = 'deal' | 'company';

function parse(name: string): { kind: StreamKind; id: string } {
  const [kind, id = ''] = name.split(':');
  return { kind: kind === 'deal' ? 'deal' : 'company', id };
}

/** The longest a timer can be set for. */
const MAX_TIMER = 2_147_483_647;

/** What one socket may send in ten seconds: an outbox emptied after a long tunnel, not a flood. */
const RATE = { points: 100, duration: 10 };

/** Serves one authorised socket. A malformed packet is answered with a refusal, or dropped where there is no answer. */
export function serveSocket(socket: LiveSocket, parts: Parts): void {
  const { who } = socket.data;
  const limiter = new RateLimiterMemory(RATE);
  const within = () =>
    limiter.consume('socket').then(
      () => true,
      () => false,
    );
  const watching = parts.relay.watch(who.company);
  watching.ready.catch(() => socket.disconnect(true));
  if (who.acting.as === 'link') void socket.join(ROOM.link(who.acting.link));
  else if (who.acting.session) void socket.join(ROOM.session(who.acting.session));
  const expiry =
    who.expiresAt === null ? null : setTimeout(() => socket.disconnect(true), Math.min(who.expiresAt - Date.now(), MAX_TIMER)).unref();
  /** The deal this page is shown as present on. */
  let shown: string | null = null;

  socket.on('join', (request, answer) => {
    if (typeof answer !== 'function') return;
    reply<JoinAnswer>(answer, join(request));
  });
  socket.on('command', (request, answer) => {
    if (typeof answer !== 'function') return;
    reply<CommandAnswer>(answer, command(request));
  });
  socket.on('leave', (name) => {
    if (!v.is(stream, name)) return;
    const { kind, id } = parse(name);
    void socket.leave(roomOf(kind, id));
    if (kind === 'deal' && shown === id) show(null);
  });
  socket.on('presence', (state) => void within().then((ok) => void (ok && v.is(presenceState, state) && here(state))));
  socket.on('typing', (state) => void within().then((ok) => void (ok && v.is(typingState, state) && typing(state))));
  socket.on('disconnect', () => {
    if (expiry) clearTimeout(expiry);
    watching.release();
    show(null);
  });

  const roomOf = (kind: StreamKind, id: string) => (kind === 'deal' ? ROOM.deal(id, who.side) : ROOM.company(id));

  /**
   * Whose stream it is never changes, so that is asked first: nobody stands in a room of others even for a moment. What can
   * end, a link or a session, is asked after joining, together with the log: whatever is pushed meanwhile waits on the other
   * side. (Rule 4.)
   */
  async function join(request: unknown): Promise<JoinAnswer> {
    if (!(await within())) throw new Refusal('rate_limited');
    const asked = validate(joinRequest, request);
    if (asked.protocol !== PROTOCOL) throw new Refusal('protocol_mismatch');
    const { kind, id } = parse(asked.stream);
    const em = parts.em();
    if (!(await isOwn(em, kind, id))) throw new Refusal('not_found');
    await watching.ready;
    await socket.join(roomOf(kind, id));
    if (!(await stillOpen(em))) {
      await socket.leave(roomOf(kind, id));
      throw new Refusal(who.side === 'owner' ? 'unauthorized' : 'not_found');
    }
    const events = kind === 'deal' ? await readDeal(em, id, asked.cursor) : await readCompany(em, id, asked.cursor);
    const batch = kind === 'deal' ? dealBatch(id, who.side, asked.cursor, events) : companyBatch(id, asked.cursor, events);
    // A cursor beyond the log comes from before a restored backup: the page learns it and loads anew.
    if (events.length === 0) batch.to = Math.min(asked.cursor, kind === 'deal' ? await dealHead(em, id) : await head(em, id));
    const present = kind === 'deal' ? parts.presence.ofDeal(id, who.side) : parts.presence.ofCompany(id);
    return { ok: true, batch, more: events.length === BATCH_LIMIT, present };
  }

  async function isOwn(em: Em, kind: StreamKind, id: string): Promise<boolean> {
    if (who.side === 'client') return kind === 'deal' && id === who.deal;
    if (kind === 'company') return id === who.company;
    const [row] = await em.execute<{ ok: number }[]>('select 1 as ok from deals where id = ? and company_id = ?', [id, who.company]);
    return row !== undefined;
  }

  async function stillOpen(em: Em): Promise<boolean> {
    const { acting } = who;
    if (acting.as === 'link') return (await em.count(LinkSchema, { id: acting.link, revokedAt: null })) > 0;
    return (
      acting.session !== null && (await em.count(SessionSchema, { id: acting.session, endedAt: null, expiresAt: { $gt: parts.now() } })) > 0
    );
  }

  async function command(request: unknown): Promise<CommandAnswer> {
    if (!(await within())) throw new Refusal('rate_limited');
    const asked = validate(commandRequest, request);
    if (who.mode === 'preview') throw new Refusal('forbidden');
    // The owner's own look is never counted, in whatever role; nor does it read for the client.
    if ((asked.name === 'recordView' || asked.name === 'markRead') && who.mode === 'trying') return { ok: true, seq: 0, result: {} };
    const input = asked.input as { document?: unknown };
    const document =
      typeof input === 'object' && input !== null && typeof input.document === 'string' && v.is(uuid, input.document)
        ? input.document
        : null;
    const pdf =
      DECISIONS.has(asked.name) && who.deal !== null && document !== null
        ? await evidenceFor(parts.em(), parts.drawPdf, who.deal, document, parts.now())
        : null;
    const done = await parts.execute({
      name: asked.name,
      id: asked.id,
      input: asked.input,
      acting: who.acting,
      facts: { ...who.facts, pdf },
    });
    learnName(done.result, asked.input);
    return { ok: true, seq: done.seq, result: { ...done.result, ...secretOf(asked.name, done.result) } };
  }

  /** What a command made that only its answer says: it is kept nowhere. */
  function secretOf(name: CommandName, result: Record<string, unknown>): { secret?: string } {
    if (name === 'createApiKey') return { secret: parts.tokens.make('key', String(result['key'])) };
    return name === 'createWebhook' ? { secret: parts.tokens.webhookSecret(String(result['webhook'])) } : {};
  }

  /** A holder of a link who has just given a name has one from now on. */
  function learnName(result: Record<string, unknown>, input: unknown): void {
    if (who.side !== 'client' || who.name !== null) return;
    const { name } = input as { name?: unknown };
    if (typeof name === 'string' && name.trim() !== '') who.name = name.trim();
    if (typeof result['person'] === 'string') who.person = result['person'];
  }

  function here(state: v.InferOutput<typeof presenceState>): void {
    const { kind, id } = parse(state.stream);
    if (kind !== 'deal' || who.mode === 'preview' || !socket.rooms.has(roomOf(kind, id))) return;
    if (state.here) show({ deal: id, document: state.document, at: state.at });
    else if (shown === id) show(null);
  }

  function show(page: { deal: string; document: string | null; at?: string | undefined } | null): void {
    shown = page?.deal ?? null;
    const user = who.side === 'owner' && who.acting.as === 'user' ? { user: who.acting.user } : {};
    const at = page?.at === undefined ? {} : { at: page.at };
    const entry = page && { key: socket.id, side: who.side, name: who.name, person: who.person, document: page.document, ...user, ...at };
    parts.presence.set(socket.id, who.company, entry && page && { company: who.company, deal: page.deal, entry });
  }

  function typing(state: v.InferOutput<typeof typingState>): void {
    const { kind, id } = parse(state.stream);
    if (kind !== 'deal' || who.mode === 'preview' || !socket.rooms.has(roomOf(kind, id))) return;
    socket.to([ROOM.deal(id, 'owner'), ROOM.deal(id, 'client')]).volatile.emit('typing', {
      stream: state.stream as Stream,
      document: state.document,
      key: socket.id,
      side: who.side,
      name: who.name,
      typing: state.typing,
    });
  }

  function reply<T>(answer: (value: T | { ok: false; refusal: RefusalBody }) => void, work: Promise<T>): void {
    work.then(answer).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(isAway(error) ? 'unavailable' : 'internal');
      if (refusal !== error) parts.logger.error({ err: error }, 'socket request failed');
      answer({ ok: false, refusal: refusal.body() });
    });
  }
}
