import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DocumentContent, Line, Party } from './document.ts';
import { en } from './i18n/en.ts';
import { sheetOf } from './sheet.ts';
import { totalsOf, vatRows } from './totals.ts';
import type { DocumentView } from './view.ts';

const party: Party = { name: 'A', legalName: null, legalForm: null, address: null, vatId: null, ids: [], contact: null };

function line(code: string): Line {
  return {
    id: crypto.randomUUID(),
    type: 'item',
    optional: false,
    number: '1',
    description: 'Thing',
    details: [],
    quantity: '1',
    unit: code,
    unitPrice: '1',
    priceBase: '1',
    adjustments: [],
    net: 100,
    vat: { category: code, rate: '20' },
    from: null,
    backorder: null,
  };
}

function documentOf(lines: Line[]): DocumentView {
  const vat = vatRows(lines, []);
  const content: DocumentContent = {
    language: 'en',
    logo: null,
    deposit: null,
    currency: 'EUR',
    issueDate: '2026-11-24',
    validUntil: null,
    dueDate: null,
    reference: null,
    seller: party,
    buyer: party,
    deliverTo: null,
    deliveryDate: null,
    lines,
    adjustments: [],
    vat,
    totals: totalsOf(lines, [], vat),
    references: [],
    payment: null,
    notes: [],
    terms: [],
    mentions: [],
  };
  const received = { line: null, description: 'Thing', unit: 'constructor', received: '1', short: null, rejected: null };
  return {
    id: crypto.randomUUID(),
    kind: 'order',
    number: '1',
    origin: null,
    revision: 1,
    status: 'issued',
    content,
    issuedAt: null,
    revisions: [],
    paid: 0,
    credited: 0,
    acts: [],
    choice: null,
    progress: null,
    due: content.totals?.due ?? null,
    payments: [],
    checkouts: [],
    decision: null,
    decisions: [],
    receipts: [{ number: '1', date: '2026-11-24', notes: [], lines: [received] }],
    files: [],
    follows: null,
    owner: null,
  };
}

test('a code is printed by its word, and as stated where there is none, whatever it is called', () => {
  const codes = ['HUR', 'XYZ', '__proto__', 'constructor', 'toString'];
  const { rows, vat, receipts } = sheetOf(documentOf(codes.map(line)), en, '2026-11-24', 'Europe/Paris');
  assert.equal(
    rows.map((row) => row.cells.unit),
    [en.document.units['HUR'], ...codes.slice(1)],
  );
  assert.equal(
    vat?.rows.map((row) => row.cells[0]),
    codes,
  );
  assert.equal(receipts[0]?.lines, ['Thing: Received 1 constructor']);
});

test.run();
