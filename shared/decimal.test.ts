import Big from 'big.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compare, isZero, minus, nearer, sum, within } from './decimal.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.nat(12))
  .map(([digits, scale]) => new Big(String(digits)).div(new Big(10).pow(scale)).toFixed());

test('sums, differences and comparisons are those of a library', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      assert.ok(new Big(sum(a, b)).eq(new Big(a).plus(b)));
      assert.ok(new Big(minus(a, b)).eq(new Big(a).minus(b)));
      assert.is(compare(a, b), new Big(a).cmp(b));
      assert.is(isZero(a), new Big(a).eq(0));
    }),
  );
});

test('a value is written without trailing zeros', () => {
  assert.equal([sum('58.00'), sum('0.10', '0.20'), minus('1', '1.000'), sum('-0.5', '0.25'), sum()], ['58', '0.3', '0', '-0.25', '0']);
});

test('a part is within a whole of the same sign', () => {
  const cases: [string, string, boolean][] = [
    ['0', '5', true],
    ['5', '5.0', true],
    ['5.1', '5', false],
    ['-1', '5', false],
    ['-1', '-2', true],
    ['-3', '-2', false],
    ['0', '-2', true],
    ['1', '0', false],
  ];
  for (const [part, whole, expected] of cases) assert.is(within(part, whole), expected, `${part} of ${whole}`);
  assert.equal([nearer('3', '5'), nearer('-3', '-5'), nearer('-1', '5'), nearer('0', '5')], ['3', '-3', '0', '0']);
});

test.run();
