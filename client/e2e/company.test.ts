import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { randomUUID } from 'node:crypto';
import { CompanySchema } from '../../server/entities/index.ts';
import { clean } from './axe.ts';
import { DESKTOP, mark, PHONE, shot } from './browser.ts';
import { LINES, openStage, PIXEL, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const SCREENS = {
  desktop: { viewport: DESKTOP },
  phone: { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: 'dark' },
} as const;

/** Another owner's change, past this browser. */
async function elsewhere(name: 'saveCompany' | 'saveClient' | 'inviteUser' | 'changeRole', input: unknown): Promise<string> {
  const facts = { ip: null, userAgent: null, pdf: null };
  const { result } = await stage.app.execute({ name, id: randomUUID(), input, acting: stage.app.owner, facts });
  return String(result['client'] ?? result['join'] ?? result['user'] ?? '');
}

const fits = async (page: Page) =>
  assert.is(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    0,
    'nothing sticks out',
  );

async function saved(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await page.getByText('Enregistré.', { exact: true }).waitFor();
}

test('the feed tells what happens in the house, live; a reader is led only where they may go', async () => {
  const { page: owner, faults } = await stage.owner('/');
  await stage.issue('quote');
  await owner.getByRole('link', { name: 'Entreprise', exact: true }).click();
  const join = await elsewhere('inviteUser', { name: 'Rémi Relit', email: 'remi@example.com', role: 'reader', language: 'fr' });
  await owner.getByText('a invité Rémi Relit').waitFor();
  const reader = await stage.visitor(SCREENS.phone);
  await reader.page.goto(`${stage.app.url}/join/${stage.app.tokens.make('join', join)}`);
  await reader.page.getByLabel('Mot de passe', { exact: true }).fill('une phrase fait l’affaire');
  await reader.page.getByRole('button', { name: 'Rejoindre' }).click();
  await reader.page.getByRole('heading', { name: 'Fil', level: 1 }).waitFor();

  const client = await elsewhere('saveClient', {
    client: null,
    profile: { name: 'Garage Centre', legalName: null, siren: null, siret: null, vatId: null, address: null, contacts: [] },
  });
  await elsewhere('saveCompany', { changes: { validityDays: 45, iban: null, bic: 'AGRIFRPP' } });
  for (const { page } of [{ page: owner }, reader]) {
    await page.getByText('a créé le client Garage Centre').waitFor();
    await page.getByText('Validité d’un devis, en jours').waitFor();
    await page.getByRole('article').getByText('a rejoint l’entreprise').waitFor();
  }
  const leads = (page: Page, name: string) => page.getByRole('article').getByRole('link', { name, exact: true }).count();
  assert.equal([await leads(owner, 'Utilisateurs'), await leads(owner, 'Garage Centre'), await leads(owner, 'Entreprise')], [1, 1, 1]);
  assert.equal([await leads(reader.page, 'Utilisateurs'), await leads(reader.page, 'Entreprise')], [0, 1]);
  await reader.page.getByRole('link', { name: 'Entreprise', exact: true }).last().scrollIntoViewIfNeeded();
  await shot(owner, 'feed-house');
  await shot(reader.page, 'feed-house-phone');
  for (const { page } of [{ page: owner }, reader]) await clean(page, 'the feed of the house');
  await fits(reader.page);
  await reader.page.getByRole('article').getByRole('link', { name: 'Garage Centre', exact: true }).click();
  await reader.page.waitForURL((url) => url.pathname === `/clients/${client}`);
  assert.equal([faults, reader.faults], [[], []]);
  await reader.context.close();
  await owner.context().close();
});

test('a draft that is deleted stays in the feed without a way to it', async () => {
  const { page } = await stage.owner('/');
  const { body } = await stage.app.api('POST', '/documents', { kind: 'quote', language: 'fr', client: { name: 'Bref' }, lines: LINES });
  const card = page.getByRole('article').filter({ hasText: 'Bref' });
  await card.getByRole('link', { name: /^Devis/ }).waitFor();
  assert.is((await stage.app.api('DELETE', `/documents/${String(body.id)}`)).status, 204);
  await card.getByText('a supprimé le brouillon (devis)').waitFor();
  assert.is(await card.getByRole('link').count(), 0);
  await page.reload();
  await card.getByText('a supprimé le brouillon (devis)').waitFor();
  assert.is(await card.getByRole('link').count(), 0);
  await page.context().close();
});

for (const [screen, options] of Object.entries(SCREENS)) {
  test(`the company: faults at their fields, a preview, a logo, and what others change meanwhile (${screen})`, async () => {
    await stage.app.em().nativeUpdate(CompanySchema, { id: stage.app.company }, { logo: null, accent: '#1f5eff' });
    const { page, faults } = await stage.owner('/settings', options);
    const kept = await mark(page);
    await page.getByRole('navigation', { name: 'Réglages' }).getByRole('link', { name: 'Entreprise' }).click();
    await page.getByLabel('Nom', { exact: true }).waitFor();
    await shot(page, `company-${screen}`);
    await clean(page, 'the company');
    await fits(page);

    await page.getByLabel('SIRET').fill('732 829 320 00075');
    await page.getByLabel('IBAN').fill('FR76 3000');
    await page.getByLabel('Ville').fill('Lyon');
    await page.getByLabel('Facture', { exact: true }).fill('FA-{yyyy}-{0000}');
    await page.getByText('Prochain numéro : FA-2').waitFor();
    await page.getByLabel('Devis', { exact: true }).fill('DV-{000}');
    await page.getByText('Il faut l’année').waitFor();
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
    const summary = page.getByRole('alert').filter({ hasText: 'À corriger avant d’enregistrer' });
    await summary.waitFor();
    assert.is(await summary.getByRole('link').count(), 3);
    assert.ok(await summary.evaluate((one) => one === document.activeElement), 'the summary has the focus');
    await summary.getByRole('link', { name: 'SIRET' }).click();
    assert.ok(await page.getByLabel('SIRET').evaluate((one) => one === document.activeElement));
    assert.is(await page.getByLabel('SIRET').getAttribute('aria-invalid'), 'true');
    await clean(page, 'the company, with faults');
    await shot(page, `company-faults-${screen}`);

    await page.getByLabel('SIRET').fill('732 829 320 00074');
    await page.getByLabel('IBAN').fill('FR76 3000 6000 0112 3456 7890 189');
    await page.getByLabel('Devis', { exact: true }).fill('DV-{yyyy}-{000}');
    await page.getByLabel('Couleur d’accent', { exact: true }).fill('#ffe14d');
    await page.getByText(/Pour rester lisible, elle devient #\w{6} sur clair et #ffe14d sur sombre/).waitFor();
    await saved(page);
    const row = await stage.app.em().findOneOrFail(CompanySchema, { id: stage.app.company });
    assert.equal(
      [row.identity.address?.city, row.payment?.iban, row.numbering.invoice, row.accent],
      ['Lyon', 'FR7630006000011234567890189', 'FA-{yyyy}-{0000}', '#ffe14d'],
    );
    assert.is(await page.getByLabel('IBAN').inputValue(), 'FR76 3000 6000 0112 3456 7890 189');

    await page.getByLabel('Choisir une image').setInputFiles({ name: 'logo.svg', mimeType: 'image/png', buffer: Buffer.from('<svg/>') });
    await page.getByText('Cette image n’a pas pu être lue.').waitFor();
    await page.getByLabel('Choisir une image').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: PIXEL });
    await page.getByRole('img', { name: 'Votre logo' }).waitFor();

    await page.getByLabel('Nom', { exact: true }).fill('Ce que je tape');
    await elsewhere('saveCompany', { changes: { name: `Changé ailleurs ${screen}`, legalForm: `SARL ${screen}` } });
    await page.getByText(`Modifié entre-temps par quelqu’un d’autre : Changé ailleurs ${screen}`).waitFor();
    assert.is(await page.getByLabel('Nom', { exact: true }).inputValue(), 'Ce que je tape', 'what is typed stays');
    assert.is(await page.getByLabel('Forme juridique et capital').inputValue(), `SARL ${screen}`, 'the rest follows');
    await clean(page, 'the company, changed meanwhile');
    await shot(page, `company-moved-${screen}`);
    await page.getByRole('button', { name: 'Reprendre : Nom' }).click();
    assert.is(await page.getByLabel('Nom', { exact: true }).inputValue(), `Changé ailleurs ${screen}`);
    await page.getByRole('button', { name: 'Retirer le logo' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retirer le logo' }).click();
    await page.getByText('Pas encore de logo.').waitFor();
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(page);
    assert.ok(await kept(), 'nothing was loaded again');
    assert.equal(faults, []);
    await page.context().close();
  });

  test(`users are invited, given another role, and the one who is asked joins (${screen})`, async () => {
    const { page, faults } = await stage.owner('/settings/users', options);
    const email = `nina-${screen}@example.com`;
    await page.getByRole('button', { name: 'Envoyer l’invitation' }).click();
    await page.getByText('Indiquez un nom.').waitFor();
    await page.getByLabel('Nom', { exact: true }).fill('Nina Neuve');
    await page.getByLabel('Adresse e-mail').fill('owner@example.com');
    await page.getByRole('button', { name: 'Envoyer l’invitation' }).click();
    await page.getByText('Cette adresse est déjà celle d’un utilisateur').waitFor();
    await page.getByLabel('Adresse e-mail').fill(email);
    await page.getByLabel('Rôle', { exact: true }).selectOption('reader');
    await page.getByRole('button', { name: 'Envoyer l’invitation' }).click();
    const pending = page.getByRole('region', { name: 'Invitations en attente' });
    await pending.getByText(email).waitFor();
    await shot(page, `users-${screen}`);
    await clean(page, 'users, with an invitation');
    await fits(page);

    const [join] = await stage.app.em().execute<{ id: string }[]>('select id from joins where email = ?', [email]);
    const visitor = await stage.visitor(options);
    await visitor.page.goto(`${stage.app.url}/join/${stage.app.tokens.make('join', join?.id ?? '')}`);
    await visitor.page.getByRole('heading', { name: /^Rejoindre / }).waitFor();
    await shot(visitor.page, `join-${screen}`);
    await clean(visitor.page, 'joining');
    await visitor.page.getByLabel('Mot de passe', { exact: true }).fill('court');
    await visitor.page.getByRole('button', { name: 'Rejoindre' }).click();
    await visitor.page.getByText('Le mot de passe doit avoir au moins 10 caractères.').waitFor();
    await visitor.page.getByLabel('Mot de passe', { exact: true }).fill('une phrase fait l’affaire');
    await visitor.page.getByRole('button', { name: 'Rejoindre' }).click();
    await visitor.page.getByRole('heading', { name: 'Fil', level: 1 }).waitFor();
    await page.getByText(email).waitFor();
    await pending.waitFor({ state: 'detached' });

    await visitor.page.getByRole('link', { name: 'Clients' }).click();
    await visitor.page.getByRole('heading', { name: 'Clients', level: 1 }).waitFor();
    const create = visitor.page.getByRole('link', { name: 'Nouveau client' });
    assert.is(await create.count(), 0, 'a reader makes none');
    await page.getByLabel('Rôle de Nina Neuve').selectOption('member');
    await create.waitFor();
    await page.getByLabel('Rôle de Olive Owner').selectOption('member');
    await page.getByText('Il faut au moins un propriétaire.').waitFor();
    assert.is(await page.getByLabel('Rôle de Olive Owner').inputValue(), 'owner');
    await clean(page, 'the last owner');
    await page.getByRole('button', { name: 'Retirer Nina Neuve' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retirer', exact: true }).click();
    await visitor.page.getByRole('heading', { name: 'Connexion' }).waitFor();
    await visitor.page.goto(`${stage.app.url}/join/${stage.app.tokens.make('join', join?.id ?? '')}`);
    await visitor.page.getByRole('heading', { name: 'Cette invitation n’ouvre rien' }).waitFor();
    await clean(visitor.page, 'a used invitation');
    await shot(visitor.page, `join-gone-${screen}`);
    assert.equal([faults, visitor.faults], [[], []]);
    await visitor.context.close();
    await page.context().close();
  });

  test(`a client is made, found, changed here and elsewhere, and leads to its documents (${screen})`, async () => {
    const { page, faults } = await stage.owner('/clients', options);
    await page.getByRole('link', { name: 'Nouveau client' }).click();
    await page.getByRole('heading', { name: 'Nouveau client' }).waitFor();
    await shot(page, `client-new-${screen}`);
    await clean(page, 'a new client');
    const name = `Atelier ${screen}`;
    const first = page.getByRole('group', { name: /^(Contact 1|Zoé)$/ });
    await page.getByLabel('Nom', { exact: true }).first().fill(name);
    await page.getByLabel('Ville').fill('Grenoble');
    await first.getByLabel('Nom', { exact: true }).fill('Zoé');
    await first.getByLabel('Adresse e-mail').fill('zoe');
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
    await page.getByRole('alert').getByRole('link', { name: 'Zoé, Adresse e-mail' }).click();
    await shot(page, `client-faults-${screen}`);
    await first.getByLabel('Adresse e-mail').fill('zoe@example.com');
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';

    const made = await stage.issue('quote', { client: { name, contacts: [{ name: 'Zoé', email: 'zoe@example.com', language: 'fr' }] } });
    await page.getByRole('link', { name: made.number }).waitFor();
    await page.getByLabel('Code postal').fill('38000');
    const nothing = { legalName: null, siren: null, siret: null, vatId: null };
    const address = { lines: ['Rue neuve'], postcode: null, city: 'Grenoble', region: null, country: null };
    await elsewhere('saveClient', { client: id, profile: { ...nothing, name, address, contacts: [{ name: 'Yves', email: null }] } });
    await page.getByText('Quelqu’un d’autre vient de modifier cette fiche.').waitFor();
    assert.equal(
      [await page.getByLabel('Code postal').inputValue(), await page.getByLabel('Rue, bâtiment, boîte postale').inputValue()],
      ['38000', 'Rue neuve'],
    );
    await page.getByRole('button', { name: 'Retirer Yves' }).waitFor();
    await clean(page, 'a client');
    await shot(page, `client-${screen}`);
    await fits(page);
    await page.getByRole('button', { name: 'Ajouter un contact' }).click();
    const last = page.getByRole('group', { name: 'Contact 2' });
    assert.ok(await last.getByLabel('Nom', { exact: true }).evaluate((one) => one === document.activeElement));
    await last.getByLabel('Nom', { exact: true }).fill(`Xavier ${screen}`);
    await saved(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(page);
    await page.setViewportSize(options.viewport);

    await page.getByRole('link', { name: 'Nouveau document' }).click();
    await page.getByRole('heading', { name: 'Nouveau document', level: 1 }).waitFor();
    assert.ok(await page.getByRole('radio', { name: new RegExp(`^${name}`) }).isChecked(), 'for this client');
    await page.goBack();
    await page.getByRole('link', { name: made.number }).click();
    await page.getByRole('heading', { level: 1 }).getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Clients' }).first().click();
    await stage.issue('order');
    await page.getByRole('link', { name: 'Boulangerie du Pont' }).waitFor();
    await page.getByRole('searchbox').fill(`xavier ${screen}`);
    await page.getByText('1 client', { exact: true }).waitFor();
    await page.getByRole('link', { name }).waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByText(/^\d+ clients$/).waitFor();
    await clean(page, 'the clients');
    await shot(page, `clients-${screen}`);
    await fits(page);
    assert.equal(faults, []);
    await page.context().close();
  });
}

test.run();
