import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { mark, PHONE, shot } from './browser.ts';
import { isLive, openStage, touch, wireTo, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

async function decide(page: Page, action: string, fill: (page: Page) => Promise<void> = async () => {}): Promise<void> {
  await page.getByRole('button', { name: action, exact: true }).click();
  await page.getByLabel('Votre nom', { exact: true }).last().fill('Anne Martin');
  await fill(page);
  await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
}

const stamp = (page: Page, words: string) => page.locator('.stamp', { hasText: words }).waitFor();

test('two windows: hold, talk, accept; each changes the other without a reload', async () => {
  const quote = await stage.issue('quote');
  const { page: owner, faults: ownerFaults } = await stage.owner(`/documents/${quote.id}`);
  const { page: client, faults } = await stage.client(quote);
  const [ownerKept, clientKept] = [await mark(owner), await mark(client)];
  await owner.getByText('Anne Martin est là').waitFor();

  await decide(client, 'Mettre en attente', (page) => page.getByLabel(/^Me le rappeler le/).fill('2099-01-15'));
  for (const page of [owner, client]) await stamp(page, 'En attente');

  await owner.getByRole('button', { name: 'Conversation', exact: true }).click();
  await owner.getByLabel('Votre message').fill('Bonjour Anne, une question ?');
  await owner.keyboard.press('Enter');
  await client.getByRole('log').getByText('Bonjour Anne, une question ?').waitFor();
  await client.getByLabel('Votre message').fill('Oui : <b>quand</b> ?');
  await client.keyboard.press('Enter');
  await owner.getByRole('log').getByText('Oui : <b>quand</b> ?').waitFor();
  await client.getByRole('log').getByText('Vu', { exact: true }).first().waitFor();

  await decide(client, 'Accepter');
  for (const page of [owner, client]) await stamp(page, 'Accepté');
  await owner
    .getByText(/Anne Martin a accepté/)
    .first()
    .waitFor();
  assert.is(await client.getByRole('button', { name: 'Accepter', exact: true }).count(), 0);
  assert.ok((await ownerKept()) && (await clientKept()), 'nobody reloaded');
  assert.equal([...faults, ...ownerFaults], []);
  await shot(owner, 'owner-accepted');
  await shot(client, 'client-accepted');
});

test('refuse on a delivery; an order has no hold, an invoice no decision', async () => {
  const order = await stage.issue('order');
  const delivery = await stage.issue('delivery', { follows: order.id, lines: [{ description: 'Chauffe-eau 300 l', quantity: '1' }] });
  const { page: feed } = await stage.owner('/');
  const { page: client } = await stage.client(delivery);
  assert.is(await client.getByRole('button', { name: 'Mettre en attente' }).count(), 0);
  await decide(client, 'Refuser', (page) => page.getByLabel(/^Motif/).fill('Carton abîmé'));
  await stamp(client, 'Refusé');
  await feed.getByText('Carton abîmé').waitFor();
  await client.getByRole('link', { name: new RegExp(order.number) }).click();
  await client.getByRole('heading', { level: 1, name: new RegExp(order.number) }).waitFor();
  await client.getByRole('button', { name: 'Accepter', exact: true }).waitFor();
  const invoice = await stage.issue('invoice', { follows: delivery.id });
  await client.getByRole('link', { name: new RegExp(invoice.number) }).click();
  await client.getByRole('heading', { level: 1, name: new RegExp(invoice.number) }).waitFor();
  assert.is(await client.getByRole('button', { name: /^(Accepter|Refuser|Mettre en attente)$/ }).count(), 0);
});

for (const width of [390, 320]) {
  test(`on a phone of ${width} px: read, answer, accept, nothing to scroll sideways`, async () => {
    const quote = await stage.issue('quote');
    const { page } = await stage.client(quote, { viewport: { ...PHONE, width }, hasTouch: true, isMobile: true });
    const { page: owner } = await stage.owner(`/documents/${quote.id}`, { viewport: { ...PHONE, width }, hasTouch: true, isMobile: true });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.is(await wide(), 0);
    await page.getByRole('link', { name: 'Conversation', exact: true }).click();
    const panel = page.getByRole('dialog');
    await panel.getByLabel('Votre message').fill('Depuis le téléphone');
    await panel.getByRole('button', { name: 'Envoyer' }).click();
    await panel.getByRole('log').getByText('Depuis le téléphone').waitFor();
    await shot(page, `phone-${width}-conversation`);
    await page.keyboard.press('Escape');
    await decide(page, 'Accepter');
    await stamp(page, 'Accepté');
    await stamp(owner, 'Accepté');
    assert.is(await wide(), 0);
  });
}

test('without JavaScript: hold, answer, accept, on plain forms; the owner’s window changes', async () => {
  const quote = await stage.issue('quote');
  const { page: owner } = await stage.owner(`/documents/${quote.id}`);
  const { page } = await stage.client(quote, { javaScriptEnabled: false });
  await page.getByRole('button', { name: 'Mettre en attente', exact: true }).click();
  await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await stamp(page, 'En attente');
  await stamp(owner, 'En attente');
  await page.getByLabel('Votre message').fill('Sans script');
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await page.getByRole('log').getByText('Sans script').waitFor();
  await owner.getByRole('button', { name: 'Conversation', exact: true }).click();
  await owner.getByRole('log').getByText('Sans script').waitFor();
  await decide(page, 'Accepter');
  await stamp(page, 'Accepté');
  await stamp(owner, 'Accepté');
  await shot(page, 'no-script');
});

test('what was written and decided in a tunnel is sent once, even after the tab was closed and opened again', async () => {
  const quote = await stage.issue('quote');
  const wire = await wireTo(stage.app.url);
  const context = await stage.browser.newContext({ locale: 'fr-FR' });
  const before = await context.newPage();
  await before.goto(`${wire.url}${quote.path}`);
  await before.getByLabel('Votre message').waitFor();
  await isLive(before);
  await touch(before);
  wire.cut();
  await before.getByLabel('Votre message').fill('Écrit dans le tunnel');
  await before.keyboard.press('Enter');
  await before.getByRole('log').getByText('Écrit dans le tunnel').waitFor();
  await before
    .getByText(/rien n’est perdu/i)
    .first()
    .waitFor();
  await before.getByRole('button', { name: 'Accepter', exact: true }).click();
  await before.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await before.close();
  wire.mend();
  const after = await context.newPage();
  await after.goto(`${wire.url}${quote.path}`);
  await stamp(after, 'Accepté');
  await after.getByRole('log').getByText('Écrit dans le tunnel').waitFor();
  const { body } = await stage.app.api('GET', `/documents/${quote.id}`);
  assert.is(body.messages.filter((m: { text: string }) => m.text === 'Écrit dans le tunnel').length, 1);
  assert.is(body.status, 'accepted');
  await context.close();
  wire.close();
});

test('a decision that was overtaken in the tunnel comes back as a refusal, with its text kept', async () => {
  const quote = await stage.issue('quote');
  const wire = await wireTo(stage.app.url);
  const context = await stage.browser.newContext({ locale: 'fr-FR' });
  const before = await context.newPage();
  await before.goto(`${wire.url}${quote.path}`);
  await isLive(before);
  await touch(before);
  wire.cut();
  await decide(before, 'Refuser', (page) => page.getByLabel(/^Motif/).fill('Trop cher'));
  await before.close();
  const { page: other } = await stage.client(quote);
  await decide(other, 'Accepter');
  await stamp(other, 'Accepté');
  wire.mend();
  const after = await context.newPage();
  await after.goto(`${wire.url}${quote.path}`);
  await after.getByRole('alert').getByText('Une décision a déjà été prise').waitFor();
  assert.is(await after.getByLabel(/^Motif/).inputValue(), 'Trop cher');
  await context.close();
  wire.close();
});

test('written on a page nobody had touched, with the line cut: sent when it is back', async () => {
  const quote = await stage.issue('quote');
  const wire = await wireTo(stage.app.url);
  const context = await stage.browser.newContext({ locale: 'fr-FR' });
  const page = await context.newPage();
  await page.goto(`${wire.url}${quote.path}`);
  await isLive(page);
  wire.cut();
  await page.getByLabel('Votre message').fill('Sans réseau');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => Object.values(localStorage).some((kept) => String(kept).includes('Sans réseau')));
  wire.mend();
  const said = async () => (await stage.app.api('GET', `/documents/${quote.id}`)).body.messages.map((m: { text: string }) => m.text);
  for (let tries = 0; tries < 60 && (await said()).length === 0; tries += 1) await page.waitForTimeout(250);
  assert.equal(await said(), ['Sans réseau']);
  await context.close();
  wire.close();
});

