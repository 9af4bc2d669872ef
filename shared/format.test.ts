import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dateTime, day, dayOf } from './format.ts';

test('French counts the first of a month, and no other day', () => {
  assert.is(day('2026-10-01', 'fr'), '1er oct. 2026');
  assert.is(day('2026-10-01', 'fr', 'long'), '1er octobre 2026');
  assert.is(dayOf('2026-09-30T22:30:00.000Z', 'fr', 'Europe/Paris'), '1er oct. 2026');
  assert.match(dateTime('2026-10-01T08:00:00.000Z', 'fr', 'Europe/Paris'), /^1er oct\. 2026\D+10:00$/);
  assert.is(day('2026-10-11', 'fr'), '11 oct. 2026');
  assert.is(day('2026-10-21', 'fr'), '21 oct. 2026');
  assert.is(day('2026-10-01', 'en'), '1 Oct 2026');
});

test.run();
