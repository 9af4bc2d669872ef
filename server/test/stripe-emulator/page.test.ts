import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openWorkshop, post } from './support.ts';

const workshop = await openWorkshop();
const { stripe, control, session } = workshop;
test.after(() => workshop.close());

const ENGLISH = { 'accept-language': 'en' };
const show = async (url: string, headers: Record<string, string> = ENGLISH) => {
  const response = await fetch(url, { headers });
  return { status: response.status, text: await response.text() };
};
const urlOf = ({ url }: { url: string | null }) => url ?? '';
const card = (number: string) => ({ method: 'card', card: number, email: 'client@example.com', name: 'Client' });

test('the page says what is paid, to whom, how, and that no money moves', async () => {
  const made = await session();
  const { status, text } = await show(urlOf(made));
  assert.is(status, 200);
  assert.match(text, /<html lang="en">/);
  assert.is(text.match(/<h1>/g)?.length, 1);
  assert.match(text, /Emulated Stripe: no money moves/);
  assert.match(text, /Pay Atelier Martin/);
  assert.match(text, /Invoice F-2026-7/);
  assert.match(text, /€12\.34/);
  assert.match(text, /href="http:&#47;&#47;|href="http:\/\/localhost:9\/back"/);
  for (const [, id = ''] of text.matchAll(/<input id="(\w+)"/g)) assert.ok(text.includes(`<label for="${id}">`), id);
});

test('its language is that of the session, or of the browser where the session leaves it open', async () => {
  assert.match((await show(urlOf(await session({ locale: 'fr' })))).text, /<html lang="fr">[\s\S]*Payer Atelier Martin[\s\S]*12,34/);
  const open = urlOf(await session({ locale: 'auto' }));
  assert.match((await show(open, { 'accept-language': 'fr-CH, en' })).text, /<html lang="fr">/);
  assert.match((await show(open, { 'accept-language': 'de' })).text, /<html lang="en">/);
  assert.match((await show(urlOf(await session({ locale: 'de' })), { 'accept-language': 'fr' })).text, /<html lang="en">/);
});

test('text is text', async () => {
  const price_data = { currency: 'eur', unit_amount: 500, product_data: { name: '<img src=x onerror="alert(1)">' } };
  const made = await session({ line_items: [{ quantity: 2, price_data }], cancel_url: 'http://localhost:9/"><script>' });
  const { text } = await show(urlOf(made));
  assert.not.match(text, /<img|<script/);
});

test('only the methods of the session are offered, and only they are taken', async () => {
  const made = await session({ allowed_payment_method_types: ['card'] });
  const { text } = await show(urlOf(made));
  assert.match(text, /value="card"/);
  assert.not.match(text, /value="paypal"/);
  const response = await post(urlOf(made), { method: 'paypal' });
  assert.is(response.headers.get('location'), `/c/pay/${made.id}`);
  assert.is((await stripe.checkout.sessions.retrieve(made.id)).payment_intent, null);
});

test('a card pays and the browser goes on to the success page, with the session in its address', async () => {
  const made = await session();
  const response = await post(urlOf(made), card('4242 4242 4242 4242'));
  assert.is(response.status, 303);
  assert.is(response.headers.get('location'), `http://localhost:9/done?session=${made.id}`);
  const paid = await stripe.checkout.sessions.retrieve(made.id);
  assert.is(paid.payment_status, 'paid');
  assert.is(paid.customer_details?.email, 'client@example.com');
  assert.match((await show(urlOf(made))).text, /<h1>Payment complete<\/h1>/);
});

test('a declined card stays on the page with an error, in the language of the page', async () => {
  const made = await session({ locale: 'fr' });
  const response = await post(urlOf(made), card('4000 0000 0000 9995'));
  assert.is(response.headers.get('location'), `/c/pay/${made.id}`);
  assert.match((await show(urlOf(made))).text, /role="alert">Votre carte n’a pas de provision/);
  await post(urlOf(made), card('1234'));
  assert.match((await show(urlOf(made))).text, /role="alert">Votre carte a été refusée/);
  assert.match((await post(urlOf(made), card('4242424242424242'))).headers.get('location') ?? '', /^http:\/\/localhost:9\/done/);
});

test('3-D Secure is a page of its own, with two answers', async () => {
  const made = await session();
  const asked = await post(urlOf(made), card('4000 0025 0000 3155'));
  const page = `${urlOf(made)}/authenticate`;
  assert.is(asked.headers.get('location'), new URL(page).pathname);
  assert.match((await show(page)).text, /<h1>3-D Secure<\/h1>[\s\S]*Complete[\s\S]*Fail/);
  assert.is((await post(page, { answer: 'no' })).headers.get('location'), `/c/pay/${made.id}`);
  assert.match((await show(urlOf(made))).text, /unable to authenticate/);
  await post(urlOf(made), card('4000 0025 0000 3155'));
  assert.match((await post(page, { answer: 'yes' })).headers.get('location') ?? '', /done/);
});

test('PayPal is a page of its own; turning back leads to the payment page', async () => {
  const made = await session();
  const asked = await post(urlOf(made), { method: 'paypal' });
  const page = `${urlOf(made)}/paypal`;
  assert.is(asked.headers.get('location'), new URL(page).pathname);
  assert.match((await show(page)).text, /Log in to PayPal and pay/);
  await post(page, { answer: 'no' });
  assert.match((await show(urlOf(made))).text, /role="alert">The payment was canceled at PayPal/);
  await post(urlOf(made), { method: 'paypal' });
  assert.match((await post(page, { answer: 'yes' })).headers.get('location') ?? '', /done/);
  // The question is over: whoever comes back to it sees where things stand.
  assert.match((await show(page)).text, /Payment complete/);
});

test('a debit goes on to the success page, and its page lets the bank decide', async () => {
  const made = await session();
  const response = await post(urlOf(made), { method: 'sepa_debit', iban: 'FR14 2004 1010 0505 0001 3M02 606' });
  assert.match(response.headers.get('location') ?? '', /done/);
  assert.match((await show(urlOf(made))).text, /Payment in process[\s\S]*Let the bank pay now/);
  await post(`${urlOf(made)}/settle`, { end: 'fail' });
  assert.match((await show(urlOf(made))).text, /<h1>Payment failed<\/h1>/);
  const wrong = await session();
  await post(urlOf(wrong), { method: 'sepa_debit', iban: 'FR00' });
  assert.match((await show(urlOf(wrong))).text, /IBAN you entered is invalid/);
});

test('an expired session says so and takes nothing', async () => {
  const made = await session();
  await stripe.checkout.sessions.expire(made.id);
  assert.match((await show(urlOf(made))).text, /<h1>This payment page has expired<\/h1>/);
  assert.is((await post(urlOf(made), card('4242424242424242'))).headers.get('location'), `/c/pay/${made.id}`);
  assert.is((await stripe.checkout.sessions.retrieve(made.id)).payment_status, 'unpaid');
});

test('what two windows pay is paid once', async () => {
  const made = await session();
  const both = await Promise.all([post(urlOf(made), card('4242424242424242')), post(urlOf(made), card('4242424242424242'))]);
  assert.equal(both.map((one) => one.headers.get('location')?.includes('done')).sort(), [false, true]);
  const { data } = await stripe.charges.list({ limit: 100 });
  const paid = await stripe.checkout.sessions.retrieve(made.id);
  assert.is(data.filter((charge) => charge.payment_intent === paid.payment_intent).length, 1);
});

test('reading changes nothing, and an unknown page is not there', async () => {
  const made = await session();
  const before = (await control('events', {})).length;
  await show(urlOf(made));
  assert.is((await show(`${urlOf(made)}/authenticate`)).status, 200);
  assert.is((await control('events', {})).length, before);
  assert.is((await show(`${workshop.emulator.url}/c/pay/cs_test_none`)).status, 404);
  assert.is((await show(`${workshop.emulator.url}/receipts/ch_none/rcpt_none`)).status, 404);
});

test.run();
