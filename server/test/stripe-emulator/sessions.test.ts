import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACCOUNT, idOf, line, openWorkshop, refusal, sdk } from './support.ts';

const workshop = await openWorkshop();
const { stripe, control, session } = workshop;
test.after(() => workshop.close());

test('a session is open, has an address, and carries what it was given', async () => {
  const made = await session({
    client_reference_id: 'doc-1',
    customer_email: 'client@example.com',
    metadata: { payment: '7', __proto__x: 'y' },
    locale: 'fr',
    payment_intent_data: { description: 'Invoice 7', metadata: { payment: '7' } },
  });
  assert.is(made.status, 'open');
  assert.is(made.payment_status, 'unpaid');
  assert.is(made.amount_total, 1234);
  assert.is(made.currency, 'eur');
  assert.is(made.payment_intent, null);
  assert.is(made.client_reference_id, 'doc-1');
  assert.equal(made.metadata, { payment: '7', __proto__x: 'y' });
  assert.equal(made.payment_method_types, ['card', 'paypal', 'sepa_debit']);
  assert.match(made.id, /^cs_test_/);
  assert.is(made.url, `${workshop.emulator.url}/c/pay/${made.id}`);
  assert.is(made.livemode, false);
  assert.equal(plain(await stripe.checkout.sessions.retrieve(made.id)), plain(made));
});

test('several lines are added up', async () => {
  const made = await session({ line_items: [line(100, 'eur', 3), line(5)] });
  assert.is(made.amount_total, 305);
  const { data } = await stripe.checkout.sessions.listLineItems(made.id);
  assert.equal(
    data.map((one) => [one.amount_total, one.quantity]),
    [
      [300, 3],
      [5, 1],
    ],
  );
});

test('the methods are those of the account, of the currency, and of what is allowed', async () => {
  const methods = async (params: Parameters<typeof session>[0]) => (await session(params)).payment_method_types;
  assert.equal(await methods({ allowed_payment_method_types: ['card', 'paypal'] }), ['card', 'paypal']);
  assert.equal(await methods({ excluded_payment_method_types: ['sepa_debit'] }), ['card', 'paypal']);
  assert.equal(await methods({ line_items: [line(1000, 'gbp')] }), ['card', 'paypal']);
  assert.equal(await methods({ line_items: [line(1000, 'ron')] }), ['card']);
  const none = await refusal(session({ allowed_payment_method_types: ['paypal'], line_items: [line(1000, 'ron')] }));
  assert.match(none.message, /No valid payment method types/);
});

test('a method the account has not activated is not offered', async () => {
  await control('register', { id: ACCOUNT, capabilities: { paypal_payments: 'inactive' } });
  try {
    assert.equal((await session()).payment_method_types, ['card', 'sepa_debit']);
    await refusal(session({ allowed_payment_method_types: ['paypal'] }));
    const account = await stripe.accounts.retrieveCurrent();
    assert.is((account.capabilities as Record<string, string>)['paypal_payments'], 'inactive');
    assert.is(account.capabilities?.card_payments, 'active');
  } finally {
    await control('register', { id: ACCOUNT, capabilities: { paypal_payments: 'active' } });
  }
});

test('what Stripe does not know is refused by name', async () => {
  const unknown = await refusal(session({ coupon: 'x' } as never));
  assert.is(unknown.code, 'parameter_unknown');
  assert.is(unknown.param, 'coupon');
  assert.is(unknown.statusCode, 400);
  const gone = await refusal(session({ payment_method_types: ['card'] } as never));
  assert.is(gone.code, 'parameter_unknown');
  const inner = await refusal(session({ payment_intent_data: { note: 'x' } } as never));
  assert.is(inner.param, 'payment_intent_data[note]');
});

