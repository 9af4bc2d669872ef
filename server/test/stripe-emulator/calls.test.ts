import Stripe from 'stripe';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCOUNT, KEY, line, openWorkshop, refusal, sdk } from './support.ts';

const workshop = await openWorkshop();
const { control, session, emulator, stripe } = workshop;
test.after(() => workshop.close());
// A test that fails leaves no trouble to the next.
test.after.each(async () => {
  await control('clearFaults', {});
});

const FORM = 'application/x-www-form-urlencoded';
const BODY =
  'mode=payment&success_url=http%3A%2F%2Flocalhost%3A9%2F&line_items[0][quantity]=1&line_items[0][price_data][currency]=eur' +
  '&line_items[0][price_data][unit_amount]=500&line_items[0][price_data][product_data][name]=x';

/** A call without the SDK, to see the wire. */
function call(path: string, { body, headers = {}, key = KEY }: { body?: string; headers?: Record<string, string>; key?: string } = {}) {
  const all = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': FORM }), ...headers };
  return fetch(`${emulator.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: all,
    ...(body === undefined ? {} : { body }),
  });
}
const create = (headers: Record<string, string> = {}, body = BODY) => call('/v1/checkout/sessions', { body, headers });
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { type: string; code?: string; message: string } }).error;
const idIn = async (response: Response) => ((await response.json()) as { id: string }).id;
const sessionCount = async () => (await stripe.checkout.sessions.list({ limit: 100 })).data.length;

/** The SDK as the server uses it: with its own connections, and tries. */
function patient(retries: number, timeout = 5000): Stripe {
  return new Stripe(KEY, { host: '127.0.0.1', port: emulator.port, protocol: 'http', maxNetworkRetries: retries, timeout });
}
const params: Stripe.Checkout.SessionCreateParams = { mode: 'payment', success_url: 'http://localhost:9/', line_items: [line(500)] };

test('without a key, or with one nobody knows, nothing is answered', async () => {
  const none = await fetch(`${emulator.url}/v1/account`);
  assert.is(none.status, 401);
  assert.match((await errorOf(none)).message, /You did not provide an API key/);
  const error = await refusal(sdk(emulator, 'sk_test_unknown').accounts.retrieveCurrent());
  assert.is(error.statusCode, 401);
  assert.instance(error, Stripe.errors.StripeAuthenticationError);
  assert.is(error.message, 'Invalid API Key provided: sk_test_***nown');
});

test('Basic carries a key too, and every answer has a request id and a version', async () => {
  const basic = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`;
  const response = await fetch(`${emulator.url}/v1/account`, { headers: { authorization: basic } });
  assert.is(((await response.json()) as { id: string }).id, ACCOUNT);
  assert.match(response.headers.get('request-id') ?? '', /^req_/);
  assert.is(response.headers.get('stripe-version'), '2026-10-28.endive');
  assert.is((await call('/v1/account', { headers: { 'stripe-version': 'new' } })).status, 400);
});

test('a restricted key may not do what it was denied', async () => {
  await control('register', { id: ACCOUNT, keys: [{ secret: 'rk_test_readonly', denied: ['checkout_session_write'] }] });
  const own = sdk(emulator, 'rk_test_readonly');
  await own.checkout.sessions.list();
  const error = await refusal(own.checkout.sessions.create(params));
  assert.is(error.statusCode, 403);
  assert.instance(error, Stripe.errors.StripePermissionError);
  assert.match(error.message, /^The provided key 'rk_test_\*\*\*only' does not have the required permissions for this endpoint/);
});

test('the mode follows from the key, and one does not find the objects of the other', async () => {
  await control('register', { id: ACCOUNT, keys: [{ secret: 'sk_live_atelier' }] });
  const live = sdk(emulator, 'sk_live_atelier');
  const made = await live.checkout.sessions.create(params);
  assert.is(made.livemode, true);
  assert.is((await refusal(stripe.checkout.sessions.retrieve(made.id))).code, 'resource_missing');
});

test('what is no call of Stripe, no form, or no text is refused', async () => {
  assert.match((await errorOf(await call('/v1/coupons'))).message, /Unrecognized request URL \(GET: \/v1\/coupons\)/);
  assert.is((await create({ 'content-type': 'application/json' }, '{}')).status, 400);
  assert.is((await create({}, 'mode=%E0%A4%A')).status, 400);
  assert.is((await create({}, 'mode[=x')).status, 400);
  assert.is((await create({}, `${BODY}&mode=payment`)).status, 400);
  assert.is((await create({}, `${BODY}&mode[x]=payment`)).status, 400);
});

