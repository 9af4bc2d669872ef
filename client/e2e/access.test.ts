import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clean } from './axe.ts';
import { DESKTOP, PHONE } from './browser.ts';
import { attach, isLive, openStage, PIXEL, touch, type Issued, type Stage } from './stage.ts';
import { given } from './talking.ts';

let stage: Stage;
let shown: Record<string, Issued> = {};
test.before(async () => {
  stage = await openStage();
  const quote = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${quote.id}/messages`, { text: 'Bonjour, voir https://example.com' });
  await attach(stage, quote, 'Photo.png', PIXEL);
  await attach(stage, quote, 'Un nom de fichier bien plus long que la place qu’il y a pour lui sur un téléphone.txt', Buffer.from('texte'));
  const order = await stage.issue('order', { follows: quote.id });
  const invoice = await stage.issue('invoice', { follows: order.id, issueDate: '2026-01-05', dueDate: '2026-02-05' });
  const expired = await stage.issue('quote', { issueDate: '2026-01-05', validUntil: '2026-02-05' });
  shown = { quote, order, invoice, expired };
});
test.after(() => stage.close());

for (const [name, options] of Object.entries({
  'desktop, light': { viewport: DESKTOP, colorScheme: 'light' },
  'phone, dark': { viewport: PHONE, colorScheme: 'dark', hasTouch: true, isMobile: true },
} as const)) {
  test(`the client’s page has no violation in any state (${name})`, async () => {
    for (const [what, document] of Object.entries(shown)) {
      const { page } = await stage.client(document, options);
      await clean(page, what);
    }
    const { page } = await stage.client(shown['quote']!, options);
    await touch(page);
    await clean(page, 'with files, alive');
    await page.getByRole('region', { name: 'Pièces jointes' }).getByRole('link').first().click();
    await page.getByRole('dialog').getByRole('img').waitFor();
    await clean(page, 'a picture, looked at');
    await page.keyboard.press('Escape');
    const opener = page.getByRole('link', { name: 'Conversation', exact: true });
    const narrow = await opener.isVisible();
    if (narrow) await opener.click();
    const talk = narrow ? page.getByRole('dialog') : page.locator('#talk');
    await talk.getByLabel('Joindre des fichiers').setInputFiles(given('Plan.png'));
    await talk.locator('.chosen').getByText('Plan.png').waitFor();
    await clean(page, 'the conversation, with a file chosen');
    await page.getByRole('button', { name: 'Envoyer' }).last().click();
    await page.getByRole('log').last().getByRole('img', { name: 'Plan.png' }).first().waitFor();
    await clean(page, 'the conversation, with files');
    // From the other one the chain has gone on: it is only accepted.
    const open = await stage.issue('quote');
    for (const action of ['Accepter', 'Refuser', 'Mettre en attente']) {
      await page.goto(`${stage.app.url}${open.path}`);
      await page.getByRole('button', { name: action, exact: true }).click();
      await page.getByRole('button', { name: 'Confirmer', exact: true }).waitFor();
      await page.getByLabel('Votre nom', { exact: true }).last().fill('');
      await page.getByLabel(/^Adresse e-mail/).fill('anne@');
      await page.getByRole('button', { name: 'Confirmer', exact: true }).click();
      await page.getByRole('link', { name: /^Adresse e-mail – / }).waitFor();
      await clean(page, `${action}, with errors`);
    }
    const revised = await stage.issue('quote');
    await page.goto(`${stage.app.url}${revised.path}`);
    await page.getByRole('button', { name: 'Accepter', exact: true }).click();
    await page.getByRole('button', { name: 'Confirmer', exact: true }).waitFor();
    await stage.revise(revised);
    await page.getByRole('button', { name: 'Voir ce qui change' }).waitFor();
    await clean(page, 'a panel that was overtaken');
    await page.getByRole('button', { name: 'Voir ce qui change' }).click();
    await page.getByRole('dialog').getByText('Ce qui a changé').waitFor();
    await clean(page, 'a panel that shows what changed');
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
  // Whoever saves data gets the first load and nothing by itself after it, however slow this machine is today.
  await page.addInitScript(() => {
    const heard: string[] = ((window as unknown as { heard: string[] }).heard = []);
    const note = ({ type }: Event) => void heard.push(type);
    for (const type of ['pointermove', 'pointerdown', 'wheel', 'keydown', 'focusin']) window.addEventListener(type, note, true);
  });
  await page.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  const sizes = () =>
    [...bytes]
      .map(([id, size]) => ({ url: heads.get(id)?.url ?? '', size: size - (heads.get(id)?.headers ?? 0) }))
      .filter(({ url }) => !url.includes('/socket.io/'));
  const sum = (list: { size: number }[]) => list.reduce((total, { size }) => total + size, 0);
  await page.goto(`${stage.app.url}${shown['expired']!.path}`);
  await isLive(page);
  await page.waitForTimeout(500);
  const scripts = sum(sizes().filter(({ url }) => url.endsWith('.js')));
  assert.ok(scripts > 10_000, 'the scripts were seen');
  const heard = await page.evaluate(() => (window as unknown as { heard: string[] }).heard.join());
  const first = sum(sizes());
  assert.ok(first <= 100_000, `${first} bytes in all: ${JSON.stringify(sizes())}`);
  assert.ok(scripts <= 40_000, `${scripts} bytes of JavaScript after ${heard}: ${JSON.stringify(sizes())}`);
  await touch(page);
  await page.waitForTimeout(500);
  const all = sum(sizes());
  assert.ok(all > scripts + 10_000, 'the code of the panels was seen');
  // What the panels bring comes once somebody is there, and is held to a bound of our own.
  assert.ok(all <= 105_000, `${all} bytes with all that comes later: ${JSON.stringify(sizes())}`);
  assert.equal([...new Set(sizes().map(({ url }) => new URL(url).origin))], [stage.app.url], 'nothing from another host');
  await context.close();
});

test.run();
