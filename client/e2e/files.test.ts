import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMPANY_FILES_MAX } from '../../shared/files.ts';
import { clean } from './axe.ts';
import { DESKTOP, PHONE, shot } from './browser.ts';
import { openStage, PIXEL, type Stage } from './stage.ts';
import { carrying, given, PDF, talking } from './talking.ts';

/** Attached files on the screens: on a document, and looked at. */

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

test('two windows: attached to a document, it is on the client’s page at once; taken off, it is gone', async () => {
  const document = await stage.issue('quote');
  const { page: owner, faults } = await stage.owner(`/documents/${document.id}`);
  const { page: client, faults: clientFaults } = await stage.client(document);
  const section = owner.getByRole('region', { name: /^Pièces jointes/ });
  assert.is(await section.getByText(/de votre entreprise/).count(), 0);
  await owner.route('**/console/files', (route) => route.fulfill({ json: { used: COMPANY_FILES_MAX * 0.95, limit: COMPANY_FILES_MAX } }));
  await section.getByText('25 Mo par fichier ; il reste 50 fichiers et 100 Mo sur ce document, 10 Go pour toute l’entreprise.').waitFor();
  await section
    .getByLabel('Joindre un fichier')
    .setInputFiles([given('Fiche technique.pdf', 'application/pdf', PDF), given('Chaufferie.png')]);
  await section.getByRole('link', { name: /^Chaufferie\.png/ }).waitFor();
  assert.equal(await section.locator('.files .name').allTextContents(), ['Fiche technique.pdf', 'Chaufferie.png'], 'in the order chosen');
  await client.getByRole('link', { name: /^Fiche technique\.pdf PDF/ }).waitFor();
  await client
    .getByText(/a joint le fichier/)
    .first()
    .waitFor();
  assert.is(await owner.locator('.notice').count(), 0, 'who attached it need not be told');
  await section.getByText('Il ne reste que 512 Mo sur les 10 Go de votre entreprise.').waitFor();
  await clean(owner, 'a document with files');
  await shot(owner, 'files-document');

  await section.getByRole('button', { name: 'Retirer Fiche technique.pdf' }).click();
  await clean(owner, 'asking before a file goes');
  await owner.getByRole('dialog').getByRole('button', { name: 'Annuler', exact: true }).click();
  await owner.getByRole('dialog').waitFor({ state: 'detached' });
  const removes = section.getByRole('button', { name: 'Retirer Fiche technique.pdf' });
  assert.is(await removes.evaluate((button) => button === window.document.activeElement), true, 'back where it was');
  await removes.press('Enter');
  await owner.getByRole('dialog').getByRole('button', { name: 'Retirer', exact: true }).click();
  await section.getByText('Fiche technique.pdf').waitFor({ state: 'detached' });
  await client.getByRole('link', { name: /^Fiche technique\.pdf PDF/ }).waitFor({ state: 'detached' });
  assert.is(await owner.evaluate(() => window.document.activeElement?.id), 'files-title', 'the focus is not lost');
  assert.equal([...faults, ...clientFaults], []);
});

test('a draft takes files, which nobody else hears of', async () => {
  const { body } = await stage.app.api('POST', '/documents', {
    kind: 'quote',
    language: 'fr',
    client: { name: 'X' },
    lines: [{ description: 'y', quantity: '1', unitPrice: '1.00', vat: { category: 'S', rate: '20' } }],
  });
  const { page } = await stage.owner(`/documents/${body.id}`);
  await page.getByText('Le client les verra quand le document sera émis.').waitFor();
  const transfer = await carrying(page, [{ name: 'Plan.txt', type: 'text/plain', size: 12 }]);
  const section = page.getByRole('region', { name: /^Pièces jointes/ });
  await section.dispatchEvent('dragenter', { dataTransfer: transfer });
  await page.locator('section.over').waitFor();
  await section.dispatchEvent('drop', { dataTransfer: transfer });
  await section.getByRole('link', { name: /^Plan\.txt/ }).waitFor();
  assert.is(await page.locator('section.over').count(), 0);
});

for (const [name, options] of Object.entries({
  'desktop, light': { viewport: DESKTOP, colorScheme: 'light' },
  'phone, dark': { viewport: PHONE, colorScheme: 'dark', hasTouch: true, isMobile: true },
} as const)) {
  test(`pictures are looked at by keyboard alone, and the focus comes back (${name})`, async () => {
    const { page, picker, chosen, send, log, faults } = await talking(stage, options);
    await picker.setInputFiles([given('Un.png'), given('Deux.png'), given('Contrat.pdf', 'application/pdf', PDF)]);
    await chosen.and(page.locator('.done')).nth(2).waitFor();
    await send.click();
    const second = log.getByRole('link', { name: 'Deux.png' });
    await second.waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>('.tiles img')].every((img) => img.naturalWidth === 1));
    await second.focus();
    await page.keyboard.press('Enter');
    const box = page.locator('dialog.lightbox');
    await box.getByRole('heading', { name: 'Deux.png' }).waitFor();
    await clean(page, 'a picture');
    await shot(page, `files-lightbox-${options.viewport.width}`);
    await page.keyboard.press('ArrowRight');
    await box.getByRole('heading', { name: 'Un.png' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await box.getByText('2 sur 2').waitFor();
    const href = await box.getByRole('link', { name: /^Télécharger/ }).getAttribute('href');
    assert.equal(await (await page.request.get(new URL(href ?? '', page.url()).href)).body(), PIXEL);
    await page.keyboard.press('Escape');
    await box.waitFor({ state: 'detached' });
    const focused = () => second.evaluate((link) => link === document.activeElement);
    assert.is(await focused(), true);
    await page.keyboard.press('Enter');
    await box.getByRole('button', { name: 'Fermer' }).press('Enter');
    await box.waitFor({ state: 'detached' });
    assert.is(await focused(), true, 'closed by its button');
    assert.is(await page.locator('.composer').isVisible(), true, 'only the picture was closed');
    await clean(page, 'a conversation with files');
    assert.equal(faults, []);
  });
}

test.run();
