import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeliverySchema, WebhookSchema, type Delivery } from '../entities/index.ts';
import { KEEP } from '../env.ts';
import { leaveJobs, QUEUES } from '../jobs/queues.ts';
import { tidy } from '../jobs/tidy.ts';
import { deliverWebhooks, WAITS } from '../jobs/webhooks.ts';
import { openJobs } from '../outside/jobs.ts';
import { openFolder } from '../outside/storage.ts';
import { openEndpoints, type Answered } from '../outside/webhook.ts';
import { signWebhook } from '../secrets.ts';
import { webhookPage } from '../views/webhooks.ts';
import { issued, LINE, until } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { expectedSignature, openReceiver, type Received, type Receiver } from './receiver.ts';
import { setScene } from './strangers.ts';

let app: TestApp;
let receiver: Receiver;
const facts = { ip: null, userAgent: null, pdf: null };
const HOUR = 3_600_000;
const SILENT = pino({ level: 'silent' });

test.before(async () => {
  app = await startApp();
});
test.before.each(async () => {
  receiver = await openReceiver();
});
test.after.each(async () => {
  receiver.close();
  const open = await app.em().find(WebhookSchema, { removedAt: null });
  for (const { id, company } of open) if (company === app.company) await run('removeWebhook', { webhook: id });
});
test.after(() => app.close());

function run(name: 'createWebhook' | 'changeWebhook' | 'removeWebhook' | 'replayWebhook', input: Record<string, unknown>) {
  return app.execute({ name, id: randomUUID(), input, acting: app.owner, facts });
}

/** Why a delivery is not sent again. */
const refusal = (input: { delivery: string | undefined }): Promise<string> =>
  run('replayWebhook', input).then(
    () => 'none',
    (error: unknown) => (error as { code: string }).code,
  );

async function endpoint(types: string[] | null = null, url = `${receiver.url}/hook`): Promise<{ id: string; secret: string }> {
  const { result } = await run('createWebhook', { url, label: 'Books', types });
  const id = String(result['webhook']);
  return { id, secret: app.tokens.webhookSecret(id) };
}

const deliveries = (webhook: string): Promise<Delivery[]> => app.em().find(DeliverySchema, { webhook }, { orderBy: { seq: 'asc' } });

/** All that was written for an endpoint has come to an end. */
async function settled(webhook: string, count: number): Promise<Delivery[]> {
  return until(
    async () => {
      const all = await deliveries(webhook);
      return all.length >= count && all.every((one) => one.state !== 'waiting') ? all : null;
    },
    `${count} deliveries have ended`,
    20_000,
  );
}

const bodyOf = (call: Received) => JSON.parse(call.body) as { seq: number; type: string; data: Record<string, unknown> };

/** The handler of the job by itself, at a time of the test's own and with answers of the test's own. */
function handler(now: () => Date, post: () => Promise<Answered>) {
  const parts = { em: app.em, execute: app.execute, jobs: NO_JOBS, tokens: app.tokens, logger: SILENT, now };
  return deliverWebhooks({ ...parts, endpoints: { post } });
}
const NO_JOBS = { add: async () => {}, begin: () => {} };

