import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Locator, Page } from 'playwright-core';
import { UserSchema } from '../../server/entities/index.ts';
import { signedIn } from '../../server/test/strangers.ts';
import { clean } from './axe.ts';
import { PHONE, shot } from './browser.ts';
import { CLIENT, openStage, wireTo, type Issued, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const facts = { ip: null, userAgent: null, pdf: null };
const run = (name: string, input: unknown) =>
  stage.app.execute({ name: name as never, id: randomUUID(), input, acting: stage.app.owner, facts });
const saved = (page: Page) => page.locator('[data-save="saved"]').waitFor();
const field = (page: Page, line: number, name: string) => page.getByLabel(`Ligne ${line}, ${name}`, { exact: true });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
const euros = (text: string) => text.replace(/ (?=\d)/g, '\u202f').replace(' €', '\u00a0€');
const order = (page: Page) =>
  page.getByLabel(/^Ligne \d+, Désignation$/).evaluateAll((all) => all.map((one) => (one as HTMLTextAreaElement).value));

/** Types as a person does, into what has the focus. */
async function type(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys)
    await (/^(Tab|Enter|Alt\+|Control\+|Shift\+|Arrow|Escape)/.test(key) ? page.keyboard.press(key) : page.keyboard.type(key));
}

/** A draft with the lines of `issue`, for the client of the stage. */
async function draft(kind = 'quote', lines?: unknown[]): Promise<{ id: string; from: Issued }> {
  const from = await stage.issue(kind === 'delivery' ? 'quote' : kind, lines ? { lines } : {});
  const [row] = await stage.app.em().execute<{ id: string }[]>('select client_id as id from deals where id = ?', [from.deal]);
  const made = await run('draftDocument', { kind, client: row?.id, copy: from.id, from: null, deposit: null });
  return { id: String(made.result['document']), from };
}

async function edit(
  id: string,
  options?: Parameters<Stage['owner']>[1],
  path = `/documents/${id}`,
): Promise<{ page: Page; faults: string[] }> {
  const { page, faults } = await stage.owner(path, options);
  await saved(page);
  return { page, faults };
}

/** Somebody else of the same company. */
async function colleague(path: string, base = stage.app.url): Promise<Page> {
  const em = stage.app.em();
  const known = await em.findOne(UserSchema, { email: 'luc@example.com' });
  const owner = await em.findOneOrFail(UserSchema, { id: stage.app.owner.user });
  const id = known?.id ?? randomUUID();
  if (!known) {
    em.persist(em.create(UserSchema, { ...owner, id, email: 'luc@example.com', name: 'Luc Petit', role: 'member' }));
    await em.flush();
  }
  return withCookie(await signedIn(stage.app, id), path, base);
}

async function withCookie(cookie: string, path: string, base: string): Promise<Page> {
  const { page, context } = await stage.visitor();
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: base }]);
  await page.goto(base + path);
  await saved(page);
  return page;
}

const WORDS = ['un', 'deux', 'trois', 'quatre', 'cinq'];
const FIVE = WORDS.map((description) => ({ description, quantity: '1', unitPrice: '10.00', vat: { category: 'S', rate: '20' } }));

