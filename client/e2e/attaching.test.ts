import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FILE_MAX } from '../../shared/files.ts';
import { clean } from './axe.ts';
import { PHONE, shot } from './browser.ts';
import { openStage, type Stage } from './stage.ts';
import { carrying, given, lastFiles, messages, talking } from './talking.ts';

/** Files that go with a message, and all that can happen to them on their way. */

const UPLOADS = /\/files\?for=message$/;

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

test('chosen, dropped and pasted files go with one message, without a word; both sides see them', async () => {
  const { page, document, picker, chosen, send, log, text, faults } = await talking(stage);
  const { page: client } = await stage.client(document);
  assert.equal(
    await picker.evaluate((input: HTMLInputElement) => [input.multiple, input.accept, input.hasAttribute('capture')]),
    [true, '', false],
    'a phone offers its camera and its library',
  );
  await picker.setInputFiles(given('Choisi.png'));
  await chosen.filter({ hasText: 'Choisi.png' }).and(page.locator('.done')).waitFor();

  const dropped = await carrying(page, [{ name: 'Déposé.txt', type: 'text/plain', size: 10 }]);
  await page.locator('.conversation').dispatchEvent('dragenter', { dataTransfer: dropped });
  await page.getByText('Déposez les fichiers ici').waitFor();
  await page.locator('.conversation').dispatchEvent('drop', { dataTransfer: dropped });
  assert.is(await page.getByText('Déposez les fichiers ici').count(), 0);

  const paste = (types: string[]) =>
    text.evaluate((field, wanted) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([new Uint8Array(8)], 'image.png', { type: 'image/png' }));
      for (const type of wanted) clipboardData.setData(type, 'x');
      return field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, types);
  assert.is(await paste(['text/plain', 'text/html']), true, 'text with a picture of itself is text');
  assert.is(await paste([]), false);
  await page.locator('.composer .chosen li.done').nth(2).waitFor();
  assert.equal(await chosen.locator('.name').allTextContents(), ['Choisi.png', 'Déposé.txt', 'image.png']);
  await page
    .getByRole('status')
    .filter({ hasText: /est joint/ })
    .waitFor({ state: 'attached' });
  await clean(page, 'files chosen');
  await send.click();
  await log.getByRole('link', { name: 'Choisi.png' }).waitFor();
  await client
    .getByRole('log')
    .getByRole('link', { name: /Déposé\.txt/ })
    .waitFor();
  assert.is(await chosen.count(), 0);
  assert.equal(await lastFiles(stage, document, ''), ['Choisi.png', 'Déposé.txt', 'image.png']);
  assert.equal(faults, []);
});

test('too large, or too many: said before anything is sent', async () => {
  const { page, picker, composer, chosen } = await talking(stage);
  let sent = 0;
  await page.route(UPLOADS, (route) => {
    sent += 1;
    return route.continue();
  });
  const large = await carrying(page, [{ name: 'Film.mp4', type: 'video/mp4', size: FILE_MAX + 1 }]);
  await page.locator('.conversation').dispatchEvent('drop', { dataTransfer: large });
  await composer.getByRole('alert').getByText('Non joint, car plus de 25 Mo : Film.mp4.').waitFor();
  assert.is(sent, 0);
  await picker.setInputFiles(Array.from({ length: 12 }, (_, i) => given(`${i}.png`)));
  await composer.getByRole('alert').getByText('2 fichiers ne sont pas joints : 10 au plus.').waitFor();
  await page.locator('.composer .chosen li.done').nth(9).waitFor();
  assert.equal([sent, await chosen.count()], [10, 10]);
});

