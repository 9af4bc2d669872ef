import { randomUUID } from 'node:crypto';
import type { Locator, Page, WebSocketRoute } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserSchema } from '../../server/entities/index.ts';
import { signedIn } from '../../server/test/strangers.ts';
import { ACCOUNT, becomes, GOOD_CARD, KEY, pressPay, register, saveSettings, seen, WEBHOOK_SECRET } from '../../server/test/paying.ts';
import { startEmulator, type Emulator } from '../../server/test/stripe-emulator/emulator.ts';
import { clean } from './axe.ts';
import { DESKTOP, mark, PHONE, shot } from './browser.ts';
import { openStage, touch, type Issued, type Stage } from './stage.ts';

/** What the owner does about money: keys, what comes in another way, what is taken back, what is given back. */

let stage: Stage;
let stripe: Emulator;
test.before(async () => {
  stripe = await startEmulator({ retryMs: [50, 100, 200, 400, 800] });
  stage = await openStage({ stripeUrl: stripe.url });
  await register(stripe, stage.app);
});
test.after(async () => {
  await stage.close();
  await stripe.close();
});

const SCREENS = {
  desktop: { viewport: DESKTOP },
  phone: { viewport: PHONE, colorScheme: 'dark', hasTouch: true, isMobile: true },
} as const;

/** As the settings page leaves it. */
async function online(): Promise<void> {
  const { status } = await saveSettings(stage.app, { key: KEY, webhookSecret: WEBHOOK_SECRET, methods: ['card', 'paypal'], partial: true });
  assert.is(status, 200);
}

/** Somebody has paid by card on Stripe's page. */
async function paysByCard(invoice: Issued): Promise<string> {
  const { session } = await pressPay(stage.app, made(invoice));
  await stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
  return session;
}

const ledger = (page: Page) => page.getByRole('region', { name: 'Paiements', exact: true });
const button = (at: Page | Locator, name: string) => at.getByRole('button', { name, exact: true });
const focused = (one: Locator) => one.evaluate((element) => element === document.activeElement);
/** As `shared/format.ts` writes it in French: with spaces that do not break. */
const euros = (text: string) => new RegExp(`^${text.replaceAll(' ', '\\s').replace('−', '[−-]')}\\s€$`);
const sumOf = (page: Page, text: string) => ledger(page).getByText(euros(text)).first().waitFor();

async function fits(page: Page): Promise<void> {
  assert.is(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    0,
    'nothing sticks out',
  );
}

/** What a finger has to meet: buttons of the ledger, of dialogs and of forms. */
async function large(at: Locator): Promise<void> {
  const sizes = await at
    .locator('button, .acts a, summary, label.check')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)));
  assert.ok(sizes.length > 0 && sizes.every((size) => size >= 43.9), sizes.join());
}

async function looked(page: Page, name: string): Promise<void> {
  await clean(page, name);
  await fits(page);
  await shot(page, `money-${name}`);
}

/** Both windows on one invoice; neither is ever loaded again. */
async function both(invoice: Issued, options: Parameters<Stage['owner']>[1] = {}) {
  const owner = await stage.owner(`/documents/${invoice.id}`, options);
  const client = await stage.client(invoice, options);
  await touch(client.page);
  const kept = [await mark(owner.page), await mark(client.page)];
  return {
    owner: owner.page,
    client: client.page,
    async end() {
      assert.equal(await Promise.all(kept.map((one) => one())), [true, true], 'nothing was loaded again');
      assert.equal([owner.faults, client.faults], [[], []]);
      await owner.page.context().close();
      await client.page.context().close();
    },
  };
}

/** The secret link and the ids of an invoice, as the server's tests have them. */
const made = ({ id, deal, path }: Issued) => ({ id, deal, token: path.split('/')[2] ?? '' }) as Parameters<typeof becomes>[1];

