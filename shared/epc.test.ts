import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { epcPayload } from './epc.ts';
import { isCreditorReference } from './identifiers.ts';
import { fromMinor } from './money.ts';
import type { Transfer } from './transfer.ts';

const base: Transfer = {
  accountName: 'Menuiserie Dupont',
  iban: 'FR7630006000011234567890189',
  bic: 'AGRIFRPPXXX',
  reference: 'F-2026-031',
  amount: 123450,
  currency: 'EUR',
};
const payload = (change: Partial<Transfer> = {}) => epcPayload({ ...base, ...change });
const linesOf = (change: Partial<Transfer> = {}) => payload(change)?.split('\n') ?? [];
const bytes = (text: string) => new TextEncoder().encode(text).length;

test('the lines of EPC069-12, version 002', () => {
  assert.equal(linesOf(), [
    ...['BCD', '002', '1', 'SCT', 'AGRIFRPPXXX', 'Menuiserie Dupont', 'FR7630006000011234567890189', 'EUR1234.50', '', '', 'F-2026-031'],
  ]);
});

test('nothing stands behind the last line that says something', () => {
  assert.is(linesOf({ reference: null }).at(-1), 'EUR1234.50');
  assert.is(linesOf({ reference: ' \n ' }).at(-1), 'EUR1234.50');
  assert.is(linesOf({ reference: 'RF18 5390 0754 7034' }).at(-1), 'RF18539007547034');
  assert.is(linesOf({ bic: null })[4], '');
});

test('a creditor reference with right check digits is structured, any other text is not', () => {
  assert.equal(linesOf({ reference: 'rf18 5390 0754 7034' }).slice(8), ['', 'RF18539007547034']);
  assert.equal(linesOf({ reference: 'RF19 5390 0754 7034' }).slice(8), ['', '', 'RF19 5390 0754 7034']);
  assert.ok(isCreditorReference('RF18539007547034') && isCreditorReference('RF712348231'));
  assert.not.ok(isCreditorReference('RF18') || isCreditorReference('RF18539007547035') || isCreditorReference(`RF18${'1'.repeat(22)}`));
});

test('amounts from one cent to 999,999,999.99 euro, and no others', () => {
  for (const [amount, written] of [
    [1, 'EUR0.01'],
    [10, 'EUR0.10'],
    [100, 'EUR1.00'],
    [12_345_678_901, 'EUR123456789.01'],
    [99_999_999_999, 'EUR999999999.99'],
  ] as const)
    assert.is(linesOf({ amount })[7], written);
  for (const amount of [0, -1, 100_000_000_000, 1.5, NaN, Infinity, 2 ** 53]) assert.is(payload({ amount }), null, String(amount));
});

test('only euro, only accounts of SEPA with right check digits and length', () => {
  for (const currency of ['USD', 'CHF', 'eur', '']) assert.is(payload({ currency }), null, currency);
  for (const iban of ['', 'FR7630006000011234567890188', 'FR76 3000 6000 0112 3456 7890 189', 'TN5910006035183598478831', '018304'])
    assert.is(payload({ iban }), null, iban);
  // The check digits are right, the length is not that of a German account.
  assert.is(payload({ iban: 'DE8937040044053201300' }), null);
  assert.is(linesOf({ iban: 'DE89370400440532013000' })[6], 'DE89370400440532013000');
});

test('the bank is named outside of the European Economic Area, and elsewhere where it is known', () => {
  const swiss = 'CH9300762011623852957';
  assert.is(payload({ iban: swiss, bic: null }), null);
  assert.is(payload({ iban: swiss, bic: 'no bic' }), null);
  assert.is(linesOf({ iban: swiss, bic: 'POFICHBEXXX' })[4], 'POFICHBEXXX');
  assert.is(linesOf({ bic: 'no bic' })[4], '');
});

test('text is text: nothing in a name or reference makes another line', () => {
  const lines = linesOf({ accountName: 'A\nDE89370400440532013000\r\nEUR1\u2028B\u0085C\u0000D\u001dE', reference: 'x\n\ny\tz' });
  assert.is(lines.length, 11);
  assert.is(lines[5], 'A DE89370400440532013000 EUR1 B C D E');
  assert.is(lines[6], base.iban);
  assert.is(lines[10], 'x y z');
  assert.is(payload({ accountName: '\n\u0000\u202e ' }), null);
  assert.is(linesOf({ accountName: 'E\u0301milie \ud800X' })[5], 'Émilie X');
});

test('a name of more than 70 characters is cut, never inside of one that is read as a whole', () => {
  assert.is(linesOf({ accountName: 'é'.repeat(80) })[5], 'é'.repeat(70));
  const family = '👨‍👩‍👧‍👦';
  assert.is(linesOf({ accountName: `${'x'.repeat(66)}${family}` })[5], 'x'.repeat(66));
  assert.is(linesOf({ accountName: `${'x'.repeat(63)}${family}y` })[5], `${'x'.repeat(63)}${family}`);
  assert.is(linesOf({ accountName: `${'x'.repeat(69)} y` })[5], 'x'.repeat(69));
});

test('whatever is given: at most 331 bytes, 70 and 140 characters, the fields in their places', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 400, unit: 'binary' }),
    fc.string({ maxLength: 400, unit: 'grapheme' }),
    fc.array(fc.integer({ max: 0xffff, min: 0 }), { maxLength: 300 }).map((codes) => String.fromCharCode(...codes)),
    fc.constantFrom('😀'.repeat(200), '漢'.repeat(200), 'é'.repeat(200)),
  );
  const given = fc.record({ accountName: text, reference: fc.option(text), amount: fc.integer({ min: 1, max: 99_999_999_999 }) });
  fc.assert(
    fc.property(given, (change) => {
      const made = payload(change);
      if (made === null) return;
      const [tag, version, set, kind, bic, name = '', iban, amount, purpose, creditor, reference = '', ...more] = made.split('\n');
      assert.equal([tag, version, set, kind, bic, iban], ['BCD', '002', '1', 'SCT', base.bic, base.iban]);
      assert.is(amount, `EUR${fromMinor(change.amount, 'EUR')}`);
      assert.is((purpose ?? '') + (creditor ?? ''), '');
      assert.equal(more, []);
      assert.ok(bytes(made) <= 331 && made.isWellFormed() && !/[^\P{Cc}\n]/u.test(made) && !made.endsWith('\n'));
      assert.ok([...name].length <= 70 && name !== '' && [...reference].length <= 140);
    }),
  );
});

test('a short reference is never cut for a long name, nor a name below 70 bytes for a long reference', () => {
  const both = linesOf({ accountName: '漢'.repeat(70), reference: '漢'.repeat(140) });
  assert.is(both[5], '漢'.repeat(23));
  assert.ok(bytes(both.join('\n')) > 325);
  assert.is(linesOf({ accountName: '漢'.repeat(70) })[10], base.reference);
  assert.is(linesOf({ accountName: 'x'.repeat(70), reference: 'y'.repeat(140) })[10], 'y'.repeat(140));
});

test.run();
