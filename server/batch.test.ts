import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createBatch } from './batch.ts';
import { createPace } from './doors/pace.ts';

/** Readings that end when the test says so. */
function staged(options?: { most?: number; atOnce?: number }) {
  const begun: string[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const ask = createBatch<string, string>((keys) => {
    begun.push(keys);
    return new Promise((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve(keys.map((key) => key.toUpperCase()))));
    });
  }, options);
  return { begun, ends, ask };
}

test('alone, one is read for at once; what is asked for meanwhile goes together, and each gets its own answer', async () => {
  const { begun, ends, ask } = staged({ atOnce: 1 });
  const first = ask('a');
  await delay(1);
  const others = ['b', 'c', 'b'].map(ask);
  await delay(1);
  assert.equal(begun, [['a']]);
  ends[0]?.();
  assert.is(await first, 'A');
  await delay(1);
  assert.equal(begun[1], ['b', 'c', 'b']);
  ends[1]?.();
  assert.equal(await Promise.all(others), ['B', 'C', 'B']);
});

test('a reading has its limit, and one that fails is the affair of those it was for', async () => {
  const { begun, ends, ask } = staged({ most: 2, atOnce: 1 });
  const [a, b, c] = ['a', 'b', 'c'].map((key) => ask(key).catch((error: Error) => error.message));
  await delay(1);
  assert.equal(begun, [['a', 'b']]);
  ends[0]?.(new Error('away'));
  assert.equal([await a, await b], ['away', 'away']);
  await delay(1);
  assert.equal(begun[1], ['c']);
  ends[1]?.();
  assert.is(await c, 'C');
});

test('an answer for each question, or none for any', async () => {
  const ask = createBatch((keys: string[]) => Promise.resolve(keys.slice(1)));
  assert.match(await ask('a').catch((error: Error) => error.message), '0 answers to 1 questions');
});

test('so many in a while, then no more until it is over', () => {
  let now = 1000;
  const within = createPace({ points: 2, seconds: 10 }, () => now);
  assert.equal([within(), within(), within()], [true, true, false]);
  now += 9999;
  assert.not.ok(within());
  now += 1;
  assert.ok(within());
});

test.run();
