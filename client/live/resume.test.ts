import { createServer, connect as dial, type AddressInfo, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CommandInputs } from '../../shared/commands.ts';
import type { Batch } from '../../shared/protocol.ts';
import type { StorageLike } from './browser.ts';
import { createLive, type Live, type Timing } from './connection.ts';
import { AUTH, DEAL, deadline, DOCUMENT, fakeBrowser, openHouse, pause, refusal, sharedStorage, until, type House } from './testing.ts';
import { say } from './testing-outbox.ts';

/** The faults of a real network and a real server, and what must hold through them: each event once, in order; each command once. */

deadline(test, 60_000);

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const open: { close(): unknown }[] = [];

async function house(): Promise<House> {
  const made = await openHouse();
  open.push({ close: () => made.stop() });
  return made;
}

function page(url: string, storage: StorageLike | null = null, more: Partial<Timing> = {}) {
  const seen: number[] = [];
  const browser = fakeBrowser();
  const timing = { ack: 800, check: 500, hidden: 50, goodbye: 100, ...more };
  const live: Live = createLive({ scope: 'link', auth: AUTH, url, storage, browser, timing });
  open.push(live);
  const following = live.follow(DEAL, {
    cursor: 0,
    document: DOCUMENT,
    apply: (events) => void seen.push(...events.map(({ seq }) => seq)),
    present: () => {},
    typing: () => {},
  });
  return { live, following, seen, browser };
}

