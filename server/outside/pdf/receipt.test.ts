import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Language } from '../../../shared/document.ts';
import { receipted } from '../../../shared/payment-receipt.ts';
import type { PaymentView } from '../../../shared/payment.ts';
import type { DocumentView } from '../../../shared/view.ts';
import { company, content, input, line } from './fixtures.ts';
import { createPdfPool } from './pool.ts';
import { readPdf } from './read.ts';
import { type ReceiptInput, renderReceipt } from './receipt.ts';

function entry(id: string, part: Partial<PaymentView> = {}): PaymentView {
  const none = { reference: null, of: null, by: null, reason: null, receiptUrl: null, test: false };
  return { id, kind: 'payment', method: 'card', amount: 50000, day: '2026-11-21', at: '2026-11-21T10:00:00.000Z', ...none, ...part };
}

const refund = (id: string, of: string, amount: number, part: Partial<PaymentView> = {}) =>
  entry(id, { kind: 'refund', of, amount, day: '2026-11-25', at: '2026-11-25T10:00:00.000Z', ...part });

/** An invoice of €1,234.50. */
function invoice(payments: PaymentView[], language: Language = 'en'): DocumentView {
  const lines = [line(1, { description: 'Workbench', unitPrice: '1028.75' })];
  return input({ kind: 'invoice', number: 'F-2026-031', payments, content: content({ language, lines }) }).document;
}

const of = (document: DocumentView, id: string, credited = 0): ReceiptInput => ({ document, company, entry: id, credited });
const read = async (given: ReceiptInput) => {
  const { pages } = readPdf(await renderReceipt(given));
  return pages.flat().map((text) => text.replace(/[\u00a0\u202f]/g, ' '));
};
/** Whether the text after a label is this value, however they are broken into lines. */
const says = (texts: string[], ...expected: string[]) => {
  for (const one of expected) assert.ok(texts.includes(one) || texts.join(' ').includes(one), `${one} in ${texts.join('|')}`);
};

test('a receipt says who, to whom, which invoice, how much, when and how, and what is left', async () => {
  const payments = [
    entry('p0', { method: 'opening', amount: 10000 }),
    entry('p1', { reference: 'ch_123' }),
    entry('p2', { amount: 64000 }),
  ];
  const texts = await read(of(invoice(payments), 'p1'));
  says(texts, 'Payment receipt', 'Invoice F-2026-031', 'Menuiserie Dupont', 'SIRET 123 456 789 00012', 'Hôtel Lefèvre');
  says(texts, 'Received on', '21 Nov 2026', 'Paid by', 'Card', 'ch_123', 'F-2026-031 · 20 Nov 2026');
  says(texts, 'Amount received', '€500.00', 'Invoice total with VAT', '€1,234.50', '€600.00', 'Left to pay', '€634.50', 'Page 1 of 1');
  assert.not.ok(texts.some((text) => /Test|Since|Credit|Refund/.test(text)));
});

test('in French, in the words of French', async () => {
  const texts = await read(of(invoice([entry('p1', { method: 'cheque', amount: 123450 })], 'fr'), 'p1'));
  says(
    texts,
    'Reçu de paiement',
    'Facture F-2026-031',
    'Émis par',
    'Reçu de',
    'Chèque',
    'Montant reçu',
    '1 234,50 €',
    'Reste à payer',
    '0,00 €',
  );
});

test('what was paid too much is said, and what credit notes took back', async () => {
  says(await read(of(invoice([entry('p1', { amount: 130000 })]), 'p1')), 'Overpaid', '€65.50');
  const credited = await read(of(invoice([entry('p1')]), 'p1', 23450));
  says(credited, 'Credit notes', '−€234.50', '€500.00');
});

test('a payment in test mode says so', async () => {
  says(await read(of(invoice([entry('p1', { test: true })]), 'p1')), 'Test: no money moved');
});

test('what became of the payment later is said, each once, and nothing of other payments', async () => {
  const later = (id: string, kind: PaymentView['kind'], amount: number, day: string) => entry(id, { kind, of: 'p1', amount, day });
  const payments = [
    entry('p1'),
    entry('p2', { amount: 7000 }),
    refund('r1', 'p1', -10000),
    refund('r2', 'p2', -7000),
    later('f1', 'refund_failed', 10000, '2026-11-26'),
    later('d0', 'dispute', 0, '2026-11-27'),
    later('d1', 'dispute', -50000, '2026-11-28'),
    later('d2', 'dispute_won', 50000, '2026-11-29'),
    later('d3', 'dispute_lost', 0, '2026-11-30'),
    later('v1', 'reversal', -50000, '2026-12-01'),
  ];
  const texts = await read(of(invoice(payments), 'p1'));
  const at = texts.indexOf('Since this payment');
  assert.equal(texts.slice(at, at + 6), [
    'Since this payment',
    'Refunded on 25 Nov 2026: €100.00',
    'Refund came back on 26 Nov 2026: €100.00',
    'Taken back by the payer’s bank on 28 Nov 2026: €500.00',
    'Given back by the payer’s bank on 29 Nov 2026: €500.00',
    'Taken back on 1 Dec 2026: €500.00',
  ]);
  // At the entry itself, nothing of that had happened.
  says(texts, '€734.50');
});

