import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { applyOps, bodyOf, draftLineOf, type DraftBody, type DraftLine, type DraftOp } from './draft.ts';
import { contentOf } from './draft-content.ts';
import type { DocumentContent, Line } from './document.ts';

const line = (id: string, more: Partial<DraftLine> = {}): DraftLine => ({
  id,
  type: 'item',
  optional: false,
  description: id,
  details: '',
  quantity: '2',
  unit: 'C62',
  unitPrice: '10.00',
  discount: '',
  discountIn: 'percent',
  discountReason: '',
  vatCategory: 'S',
  vatRate: '20',
  vatReason: '',
  from: null,
  ...more,
});

const body: DraftBody = {
  language: 'en',
  currency: 'EUR',
  issueDate: null,
  validUntil: null,
  dueDate: null,
  deliveryDate: null,
  reference: '',
  contact: null,
  deliverTo: '',
  lines: [line('a'), line('b'), line('c')],
  notes: '',
  terms: '',
};
const party = { name: 'A', legalName: null, legalForm: null, address: null, vatId: null, ids: [], contact: null };
const base: DocumentContent = {
  language: 'en',
  logo: null,
  currency: 'EUR',
  issueDate: '2026-11-24',
  validUntil: '2026-12-24',
  dueDate: null,
  reference: null,
  seller: party,
  buyer: party,
  deposit: null,
  deliverTo: null,
  deliveryDate: null,
  lines: [],
  adjustments: [],
  vat: [],
  totals: null,
  references: [],
  payment: null,
  notes: [],
  terms: [],
  mentions: [],
};

const ids = (after: DraftBody) => after.lines.map((one) => one.id).join('');
const apply = (...ops: DraftOp[]) => applyOps(body, ops);

test('fields, lines and their places change one by one', () => {
  const edited = apply(
    { op: 'set', field: 'notes', before: '', after: 'Hi' },
    { op: 'line', line: 'b', field: 'quantity', before: '2', after: '3' },
  );
  assert.equal([edited.body.notes, edited.body.lines[1]?.quantity, edited.conflicts], ['Hi', '3', []]);
  assert.is(ids(apply({ op: 'insert', line: line('x'), after: 'a' }).body), 'axbc');
  assert.is(ids(apply({ op: 'insert', line: line('x'), after: null }).body), 'xabc');
  assert.is(ids(apply({ op: 'insert', line: line('x'), after: 'gone' }).body), 'abcx');
  assert.is(ids(apply({ op: 'move', line: 'c', after: null }).body), 'cab');
  assert.is(ids(apply({ op: 'move', line: 'a', after: 'b' }).body), 'bac');
  assert.is(ids(apply({ op: 'remove', line: line('b') }).body), 'ac');
});

test('what somebody else has written is never overwritten, and then nothing is done', () => {
  const { body: after, conflicts } = apply(
    { op: 'set', field: 'notes', before: '', after: 'mine' },
    { op: 'line', line: 'a', field: 'unitPrice', before: '9.00', after: '8.00' },
    { op: 'line', line: 'gone', field: 'quantity', before: '1', after: '2' },
    { op: 'remove', line: line('b', { quantity: '1' }) },
  );
  assert.is(after, body);
  assert.equal(conflicts, [
    { op: 1, line: 'a', field: 'unitPrice', now: '10.00' },
    { op: 2, line: 'gone', field: 'quantity', now: null },
    { op: 3, line: 'b', field: 'quantity', now: '2' },
  ]);
});

test('the same again changes nothing and is no conflict', () => {
  const once = apply(
    { op: 'line', line: 'a', field: 'quantity', before: '2', after: '5' },
    { op: 'insert', line: line('x'), after: 'c' },
  ).body;
  const again = applyOps(once, [
    { op: 'line', line: 'a', field: 'quantity', before: '2', after: '5' },
    { op: 'insert', line: line('x'), after: 'c' },
    { op: 'remove', line: line('gone') },
  ]);
  assert.equal([again.conflicts, again.body], [[], once]);
});

test('what cannot be counted yet is left out, and everything else is counted', () => {
  const lines = [
    line('a', { type: 'section', quantity: '7' }),
    line('b', { quantity: 'many' }),
    line('c', { quantity: '1.5', unitPrice: '33.333', discount: '50' }),
    line('d', { optional: true }),
    line('e', { quantity: '999999999999999999', unitPrice: '999999999999999999' }),
    line('f', { discount: '100.00', discountIn: 'amount' }),
    line('g', { vatCategory: 'E', vatRate: '', vatReason: 'Article 261' }),
    line('h', { discount: '150' }),
    line('i', { discount: '-10' }),
  ];
  const content = contentOf('quote', { ...body, lines, deliverTo: 'Site\n3 rue X', notes: 'One\n\nTwo' }, base);
  assert.equal(
    content.lines.map((one) => one.net),
    [null, null, 2_500, 2_000, null, null, 2_000, null, null],
  );
  assert.equal(
    content.lines.map((one) => one.number),
    ['', '1', '2', '3', '4', '5', '6', '7', '8'],
  );
  assert.equal([content.totals?.net, content.totals?.vat], [4_500, 500]);
  assert.equal(content.vat.at(-1)?.reason, 'Article 261');
  assert.equal([content.deliverTo?.name, content.deliverTo?.address?.lines, content.notes], ['Site', ['3 rue X'], ['One', 'Two']]);
  assert.equal([content.validUntil, contentOf('invoice', body, base).validUntil], ['2026-12-24', null]);
});

test('a delivery without prices has no totals', () => {
  const content = contentOf('delivery', { ...body, lines: [line('a', { unitPrice: '', vatCategory: '' })] }, base);
  assert.equal([content.totals, content.currency, content.lines[0]?.vat], [null, null, null]);
});

test('a document becomes what would have been typed, and comes to the same again', () => {
  const known: Line = {
    ...({
      id: 'a',
      type: 'item',
      optional: false,
      number: '1',
      description: 'A',
      details: ['x', 'y'],
      quantity: '4',
      unit: 'C62',
    } as const),
    ...({ unitPrice: '10.00', priceBase: '1', net: 3_500, vat: { category: 'S', rate: '20' }, from: null, backorder: null } as const),
    adjustments: [
      { charge: false, reason: 'Loyal', amount: 700, percent: null, base: null, vat: null },
      { charge: true, reason: 'Parcel', amount: 200, percent: null, base: null, vat: null },
    ],
  };
  const typed = draftLineOf(known, base);
  assert.equal([typed.details, typed.discount, typed.discountIn, typed.discountReason], ['x\ny', '5.00', 'amount', 'Loyal, Parcel']);
  const charged = draftLineOf({ ...known, adjustments: known.adjustments.slice(1), net: 4_200 }, base);
  assert.equal([charged.unitPrice, charged.discount], ['10.5', '']);
  assert.is(draftLineOf({ ...known, priceBase: '100', adjustments: [] }, base).unitPrice, '0.1');
  const content = contentOf('quote', { ...body, lines: [typed] }, base);
  assert.is(content.lines[0]?.net, 3_500);
  assert.equal(contentOf('quote', bodyOf(content, null), base), content);
});

test.run();
