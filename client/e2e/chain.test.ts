import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { until } from '../../server/test/doors.ts';
import { clean } from './axe.ts';
import { DESKTOP, mark, PHONE, shot, still } from './browser.ts';
import { isLive, openStage, touch, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const field = (page: Page, line: number, name: string) => page.getByLabel(`Ligne ${line}, ${name}`, { exact: true });
const saved = (page: Page) => page.locator('[data-save="saved"]').waitFor();
const cell = (page: Page, name: string) => page.locator('.quantities').locator(`td[data-label="${name}"]`).first();

/** Issues the draft in the editor, and answers the document's id and number. */
async function issue(page: Page): Promise<{ id: string; number: string }> {
  await saved(page);
  await page.getByRole('button', { name: 'Émettre' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Émettre' }).click();
  await page.locator('.editor').waitFor({ state: 'detached' });
  const id = /documents\/([\w-]+)/.exec(page.url())?.[1] ?? '';
  const { body } = await stage.app.api('GET', `/documents/${id}`);
  return { id, number: body.number };
}

const linkOf = async (id: string) => String((await stage.app.api('GET', `/documents/${id}`)).body.link);

/** The document on the screen stands in the middle of the picture of the chain, or as near as that scrolls; the page has not moved. */
async function inSight(page: Page, what: string): Promise<void> {
  await until(
    () =>
      page.locator('.chain').evaluate((row) => {
        const [at, frame] = [row.querySelector('[aria-current]'), row].map((one) => one?.getBoundingClientRect());
        if (!at || !frame) return false;
        const off = at.left + at.width / 2 - (frame.left + frame.width / 2);
        const most = row.scrollWidth - row.clientWidth - row.scrollLeft;
        const near = Math.abs(off) < 2 || (off < 0 ? row.scrollLeft < 1 : most < 1);
        return near && at.left >= 0 && at.right <= document.documentElement.clientWidth && scrollY === 0;
      }),
    `${what} in sight`,
  );
}

/** Chooses what is made from the document on the screen, and goes on to its draft. */
async function make(page: Page, action: string, quantity: string | null = null): Promise<void> {
  await page.getByRole('group', { name: 'Actions' }).getByRole('button', { name: action }).click();
  const dialog = page.getByRole('dialog');
  if (quantity !== null) await dialog.getByLabel('Quantité de « Acme beeswax »').fill(quantity);
  await clean(page, action);
  await shot(page, `chain-${action}`);
  await dialog.getByRole('button', { name: 'Préparer le brouillon' }).click();
  await page.getByRole('heading', { level: 1, name: /brouillon/ }).waitFor();
}

test('the UBL chain through the console: 100 ordered, 90 delivered, 10 left, 90 invoiced, credited; both windows open', async () => {
  const { page: owner, faults: ownerFaults } = await stage.owner('/documents');
  const kept = await mark(owner);
  await owner.getByRole('link', { name: 'Nouveau document' }).click();
  await owner.getByText('Bon de commande', { exact: true }).click();
  await owner.getByLabel('Nom ou raison sociale').fill('IYT Corporation');
  await owner.getByLabel('Contact (facultatif)', { exact: true }).fill('Mr Fred Churchill');
  await owner.getByLabel('Adresse e-mail du contact (facultatif)').fill('fred@iytcorporation.example');
  await owner.getByRole('button', { name: 'Commencer' }).click();
  await owner.getByRole('heading', { level: 1, name: /brouillon/ }).waitFor();
  await owner.getByRole('button', { name: 'Ajouter une ligne' }).click();
  await field(owner, 1, 'Désignation').fill('Acme beeswax');
  await field(owner, 1, 'Quantité').fill('100');
  await field(owner, 1, 'Unité').selectOption('KGM');
  await field(owner, 1, 'PU HT').fill('1,00');
  const order = await issue(owner);

  const { page: client, faults } = await stage.visitor({ viewport: PHONE, hasTouch: true, isMobile: true });
  await client.goto(await linkOf(order.id));
  await isLive(client);
  const keptClient = await mark(client);
  await cell(client, 'Reste à livrer').getByText('100', { exact: true }).waitFor();

  await make(owner, 'Créer une livraison', '90');
  await issue(owner);
  await client.locator('.chain').getByText('Livraison', { exact: true }).waitFor();
  await cell(client, 'Livré').getByText('90', { exact: true }).waitFor();
  await cell(client, 'Reste à livrer').getByText('10', { exact: true }).waitFor();
  await client.locator('.chain [aria-current]').getByText('Livrée en partie').waitFor();
  await owner.getByText('Reste à livrer : 10 kg').first().waitFor();

  await make(owner, 'Créer une facture');
  const invoice = await issue(owner);
  await cell(client, 'Facturé').getByText('90', { exact: true }).waitFor();
  await cell(client, 'Reste à facturer').getByText('10', { exact: true }).waitFor();
  await clean(client, 'the chain');
  await shot(client, 'chain-client-phone');

  await make(owner, 'Créer un avoir');
  await owner.setViewportSize(PHONE);
  const credit = await issue(owner);
  await inSight(owner, 'what was issued');
  await shot(owner, 'chain-issued-phone');
  await owner.setViewportSize(DESKTOP);
  await client.locator('.chain').getByText(credit.number).waitFor();
  await client.locator('.chain li').filter({ hasText: invoice.number }).last().getByText('Annulée').waitFor();
  await cell(client, 'Facturé').getByText('0', { exact: true }).waitFor();

  // The owner sees the same chain, and walks through it without loading anything again.
  await owner
    .locator('.chain')
    .getByRole('link', { name: new RegExp(order.number) })
    .click();
  await cell(owner, 'Reste à livrer').getByText('10', { exact: true }).waitFor();
  await cell(owner, 'Reste à facturer').getByText('100', { exact: true }).waitFor();
  await clean(owner, 'the deal');
  await still(owner);
  await shot(owner, 'chain-owner');
  assert.ok(await kept(), 'the owner never reloaded');
  assert.ok(await keptClient(), 'the client never reloaded');

  // And the client can walk through all of it.
  for (const number of [invoice.number, credit.number, order.number]) {
    await client
      .locator('.chain')
      .getByRole('link', { name: new RegExp(number) })
      .click();
    await client.getByRole('heading', { level: 1, name: new RegExp(number) }).waitFor();
    await isLive(client);
    await inSight(client, number);
    await shot(client, `chain-client-${number}`);
  }
  assert.equal([...faults, ...ownerFaults], []);
});

test('what one user takes, another one sees gone while choosing', async () => {
  const order = await stage.issue('order');
  const { page: first } = await stage.owner(`/documents/${order.id}`);
  const { page: second } = await stage.owner(`/documents/${order.id}`, { viewport: PHONE, hasTouch: true, isMobile: true });
  await second.getByRole('button', { name: 'Créer une livraison' }).click();
  const dialog = second.getByRole('dialog');
  await dialog.getByText('Reste 9 h').waitFor();
  await shot(second, 'chain-follow-phone');
  await first.getByRole('button', { name: 'Créer une livraison' }).click();
  await first.getByRole('dialog').getByLabel('Quantité de « Main-d’œuvre »').fill('4');
  await first.getByRole('dialog').getByRole('button', { name: 'Préparer le brouillon' }).click();
  await issue(first);
  await dialog.getByText('Reste 5 h').waitFor();
  await dialog.getByLabel('Quantité de « Main-d’œuvre »').fill('6');
  await dialog.getByText('Au plus 5').waitFor();
  await clean(second, 'too much');
});

test('a quote becomes an order with the client’s number on it, and a deposit invoice', async () => {
  const quote = await stage.issue('quote');
  const { page: client } = await stage.client(quote);
  await touch(client);
  await client.getByRole('button', { name: 'Accepter', exact: true }).click();
  await client.getByRole('dialog').getByLabel('Votre nom').fill('Anne Martin');
  await client
    .getByRole('dialog')
    .getByLabel(/Votre numéro de commande/)
    .fill('PO-77');
  await client.getByRole('dialog').getByRole('button', { name: 'Confirmer' }).click();
  const { page: owner } = await stage.owner(`/documents/${quote.id}`);
  await owner.getByRole('button', { name: 'Facture d’acompte' }).click();
  await owner.getByRole('dialog').getByLabel('Valeur').fill('150');
  await owner.getByRole('dialog').getByText('Au plus 2 114,40 € TTC').waitFor();
  await clean(owner, 'too large a deposit');
  await shot(owner, 'chain-deposit-most');
  await owner.getByRole('dialog').getByLabel('Valeur').fill('30');
  await owner.getByRole('dialog').getByText('soit 634,32 € TTC').waitFor();
  await clean(owner, 'deposit');
  await shot(owner, 'chain-deposit');
  await owner.getByRole('dialog').getByRole('button', { name: 'Préparer le brouillon' }).click();
  await owner.getByRole('heading', { level: 1, name: /brouillon/ }).waitFor();
  await issue(owner);
  await client.locator('.chain').getByText('Acompte').waitFor();
  await owner
    .locator('.chain')
    .getByRole('link', { name: new RegExp(quote.number) })
    .click();
  await owner.getByRole('button', { name: 'Facture d’acompte' }).click();
  await owner.getByRole('dialog').getByText('Montant TTC').click();
  await owner.getByRole('dialog').getByLabel('Valeur').fill('1 480,09');
  await owner.getByRole('dialog').getByText('Au plus 1 480,08 € TTC').waitFor();
  await owner.keyboard.press('Escape');
  await owner.getByRole('button', { name: 'Créer la commande' }).click();
  await owner.getByRole('heading', { level: 1, name: /brouillon/ }).waitFor();
  const order = await issue(owner);
  await client.locator('.chain').getByText(order.number).waitFor();
  assert.is((await stage.app.api('GET', `/documents/${order.id}`)).body.content.reference, 'PO-77');
  await owner.getByRole('group', { name: 'Actions' }).getByRole('button', { name: 'Créer une facture' }).click();
  await owner.getByRole('dialog').getByRole('button', { name: 'Préparer le brouillon' }).click();
  await owner.getByRole('heading', { level: 1, name: /brouillon/ }).waitFor();
  const invoice = await issue(owner);
  const { body } = await stage.app.api('GET', `/documents/${invoice.id}`);
  assert.is(body.totals.gross, 211_440 - 63_432, 'the deposit is deducted');
  await shot(owner, 'chain-final');

  // What deducts the deposit is taken back whole, or not at all.
  await owner.getByRole('button', { name: 'Créer un avoir' }).click();
  const dialog = owner.getByRole('dialog');
  const deduction = dialog.getByRole('checkbox', { name: /Acompte facturé/ });
  assert.ok(await deduction.isChecked());
  await dialog.getByText('−528,60 € HT').waitFor();
  assert.is(await dialog.getByRole('textbox').count(), 2);
  await clean(owner, 'a credit note with a deduction');
  await shot(owner, 'chain-credit');
  await deduction.uncheck();
  await dialog.getByRole('button', { name: 'Préparer le brouillon' }).click();
  await field(owner, 2, 'Quantité').waitFor();
  assert.is(await field(owner, 3, 'Quantité').count(), 0);
  await refused(owner);
  await owner.getByRole('alert').getByText('il reste au plus 1 480,08 € à créditer de la facture').waitFor();
});

/** Asks for the draft to be issued, which it cannot be. */
async function refused(page: Page): Promise<void> {
  await saved(page);
  await page.getByRole('button', { name: 'Émettre' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Émettre' }).click();
  await page.getByRole('alert').filter({ hasText: 'à corriger' }).waitFor();
}

test('more than is left: the editor says how much there is, and nothing jumps', async () => {
  const order = await stage.issue('order');
  for (const viewport of [DESKTOP, { width: 1900, height: 900 }, PHONE]) {
    const { page } = await stage.owner(`/documents/${order.id}`, { viewport });
    await make(page, 'Créer une livraison');
    await field(page, 2, 'Quantité').fill('11');
    const top = async () => {
      const [line, text] = await Promise.all([
        page.getByRole('group', { name: 'Ligne 2' }).boundingBox(),
        field(page, 2, 'Désignation').boundingBox(),
      ]);
      return (text?.y ?? 0) - (line?.y ?? 0);
    };
    const before = await top();
    await refused(page);
    await page.getByRole('group', { name: 'Ligne 2' }).getByText('il en reste 9 au plus').waitFor();
    await page.getByRole('link', { name: 'Ligne 2, Quantité' }).click();
    await still(page);
    await shot(page, `chain-exceeded-${viewport.width}`);
    assert.is(await top(), before, `${viewport.width}`);
    await page.context().close();
  }
});

test.run();
