import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { until } from '../../server/test/doors.ts';
import { clean } from './axe.ts';
import { mark, PHONE, shot, still } from './browser.ts';
import { isLive, LINES, openStage, touch, type Issued, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const VAT = { category: 'S', rate: '20' };
const OPTIONS = [
  { type: 'section', description: 'Fourniture et pose' },
  ...LINES,
  { type: 'subtotal' },
  { type: 'section', description: 'En option' },
  { description: 'Adoucisseur d’eau', quantity: '1', unitPrice: '890.00', vat: VAT, optional: true },
  { description: 'Contrat d’entretien, un an', quantity: '1', unitPrice: '180.00', vat: VAT, optional: true },
];
const PHONES = { viewport: PHONE, hasTouch: true, isMobile: true };

const RESERVED = /^J’accepte le bon de livraison \S+ avec les réserves ci-dessus\.$/;

const stateOf = async (document: Issued) => (await stage.app.api('GET', `/documents/${document.id}`)).body;

const due = (page: Page) => page.locator('.totals .due dd').first();

test('options are ticked by the client, both totals move, and the yes is for exactly that', async () => {
  const quote = await stage.issue('quote', { lines: OPTIONS });
  const { page: owner, faults: ownerFaults } = await stage.owner(`/documents/${quote.id}`);
  const { page, faults } = await stage.client(quote, PHONES);
  const [kept, keptOwner] = [await mark(page), await mark(owner)];
  await isLive(page);
  await due(owner).getByText('2 114,40').waitFor();
  // As the server drew it, before anything else has come.
  await page.getByRole('switch', { name: /Adoucisseur/ }).click();
  for (const one of [page, owner]) await due(one).getByText('3 182,40').waitFor();
  await page.getByRole('switch', { name: /Contrat/ }).click();
  for (const one of [page, owner]) await due(one).getByText('3 398,40').waitFor();
  await page.locator('.summary .amount').getByText('3 398,40').waitFor();
  await page.getByRole('switch', { name: /Adoucisseur/ }).click();
  for (const one of [page, owner]) await due(one).getByText('2 330,40').waitFor();
  await clean(page, 'options');
  await shot(page, 'options-phone');
  await shot(owner, 'options-owner');

  await touch(page);
  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Contrat d’entretien, un an').waitFor();
  await dialog.getByText(/d’un montant de 2.330,40/).waitFor();
  await dialog.getByLabel('Votre nom').fill('Anne Martin');
  await dialog.getByLabel(/Votre numéro de commande/).fill('BC 4711');
  await clean(page, 'accepting with options');
  await shot(page, 'options-accepting');
  await dialog.getByRole('button', { name: 'Confirmer' }).click();
  await owner.getByText('Commande n° BC 4711').waitFor();
  const { decision, status, choice } = await stateOf(quote);
  assert.equal([status, decision.orderNumber, decision.chosen], ['accepted', 'BC 4711', choice.lines]);
  assert.ok(await page.getByRole('switch', { name: /Contrat/ }).isDisabled(), 'what was chosen stays');
  assert.ok((await kept()) && (await keptOwner()), 'nobody reloaded');
  assert.equal([...faults, ...ownerFaults], []);
});

test('without a script an option is chosen by a plain form, and an outdated choice accepts nothing', async () => {
  const quote = await stage.issue('quote', { lines: OPTIONS });
  const { page } = await stage.client(quote, { javaScriptEnabled: false });
  await page.getByRole('switch', { name: /Adoucisseur/ }).click();
  await due(page).getByText('3 182,40').waitFor();
  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  await page.getByLabel('Votre nom').fill('Anne Martin');
  // Somebody else unticks it meanwhile.
  const { page: other } = await stage.client(quote);
  await other.getByRole('switch', { name: /Adoucisseur/ }).click();
  await due(other).getByText('2 114,40').waitFor();
  await page.getByRole('button', { name: 'Confirmer' }).click();
  await page.getByText(/Les options choisies ont changé entre-temps/).waitFor();
  assert.is((await stateOf(quote)).status, 'issued');
  assert.is(await page.getByLabel('Votre nom').inputValue(), 'Anne Martin', 'what was typed is kept');
  await page.getByRole('button', { name: 'Confirmer' }).click();
  await until(async () => (await stateOf(quote)).status === 'accepted', 'accepted');
});

test('a client proposes a change at a line, the owner makes a revision of it, the client sees it arrive marked', async () => {
  const quote = await stage.issue('quote');
  const { page: owner } = await stage.owner(`/documents/${quote.id}`);
  const { page, faults } = await stage.client(quote);
  await touch(page);
  await page.getByRole('button', { name: 'Proposer une modification de « Main-d’œuvre »' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Quantité souhaitée').fill('beaucoup');
  await dialog.getByRole('button', { name: 'Envoyer la demande' }).click();
  await dialog.getByText('Indiquez un nombre').waitFor();
  await dialog.getByLabel('Quantité souhaitée').fill('6,5');
  await dialog.getByLabel(/Votre remarque/).fill('Nous démontons l’ancien nous-mêmes.');
  await clean(page, 'proposing');
  await shot(page, 'proposing');
  await dialog.getByRole('button', { name: 'Envoyer la demande' }).click();
  await page.getByRole('log').getByText('Quantité : 9 → 6,5').waitFor();
  await shot(page, 'proposed');

  assert.is(await page.locator('.notice').count(), 0, 'what one asks for speaks for itself');
  const told = owner.locator('.notice').filter({ hasText: 'Anne Martin propose une modification de « Main-d’œuvre »' });
  await told.waitFor();
  await clean(owner, 'told of a proposal');
  await shot(owner, 'proposal-told');
  await told.getByRole('link', { name: 'Répondre' }).click();
  await owner.getByRole('log').getByText('Quantité : 9 → 6,5').waitFor();
  await told.waitFor({ state: 'detached' });
  await clean(owner, 'a proposal');
  await shot(owner, 'proposal-owner');
  await owner.getByRole('button', { name: 'Préparer une révision' }).click();
  await owner.waitForURL(`**/documents/${quote.id}/edit*`);
  const draft = await until(async () => (await draftOf(quote)) ?? null, 'a draft of the revision');
  assert.is(draft.body.lines[1].quantity, '6.5');
  const issued = await stage.app.api('POST', `/documents/${quote.id}/issue`);
  assert.is(issued.status, 200);
  await page.getByText('La révision 2').or(page.getByText('révision 2')).first().waitFor();
  await page.locator('tr.marked').getByText('Modifié dans cette révision').waitFor();
  assert.is(await page.locator('tr.marked').count(), 1);
  await still(page);
  await shot(page, 'revision-marked');
  await page.getByText('Versions précédentes').click();
  await page.getByRole('link', { name: /Révision 1/ }).click();
  await page.getByText('Vous lisez la révision 1').waitFor();
  assert.equal(faults, []);
});

async function draftOf(document: Issued) {
  const view = await stage.app
    .em()
    .execute<{ body: { lines: { quantity: string }[] }; version: number }[]>('select body, version from drafts where document_id = ?', [
      document.id,
    ]);
  return view[0] as unknown as { body: { lines: [never, { quantity: string }] } } | undefined;
}

test('a client asks for more time, and the owner gives it in one click', async () => {
  const quote = await stage.issue('quote');
  const { page: owner } = await stage.owner(`/documents/${quote.id}`);
  await owner.getByRole('button', { name: 'Conversation' }).click();
  const { page } = await stage.client(quote, PHONES);
  await touch(page);
  await page.getByRole('button', { name: 'Demander un délai' }).click();
  const dialog = page.getByRole('dialog');
  const later = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel(/Valable jusqu’au/).fill(later);
  await shot(page, 'asking-time');
  await dialog.getByRole('button', { name: 'Envoyer la demande' }).click();
  await owner
    .getByRole('log')
    .getByRole('button', { name: /Prolonger jusqu’au/ })
    .click();
  await until(async () => (await stateOf(quote)).content.validUntil === later, 'extended');
  await page.getByRole('button', { name: 'Fermer' }).click();
  await page
    .locator('.notice')
    .getByText(/a prolongé la validité jusqu’au/)
    .waitFor();
  await page
    .locator('.summary')
    .getByText(/encore (89|90) jours/)
    .waitFor();
  // Without being asked, too.
  await owner.getByRole('button', { name: 'Prolonger de 30 jours' }).click();
  await page
    .locator('.summary')
    .getByText(/encore (119|120) jours/)
    .waitFor();
  await owner.getByRole('button', { name: 'Prolonger jusqu’à…' }).click();
  const exact = new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10);
  await owner.getByRole('dialog').getByLabel('Valable jusqu’au').fill(exact);
  await owner.getByRole('dialog').getByRole('button', { name: 'Prolonger' }).click();
  await until(async () => (await stateOf(quote)).content.validUntil === exact, 'extended to a day of the owner’s own');
  // And for a client who has named no day.
  await page.getByRole('button', { name: 'Demander un délai' }).click();
  await dialog.getByRole('button', { name: 'Envoyer la demande' }).click();
  const more = owner.getByRole('log').getByRole('button', { name: 'Prolonger de 30 jours' });
  await more.waitFor();
  await shot(owner, 'asked-time-without-a-day');
  await more.click();
  const given = new Date(Date.parse(exact) + 30 * 86_400_000).toISOString().slice(0, 10);
  await until(async () => (await stateOf(quote)).content.validUntil === given, 'extended by some days');
  await more.waitFor({ state: 'detached' });
});

test('withdrawn and reopened with a reason that both sides read', async () => {
  const quote = await stage.issue('quote');
  const { page: owner } = await stage.owner(`/documents/${quote.id}`);
  const { page } = await stage.client(quote);
  await owner.getByRole('button', { name: 'Retirer', exact: true }).click();
  await owner.getByRole('dialog').getByLabel('Motif').fill('Erreur de prix');
  await owner.getByRole('dialog').getByRole('button', { name: 'Retirer' }).click();
  for (const one of [page, owner]) await one.getByText('a retiré ce devis : « Erreur de prix »').first().waitFor();
  await page.getByRole('button', { name: 'Accepter', exact: true }).waitFor({ state: 'detached' });
  await shot(owner, 'withdrawn-owner');
  await owner.getByRole('button', { name: 'Rouvrir', exact: true }).click();
  await owner.getByRole('dialog').getByLabel('Motif').fill('Prix vérifié');
  await owner.getByRole('dialog').getByRole('button', { name: 'Rouvrir' }).click();
  for (const one of [page, owner]) await one.getByText('a rouvert ce document : « Prix vérifié »').first().waitFor();
  await page.getByRole('button', { name: 'Accepter', exact: true }).waitFor();
  await shot(page, 'reopened');
});

test('what was decided before a revision, or before it was opened again, stays readable on both sides', async () => {
  const quote = await stage.issue('quote');
  const { page: owner } = await stage.owner(`/documents/${quote.id}`);
  const { page } = await stage.client(quote);
  await touch(page);
  await page.getByRole('button', { name: 'Refuser', exact: true }).click();
  await page
    .getByRole('dialog')
    .getByLabel(/^Motif/)
    .fill('Trop cher');
  await page.getByRole('dialog').getByRole('button', { name: 'Confirmer' }).click();
  await owner.locator('.stamp', { hasText: 'Refusé' }).waitFor();
  await stage.revise(quote);
  for (const one of [page, owner]) {
    await one.getByText('Versions précédentes').click();
    const first = one.getByRole('listitem').filter({ hasText: 'Révision 1' }).last();
    await first.getByText(/Refusé · .* · Anne Martin · «\sTrop cher\s»/).waitFor();
  }
  await shot(owner, 'revisions-owner');
  await shot(page, 'revisions-client');
  const pdf = await owner.getByRole('link', { name: /^Révision 1/ }).getAttribute('href');
  const answer = await owner.request.get(new URL(pdf ?? '', stage.app.url).href);
  assert.equal([answer.status(), answer.headers()['content-type']], [200, 'application/pdf']);
  assert.match(pdf ?? '', /revision=1$/);
});

test('at the door, on the phone: a delivery is accepted with reserves, line by line', async () => {
  const order = await stage.issue('order');
  const delivery = await stage.issue('delivery', {
    follows: order.id,
    lines: LINES.map(({ description, quantity }) => ({ description, quantity })),
  });
  const { page: owner } = await stage.owner('/');
  const { page, faults } = await stage.client(delivery, PHONES);
  await touch(page);
  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Votre nom').fill('Anne Martin');
  await dialog.getByText('Réserves').click();
  assert.match(await dialog.locator('.consent').innerText(), /^J’accepte le bon de livraison \S+\.$/);
  await dialog.getByLabel('Réserve sur « Chauffe-eau 300 l »').fill('Tôle enfoncée à gauche');
  assert.match(await dialog.locator('.consent').innerText(), RESERVED);
  await clean(page, 'reserves');
  await shot(page, 'reserves-phone');
  await dialog.getByRole('button', { name: 'Confirmer' }).click();
  await page.locator('.note.reserves').getByText('Tôle enfoncée à gauche').waitFor();
  await page.locator('.notice').getByText('Vous avez accepté ce bon de livraison avec réserves').waitFor();
  await owner.getByRole('article').filter({ hasText: delivery.number }).getByText('a accepté avec réserves').waitFor();
  await owner.getByRole('article').filter({ hasText: delivery.number }).getByText('Tôle enfoncée à gauche').waitFor();
  await shot(page, 'reserves-done');
  assert.is((await stateOf(delivery)).status, 'accepted_with_reserves');
  assert.equal(faults, []);
});

test('without a script, too, the sentence to agree to says that there are reserves', async () => {
  const delivery = await stage.issue('delivery', { lines: LINES.map(({ description, quantity }) => ({ description, quantity })) });
  const { page } = await stage.client(delivery, { ...PHONES, javaScriptEnabled: false });
  await page.getByRole('button', { name: 'Accepter', exact: true }).click();
  const consent = page.locator('.decision .consent');
  assert.match(await consent.innerText(), /^J’accepte le bon de livraison \S+\.$/);
  await page.locator('.reserves summary').click();
  await page.getByLabel('En général').fill('Livré sous la pluie');
  assert.match(await consent.innerText(), RESERVED);
  await shot(page, 'reserves-plain');
  // And so when the form comes back.
  await page.getByLabel('Votre nom').fill('  ');
  await page.getByRole('button', { name: 'Confirmer' }).click();
  await page.locator('.refusal').waitFor();
  await page.getByLabel('Votre nom').fill('Anne Martin');
  assert.match(await consent.innerText(), RESERVED);
  await page.getByRole('button', { name: 'Confirmer' }).click();
  await page.locator('.note.reserves').getByText('Livré sous la pluie').waitFor();
});

test.run();
