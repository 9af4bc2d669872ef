import { once } from 'node:events';
import { Agent, createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createTcp, type AddressInfo, type Socket } from 'node:net';

/** What stands in front of several processes: each request and each WebSocket goes to another one, in turn. */
export interface Balancer {
  url: string;
  /** How many requests and WebSockets each of them has been given, by its port. */
  taken: Map<number, number>;
  close(): Promise<void>;
}

/**
 * Connections are kept for further requests, as balancers keep them: a process that stops must bear that.
 * @param options.sticky whoever comes from one address stays with one process, as long as that is there
 */
export async function openBalancer(ports: readonly number[], options: { sticky?: boolean } = {}): Promise<Balancer> {
  const taken = new Map(ports.map((port) => [port, 0]));
  const agent = new Agent({ keepAlive: true });
  const sockets = new Set<Socket>();
  let turn = 0;

  /** Tries one after the other until one takes a connection. */
  async function reach<T>(work: (port: number) => Promise<T>): Promise<T> {
    let last: unknown = null;
    for (let tries = 0; tries < ports.length; tries += 1) {
      // All of a test come from one address.
      const port = ports[(options.sticky ? tries : turn++) % ports.length]!;
      try {
        const done = await work(port);
        taken.set(port, taken.get(port)! + 1);
        return done;
      } catch (error) {
        // Whoever refused the connection has done nothing; of anyone else that is not known.
        if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
        last = error;
      }
    }
    throw last;
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray());
    const answer = await reach(
      (port) =>
        new Promise<IncomingMessage>((resolve, reject) => {
          const headers = forwarded(request.headers, request.socket);
          const sent = ask({ host: '127.0.0.1', port, method: request.method, path: request.url, headers, agent }, resolve);
          sent.on('error', reject).end(body);
        }),
    );
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    const open = async (port: number) => {
      const upstream = connect(port, '127.0.0.1');
      await once(upstream, 'connect');
      return upstream;
    };
    reach(open).then(
      (upstream) => {
        const headers = Object.entries(forwarded(request.headers, socket)).map(([name, value]) => `${name}: ${String(value)}`);
        upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
        upstream.write(head);
        join(socket, upstream);
      },
      () => socket.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    async close() {
      agent.destroy();
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function forwarded(headers: IncomingHttpHeaders, { remoteAddress }: Socket): IncomingHttpHeaders {
  return { ...headers, 'x-forwarded-for': remoteAddress ?? '' };
}

/** A wire to a server that can be cut: what goes through it is ended, and nothing new is taken. */
export interface Wire {
  port: number;
  cut(): Promise<void>;
  mend(): Promise<void>;
}

export async function openWire(to: URL): Promise<Wire> {
  const sockets = new Set<Socket>();
  const listener = createTcp((socket) => {
    const server = connect(Number(to.port), to.hostname);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    join(socket, server);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    port,
    async cut() {
      if (!listener.listening) return;
      listener.close();
      for (const socket of sockets) socket.destroy();
      await once(listener, 'close');
    },
    async mend() {
      listener.listen(port, '127.0.0.1');
      await once(listener, 'listening');
    },
  };
}

function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const)
    here.on('error', () => there.destroy()).on('close', () => there.destroy());
}
