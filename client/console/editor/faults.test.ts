import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { faultsOf } from './faults.ts';
import { body } from './testing.ts';

const at = (...pointers: string[]) => ({
  code: 'invalid_input' as const,
  detail: null,
  data: {},
  faults: pointers.map((pointer) => ({ pointer, rule: 'required', detail: '' })),
});

test('a fault is shown at its field, and each field has one', () => {
  const faults = faultsOf(
    at(
      '/lines/1/unitPrice',
      '/lines/0/vat/rate',
      '/lines/0/vat',
      '/lines/1/discount/percent',
      '/lines/1/vat/reason',
      '/validUntil',
      '/lines',
    ),
    body('a', 'b'),
  );
  assert.equal(
    faults.map(({ key, line }) => [key, line]),
    [
      ['b.unitPrice', 2],
      ['a.vat', 1],
      ['b.discount', 2],
      ['b.vatReason', 2],
      ['validUntil', null],
      ['lines', null],
    ],
  );
});

test('a place nobody knows is said of the lines as a whole', () => {
  assert.equal(
    faultsOf(at('/lines/7/quantity', '/'), body('a')).map(({ key }) => key),
    ['lines'],
  );
});

test.run();
