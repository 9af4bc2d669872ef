import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { KEY, register, saveSettings, WEBHOOK_SECRET } from '../../server/test/paying.ts';
import { startEmulator, type Emulator } from '../../server/test/stripe-emulator/emulator.ts';
import { clean } from './axe.ts';
import { mark, PHONE, shot, still } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let stripe: Emulator;

test.before(async () => {
  stripe = await startEmulator({ retryMs: [50, 100, 200, 400, 800] });
  stage = await openStage({ stripeUrl: stripe.url });
  await register(stripe, stage.app);
  await saveSettings(stage.app, { key: KEY, webhookSecret: WEBHOOK_SECRET, methods: ['card', 'paypal', 'sepa_debit'], partial: true });
});
test.after(async () => {
  await stage?.close();
  await stripe?.close();
});

const PAY = /^Payer .* en ligne$/;
const TOTAL = /2.114,40.€/;

async function atStripe(page: Page, method: 'card' | 'paypal' | 'sepa_debit'): Promise<void> {
  await page.waitForURL((url) => url.href.startsWith(stripe.url));
  await page.check(`#method-${method}`);
}

/** The owner's screen of the same invoice, marked so that a reload would show. */
async function watching(id: string) {
  const owner = await stage.owner(`/documents/${id}`);
  const stayed = await mark(owner.page);
  return { ...owner, stayed };
}

test('by card: from the page to Stripe’s and back, paid on both screens, nothing reloaded', async () => {
  const invoice = await stage.issue('invoice');
  const owner = await watching(invoice.id);
  const client = await stage.client(invoice, { viewport: PHONE });
  await shot(client.page, 'pay-phone');
  await clean(client.page, 'state 1');
  assert.ok(await client.page.getByText('Mode test').first().isVisible());
  // The bar at the foot of a phone has the one thing to do.
  await client.page.locator('.bar').getByRole('button', { name: 'Payer en ligne' }).click();
  await atStripe(client.page, 'card');
  await shot(client.page, 'pay-stripe');
  await stripe.control('hold', { hold: true });
  await client.page.click('#pay');
  await client.page.waitForURL(/payment=done/);
  await client.page.getByText('Confirmation du paiement').waitFor();
  await clean(client.page, 'state 2');
  await shot(client.page, 'pay-confirming');
  const stayed = await mark(client.page);
  await owner.page.getByText('Anne Martin est sur la page de paiement').waitFor();
  await stripe.control('hold', { hold: false });
  await client.page.getByText(/Paiement de .* reçu\. Merci/).waitFor();
  await owner.page.locator('.stamp, .state').getByText('Payée').first().waitFor();
  assert.ok(await stayed());
  assert.ok(await owner.stayed());
  assert.is(await client.page.locator('form#pay').count(), 0, 'there is nothing more to pay');
  assert.is(await client.page.locator('.bar').getByRole('button', { name: 'Payer en ligne' }).count(), 0);
  await clean(client.page, 'state 3');
  await still(client.page);
  await shot(client.page, 'paid-phone');
  await shot(owner.page, 'paid-owner');
  const feed = await stage.owner('/');
  await feed.page
    .getByText(/a payé .* par carte/)
    .first()
    .waitFor();
  await shot(feed.page, 'paid-feed');
  assert.equal([client.faults, owner.faults, feed.faults].flat(), []);
});

test('by PayPal, on a desktop', async () => {
  const invoice = await stage.issue('invoice');
  const owner = await watching(invoice.id);
  const client = await stage.client(invoice);
  await shot(client.page, 'pay-desktop');
  await client.page.getByRole('button', { name: PAY }).click();
  await atStripe(client.page, 'paypal');
  await client.page.click('#pay');
  await client.page.click('#yes');
  await client.page.getByText(/Paiement de .* reçu\. Merci/).waitFor();
  await owner.page.locator('.stamp, .state').getByText('Payée').first().waitFor();
  assert.ok(await owner.stayed());
  await clean(client.page, 'state 4');
  await shot(client.page, 'paid-desktop');
});

test('a declined card, then a good one', async () => {
  const invoice = await stage.issue('invoice');
  const client = await stage.client(invoice);
  await client.page.getByRole('button', { name: PAY }).click();
  await atStripe(client.page, 'card');
  await client.page.fill('#card', '4000 0000 0000 0002');
  await client.page.click('#pay');
  await client.page.locator('#failure').waitFor();
  await client.page.check('#method-card');
  await client.page.fill('#card', '4242 4242 4242 4242');
  await client.page.click('#pay');
  await client.page.getByText(/Paiement de .* reçu\. Merci/).waitFor();
});