test('Stripe is set up on one page: what to do first, faults, the check, and what is missing', async () => {
  const { page, faults } = await stage.owner('/settings');
  await page.getByRole('navigation', { name: 'Réglages' }).getByRole('link', { name: 'Paiement en ligne' }).click();
  await page.getByText('Le paiement en ligne n’est pas actif').waitFor();
  await page.getByRole('heading', { name: 'Créez une clé limitée' }).waitFor();
  await page.getByText(/Les 14 événements/).click();
  await page.getByText('checkout.session.async_payment_succeeded').waitFor();
  await page.getByText(/Les 14 événements/).click();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await button(page, 'Copier l’adresse').click();
  await page.getByText('Adresse copiée').waitFor();
  assert.is(await page.evaluate(() => navigator.clipboard.readText()), `${stage.app.url}/webhooks/stripe/${stage.app.company}`);
  await looked(page, 'settings-empty');

  const key = page.getByLabel('Clé de Stripe');
  const secret = page.getByLabel('Secret de signature');
  assert.equal([await key.getAttribute('type'), await key.getAttribute('autocomplete')], ['password', 'off']);
  await key.fill('pk_test_51ForEverybody');
  await secret.fill('whsec_no');
  await button(page, 'Enregistrer').click();
  const summary = page.getByRole('alert').filter({ hasText: 'À corriger avant d’enregistrer' });
  await summary.waitFor();
  assert.ok(await focused(summary), 'the summary has the focus');
  await looked(page, 'settings-faults');
  await summary.getByRole('link', { name: 'Clé de Stripe' }).click();
  assert.ok(await focused(key));
  await page.getByText('C’est la clé publiable').last().waitFor();

  // A key that may do less than it has to.
  await stripe.control('register', { id: 'acct_1Poor', keys: [{ secret: 'rk_test_51Poor0000', denied: ['dispute_read'] }] });
  await key.fill('rk_test_51Poor0000');
  await secret.fill('');
  await button(page, 'Enregistrer').click();
  await page.getByText('Une clé qui finit par …0000').waitFor();
  assert.equal([await key.inputValue(), await secret.inputValue()], ['', ''], 'nothing secret stays on the page');
  await page.getByText('Mode test : aucun argent n’est transféré.').first().waitFor();
  await page.getByText('Il manque le secret de signature').waitFor();
  await page.getByText('Aucun événement n’est encore arrivé').waitFor();
  await button(page, 'Vérifier la connexion').click();
  const checks = page.getByRole('region', { name: 'Vérifier la connexion' });
  const refunds = checks.getByRole('listitem').filter({ hasText: 'Remboursements et contestations' });
  await refunds.getByText('Manque', { exact: false }).waitFor();
  assert.match(await refunds.innerText(), /permission/i, 'in Stripe’s words');
  assert.is(await page.getByText('Tout est en ordre.').count(), 0);
  await looked(page, 'settings-missing');

  await key.fill(KEY);
  await secret.fill(WEBHOOK_SECRET);
  await page.getByLabel('Le client peut payer une partie').check();
  await page.getByLabel('PayPal').check();
  await button(page, 'Enregistrer').click();
  await page.getByText('Le paiement en ligne est actif.').waitFor();
  assert.equal([await key.inputValue(), await secret.inputValue()], ['', ''], 'nor of what replaces it');
  await button(page, 'Vérifier la connexion').click();
  await checks.getByText('Événements de Stripe reçus').waitFor();
  await checks.getByText('Tout est en ordre.').waitFor();
  await checks.getByText('Dernier événement reçu de Stripe').waitFor();
  await looked(page, 'settings-on');
  await large(page.locator('main'));
  assert.not.match(await page.content(), new RegExp(`${KEY}|${WEBHOOK_SECRET}`), 'neither key nor secret is anywhere on the page');
  const memory = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.not.match(memory, new RegExp(`${KEY}|${WEBHOOK_SECRET}`));
  const settings = await saveSettings(stage.app, { methods: ['card', 'paypal'], partial: true });
  assert.equal([settings.body['partial'], settings.body['methods']], [true, ['card', 'paypal']], 'what was ticked was kept');
  assert.equal(faults, []);
  await page.context().close();
});

test('the keys are removed after a question, and the page begins anew', async () => {
  await online();
  const { page, faults } = await stage.owner('/settings/payments', SCREENS.phone);
  await page.getByText('Le paiement en ligne est actif.').waitFor();
  await looked(page, 'settings-phone');
  await button(page, 'Retirer les clés').click();
  const dialog = page.getByRole('dialog', { name: 'Retirer les clés de Stripe ?' });
  await clean(page, 'removing');
  await button(dialog, 'Annuler').click();
  assert.ok(await focused(button(page, 'Retirer les clés')), 'the focus comes back');
  await button(page, 'Retirer les clés').click();
  await button(dialog, 'Retirer les clés').click();
  await page.getByRole('heading', { name: 'Créez une clé limitée' }).waitFor();
  await looked(page, 'settings-phone-empty');
  assert.equal(faults, []);
  await page.context().close();
});

