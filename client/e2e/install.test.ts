import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { clean } from './axe.ts';
import { mark, shot } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

test('the console can be installed; the client’s page offers nothing of the kind', async () => {
  const { page } = await stage.owner('/');
  const session = await page.context().newCDPSession(page);
  const { url, errors, data } = await session.send('Page.getAppManifest');
  assert.is(url, `${stage.app.url}/manifest.webmanifest`);
  assert.equal(errors, []);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.equal(installabilityErrors, []);
  // The browser of the tests calls everything installable, so what Chrome asks for is asked here as well.
  const manifest = JSON.parse(data ?? '{}') as Record<string, unknown> & {
    icons: { src: string; sizes: string; type: string; purpose: string }[];
  };
  assert.ok(manifest['name'] && manifest['short_name'], 'names');
  assert.equal([manifest['start_url'], manifest['scope'], manifest['display']], ['/', '/', 'standalone']);
  for (const [purpose, least] of [
    ['any', 192],
    ['any', 512],
    ['maskable', 192],
    ['maskable', 512],
  ] as const) {
    const icon = manifest.icons.find((one) => one.purpose === purpose && one.sizes === `${least}x${least}`);
    assert.ok(icon, `${purpose} ${least}`);
    const size = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    }, icon.src);
    assert.equal(size, [least, least], `${icon.src} is what it says`);
  }
  const worker = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    return [new URL(registration.active?.scriptURL ?? '').pathname, new URL(registration.scope).pathname];
  });
  assert.equal(worker, ['/sw.js', '/']);
  const quote = await stage.issue('quote');
  const { page: client } = await stage.client(quote);
  assert.is(await client.locator('link[rel="manifest"], link[rel="apple-touch-icon"]').count(), 0);
  assert.is(await client.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length)), 0);
});

interface Raised {
  title: string;
  options: { body: string; tag: string; silent: boolean; data: { address: string } };
}

/** Makes a page keep its notifications instead of raising them, and lets the test hide and show it. */
async function record(page: Page): Promise<void> {
  await page.context().grantPermissions(['notifications'], { origin: stage.app.url });
  await page.addInitScript(() => {
    const state = { raised: [] as unknown[], hidden: false };
    Object.assign(window, { state });
    Object.defineProperty(document, 'visibilityState', { get: () => (state.hidden ? 'hidden' : 'visible') });
    Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
    ServiceWorkerRegistration.prototype.showNotification = (title, options) => {
      state.raised.push({ title, options });
      return Promise.resolve();
    };
  });
}

const hide = (page: Page, hidden: boolean) =>
  page.evaluate((is) => {
    (window as unknown as { state: { hidden: boolean } }).state.hidden = is;
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
const raised = (page: Page) => page.evaluate(() => (window as unknown as { state: { raised: Raised[] } }).state.raised);

test('in the background one tab tells of what the client does; a click leads to the conversation', async () => {
  const quote = await stage.issue('quote');
  const { page } = await stage.owner('/settings');
  await record(page);
  await page.reload();
  await page.getByRole('button', { name: 'Activer les notifications' }).click();
  await page.getByText('Les notifications sont activées.').waitFor();
  await clean(page, 'notifications on');
  await shot(page, 'settings-notices');
  const other = await page.context().newPage();
  await record(other);
  await other.goto(`${stage.app.url}/`);
  await other.getByRole('heading', { level: 1 }).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));

  const { page: client } = await stage.client(quote);
  const write = async (text: string) => {
    await client.getByLabel('Votre message').fill(text);
    await client.keyboard.press('Enter');
  };
  // Somebody looks at a tab: nothing is raised.
  await write('Vous êtes là ?');
  await other.getByRole('article').getByText('Vous êtes là ?').waitFor();
  for (const tab of [page, other]) await hide(tab, true);
  await write('Encore une question');
  await other.getByRole('article').getByText('Encore une question').waitFor();
  const all = async () => [...(await raised(page)), ...(await raised(other))];
  for (let tries = 0; tries < 100 && (await all()).length === 0; tries += 1) await page.waitForTimeout(50);
  const first = (await all())[0];
  assert.is(first?.title, `Anne Martin a écrit · Devis ${quote.number}`);
  assert.equal(
    [first?.options.body, first?.options.tag, first?.options.data.address, first?.options.silent],
    ['Encore une question', `document:${quote.id}`, `/documents/${quote.id}#talk`, true],
  );
  await client.getByRole('button', { name: 'Accepter', exact: true }).click();
  await client.getByRole('button', { name: 'Confirmer', exact: true }).click();
  for (let tries = 0; tries < 100 && (await all()).length < 2; tries += 1) await page.waitForTimeout(50);
  assert.equal(
    (await all()).map(({ title }) => title),
    [`Anne Martin a écrit · Devis ${quote.number}`, `Anne Martin a accepté · Devis ${quote.number}`],
    'each once, though two tabs are open',
  );
  // What the worker says when a notification is clicked.
  const kept = await mark(page);
  await page.evaluate(
    (open) => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { open } })),
    first?.options.data.address,
  );
  await page.getByRole('log').getByText('Encore une question').waitFor();
  assert.is(new URL(page.url()).hash, '#talk');
  await page.evaluate(() =>
    navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { open: 'https://evil.example/' } })),
  );
  assert.is(new URL(page.url()).pathname, `/documents/${quote.id}`);
  assert.ok(await kept());
});

test.run();
