import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { changes, type Change } from './changes.ts';
import { contentOf } from './draft-content.ts';
import { bodyOf, type DraftBody, type DraftLine } from './draft.ts';
import type { DocumentContent } from './document.ts';

const LINE: DraftLine = {
  id: 'l1',
  type: 'item',
  optional: false,
  description: 'Pose',
  details: 'Garantie 5 ans',
  quantity: '10',
  unit: 'HUR',
  unitPrice: '58.00',
  discount: '',
  discountIn: 'percent',
  discountReason: '',
  vatCategory: 'S',
  vatRate: '20',
  vatReason: '',
  from: null,
};
const OPTION: DraftLine = {
  ...LINE,
  id: 'l2',
  description: 'Ramonage',
  details: '',
  quantity: '1',
  unit: 'C62',
  unitPrice: '100',
  optional: true,
};

function sheet(lines: DraftLine[], head: Partial<DraftBody> = {}): DocumentContent {
  const base = { seller: null, buyer: null, adjustments: [], vat: [], references: [], notes: [], terms: [] } as unknown as DocumentContent;
  const body: DraftBody = {
    ...bodyOf({ ...base, language: 'fr', currency: 'EUR', deliverTo: null, lines: [] }, null),
    issueDate: '2026-11-28',
    validUntil: '2026-12-28',
    lines,
    ...head,
  };
  return contentOf('quote', body, base);
}

const said = (list: Change[]) => list.map((one) => ('field' in one ? [one.field, one.before, one.after] : [one.what, one.description]));

test('whatever a client agrees to is told when it changes: words, unit, discount, whether it is an option', () => {
  const after = [
    { ...LINE, details: 'Garantie 2 ans', unit: 'DAY', discount: '10' },
    { ...OPTION, optional: false },
  ];
  const list = said(changes(sheet([LINE, OPTION]), sheet(after, { deliveryDate: '2026-12-01' })));
  for (const one of [
    ['details', 'Garantie 5 ans', 'Garantie 2 ans'],
    ['unit', 'HUR', 'DAY'],
    ['discount', null, '10%'],
    ['optional', 'true', 'false'],
    ['deliveryDate', null, '2026-12-01'],
  ])
    assert.ok(
      list.some((is) => is.join() === one.join()),
      one.join(),
    );
});

test('another currency is told, and each amount says which one it is in', () => {
  const list = said(changes(sheet([LINE]), sheet([LINE], { currency: 'USD' })));
  assert.equal(
    list.filter(([field]) => field === 'currency' || field === 'gross' || field === 'unitPrice'),
    [
      ['unitPrice', '58 EUR', '58 USD'],
      ['currency', 'EUR', 'USD'],
      ['gross', '696.00 EUR', '696.00 USD'],
    ],
  );
});

test('totals are those that were on the page: with the options that are chosen', () => {
  const list = said(changes(sheet([LINE, OPTION]), sheet([{ ...LINE, unitPrice: '50' }, OPTION]), ['l2']));
  assert.equal(
    list.find(([field]) => field === 'gross'),
    ['gross', '81600', '72000'],
  );
});

test.run();
