import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PaymentTerms } from '../../shared/document.ts';
import type { PageProps, ViewerRenderer } from '../../shared/page.ts';
import type { DocumentView } from '../../shared/view.ts';
import { build, isBuilt } from '../build.ts';
import { DIST } from '../paths.ts';
import { propsOf } from './fixtures.ts';

let viewer: ViewerRenderer;

test.before(async () => {
  if (!(await isBuilt())) await build();
  viewer = (await import(pathToFileURL(join(DIST, 'ssr/entry-server.js')).href)) as ViewerRenderer;
});

const account = { iban: 'FR7630006000011234567890189', bic: 'AGRIFRPP', reference: null, accountName: 'Émilie "& Fils" <x>' };

/** The page of an invoice of 2,962.80 that can be paid into an account. */
function page(payment: PaymentTerms | null = account, part: Partial<DocumentView> = {}, more: Partial<PageProps> = {}): string {
  const props = propsOf('invoice', 'issued', 'fr', more);
  const [document] = props.view.documents;
  const content = { ...document!.content, payment };
  return viewer.render({ ...props, view: { ...props.view, documents: [{ ...document!, content, ...part }] } }).body;
}

const section = (body: string) => /<section class="note payment transfer"[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';

test('an invoice says how it is paid by transfer, each part once, as it is read and as a bank takes it', () => {
  const body = page();
  const block = section(body);
  assert.match(block, 'Payer par virement');
  assert.is(body.split('FR76 3000 6000 0112 3456 7890 189').length, 2);
  for (const [label, text] of [
    ['Copier l’IBAN', 'FR7630006000011234567890189'],
    ['Copier le BIC', 'AGRIFRPP'],
    ['Copier le titulaire du compte', 'Émilie &quot;&amp; Fils&quot; &lt;x>'],
    ['Copier la référence', 'D-2026-012'],
    ['Copier le montant', '2962.80'],
  ] as const)
    assert.match(block, new RegExp(`<button[^>]* type="button"[^>]* aria-label="${label}" data-copy="${text}"`));
  assert.match(block, 'src="/d/token/d-invoice/transfer.svg?amount=2962.80" alt="QR code de virement de 2');
  assert.match(block, '<figcaption>À scanner avec l’application de votre banque pour payer par virement</figcaption>');
  assert.not.match(block, /\sstyle=|\son[a-z]+=|<x>/);
});

test('the buttons speak the reader’s language, the paper its own', () => {
  const block = section(page(account, {}, { language: 'en' }));
  assert.match(block, 'lang="en" aria-label="Copy IBAN"');
  assert.match(block, 'Payer par virement');
});

test('what is on its way is not asked for again', () => {
  const checkout = { id: 'c', amount: 96280, state: 'processing' as const, method: 'sepa_debit' as const, at: '2026-11-21T10:00:00.000Z' };
  assert.match(section(page(account, { checkouts: [checkout] })), 'transfer.svg?amount=2000.00"');
  assert.is(section(page(account, { checkouts: [{ ...checkout, amount: 296280 }] })), '');
});

test('no code in another currency or above the limit, and yet all there is to copy', () => {
  const props = propsOf('invoice', 'issued', 'fr');
  const [document] = props.view.documents;
  for (const [part, amount] of [
    [{ content: { ...document!.content, payment: account, currency: 'CHF' } }, '2962.80'],
    [{ due: 100_000_000_000 }, '1000000000.00'],
  ] as const) {
    const block = section(page(account, part));
    assert.match(block, `data-copy="${amount}"`);
    assert.not.match(block, /<img|<figure/);
  }
});

test('nothing is offered where nothing is left, without an account, and of other kinds; the account is still on the paper', () => {
  const paid = page(account, { status: 'paid', paid: 296280, due: 0 });
  assert.is(section(paid), '');
  assert.match(paid, 'FR76 3000 6000 0112 3456 7890 189');
  assert.is(section(page(null)), '');
  assert.is(section(page({ ...account, iban: null })), '');
  assert.is(section(page(account, { status: 'cancelled', credited: 296280, due: 0 })), '');
  assert.is(section(page(account, { kind: 'credit_note' })), '');
  assert.is(section(page(account, { kind: 'quote' })), '');
});

test.run();
