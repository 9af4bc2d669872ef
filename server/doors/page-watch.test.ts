import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Logged } from '../log.ts';
import type { PageMark } from '../views/page.ts';
import { createPageWatch } from './page-watch.ts';

/** A watch over one deal's number, by a clock of the test's; `answer` lets a question through. */
function scene() {
  let now = 0;
  let seq: number | null = 1;
  let asked = 0;
  const waiting: (() => void)[] = [];
  let held = false;
  const read = async (): Promise<PageMark | null> => {
    asked += 1;
    const found = seq;
    if (held) await new Promise<void>((resolve) => waiting.push(resolve));
    if (found === null) return null;
    return {
      ...{ deal: 'd', company: 'c', document: 'x', seq: found, digest: '', timeZone: 'UTC', person: null },
      language: { contact: null, company: 'en' },
    };
  };
  const watch = createPageWatch({ read, clock: () => now });
  return {
    watch,
    look: async (least = 0) => (await watch.look('link', '', least))?.seq ?? null,
    asked: () => asked,
    pass: (ms: number) => void (now += ms),
    write: (to: number | null) => void (seq = to),
    hold: () => void (held = true),
    answer: (which: 'oldest' | 'newest' = 'oldest') => (which === 'oldest' ? waiting.shift() : waiting.pop())?.(),
    committed: (of: { deal: string | null; company: string }) => watch.committed([of as Logged]),
  };
}

/** Lets what is ready go on. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what was read counts for less than a second, from when it was asked', async () => {
  const s = scene();
  assert.is(await s.look(), 1);
  s.pass(400);
  s.write(2);
  assert.equal([await s.look(), s.asked()], [1, 1], 'from memory');
  s.pass(600);
  assert.equal([await s.look(), s.asked()], [2, 2], 'asked again, whoever wrote it');
  s.write(null);
  s.pass(1000);
  assert.is(await s.look(), null, 'a link that ends, ends');
});

test('from half of that on it is read ahead, and nobody waits', async () => {
  const s = scene();
  await s.look();
  s.write(2);
  s.pass(600);
  assert.equal([await s.look(), s.asked()], [1, 2]);
  await turn();
  s.pass(600);
  assert.is(await s.look(), 2, 'what was read ahead');
});

test('a commit here, and a hint, count at once', async () => {
  const s = scene();
  await s.look();
  for (const [n, told] of [
    () => s.committed({ deal: 'd', company: 'c' }),
    () => s.watch.wake('c'),
    () => s.committed({ deal: null, company: 'c' }),
  ].entries()) {
    s.pass(10);
    s.write(10 + n);
    told();
    s.pass(1);
    assert.is(await s.look(), 10 + n);
  }
  s.pass(1);
  s.write(20);
  s.committed({ deal: 'another', company: 'c' });
  s.pass(1);
  assert.is(await s.look(), 12, 'another deal is not this one');
});

test('what was asked before a commit does not count after it', async () => {
  const s = scene();
  s.hold();
  const before = s.look();
  s.pass(5);
  s.write(2);
  s.committed({ deal: 'd', company: 'c' });
  s.pass(5);
  const after = s.look();
  s.answer();
  s.answer();
  assert.equal([await before, await after, s.asked()], [1, 2, 2]);
  assert.is(await s.look(), 2, 'and is not what stays');
});

test('an old answer that comes late does not replace a newer one', async () => {
  const s = scene();
  s.hold();
  const first = s.look();
  s.pass(5);
  s.write(2);
  s.committed({ deal: 'd', company: 'c' });
  s.pass(5);
  const second = s.look();
  s.answer('newest');
  assert.is(await second, 2);
  s.answer();
  assert.is(await first, 1);
  assert.is(await s.look(), 2);
});

test('whoever has seen more is not answered with less', async () => {
  const s = scene();
  await s.look();
  s.write(7);
  assert.equal([await s.look(), await s.look(7), s.asked()], [1, 7, 2]);
  assert.equal([await s.look(99), s.asked()], [7, 3], 'what nobody has seen is asked for, and answered as it is');
});

test('many at once ask once', async () => {
  const s = scene();
  s.hold();
  const all = Array.from({ length: 50 }, () => s.look());
  s.answer();
  assert.equal(
    await Promise.all(all),
    Array.from({ length: 50 }, () => 1),
  );
  assert.is(s.asked(), 1);
});

test('a failure is told to whoever waits, and asked again', async () => {
  let fails = true;
  const mark: PageMark = {
    ...{ deal: 'd', company: 'c', document: 'x', seq: 1, digest: '', timeZone: 'UTC', person: null },
    language: { contact: null, company: 'en' },
  };
  const watch = createPageWatch({ read: async () => (fails ? Promise.reject(new Error('away')) : mark) });
  const failed = await Promise.resolve(watch.look('link', '', 0)).catch((error: Error) => error.message);
  assert.is(failed, 'away');
  fails = false;
  assert.is((await watch.look('link', '', 0))?.seq, 1);
});

test.run();
