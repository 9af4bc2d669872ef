import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createLanes } from './lanes.ts';

test('one lane keeps its order, lanes do not wait for each other, and only so many are inside', async () => {
  const lanes = createLanes({ wide: 2, long: 100 });
  const order: string[] = [];
  let inside = 0;
  let most = 0;
  const work = (name: string) => async () => {
    inside += 1;
    most = Math.max(most, inside);
    await delay(5);
    order.push(name);
    inside -= 1;
  };
  await Promise.all(['a1', 'a2', 'b1', 'a3', 'c1', 'b2'].map((name) => lanes.run(name[0] ?? '', work(name))));
  assert.is(most, 2);
  for (const lane of ['a', 'b', 'c']) {
    const own = order.filter((name) => name.startsWith(lane));
    assert.equal(own, [...own].sort());
  }
});

test('a full lane refuses, a failing one goes on', async () => {
  const lanes = createLanes({ wide: 2, long: 1 });
  const first = lanes.run('a', () => delay(20).then(() => Promise.reject(new Error('failed'))));
  const second = lanes.run('a', async () => 'second');
  const third = lanes.run('a', async () => 'third').catch((error: Error) => error.message);
  assert.is(await third, 'unavailable');
  assert.is(await first.catch((error: Error) => error.message), 'failed');
  assert.is(await second, 'second');
  assert.is(await lanes.run('a', async () => 'again'), 'again');
});

test.run();