test('a message waits for its files, and goes by itself; one that is taken away is not waited for', async () => {
  const { page, document, picker, text, composer, chosen, log } = await talking(stage);
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(UPLOADS, async (route) => {
    if (route.request().postDataBuffer()?.includes('Jamais')) return;
    await held;
    await route.continue();
  });
  await picker.setInputFiles([given('Lent.png'), given('Jamais.png')]);
  await text.fill('Avec une photo');
  await page.keyboard.press('Enter');
  await composer.getByRole('status').getByText('Le message partira dès que ses fichiers seront prêts.').waitFor();
  await composer.getByRole('button', { name: 'Ne pas l’envoyer tout de suite' }).click();
  assert.is(await composer.getByText(/partira dès que/).count(), 0);
  await page.keyboard.press('Enter');
  await composer
    .getByText(/partira dès que/)
    .first()
    .waitFor();
  await clean(page, 'a message that waits for its files');
  assert.is((await messages(stage, document)).length, 1);
  release();
  await chosen.filter({ hasText: 'Lent.png' }).and(page.locator('.done')).waitFor();
  assert.is((await messages(stage, document)).length, 1);
  await composer.getByRole('button', { name: 'Annuler l’envoi de Jamais.png' }).click();
  await log.getByText('Avec une photo').waitFor();
  assert.equal(await lastFiles(stage, document, 'Avec une photo'), ['Lent.png']);
  assert.is(await text.inputValue(), '');
});

test('a message that waits for its files goes whatever screen is shown, once, and as it was to be sent', async () => {
  const { page, document, picker, text, composer, chosen, log } = await talking(stage);
  const other = await stage.issue('invoice');
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(UPLOADS, async (route) => {
    await held;
    await route.continue();
  });
  await picker.setInputFiles(given('Grand.png'));
  await text.fill('Regardez');
  const notify = composer.getByRole('checkbox');
  await notify.check();
  await text.press('Enter');
  await composer
    .getByRole('status')
    .getByText(/partira dès que/)
    .waitFor();
  await text.press('Enter');
  assert.ok(!(await text.isEditable()), 'what is on its way is not written on');
  assert.equal([await notify.isChecked(), await notify.isEnabled()], [true, false]);
  await page.getByRole('link', { name: 'Documents', exact: true }).first().click();
  await page
    .getByRole('link', { name: new RegExp(document.number) })
    .first()
    .click();
  await chosen.filter({ hasText: 'Grand.png' }).waitFor();
  assert.ok(await notify.isChecked(), 'as it was chosen');
  await composer
    .getByRole('status')
    .getByText(/partira dès que/)
    .waitFor();
  await page.getByRole('link', { name: 'Documents', exact: true }).first().click();
  await page
    .getByRole('link', { name: new RegExp(other.number) })
    .first()
    .waitFor();
  release();
  assert.equal(await lastFiles(stage, document, 'Regardez'), ['Grand.png']);
  const said = await messages(stage, document);
  assert.equal([said.length, said.at(-1)?.notify], [2, true]);
  await page
    .getByRole('link', { name: new RegExp(document.number) })
    .first()
    .click();
  await log.getByText('Regardez').waitFor();
  assert.equal([await text.inputValue(), await notify.isChecked()], ['', false]);
});

test('a file is dropped on the client’s page that nobody has touched; beside it, the page stays', async () => {
  const document = await stage.issue('quote');
  const { page, faults } = await stage.client(document);
  const dropped = await carrying(page, [{ name: 'Plan.txt', type: 'text/plain', size: 10 }]);
  const taken = (selector: string, type: string) =>
    page
      .locator(selector)
      .first()
      .evaluate(
        (node, [name, dataTransfer]) => {
          const event = new DragEvent(name as string, { dataTransfer: dataTransfer as DataTransfer, bubbles: true, cancelable: true });
          return !node.dispatchEvent(event);
        },
        [type, dropped] as const,
      );
  assert.ok(await taken('#paper', 'drop'), 'the browser does not leave for it');
  await taken('body', 'dragenter');
  await page.locator('#talk .conversation textarea').waitFor();
  await page.locator('.desk[data-ready]').waitFor();
  await taken('#talk .conversation', 'drop');
  await page.locator('.chosen li.done').getByText('Plan.txt').waitFor();
  assert.equal(faults, []);
});

