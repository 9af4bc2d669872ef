import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import WebSocket from 'ws';
import { PROTOCOL, type Present } from '../../shared/protocol.ts';
import type { App } from '../app.ts';
import { dealView } from '../views/deal.ts';
import { until } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { openPage } from './page.ts';

let app: TestApp;
const LINE = { description: 'Work', quantity: '2', unitPrice: '100.00', vat: { category: 'S', rate: '20' } };
const CLIENT = { name: 'Anne Ltd', contacts: [{ name: 'Anne', email: 'anne@example.com' }] };

test.before(async () => {
  app = await startApp();
});
test.after(() => app.close());

async function quote(): Promise<{ id: string; deal: string; token: string }> {
  const { body } = await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: [LINE] });
  return { id: body.id, deal: body.deal, token: String(body.link).split('/d/')[1] ?? '' };
}

const clientPage = async (q: { deal: string; token: string }, url = app.url) =>
  openPage(url, `deal:${q.deal}`, { link: q.token, view: (await dealView(app.em(), q.deal, 'client')) ?? undefined } as never);
const ownerPage = async (q: { deal: string }, url = app.url) =>
  openPage(url, `deal:${q.deal}`, { cookie: app.cookie, view: (await dealView(app.em(), q.deal, 'owner')) ?? undefined } as never);
const decision = (document: string, revision = 1) => ({ document, revision, name: 'Anne Martin', reason: null, language: 'en' });

test('what the client does is on the owner’s screen and in the feed, and the clicking page learns it like everyone else', async () => {
  const q = await quote();
  const [client, owner, feed] = [
    await clientPage(q),
    await ownerPage(q),
    await openPage(app.url, `company:${app.company}`, { cookie: app.cookie }),
  ];
  const sent = performance.now();
  const held = await client.send('holdQuote', { ...decision(q.id), remindOn: null });
  assert.ok(held.ok);
  for (const page of [client, owner]) await page.until('on hold', () => page.view().documents[0]?.status === 'on_hold');
  assert.ok(performance.now() - sent < 5000);
  await feed.until('in the feed', () => feed.events.some((event) => event.type === 'document.held'));
  await client.send('postMessage', { document: q.id, text: 'Hello', notify: false, name: null });
  await owner.until('message', () => owner.view().messages[0]?.text === 'Hello');
  await owner.send('postMessage', { document: q.id, text: 'Hello back', notify: true, name: null });
  await client.until('reply', () => client.view().messages.length === 2);
  assert.ok((await client.send('acceptDocument', decision(q.id))).ok);
  await owner.until('accepted', () => owner.view().documents[0]?.status === 'accepted');
  assert.equal(owner.view(), await dealView(app.em(), q.deal, 'owner'));
  await client.until('current', () => client.cursor() === owner.cursor());
  assert.equal(client.view(), await dealView(app.em(), q.deal, 'client'));
  for (const page of [client, owner, feed]) page.close();
});

test('the same id is done once, however often it is sent; another payload under it is refused', async () => {
  const q = await quote();
  const client = await clientPage(q);
  const id = randomUUID();
  const input = { document: q.id, text: 'once', notify: false, name: null };
  const answers = await Promise.all(Array.from({ length: 5 }, () => client.send('postMessage', input, id)));
  for (const answer of answers) assert.equal(answer, answers[0]);
  const other = await client.send('postMessage', { ...input, text: 'twice' }, id);
  assert.is(other.ok === false && other.refusal.code, 'id_reused');
  assert.is((await dealView(app.em(), q.deal, 'owner'))?.messages.length, 1);
  client.close();
});

test('a decision on an old revision is refused with what changed, and nothing is recorded', async () => {
  const q = await quote();
  const client = await clientPage(q);
  await app.api('POST', `/documents/${q.id}/revisions`, { kind: 'quote', lines: [{ ...LINE, quantity: '3' }] });
  const answer = await client.send('acceptDocument', decision(q.id, 1));
  assert.is(answer.ok, false);
  if (answer.ok) return;
  assert.is(answer.refusal.code, 'revision_changed');
  assert.is(answer.refusal.data['revision'], 2);
  assert.ok(JSON.stringify(answer.refusal.data['changes']).includes('"field":"quantity","before":"2","after":"3"'));
  await client.until('new revision', () => client.view().documents[0]?.revision === 2);
  const [row] = await app.em().execute<{ n: string }[]>('select count(*) as n from decisions where document_id = ?', [q.id]);
  assert.is(Number(row?.n), 0);
  client.close();
});

