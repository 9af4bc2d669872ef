import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of an HTTP server, so that its stop waits for what is under way and for nothing else. */
export interface Connections {
  /** Takes nobody new, and lets go of each connection as soon as nothing is under way on it. Resolves when the last has ended. */
  drain(): Promise<void>;
  /** Ends those that are left. */
  cut(): void;
}

/**
 * Counts what is under way on each connection. Node closes those that are idle by itself, but counts one that has never been used as busy, and
 * lets a balancer send the next request into the stop over one that was.
 */
export function watchConnections(http: Server): Connections {
  const busy = new Map<Socket, number>();
  let draining = false;
  const add = (socket: Socket, by: number) => {
    const left = (busy.get(socket) ?? 0) + by;
    if (busy.has(socket)) busy.set(socket, left);
    if (draining && left === 0) socket.destroySoon();
  };
  http.on('connection', (socket) => {
    busy.set(socket, 0);
    socket.once('close', () => busy.delete(socket));
  });
  http.on('request', ({ socket }, response) => {
    add(socket, 1);
    if (draining) response.shouldKeepAlive = false;
    response.once('close', () => add(socket, -1));
  });
  // A WebSocket is under way until it ends.
  http.on('upgrade', ({ socket }) => add(socket, 1));

  return {
    drain() {
      draining = true;
      const ended = new Promise<void>((resolve) => http.close(() => resolve()));
      for (const [socket, count] of busy) if (count === 0) socket.destroy();
      return ended;
    },
    cut() {
      for (const socket of busy.keys()) socket.destroy();
    },
  };
}
