import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Page } from 'playwright-core';
import { MailSchema, UserSchema } from '../../server/entities/index.ts';
import { signedIn } from '../../server/test/strangers.ts';
import type { Role } from '../../shared/company.ts';
import { clean } from './axe.ts';
import { DESKTOP, mark, PHONE, shot } from './browser.ts';
import { ended } from './mails.ts';
import { openStage, type Issued, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const ANNE = { name: 'Anne Martin', email: 'anne@example.com', language: 'fr' };
const BOB = { name: 'Bob Smith', email: 'bob@example.co.uk', language: 'en' };
const MUTE = { name: 'Zoé Sans-Adresse' };
const SEVERAL = { client: { name: 'Boulangerie du Pont', contacts: [ANNE, BOB, MUTE] } };

async function openShare(page: Page): Promise<ReturnType<Page['getByRole']>> {
  await page.getByRole('button', { name: 'Partage', exact: true }).click();
  return page.getByRole('dialog', { name: 'Partage' });
}

/** Events of one type on a document, as the log has them. */
async function logged(document: Issued, type: string): Promise<Record<string, unknown>[]> {
  const rows = await stage.app
    .em()
    .execute<{ data: Record<string, unknown> }[]>('select data from events where document = ? and type = ? order by seq', [
      document.id,
      type,
    ]);
  return rows.map(({ data }) => data);
}

for (const [name, options] of Object.entries({
  desktop: { viewport: DESKTOP },
  phone: { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: 'dark' },
} as const)) {
  test(`sends from Share to two contacts; waiting, delivered and refused stand there by themselves (${name})`, async () => {
    const quote = await stage.issue('quote', SEVERAL);
    const { page, faults } = await stage.owner(`/documents/${quote.id}`, options);
    const kept = await mark(page);
    const share = await openShare(page);
    assert.ok(await share.getByRole('checkbox', { name: /Anne Martin/ }).isChecked(), 'who has a link is chosen');
    assert.not(await share.getByRole('checkbox', { name: /Bob Smith/ }).isChecked());
    const mute = share.getByRole('checkbox', { name: /Zoé Sans-Adresse pas d’adresse e-mail/ });
    assert.ok(await mute.isDisabled());
    const text = share.getByRole('textbox', { name: 'Votre texte' });
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('notre devis'));
    assert.match(await text.inputValue(), new RegExp(`notre devis ${quote.number}`));
    await shot(page, `share-${name}`);

    await share.getByRole('checkbox', { name: /Anne Martin/ }).uncheck();
    await share.getByRole('checkbox', { name: /Bob Smith/ }).check();
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('our quote'));
    assert.is(await text.getAttribute('lang'), 'en');
    await share.getByRole('checkbox', { name: /Anne Martin/ }).check();
    await share.getByText(/n’est pas dans la langue habituelle de Bob Smith/).waitFor();
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('notre devis'));
    await text.fill('Bonjour,\nvoici le devis.');
    await share.getByRole('checkbox', { name: /Anne Martin/ }).uncheck();
    assert.is(await text.inputValue(), 'Bonjour,\nvoici le devis.', 'what was written stays');
    await page.mouse.click(2, 2);
    await page.keyboard.press('Escape');
    await share.waitFor({ state: 'detached' });
    await openShare(page);
    assert.is(await text.inputValue(), 'Bonjour,\nvoici le devis.', 'also when the dialog is closed over it');
    await share.getByRole('checkbox', { name: /Anne Martin/ }).uncheck();
    await share.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await share.getByText('Choisissez au moins un destinataire.').waitFor();
    assert.equal(await logged(quote, 'document.sent'), [], 'nothing goes to nobody');

    await share.getByRole('checkbox', { name: /Anne Martin/ }).check();
    await share.getByRole('checkbox', { name: /Bob Smith/ }).check();
    await share.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await share.getByText('2 mails en route').waitFor();
    const row = (who: string) => share.getByRole('listitem').filter({ hasText: 'Envoi du document' }).filter({ hasText: who });
    for (const who of ['Anne Martin', 'Bob Smith']) await row(who).getByText('En attente', { exact: true }).waitFor();
    const mails = await stage.app.em().find(MailSchema, { document: quote.id });
    assert.equal(mails.map((mail) => [mail.address, mail.about.text]).sort(), [
      ['anne@example.com', 'Bonjour,\nvoici le devis.'],
      ['bob@example.co.uk', 'Bonjour,\nvoici le devis.'],
    ]);
    // A second click finds nobody chosen: nobody is written to twice by accident.
    await share.getByRole('button', { name: 'Envoyer', exact: true }).click();
    await share.getByText('Choisissez au moins un destinataire.').waitFor();
    assert.is((await logged(quote, 'document.sent')).length, 1);

    await ended(stage, quote, ANNE.email, 'delivered');
    await row('Anne Martin').getByText('Remis au serveur de messagerie de example.com').waitFor();
    await ended(stage, quote, BOB.email, 'failed', '550 5.1.1 No such user here');
    await row('Bob Smith').getByText('Refusé : 550 5.1.1 No such user here').waitFor();
    await share.getByRole('checkbox', { name: /Bob Smith.*adresse refusée/ }).waitFor();
    assert.is(await share.getByText('adresse refusée').count(), 1);
    await clean(page, 'Share, with mails in each state');
    await shot(page, `share-sent-${name}`);
    assert.is(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Envoyé à Bob Smith.*échec/ }).waitFor();
    await shot(page, `head-${name}`);
    await page.getByRole('button', { name: /Envoyé à Bob Smith.*échec/ }).click();
    await page.getByRole('dialog', { name: 'Partage' }).waitFor();
    assert.ok(await kept(), 'nothing was loaded again');
    assert.equal(faults, []);
  });
}