for (const [screen, options] of Object.entries(SCREENS))
  test(`${screen}: a transfer is recorded and taken back, and both windows show it at once`, async () => {
    const invoice = await stage.issue('invoice');
    const { owner, client, end } = await both(invoice, options);
    assert.equal([await ledger(owner).count(), await ledger(client).count()], [0, 0], 'nothing to show');
    await button(owner, 'Noter un paiement').click();
    const dialog = owner.getByRole('dialog', { name: 'Noter un paiement reçu' });
    const amount = dialog.getByLabel('Montant reçu (EUR)');
    assert.match(await amount.inputValue(), /^2\s114,40$/, 'what is left, as a French reader writes it');
    assert.ok(await focused(amount));
    await dialog.getByText('La facture sera payée en totalité.').waitFor();
    assert.ok(await dialog.getByLabel('Prévenir le client par e-mail').isChecked());
    await amount.fill('beaucoup');
    await dialog.getByLabel('Reçu le').fill('2035-01-01');
    await button(dialog, 'Noter').click();
    const summary = dialog.getByRole('alert').filter({ hasText: 'À corriger' });
    assert.equal([await summary.getByRole('link').count(), await focused(summary)], [2, true]);
    assert.is(await amount.getAttribute('aria-invalid'), 'true');
    await looked(owner, `record-faults-${screen}`);
    await summary.getByRole('link', { name: 'Montant reçu' }).click();
    assert.ok(await focused(amount));
    await amount.fill('3 000');
    await dialog.getByText(/C’est 885,60\s€ de plus que ce qui reste/).waitFor();
    await amount.fill('1 000,50');
    await dialog.getByText(/Il restera 1\s113,90\s€ à payer/).waitFor();
    await dialog.getByLabel('Reçu le').fill(new Date().toISOString().slice(0, 10));
    await dialog.getByLabel('Référence').fill('VIR BOULANGERIE <b>');
    await looked(owner, `record-${screen}`);
    await large(dialog);
    // Pressed by a nervous finger: one entry all the same.
    await button(dialog, 'Noter').dblclick();
    await dialog.waitFor({ state: 'detached' });
    for (const page of [owner, client]) {
      await sumOf(page, '1 000,50');
      await ledger(page).getByText('VIR BOULANGERIE <b>').waitFor();
      await sumOf(page, '1 113,90');
      assert.is(await ledger(page).getByRole('listitem').count(), 1);
    }
    await ledger(owner).getByText('noté par Olive Owner').waitFor();
    assert.is(await ledger(client).getByText('noté par').count(), 0, 'who recorded it is the company’s business');
    assert.ok(await focused(button(owner, 'Noter un paiement')), 'the focus comes back');
    const receipt = ledger(client).getByRole('link', { name: /^Reçu \(PDF\)/ });
    const answer = await client.request.get(new URL((await receipt.getAttribute('href')) ?? '', client.url()).href);
    assert.equal([answer.status(), answer.headers()['content-type']], [200, 'application/pdf']);
    await looked(owner, `recorded-${screen}`);
    await looked(client, `recorded-client-${screen}`);
    await large(ledger(owner));

    await button(ledger(owner), 'Annuler l’écriture').click();
    const taking = owner.getByRole('dialog', { name: 'Annuler ce paiement par une écriture inverse' });
    await button(taking, 'Annuler l’écriture').click();
    const reason = taking.getByLabel('Motif');
    assert.equal([await reason.getAttribute('aria-invalid'), await focused(reason)], ['true', true]);
    await looked(owner, `taking-back-${screen}`);
    await reason.fill('C’était pour une autre facture');
    await button(taking, 'Annuler l’écriture').dblclick();
    await taking.waitFor({ state: 'detached' });
    for (const page of [owner, client]) {
      await sumOf(page, '−1 000,50');
      await ledger(page).getByText('C’était pour une autre facture').waitFor();
      await sumOf(page, '2 114,40');
      assert.is(await ledger(page).getByRole('listitem').count(), 2);
      assert.is(
        await ledger(page)
          .getByRole('list', { name: /^Suites du paiement de 1\s000,50/ })
          .count(),
        1,
        'under what it took back',
      );
    }
    assert.is(await button(owner, 'Annuler l’écriture').count(), 0, 'once');
    assert.ok(await focused(ledger(owner).getByRole('heading')), 'the focus is not lost with the button');
    await looked(owner, `taken-back-${screen}`);
    await looked(client, `taken-back-client-${screen}`);
    await end();
  });

