import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { before, dropAfter, neighbour, newLine, sectionSum, step } from './lines.ts';
import { line } from './testing.ts';

const lines = ['1', '2', '3'].map((id) => line(id, id));

test('a line goes up and down, and no further than the ends', () => {
  assert.is(step(lines, '2', -1), null);
  assert.is(step(lines, '3', -1), '1');
  assert.is(step(lines, '1', 1), '2');
  assert.is(step(lines, '1', -1), undefined);
  assert.is(step(lines, '3', 1), undefined);
  assert.is(step(lines, 'gone', 1), undefined);
});

test('the focus finds a line next to the one that is gone', () => {
  assert.is(neighbour(lines, '1'), '2');
  assert.is(neighbour(lines, '3'), '2');
  assert.is(neighbour([lines[0]!], '1'), null);
  assert.is(before(lines, '1'), null);
  assert.is(before(lines, '3'), '2');
});

test('a new line has the VAT of the one above it', () => {
  const taxed = [
    { ...line('1', ''), vatCategory: 'S', vatRate: '5.5' },
    { ...line('2', ''), type: 'section' as const },
    { ...line('3', ''), vatCategory: 'AE', vatRate: '0', vatReason: 'why' },
  ];
  const vat = (after: string | null) => {
    const { vatCategory, vatRate, vatReason } = newLine('9', 'item', 'quote', taxed, after);
    return [vatCategory, vatRate, vatReason];
  };
  assert.equal(vat('2'), ['S', '5.5', '']);
  assert.equal(vat('3'), ['AE', '0', 'why']);
  assert.equal(vat(null), ['S', '5.5', '']);
  assert.is(newLine('9', 'item', 'quote', [], null).vatRate, '20');
  assert.is(newLine('9', 'item', 'delivery', [], null).vatCategory, '', 'a delivery has no prices');
});

test('a dragged line stands behind the last one whose middle is above its own', () => {
  const rows = [
    { id: '1', top: 0, bottom: 100 },
    { id: '2', top: 100, bottom: 140 },
  ];
  assert.is(dropAfter(rows, 40), null);
  assert.is(dropAfter(rows, 60), '1');
  assert.is(dropAfter(rows, 121), '2');
  assert.is(dropAfter([], 5), null);
});

test('a subtotal sums the items since the last heading or subtotal; options do not count', () => {
  const row = (id: string, type: 'item' | 'section' | 'subtotal', net: number | null, optional = false) => ({ id, type, net, optional });
  const all = [
    row('a', 'item', 1),
    row('s', 'section', null),
    row('b', 'item', 20),
    row('c', 'item', 300),
    row('o', 'item', 4000, true),
    row('t', 'subtotal', null),
    row('u', 'subtotal', null),
  ];
  assert.is(sectionSum(all, 't'), 320);
  assert.is(sectionSum(all, 'u'), 0);
});

test.run();
