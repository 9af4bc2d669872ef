import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompanySchema } from '../../server/entities/index.ts';
import { until } from '../../server/test/doors.ts';
import { scan } from '../../server/test/scan.ts';
import { clean } from './axe.ts';
import { DESKTOP, mark, PHONE, shot } from './browser.ts';
import { openStage, touch, type Issued, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
  const payment = { iban: 'FR76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPP', reference: null, accountName: 'Émilie Łódź & Fils' };
  await stage.app.em().nativeUpdate(CompanySchema, { id: stage.app.company }, { payment });
});
test.after(() => stage.close());

const block = (page: Page) => page.getByRole('region', { name: 'Payer par virement' });

/** What a camera that is held before the screen reads; null where it sees no code. */
async function seen(page: Page): Promise<string[] | null> {
  // A picture that has not come yet shows nothing.
  await page.waitForFunction(() => {
    const picture = document.querySelector<HTMLImageElement>('#transfer img');
    return picture?.complete === true && picture.naturalWidth > 0;
  });
  const picture = await block(page).getByRole('img').screenshot();
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return scan(new Uint8ClampedArray(data), info.width, info.height)?.split('\n') ?? null;
}

/** Presses a button, and answers what is on the clipboard then. */
async function copied(page: Page, name: string): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await block(page).getByRole('button', { name, exact: true }).click();
  return until(() => page.evaluate(() => navigator.clipboard.readText()), name);
}

async function pay({ id }: Issued, amount: string): Promise<void> {
  const { app } = stage;
  const input = { document: id, amount, day: new Date().toISOString().slice(0, 10), method: 'transfer', reference: null, notify: false };
  const facts = { ip: null, userAgent: null, pdf: null };
  await app.execute({ name: 'recordPayment', id: randomUUID(), input, acting: app.owner, facts });
}

const expected = (number: string, amount: string) => [
  ...['BCD', '002', '1', 'SCT', 'AGRIFRPP', 'Émilie Łódź & Fils', 'FR7630006000011234567890189', `EUR${amount}`, '', '', number],
];

const SCREENS = {
  desktop: { viewport: DESKTOP, colorScheme: 'light' },
  phone: { viewport: PHONE, colorScheme: 'dark', hasTouch: true, isMobile: true },
} as const;

for (const [screen, options] of Object.entries(SCREENS))
  test(`${screen}: each part is copied by one press, and a camera reads the same from the code`, async () => {
    const invoice = await stage.issue('invoice');
    const { page, faults } = await stage.client(invoice, options);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    assert.equal(await seen(page), expected(invoice.number, '2114.40'));
    await shot(page, `transfer-${screen}`);
    for (const [name, text] of [
      ['Copier l’IBAN', 'FR7630006000011234567890189'],
      ['Copier le BIC', 'AGRIFRPP'],
      ['Copier le titulaire du compte', 'Émilie Łódź & Fils'],
      ['Copier la référence', invoice.number],
      ['Copier le montant', '2114.40'],
    ] as const)
      assert.is(await copied(page, name), text);
    await block(page).getByRole('status').getByText('Montant copié').waitFor();
    await block(page).locator('[name=copy-amount][data-done]').waitFor();
    await shot(page, `transfer-${screen}-copied`);
    const targets = await block(page)
      .getByRole('button')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)));
    assert.ok(
      targets.every((size) => size >= 44),
      targets.join(),
    );
    await touch(page);
    await clean(page, screen);
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    assert.equal(faults, []);
  });

test('what is left moves on both screens when money comes in, and goes away with the last of it', async () => {
  const invoice = await stage.issue('invoice');
  const [{ page: client }, { page: owner, faults }] = [await stage.client(invoice), await stage.owner(`/documents/${invoice.id}`)];
  const kept = await mark(client);
  await owner.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  assert.equal(await seen(owner), expected(invoice.number, '2114.40'));
  assert.is(await copied(owner, 'Copier l’IBAN'), 'FR7630006000011234567890189');
  await clean(owner, 'owner');
  await shot(owner, 'transfer-owner');
  await pay(invoice, '114.40');
  for (const page of [client, owner]) {
    await block(page)
      .getByText(/^2\s000,00\s€$/)
      .waitFor();
    await until(async () => (await seen(page))?.[7] === 'EUR2000.00', 'the code moves');
  }
  await client.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  assert.is(await copied(client, 'Copier le montant'), '2000.00');
  await pay(invoice, '2000.00');
  for (const page of [client, owner]) await block(page).waitFor({ state: 'detached' });
  assert.ok(await kept());
  assert.equal(faults, []);
});

test('without JavaScript all of it can be read and scanned, and no button promises anything', async () => {
  const invoice = await stage.issue('invoice');
  const { page } = await stage.client(invoice, { javaScriptEnabled: false });
  assert.equal(await seen(page), expected(invoice.number, '2114.40'));
  await block(page).getByText('FR76 3000 6000 0112 3456 7890 189', { exact: true }).waitFor();
  assert.is(await block(page).getByRole('button').count(), 0);
  await shot(page, 'transfer-no-script');
});

test('printed, the account stands on the paper once, with the code and without buttons', async () => {
  const invoice = await stage.issue('invoice');
  const { page } = await stage.client(invoice);
  await page.emulateMedia({ media: 'print' });
  assert.is(await page.getByText('FR76 3000 6000 0112 3456 7890 189').count(), 1);
  assert.equal(await seen(page), expected(invoice.number, '2114.40'));
  assert.is(await block(page).getByRole('button').count(), 0);
  await shot(page, 'transfer-print');
});

test('a press before the rest of the code has come copies as well', async () => {
  const invoice = await stage.issue('invoice');
  const { page } = await stage.client(invoice);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.evaluate(() => document.querySelector<HTMLElement>('[data-copy]')?.click());
  assert.is(await until(() => page.evaluate(() => navigator.clipboard.readText()), 'copied'), 'Émilie Łódź & Fils');
});

test.run();
