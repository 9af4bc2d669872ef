import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openReceiver, type Receiver } from '../../server/test/receiver.ts';
import { clean } from './axe.ts';
import { DESKTOP, PHONE, shot } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let receiver: Receiver;
test.before(async () => {
  receiver = await openReceiver();
  stage = await openStage();
});
test.after(async () => {
  receiver.close();
  await stage.close();
});

test('an endpoint is added, told, replayed, turned off and removed, and every window sees it', async () => {
  const { page, faults } = await stage.owner('/settings/webhooks');
  await page.getByText('Aucune adresse pour le moment.').waitFor();
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByText('Aucune adresse pour le moment.').waitFor();

  // What is missing is said at its field, and leads there.
  await page.getByRole('button', { name: 'Ajouter' }).click();
  await page.getByText('Indiquez une adresse complète, en https.').waitFor();
  assert.is(await page.evaluate(() => document.activeElement?.id.endsWith('-url')), true);
  await page.getByRole('textbox', { name: 'Adresse' }).fill('http://example.com/hook');
  await page.getByRole('button', { name: 'Ajouter' }).click();
  await page.getByText('Indiquez une adresse complète, en https.').waitFor();
  await page.getByRole('textbox', { name: 'Adresse' }).fill(`${receiver.url}/hook`);
  await page.getByRole('textbox', { name: 'Nom' }).fill('Comptabilité');
  await page.getByLabel('Seulement ceux-ci :').check();
  await page.getByRole('button', { name: 'Ajouter' }).click();
  await page.getByText('Choisissez au moins un type d’événement.').waitFor();
  await page.getByRole('checkbox', { name: 'message.posted' }).check();
  await clean(page, 'webhooks, adding');
  await page.getByRole('button', { name: 'Ajouter' }).click();
  for (const window of [page, other]) await window.getByText('1 type d’événement').waitFor();
  const secret = await page.getByLabel('Clé de signature, Comptabilité').inputValue();
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);

  receiver.answer = (response) => void response.writeHead(receiver.received.length === 1 ? 503 : 200).end('busy');
  await page.getByText('Envois', { exact: true }).click();
  await page.getByText('Rien n’a encore été envoyé.').waitFor();
  const quote = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Bonjour' });
  const log = page.getByRole('region', { name: 'Envois à Comptabilité' });
  await log.getByText('En attente').waitFor();
  await log.getByText('HTTP 503 · busy').waitFor();
  // Also where the log is not unfolded.
  const trouble = other.getByRole('status').filter({ hasText: 'Dernier envoi en échec, nouvel essai prévu' });
  await trouble.waitFor();
  await clean(page, 'webhooks, waiting');
  await shot(page, 'webhooks-waiting');
  await shot(other, 'webhooks-trouble');
  await log.getByText('Reçu').waitFor();
  await trouble.waitFor({ state: 'detached' });
  await log.getByRole('button', { name: /^Renvoyer l’événement/ }).click();
  await page.waitForFunction(() => /1 essai,/.test(document.querySelector('details section')?.textContent ?? ''));
  assert.is(receiver.received.length, 3);
  assert.is(new Set(receiver.received.map((call) => call.headers['webhook-id'])).size, 1);

  await page.getByRole('button', { name: 'Désactiver Comptabilité' }).click();
  for (const window of [page, other]) await window.getByText('Désactivée', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Modifier Comptabilité' }).click();
  await page.locator('li').getByRole('textbox', { name: 'Nom' }).fill('');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  const host = new URL(receiver.url).host;
  for (const viewport of [DESKTOP, PHONE, { width: 320, height: 640 }]) {
    await page.setViewportSize(viewport);
    await page.getByRole('button', { name: `Activer ${host}` }).waitFor();
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await clean(page, `webhooks at ${viewport.width}`);
    await shot(page, `webhooks-${viewport.width}`);
  }
  await page.getByRole('button', { name: `Supprimer ${host}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Supprimer' }).click();
  for (const window of [page, other]) await window.getByText('Aucune adresse pour le moment.').waitFor();
  assert.equal(faults, []);
});

test('a delivery that is given up stands in the feed, and leads to the endpoints', async () => {
  receiver.answer = (response) => void response.writeHead(410).end();
  await stage.app.api('POST', '/webhooks', { url: `${receiver.url}/gone`, types: ['document.issued'] });
  const { page } = await stage.owner('/');
  await stage.issue('quote');
  const line = page.getByRole('listitem').filter({ hasText: 'n’a pas reçu un événement' });
  await line.getByText('HTTP 410').waitFor();
  await clean(page, 'feed with a webhook that failed');
  await shot(page, 'feed-webhook');
  await line.getByRole('link', { name: 'Voir les webhooks' }).click();
  await page.waitForURL('**/settings/webhooks');
  await page.getByText(/Désactivée : l’adresse a répondu/).waitFor();
});

test('the page of the API can be read on a phone, in light and dark', async () => {
  for (const [viewport, colorScheme] of [
    [DESKTOP, 'light'],
    [PHONE, 'dark'],
    [{ width: 320, height: 640 }, 'light'],
  ] as const) {
    const { page, faults } = await stage.visitor({ viewport, colorScheme });
    await page.goto(`${stage.app.url}/api/v1/docs`);
    await page.getByRole('heading', { level: 1, name: 'API' }).waitFor();
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await clean(page, `the API at ${viewport.width}`);
    assert.equal(faults, []);
  }
});

test.run();
