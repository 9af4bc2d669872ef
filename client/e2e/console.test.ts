import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { clean } from './axe.ts';
import { DESKTOP, PHONE, shot } from './browser.ts';
import { ended } from './mails.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const ANNE = { name: 'Anne Martin', email: 'anne@example.com', language: 'fr' };

test('a mail that came back is loud in the feed, and the feed tells of sending', async () => {
  const quote = await stage.issue('quote', { client: { name: 'Menuiserie Bois', contacts: [ANNE] } });
  const { page } = await stage.owner('/');
  const detail = await stage.app.api('GET', `/documents/${quote.id}`);
  await stage.app.execute({
    name: 'sendDocument',
    id: randomUUID(),
    input: { document: quote.id, contacts: [detail.body.links[0].contact.id], text: '' },
    acting: stage.app.owner,
    facts: { ip: null, userAgent: null, pdf: null },
  });
  const card = page.getByRole('article').filter({ hasText: quote.number });
  await card.getByText('a envoyé le document par mail à Anne Martin').waitFor();
  await ended(stage, quote, ANNE.email, 'failed', '550 mailbox unavailable');
  const line = card.getByRole('listitem').filter({ hasText: 'n’a pas reçu le mail' });
  await line.getByText('550 mailbox unavailable').waitFor();
  await line.getByText('anne@example.com').waitFor();
  await shot(page, 'feed-failed');
  await page.getByRole('link', { name: 'Envois' }).click();
  await line.waitFor();
  await page.getByRole('link', { name: 'Messages' }).click();
  await line.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Envois' }).click();
  await line.getByRole('link', { name: 'Ouvrir le document' }).click();
  await page.waitForURL(`**/documents/${quote.id}`);
});

test('what one wants mails about is kept at once and changes in every window', async () => {
  const { page: one } = await stage.owner('/settings');
  const other = await one.context().newPage();
  await other.goto(one.url());
  const box = (page: Page) => page.getByRole('checkbox', { name: 'un devis est mis en attente' });
  const before = await box(one).isChecked();
  assert.is(await box(other).isChecked(), before);
  await box(one).setChecked(!before);
  await one.getByText('Enregistré.').waitFor();
  await other.waitForFunction(
    (was) =>
      [...document.querySelectorAll('label')].some(
        (label) => /mis en attente/.test(label.textContent) && label.querySelector('input')?.checked !== was,
      ),
    before,
  );
  await one.reload();
  await box(one).waitFor();
  assert.is(await box(one).isChecked(), !before);
  // Several in a row, faster than the answers come: the last word counts.
  for (const name of ['un document est accepté', 'un document est refusé']) await one.getByRole('checkbox', { name }).uncheck();
  await other.waitForFunction(
    () =>
      [...document.querySelectorAll('label')].filter(
        (label) => /est (accepté|refusé)/.test(label.textContent) && !label.querySelector('input')?.checked,
      ).length === 2,
  );
  await clean(one, 'settings');
  await shot(one, 'settings-desktop');
});

test('a mail’s link leads through the login to exactly that conversation', async () => {
  const quote = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Bonjour Anne' });
  for (const options of [{ viewport: DESKTOP }, { viewport: PHONE, hasTouch: true, isMobile: true }]) {
    const context = await stage.browser.newContext({ locale: 'fr-FR', ...options });
    const page = await context.newPage();
    const address = `${stage.app.url}/documents/${quote.id}#talk`;
    await page.goto(address);
    await page.getByLabel('Adresse e-mail').fill('owner@example.com');
    await page.getByLabel('Mot de passe', { exact: true }).fill('correct horse');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('log').getByText('Bonjour Anne').waitFor();
    assert.is(page.url(), address);
    // Without the fragment nothing opens by itself on a phone, where the panel would hide the document.
    await page.goto(`${stage.app.url}/documents/${quote.id}`);
    await page.getByRole('heading', { level: 1, name: new RegExp(quote.number) }).waitFor();
    if (options.viewport === PHONE) assert.is(await page.getByRole('log').count(), 0);
    await context.close();
  }
});

test('filters of an address that do not exist are ignored, and a very long number breaks no list', async () => {
  const number = `DEVIS-${'0123456789'.repeat(5)}`;
  const quote = await stage.issue('quote');
  await stage.app.em().execute('update documents set number = ?, client_name = ? where id = ?', [number, 'X'.repeat(90), quote.id]);
  const { page } = await stage.owner('/documents');
  for (const viewport of [DESKTOP, PHONE, { width: 320, height: 640 }]) {
    await page.setViewportSize(viewport);
    await page.goto(`${stage.app.url}/documents?kind=zzz&state=yyy`);
    await page.getByRole('table').getByText(number).waitFor();
    assert.is(await page.getByRole('alert').count(), 0);
    assert.is(
      await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
      0,
      `${viewport.width}`,
    );
    await shot(page, `documents-long-${viewport.width}`);
  }
  await page.goto(`${stage.app.url}/documents?q=${'a'.repeat(300)}`);
  await page.getByText('Aucun document ne correspond.').waitFor();
});

test.run();
