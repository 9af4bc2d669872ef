import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PaymentTerms } from '../../../shared/document.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { scanDrawn } from '../../test/scan.ts';
import { content, input, line } from './fixtures.ts';
import { PAGE } from './paper.ts';
import { type ReadPdf, readPdf } from './read.ts';
import { renderPdf } from './render.ts';

const account: PaymentTerms = { iban: 'FR76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPPXXX', reference: null, accountName: null };

function invoice(payment: Partial<PaymentTerms> | null = {}, part: Partial<DocumentView> = {}, price = '1028.75', currency = 'EUR') {
  return input({
    kind: 'invoice',
    number: 'F-2026-031',
    content: content({
      currency,
      lines: [line(1, { description: 'Établi', unitPrice: price }, currency)],
      payment: payment && { ...account, ...payment },
    }),
    ...part,
  });
}

/** What a camera reads where the code is, four pixels a point; null where there is none. */
function read({ black }: ReadPdf): string[] | null {
  if (black.length === 0) return null;
  const left = Math.min(...black.map(({ x }) => x)) - 10;
  const top = Math.max(...black.map(({ y }) => y)) + 10;
  const dark = black.map(({ x, y, width, height }) => ({ x: x - left, y: top - y, width, height: -height }));
  return scanDrawn(dark, { width: 100, height: 100 }, 4)?.split('\n') ?? null;
}

const plain = (texts: string[]) => texts.map((text) => text.replace(/[\u00a0\u202f]/g, ' '));

test('an invoice carries the code of what is left to pay, beside the account', async () => {
  const pdf = readPdf(await renderPdf(invoice()));
  assert.equal(read(pdf), [
    ...['BCD', '002', '1', 'SCT', 'AGRIFRPPXXX', 'Dupont & Fils SARL', 'FR7630006000011234567890189', 'EUR1234.50', '', '', 'F-2026-031'],
  ]);
  const texts = plain(pdf.pages.flat());
  for (const expected of ['Payer par virement', 'Dupont & Fils SARL', 'FR76 3000 6000 0112 3456 7890 189', 'F-2026-031', '1 234,50 €'])
    assert.ok(texts.includes(expected), expected);
  assert.match(texts.join(' '), /À scanner avec l’application de votre banque pour payer par virement/);
});

test('the code says names and references as they are, also what the font cannot write', async () => {
  const accountName = 'Émilie Łódź-Straße 漢字 👨‍👩‍👧‍👦 e\u0301';
  const lines = read(readPdf(await renderPdf(invoice({ accountName, reference: 'RF18 5390 0754 7034' }, {}, '833333333.32'))));
  assert.is(lines?.[5], accountName.normalize('NFC'));
  assert.is(lines?.[7], 'EUR999999999.98');
  assert.is(lines?.[9], 'RF18539007547034');
});

test('a part that was paid or is on its way is not asked for again', async () => {
  const checkout = { id: 'c', amount: 20000, state: 'processing' as const, method: 'sepa_debit' as const, at: '2026-11-21T10:00:00.000Z' };
  const lines = read(readPdf(await renderPdf(invoice({}, { status: 'part_paid', paid: 100000, due: 23450, checkouts: [checkout] }))));
  assert.is(lines?.[7], 'EUR34.50');
});

test('no code where nothing is to be paid, in another currency, without an account, above the limit, and on no other kind', async () => {
  for (const [why, document] of Object.entries({
    paid: invoice({}, { status: 'paid', paid: 123450, due: 0 }),
    cancelled: invoice({}, { status: 'cancelled', credited: 123450, due: 0 }),
    draft: invoice({}, { status: 'draft', number: null }),
    dollars: invoice({}, {}, '1028.75', 'USD'),
    'no account': invoice({ iban: null }),
    'no terms': invoice(null),
    'wrong account': invoice({ iban: 'FR76 3000 6000 0112 3456 7890 188' }),
    'too much': invoice({}, {}, '833333333.34'),
    'credit note': { ...invoice(), document: { ...invoice().document, kind: 'credit_note' as const } },
    quote: { ...invoice(), document: { ...invoice().document, kind: 'quote' as const } },
  })) {
    const pdf = readPdf(await renderPdf(document));
    assert.is(read(pdf), null, why);
    assert.not.match(pdf.pages.flat().join(' '), /scanner/, why);
  }
});

test('an amount above the limit is still written out with the account', async () => {
  const texts = plain(readPdf(await renderPdf(invoice({}, {}, '833333333.34'))).pages.flat());
  assert.ok(texts.includes('1 000 000 000,01 €') && texts.includes('Payer par virement'), texts.join('|'));
});

test('the code stands on one page with the account, and nothing is written over it', async () => {
  for (let lines = 5; lines < 20; lines += 2) {
    const made = invoice();
    const body = content({
      lines: Array.from({ length: lines }, (_, i) => line(i + 1, { description: `Article ${i + 1}`, unitPrice: '10' })),
      payment: account,
    });
    const { black, pieces } = readPdf(
      await renderPdf({ ...made, document: { ...made.document, content: body, due: body.totals?.due ?? null } }),
    );
    const iban = pieces.find(({ text }) => text.startsWith('FR76'))!;
    const top = Math.max(...black.map(({ y }) => y));
    const bottom = Math.min(...black.map(({ y, height }) => y + height));
    const right = Math.max(...black.map(({ x, width }) => x + width));
    assert.ok(black.length > 0 && black.every(({ page }) => page === iban.page));
    assert.ok(top < iban.y && bottom > PAGE.bottom, `${lines} lines: ${top}, ${bottom}`);
    const over = pieces.filter((p) => p.page === iban.page && p.x < right + 4 && p.y < top + 4 && p.y > bottom - 10);
    assert.equal(over, [], `${lines} lines`);
  }
});

test('the same invoice gives the same bytes, another amount another file', async () => {
  const [a, b, c] = await Promise.all([renderPdf(invoice()), renderPdf(invoice()), renderPdf(invoice({}, {}, '1028.76'))]);
  assert.is(Buffer.compare(a, b), 0);
  assert.is.not(Buffer.compare(a, c), 0);
});

test.run();
