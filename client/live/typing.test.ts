import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline, DEAL, DOCUMENT, fakeClock } from './testing.ts';
import { createTypingWatch, createTypist, type TypingState } from './typing.ts';

deadline(test, 10_000);

test('many keys make few messages, and stillness ends it', () => {
  const clock = fakeClock();
  const said: boolean[] = [];
  const typist = createTypist((typing) => void said.push(typing), clock);
  for (let i = 0; i < 40; i++) {
    typist.set(true);
    clock.pass(100);
  }
  assert.equal(said, [true, true]);
  clock.pass(4_000);
  assert.equal([said, clock.pending], [[true, true, false], 0]);
});

test('the end is said once, and not at all where there was no beginning', () => {
  const clock = fakeClock();
  const said: boolean[] = [];
  const typist = createTypist((typing) => void said.push(typing), clock);
  typist.set(false);
  typist.set(true);
  typist.set(false);
  typist.set(false);
  assert.equal([said, clock.pending], [[true, false], 0]);
});

test('somebody whose end got lost is forgotten, one who goes on is not', () => {
  const clock = fakeClock();
  const told: string[] = [];
  const watch = createTypingWatch(({ key, typing }) => void told.push(`${key} ${typing}`), clock);
  const state = (key: string): TypingState => ({ stream: DEAL, document: DOCUMENT, key, side: 'client', name: null, typing: true });
  watch.heard(state('lost'));
  watch.heard(state('on'));
  clock.pass(3_000);
  watch.heard(state('on'));
  clock.pass(4_000);
  assert.equal(told, ['lost true', 'on true', 'on true', 'lost false']);
  watch.stop();
  assert.is(clock.pending, 0);
});

test.run();
