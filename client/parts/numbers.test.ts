import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Language } from '../../shared/document.ts';
import { isNoNumber, parseDecimal, shown, typed } from './numbers.ts';

const cases = (language: Language, all: [string, string | null][]) => {
  for (const [text, value] of all) assert.is(parseDecimal(text, language), value, `${language} ${text}`);
};

test('numbers are read as French readers write them', () => {
  cases('fr', [
    ['1 234,56', '1234.56'],
    ['1\u202f234,5', '1234.5'],
    ['1\u00a0234', '1234'],
    ['12,5', '12.5'],
    ['12.5', '12.5'],
    ['1,234', '1.234'],
    ['1.234,56', '1234.56'],
    ['−3', '-3'],
    ['5,5 %', '5.5'],
    ['1 240,00 €', '1240.00'],
    [',5', '0.5'],
    ['5,', '5'],
    ['007', '7'],
    ['-0', '0'],
  ]);
});

test('and as English readers do', () => {
  cases('en', [
    ['1,234.56', '1234.56'],
    ['1,234', '1234'],
    ['12,5', '12.5'],
    ['0,123', '0.123'],
    ['1,234,567', '1234567'],
    ['+3', '3'],
    ["1'234.5", '1234.5'],
  ]);
});

test('what is no number is none, and stays as it was typed', () => {
  cases(
    'fr',
    ['', '-', ',', 'douze', '1,2,3', '1.23.4', '12-3', '1e5', '1234567890123456789', '1,2.3,4'].map((text) => [text, null]),
  );
  assert.is(typed(' douze ', 'fr'), 'douze');
  assert.is(typed('1 000', 'fr'), '1000');
  assert.is(isNoNumber('douze'), true);
  assert.is(isNoNumber(''), false);
});

test('what is shown can be typed again', () => {
  for (const language of ['fr', 'en'] as const)
    for (const value of ['1234.5', '-0.001', '1000000', '2.5', '0'])
      for (const currency of ['EUR', 'JPY', 'BHD', null]) {
        const back = parseDecimal(shown(value, language, currency), language);
        assert.is(Number(back), Number(value), `${language} ${value} ${String(currency)}`);
      }
  assert.is(shown('douze', 'fr', 'EUR'), 'douze');
});

test.run();
