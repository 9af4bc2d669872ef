import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StorageLike } from './browser.ts';
import { createLive, type Live, type LiveState, type Timing } from './connection.ts';
import type { Handlers } from './following.ts';
import { AUTH, DEAL, deadline, DOCUMENT, fakeBrowser, openHouse, pause, refusal, sharedStorage, until, type House } from './testing.ts';
import { say } from './testing-outbox.ts';

deadline(test, 60_000);

const open: { close(): unknown }[] = [];

async function house(): Promise<House> {
  const made = await openHouse();
  open.push({ close: () => made.stop() });
  return made;
}

/** A page on `deal:1`: what it has read, and the states it went through. */
function page(
  server: House,
  more: {
    timing?: Partial<Timing>;
    storage?: StorageLike | null;
    cursor?: number;
    browser?: ReturnType<typeof fakeBrowser>;
    handlers?: Partial<Handlers>;
  } = {},
) {
  const seen: number[] = [];
  const states: LiveState[] = [];
  const live: Live = createLive({
    scope: 'link',
    auth: AUTH,
    url: server.url,
    storage: more.storage ?? null,
    browser: more.browser ?? fakeBrowser(),
    timing: { ack: 800, check: 500, hidden: 50, goodbye: 100, ...more.timing },
  });
  open.push(live);
  live.onState((state) => void states.push(state));
  const following = live.follow(DEAL, {
    cursor: more.cursor ?? 0,
    document: DOCUMENT,
    apply: (events) => void seen.push(...events.map(({ seq }) => seq)),
    present: () => {},
    typing: () => {},
    ...more.handlers,
  });
  return { live, following, seen, states };
}