test('a contact is added inside Share, with faults at their fields, and chosen at once', async () => {
  const invoice = await stage.issue('invoice', { client: { name: 'Sans contact' } });
  const { page, faults } = await stage.owner(`/documents/${invoice.id}`);
  const share = await openShare(page);
  await share.getByText(/n’a pas encore de contact/).waitFor();
  await share.getByRole('button', { name: 'Ajouter un contact' }).click();
  const add = share.getByRole('button', { name: 'Ajouter', exact: true });
  await add.click();
  const name = share.getByLabel('Nom', { exact: true });
  await share.getByText('Indiquez le nom du contact.').waitFor();
  assert.ok(await name.evaluate((field) => field === document.activeElement), 'the first fault has the focus');
  await name.fill('Paul Petit');
  const email = share.getByLabel('Adresse e-mail');
  // Passes the quick look of the page, not the server's.
  await email.fill('paul@-example..fr');
  await add.click();
  await share.getByText('Indiquez une adresse e-mail complète.').waitFor();
  await email.fill('paul@example.fr');
  await share.getByLabel('Langue').selectOption('en');
  await clean(page, 'a new contact');
  await shot(page, 'share-add-contact');
  await add.click();
  await share.getByRole('checkbox', { name: /Paul Petit/ }).waitFor();
  assert.ok(await share.getByRole('checkbox', { name: /Paul Petit/ }).isChecked());
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes('our invoice'));
  assert.equal(
    (await logged(invoice, 'contact.added')).map((data) => (data['contact'] as { email: string }).email),
    ['paul@example.fr'],
  );
  assert.equal(faults, []);
});

test('a reader is offered nothing that only a member may do, and a role that moves shows at once', async () => {
  const quote = await stage.issue('quote', SEVERAL);
  const em = stage.app.em();
  const owner = await em.findOneOrFail(UserSchema, { id: stage.app.owner.user });
  const reader = { ...owner, id: randomUUID(), email: 'remi@example.com', name: 'Rémi Relit', role: 'reader' as const };
  em.persist(em.create(UserSchema, reader));
  await em.flush();
  const becomes = (role: Role) =>
    stage.app.execute({
      name: 'changeRole',
      id: randomUUID(),
      input: { user: reader.id, role },
      acting: stage.app.owner,
      facts: { ip: null, userAgent: null, pdf: null },
    });
  const { page, faults, context } = await stage.visitor();
  const [name = '', value = ''] = (await signedIn(stage.app, reader.id)).split('=');
  await context.addCookies([{ name, value, url: stage.app.url }]);
  const alone = async (path: string) => {
    await page.goto(stage.app.url + path);
    await page.getByRole('heading', { level: 1, name: 'Lecture seule' }).waitFor();
  };

  await page.goto(`${stage.app.url}/documents`);
  await page.getByRole('link', { name: quote.number }).waitFor();
  assert.is(await page.getByRole('button', { name: /^Copier le lien/ }).count(), 0);
  await shot(page, 'reader-documents');
  await alone('/clients/new');
  await alone('/documents/new');
  await clean(page, 'a page for members');
  await shot(page, 'reader-new');
  await becomes('member');
  await page.getByLabel('Nom ou raison sociale').or(page.getByLabel('Rechercher un client')).waitFor();
  await becomes('reader');
  await page.getByRole('heading', { level: 1, name: 'Lecture seule' }).waitFor();

  await page.goto(`${stage.app.url}/documents/${quote.id}`);
  await page.locator('.sheet').getByText('Chauffe-eau 300 l').waitFor();
  const share = page.getByRole('button', { name: 'Partage', exact: true });
  assert.is(await share.count(), 0);
  await shot(page, 'reader-document');
  await becomes('member');
  await share.click();
  await page
    .getByRole('dialog', { name: 'Partage' })
    .getByLabel(/^Adresse du lien/)
    .waitFor();
  await becomes('reader');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await becomes('member');
  await share.waitFor();
  assert.is(await page.getByRole('dialog').count(), 0);
  assert.equal(faults, []);
});

test('a new document that is refused says why', async () => {
  const { page } = await stage.owner('/documents/new');
  await page.getByRole('button', { name: 'Nouveau client' }).click();
  await page.getByLabel('Nom ou raison sociale').fill('Refusé');
  await page.getByLabel('Contact (facultatif)', { exact: true }).fill('Paul');
  // Passes the quick look of the page, not the server's.
  await page.getByLabel('Adresse e-mail du contact (facultatif)').fill('paul@-example..fr');
  await page.getByRole('button', { name: 'Commencer' }).click();
  await page.getByRole('alert').getByText('Certains champs sont à corriger.').waitFor();
});

test.run();
