import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { content, company, delivery, englishInvoice, frenchQuote, input, line, longQuote, weird } from './fixtures.ts';
import { readPdf } from './read.ts';
import { renderPdf } from './render.ts';

const read = async (of: Parameters<typeof renderPdf>[0]) => readPdf(await renderPdf(of));
/** Spaces as a reader of the sheet sees them: Intl writes U+202F and U+00A0. */
const plain = (texts: string[]) => texts.map((text) => text.replace(/[\u00a0\u202f]/g, ' '));

test('a French quote says everything that is on its sheet', async () => {
  const { pages } = await read(frenchQuote());
  assert.is(pages.length, 1);
  const texts = plain(pages[0]!);
  for (const expected of [
    'Devis',
    'D-2026-012 · Révision 2',
    'Accepté · 24 nov. 2026 · Anne Martin',
    'De',
    'Dupont & Fils SARL',
    '20 déc. 2026',
    'Montants en EUR',
  ]) {
    assert.ok(texts.includes(expected), expected);
  }
  for (const expected of [
    'Remise',
    '−5 %',
    '3 087,50',
    'Remise fidélité',
    'Détail de la TVA',
    'Net à payer',
    '9 807,85 €',
    'Conditions',
    'Page 1 sur 1',
  ]) {
    assert.ok(texts.includes(expected), expected);
  }
  assert.ok(texts.includes('Menuiserie Dupont · Devis D-2026-012'), 'the footer names seller and document');
});

test('the net to pay is the largest thing on the sheet', async () => {
  const { pieces } = await read(englishInvoice());
  const largest = Math.max(...pieces.map((piece) => piece.size));
  assert.equal(plain(pieces.filter((piece) => piece.size === largest).map((piece) => piece.text)), ['€7,487.98']);
});

test('an English invoice has its VAT rows with reasons, adjustments, what is paid and the bank transfer', async () => {
  const { pages } = await read(englishInvoice());
  const texts = plain(pages.flat());
  for (const expected of [
    'Overdue',
    'Loyalty allowance',
    '−€150.00',
    'Packaging and freight',
    '−€2,000.00',
    '5.5 %',
    'FR76 3000 6000 0112 3456 7890 189',
    'Delivered to',
    'PO-77120',
  ]) {
    assert.ok(texts.includes(expected), expected);
  }
  assert.ok(texts.includes('Reverse charge – Reverse charge, article 196 of Directive 2006/112/EC'));
});

test('nothing is written over anything else, nor outside the margins', async () => {
  for (const document of [frenchQuote(), englishInvoice(), delivery(), longQuote(60), weird()]) {
    const { pieces } = await read(document);
    for (const a of pieces) {
      assert.ok(a.x >= 50.9 && a.x < 545 && a.y > 30 && a.y < 800, `${a.text} at ${a.x}, ${a.y}`);
      const b = pieces.find((b) => b !== a && b.page === a.page && Math.abs(b.x - a.x) < 1 && Math.abs(b.y - a.y) < 6);
      assert.is(b, undefined, `"${a.text}" over "${b?.text}"`);
    }
  }
});

test('a delivery without prices has no amounts, and shows backorder and receipt', async () => {
  const { pages } = await read(delivery());
  const texts = plain(pages.flat());
  assert.ok(texts.includes('Reste à livrer : 6,5 m²'));
  assert.ok(texts.includes('Avis de réception AR-9 · 22 nov. 2026'));
  assert.not.ok(
    texts.some((text) => /€|Net à payer|TVA$|Montants/.test(text)),
    texts.join('|'),
  );
});

test('220 lines: every line once, the head and the footer on every page, one page after the other', async () => {
  const { pages } = await read(longQuote(220));
  assert.ok(pages.length > 5);
  const articles = pages.flat().flatMap((text) => /^Article (\d+) /.exec(text)?.[1] ?? []);
  assert.equal(
    articles.map(Number),
    Array.from({ length: 220 }, (_, i) => i + 1),
  );
  pages.forEach((texts, i) => {
    assert.ok(texts.includes('Désignation'), `head on page ${i + 1}`);
    assert.ok(plain(texts).includes(`Page ${i + 1} sur ${pages.length}`));
  });
});

test('a row stays on one page unless it is longer than one', async () => {
  const short = Array.from({ length: 60 }, (_, i) =>
    line(i + 1, { description: `Row ${i + 1} begins`, details: ['one', 'two', 'three', `row ${i + 1} ends`], unitPrice: '1' }),
  );
  const { pages } = await read(input({ kind: 'quote', content: content({ lines: short }) }));
  assert.ok(pages.length > 1);
  for (let i = 1; i <= 60; i++) {
    const page = pages.find((texts) => texts.includes(`Row ${i} begins`));
    assert.ok(page?.includes(`row ${i} ends`), `row ${i}`);
  }
});

