import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { choiceOf, EXEMPT, needsReason, RATES, vatOf } from './vat.ts';

test('every choice is shown as what was chosen', () => {
  for (const choice of [...RATES, ...EXEMPT, '', 'other']) assert.is(choiceOf(vatOf(choice)), choice);
});

test('a rate of zero is a category of its own, and what is out of scope has no rate', () => {
  assert.equal(vatOf('0'), { vatCategory: 'Z', vatRate: '0' });
  assert.equal(vatOf('O'), { vatCategory: 'O', vatRate: '' });
  assert.equal(vatOf('AE'), { vatCategory: 'AE', vatRate: '0' });
  assert.equal([needsReason(vatOf('AE')), needsReason(vatOf('20')), needsReason(vatOf('0'))], [true, false, false]);
});

test('a rate of another country, or one that is being typed, stays as it is', () => {
  assert.is(choiceOf({ vatCategory: 'S', vatRate: '19' }), 'other');
  assert.is(choiceOf({ vatCategory: 'S', vatRate: '' }), 'other');
  assert.is(choiceOf({ vatCategory: 'S', vatRate: '20.00' }), '20');
  assert.is(choiceOf({ vatCategory: 'L', vatRate: '7' }), 'L');
});

test.run();
