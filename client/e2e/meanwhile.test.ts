import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { until } from '../../server/test/doors.ts';
import { mark, shot } from './browser.ts';
import { attach, isLive, openStage, PIXEL, touch, wireTo, type Stage } from './stage.ts';

/** The client's page while something happens: the line is cut, code comes later, somebody else acts. */

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const stamp = (page: Page, words: string) => page.locator('.stamp', { hasText: words }).waitFor();

test('a cut line is announced, and so is that all is there again', async () => {
  const quote = await stage.issue('quote');
  const wire = await wireTo(stage.app.url);
  const { page } = await stage.client({ ...quote, path: new URL(quote.path, wire.url).href });
  await touch(page);
  const banner = page.locator('.connection');
  assert.is(await banner.getAttribute('role'), 'status', 'there before there is something to say');
  assert.is(await banner.innerText(), '');
  wire.cut();
  await banner.getByText(/rien n’est perdu/).waitFor();
  await shot(page, 'offline');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Pendant le tunnel' });
  wire.mend();
  await banner.getByText('De nouveau en ligne, tout est à jour.').waitFor();
  await page.getByRole('log').getByText('Pendant le tunnel').waitFor();
  await page.waitForFunction(() => document.querySelector('.connection')?.textContent?.trim() === '');
  wire.close();
});

test('a page nobody has touched is complete soon after; whoever saves data is sent nothing', async () => {
  const quote = await stage.issue('quote');
  const wire = await wireTo(stage.app.url);
  const { page } = await stage.client({ ...quote, path: new URL(quote.path, wire.url).href });
  await page.locator('[data-ready]').waitFor();
  wire.cut();
  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await page
    .getByText(/votre décision partira/)
    .first()
    .waitFor();
  wire.mend();
  await stamp(page, 'Accepté');
  wire.close();

  const { page: frugal, context } = await stage.visitor();
  await frugal.clock.install();
  await context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  const asked: string[] = [];
  frugal.on('request', (request) => asked.push(request.url()));
  await frugal.goto(`${stage.app.url}${quote.path}`);
  await isLive(frugal);
  await frugal.clock.fastForward(60_000);
  assert.equal(
    asked.filter((url) => /Paper|Decision|Talk/.test(url)),
    [],
  );
  await touch(frugal);
});

test('a panel that is open says at once that the document has changed under it, and shows how', async () => {
  const quote = await stage.issue('quote');
  const { page } = await stage.client(quote);
  const kept = await mark(page);
  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  const panel = page.getByRole('dialog');
  await panel
    .getByText(/2\s114,40/)
    .first()
    .waitFor();
  await stage.revise(quote);
  await panel.getByRole('status').getByText('La révision 2 vient de remplacer').waitFor();
  assert.is((await panel.getByText(/2\s114,40/).count()) > 0, true, 'what is agreed to does not change under the hand');
  await shot(page, 'overtaken');
  await panel.getByRole('button', { name: 'Voir ce qui change' }).click();
  await panel.getByText('Ligne supprimée : Main-d’œuvre').waitFor();
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), 'Ligne supprimée');
  await panel
    .getByText(/1\s428,00/)
    .first()
    .waitFor();
  await shot(page, 'overtaken-seen');
  await panel.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await stamp(page, 'Accepté');
  assert.ok(await kept());
  const { body } = await stage.app.api('GET', `/documents/${quote.id}`);
  assert.is(body.decision.revision, 2);
});

test('a panel that is open says at once that somebody else has decided', async () => {
  const quote = await stage.issue('quote');
  const { page } = await stage.client(quote);
  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  const { page: other } = await stage.client(quote);
  await other.getByRole('button', { name: 'Refuser', exact: true }).click();
  await other.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('status')
    .getByText(/Anne Martin a refusé ce devis/)
    .waitFor();
});

test('a file that arrives is said and shown, is looked at in place, and is gone when it is taken away', async () => {
  const quote = await stage.issue('quote');
  const { page, faults } = await stage.client(quote);
  const kept = await mark(page);
  const file = await attach(stage, quote, 'Croquis.png', PIXEL);
  await page.locator('.notices').getByText('joint le fichier « Croquis.png »').waitFor();
  const section = page.getByRole('region', { name: 'Pièces jointes' });
  await section.getByRole('link').first().click();
  const box = page.getByRole('dialog', { name: 'Croquis.png' });
  await box.getByRole('img').waitFor();
  await shot(page, 'lightbox');
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached' });
  await stage.app.api('DELETE', `/documents/${quote.id}/files/${file}`);
  await page.locator('.notices').getByText('retiré le fichier « Croquis.png »').waitFor();
  await section.waitFor({ state: 'detached' });
  assert.ok(await kept());
  assert.equal(faults, []);
});

test('what was typed, chosen and focused before the code came is still so afterwards', async () => {
  const quote = await stage.issue('quote', { client: { name: 'Personne en particulier' } });
  const { page, context } = await stage.visitor();
  let open = (): void => {};
  const held = new Promise<void>((resolve) => (open = resolve));
  await context.route(/\/assets\/Talk-/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${stage.app.url}${quote.path}`);
  await isLive(page);
  await page.getByLabel('Votre nom').fill('Zoé');
  await page.locator('input[type=file]').setInputFiles({ name: 'Tôt.png', mimeType: 'image/png', buffer: PIXEL });
  await page.getByLabel('Votre message').fill('Écrit trop tôt');
  open();
  await page.locator('.composer .chosen').getByText('Tôt.png').waitFor();
  assert.is(await page.getByLabel('Votre message').inputValue(), 'Écrit trop tôt');
  assert.is(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'text');
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('Écrit trop tôt').waitFor();
  await page.getByRole('log').getByRole('img', { name: 'Tôt.png' }).waitFor();
  const said = await until(async () => {
    const { body } = await stage.app.api('GET', `/documents/${quote.id}`);
    return body.messages.length > 0 && body.messages;
  }, 'the message');
  assert.equal(
    said.map((m: { text: string }) => m.text),
    ['Écrit trop tôt'],
  );
});

test.run();
