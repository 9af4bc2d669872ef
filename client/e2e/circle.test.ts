import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openMailbox } from '../../server/test/mailbox.ts';
import { mark, PHONE, person, shot } from './browser.ts';
import { openStage } from './stage.ts';

test('the full circle: the client is away, the owner writes, the mail leads back, the answer arrives live', async () => {
  const box = await openMailbox();
  const stage = await openStage({ smtpUrl: box.url, graceSeconds: 1 });
  try {
    const quote = await stage.issue('quote');
    const { page: owner, faults: ownerFaults } = await stage.owner(`/documents/${quote.id}`);
    const kept = await mark(owner);
    const { page: before } = await stage.client(quote);
    await before.getByRole('heading', { level: 1 }).waitFor();
    await before.context().close();

    await owner.getByRole('button', { name: 'Conversation', exact: true }).click();
    await owner.getByLabel('Votre message').fill('Bonjour Anne, le mitigeur est en rupture : le modèle chromé vous irait-il ?');
    await owner.getByLabel(/Prévenir le client/).check();
    await owner.keyboard.press('Tab');
    await owner.getByRole('button', { name: 'Envoyer', exact: true }).click();

    const mail = await box.mail('to Anne', (one) => one.to === 'anne@example.com');
    assert.match((mail.parsed.text ?? '').replace(/\s+/g, ' '), 'le modèle chromé vous irait-il ?');
    const [link] = /https?:\/\/\S+#talk/.exec(mail.parsed.text ?? '') ?? [];
    assert.ok(link, mail.parsed.text);

    const { page: client, faults } = await person(stage.browser, { viewport: PHONE, hasTouch: true });
    await client.goto(link);
    // On a telephone it opens by itself, as a sheet from below.
    const talk = client.getByRole('dialog');
    await talk.getByText('le modèle chromé vous irait-il ?').waitFor();
    await shot(client, 'circle-conversation');
    await talk.getByLabel('Votre message').fill('Oui, parfait. Merci !');
    await talk.getByRole('button', { name: 'Envoyer', exact: true }).click();

    await owner.getByRole('log').getByText('Oui, parfait. Merci !').waitFor();
    await owner.getByRole('log').getByText('Vu', { exact: true }).first().waitFor();
    assert.ok(await kept(), 'the owner never reloaded');
    assert.equal([...ownerFaults, ...faults], []);
  } finally {
    await stage.close();
    await box.close();
  }
});

test.run();