test('names like those of a prototype are names', async () => {
  const response = await create({}, `${BODY}&metadata[__proto__]=a&metadata[constructor]=b`);
  const { metadata } = (await response.json()) as { metadata: object };
  assert.equal(Object.entries(metadata), [
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
  assert.is((await errorOf(await create({}, `${BODY}&__proto__[x]=1`))).code, 'parameter_unknown');
  assert.is((await errorOf(await create({}, `${BODY}&constructor=1`))).code, 'parameter_unknown');
});

test('the same key gives the same answer, byte for byte, and says so', async () => {
  const before = await sessionCount();
  const first = await create({ 'idempotency-key': 'same-1' });
  const again = await create({ 'idempotency-key': 'same-1' });
  assert.is(await again.text(), await first.text());
  assert.is(first.headers.get('idempotent-replayed'), null);
  assert.is(again.headers.get('idempotent-replayed'), 'true');
  assert.is(again.headers.get('original-request'), first.headers.get('request-id'));
  assert.is(await sessionCount(), before + 1);
});

test('the same key with other parameters, or for another call, is refused', async () => {
  const { id } = await stripe.checkout.sessions.create(params, { idempotencyKey: 'other-1' });
  const other = await refusal(stripe.checkout.sessions.create({ ...params, locale: 'fr' }, { idempotencyKey: 'other-1' }));
  assert.is(other.statusCode, 400);
  assert.is(other.rawType, 'idempotency_error');
  assert.instance(other, Stripe.errors.StripeIdempotencyError);
  const elsewhere = await refusal(stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'other-1' }));
  assert.match(elsewhere.message, /same endpoint/);
});

test('the same key twice at once makes one thing; the second is told to wait', async () => {
  const before = await sessionCount();
  await control('fault', { kind: 'slow', ms: 100, method: 'POST' });
  const [first, second] = await Promise.all([create({ 'idempotency-key': 'twice-1' }), create({ 'idempotency-key': 'twice-1' })]);
  assert.equal([first?.status, second?.status].sort(), [200, 409]);
  const refused = first?.status === 409 ? first : second;
  assert.is((await errorOf(refused as Response)).code, 'idempotency_key_in_use');
  assert.is((await create({ 'idempotency-key': 'twice-1' })).headers.get('idempotent-replayed'), 'true');
  assert.is(await sessionCount(), before + 1);
});

test('a refusal of what has begun is remembered, one of a bad parameter is not', async () => {
  const small = BODY.replace('=500', '=5');
  assert.is((await create({ 'idempotency-key': 'refused-1' }, small)).status, 400);
  assert.is((await create({ 'idempotency-key': 'refused-1' }, small)).headers.get('idempotent-replayed'), 'true');
  assert.is((await create({ 'idempotency-key': 'refused-2' }, `${BODY}&x=1`)).status, 400);
  assert.is((await create({ 'idempotency-key': 'refused-2' })).status, 200);
});

test('keys belong to an account', async () => {
  await control('register', { id: 'acct_2', keys: [{ secret: 'sk_test_2' }] });
  const headers = { 'idempotency-key': 'shared' };
  const mine = await idIn(await create(headers));
  const theirs = await idIn(await call('/v1/checkout/sessions', { body: BODY, headers, key: 'sk_test_2' }));
  assert.is.not(mine, theirs);
});

test('the SDK gets over a fault and over a lost answer, and makes one session', async () => {
  for (const kind of ['error', 'reset', 'cut'] as const) {
    const before = await sessionCount();
    await control('fault', { kind, method: 'POST', path: '/v1/checkout' });
    const made = await patient(1).checkout.sessions.create(params);
    assert.is(made.status, 'open', kind);
    assert.is(await sessionCount(), before + 1, kind);
  }
  // The SDK tries a second time after a reset connection, whatever it was told.
  await control('fault', { kind: 'cut', method: 'POST', times: 2 });
  const cut = await patient(0)
    .checkout.sessions.create(params)
    .catch((error: unknown) => error);
  assert.instance(cut, Stripe.errors.StripeConnectionError);
});

test('an answer that never comes is a time-out; the work may be done or not', async () => {
  for (const [kind, done] of [
    ['hang', 0],
    ['lost', 1],
  ] as const) {
    const before = await sessionCount();
    await control('fault', { kind, method: 'POST' });
    try {
      await patient(0, 100).checkout.sessions.create(params, { idempotencyKey: `${kind}-1` });
      assert.unreachable('it was answered');
    } catch (error) {
      assert.instance(error, Stripe.errors.StripeConnectionError, kind);
    }
    assert.is(await sessionCount(), before + done, kind);
    await patient(0).checkout.sessions.create(params, { idempotencyKey: `${kind}-1` });
    assert.is(await sessionCount(), before + 1, kind);
  }
});

test('a fault that is kept answers the same key for ever; too many calls are told so', async () => {
  await control('fault', { kind: 'error_kept', method: 'POST' });
  const kept = { idempotencyKey: 'kept-1' };
  for (let i = 0; i < 2; i += 1) assert.is((await refusal(stripe.checkout.sessions.create(params, kept))).statusCode, 500);
  await control('fault', { kind: 'rate_limit', times: 2 });
  for (let i = 0; i < 2; i += 1) {
    const error = await refusal(stripe.accounts.retrieveCurrent());
    assert.is(error.statusCode, 429);
    assert.instance(error, Stripe.errors.StripeRateLimitError);
  }
  await stripe.accounts.retrieveCurrent();
});

test('a fault can wait for one call among others', async () => {
  await control('fault', { kind: 'error', method: 'POST', path: '/expire' });
  const { id } = await session();
  assert.is((await refusal(stripe.checkout.sessions.expire(id))).statusCode, 500);
  assert.is((await stripe.checkout.sessions.retrieve(id)).status, 'open');
});

test.run();
