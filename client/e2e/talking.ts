import type { Page } from 'playwright-core';
import { until } from '../../server/test/doors.ts';
import { PIXEL, type Issued, type Stage } from './stage.ts';

/** What the tests of attached files share. */

export const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF');

/** A file for a picker. */
export const given = (name: string, mimeType = 'image/png', buffer = PIXEL) => ({ name, mimeType, buffer });

/** The owner beside a conversation that has begun. */
export async function talking(stage: Stage, options?: Parameters<Stage['owner']>[1]) {
  const document: Issued = await stage.issue('quote');
  await stage.app.api('POST', `/documents/${document.id}/messages`, { text: 'Bonjour' });
  const { page, faults } = await stage.owner(`/documents/${document.id}`, options);
  await page.getByRole('heading', { name: 'Pièces jointes' }).waitFor();
  const opener = page.getByRole('button', { name: 'Conversation', exact: true });
  if ((await page.locator('.composer').count()) === 0) await opener.click();
  await page.getByRole('log').getByText('Bonjour').waitFor();
  const composer = page.locator('.composer');
  return {
    document,
    page,
    faults,
    log: page.getByRole('log'),
    composer,
    picker: composer.getByLabel('Joindre des fichiers'),
    text: composer.getByLabel('Votre message'),
    send: composer.getByRole('button', { name: 'Envoyer', exact: true }),
    chosen: composer.getByRole('list', { name: 'Fichiers joints à ce message' }).getByRole('listitem'),
  };
}

export interface Said {
  text: string;
  notify: boolean;
  files: { name: string }[];
}

export async function messages({ app }: Stage, document: Issued): Promise<Said[]> {
  return (await app.api('GET', `/documents/${document.id}`)).body.messages;
}

/** The names of the files of the last message, once it has arrived: a page shows it before. */
export async function lastFiles(stage: Stage, document: Issued, text: string): Promise<string[]> {
  const last = await until(async () => (await messages(stage, document)).findLast((one) => one.text === text), `the message "${text}"`);
  return last.files.map((file) => file.name);
}

/** Files out of nowhere, as a drop or a paste has them. */
export const carrying = (page: Page, files: { name: string; type: string; size: number }[]) =>
  page.evaluateHandle((list) => {
    const data = new DataTransfer();
    for (const { name, type, size } of list) data.items.add(new File([new Uint8Array(size)], name, { type }));
    return data;
  }, files);