test('what is missing or badly written is refused by name', async () => {
  const price = { currency: 'eur', unit_amount: 100 };
  const missing = await refusal(session({ line_items: [{ quantity: 1, price_data: price }] }));
  assert.is(missing.param, 'line_items[0][price_data][product_data]');
  assert.is(missing.code, 'parameter_missing');
  const name = await refusal(
    session({ line_items: [{ quantity: 1, price_data: { ...price, product_data: { description: 'x' } } }] } as never),
  );
  assert.is(name.param, 'line_items[0][price_data][product_data][name]');
  const float = await refusal(session({ line_items: [line(12.5)] }));
  assert.is(float.code, 'parameter_invalid_integer');
  const word = await refusal(session({ locale: 'klingon' }));
  assert.match(word.message, /^Invalid locale: must be one of /);
  const empty = await refusal(session({ client_reference_id: '' }));
  assert.is(empty.code, 'parameter_invalid_empty');
  const url = await refusal(session({ success_url: 'nowhere' }));
  assert.is(url.code, 'url_invalid');
  const email = await refusal(session({ customer_email: 'nobody' }));
  assert.is(email.code, 'email_invalid');
  const currency = await refusal(session({ line_items: [line(100, 'zzz')] }));
  assert.match(currency.message, /^Invalid currency: zzz/);
  const mixed = await refusal(session({ line_items: [line(100), line(100, 'usd')] }));
  assert.match(mixed.message, /same currency/);
});

test('what Stripe takes and the emulator does not do is refused, and never without effect', async () => {
  const param = async (call: Promise<unknown>) => (await refusal(call)).param;
  assert.is(await param(session({ mode: 'subscription' })), 'mode');
  assert.is(await param(session({ ui_mode: 'embedded_page' })), 'ui_mode');
  assert.is(await param(session({ allow_promotion_codes: true })), 'allow_promotion_codes');
  assert.is(await param(session({ payment_intent_data: { capture_method: 'manual' } })), 'payment_intent_data[capture_method]');
  assert.is(await param(session({ line_items: [{ ...line(100), tax_rates: ['txr_1'] }] })), 'line_items[0][tax_rates]');
  assert.is(await param(stripe.paymentIntents.list({ customer: 'cus_1' })), 'customer');
});

test('metadata has its limits', async () => {
  assert.match((await refusal(session({ metadata: { ['k'.repeat(41)]: 'x' } }))).message, /40 characters/);
  assert.match((await refusal(session({ metadata: { k: 'x'.repeat(501) } }))).message, /500 characters/);
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'x']));
  assert.match((await refusal(session({ metadata: many }))).message, /50 keys/);
});

test('amounts have a least, a most, and in some currencies a step', async () => {
  const of = (amount: number, currency: string) => session({ line_items: [line(amount, currency)] });
  const small = await refusal(of(49, 'eur'));
  assert.is(small.code, 'amount_too_small');
  assert.match(small.message, /at least €0.50 eur/);
  assert.is((await of(50, 'eur')).amount_total, 50);
  assert.is((await of(30, 'gbp')).amount_total, 30);
  assert.is((await refusal(of(29, 'gbp'))).code, 'amount_too_small');
  assert.is((await refusal(of(49, 'jpy'))).code, 'amount_too_small');
  assert.match((await refusal(of(49, 'jpy'))).message, /¥50/);
  assert.is((await of(99_999_999, 'eur')).amount_total, 99_999_999);
  assert.is((await refusal(of(100_000_000, 'eur'))).code, 'amount_too_large');
  assert.is((await refusal(session({ line_items: [line(60_000_000, 'eur', 2)] }))).code, 'amount_too_large');
  assert.match((await refusal(of(1234, 'kwd'))).message, /multiple of 10/);
  assert.is((await of(1230, 'kwd')).amount_total, 1230);
  assert.match((await refusal(of(1250, 'ugx'))).message, /multiple of 100/);
});

test('it lives half an hour at least and a day at most', async () => {
  const now = Math.floor(Date.now() / 1000);
  const of = (seconds: number) => session({ expires_at: now + seconds });
  assert.is((await of(1800)).expires_at, now + 1800);
  assert.is((await refusal(of(1500))).param, 'expires_at');
  assert.is((await refusal(of(86_400 + 300))).param, 'expires_at');
  assert.ok((await session()).expires_at >= now + 86_400);
});

