import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomUUID } from 'node:crypto';
import { ContactSchema, DealSchema } from '../../server/entities/index.ts';
import { clean } from './axe.ts';
import { DESKTOP, PHONE, shot } from './browser.ts';
import { openStage, type Issued, type Stage } from './stage.ts';

let stage: Stage;
test.before(async () => {
  stage = await openStage();
});
test.after(() => stage.close());

const DARK = { viewport: PHONE, hasTouch: true, isMobile: true, colorScheme: 'dark' } as const;

async function contactOf({ deal }: Issued): Promise<{ id: string; client: string }> {
  const { client } = await stage.app.em().findOneOrFail(DealSchema, { id: deal });
  const { id } = await stage.app.em().findOneOrFail(ContactSchema, { client });
  return { id, client };
}

test('the owner turns reminders on, and reads each of them first', async () => {
  const { page, faults } = await stage.owner('/settings/company');
  const section = page.getByRole('region', { name: 'Relances' });
  await section.getByRole('checkbox', { name: 'Rappeler les factures à payer' }).check();
  const days = section.getByRole('textbox', { name: 'Jours après l’échéance' });
  await days.fill('bientôt');
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await section.getByText('De un à six nombres entiers de jours, de −30 à 365.').waitFor();
  await clean(page, 'a plan that is none');
  await days.fill('12, -2, 5');
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await page.getByText('Enregistré.', { exact: true }).waitFor();
  assert.is(await days.inputValue(), '−2, 5, 12', 'in the order of the calendar');
  assert.equal(await section.getByRole('list').first().locator('li > span:first-child').allTextContents(), [
    '2 jours avant l’échéance',
    '5 jours après l’échéance',
    '12 jours après l’échéance',
  ]);
  await clean(page, 'the plan of reminders');
  await section.scrollIntoViewIfNeeded();
  await shot(page, 'reminders-plan');
  const opened = page.context().waitForEvent('page');
  await section.getByRole('link', { name: 'Français : 12 jours après l’échéance (nouvel onglet)' }).click();
  const mail = await opened;
  await mail.getByText('Un oubli est vite arrivé.').last().waitFor();
  await mail.setViewportSize(DESKTOP);
  await shot(mail, 'reminders-mail');
  const { company } = await stage.app.api('GET', '/company').then(({ body }) => ({ company: body }));
  assert.equal(company.reminders.invoices, { on: true, days: [-2, 5, 12] });
  await page.setViewportSize(PHONE);
  await page.emulateMedia({ colorScheme: 'dark' });
  await section.scrollIntoViewIfNeeded();
  await shot(page, 'reminders-plan-phone');
  assert.is(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
  // The sandbox of the mail says that it blocks what nothing there asks for.
  assert.equal(faults, []);
  await page.context().close();
});

test('a reader unsubscribes, and the owner sees it; a client can be left alone', async () => {
  const invoice = await stage.issue('invoice');
  const { id, client } = await contactOf(invoice);
  const { page: owner } = await stage.owner('/');
  const { page, faults } = await stage.visitor(DARK);
  await page.goto(`${stage.app.url}/r/${stage.app.tokens.make('unsubscribe', id)}`);
  await page.getByText('vous envoie parfois un rappel à a•••@example.com').waitFor();
  await clean(page, 'the page to unsubscribe on');
  await shot(page, 'reminders-unsubscribe');
  await page.getByRole('button', { name: 'Ne plus recevoir de rappels' }).click();
  await page.getByText('ne vous envoie plus de rappels').waitFor();
  await clean(page, 'unsubscribed');
  await shot(page, 'reminders-unsubscribed');
  assert.equal(faults, []);
  await owner.getByText('ne veut plus de relances par mail').waitFor();
  await shot(owner, 'reminders-feed');
  await owner.goto(`${stage.app.url}/clients/${client}`);
  await owner.getByText('Ne veut plus de relances').waitFor();
  await owner.getByRole('checkbox', { name: 'Ne jamais relancer ce client par mail' }).check();
  await owner.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await owner.getByText('Enregistré.', { exact: true }).waitFor();
  await clean(owner, 'a client that is left alone');
  await shot(owner, 'reminders-client');
  const { body } = await stage.app.api('GET', `/clients/${client}`);
  assert.equal([body.profile.remindersOff, body.contacts[0].reminders], [true, false]);
  const acting = { as: 'system' as const, company: stage.app.company };
  const facts = { ip: null, userAgent: null, pdf: null };
  await stage.app.execute({ name: 'setReminders', id: randomUUID(), input: { of: id, on: true }, acting, facts });
  await owner.getByText('Ne veut plus de relances').waitFor({ state: 'detached' });
  await owner.context().close();
});

test.run();