test('the network breaks off: tried again by itself, sent once', async () => {
  const { page, document, picker, text, chosen, log } = await talking(stage);
  const ids: string[] = [];
  await page.route(UPLOADS, (route) => {
    ids.push(/name="id"\s+([\w-]+)/.exec(route.request().postDataBuffer()?.toString('latin1') ?? '')?.[1] ?? '');
    return ids.length < 2 ? route.abort() : route.continue();
  });
  await picker.setInputFiles(given('Tunnel.png'));
  await chosen.getByText('En attente de la connexion').waitFor();
  await clean(page, 'a file that waits for the connection');
  await text.fill('Du tunnel');
  await page.keyboard.press('Enter');
  await log.getByText('Du tunnel').waitFor();
  assert.is(ids.length, 2);
  assert.ok(ids[0] !== '' && ids[0] === ids[1], 'the same upload');
  assert.equal(await lastFiles(stage, document, 'Du tunnel'), ['Tunnel.png']);
});

test('what the server refuses is said in its words, and the message stays until it is mended', async () => {
  const { page, document, picker, text, composer, chosen, log } = await talking(stage);
  let full = true;
  await page.route(UPLOADS, (route) => {
    if (!full) return route.continue();
    return route.fulfill({
      status: 409,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 409, code: 'document_full' }),
    });
  });
  await picker.setInputFiles(given('De trop.png'));
  await chosen.getByText(/déjà toutes les pièces jointes/).waitFor();
  await text.fill('Encore une');
  await page.keyboard.press('Enter');
  await composer.getByRole('alert').getByText('Le message n’est pas parti').waitFor();
  await clean(page, 'a file that was refused');
  assert.is(await text.inputValue(), 'Encore une');
  full = false;
  await composer.getByRole('button', { name: 'Réessayer l’envoi de De trop.png' }).click();
  await chosen.and(page.locator('.done')).waitFor();
  assert.is(await composer.getByText('Le message n’est pas parti').count(), 0);
  await text.press('Enter');
  await log.getByText('Encore une').waitFor();
  assert.equal(await lastFiles(stage, document, 'Encore une'), ['De trop.png']);
});

test('chosen files survive a reload with the text; one the server has no more is said, and the message taken back', async () => {
  const { page, document, picker, text, composer, chosen, log } = await talking(stage);
  await picker.setInputFiles([given('Gardé.png'), given('Perdu.png')]);
  await text.fill('Après un rechargement');
  await page.locator('.composer .chosen li.done').nth(1).waitFor();
  await page.reload();
  await chosen.filter({ hasText: 'Gardé.png' }).waitFor();
  assert.is(await text.inputValue(), 'Après un rechargement');
  await stage.app.em().execute("delete from files where name = 'Perdu.png'");
  await composer.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await log.getByText(/Un de ses fichiers n’est plus là/).waitFor();
  await log.getByRole('button', { name: 'Reprendre' }).click();
  assert.is(await text.inputValue(), 'Après un rechargement');
  assert.equal(await chosen.locator('.name').allTextContents(), ['Gardé.png']);
  await composer.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await log.getByRole('link', { name: 'Gardé.png' }).waitFor();
  assert.equal(await lastFiles(stage, document, 'Après un rechargement'), ['Gardé.png']);
  assert.is((await messages(stage, document)).length, 2);
});

test('the client answers with a file, in the panel of a phone', async () => {
  const document = await stage.issue('quote');
  const { page, faults } = await stage.client(document, { viewport: PHONE, hasTouch: true, isMobile: true });
  await page.getByRole('link', { name: 'Conversation', exact: true }).click();
  const panel = page.getByRole('dialog');
  await panel.getByLabel('Votre message').waitFor();
  await panel.getByLabel('Joindre des fichiers').setInputFiles(given('IMG_0412.png'));
  await panel.locator('.chosen li.done').waitFor();
  await clean(page, 'the client’s panel with a file');
  await shot(page, 'files-client-phone');
  await panel.getByRole('button', { name: 'Envoyer', exact: true }).click();
  await panel.getByRole('log').getByRole('link', { name: 'IMG_0412.png' }).click();
  await page.locator('dialog.lightbox').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog.lightbox').waitFor({ state: 'detached' });
  assert.is(await panel.getByLabel('Votre message').isVisible(), true);
  assert.equal(await lastFiles(stage, document, ''), ['IMG_0412.png']);
  assert.equal(faults, []);
});

test.run();