test.after.each(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test('joins with its cursor, reads the log page by page, then listens', async () => {
  const server = await house();
  server.page = 3;
  server.append(10);
  const { live, seen, states, following } = page(server, { cursor: 2 });
  assert.is(live.state, 'connecting');
  await until(() => live.state === 'live');
  assert.equal([seen, states, server.joins], [upTo(10).slice(2), ['live'], [2, 5, 8]]);
  server.append(2);
  await until(() => following.cursor === 12);
  assert.equal(seen, upTo(12).slice(2));
});

test('a command is answered, and its change comes as a batch', async () => {
  const server = await house();
  const { live, seen } = page(server);
  const { id, done } = live.send('postMessage', say('hello'));
  assert.equal(await done, { ok: true, seq: 1, result: { id } });
  await until(() => live.outbox.items.length === 0);
  assert.equal([seen, server.done.map((command) => command.id)], [[1], [id]]);
});

test('an acknowledged message stays listed until its batch is there', async () => {
  const server = await house();
  const { live, following } = page(server);
  await until(() => live.state === 'live');
  const late: (() => void)[] = [];
  server.deliver = (socket, batch) => void late.push(() => socket.emit('batch', batch));
  await live.send('postMessage', say('hello')).done;
  await pause(50);
  assert.equal([live.outbox.items.length, following.cursor], [1, 0]);
  late[0]!();
  await until(() => following.cursor === 1);
  await pause(0);
  assert.equal(live.outbox.items, []);
});

test('the outbox waits until the page is up to date', async () => {
  const server = await house();
  server.append(5);
  server.page = 1;
  let cursorAtCommand = -1;
  const { live, following } = page(server);
  server.judge = () => {
    cursorAtCommand = following.cursor;
    return null;
  };
  await live.send('postMessage', say('decided offline')).done;
  assert.is(cursorAtCommand, 5);
});

test('what was made while the server was away waits for the page to be up to date, too', async () => {
  const server = await house();
  const { live, following } = page(server);
  await until(() => live.state === 'live');
  await server.stop();
  await until(() => live.state === 'reconnecting');
  server.append(5);
  server.page = 1;
  let cursorAtCommand = -1;
  server.judge = () => {
    cursorAtCommand = following.cursor;
    return null;
  };
  const { done } = live.send('postMessage', say('made meanwhile'));
  await server.start();
  await done;
  assert.equal([cursorAtCommand, server.received.length], [5, 1]);
});

test('presence is said after each connection, and when it changes; typing is passed on', async () => {
  const server = await house();
  const { live, following } = page(server);
  following.setHere(true);
  await until(() => server.presence.length === 1);
  server.sockets[0]!.conn.close();
  await until(() => live.state !== 'live');
  await until(() => server.presence.length === 2);
  following.setHere(false);
  following.setDocument(null);
  following.setTyping(true);
  await until(() => server.presence.length === 4);
  following.setDocument(DOCUMENT);
  following.setTyping(true);
  following.setTyping(true);
  following.setTyping(false);
  await until(() => server.typing.length === 2);
  following.stop();
  await until(() => server.presence.length === 6);
  assert.equal(server.presence, [
    { document: DOCUMENT, here: true },
    { document: DOCUMENT, here: true },
    { document: DOCUMENT, here: false },
    { document: null, here: false },
    { document: DOCUMENT, here: false },
    { document: null, here: false },
  ]);
  assert.equal(server.typing, [true, false]);
});

test('who is here and who types reaches the page of that stream', async () => {
  const server = await house();
  const heard: unknown[] = [];
  const { live } = page(server, {
    handlers: { present: (list) => void heard.push(list.map(({ key }) => key)), typing: ({ key }) => void heard.push(key) },
  });
  await until(() => live.state === 'live');
  const someone = { key: 'k', side: 'owner', name: 'Luc', person: null, document: DOCUMENT } as const;
  server.sockets[0]!.emit('presence', { stream: DEAL, present: [someone] });
  server.sockets[0]!.emit('presence', { stream: 'deal:2', present: [someone, someone] });
  server.sockets[0]!.emit('typing', { stream: DEAL, document: DOCUMENT, key: 'k', side: 'owner', name: 'Luc', typing: true });
  await until(() => heard.length === 3);
  assert.equal(heard, [[], ['k'], 'k']);
});

test('a page seen again learns what other tabs have put into the outbox', async () => {
  const server = await house();
  const shared = sharedStorage();
  const browser = fakeBrowser();
  const { live } = page(server, { browser, storage: shared.tab().storage });
  const { live: other } = page(await house(), { storage: shared.tab().storage });
  browser.show(false);
  const { id } = other.send('postMessage', say('elsewhere'));
  other.close();
  await pause(60);
  assert.equal(live.outbox.items, []);
  browser.show(true);
  assert.equal(
    live.outbox.items.map((item) => item.id),
    [id],
  );
});

test('cut: it says why, stays away, and keeps what was not sent', async () => {
  const server = await house();
  const shared = sharedStorage();
  const { live } = page(server, { storage: shared.tab().storage });
  await until(() => live.state === 'live');
  server.sockets[0]!.emit('cut', { reason: 'revoked' });
  server.sockets[0]!.disconnect(true);
  await until(() => live.state === 'cut');
  live.send('postMessage', say('too late'));
  await pause(700);
  assert.equal([live.cutReason, server.sockets.length, server.received.length], ['revoked', 0, 0]);
  assert.equal([live.outbox.items.length, shared.keys.length], [1, 1]);
});

test('a link that no longer opens when coming back is cut too, at the door or at the join', async () => {
  const atDoor = await house();
  const first = page(atDoor);
  await until(() => first.live.state === 'live');
  atDoor.door = () => refusal('not_found');
  atDoor.sockets[0]!.conn.close();
  await until(() => first.live.state === 'cut');
  assert.is(first.live.cutReason, 'refused');

  const atJoin = await house();
  atJoin.judgeJoin = () => refusal('not_found');
  const refusals: string[] = [];
  const second = page(atJoin, { handlers: { refused: ({ code }) => void refusals.push(code) } });
  second.live.send('postMessage', say('not to be sent'));
  await until(() => second.live.state === 'cut');
  assert.equal([refusals, second.states, atJoin.received.length], [['not_found'], ['cut'], 0]);
});

test('another protocol is outdated, at the door or at the join, and not tried again', async () => {
  const atDoor = await house();
  atDoor.door = () => refusal('protocol_mismatch');
  const first = page(atDoor);
  await until(() => first.live.state === 'outdated');
  const atJoin = await house();
  atJoin.judgeJoin = () => refusal('protocol_mismatch');
  const second = page(atJoin);
  await until(() => second.live.state === 'outdated');
  await pause(500);
  assert.equal([atDoor.sockets.length, atJoin.sockets.length, atJoin.joins.length], [0, 0, 1]);
});

test('a server whose log ends before ours has another log: outdated', async () => {
  const server = await house();
  server.append(3);
  const { live } = page(server, { cursor: 8 });
  await until(() => live.state === 'outdated');
});

test('a view that cannot take an event is outdated, and the fault is not swallowed', async () => {
  const server = await house();
  server.append(1);
  const faults: unknown[] = [];
  process.once('unhandledRejection', (fault) => void faults.push(fault));
  const broken = new Error('broken view');
  const { live, following } = page(server, {
    handlers: {
      apply() {
        throw broken;
      },
    },
  });
  await until(() => live.state === 'outdated' && faults.length === 1);
  assert.equal([faults, following.cursor], [[broken], 0]);
});

test('closing before the page is up to date sends nothing', async () => {
  const server = await house();
  server.judgeJoin = () => 'silence';
  const { live } = page(server);
  live.send('postMessage', say('kept for later'));
  await until(() => server.joins.length === 1);
  live.close();
  await until(() => server.sockets.length === 0);
  assert.equal(server.received, []);
});

test('a page that may be kept in memory lets its connection go, and has it again when it comes back', async () => {
  const server = await house();
  const browser = fakeBrowser();
  const { live, seen } = page(server, { browser, timing: { hidden: 60_000, retry: 60_000 } });
  await until(() => live.state === 'live');
  browser.window.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
  await until(() => server.sockets.length === 0);
  server.append(2);
  browser.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await until(() => live.state === 'live');
  assert.equal(seen, [1, 2]);
});

test('"not now", at the door or at the join, is tried again', async () => {
  const server = await house();
  let doors = 0;
  let joins = 0;
  server.door = () => (doors++ === 0 ? refusal('unavailable') : null);
  server.judgeJoin = () => (joins++ === 0 ? refusal('rate_limited') : null);
  const { live } = page(server);
  await until(() => live.state === 'live');
  assert.equal([doors, joins], [2, 2]);
});

test('offline is what the browser says while there is no connection; back online it connects at once', async () => {
  const server = await house();
  const browser = fakeBrowser();
  const { live, states } = page(server, { browser, timing: { retry: 60_000 } });
  await until(() => live.state === 'live');
  await server.stop();
  await until(() => live.state === 'reconnecting');
  browser.online(false);
  assert.is(live.state, 'offline');
  await server.start();
  browser.online(true);
  await until(() => live.state === 'live');
  assert.equal(states, ['live', 'reconnecting', 'offline', 'reconnecting', 'live']);
});

test('goodbye, and a disconnection by the server: it comes back', async () => {
  const server = await house();
  const { live } = page(server);
  await until(() => live.state === 'live');
  const [first] = server.sockets;
  first!.emit('goodbye');
  await until(() => server.sockets.length === 1 && server.sockets[0] !== first && live.state === 'live');
  const [second] = server.sockets;
  second!.disconnect(true);
  await until(() => server.sockets.length === 1 && server.sockets[0] !== second && live.state === 'live');
});

test('where WebSockets are not let through, polling does', async () => {
  const server = await house();
  server.refuseWebSockets();
  const { live, seen } = page(server);
  server.append(1);
  await until(() => live.state === 'live');
  assert.equal([server.sockets[0]!.conn.transport.name, server.upgrades, seen], ['polling', 1, [1]]);
});

test('stopping to follow ends the batches, not the connection', async () => {
  const server = await house();
  const { live, following, seen } = page(server);
  await until(() => live.state === 'live');
  following.stop();
  server.append(1);
  await live.send('postMessage', say('still there')).done;
  assert.equal([seen, live.state], [[], 'live']);
});

test('a connection that is lost before it is greeted is made anew, with more patience each time', async () => {
  const server = await house();
  const asked: number[] = [];
  server.door = () => (asked.push(Date.now()) < 4 ? 'silence' : null);
  const { live, states } = page(server, { timing: { ack: 150 } });
  await until(() => live.state === 'live');
  assert.equal(states, ['live']);
  const waited = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
  for (const [i, ms] of waited.entries()) assert.ok(ms >= 150 * (i + 1) - 5, `${ms} ms before try ${i + 2}`);
  await pause(800);
  assert.is(asked.length, 4, 'nothing is made anew once it is there');
});

test.run();