test('a signature is the one the libraries of Standard Webhooks test themselves with', () => {
  const known = signWebhook(
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    '{"test": 2432232314}',
  );
  assert.is(known, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('an event is told signed, with an id and a timestamp, exactly as /events gives it', async () => {
  const { id, secret } = await endpoint();
  const before = Number((await app.api('GET', '/events')).body.head);
  const quote = await issued(app, 'quote');
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'Bonjour é 𝒳' });
  const all = await settled(id, 4);
  const { body } = await app.api('GET', `/events?after=${before}&limit=500`);
  const told = receiver.received.map(bodyOf).filter((event) => event.seq > before);
  assert.equal(
    told.sort((a, b) => a.seq - b.seq),
    body.events,
    'the very same events',
  );
  for (const call of receiver.received) {
    assert.is(call.headers['webhook-signature'], expectedSignature(secret, call));
    assert.ok(Math.abs(Number(call.headers['webhook-timestamp']) - Date.now() / 1000) < 30);
    assert.is(call.headers['content-type'], 'application/json');
    const delivery = all.find((one) => one.id === call.headers['webhook-id']);
    assert.equal([delivery?.seq, delivery?.state, delivery?.attempts, delivery?.status], [bodyOf(call).seq, 'delivered', 1, 204]);
  }
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.is.not(
    expectedSignature(app.tokens.webhookSecret(randomUUID()), receiver.received[0]!),
    expectedSignature(secret, receiver.received[0]!),
  );
});

test('an endpoint is told what it asked for, once, and nothing of another company', async () => {
  const scene = await setScene(app);
  const { id } = await endpoint(['message.posted', 'session.ended']);
  const quote = await issued(app, 'quote');
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'one' });
  const foreign = await fetch(`${app.url}/api/v1/documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.foreign.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'quote', client: { name: 'F' }, lines: [LINE] }),
  });
  assert.is(foreign.status, 201);
  await fetch(`${app.url}/console/logout`, { method: 'POST', headers: { cookie: scene.foreign.cookie } });
  await settled(id, 1);
  assert.equal(
    receiver.received.map((call) => bodyOf(call).type),
    ['message.posted'],
  );
  // A session that ends is an event without a command.
  await fetch(`${app.url}/console/logout`, { method: 'POST', headers: { cookie: app.cookie } });
  await settled(id, 2);
  assert.is(bodyOf(receiver.received[1]!).type, 'session.ended');
});

test('500 is tried again under the same id with a new timestamp, then 200 ends it', async () => {
  const { id, secret } = await endpoint(['message.posted']);
  const quote = await issued(app, 'quote');
  receiver.answer = (response) => void response.writeHead(receiver.received.length === 1 ? 500 : 200).end('not now\u0000\n please');
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'again' });
  const waiting = await until(async () => (await deliveries(id)).find((one) => one.attempts === 1), 'the first try has failed');
  assert.equal([waiting.state, waiting.status, waiting.detail], ['waiting', 500, 'not now please']);
  const wait = (waiting.nextAt?.getTime() ?? 0) - Date.now();
  assert.ok(wait > 2000 && wait <= 5000, `${wait}`);
  const shown = async () => (await webhookPage(app.em(), app.tokens, app.company)).webhooks.find((one) => one.id === id);
  const troubled = await shown();
  assert.equal([troubled?.trouble?.state, troubled?.trouble?.detail, troubled?.moving], ['waiting', 'not now please', true]);
  const [done] = await settled(id, 1);
  assert.equal([(await shown())?.trouble, (await shown())?.moving], [null, false]);
  assert.equal([done?.state, done?.attempts, done?.status, done?.detail, done?.nextAt], ['delivered', 2, 200, null, null]);
  const [first, second] = receiver.received;
  assert.is(first?.headers['webhook-id'], second?.headers['webhook-id']);
  assert.is(first?.body, second?.body);
  assert.ok(Number(second?.headers['webhook-timestamp']) >= Number(first?.headers['webhook-timestamp']) + 4);
  for (const call of receiver.received) assert.is(call.headers['webhook-signature'], expectedSignature(secret, call));
});

test('the schedule goes on for a day; then it has failed, and the owner is told once an hour', async () => {
  const { id } = await endpoint(['message.posted'], 'http://127.0.0.1:9/closed');
  const quote = await issued(app, 'quote');
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'first' });
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'second' });
  // The running program has tried both once; from here on the clock is the test's.
  await until(async () => (await deliveries(id)).filter((one) => one.attempts === 1).length === 2, 'both were tried');
  await app.em().execute(`delete from pgboss.job where name = 'webhook'`);
  let now = new Date();
  const work = handler(
    () => now,
    async () => ({ status: null, detail: 'connect ECONNREFUSED' }),
  );
  for (const { id: delivery } of await deliveries(id)) {
    const began = now.getTime();
    for (let attempt = 1; attempt <= WAITS.length; attempt += 1) {
      const [before] = await app.em().find(DeliverySchema, { id: delivery });
      if (attempt > 1) assert.is((before?.nextAt?.getTime() ?? 0) - now.getTime(), WAITS[attempt - 1], `after try ${attempt}`);
      if (attempt > 1) now = before?.nextAt ?? now;
      // A job that comes twice does nothing the second time.
      for (const _ of [1, 2]) await work.webhook({ data: { webhook: id, delivery, attempt }, last: false });
      const [after] = await app.em().find(DeliverySchema, { id: delivery });
      assert.equal([after?.attempts, after?.state], [attempt + 1, attempt === WAITS.length ? 'failed' : 'waiting']);
    }
    assert.ok(now.getTime() - began > 22 * HOUR && now.getTime() - began < 25 * HOUR);
    now = new Date(began);
  }
  const { body } = await app.api('GET', `/events?after=0&limit=500`);
  const failed = body.events.filter((one: { type: string }) => one.type === 'webhook.failed');
  assert.is(failed.length, 1, 'one for both');
  assert.equal([failed[0].data.webhook, failed[0].data.status, failed[0].actor.side], [id, null, 'system']);
});

test('410 turns the endpoint off, and what still waits for it ends', async () => {
  const other = await endpoint(['message.posted', 'webhook.changed', 'webhook.failed']);
  const { id } = await endpoint(['message.posted'], `${receiver.url}/gone`);
  const quote = await issued(app, 'quote');
  receiver.answer = (response, { path }) =>
    void response.writeHead(path === '/gone' ? (receiver.received.length < 3 ? 503 : 410) : 200).end();
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'waits' });
  await until(async () => (await deliveries(id))[0]?.attempts === 1, 'the first one waits');
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'goes' });
  const all = await settled(id, 2);
  assert.equal(
    all.map((one) => [one.state, one.status]),
    [
      ['failed', 503],
      ['failed', 410],
    ],
  );
  const webhook = await app.em().findOneOrFail(WebhookSchema, { id });
  assert.is(webhook.disabledFor, 'gone');
  const count = receiver.received.filter((call) => call.path === '/gone').length;
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'nobody hears' });
  const told = await settled(other.id, 4);
  assert.is(receiver.received.filter((call) => call.path === '/gone').length, count);
  assert.is((await deliveries(id)).length, 2);
  // Others hear that it was turned off; that something failed is never told to an endpoint.
  assert.equal(told.map((one) => one.type).sort(), ['message.posted', 'message.posted', 'message.posted', 'webhook.changed']);
  await run('changeWebhook', { webhook: id, url: `${receiver.url}/back`, label: 'Books', types: null, on: true });
  assert.is((await app.em().findOneOrFail(WebhookSchema, { id })).disabledFor, null);
  const { body } = await app.api('GET', '/events?after=0&limit=500');
  const said = body.events.filter((one: { type: string }) => one.type.startsWith('webhook.'));
  assert.ok(said.some((one: { data: { name: string } }) => one.data.name === 'Books'));
  assert.not(JSON.stringify(said).includes(receiver.url), 'an address may hold a secret, and everybody hears of events');
});

test('what was turned off or removed is told nothing more', async () => {
  for (const end of ['off', 'removed'] as const) {
    const { id } = await endpoint(['message.posted']);
    const quote = await issued(app, 'quote');
    receiver.answer = (response) => void response.writeHead(500).end();
    await app.api('POST', `/documents/${quote.id}/messages`, { text: 'waits' });
    await until(async () => (await deliveries(id))[0]?.attempts === 1, 'it waits');
    if (end === 'removed') await run('removeWebhook', { webhook: id });
    else await run('changeWebhook', { webhook: id, url: receiver.url, label: '', types: null, on: false });
    const [ended] = await settled(id, 1);
    assert.equal([ended?.state, ended?.nextAt, ended?.attempts], ['failed', null, 1]);
    await app.api('POST', `/documents/${quote.id}/messages`, { text: 'nobody hears' });
    assert.is((await deliveries(id)).length, 1);
    assert.is(await refusal({ delivery: ended?.id }), end === 'removed' ? 'not_found' : 'action_not_allowed');
    if (end === 'off') await run('removeWebhook', { webhook: id });
  }
});

test('a redirect is not followed, and a receiver that hangs is left', async () => {
  const { id } = await endpoint(['message.posted']);
  const quote = await issued(app, 'quote');
  receiver.answer = (response) => void response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end();
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'there' });
  const waiting = await until(async () => (await deliveries(id)).find((one) => one.attempts === 1), 'it was tried');
  assert.equal([waiting.state, waiting.status], ['waiting', 302]);
  assert.equal(
    receiver.received.map((call) => call.path),
    ['/hook'],
  );
  receiver.answer = () => {};
  const call = { url: receiver.url, headers: {}, body: '{}' };
  const started = performance.now();
  assert.equal(await openEndpoints(300).post(call), { status: null, detail: 'no answer within 0.3 s' });
  // One that only drips is left too, and what it said counts.
  receiver.answer = (response) => {
    response.writeHead(500);
    const drip = setInterval(() => response.write('x'), 20).unref();
    response.on('close', () => clearInterval(drip));
  };
  const dripped = await openEndpoints(300).post(call);
  assert.is(dripped.status, 500);
  assert.ok(performance.now() - started < 5000);
  // Of an answer without end the first kilobyte is read, and no more is waited for.
  receiver.answer = (response) => {
    response.writeHead(500);
    const flood = setInterval(() => response.write('y'.repeat(2000)), 5).unref();
    response.on('close', () => clearInterval(flood));
  };
  const flooded = performance.now();
  assert.is((await openEndpoints(10_000).post(call)).detail?.length, 500);
  assert.ok(performance.now() - flooded < 4000);
});

test('addresses that are nobody’s endpoint are refused, after the name is looked up too', async () => {
  const post = async (url: string) => (await openEndpoints(2000).post({ url, headers: {}, body: '{}' })).detail ?? '';
  for (const url of [
    'https://169.254.169.254/latest',
    'https://0.0.0.0/',
    'https://[fe80::1]/',
    'https://[::]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://2852039166/',
    'https://0xa9.254.169.254/',
  ])
    assert.match(await post(url), /is not allowed/, url);
  assert.match(await post('http://192.0.2.1/'), /without https only this machine/);
  const { port } = new URL(receiver.url);
  assert.is((await openEndpoints(2000).post({ url: `http://localhost:${port}/`, headers: {}, body: '{}' })).status, 204);
});

