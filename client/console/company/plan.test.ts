import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { daysIn, daysText, previewAddress, stepsIn } from './plan.ts';

test('days are read however they are parted, and written as print does', () => {
  assert.equal(daysIn(' 3, 10;20  30 '), [3, 10, 20, 30]);
  assert.equal(daysIn('\u22123, -2 0'), [-3, -2, 0]);
  assert.equal(daysIn(''), []);
  assert.is(daysText([-3, 0, 10]), '\u22123, 0, 10');
  assert.equal(daysIn(daysText([-3, 0, 10])), [-3, 0, 10]);
  assert.equal(daysIn('3, soon, 1.5').map(Number.isNaN), [false, true, true]);
});

test('a plan is shown in the order of the calendar, those before and after the due date counted apart', () => {
  assert.equal(stepsIn('due', '10, -2, 3, 0, 10'), [
    { step: -2, nth: 1 },
    { step: 0, nth: 2 },
    { step: 3, nth: 1 },
    { step: 10, nth: 2 },
  ]);
  assert.equal(
    stepsIn('expiring', '1, 7, -2, x, 900').map(({ step }) => step),
    [7, 1],
  );
  assert.is(stepsIn('due', '1 2 3 4 5 6 7 8').length, 6);
  assert.is(previewAddress('due', { step: -2, nth: 1 }, 'fr'), '/console/reminders/preview?kind=due&step=-2&nth=1&language=fr');
});

test.run();