test.after.each(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

test('connections cut again and again while the log grows', async () => {
  const server = await house();
  const { live, seen, following } = page(server.url);
  await until(() => live.state === 'live');
  for (let i = 0; i < 5; i++) {
    server.append(1);
    server.sockets[0]?.conn.close();
    server.append(2);
    await until(() => live.state !== 'live');
    server.append(1);
    await until(() => live.state === 'live');
    server.append(1);
  }
  await until(() => following.cursor === server.log.length);
  assert.equal(seen, upTo(25));
});

test('batches dropped, repeated and shuffled on the way', async () => {
  const server = await house();
  const { live, seen, following } = page(server.url);
  await until(() => live.state === 'live');
  const late: (() => void)[] = [];
  server.deliver = (socket, batch: Batch) => {
    const send = (): void => void socket.emit('batch', batch);
    const fate = batch.to % 7;
    if (fate === 1) return;
    if (fate === 2 || fate === 5) return void late.unshift(send, send);
    send();
    if (fate === 3) send();
    if (fate === 6) late.splice(0).forEach((one) => one());
  };
  for (let i = 0; i < 60; i++) {
    server.append(1 + (i % 3));
    if (i % 10 === 9) await pause(5);
  }
  server.deliver = (socket, batch) => void socket.emit('batch', batch);
  late.forEach((send) => send());
  server.append(1);
  await until(() => following.cursor === server.log.length);
  assert.equal(seen, upTo(server.log.length));
  assert.ok(server.joins.length > 1, 'a gap was asked for');
});

test('a single lost batch costs a single join, however many batches show the gap', async () => {
  const server = await house();
  const { live, seen, following } = page(server.url);
  await until(() => live.state === 'live');
  const deliver = server.deliver;
  server.deliver = () => {};
  server.append(1);
  server.deliver = deliver;
  for (let i = 0; i < 20; i++) server.append(1);
  await until(() => following.cursor === 21);
  assert.equal([seen, server.joins.length], [upTo(21), 2]);
});

test('the server restarts on its port while commands are pending: each is done once, in the order they were made', async () => {
  const server = await house();
  const { live } = page(server.url);
  await until(() => live.state === 'live');
  // Each life of the server but the last does a few and leaves the next one without an answer.
  let enough = 4;
  server.judge = () => (server.done.length < enough ? null : 'silence');
  const sents = Array.from({ length: 30 }, (_, i) => live.send('postMessage', say(`message ${i}`)));
  for (const next of [10, Infinity]) {
    await until(() => server.done.length === enough && server.received.length > enough);
    await server.stop();
    await pause(100);
    enough = next;
    await server.start();
  }
  const answers = await Promise.all(sents.map(({ done }) => done));
  assert.ok(answers.every(({ ok }) => ok));
  assert.equal(
    server.done.map(({ id }) => id),
    sents.map(({ id }) => id),
  );
});

test('done, but the acknowledgement was lost with the connection: the same id gets the same answer', async () => {
  const server = await house();
  const { live, seen, following } = page(server.url);
  await until(() => live.state === 'live');
  server.deliver = (socket) => void socket.conn.close();
  const { id, done } = live.send('postMessage', say('once'));
  assert.equal(await done, { ok: true, seq: 1, result: { id } });
  await until(() => following.cursor === 1);
  assert.equal([server.done.length, server.received.map((request) => request.id), seen], [1, [id, id], [1]]);
});

test('a command that is swallowed is sent again', async () => {
  const server = await house();
  const { live } = page(server.url);
  let swallowed = 0;
  server.judge = () => (swallowed++ === 0 ? 'silence' : null);
  const { done } = live.send('postMessage', say('swallowed'));
  assert.ok((await done).ok);
  assert.equal([server.received.length, server.done.length], [2, 1]);
});

test('made while the server was away, the tab closed and opened again: sent once, message before decision', async () => {
  const server = await house();
  const shared = sharedStorage();
  await server.stop();
  const before = page(server.url, shared.tab().storage);
  const message = before.live.send('postMessage', say('written in the tunnel'));
  const decision = before.live.send('acceptDocument', {
    document: DOCUMENT,
    revision: 1,
    name: 'Anne Martin',
    orderNumber: null,
    reserves: [],
    chosen: null,
    reason: null,
    language: 'fr',
    email: null,
  });
  before.live.close();
  await server.start();
  const after = page(server.url, shared.tab().storage);
  assert.equal(
    after.live.outbox.items.map(({ id, name }) => [id, name]),
    [
      [message.id, 'postMessage'],
      [decision.id, 'acceptDocument'],
    ],
  );
  await until(() => after.live.outbox.items.length === 0);
  assert.equal([server.done.map(({ id }) => id), shared.keys], [[message.id, decision.id], []]);
});

test('what has become impossible meanwhile comes back as a refusal with its text, and outlives a reload', async () => {
  const server = await house();
  const shared = sharedStorage();
  const body = refusal('revision_changed', { revision: 2 });
  server.judge = (request) => (request.name === 'refuseDocument' ? body : null);
  const { live } = page(server.url, shared.tab().storage);
  const input: CommandInputs['refuseDocument'] = {
    document: DOCUMENT,
    revision: 1,
    name: 'Anne Martin',
    reason: 'A long reason',
    language: 'fr',
    email: null,
  };
  const { id, done } = live.send('refuseDocument', input);
  assert.equal(await done, { ok: false, refusal: body });
  live.close();
  const again = page(server.url, shared.tab().storage);
  const [item] = again.live.outbox.items;
  assert.equal([item?.id, item?.state, item?.refusal, item?.input], [id, 'refused', body, input]);
  server.judge = () => null;
  const retried = again.live.outbox.retry(id, { ...input, revision: 2 });
  assert.ok((await retried!.done).ok);
  assert.equal(
    server.done.map((request) => request.input),
    [{ ...input, revision: 2 }],
  );
});

test('two tabs with the same unsent item: done once, gone in both', async () => {
  const server = await house();
  const shared = sharedStorage();
  const tab = shared.tab();
  await server.stop();
  const first = page(server.url, tab.storage);
  const { id, done } = first.live.send('postMessage', say('in two tabs'));
  const second = page(server.url, shared.tab().storage);
  await server.start();
  assert.ok((await done).ok);
  await until(() => first.live.outbox.items.length === 0 && second.live.outbox.items.length === 0);
  assert.equal([server.done.map((request) => request.id), shared.keys], [[id], []]);
});

/** Passes bytes on, except those of requests like `swallowed`, until it is told to swallow those of all the connections it has. */
async function tunnel(target: string, swallowed?: RegExp): Promise<{ url: string; freeze(): void; close(): void }> {
  const sockets = new Set<Socket>();
  let frozen = new Set<Socket>();
  const server = createServer((near) => {
    const far = dial(Number(new URL(target).port), '127.0.0.1');
    near.on('data', (bytes) => void (swallowed?.test(bytes.toString('latin1')) && frozen.add(near)));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => void (frozen.has(from) || to.write(bytes)));
      from.on('error', () => {});
      from.on('close', () => void (frozen.has(from) || to.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    freeze: () => void (frozen = new Set(sockets)),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  open.push(made);
  return made;
}

test('a connection that is dead and looks alive is found out when the page is seen again', async () => {
  const server = await house();
  const { url, freeze } = await tunnel(server.url);
  const { live, seen, browser, following } = page(url);
  await until(() => live.state === 'live');
  browser.show(false);
  freeze();
  server.append(3);
  await pause(100);
  assert.equal([live.state, seen], ['live', []]);
  const from = Date.now();
  browser.show(true);
  await until(() => following.cursor === 3);
  assert.equal(seen, [1, 2, 3]);
  assert.ok(Date.now() - from < 3_000, `took ${Date.now() - from} ms`);
});

test('a live page seen again is checked with one join and nothing else happens; seen after a moment, not even that', async () => {
  const server = await house();
  const { live, browser } = page(server.url);
  await until(() => live.state === 'live');
  browser.show(false);
  browser.show(true);
  await pause(60);
  assert.equal(server.joins.length, 1);
  browser.show(false);
  await pause(60);
  browser.show(true);
  browser.window.dispatchEvent(new Event('pageshow'));
  await until(() => server.joins.length === 2);
  await pause(60);
  assert.equal([live.state, server.joins.length, server.sockets.length], ['live', 2, 1]);
});

test('a command sent into a dead connection finds it out by itself', async () => {
  const server = await house();
  const { url, freeze } = await tunnel(server.url);
  const { live } = page(url);
  await until(() => live.state === 'live');
  freeze();
  const from = Date.now();
  const { done } = live.send('postMessage', say('into the void'));
  assert.ok((await done).ok);
  assert.equal(server.done.length, 1);
  assert.ok(Date.now() - from < 10_000, `took ${Date.now() - from} ms: the ping found it out`);
});

test('a join without an answer is asked again, and then over another connection', async () => {
  const server = await house();
  let silent = 2;
  server.judgeJoin = () => (silent-- > 0 ? 'silence' : null);
  server.append(2);
  const { live, seen } = page(server.url);
  await until(() => live.state === 'live');
  assert.equal([seen, server.joins.length, server.connections], [[1, 2], 3, 2]);
});

test('a proxy that swallows WebSockets without a word: polling is tried before long', async () => {
  const server = await house();
  const { url } = await tunnel(server.url, /^Upgrade: websocket/im);
  server.append(1);
  const { live, seen } = page(url, null, { connect: 500 });
  await until(() => live.state === 'live');
  assert.equal([seen, server.upgrades, server.sockets[0]!.conn.transport.name], [[1], 0, 'polling']);
});

test.run();
