import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { PHONE, shot, still } from './browser.ts';
import { attach, openStage, PIXEL, touch, wireTo, type Stage } from './stage.ts';

/** The client's page on everybody's device: without JavaScript, on 320 px, from a mail, by keyboard, on paper. */

const SMALL = { viewport: { ...PHONE, width: 320 }, hasTouch: true, isMobile: true };
let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const stamp = (page: Page, words: string) => page.locator('.stamp', { hasText: words }).waitFor();
const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const mailed = async (document: string) =>
  (
    await stage.app
      .em()
      .execute<{ address: string }[]>("select address from mails where document_id = ? and kind = 'acknowledgement'", [document])
  ).map((row) => row.address);

test('without JavaScript, on 320 px: read, look at files, answer with one, decide with an e-mail address', async () => {
  const quote = await stage.issue('quote');
  await attach(stage, quote, 'Photo du chantier.png', PIXEL);
  const { page } = await stage.client(quote, { ...SMALL, javaScriptEnabled: false });
  const bytes = async (href: string | null) => (await page.request.get(new URL(href ?? '', page.url()).href)).body();
  assert.is(await sideways(page), 0);
  const section = page.getByRole('region', { name: 'Pièces jointes' });
  const links = section.getByRole('link');
  assert.equal(await bytes(await links.first().getAttribute('href')), PIXEL);
  assert.equal(await bytes(await section.getByRole('link', { name: 'Télécharger Photo du chantier.png' }).getAttribute('href')), PIXEL);

  await page.getByRole('link', { name: 'Conversation', exact: true }).click();
  await page.getByLabel('Votre message').fill('Voici le plan');
  await page.locator('input[type=file]').setInputFiles({ name: 'Plan.png', mimeType: 'image/png', buffer: PIXEL });
  assert.is(await sideways(page), 0);
  await shot(page, 'no-script-320-talk');
  await page.getByRole('button', { name: 'Envoyer' }).click();
  await page.getByRole('log').getByText('Voici le plan').waitFor();
  assert.is(new URL(page.url()).hash, '#talk', 'back where one was writing');
  assert.equal(await bytes(await page.getByRole('log').getByRole('link').first().getAttribute('href')), PIXEL);

  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  // What a browser lets through and is no address all the same.
  await page.getByLabel(/^Adresse e-mail/).fill('anne@ici');
  await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
  const wrong = page
    .locator('.decide')
    .getByRole('alert')
    .getByRole('link', { name: /Adresse e-mail/ });
  assert.is(await page.getByLabel(/^Adresse e-mail/).inputValue(), 'anne@ici');
  assert.is(await wrong.getAttribute('href'), `#${await page.getByLabel(/^Adresse e-mail/).getAttribute('id')}`);
  assert.ok(
    await page
      .locator('.decide')
      .getByRole('alert')
      .evaluate((el) => el.getBoundingClientRect().top >= 0),
    'the refusal is on the screen',
  );
  assert.is(await sideways(page), 0);
  await shot(page, 'no-script-320-decide');
  await page.getByLabel(/^Adresse e-mail/).fill('anne.ailleurs@example.com');
  await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
  await stamp(page, 'Accepté');
  assert.equal(await mailed(quote.id), ['anne.ailleurs@example.com']);
  await shot(page, 'no-script-320-decided');
});

test('a mail’s link opens the conversation at once on a phone, and what it holds is read', async () => {
  const quote = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Une question pour vous' });
  const { page } = await stage.client({ ...quote, path: `${quote.path}#talk` }, SMALL);
  const panel = page.getByRole('dialog', { name: 'Conversation' });
  await panel.getByText('Une question pour vous').waitFor();
  await shot(page, 'deep-link-phone');
  await readBy(quote.id, 'Une question pour vous');
  await panel.getByRole('button', { name: 'Fermer' }).click();
  assert.is(new URL(page.url()).hash, '', 'closed is closed, also after a reload');
  assert.is(await page.evaluate(() => scrollY), 0, 'the document begins at its beginning');
  assert.not(await page.locator('#talk').isVisible(), 'what the server drew does not stay beside the panel');
  await page.evaluate(() => void (location.hash = '#talk'));
  await panel.waitFor();
  // Asked for again in the very moment it closes: the browser's late word of the closing must not take it away.
  await panel.getByRole('button', { name: 'Fermer' }).evaluate(async (button: HTMLElement) => {
    button.click();
    await Promise.resolve();
    location.hash = '#talk';
  });
  await page.waitForTimeout(200);
  assert.ok(await panel.isVisible(), 'opened again stays open');
});

test('the same link on a wide screen: the conversation has the focus, and the anchor outlives a change of language', async () => {
  const quote = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Une question pour vous' });
  const { page } = await stage.client({ ...quote, path: `${quote.path}#talk` });
  await page.waitForFunction(() => document.activeElement?.id === 'talk');
  await readBy(quote.id, 'Une question pour vous');
  await page.getByRole('link', { name: /English/ }).click();
  await page.getByRole('heading', { level: 1, name: /Quote/ }).waitFor();
  assert.is(new URL(page.url()).hash, '#talk');
});

test('without JavaScript that link leads to the conversation further down', async () => {
  const quote = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Une question pour vous' });
  const { page } = await stage.client({ ...quote, path: `${quote.path}#talk` }, { ...SMALL, javaScriptEnabled: false });
  assert.ok(await inSight(page, '#talk h2'));
});