test('a refund has a receipt of its own', async () => {
  const payments = [
    entry('p1', { amount: 123450 }),
    refund('r1', 'p1', -23450, { reason: 'Rayure', by: 'Luc' }),
    entry('p2', { amount: 1 }),
  ];
  const texts = await read(of(invoice(payments, 'fr'), 'r1'));
  says(
    texts,
    'Reçu de remboursement',
    'Remboursé à',
    'Remboursé le',
    '25 nov. 2026',
    '21 nov. 2026 · 1 234,50 €',
    'Rayure',
    'Montant remboursé',
  );
  says(texts, '234,50 €', '1 000,00 €', 'Reste à payer');
  assert.not.ok(texts.some((text) => /Depuis/.test(text)));
  // Another refund of the same payment, and that it came back.
  const other = [refund('r2', 'p1', -100), entry('f0', { kind: 'refund_failed', of: 'p1', amount: 100 })];
  assert.not.ok((await read(of(invoice([...payments, ...other], 'fr'), 'r1'))).some((text) => /Depuis/.test(text)));
  const back = entry('f1', { kind: 'refund_failed', of: 'p1', amount: 23450, day: '2026-11-28' });
  says(
    await read(of(invoice([...payments, back], 'fr'), 'r1')),
    'Depuis ce remboursement',
    'Remboursement revenu le 28 nov. 2026 : 234,50 €',
  );
  const coded = [payments[0]!, refund('r2', 'p1', -100, { reason: 'requested_by_customer' })];
  assert.not.ok(
    (await read(of(invoice(coded, 'fr'), 'r2'))).some((text) => text.includes('requested')),
    'a code is the company’s business',
  );
});

test('nothing else of the ledger has a receipt', async () => {
  const payments = [
    entry('o', { method: 'opening' }),
    entry('p'),
    entry('v', { kind: 'reversal', of: 'p', amount: -50000 }),
    entry('d', { kind: 'dispute', of: 'p', amount: 0 }),
    refund('r', 'p', -100),
  ];
  const documents = [invoice(payments), { ...invoice([]), id: 'd2' }];
  const has = (id: string, document = 'd1') => receipted({ documents }, document, id) !== null;
  assert.equal(
    ['o', 'p', 'v', 'd', 'r', 'x'].filter((id) => has(id)),
    ['p', 'r'],
  );
  assert.not.ok(has('p', 'd2') || has('p', 'd3'));
  for (const id of ['o', 'v', 'x'])
    assert.match(await renderReceipt(of(documents[0]!, id)).then(String, String), `no receipt of entry ${id}`);
});

test('only credit notes of this invoice, in its currency, that were issued by then count', () => {
  const doc = invoice([entry('p1')]);
  const note = (part: Partial<DocumentView>): DocumentView => ({
    ...doc,
    id: 'n',
    kind: 'credit_note',
    follows: 'd1',
    payments: [],
    ...part,
  });
  const before = note({ issuedAt: '2026-11-21T10:00:00.000Z' });
  const others = [
    note({ issuedAt: '2026-11-21T10:00:00.001Z' }),
    note({ issuedAt: before.issuedAt, follows: 'd2' }),
    note({ issuedAt: null, status: 'draft' }),
    note({ issuedAt: before.issuedAt, content: { ...doc.content, currency: 'USD' } }),
    note({ issuedAt: before.issuedAt, kind: 'invoice' }),
  ];
  assert.is(receipted({ documents: [doc, ...others] }, 'd1', 'p1')?.credited, 0);
  assert.is(receipted({ documents: [doc, before, ...others] }, 'd1', 'p1')?.credited, 123450);
});

test('text stays text, and nothing is written over anything else', async () => {
  const reference = '</text> (evil) \u202e\u0000 漢字 '.repeat(20);
  const pdf = readPdf(await renderReceipt(of(invoice([entry('p1', { reference, test: true, amount: 99_999_999_999 })]), 'p1')));
  assert.not.match(pdf.structure, /\/(JavaScript|JS|URI|Launch|AA|AcroForm|Annots|EmbeddedFile|SubmitForm|XFA)\b/);
  for (const a of pdf.pieces) {
    assert.ok(a.x >= 50.9 && a.x < 545 && a.y > 30 && a.y < 800, `${a.text} at ${a.x}, ${a.y}`);
    const b = pdf.pieces.find((b) => b !== a && b.page === a.page && Math.abs(b.x - a.x) < 1 && Math.abs(b.y - a.y) < 6);
    assert.is(b, undefined, `"${a.text}" over "${b?.text}"`);
  }
});

test('the same input gives the same bytes, from the pool too', async () => {
  const given = of(invoice([entry('p1')]), 'p1');
  const pool = createPdfPool();
  const [a, b, c] = await Promise.all([renderReceipt(given), renderReceipt(given), pool.render(given)]);
  await pool.close();
  assert.is(Buffer.compare(a, b), 0);
  assert.is(Buffer.compare(a, c), 0);
  const { structure } = readPdf(a);
  assert.match(structure, /\/CreationDate \(D:20261121100000\+00'00'\)/);
  assert.match(structure, /\/Lang \(en-GB\)/);
});

test.run();
