import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDatabase } from '../db.ts';
import { CLIENT, LINE, madeFrom, until } from './doors.ts';
import { freshPlace, SECRET } from './harness.ts';
import { ACCOUNT, GOOD_CARD, KEY, pressPay, WEBHOOK_SECRET } from './paying.ts';
import { api, asApp, cleanUp, cli, start, stop } from './program.ts';
import { startEmulator } from './stripe-emulator/emulator.ts';

let place: Awaited<ReturnType<typeof freshPlace>>;
const stripe = await startEmulator({ retryMs: [300, 1000, 2000, 4000, 8000, 8000, 8000] });
test.before(async () => {
  place = await freshPlace();
});
test.after(async () => {
  cleanUp();
  await stripe.close();
  await place.remove();
});

/** Stands between Stripe and the program: hands an event on, and does with the answer what it is told. */
async function openRelay(to: () => string, onAnswer: () => boolean) {
  const server = createServer((asked, answer) => {
    const sent = request(`${to()}${asked.url}`, { method: 'POST', headers: asked.headers }, (got) => {
      got.resume();
      if (onAnswer()) answer.writeHead(got.statusCode ?? 502).end();
      else asked.socket.destroy();
    });
    sent.on('error', () => asked.socket.destroy());
    asked.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test('killed after the payment is committed and before Stripe has its 200; and while a payment page is being made: one payment, nothing half done', async () => {
  const owner = 'owner@example.com';
  const env = {
    SECRET,
    DEMO: '0',
    DATA_DIR: place.dataDir,
    STRIPE_URL: stripe.url,
    ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl } : {}),
  };
  let program = await start({ ...env, OWNER_EMAIL: owner, OWNER_PASSWORD: 'correct horse' });
  const key = (await cli(['create-key', '--owner', owner], env)).out.trim();
  const login = await fetch(`${program.url}/console/login`, {
    method: 'POST',
    headers: { origin: program.url, 'content-type': 'application/json' },
    body: JSON.stringify({ email: owner, password: 'correct horse' }),
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const settings = { key: KEY, webhookSecret: WEBHOOK_SECRET, methods: ['card'], partial: false };
  const saved = await fetch(`${program.url}/console/payments`, {
    method: 'PUT',
    headers: { origin: program.url, cookie, 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  const company = ((await saved.json()) as { webhookUrl: string }).webhookUrl.split('/').at(-1) ?? '';
  let answered = 0;
  const relay = await openRelay(
    () => program.url,
    () => {
      answered += 1;
      if (answered > 1) return true;
      program.child.kill('SIGKILL');
      return false;
    },
  );
  const url = `${relay.url}/webhooks/stripe/${company}`;
  const events = ['checkout.session.completed', 'checkout.session.expired'];
  await stripe.control('register', { id: ACCOUNT, keys: [{ secret: KEY }], endpoints: [{ url, secret: WEBHOOK_SECRET, events }] });
  const { body } = await api(program, key, 'POST', '/documents?issue=true', { kind: 'invoice', client: CLIENT, lines: [LINE] });
  const made = madeFrom(body as never);

  // While Stripe makes the page, the program dies: what was reserved leads nowhere and stops nobody.
  await stripe.control('fault', { kind: 'slow', method: 'POST', path: '/v1/checkout/sessions', ms: 3000 });
  const lost = pressPay(asApp(program), made).catch(() => null);
  const beside = await openDatabase({ databaseUrl: place.databaseUrl, dataDir: place.dataDir, join: true });
  const reserved = async () => (await beside.orm.em.fork().execute("select 1 from checkouts where state = 'reserved'")).length > 0;
  await until(reserved, 'it is reserved');
  await beside.close();
  program.child.kill('SIGKILL');
  await program.ended;
  await lost;
  program = await start(env);
  const page = await pressPay(asApp(program), made);
  assert.is(page.status, 200, JSON.stringify(page.body));

  const killed = program;
  await stripe.control('pay', { session: page.session, method: 'card', card: GOOD_CARD });
  await killed.ended;
  assert.is(answered, 1, 'Stripe was not told');
  program = await start(env);
  const state = async () => (await api(program, key, 'GET', `/documents/${made.id}`)).body as { status: string; payments: unknown[] };
  await until(
    async () => (await stripe.control('deliveries', {})).every((one) => one.state !== 'pending'),
    'Stripe is told in the end',
    60_000,
  );
  assert.ok(answered >= 2, 'the event came again');
  const after = await state();
  assert.equal([after.status, after.payments.length], ['paid', 1]);

  const database = await openDatabase({ databaseUrl: place.databaseUrl, dataDir: place.dataDir, join: true });
  const rows = await database.orm.em.fork().execute<{ type: string }[]>("select type from events where type like 'payment.%' order by seq");
  assert.equal(
    rows.map(({ type }) => type),
    ['payment.started', 'payment.received', 'payment.ended'],
  );
  await database.close();
  relay.close();
  await stop(program);
});

test.run();