test('with the keyboard alone: write, and accept with an e-mail address; the focus is always in sight', async () => {
  for (const viewport of [
    { width: 320, height: 640 },
    { width: 1280, height: 720 },
  ]) {
    const quote = await stage.issue('quote');
    await attach(stage, quote, 'Fiche.png', PIXEL);
    const { page } = await stage.client(quote, { viewport });
    const walk = async (what: string, until: () => Promise<boolean>) => {
      for (let i = 0; i < 60; i += 1) {
        if (await until()) return;
        await page.keyboard.press('Tab');
        await still(page);
        assert.equal(await hidden(page), null, `on the way to ${what} at ${viewport.width} px`);
      }
      assert.unreachable(`${what} is out of reach of the keyboard at ${viewport.width} px`);
    };
    const at = (name: string) => () =>
      page.evaluate((wanted) => {
        const element = document.activeElement;
        return (element?.getAttribute('aria-label') ?? element?.textContent)?.trim() === wanted;
      }, name);
    if (viewport.width < 1024) {
      await walk('the conversation', at('Conversation'));
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
    }
    await walk('the message', at('Votre message'));
    await page.keyboard.type('Au clavier');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('Au clavier').waitFor();
    if (viewport.width < 1024) await page.keyboard.press('Escape');
    await walk('Accept', at('Accepter'));
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    assert.is(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'name', 'the panel begins at its first field');
    await page.keyboard.press('Tab');
    await page.keyboard.type('anne@');
    await walk('Confirm', at('Confirmer'));
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'alert');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'email');
    assert.equal(await hidden(page), null);
    await shot(page, `keyboard-${viewport.width}`);
    await page.keyboard.press('End');
    await page.keyboard.type('example.com');
    await page.keyboard.press('Enter');
    await stamp(page, 'Accepté');
    // From there it goes on, at the top.
    await page.waitForFunction(() => document.activeElement?.id === 'main');
    assert.equal(await mailed(quote.id), ['anne@example.com']);
  }
});

test('what is said at the top of the page covers no focus, walking up or down', async () => {
  const quote = await stage.issue('quote');
  await attach(stage, quote, 'Fiche.png', PIXEL);
  const wire = await wireTo(stage.app.url);
  const { page } = await stage.client({ ...quote, path: new URL(quote.path, wire.url).href }, { viewport: { width: 320, height: 640 } });
  await touch(page);
  await stage.revise(quote);
  await page.locator('.notices').getByText('Ce qui a changé').waitFor();
  // The chain is what can have the focus above the sheet.
  await stage.issue('order', { follows: quote.id });
  await page.locator('.chain').waitFor();
  wire.cut();
  await page
    .locator('.connection')
    .getByText(/rien n’est perdu/)
    .waitFor();
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let i = 0; i < 25; i += 1) {
      await page.keyboard.press(key);
      assert.equal(await hidden(page), null, key);
    }
  }
  wire.close();
});

test('printed is the sheet alone', async () => {
  const quote = await stage.issue('quote');
  await attach(stage, quote, 'Fiche.png', PIXEL);
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Bonjour' });
  const { page } = await stage.client(quote);
  await page.emulateMedia({ media: 'print' });
  await shot(page, 'print');
  const shown = await page.evaluate(() =>
    [...document.querySelectorAll('main *, aside *, header.top *')]
      .filter((el) => !el.closest('.sheet') && !el.querySelector('.sheet') && el.checkVisibility() && (el as HTMLElement).offsetHeight > 0)
      .map((el) => el.outerHTML.slice(0, 80)),
  );
  assert.equal(shown, []);
});

/** Waits until the client has read the last message, as the owner sees it. */
async function readBy(document: string, text: string): Promise<void> {
  for (let tries = 0; tries < 80; tries += 1) {
    const rows = await stage.app
      .em()
      .execute<{ n: string }[]>(
        'select count(*) as n from people p join messages m on m.deal_id = p.deal_id where m.document_id = ? and m.text = ? and p.side = ? and p.read_seq >= m.seq',
        [document, text, 'client'],
      );
    if (Number(rows[0]?.n) > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.unreachable(`“${text}” was not marked as read`);
}

function inSight(page: Page, selector: string): Promise<boolean> {
  return page.locator(selector).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
}

/** What covers the focused element, or null: all of it that fits the window must be seen. */
function hidden(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body || element.closest('.skip')) return null;
    // An input dressed as a button is seen as its label.
    const seen = (element instanceof HTMLInputElement && element.type === 'file' && element.closest('label')) || element;
    const { left, right, top, bottom } = seen.getBoundingClientRect();
    // Larger than the window, such as the sheet: its beginning counts.
    const low = Math.min(bottom, top + 44) - 2;
    for (const y of [top + 2, low]) {
      if (y < 0 || y > innerHeight) return `${element.outerHTML.slice(0, 80)} is out of the window at ${y}`;
      const above = document.elementFromPoint((left + right) / 2, y);
      if (above && !seen.contains(above) && !above.contains(seen)) {
        return `${element.outerHTML.slice(0, 80)} is under ${above.outerHTML.slice(0, 80)}`;
      }
    }
    return null;
  });
}

test.run();