test('it is ended by hand once, and its address with it', async () => {
  const { id } = await session();
  const ended = await stripe.checkout.sessions.expire(id);
  assert.is(ended.status, 'expired');
  assert.is(ended.url, null);
  const again = await refusal(stripe.checkout.sessions.expire(id));
  assert.is(again.statusCode, 400);
  assert.match(again.message, /Only Checkout Sessions with a status in \["open"\] can be expired/);
  const other = await session();
  await control('pay', { session: other.id, method: 'card', card: '4242424242424242' });
  assert.match((await refusal(stripe.checkout.sessions.expire(other.id))).message, /status of `complete`/);
});

test('it ends by itself when its time has come', async () => {
  const { id } = await session({ expires_at: Math.floor(Date.now() / 1000) + 1800 });
  await control('clock', { advance: 1799 });
  assert.is((await stripe.checkout.sessions.retrieve(id)).status, 'open');
  await control('clock', { advance: 2 });
  assert.is((await stripe.checkout.sessions.retrieve(id)).status, 'expired');
  await workshop.emulator.idle();
  assert.ok(workshop.told().some((event) => event.type === 'checkout.session.expired' && event.data.object.id === id));
  await control('clock', { offset: 0 });
});

test('the payment of an expired session is canceled with it', async () => {
  const { id } = await session();
  await control('pay', { session: id, method: 'card', card: '4000000000000002' });
  const intent = idOf((await stripe.checkout.sessions.expire(id)).payment_intent);
  assert.is((await stripe.paymentIntents.retrieve(intent)).status, 'canceled');
  await throws(() => control('pay', { session: id, method: 'card', card: '4242424242424242' }), /the session is expired/);
});

test('an expired session is paid all the same where a test allows it', async () => {
  const { id } = await session();
  await control('pay', { session: id, method: 'card', card: '4000000000000002' });
  await stripe.checkout.sessions.expire(id);
  await control('allowLate', { session: id });
  const { session: paid } = await control('pay', { session: id, method: 'card', card: '4242424242424242' });
  assert.is(paid.status, 'complete');
  assert.is(paid.payment_status, 'paid');
});

test('lists go by page, newest first, and by payment', async () => {
  const made = [await session(), await session(), await session()].map(({ id }) => id);
  const first = await stripe.checkout.sessions.list({ limit: 2 });
  assert.equal(
    first.data.map(({ id }) => id),
    [made[2], made[1]],
  );
  assert.is(first.has_more, true);
  const next = await stripe.checkout.sessions.list({ limit: 1, starting_after: made[1] ?? '' });
  assert.is(next.data[0]?.id, made[0]);
  const before = await stripe.checkout.sessions.list({ limit: 1, ending_before: made[0] ?? '' });
  assert.is(before.data[0]?.id, made[1]);
  const { session: paid } = await control('pay', { session: made[0] ?? '', method: 'card', card: '4242424242424242' });
  const found = await stripe.checkout.sessions.list({ payment_intent: idOf(paid.payment_intent) });
  assert.equal(
    found.data.map(({ id }) => id),
    [made[0]],
  );
  assert.is((await refusal(stripe.checkout.sessions.list({ limit: 101 }))).param, 'limit');
  assert.is((await refusal(stripe.checkout.sessions.list({ starting_after: 'cs_none' }))).code, 'resource_missing');
});

test('an unknown session is missing, like one of another account', async () => {
  const error = await refusal(stripe.checkout.sessions.retrieve('cs_test_none'));
  assert.is(error.statusCode, 404);
  assert.is(error.code, 'resource_missing');
  assert.is(error.message, "No such checkout.session: 'cs_test_none'");
  await control('register', { id: 'acct_other', keys: [{ secret: 'sk_test_other' }] });
  const { id } = await session();
  const other = sdk(workshop.emulator, 'sk_test_other');
  assert.is((await refusal(other.checkout.sessions.retrieve(id))).code, 'resource_missing');
  assert.is((await refusal(other.checkout.sessions.expire(id))).code, 'resource_missing');
  assert.equal((await other.checkout.sessions.list()).data, []);
});

function plain(object: object): unknown {
  return JSON.parse(JSON.stringify(object));
}

async function throws(run: () => Promise<unknown>, words: RegExp): Promise<void> {
  try {
    await run();
  } catch (error) {
    return assert.match((error as Error).message, words);
  }
  assert.unreachable('nothing was thrown');
}

test.run();