for (const [screen, options] of Object.entries(SCREENS))
  test(`${screen}: a card payment is refunded in part and then in full, and both windows show it at once`, async () => {
    await online();
    const invoice = await stage.issue('invoice');
    const { owner, client, end } = await both(invoice, options);
    const { session } = await pressPay(stage.app, made(invoice));
    await ledger(owner)
      .getByText(/Une page de paiement de 2\s114,40\s€ est ouverte/)
      .waitFor();
    assert.is(await ledger(client).count(), 0, 'that is nothing to tell the client');
    await stripe.control('pay', { session, method: 'card', card: GOOD_CARD });
    for (const page of [owner, client]) {
      await ledger(page).getByText('Payé par carte').waitFor();
      await sumOf(page, '0,00');
      assert.is(await ledger(page).getByText('Test', { exact: true }).count(), 1);
      const stripes = ledger(page).getByRole('link', { name: /^Reçu de Stripe/ });
      assert.equal([await stripes.getAttribute('target'), await stripes.getAttribute('rel')], ['_blank', 'noopener noreferrer']);
    }
    await looked(owner, `paid-${screen}`);
    await looked(client, `paid-client-${screen}`);
    await button(ledger(owner), 'Rembourser').click();
    const dialog = owner.getByRole('dialog', { name: 'Rembourser ce paiement' });
    const amount = dialog.getByLabel('Montant à rembourser (EUR)');
    assert.match(await amount.inputValue(), /^2\s114,40$/);
    await amount.fill('2114,41');
    await button(dialog, 'Rembourser').click();
    assert.is(await amount.getAttribute('aria-invalid'), 'true');
    await looked(owner, `refund-faults-${screen}`);
    await amount.fill('114,40');
    await dialog.getByLabel('Motif (facultatif, le client le voit)').fill('Une heure de moins');
    await dialog.getByText('émettez un avoir').waitFor();
    await looked(owner, `refund-${screen}`);
    await large(dialog);
    await button(dialog, 'Rembourser').dblclick();
    await dialog.waitFor({ state: 'detached' });
    for (const page of [owner, client]) {
      await sumOf(page, '−114,40');
      await ledger(page).getByText('Une heure de moins').waitFor();
      await sumOf(page, '114,40');
    }
    await ledger(owner).getByText('demandé par Olive Owner').waitFor();
    await button(ledger(owner), 'Rembourser').click();
    assert.match(await amount.inputValue(), /^2\s000,00$/, 'what is left of it');
    await button(dialog, 'Rembourser').click();
    await dialog.waitFor({ state: 'detached' });
    for (const page of [owner, client]) {
      await sumOf(page, '−2 000,00');
      await sumOf(page, '2 114,40');
    }
    assert.equal(
      [await button(owner, 'Rembourser').count(), await button(owner, 'Annuler l’écriture').count()],
      [0, 0],
      'nothing is left of it',
    );
    assert.is((await seen(stage.app, made(invoice))).payments.length, 3);
    await looked(owner, `refunded-${screen}`);
    await looked(client, `refunded-client-${screen}`);
    await end();
  });

test('a refund waits for Stripe, or is refused in its words; the owner alone is told', async () => {
  await online();
  const invoice = await stage.issue('invoice');
  const { owner, client, end } = await both(invoice);
  await paysByCard(invoice);
  await ledger(owner).getByText('Payé par carte').waitFor();
  await stripe.control('fault', { kind: 'error', times: 2, method: 'POST', path: '/v1/refunds' });
  await button(ledger(owner), 'Rembourser').click();
  await button(owner.getByRole('dialog'), 'Rembourser').click();
  await ledger(owner)
    .getByText(/Remboursement de 2\s114,40\s€ demandé à Stripe/)
    .waitFor();
  assert.is(await button(ledger(owner), 'Rembourser').count(), 0, 'not twice');
  await looked(owner, 'refund-waiting');
  assert.is(await ledger(client).getByText('demandé à Stripe').count(), 0);
  await stripe.control('clearFaults', {});
  await sumOf(client, '−2 114,40');

  await paysByCard(invoice);
  await sumOf(owner, '0,00');
  await stripe.control('register', { id: ACCOUNT, keys: [{ secret: KEY, denied: ['charge_write'] }] });
  await button(ledger(owner), 'Rembourser').click();
  await button(owner.getByRole('dialog'), 'Rembourser').click();
  await ledger(owner)
    .getByText(/Stripe refuse le remboursement de 2\s114,40\s€/)
    .waitFor();
  assert.match(await ledger(owner).innerText(), /permission/i);
  await button(ledger(owner), 'Rembourser').waitFor();
  assert.is(await ledger(client).getByText('Stripe refuse').count(), 0);
  await looked(owner, 'refund-refused');
  await register(stripe, stage.app);
  await end();
});

