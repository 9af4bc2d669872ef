import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { steadyPort } from './processes.ts';

/** A wire that can be cut: what is between two programs, as bad networks and balancers are. */
export interface Proxy {
  port: number;
  /** How many connections go through it now. */
  readonly open: number;
  /** Ends every connection at once, on both sides, without a goodbye. New ones are taken. */
  cut(): void;
  /** From now on nothing gets through, in no direction; new connections are taken and lead nowhere. */
  stall(): void;
  /** From now on servers are heard no more, and hear. */
  mute(): void;
  /** What was held back goes on. */
  resume(): void;
  /** One side of every connection is told it is over; the other hears nothing, and what it says goes nowhere. */
  halfOpen(told: 'client' | 'server'): void;
  /** New connections lead elsewhere. */
  lead(port: number): void;
  close(): Promise<void>;
}

interface Wire {
  client: Socket;
  server: Socket;
}

/** Listens on the loopback and leads to a port there. */
export async function openProxy(target: number): Promise<Proxy> {
  const wires = new Set<Wire>();
  /** Sides of half-open connections that have not noticed. */
  const left = new Set<Socket>();
  let to = target;
  let stalled = false;

  const listener = createServer({ pauseOnConnect: true, noDelay: true }, (client) => {
    const server = connect({ port: to, host: '127.0.0.1', noDelay: true });
    const wire = { client, server };
    wires.add(wire);
    const drop = () => {
      wires.delete(wire);
      client.destroy();
      server.destroy();
    };
    for (const side of [client, server]) side.on('error', drop).on('close', drop);
    server.once('connect', () => {
      client.pipe(server);
      server.pipe(client);
      if (stalled) hold(wire);
    });
  });
  const port = await steadyPort();
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');

  function hold({ client, server }: Wire): void {
    for (const side of [client, server]) {
      side.unpipe();
      side.pause();
    }
  }

  return {
    port,
    get open() {
      return wires.size;
    },
    cut() {
      for (const { client, server } of [...wires]) {
        client.resetAndDestroy();
        server.resetAndDestroy();
      }
    },
    stall() {
      stalled = true;
      for (const wire of wires) hold(wire);
    },
    mute() {
      for (const { server } of wires) server.unpipe().pause();
    },
    resume() {
      stalled = false;
      for (const wire of wires) {
        hold(wire);
        wire.client.pipe(wire.server);
        wire.server.pipe(wire.client);
      }
    },
    halfOpen(told) {
      for (const wire of [...wires]) {
        const [gone, stays] = told === 'client' ? [wire.client, wire.server] : [wire.server, wire.client];
        wires.delete(wire);
        for (const side of [gone, stays])
          side
            .unpipe()
            .removeAllListeners('close')
            .removeAllListeners('error')
            .on('error', () => {});
        gone.resetAndDestroy();
        left.add(stays);
        stays.on('close', () => left.delete(stays)).resume();
      }
    },
    lead(port) {
      to = port;
    },
    async close() {
      for (const { client, server } of [...wires]) {
        client.destroy();
        server.destroy();
      }
      for (const side of left) side.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}