test('a whole quote is written and issued by keyboard alone', async () => {
  const { page, faults } = await stage.owner('/documents');
  await page.getByRole('link', { name: 'Nouveau document' }).focus();
  await type(page, 'Enter');
  await page.getByRole('heading', { level: 1, name: 'Nouveau document' }).waitFor();
  await page.getByLabel('Nom ou raison sociale').waitFor();
  await clean(page, 'new');
  await shot(page, 'editor-new');
  await page.getByLabel('Nom ou raison sociale').focus();
  await type(page, 'Boulangerie du Pont', 'Tab', 'Anne Martin', 'Tab', 'anne@example.com', 'Enter');
  await page.getByRole('heading', { level: 1, name: /Devis, brouillon/ }).waitFor();
  await page.getByRole('button', { name: 'Ajouter une ligne' }).focus();
  await type(page, 'Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Ligne 1, Désignation');
  await type(page, 'Chauffe-eau 300 l', 'Tab', '2', 'Tab', 'Tab', '1 240,50', 'Tab', '10', 'Tab');
  assert.is(await focused(page), 'Ligne 1, Remise en pourcentage ; passer en montant');
  await type(page, 'Tab');
  assert.is(await focused(page), 'Ligne 1, TVA');
  await type(page, 'Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Ligne 2, Désignation');
  await type(page, 'Main-d’œuvre', 'Tab', '9', 'Tab', 'h', 'Tab', '58', 'Control+Enter');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Ligne 3, Désignation');
  await type(page, 'Évacuation', 'Tab', 'Tab', 'Tab', '80', 'Alt+ArrowUp');
  await page.getByText('Ligne déplacée : 2 sur 3').waitFor();
  assert.is(await focused(page), 'Ligne 2, PU HT');
  await type(page, 'Control+Shift+D');
  await page.getByText('Ligne dupliquée : ligne 3').waitFor();
  await type(page, 'Control+Shift+Backspace');
  const undo = page.getByRole('button', { name: 'Annuler' });
  await undo.focus();
  await type(page, 'Enter');
  await field(page, 4, 'Désignation').waitFor();
  await field(page, 3, 'Désignation').focus();
  await type(page, 'Control+Shift+Backspace');
  await saved(page);
  assert.equal(await order(page), ['Chauffe-eau 300 l', 'Évacuation', 'Main-d’œuvre']);
  // 2 × 1240.50 − 10 % + 80 + 9 × 58.
  await page.getByRole('region', { name: 'Totaux' }).getByText(euros('2 834,90 €')).waitFor();
  await page.getByRole('complementary', { name: 'Aperçu du document' }).getByText(euros('3 401,88 €')).first().waitFor();
  await clean(page, 'editor');
  await shot(page, 'editor-desktop');
  await page.getByRole('button', { name: 'Raccourcis clavier' }).click();
  await clean(page, 'keys');
  await type(page, 'Escape');
  await page.getByRole('button', { name: 'Émettre' }).focus();
  await type(page, 'Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Émettre' }).focus();
  await type(page, 'Enter');
  await page.getByRole('heading', { level: 1, name: /Devis Q-\d{4}-\d+/ }).waitFor();
  await page.getByText(/^Devis Q-\d{4}-\d+ émis\.$/).waitFor();
  assert.is(await page.locator('.editor').count(), 0, 'frozen');
  assert.equal(faults, []);
});

