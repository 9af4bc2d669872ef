import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import * as v from 'valibot';
import { COMMANDS, type CommandName } from '../../shared/commands.ts';
import { PROTOCOL, type CommandAnswer, type JoinAnswer, type Stream } from '../../shared/protocol.ts';
import { Refusal, type RefusalBody } from '../../shared/refusal.ts';
import { isAway, type Em } from '../db.ts';
import type { Execute } from '../execute.ts';
import { ROOM, type Relay } from '../relay.ts';
import { traced } from '../request-id.ts';
import type { Tokens } from '../secrets.ts';
import { validate } from '../validate.ts';
import type { DrawPdf } from './drawings.ts';
import { DECISIONS, evidenceFor } from './evidence.ts';
import { parseStream, type Joining, type StreamKind } from './joining.ts';
import { createPace } from './pace.ts';
import type { PresenceRooms } from './presence-rooms.ts';
import type { LiveSocket } from './socket-types.ts';
import { createLine } from './unread.ts';

interface Parts {
  em: () => Em;
  execute: Execute;
  relay: Relay;
  presence: PresenceRooms;
  joining: Joining;
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

/** The longest a timer can be set for. */
const MAX_TIMER = 2_147_483_647;

/** What one socket may send in ten seconds: an outbox emptied after a long tunnel, not a flood. */
const RATE = { points: 500, seconds: 10 };

/** Serves one authorised socket. A malformed packet is answered with a refusal, or dropped where there is no answer. */
export function serveSocket(socket: LiveSocket, parts: Parts): void {
  const { who } = socket.data;
  const within = createPace(RATE);
  const inLine = createLine(socket);
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
    reply<JoinAnswer>(answer, () => inLine(() => join(request)));
  });
  socket.on('command', (request, answer) => {
    if (typeof answer !== 'function') return;
    reply<CommandAnswer>(answer, () => command(request));
  });
  socket.on('leave', (name) => {
    if (!v.is(stream, name)) return;
    const { kind, id } = parseStream(name);
    void socket.leave(roomOf(kind, id));
    if (kind === 'deal' && shown === id) show(null);
  });
  socket.on('presence', (state) => void (within() && v.is(presenceState, state) && here(state)));
  socket.on('typing', (state) => void (within() && v.is(typingState, state) && typing(state)));
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
    if (!within()) throw new Refusal('rate_limited');
    const asked = validate(joinRequest, request);
    if (asked.protocol !== PROTOCOL) throw new Refusal('protocol_mismatch');
    const { kind, id } = parseStream(asked.stream);
    if (!(await parts.joining.isOwn(who, kind, id))) throw new Refusal('not_found');
    await watching.ready;
    await socket.join(roomOf(kind, id));
    const caught = await parts.joining.catchUp(who, kind, id, asked.cursor).catch(async (error: unknown) => {
      await socket.leave(roomOf(kind, id));
      throw error;
    });
    const present = kind === 'deal' ? parts.presence.ofDeal(id, who.side) : parts.presence.ofCompany(id);
    return { ok: true, ...caught, present };
  }

  async function command(request: unknown): Promise<CommandAnswer> {
    if (!within()) throw new Refusal('rate_limited');
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
    const { kind, id } = parseStream(state.stream);
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
    const { kind, id } = parseStream(state.stream);
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

  function reply<T>(answer: (value: T | { ok: false; refusal: RefusalBody }) => void, work: () => Promise<T>): void {
    const answered = async () => {
      try {
        answer(await work());
      } catch (error) {
        const refusal = error instanceof Refusal ? error : new Refusal(isAway(error) ? 'unavailable' : 'internal');
        if (refusal !== error) parts.logger.error({ err: error }, 'socket request failed');
        answer({ ok: false, refusal: refusal.body() });
      }
    };
    void traced({ requestId: randomUUID() }, answered);
  }
}
