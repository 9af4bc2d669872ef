import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultNumbering, formatFault, writeNumber } from './numbering.ts';

test('a number is written by its format, with more digits when they are needed', () => {
  assert.is(writeNumber('D-{yyyy}-{0000}', 2026, 12), 'D-2026-0012');
  assert.is(writeNumber('{yy}/F{000}', 2026, 12_345), '26/F12345');
  assert.is(writeNumber(defaultNumbering('fr').invoice, 2026, 7), 'F-2026-007');
});

test('a format needs its year and exactly one count, and nothing else in braces', () => {
  const cases: [string, string | null][] = [
    ['D-{yyyy}-{0000}', null],
    ['{yy}{0}', null],
    ['D-{yyyy}', 'count'],
    ['{yyyy}-{00}-{00}', 'count'],
    ['D-{0000}', 'year'],
    ['D-{yyyy}-{mm}-{000}', 'unknown'],
    ['D}-{yyyy}-{000}', 'unknown'],
    ['D\n{yyyy}-{000}', 'unknown'],
    [`${'x'.repeat(60)}{yyyy}{0}`, 'long'],
  ];
  for (const [format, fault] of cases) assert.is(formatFault(format), fault, format);
});

test.run();