test('a new revision arrives while the page is open; the panel names what changed', async () => {
  const quote = await stage.issue('quote');
  const { page } = await stage.client(quote);
  const kept = await mark(page);
  await stage.revise(quote);
  await page.getByText('Révision 2', { exact: false }).first().waitFor();
  await page
    .getByText(/Ligne supprimée : Main-d’œuvre/)
    .first()
    .waitFor();
  await decide(page, 'Accepter');
  await stamp(page, 'Accepté');
  assert.ok(await kept());
  const { body } = await stage.app.api('GET', `/documents/${quote.id}`);
  assert.is(body.decision.revision, 2);
});

test('a revoked link’s open page goes blank within two seconds', async () => {
  const quote = await stage.issue('quote');
  const { page } = await stage.client(quote);
  const { body } = await stage.app.api('GET', `/documents/${quote.id}`);
  const started = Date.now();
  await stage.app.api('DELETE', `/documents/${quote.id}/links/${body.links[0].id}`);
  await page.getByRole('heading', { name: 'Ce lien n’ouvre rien' }).waitFor();
  assert.ok(Date.now() - started < 2500);
  assert.is(await page.getByText('1 762,00', { exact: false }).count(), 0);
});

test('the owner’s own look at the client’s page is not counted, and can act as the client', async () => {
  const quote = await stage.issue('quote');
  const { page } = await stage.owner(`/documents/${quote.id}`);
  await page.goto(`${stage.app.url}${quote.path}`);
  await page
    .getByText(/n’est pas comptée/)
    .first()
    .waitFor();
  assert.is(await page.getByRole('button', { name: 'Accepter', exact: true }).count(), 0);
  await page.getByRole('link', { name: 'Agir comme le client' }).click();
  await decide(page, 'Accepter');
  await stamp(page, 'Accepté');
});

test('the page follows the contact’s language, else the browser’s, and can be switched', async () => {
  const french = await stage.issue('quote');
  const { page } = await stage.client(french, { locale: 'en-GB' });
  assert.is(await page.getAttribute('html', 'lang'), 'fr');
  await page.getByRole('link', { name: /English/ }).click();
  await page.getByRole('button', { name: 'Put on hold', exact: true }).waitFor();
  assert.is(await page.getAttribute('html', 'lang'), 'en');
  const open = await stage.issue('quote', { client: { name: 'Nobody in particular' } });
  const { page: english } = await stage.client(open, { locale: 'en-GB' });
  await english.getByRole('button', { name: 'Accept', exact: true }).waitFor();
});

test.run();