test('a debit that fails after days: on its way on both screens, then failed, and it can be tried again', async () => {
  const invoice = await stage.issue('invoice');
  const owner = await watching(invoice.id);
  const client = await stage.client(invoice);
  await client.page.getByRole('button', { name: PAY }).click();
  await atStripe(client.page, 'sepa_debit');
  await client.page.click('#pay');
  await client.page.waitForURL(/payment=done/);
  await client.page
    .locator('.pay-said')
    .getByText(/par prélèvement SEPA est en cours/)
    .waitFor();
  await owner.page
    .getByText(/paiement de .* est en cours/i)
    .first()
    .waitFor();
  assert.is(await client.page.locator('form#pay').count(), 0, 'it cannot be paid twice');
  await shot(client.page, 'debit-running');
  await clean(client.page, 'state 5');
  const [checkout] = await stage.app
    .em()
    .execute<{ session: string }[]>('select session from checkouts where document_id = ?', [invoice.id]);
  await stripe.control('settle', { session: checkout?.session ?? '', end: 'fail' });
  await client.page
    .getByText(/Le paiement de .* a échoué/)
    .first()
    .waitFor();
  await owner.page
    .getByText(/paiement de .* a échoué/i)
    .first()
    .waitFor();
  assert.ok(await owner.stayed());
  await client.page.getByRole('button', { name: PAY }).waitFor();
  await shot(client.page, 'debit-failed');
  await clean(client.page, 'state 6');
});

test('given up at Stripe: the page says so, and one can pay after all', async () => {
  const invoice = await stage.issue('invoice');
  const client = await stage.client(invoice);
  await client.page.getByRole('button', { name: PAY }).click();
  await client.page.waitForURL((url) => url.href.startsWith(stripe.url));
  await client.page.click('#back');
  await client.page.getByText('Le paiement a été abandonné').waitFor();
  await shot(client.page, 'pay-cancelled');
  await client.page.getByRole('button', { name: PAY }).click();
  await atStripe(client.page, 'card');
  await client.page.click('#pay');
  await client.page.getByText(/Paiement de .* reçu\. Merci/).waitFor();
});

test('a part is paid, what is left moves; a wrong amount is said where it was typed', async () => {
  const invoice = await stage.issue('invoice');
  const client = await stage.client(invoice);
  await client.page.getByText('Payer un autre montant').click();
  await client.page.locator('[data-ready]').waitFor();
  await client.page.getByLabel('Montant à payer').fill('beaucoup');
  await client.page.locator('.part').getByRole('button', { name: 'Payer en ligne' }).click();
  await client.page
    .getByRole('alert')
    .getByText(/Indiquez un montant/)
    .waitFor();
  await client.page.getByLabel('Montant à payer').fill('1 000,50');
  await shot(client.page, 'pay-part');
  await clean(client.page, 'state 7');
  await client.page.locator('.part').getByRole('button', { name: 'Payer en ligne' }).click();
  await atStripe(client.page, 'card');
  await client.page.click('#pay');
  await client.page.getByText(/Paiement de 1.000,50.€ reçu/).waitFor();
  await client.page.getByRole('button', { name: /^Payer 1.113,90.€ en ligne$/ }).waitFor();
});

test('without JavaScript it is a plain form and a page that leads on', async () => {
  const invoice = await stage.issue('invoice');
  const client = await stage.client(invoice, { javaScriptEnabled: false });
  await client.page.getByRole('button', { name: PAY }).click();
  await atStripe(client.page, 'card');
  await client.page.click('#pay');
  await client.page.waitForURL(/payment=done/);
  await stripe.idle();
  await client.page.reload();
  await client.page.getByText(/Paiement de .* reçu\. Merci/).waitFor();
});

test('a deposit asked on an accepted quote is paid from the quote’s page', async () => {
  const quote = await stage.issue('quote');
  const client = await stage.client(quote);
  await client.page.getByRole('button', { name: 'Accepter' }).first().click();
  await client.page.getByLabel('Votre nom').fill('Anne Martin');
  await client.page.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await client.page.locator('.stamp, .state').getByText('Accepté').first().waitFor();
  const acting = stage.app.owner;
  const facts = { ip: null, userAgent: null, pdf: null };
  const command = (name: 'draftDocument' | 'issueDocument', input: object) =>
    stage.app.execute({ name, id: crypto.randomUUID(), input, acting, facts });
  const draft = await command('draftDocument', { kind: 'invoice', from: { documents: [quote.id] }, deposit: { percent: '30' } });
  await command('issueDocument', { document: draft.result['document'] });
  await client.page.getByText(/Un acompte de .* est demandé/).waitFor();
  await shot(client.page, 'pay-deposit');
  await clean(client.page, 'state 8');
  await client.page.getByRole('button', { name: PAY }).click();
  await atStripe(client.page, 'card');
  await client.page.click('#pay');
  await client.page.getByText(/Paiement de .* reçu\. Merci/).waitFor();
});

test('where the company is not set up, there is no such button', async () => {
  const headers = { cookie: stage.app.cookie, origin: stage.app.url };
  await fetch(`${stage.app.url}/console/payments`, { method: 'DELETE', headers });
  const client = await stage.client(await stage.issue('invoice'));
  await client.page.getByText(TOTAL).first().waitFor();
  assert.is(await client.page.locator('form#pay').count(), 0);
  assert.is(await client.page.getByRole('button', { name: /en ligne/ }).count(), 0);
});

test.run();