test('a description longer than a page is printed whole, over several pages', async () => {
  const words = Array.from({ length: 1500 }, (_, i) => `w${i}`);
  const { pages } = await read(
    input({ kind: 'quote', content: content({ lines: [line(1, { description: words.join(' '), unitPrice: '1' })] }) }),
  );
  assert.ok(pages.length > 1);
  assert.equal(
    pages
      .flat()
      .join(' ')
      .match(/\bw\d+\b/g),
    words,
  );
});

test('Latin, Greek and Cyrillic are written; what the font lacks is one box, and nothing turns into garbage', async () => {
  const { pages } = await read(weird());
  const texts = plain(pages.flat());
  for (const expected of [
    'Łódź Żółć sp. z o.o.',
    'Ωμέγα Παπαδόπουλος',
    'Жизнь@пример.example',
    '□□□□□ / □□□□□□□ □□□□ □ GmbH',
    'Combining: é = é, x\u0301, □, \ufffd alone',
  ]) {
    assert.ok(texts.includes(expected), expected);
  }
  assert.is(texts.join('').match(/x/g)!.length > 300, true, 'a word longer than its column is broken, not cut');
  assert.not.ok(
    texts.some((text) => /<[0-9a-f]{4}>|\u202e/.test(text)),
    'every glyph has its character',
  );
});

test('text stays text: no script, link, form, attachment or action but the opening view', async () => {
  const { structure } = await read(weird());
  assert.not.match(structure, /\/(JavaScript|JS|URI|Launch|AA|AcroForm|Annots|EmbeddedFile|SubmitForm|XFA)\b/);
  assert.match(structure, /\/OpenAction \[/);
});

test('properties: title, author, language, and the title shown instead of the file name', async () => {
  const { structure } = await read(frenchQuote());
  assert.match(structure, /\/Title \(Devis D-2026-012\)/);
  assert.match(structure, /\/Author \(Menuiserie Dupont\)/);
  assert.match(structure, /\/CreationDate \(D:20261120093000\+00'00'\)/);
  assert.match(structure, /\/Lang \(fr-FR\)/);
  assert.match(structure, /\/DisplayDocTitle true/);
});

test('fonts are embedded as subsets, and a page weighs little', async () => {
  const pdf = await renderPdf(englishInvoice());
  const { fonts } = readPdf(pdf);
  assert.equal([...new Set(fonts)].sort(), ['WEBDOC+NotoSans-Bold', 'WEBDOC+NotoSans-Regular']);
  assert.ok(pdf.length < 40_000, `${pdf.length} bytes`);
});

test('the same input gives the same bytes, whatever was printed before; another input gives others', async () => {
  const first = await renderPdf(frenchQuote());
  await renderPdf(weird());
  const again = await renderPdf(frenchQuote());
  assert.is(Buffer.compare(first, again), 0);
  const owner = { warnings: [], links: [], mails: [], views: { count: 3, last: null, visits: [] }, source: null, draft: null, refunds: [] };
  const seen = frenchQuote();
  assert.is(Buffer.compare(first, await renderPdf({ ...seen, document: { ...seen.document, owner } })), 0, 'both sides get the same file');
  assert.not.equal(Buffer.compare(first, await renderPdf({ ...frenchQuote(), company: { ...company, accent: '#ffcc00' } })), 0);
});

test('an earlier revision says so, and does not carry the decision of the current one', async () => {
  const quote = frenchQuote();
  const earlier = { ...quote.document.content, notes: ['As it was.'] };
  const { pages } = await read({ ...quote, revision: { number: 1, content: earlier, choice: null } });
  const texts = plain(pages.flat());
  assert.ok(texts.includes('D-2026-012 · Révision 1'));
  assert.ok(texts.includes('Remplacé par la révision 2'));
  assert.ok(texts.includes('As it was.'));
  assert.not.ok(texts.some((text) => text.startsWith('Accepté')));
});

test('a draft, a document without lines, and parties longer than a page can be printed', async () => {
  const lines = Array.from({ length: 150 }, (_, i) => `address line ${i}`);
  const buyer = { ...content({}).buyer, address: { lines, postcode: null, city: null, region: null, country: null } };
  const { pages } = await read(input({ kind: 'quote', number: null, status: 'draft', issuedAt: null, content: content({ buyer }) }));
  const texts = pages.flat();
  assert.ok(texts.includes('Brouillon'));
  assert.ok(lines.every((text) => texts.includes(text)));
});

test.run();
