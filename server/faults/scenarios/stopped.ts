import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import pg from 'pg';
import { io, type Socket } from 'socket.io-client';
import { PROTOCOL, type ClientToServer, type ServerToClient } from '../../../shared/protocol.ts';
import type { Made } from '../../test/doors.ts';
import { until } from '../processes.ts';
import type { Scenario } from '../scenario.ts';
import type { Server } from '../servers.ts';
import type { World } from '../world.ts';
import { post, progress, talk } from '../writers.ts';

/** A server that stops takes nobody new within this long; so long a command is held up that is under way. */
const SHUT_MS = 2000;
/** How long the answer to it is waited for. */
const ANSWER_MS = 8000;

/** SIGTERM: nothing new is taken, what runs is finished and answered, pages are told to come back and find the other server. */
export const stopped: Scenario = {
  name: 'stopped',
  alone: 'sound',
  planted: { plants: ['end at once'], finds: /^server A stopped without telling/ },
  async run({ ground, open, random, long, broken }) {
    const world = await open({ servers: 2, redis: true, proxied: true });
    const [held, alsoHeld] = [await world.issue('quote'), await world.issue('quote')];
    const deals = [await world.issue('quote'), await world.issue('quote')];
    const screens = await Promise.all(
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => world.open(i % 2 === 0 ? 'owner' : 'client', deals, { nth: i >> 1, on: 0 })),
    );
    const times = long ? 10 : 1;
    for (let i = 0; i < times; i += 1) {
      const busy = screens.map((screen) => talk(screen, random.between(40, 120)));
      await progress(world, 20);
      const leaving = world.server(i % 2);
      const staying = world.server((i + 1) % 2);
      const release = await holdDeals(ground.cluster.url(world.database), [held, alsoHeld]);
      // A command under way by each door: this server must answer it, whoever else could.
      const waiting = [underWay(world, held, leaving), underWayByProgram(world, alsoHeld, i % 2)];
      await until('both wait for the database', 10_000, async () => (await world.query(WAITING)).length === 2);
      const connected = screens.filter((screen) => screen.socket.connected);
      for (const screen of connected) screen.told = null;
      // As a balancer does: whoever comes from now on is led to the other one.
      world.proxies[0]?.lead(staying.port);
      const ending = leaving.stop();
      let taken = '';
      await until('it is shut', SHUT_MS, async () => (taken = await accepts(leaving.port)) === 'is not taken').catch(() => null);
      world.history.add({ what: 'observed', thing: 'a new connection to a server that stops', is: taken, wanted: 'is not taken' });
      await release();
      await Promise.all(waiting);
      const { code, ms } = await ending;
      const untold = connected.filter((screen) => screen.told === null).map((screen) => screen.who);
      world.history.add({ what: 'stopped', server: leaving.name, code, ms, untold });
      if (!broken) await progress(world, 10);
      for (const one of busy) one.stop();
      await Promise.all(busy.map((one) => one.done));
      if (i + 1 < times) await leaving.start();
    }
    await world.settle({ on: times % 2 });
    return `${times} times`;
  },
};

/** Commands that wait for a lock of ours. */
const WAITING = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;

/** A command over a socket that does not look for another server. */
async function underWay(world: World, { id: document }: Made, server: Server): Promise<void> {
  const who = `plain page on ${server.name}`;
  const id = randomUUID();
  const input = { document, text: 'Under way', notify: false, files: [], proposal: null, readUpTo: 0, name: null };
  const socket: Socket<ServerToClient, ClientToServer> = io(server.url, {
    auth: { protocol: PROTOCOL },
    extraHeaders: { cookie: world.cookie },
    transports: ['websocket'],
    reconnection: false,
  });
  world.history.add({ what: 'sent', who, id, name: 'postMessage', input });
  const answer = await socket
    .timeout(ANSWER_MS)
    .emitWithAck('command', { id, name: 'postMessage', input })
    .catch(() => null);
  if (answer?.ok) world.history.add({ what: 'acknowledged', who, id, seq: answer.seq, result: answer.result });
  world.history.add({
    what: 'observed',
    thing: 'a page’s command under way',
    is: answer?.ok ? 'is answered' : 'is not',
    wanted: 'is answered',
  });
  socket.close();
}

/** The same over the API. */
async function underWayByProgram(world: World, { id: document }: Made, on: number): Promise<void> {
  const status = await post(world, document, on, 'Under way').catch(() => 0);
  world.history.add({ what: 'observed', thing: 'a program’s command under way', is: String(status), wanted: '201' });
}

/** Keeps deals locked, as a slow command would; resolves to what lets them go. */
async function holdDeals(url: string, deals: readonly Made[]): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('begin');
  await client.query('select 1 from deals where id = any($1) for update', [deals.map(({ deal }) => deal)]);
  return () => client.end();
}

/** Whether a server takes a new connection and serves it. */
function accepts(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (how: string) => {
      socket.destroy();
      resolve(how);
    };
    socket.setTimeout(2000, () => end('hangs'));
    socket.once('connect', () => socket.write('GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n'));
    socket.once('data', (data) => end(/^HTTP\/1\.1 503/.test(data.toString()) ? 'is not taken' : 'is served'));
    socket.once('error', () => end('is not taken'));
    socket.once('close', () => end('is not taken'));
  });
}
