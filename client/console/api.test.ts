import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problemOf } from './api.ts';

test('a problem document keeps its code, faults and data', () => {
  const faults = [{ pointer: '/email', rule: 'required', detail: 'required' }];
  const refusal = problemOf(422, { code: 'invalid_input', detail: 'no', faults, data: { a: 1 } });
  assert.is(refusal.code, 'invalid_input');
  assert.equal(refusal.faults, faults);
  assert.equal(refusal.data, { a: 1 });
});

test('an unknown code falls back to the status', () => {
  assert.is(problemOf(404, { code: 'toString' }).code, 'not_found');
  assert.is(problemOf(502, '<html>').code, 'unavailable');
  assert.is(problemOf(401, null).code, 'unauthorized');
});

test.run();