test('what has ended is sent again under its id', async () => {
  const { id, secret } = await endpoint(['message.posted']);
  const quote = await issued(app, 'quote');
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'twice' });
  const [done] = await settled(id, 1);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await run('replayWebhook', { delivery: done?.id });
  await until(() => receiver.received.length === 2, 'it came again');
  const [first, second] = receiver.received;
  assert.equal([second?.headers['webhook-id'], second?.body], [first?.headers['webhook-id'], first?.body]);
  assert.ok(Number(second?.headers['webhook-timestamp']) > Number(first?.headers['webhook-timestamp']));
  assert.is(second?.headers['webhook-signature'], expectedSignature(secret, second!));
  await settled(id, 1);
  assert.is(await refusal({ delivery: randomUUID() }), 'not_found');
  // What has not ended goes on by itself.
  receiver.answer = (response) => void response.writeHead(500).end();
  await run('replayWebhook', { delivery: done?.id });
  await until(async () => (await deliveries(id))[0]?.attempts === 1, 'it waits again');
  assert.is(await refusal({ delivery: done?.id }), 'action_not_allowed');
});

test('after 30 days a delivery is tidied away; one that has lost its job gets another', async () => {
  const { id } = await endpoint(['message.posted']);
  const quote = await issued(app, 'quote');
  const say = (text: string) => app.api('POST', `/documents/${quote.id}/messages`, { text });
  await say('old');
  await settled(id, 1);
  receiver.answer = (response) => void response.writeHead(503).end();
  await say('lost');
  await until(async () => (await deliveries(id))[1]?.attempts === 1, 'it waits');
  await app.em().execute(`delete from pgboss.job where name = 'webhook'`);
  receiver.answer = (response) => void response.writeHead(200).end();
  const queues = await openJobs(app.database.address, SILENT, { work: false, queues: Object.values(QUEUES) });
  const storage = openFolder(app.filesDir);
  const tidyAfter = (hours: number) =>
    tidy(
      { em: app.em, execute: app.execute, queues, jobs: leaveJobs(queues), storage, keep: KEEP, metrics: app.metrics, logger: SILENT },
      new Date(Date.now() + hours * HOUR),
    );
  await tidyAfter(29 * 24);
  await until(async () => (await deliveries(id))[1]?.state === 'delivered', 'it is told after all', 20_000);
  assert.is((await deliveries(id)).length, 2);
  await tidyAfter(31 * 24);
  await queues.stop();
  assert.equal(await deliveries(id), []);
});

test('forty writers at once: each event comes, none is missing', async () => {
  const { id } = await endpoint(['message.posted']);
  const quote = await issued(app, 'quote');
  await Promise.all(Array.from({ length: 40 }, (_, i) => app.api('POST', `/documents/${quote.id}/messages`, { text: `message ${i}` })));
  await settled(id, 40);
  const seqs = receiver.received.map((call) => bodyOf(call).seq);
  assert.is(new Set(seqs).size, 40);
  assert.is(seqs.length, 40, 'nothing came twice');
});

test.run();
