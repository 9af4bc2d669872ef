import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { DESKTOP, PHONE } from './browser.ts';
import { openStage, type Issued, type Stage } from './stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let stage: Stage;
let shown: Record<string, Issued> = {};
test.before(async () => {
  stage = await openStage();
  const quote = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Bonjour, voir https://example.com' });
  const order = await stage.issue('order', { follows: quote.id });
  const invoice = await stage.issue('invoice', { follows: order.id, issueDate: '2026-01-05', dueDate: '2026-02-05' });
  const expired = await stage.issue('quote', { issueDate: '2026-01-05', validUntil: '2026-02-05' });
  shown = { quote, order, invoice, expired };
});
test.after(() => stage.close());

/** axe, run in the page past its CSP, as a browser extension would. */
async function clean(page: Page, where: string): Promise<void> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const { axe } = window as unknown as {
      axe: {
        run: (
          context: Document,
          options: unknown,
        ) => Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run(document, { runOnly: tags });
    return violations.map(
      (violation) => `${violation.id}: ${violation.nodes.map((node) => `${String(node.target)} ${node.failureSummary ?? ''}`).join(' | ')}`,
    );
  }, TAGS);
  assert.equal(found, [], where);
}

for (const [name, options] of Object.entries({
  'desktop, light': { viewport: DESKTOP, colorScheme: 'light' },
  'phone, dark': { viewport: PHONE, colorScheme: 'dark', hasTouch: true, isMobile: true },
} as const)) {
  test(`the client’s page has no violation in any state (${name})`, async () => {
    for (const [what, document] of Object.entries(shown)) {
      const { page } = await stage.client(document, options);
      await page.waitForFunction(() => window.document.querySelector('[data-live="live"]') !== null);
      await clean(page, what);
    }
    const { page } = await stage.client(shown['quote']!, options);
    for (const action of ['Accepter', 'Refuser', 'Mettre en attente']) {
      await page.goto(`${stage.app.url}${shown['quote']!.path}`);
      await page.getByRole('button', { name: action, exact: true }).click();
      await page.getByRole('button', { name: 'Confirmer', exact: true }).waitFor();
      await page.getByLabel('Votre nom', { exact: true }).last().fill('');
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('alert').first().waitFor();
      await clean(page, `${action}, with an error`);
    }
    await page.goto(`${stage.app.url}/d/nothing`);
    await clean(page, 'a link that opens nothing');
  });

  test(`the console has no violation on any screen (${name})`, async () => {
    const { page: login } = await stage.owner('/', options);
    await clean(login, 'feed');
    for (const path of ['/documents', '/settings', `/documents/${shown['quote']!.id}`, `/documents/${shown['invoice']!.id}`, '/nowhere']) {
      await login.goto(`${stage.app.url}${path}`);
      await login.getByRole('heading', { level: 1 }).waitFor();
      await login.waitForLoadState('networkidle');
      await clean(login, path);
    }
    await login.goto(`${stage.app.url}/documents/${shown['quote']!.id}`);
    await login.getByRole('button', { name: 'Partage', exact: true }).click();
    await login.getByRole('dialog').waitFor();
    await clean(login, 'Share');
  });
}

test('everything can be reached and done with the keyboard alone', async () => {
  const quote = await stage.issue('quote');
  const { page } = await stage.client(quote);
  await page.waitForFunction(() => document.querySelector('[data-live="live"]') !== null);
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '');
  const walk = async (name: string) => {
    for (let i = 0; i < 60 && (await focused()) !== name; i += 1) await page.keyboard.press('Tab');
    assert.is(await focused(), name);
  };
  await walk('Accepter');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await walk('Confirmer');
  await page.keyboard.press('Enter');
  await page.locator('.stamp', { hasText: 'Accepté' }).waitFor();
});

test('the client’s page keeps its weight: 40 kB of JavaScript, 100 kB in all, compressed', async () => {
  const context = await stage.browser.newContext({ locale: 'fr-FR' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  // What travels is the compressed body and its headers; the budget is about bodies.
  const heads = new Map<string, { url: string; headers: number }>();
  const bytes = new Map<string, number>();
  session.on('Network.responseReceived', ({ requestId, response }) =>
    heads.set(requestId, { url: response.url, headers: response.encodedDataLength }),
  );
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  await page.goto(`${stage.app.url}${shown['quote']!.path}`);
  await page.waitForFunction(() => document.querySelector('[data-live="live"]') !== null);
  await page.waitForTimeout(500);
  const sizes = [...bytes]
    .map(([id, size]) => ({ url: heads.get(id)?.url ?? '', size: size - (heads.get(id)?.headers ?? 0) }))
    .filter(({ url }) => !url.includes('/socket.io/'));
  const sum = (list: { size: number }[]) => list.reduce((total, { size }) => total + size, 0);
  const scripts = sum(sizes.filter(({ url }) => url.endsWith('.js')));
  const all = sum(sizes);
  assert.ok(scripts > 10_000, 'the scripts were seen');
  assert.ok(scripts <= 40_000, `${scripts} bytes of JavaScript: ${JSON.stringify(sizes)}`);
  assert.ok(all <= 100_000, `${all} bytes in all`);
  assert.equal([...new Set(sizes.map(({ url }) => new URL(url).origin))], [stage.app.url], 'nothing from another host');
  await context.close();
});

test.run();
