import type { Server as HttpServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Server } from 'socket.io';
import { PROTOCOL, type FeedPresent } from '../../shared/protocol.ts';
import { Refusal } from '../../shared/refusal.ts';
import { readSession, touchSession } from '../accounts.ts';
import type { Em } from '../db.ts';
import type { Execute } from '../execute.ts';
import type { Relay, Rooms } from '../relay.ts';
import type { Hints } from '../outside/redis.ts';
import type { Tokens } from '../secrets.ts';
import { browserId, BROWSER_COOKIE, readCookie, SESSION_COOKIE } from './cookies.ts';
import type { DrawPdf } from './drawings.ts';
import { openLink, personOf } from './identify.ts';
import { sameOrigin } from './origin.ts';
import { createPresenceRooms } from './presence-rooms.ts';
import { serveSocket } from './socket-events.ts';
import type { LiveServer, LiveSocket, Who } from './socket-types.ts';

export interface SocketParts {
  http: HttpServer;
  em: () => Em;
  execute: Execute;
  tokens: Tokens;
  drawPdf: DrawPdf;
  logger: Logger;
  now: () => Date;
  publicUrl: () => string;
  trustProxy: boolean;
  /** Socket.IO's adapter between processes; null for one process alone. */
  adapter: Hints['adapter'] | null;
}

/** Wrong links and ended sessions at the handshake, for each address. */
const FAILURES = { points: 60, duration: 60 };
const MAX_PACKET = 100_000;

/** Socket.IO on the HTTP server, and the rooms the relay pushes to. */
export function createSockets(parts: SocketParts): {
  io: LiveServer;
  rooms: Rooms;
  present: (company: string) => FeedPresent[];
  serve(relay: Relay): void;
  hint(company: string): void;
  goodbye(): void;
} {
  const io: LiveServer = new Server(parts.http, {
    maxHttpBufferSize: MAX_PACKET,
    serveClient: false,
    pingInterval: 15_000,
    pingTimeout: 10_000,
    perMessageDeflate: false,
    ...(parts.adapter ? { adapter: parts.adapter } : {}),
    allowRequest: (request, decide) => decide(null, sameOrigin(request.headers, parts.publicUrl())),
  });
  const failures = new RateLimiterMemory(FAILURES);
  const presence = createPresenceRooms(io, parts.adapter !== null);

  io.use((socket, next) => {
    const ip = addressOf(socket.handshake.headers['x-forwarded-for'], socket.handshake.address);
    identify(socket, ip)
      .then((who) => {
        socket.data.who = who;
        next();
      })
      .catch(async (error: unknown) => {
        const code = error instanceof Refusal ? error.code : 'unavailable';
        if (!(error instanceof Refusal)) parts.logger.error({ err: error }, 'handshake failed');
        // Only failures count: an office that comes back after a restart is no guesser.
        const within =
          code !== 'not_found' && code !== 'unauthorized'
            ? true
            : await failures.consume(ip).then(
                () => true,
                () => false,
              );
        next(new Error(within ? code : 'rate_limited'));
      });
  });

  async function identify(socket: LiveSocket, ip: string): Promise<Who> {
    const { auth, headers } = socket.handshake;
    if (auth['protocol'] !== PROTOCOL) throw new Refusal('protocol_mismatch');
    const facts = { ip, userAgent: headers['user-agent']?.slice(0, 500) ?? null };
    const em = parts.em();
    const signedIn = await readSession(em, readCookie(headers.cookie, SESSION_COOKIE));
    if (typeof auth['link'] === 'string') {
      const open = await openLink(em, parts.tokens, auth['link']);
      if (open === null) throw new Refusal('not_found');
      const browser = browserId(readCookie(headers.cookie, BROWSER_COOKIE)) ?? randomBytes(16).toString('base64url');
      const person = await personOf(em, open, browser);
      return {
        side: 'client',
        company: open.company.id,
        deal: open.deal,
        acting: {
          as: 'link',
          company: open.company.id,
          deal: open.deal,
          link: open.link.id,
          contact: open.link.contact,
          browser,
          ...(signedIn?.company.id === open.company.id ? { triedBy: signedIn.user.id } : {}),
        },
        mode: signedIn?.company.id !== open.company.id ? 'person' : auth['asClient'] === true ? 'trying' : 'preview',
        expiresAt: null,
        person: person?.id ?? null,
        name: person?.name || open.contact?.name || null,
        facts,
      };
    }
    if (signedIn === null) throw new Refusal('unauthorized');
    await touchSession(em, signedIn.session);
    const { user, session } = signedIn;
    return {
      side: 'owner',
      company: user.company,
      deal: null,
      acting: { as: 'user', company: user.company, user: user.id, name: user.name, session: session.id, key: null },
      mode: 'person',
      expiresAt: session.expiresAt.getTime(),
      person: null,
      name: user.name,
      facts,
    };
  }

  function addressOf(forwarded: string | string[] | undefined, address: string): string {
    const last = parts.trustProxy && typeof forwarded === 'string' ? forwarded.split(',').at(-1)?.trim() : undefined;
    return last ?? address;
  }

  const rooms: Rooms = {
    has: (room) => (io.sockets.adapter.rooms.get(room)?.size ?? 0) > 0,
    batch: (room, batch) => io.local.to(room).emit('batch', batch),
    cut(room, reason) {
      io.local.in(room).emit('cut', { reason });
      io.local.in(room).disconnectSockets(true);
    },
  };

  return {
    io,
    rooms,
    present: (company) => presence.ofCompany(company),
    serve(relay) {
      io.on('connection', (socket) => serveSocket(socket, { ...parts, relay, presence }));
      io.on('head', (company) => relay.wake(company));
    },
    hint: (company) => {
      if (parts.adapter) io.serverSideEmit('head', company);
    },
    goodbye() {
      presence.stop();
      io.local.emit('goodbye');
    },
  };
}