test('on a phone everything is done by touch', async () => {
  const { id } = await draft();
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page, faults } = await edit(id, { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme });
    await shot(page, `editor-phone-${colorScheme}`);
    await clean(page, `phone ${colorScheme}`);
    await page.getByRole('button', { name: 'Aperçu' }).tap();
    await page.getByRole('complementary', { name: 'Aperçu du document' }).getByText('Chauffe-eau').waitFor();
    await clean(page, `preview ${colorScheme}`);
    await shot(page, `editor-preview-phone-${colorScheme}`);
    await page.getByRole('button', { name: 'Écrire' }).tap();
    for (const width of [320, 390]) {
      await page.setViewportSize({ width, height: 700 });
      assert.is(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${width}`);
    }
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.editor :is(button, select, input:not([type=checkbox]), textarea, summary)')]
        .filter((one) => one.checkVisibility() && !one.matches('.handle, .visually-hidden'))
        .map((one) => ({ one: one.outerHTML.slice(0, 90), ...one.getBoundingClientRect().toJSON() }))
        .filter(({ height, width }) => height < 43.5 || width < 43.5),
    );
    assert.equal(small, []);
    assert.equal(faults, []);
    await page.context().close();
  }
  const { page } = await edit(id, { viewport: PHONE, hasTouch: true, isMobile: true });
  await page.getByRole('button', { name: 'Actions sur la ligne 1' }).tap();
  await shot(page, 'editor-menu-phone');
  await clean(page, 'menu');
  await page.getByRole('menuitem', { name: 'Rendre optionnelle' }).tap();
  await page.getByText('Comptée seulement si le client la choisit').waitFor();
  // Without the option: 9 × 58 and its VAT.
  await page.getByRole('region', { name: 'Totaux' }).getByText(euros('626,40 €')).waitFor();
  await page.getByRole('button', { name: 'Sous-total', exact: true }).tap();
  await page.getByRole('group', { name: 'Ligne 3, sous-total' }).getByText('522,00').waitFor();
  await page.getByRole('button', { name: 'Actions sur la ligne 1' }).tap();
  await page.getByRole('menuitem', { name: 'Ajouter des détails' }).tap();
  await field(page, 1, 'Détails').fill('Garantie 5 ans');
  await page.getByRole('button', { name: 'Actions sur la ligne 2' }).tap();
  await page.getByRole('menuitem', { name: 'Monter' }).tap();
  await saved(page);
  assert.equal((await order(page)).slice(0, 2), ['Main-d’œuvre', 'Chauffe-eau 300 l']);
  await shot(page, 'editor-phone-options');
});

test('two in one draft see each other, and neither overwrites the other without a word', async () => {
  const { id } = await draft();
  const { page: olive } = await edit(id);
  const luc = await colleague(`/documents/${id}`);
  await olive.getByText('Luc Petit écrit aussi dans ce brouillon').waitFor();
  await luc.getByText('Olive Owner écrit aussi dans ce brouillon').waitFor();
  await field(luc, 2, 'Quantité').focus();
  await olive.getByRole('group', { name: 'Ligne 2' }).getByText('Luc Petit est sur cette ligne').waitFor();
  await shot(olive, 'editor-two');
  await field(luc, 2, 'Quantité').fill('12');
  await olive.waitForFunction(() => document.querySelector<HTMLInputElement>('[aria-label="Ligne 2, Quantité"]')?.value === '12');
  // What one has not sent yet is not overwritten by what comes in; what the other wrote is not either.
  const both = async (mine: string, theirs: string) => {
    await stage.app.em().execute('select 1');
    await olive.evaluate(() => void 0);
    await olive.context().setOffline(true);
    await field(olive, 1, 'Désignation').fill(mine);
    await field(luc, 1, 'Désignation').fill(theirs);
    await saved(luc);
    await olive.context().setOffline(false);
    await olive.getByText(`Luc Petit a écrit entre-temps « ${theirs} »`).waitFor();
    assert.is(await field(olive, 1, 'Désignation').inputValue(), mine);
    assert.is(await field(luc, 1, 'Désignation').inputValue(), theirs);
  };
  await both('Chauffe-eau d’Olive', 'Chauffe-eau de Luc');
  await clean(olive, 'conflict');
  await shot(olive, 'editor-conflict');
  await field(olive, 1, 'Désignation').focus();
  await olive.keyboard.press('End');
  await type(olive, ' !');
  await olive.getByRole('button', { name: 'Garder le mien' }).click();
  await saved(olive);
  await waitForValue(field(luc, 1, 'Désignation'), 'Chauffe-eau d’Olive !');
  await both('Encore Olive', 'Encore Luc');
  await olive.reload();
  await olive.getByText('Luc Petit', { exact: false }).first().waitFor();
  assert.is(await field(olive, 1, 'Désignation').inputValue(), 'Encore Olive', 'kept across a reload');
  await olive.getByRole('button', { name: 'Prendre le sien' }).click();
  await waitForValue(field(olive, 1, 'Désignation'), 'Encore Luc');
  await saved(olive);
  // A line that is taken out while the other writes in it.
  await olive.context().setOffline(true);
  await field(olive, 2, 'Désignation').fill('Main-d’œuvre, pose');
  await field(luc, 2, 'Désignation').focus();
  await type(luc, 'Control+Shift+Backspace');
  await saved(luc);
  await olive.context().setOffline(false);
  await olive.getByText('a supprimé la ligne « Main-d’œuvre, pose »').waitFor();
  await clean(olive, 'lost line');
  await olive.getByRole('button', { name: 'La remettre' }).click();
  await waitForValue(field(luc, 2, 'Désignation'), 'Main-d’œuvre, pose');
  await luc.context().close();
  await olive.getByText('Luc Petit écrit aussi').waitFor({ state: 'detached' });
});

async function waitForValue(at: Locator, value: string): Promise<void> {
  for (const end = Date.now() + 10_000; (await at.inputValue()) !== value;) {
    if (Date.now() > end) assert.is(await at.inputValue(), value);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a tunnel and a reload while one types lose nothing', async () => {
  const { id } = await draft();
  const wire = await wireTo(stage.app.url);
  const page = await withCookie(stage.app.cookie, `/documents/${id}`, wire.url);
  wire.cut();
  await page.getByText('En attente de la connexion').first().waitFor({ state: 'detached' });
  await field(page, 1, 'Désignation').fill('Écrit dans le tunnel');
  await page.getByText('En attente de la connexion : rien n’est perdu').first().waitFor();
  await field(page, 1, 'Désignation').fill('Écrit dans le tunnel, deux fois');
  await field(page, 1, 'Quantité').fill('3,5');
  await page.getByRole('button', { name: 'Ajouter une ligne' }).click();
  await type(page, 'Nouvelle dans le tunnel');
  await shot(page, 'editor-tunnel');
  wire.mend();
  await saved(page);
  const there = await colleague(`/documents/${id}`);
  assert.equal(await order(there), ['Écrit dans le tunnel, deux fois', 'Main-d’œuvre', 'Nouvelle dans le tunnel']);
  assert.is(await field(there, 1, 'Quantité').inputValue(), '3,5');
  // Reloaded in the middle of a word, before anything could be sent.
  await field(page, 3, 'Désignation').fill('Nouvelle, puis rechargée');
  await page.reload();
  await saved(page);
  assert.is(await field(page, 3, 'Désignation').inputValue(), 'Nouvelle, puis rechargée');
  await waitForValue(field(there, 3, 'Désignation'), 'Nouvelle, puis rechargée');
  // Left for another screen in the middle of a word.
  await field(page, 3, 'Désignation').fill('Nouvelle, puis quittée');
  await page.getByRole('link', { name: 'Documents' }).first().click();
  await waitForValue(field(there, 3, 'Désignation'), 'Nouvelle, puis quittée');
  wire.close();
});

test('lines are put in order with a mouse and a finger, and Escape gives it up', async () => {
  const { id } = await draft('quote', FIVE);
  const { page } = await edit(id);
  const handle = (n: number) => page.locator('.line .handle').nth(n - 1);
  const middle = async (at: Locator) => {
    const box = (await at.boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const drag = async (from: number, to: number, drop: () => Promise<void>) => {
    await handle(from).scrollIntoViewIfNeeded();
    const [start, end] = [await middle(handle(from)), await middle(handle(to))];
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(start.x, start.y + (end.y - start.y) / 2, { steps: 4 });
    await page.mouse.move(start.x, end.y + (to > from ? 10 : -10), { steps: 4 });
    await page.waitForTimeout(80);
    await shot(page, 'editor-drag');
    await drop();
  };
  await drag(1, 2, () => page.mouse.up());
  await page.getByText('Ligne déplacée : 2 sur 5').waitFor();
  assert.equal(await order(page), ['deux', 'un', 'trois', 'quatre', 'cinq']);
  await drag(2, 1, async () => {
    await page.keyboard.press('Escape');
    await page.mouse.up();
  });
  await page.getByText('Déplacement annulé.').waitFor();
  assert.equal(await order(page), ['deux', 'un', 'trois', 'quatre', 'cinq']);
  // With a finger, which brings no mouse events: as the browser tells of it.
  await saved(page);
  const session = await page.context().newCDPSession(page);
  const [start, end] = [await middle(handle(2)), await middle(handle(1))];
  const touch = (kind: string, y?: number) =>
    session.send('Input.dispatchTouchEvent', { type: kind as never, touchPoints: y === undefined ? [] : [{ x: start.x, y }] });
  await touch('touchStart', start.y);
  for (const part of [0.3, 0.7, 1.15]) await touch('touchMove', start.y + (end.y - start.y) * part);
  await page.waitForTimeout(80);
  await touch('touchEnd');
  await page.getByText('Ligne déplacée : 1 sur 5').waitFor();
  await saved(page);
  await page.reload();
  await saved(page);
  assert.equal(await order(page), ['un', 'deux', 'trois', 'quatre', 'cinq']);
});

test('what keeps it from being issued is shown at its field; then it is issued, and the client reads the very same sheet', async () => {
  const { id } = await draft('invoice');
  const { page } = await edit(id);
  await field(page, 1, 'PU HT').fill('beaucoup');
  await field(page, 2, 'Désignation').fill('');
  await page.getByText('ce n’est pas un nombre').waitFor();
  // A discount that is none is said at once, and nothing is counted with it.
  const second = page.getByRole('group', { name: 'Ligne 2' });
  for (const [typed, why] of [
    ['150', 'entre 0 et 100'],
    ['-5', 'doit être positif ou nul'],
  ] as const) {
    await field(page, 2, 'Remise').fill(typed);
    await second.getByText(why).waitFor();
    assert.is(await field(page, 2, 'Remise').getAttribute('aria-invalid'), 'true');
    assert.is(await second.locator('.net').innerText(), 'Total HT');
    await page.getByRole('region', { name: 'Totaux' }).getByText(euros('0,00 €')).first().waitFor();
  }
  await clean(page, 'a discount that is none');
  await shot(page, 'editor-discount');
  await field(page, 2, 'Remise').fill('');
  await page.locator('.head-part > summary').click();
  await page.getByLabel('Échéance').fill('2020-01-01');
  const issue = async () => {
    await page.getByRole('button', { name: 'Émettre', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Émettre' }).click();
  };
  await issue();
  const summary = page.getByRole('alert').filter({ hasText: 'à corriger' });
  await summary.waitFor();
  await clean(page, 'faults');
  await shot(page, 'editor-faults');
  await summary.getByRole('link', { name: 'Ligne 2, Désignation' }).click();
  assert.is(await focused(page), 'Ligne 2, Désignation');
  await type(page, 'Main-d’œuvre');
  await field(page, 1, 'PU HT').fill('1 000');
  await issue();
  await page.getByRole('alert').getByRole('link', { name: 'Échéance' }).click();
  await page.getByLabel('Échéance').fill('');
  await saved(page);
  const sheet = async (of: Page) => (await of.locator('.sheet').innerText()).replace(/\s+/g, ' ');
  await page.getByRole('complementary').getByText(euros('1 826,40 €')).first().waitFor();
  const preview = await sheet(page);
  await issue();
  await page.getByRole('heading', { level: 1, name: /Facture INV-/ }).waitFor();
  const detail = await stage.app.api('GET', `/documents/${id}`);
  const { page: client } = await stage.visitor();
  await client.goto(new URL(new URL(String(detail.body.links[0].url)).pathname, stage.app.url).href);
  const same = (text: string) =>
    text
      .replace(/INV-\d+-\d+|Brouillon|Émise/g, '')
      .replace(/Partage Conversation/, '')
      .replace(/\s+/g, ' ');
  assert.is(same(await sheet(client)), same(preview));
});

test('a quote on hold is revised: same number, next revision, and the client sees the old one until then', async () => {
  const quote = await stage.issue('quote', { client: CLIENT });
  await stage.app.em().execute(`update documents set status = 'on_hold' where id = ?`, [quote.id]);
  await run('startRevision', { document: quote.id });
  const { page } = await stage.owner(`/documents/${quote.id}`);
  await page.getByText('La révision 2 est en préparation.').waitFor();
  await clean(page, 'banner');
  await page.getByRole('link', { name: 'Continuer la révision' }).click();
  await saved(page);
  await page.getByRole('heading', { level: 1, name: `Devis ${quote.number}, révision 2 en préparation` }).waitFor();
  await field(page, 1, 'PU HT').fill('1 190');
  await saved(page);
  await page.getByRole('complementary').getByText('Révision 2').waitFor();
  await shot(page, 'editor-revision');
  const { page: client } = await stage.client(quote);
  await client.getByText(euros('2 114,40 €')).first().waitFor();
  await page.getByRole('button', { name: 'Émettre la révision 2' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Émettre la révision 2' }).click();
  await page.waitForURL((url) => url.pathname === `/documents/${quote.id}`);
  await page.getByRole('heading', { level: 1, name: new RegExp(quote.number) }).waitFor();
  await client.getByText(euros('2 054,40 €')).first().waitFor();
});

test('what was written while somebody else issued it is shown, and nothing of it is lost', async () => {
  const { id } = await draft();
  const { page } = await edit(id);
  const luc = await colleague(`/documents/${id}`);
  await page.context().setOffline(true);
  await field(page, 1, 'Désignation').fill('Trop tard');
  await luc.getByRole('button', { name: 'Émettre', exact: true }).click();
  await luc.getByRole('dialog').getByRole('button', { name: 'Émettre' }).click();
  await luc.getByRole('heading', { level: 1, name: /Devis Q-/ }).waitFor();
  await page.context().setOffline(false);
  const kept = page.getByRole('alert').filter({ hasText: 'n’est plus un brouillon' });
  await kept.getByText('Désignation : Trop tard').waitFor();
  await clean(page, 'not saved');
  await page.reload();
  await kept.getByText('Désignation : Trop tard').waitFor();
  await kept.getByRole('button', { name: 'Masquer' }).click();
  await kept.waitFor({ state: 'detached' });
});

test('one’s own other window is nobody else, and the client’s page learns nothing of who writes where', async () => {
  const { id, from } = await draft();
  const { page } = await edit(id);
  const again = await page.context().newPage();
  await again.goto(page.url());
  await saved(again);
  await field(again, 1, 'Quantité').fill('7');
  await waitForValue(field(page, 1, 'Quantité'), '7');
  await field(page, 2, 'Quantité').focus();
  await page.waitForTimeout(600);
  assert.is(await again.getByText('écrit aussi dans ce brouillon').count(), 0);
  const heard: string[] = [];
  const { page: client } = await stage.visitor();
  client.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
  await client.goto(new URL(from.path, stage.app.url).href);
  await client.locator('[data-live="live"]').waitFor();
  // A draft in the very deal that the client looks at.
  await run('startRevision', { document: from.id });
  const { page: writer } = await edit(from.id, {}, `/documents/${from.id}/edit`);
  await field(writer, 2, 'Quantité').focus();
  await client.locator('.presence').getByText('Olive Owner').first().waitFor();
  await page.waitForTimeout(600);
  assert.ok(heard.some((frame) => frame.includes('"presence"') && frame.includes('Olive Owner')));
  assert.not.ok(heard.some((frame) => /"user":|"at":"[0-9a-f]{8}-/.test(frame)));
});

test('a draft somebody deletes is gone for everybody, from the list too', async () => {
  const { id } = await draft('delivery');
  const { page } = await edit(id);
  assert.is(await page.getByLabel('Ligne 1, PU HT').count(), 0, 'a delivery has no prices');
  await page.getByLabel('Avec les prix').check();
  await field(page, 1, 'PU HT').waitFor();
  const { page: list } = await stage.owner('/documents');
  const row = list.locator(`a[href="/documents/${id}"]`);
  await row.waitFor();
  const luc = await colleague(`/documents/${id}`);
  await luc.getByRole('button', { name: 'Supprimer le brouillon' }).click();
  await luc.getByRole('dialog').getByRole('button', { name: 'Supprimer le brouillon' }).click();
  await luc.waitForURL((url) => url.pathname === '/documents');
  await page.getByRole('heading', { name: 'Ce brouillon n’existe plus' }).waitFor();
  await clean(page, 'gone');
  await row.waitFor({ state: 'detached' });
});

test.run();