test('resume after any absence, under dropped connections, gives neither gap nor duplicate', async () => {
  const q = await quote();
  const owner = await ownerPage(q);
  let client = await clientPage(q);
  const seen: number[] = [];
  const total = 60;
  const writer = (async () => {
    for (let i = 0; i < total; i += 1) await owner.send('postMessage', { document: q.id, text: `m${i}`, notify: false, name: null });
  })();
  let dropped = 0;
  while (seen.length < total && dropped < 200) {
    const { events } = client;
    await client.until('something', () => events.some((event) => event.type === 'message.posted')).catch(() => {});
    const view = client.view();
    client.socket.io.engine.close();
    dropped += 1;
    seen.push(...client.events.flatMap((event) => (event.type === 'message.posted' ? [Number(event.data.message.text.slice(1))] : [])));
    client.close();
    if (seen.length < total) client = await openPage(app.url, `deal:${q.deal}`, { link: q.token, view });
  }
  await writer;
  assert.equal(
    seen,
    Array.from({ length: total }, (_, i) => i),
  );
  assert.ok(dropped > 1, 'the connection was dropped on the way');
  owner.close();
});

test('what goes to many pages is encoded once for each room they are in', async () => {
  const q = await quote();
  const clients = await Promise.all([1, 2, 3, 4].map(() => clientPage(q)));
  const owners = await Promise.all([1, 2, 3].map(() => ownerPage(q)));
  const rooms: string[] = [];
  const { stringify } = JSON;
  const counting = (value: unknown, ...rest: never[]) => {
    if (Array.isArray(value) && value[0] === 'batch') rooms.push((value[1] as { stream: string }).stream);
    return stringify(value, ...rest);
  };
  JSON.stringify = counting as typeof stringify;
  try {
    const [first] = clients;
    await first?.send('postMessage', { document: q.id, text: 'To all', notify: false, name: null });
    for (const page of [...clients, ...owners]) await page.until('message', () => page.view().messages[0]?.text === 'To all');
  } finally {
    JSON.stringify = stringify;
  }
  // One for each side, which do not read the same; and none for the feed, which nobody has open.
  assert.equal(rooms, [`deal:${q.deal}`, `deal:${q.deal}`]);
  for (const page of [...clients, ...owners]) page.close();
});

test('a revoked link cuts its open pages within two seconds, in another process too, and nobody else’s', async () => {
  const q = await quote();
  const elsewhere: App = await app.another();
  const { body } = await app.api('POST', `/documents/${q.id}/links`, { label: 'second' });
  const second = { ...q, token: String(body.url).split('/d/')[1] ?? '' };
  const pages = [await clientPage(second), await clientPage(second, elsewhere.url)];
  const stays = await clientPage(q, elsewhere.url);
  const cuts = pages.map((page) => new Promise<string>((resolve) => page.socket.once('cut', ({ reason }) => resolve(reason))));
  const closed = pages.map((page) => new Promise<void>((resolve) => page.socket.once('disconnect', () => resolve())));
  const started = performance.now();
  await app.api('DELETE', `/documents/${q.id}/links/${body.id}`);
  assert.equal(await Promise.all(cuts), ['revoked', 'revoked']);
  await Promise.all(closed);
  assert.ok(performance.now() - started < 2000, `took ${performance.now() - started} ms`);
  assert.ok(stays.socket.connected);
  const again = await clientPage(second).then(
    () => 'opened',
    (error: Error) => error.message,
  );
  assert.is(again, 'not_found');
  stays.close();
});

