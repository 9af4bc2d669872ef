import Stripe from 'stripe';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCOUNT, openWorkshop, SECRET } from './support.ts';

const workshop = await openWorkshop();
const { stripe, control, session, hook, emulator } = workshop;
test.after(() => workshop.close());
test.after.each(async () => {
  await control('hold', { hold: false });
  await emulator.idle();
  hook.answer = (response) => void response.writeHead(200).end();
  hook.received.length = 0;
});

const pay = async () => control('pay', { session: (await session()).id, method: 'card', card: '4242424242424242' });
const ids = () => workshop.told().map(({ id }) => id);

test('an event is signed; another secret, an old signature and other bytes are refused', async () => {
  await pay();
  await emulator.idle();
  const [first] = hook.received;
  assert.ok(first);
  const header = String(first.headers['stripe-signature']);
  const read = (body: string, secret: string) => () => stripe.webhooks.constructEvent(body, header, secret);
  read(first.body, SECRET)();
  assert.throws(read(first.body, 'whsec_other'), /No signatures found/);
  assert.throws(read(JSON.stringify(JSON.parse(first.body)), SECRET), /No signatures found/);
  assert.throws(
    () => stripe.webhooks.constructEvent(first.body, header, SECRET, 300, undefined, Date.now() + 600_000),
    /Timestamp outside/,
  );
});

test('what is not taken is sent again, with the same id, until it is', async () => {
  hook.answer = (response) => void response.writeHead(hook.received.length <= 5 ? 500 : 200).end();
  await pay();
  await emulator.idle();
  const told = ids();
  assert.is(told.length, 10);
  assert.is(new Set(told).size, 5);
  const event = (await control('events', { type: 'payment_intent.succeeded' })).at(-1);
  const [delivery] = await control('deliveries', { event: event?.id ?? '' });
  assert.is(delivery?.state, 'delivered');
  assert.equal(
    delivery?.tries.map(({ status }) => status),
    [500, 200],
  );
  assert.is((await stripe.events.retrieve(event?.id ?? '')).pending_webhooks, 0);
});

test('after the last try it is given up; a redirect and a broken connection are no success', async () => {
  let count = 0;
  hook.answer = (response) => {
    count += 1;
    if (count % 2 === 0) response.destroy();
    else response.writeHead(302, { location: hook.url }).end();
  };
  const { intent } = await pay();
  await emulator.idle();
  const events = (await control('events', { type: 'payment_intent.succeeded' })).filter(
    (event) => (event.data.object as Stripe.PaymentIntent).id === intent?.id,
  );
  const [delivery] = await control('deliveries', { event: events[0]?.id ?? '' });
  assert.is(delivery?.state, 'given_up');
  assert.is(delivery?.tries.length, 3);
});

test('who does not answer in time has not answered', async () => {
  const slow = await openWorkshop({ timeoutMs: 50, retryMs: [] });
  slow.hook.answer = () => {};
  await slow.control('pay', { session: (await slow.session()).id, method: 'card', card: '4242424242424242' });
  await slow.emulator.idle();
  const deliveries = await slow.control('deliveries', {});
  assert.is(deliveries.length, 5);
  for (const { state, tries } of deliveries) {
    assert.is(state, 'given_up');
    assert.is(tries[0]?.status, null);
  }
  await slow.close();
});

test('what is held is sent when it is told to: often, shuffled, all at once', async () => {
  await control('hold', { hold: true });
  await pay();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(hook.received.length, 0);
  const sent = await control('deliver', { times: 5, shuffle: true, parallel: true });
  assert.is(sent.length, 5);
  const told = ids();
  assert.is(told.length, 25);
  assert.is(new Set(told).size, 5);
  const made = (await control('events', {})).slice(-5).map(({ id }) => id);
  assert.not.equal([...new Set(told)], made);
});

test('only some of what is held is sent, in the order asked for', async () => {
  await control('hold', { hold: true });
  await pay();
  const completed = (await control('events', { type: 'checkout.session.completed' })).at(-1);
  await control('deliver', { events: [completed?.id ?? ''] });
  assert.equal(ids(), [completed?.id]);
  hook.received.length = 0;
  await control('deliver', {});
  assert.is(hook.received.length, 4);
});

test('an event that has arrived is sent again as it was', async () => {
  await pay();
  await emulator.idle();
  hook.received.length = 0;
  const completed = (await control('events', { type: 'checkout.session.completed' })).at(-1);
  await control('redeliver', { event: completed?.id ?? '', times: 3 });
  assert.equal(ids(), [completed?.id, completed?.id, completed?.id]);
});

test('an endpoint gets its types, in its version, of its account and mode', async () => {
  const { endpoints } = await control('register', {
    id: 'acct_second',
    keys: [{ secret: 'sk_test_second' }, { secret: 'sk_live_second' }],
    endpoints: [
      { url: `${hook.url}/test`, secret: 'whsec_test', events: ['checkout.session.completed'], apiVersion: '2025-09-30.clover' },
      { url: `${hook.url}/live`, secret: 'whsec_live', livemode: true, events: ['checkout.session.completed'] },
    ],
  });
  const params: Stripe.Checkout.SessionCreateParams = {
    mode: 'payment',
    success_url: 'http://localhost:9/done',
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 500, product_data: { name: 'x' } } }],
  };
  for (const mode of ['test', 'live'] as const) {
    const own = new Stripe(`sk_${mode}_second`, { host: '127.0.0.1', port: emulator.port, protocol: 'http' });
    const made = await own.checkout.sessions.create(params);
    assert.is(made.livemode, mode === 'live');
    assert.match(made.id, mode === 'live' ? /^cs_live_/ : /^cs_test_/);
    hook.received.length = 0;
    await control('pay', { session: made.id, method: 'card', card: '4242424242424242' });
    await emulator.idle();
    assert.is(hook.received.length, 1);
    const [call] = hook.received;
    assert.is(call?.path, `/${mode}`);
    const event = stripe.webhooks.constructEvent(call?.body ?? '', String(call?.headers['stripe-signature']), `whsec_${mode}`);
    assert.is(event.livemode, mode === 'live');
    assert.is(event.api_version, mode === 'test' ? '2025-09-30.clover' : '2026-10-28.endive');
  }
  for (const { id } of endpoints) await control('removeEndpoint', { id });
});

test('an event says which call caused it, and none where it was no call', async () => {
  const made = await session();
  await stripe.checkout.sessions.expire(made.id, {}, { idempotencyKey: 'cause-1' });
  const expired = (await control('events', { type: 'checkout.session.expired' })).at(-1);
  assert.is(expired?.request?.idempotency_key, 'cause-1');
  assert.match(expired?.request?.id ?? '', /^req_/);
  await pay();
  const completed = (await control('events', { type: 'checkout.session.completed' })).at(-1);
  assert.equal(completed?.request, { id: null, idempotency_key: null });
});

test('an endpoint that has moved gets what had not arrived, at its new address', async () => {
  await control('hold', { hold: true });
  await pay();
  const at = (url: string) => control('register', { id: ACCOUNT, endpoints: [{ url, secret: SECRET }], replaceEndpoints: true });
  await at(`${hook.url}/moved`);
  await control('deliver', {});
  assert.equal(
    hook.received.map(({ path }) => path),
    Array<string>(5).fill('/moved'),
  );
  await at(hook.url);
});

test('an endpoint that is named again is changed, not doubled', async () => {
  await control('register', { id: ACCOUNT, endpoints: [{ url: hook.url, secret: SECRET }] });
  await pay();
  await emulator.idle();
  assert.is(hook.received.length, 5);
});

test.run();
