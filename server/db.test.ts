import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allOf } from './db.ts';

/** An error as the database names it. */
const failing = (code: string, ms: number) =>
  new Promise<never>((_, reject) => setTimeout(() => reject(Object.assign(new Error(code), { code })), ms));

test('all are waited for, and of several errors the one that brought about the others is told', async () => {
  let ended = 0;
  const late = new Promise<number>((resolve) => setTimeout(() => resolve((ended += 1)), 30));
  const thrown = await allOf([failing('25P02', 1), failing('26000', 2), failing('23505', 10), late]).catch((error: Error) => error.message);
  assert.is(thrown, '23505');
  assert.is(ended, 1);
});

test('where there are only consequences, the first of them is told', async () => {
  assert.is(await allOf([failing('26000', 2), failing('25P02', 1)]).catch((error: Error) => error.message), '26000');
});

test('the answers come in the order of what was asked', async () => {
  const after = <T>(value: T, ms: number) => new Promise<T>((resolve) => setTimeout(() => resolve(value), ms));
  assert.equal(await allOf([after('first', 5), after(2, 1), null]), ['first', 2, null]);
});

test.run();