test('signing out cuts the owner’s sockets', async () => {
  const q = await quote();
  const login = await fetch(`${app.url}/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'owner@example.com', password: 'correct horse' }),
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const page = await openPage(app.url, `deal:${q.deal}`, { cookie });
  const cut = new Promise<string>((resolve) => page.socket.once('cut', ({ reason }) => resolve(reason)));
  const out = await fetch(`${app.url}/console/logout`, { method: 'POST', headers: { cookie } });
  assert.is(out.status, 204);
  assert.is(await cut, 'signed_out');
});

test('events of one process reach the pages of another', async () => {
  const q = await quote();
  const elsewhere = await app.another();
  const client = await clientPage(q, elsewhere.url);
  const owner = await ownerPage(q);
  for (let i = 0; i < 10; i += 1) await owner.send('postMessage', { document: q.id, text: `m${i}`, notify: false, name: null });
  await client.until('all ten', () => client.view().messages.length === 10);
  assert.equal(client.view(), await dealView(app.em(), q.deal, 'client'));
  client.close();
  owner.close();
});

test('presence: the other side sees who is here, and that they left; the owner’s preview is not counted', async () => {
  const q = await quote();
  const owner = await ownerPage(q);
  let present: Present[] = [];
  const look = new Set<() => void>();
  owner.socket.on('presence', (state) => {
    present = state.present;
    for (const one of look) one();
  });
  const until = (holds: () => boolean) => new Promise<void>((resolve) => (holds() ? resolve() : look.add(() => holds() && resolve())));
  const preview = await openPage(app.url, `deal:${q.deal}`, { link: q.token, cookie: app.cookie });
  preview.socket.emit('presence', { stream: `deal:${q.deal}`, document: q.id, here: true });
  const client = await clientPage(q);
  client.socket.emit('presence', { stream: `deal:${q.deal}`, document: q.id, here: true });
  await until(() => present.length > 0);
  assert.equal(
    present.map(({ side, name }) => ({ side, name })),
    [{ side: 'client', name: 'Anne' }],
  );
  const refused = await preview.send('acceptDocument', decision(q.id));
  assert.is(refused.ok === false && refused.refusal.code, 'forbidden');
  client.close();
  await until(() => present.length === 0);
  preview.close();
  owner.close();
});

test('who comes back at once is let in at once', async () => {
  const MANY = 900;
  const most = '/proc/sys/net/core/somaxconn';
  if (!existsSync(most) || Number(readFileSync(most, 'utf8')) < MANY) return;
  const { hostname, port } = new URL(app.url);
  const sockets = Array.from({ length: MANY }, () => connect(Number(port), hostname).on('error', () => {}));
  await new Promise((resolve) => process.nextTick(resolve));
  // The program is busy for a moment, and takes nobody.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  const to = `:${Number(port).toString(16).toUpperCase().padStart(4, '0')}`;
  // 02: its first packet was dropped, and is sent again in a second, or in three, or seven. (Linux, tcp_states.h)
  const unheard = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .filter((line) => line.trim().split(/\s+/)[2]?.endsWith(to) && line.trim().split(/\s+/)[3] === '02');
  for (const socket of sockets) socket.destroy();
  assert.is(unheard.length, 0);
});

test('a page that says it is there and takes nothing is cut off, and nobody else is', async () => {
  const q = await quote();
  const client = await clientPage(q);
  const deaf = new WebSocket(`${app.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  deaf.on('error', () => {});
  const heard: string[] = [];
  deaf.on('message', (data: Buffer) => void heard.push(data.toString()));
  const hears = (start: string) => until(() => Promise.resolve(heard.some((one) => one.startsWith(start))), start);
  await hears('0');
  deaf.send(`40${JSON.stringify({ protocol: PROTOCOL, link: q.token })}`);
  await hears('40');
  deaf.send(`420${JSON.stringify(['join', { protocol: PROTOCOL, stream: `deal:${q.deal}`, cursor: client.cursor(), document: null }])}`);
  await hears('430');
  deaf.pause();
  const sockets = async () => Number(/webdocument_sockets (\d+)/.exec(await app.metrics.text())?.[1]);
  const before = await sockets();
  let sent = 0;
  // Long ones until the buffers of the connection are full.
  for (; sent < 4000 && (await sockets()) === before; sent += 20)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        app.execute({
          name: 'postMessage',
          id: randomUUID(),
          input: {
            document: q.id,
            text: sent < 500 ? '€'.repeat(9000) : 'Hello',
            notify: false,
            name: null,
            files: [],
            proposal: null,
            readUpTo: 0,
          },
          acting: app.owner,
          facts: { ip: null, userAgent: null, pdf: null },
        }),
      ),
    );
  assert.is(await sockets(), before - 1, `${sent} messages were sent to one who takes nothing`);
  await client.until('all', () => client.events.filter((event) => event.type === 'message.posted').length === sent);
  client.close();
  deaf.terminate();
});

test('malformed packets are refused or dropped, and end nothing', async () => {
  const q = await quote();
  const client = await clientPage(q);
  const socket = client.socket as unknown as {
    emit: (...args: unknown[]) => void;
    timeout: (ms: number) => { emitWithAck: (...args: unknown[]) => Promise<{ ok: boolean }> };
  };
  for (const bad of [
    null,
    7,
    'x',
    [],
    { id: 'x' },
    { __proto__: null, name: 'acceptDocument' },
    { id: randomUUID(), name: 'constructor', input: {} },
  ]) {
    for (const event of ['join', 'command']) {
      assert.is((await socket.timeout(5000).emitWithAck(event, bad)).ok, false);
      socket.emit(event, bad);
    }
    for (const event of ['presence', 'typing', 'leave', 'unknown']) socket.emit(event, bad);
  }
  const answer = await client.send('postMessage', { document: q.id, text: 'still here', notify: false, name: null });
  assert.ok(answer.ok);
  client.close();
});

test.run();
