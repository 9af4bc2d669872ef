import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Refusal } from '../../shared/refusal.ts';
import { createGroups, type GroupsOptions, type Waiting } from './groups.ts';

interface Item extends Waiting {
  name: string;
}

/** `company lane number`, with `!` for one that must be alone: `A a1`, `A! b1`. */
function item(text: string): Item {
  const [company = '', name = ''] = text.split(' ');
  return { company: company.replace('!', ''), lane: name.slice(0, 1), alone: company.endsWith('!'), name };
}

/** Groups whose commits end when the test says so. */
function staged(options: Partial<GroupsOptions<Item>> = {}) {
  const begun: string[][] = [];
  const ends: ((aside: string[]) => void)[] = [];
  const groups = createGroups<Item>({
    commit(group) {
      begun.push(group.map((one) => one.name));
      return new Promise((resolve) => ends.push((aside) => resolve(group.filter((one) => aside.includes(one.name)))));
    },
    wide: 4,
    ofCompany: 1,
    aside: 1,
    long: 100,
    most: 100,
    ...options,
  });
  return {
    begun,
    add: (...texts: string[]) => texts.map(item).forEach((one) => groups.add(one)),
    async end(n: number, ...aside: string[]) {
      ends[n]?.(aside);
      await delay(1);
    },
    settled: () => delay(1),
    waiting: groups.waiting,
  };
}

test('alone, an item begins at once; what comes meanwhile goes together, of each lane the first', async () => {
  const { begun, add, end, settled, waiting } = staged();
  add('A a1');
  await settled();
  add('A a2', 'A b1', 'A a3', 'A c1');
  await settled();
  assert.equal(begun, [['a1']]);
  assert.is(waiting(), 4);
  await end(0);
  assert.equal(begun[1], ['a2', 'b1', 'c1']);
  await end(1);
  assert.equal(begun[2], ['a3']);
  assert.is(waiting(), 0);
});

test('companies do not wait for each other, and of all together only so many are inside', async () => {
  const { begun, add, end, settled } = staged({ wide: 2 });
  add('A a1', 'B b1', 'C c1', 'A d1');
  await settled();
  assert.equal(begun, [['a1', 'd1'], ['b1']]);
  await end(1);
  assert.equal(begun[2], ['c1']);
});

test('what must be alone keeps its place in its lane, and holds up no other', async () => {
  const { begun, add, end, settled } = staged();
  add('A a1', 'A! a2', 'A a3', 'A! b1', 'A c1');
  await settled();
  assert.equal(begun, [['a1', 'c1'], ['b1']]);
  await end(0);
  assert.equal(begun[2], ['a2']);
  await end(2);
  assert.equal(begun[3], ['a3']);
});

test('what is put aside comes again by itself, and its lane waits for it', async () => {
  const { begun, add, end, settled } = staged();
  add('A a1', 'A b1', 'A c1');
  await settled();
  add('A a2', 'A b2');
  await end(0, 'a1', 'c1');
  // One place for those aside: the other waits; the rest of the company goes on.
  assert.equal(begun.slice(1), [['a1'], ['b2']]);
  await end(1);
  assert.equal(begun.slice(3), [['c1']]);
  await end(2);
  assert.equal(begun[4], ['a2']);
});

test('a group has its limit, and a full lane refuses', async () => {
  const { begun, add, settled } = staged({ most: 2, ofCompany: 2, long: 1 });
  add('A a1', 'A b1', 'A c1');
  await settled();
  assert.equal(begun, [['a1', 'b1'], ['c1']]);
  add('A a2');
  try {
    add('A a3');
    assert.unreachable();
  } catch (error) {
    assert.is((error as Refusal).code, 'unavailable');
  }
});

test.run();
