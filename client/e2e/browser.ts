import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

/** The Chromium that ships inside an npm package: nothing to download, nothing to install. */
export async function launch(args: string[] = []): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    // The package's own arguments are for another place: they draw by a graphics card made up in software, all the time, and put rules of the
    // web out of force.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none', ...args],
    headless: true,
  });
}

/** A browser of its own, as a person has one: separate cookies and storage. Faults of the page fail the test. */
export async function person(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'fr-FR', timezoneId: 'Europe/Paris', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    // A page behind a link that opens nothing is a 404, and says so here too.
    if (message.type() === 'error' && !/status of (4\d\d|303)/.test(message.text())) faults.push(message.text());
  });
  return { context, page, faults };
}

/** Everything that moves into its place is there. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.all(ending.map((one) => one.finished.catch(() => {})));
  });
}

/** Leaves a picture where SHOTS names a folder; for looking, not for tests. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) writeFileSync(join(folder, `${name}.png`), await page.screenshot({ fullPage: true }));
}

/** Marks a page, so that a test can say it was never loaded again. */
export async function mark(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => void ((window as unknown as { marked: boolean }).marked = true));
  return () => page.evaluate(() => (window as unknown as { marked?: boolean }).marked === true);
}