test('too much, and a dispute, are plain on both screens', async () => {
  await online();
  const invoice = await stage.issue('invoice');
  const { owner, client, end } = await both(invoice);
  const session = await paysByCard(invoice);
  await ledger(client).getByText('Payé par carte').waitFor();
  await button(owner, 'Noter un paiement').click();
  const dialog = owner.getByRole('dialog');
  assert.is(await dialog.getByLabel('Montant reçu (EUR)').inputValue(), '', 'nothing is left');
  await dialog.getByLabel('Montant reçu (EUR)').fill('100');
  await dialog.getByText(/C’est 100,00\s€ de plus/).waitFor();
  await button(dialog, 'Noter').click();
  for (const page of [owner, client]) {
    await ledger(page).getByText('Payé en trop').waitFor();
    await sumOf(page, '100,00');
  }
  await owner
    .getByText(/Il a été payé 100,00\s€ de trop/)
    .first()
    .waitFor();
  await looked(owner, 'over');
  await looked(client, 'over-client');
  await owner.getByRole('navigation').getByRole('link', { name: 'Documents' }).click();
  const row = owner.getByRole('row').filter({ hasText: invoice.number });
  await row.getByText('Payée · Payé en trop').waitFor();
  await row.getByText(/^Payé en trop\s+100,00\s€$/).waitFor();
  await looked(owner, 'list-over');
  await row.getByRole('link').first().click();
  await stripe.control('dispute', { session });
  for (const page of [owner, client])
    await ledger(page)
      .getByText(/Un paiement de 2\s114,40\s€ est contesté auprès de la banque/)
      .waitFor();
  await owner.getByRole('link', { name: 'Un paiement est contesté' }).waitFor();
  assert.is(await button(ledger(owner), 'Rembourser').count(), 0, 'the bank has it');
  await looked(owner, 'disputed');
  await looked(client, 'disputed-client');
  await end();
});

test('recorded in a tunnel: it waits, is sent after a reload, once', async () => {
  const invoice = await stage.issue('invoice');
  const { page } = await stage.owner('/documents');
  const wires: WebSocketRoute[] = [];
  let cut = false;
  await page.routeWebSocket(/./, (wire) => {
    if (cut) return void wire.close();
    wire.connectToServer();
    wires.push(wire);
  });
  await page.goto(`${stage.app.url}/documents/${invoice.id}`);
  await button(page, 'Noter un paiement').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Montant reçu (EUR)').fill('10');
  cut = true;
  for (const wire of wires) await wire.close();
  await dialog.getByText(/rien n’est perdu/).waitFor();
  await button(dialog, 'Noter').click();
  await looked(page, 'record-offline');
  await button(dialog, 'Annuler').click();
  await ledger(page)
    .getByText(/Paiement de 10,00\s€ reçu par virement\s: pas encore noté/)
    .waitFor();
  await looked(page, 'outstanding');
  cut = false;
  await page.reload();
  await sumOf(page, '10,00');
  await ledger(page).getByText('pas encore noté').waitFor({ state: 'detached' });
  assert.is((await seen(stage.app, made(invoice))).payments.length, 1);
  await page.context().close();
});

test('a reader sees the ledger, its receipts and no button', async () => {
  await online();
  const invoice = await stage.issue('invoice');
  await paysByCard(invoice);
  await becomes(stage.app, made(invoice), ({ status }) => status === 'paid', 'paid');
  const em = stage.app.em();
  const owner = await em.findOneOrFail(UserSchema, { id: stage.app.owner.user });
  const reader = { ...owner, id: randomUUID(), email: 'remi@example.com', name: 'Rémi Relit', role: 'reader' as const };
  em.persist(em.create(UserSchema, reader));
  await em.flush();
  const { page, faults, context } = await stage.visitor();
  const [name = '', value = ''] = (await signedIn(stage.app, reader.id)).split('=');
  await context.addCookies([{ name, value, url: stage.app.url }]);
  await page.goto(`${stage.app.url}/documents/${invoice.id}`);
  await ledger(page).getByText('Payé par carte').waitFor();
  assert.is(await ledger(page).getByRole('button').count(), 0);
  assert.is(await button(page, 'Noter un paiement').count(), 0);
  assert.is(await ledger(page).getByRole('link', { name: /^Reçu/ }).count(), 2);
  await looked(page, 'reader');
  await page.goto(`${stage.app.url}/settings`);
  await page.getByRole('navigation', { name: 'Réglages' }).getByRole('link', { name: 'Entreprise' }).waitFor();
  assert.is(await page.getByRole('link', { name: 'Paiement en ligne' }).count(), 0);
  await page.goto(`${stage.app.url}/settings/payments`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.is(await page.getByRole('heading', { level: 1, name: 'Paiement en ligne' }).count(), 0, 'nor by its address');
  assert.equal(faults, []);
  await context.close();
});

test.run();
