import type { Server as HttpServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Server } from 'socket.io';
import type { FeedPresent } from '../../shared/protocol.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Em } from '../db.ts';
import type { Execute } from '../execute.ts';
import type { Relay, Rooms } from '../relay.ts';
import type { Hints } from '../outside/redis.ts';
import { traced } from '../request-id.ts';
import type { Tokens } from '../secrets.ts';
import type { DrawPdf } from './drawings.ts';
import { createHandshake } from './handshake.ts';
import { createJoining } from './joining.ts';
import { sameOrigin } from './origin.ts';
import { createPresenceRooms } from './presence-rooms.ts';
import { serveSocket } from './socket-events.ts';
import type { LiveServer } from './socket-types.ts';
import { watchUnread } from './unread.ts';

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
  /** `heard`: told of every company whose log has grown elsewhere, as far as Redis says so. */
  serve(relay: Relay, heard: (company: string) => void): void;
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
  io.engine.on('connection', watchUnread);
  const identify = createHandshake(parts);
  const joining = createJoining(parts);
  const failures = new RateLimiterMemory(FAILURES);
  const presence = createPresenceRooms(io, parts.adapter !== null);

  io.use((socket, next) => {
    const ip = addressOf(socket.handshake.headers['x-forwarded-for'], socket.handshake.address);
    const known = () =>
      identify(socket.handshake, ip)
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
    void traced({ requestId: randomUUID() }, known);
  });

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
    serve(relay, heard) {
      io.on('connection', (socket) => serveSocket(socket, { ...parts, relay, presence, joining }));
      io.on('head', (company) => {
        heard(company);
        relay.wake(company);
      });
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
