import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchPresence } from './presence.ts';
import { deadline, fakeBrowser, fakeClock } from './testing.ts';

deadline(test, 10_000);

function watch(visible = true) {
  const browser = fakeBrowser();
  const clock = fakeClock();
  browser.document.visibilityState = visible ? 'visible' : 'hidden';
  const here: boolean[] = [];
  const viewed: string[] = [];
  const presence = watchPresence({ onHere: (now) => void here.push(now), onViewed: (visit) => void viewed.push(visit), browser, clock });
  return { browser, clock, here, viewed, presence, input: (type: string) => browser.window.dispatchEvent(new Event(type)) };
}

test('a visible page is here, a hidden one is not', () => {
  const { browser, here, presence } = watch();
  browser.show(false);
  browser.show(true);
  assert.equal([here, presence.here], [[true, false, true], true]);
  assert.equal(watch(false).here, []);
});

test('after two minutes without a movement nobody is in front of it, until the next one', () => {
  const { clock, here, input } = watch();
  clock.pass(100_000);
  input('pointermove');
  clock.pass(119_000);
  assert.equal(here, [true]);
  clock.pass(1_000);
  assert.equal(here, [true, false]);
  input('keydown');
  assert.equal(here, [true, false, true]);
});

test('viewed after five visible seconds in all, and once', () => {
  const { browser, clock, viewed, presence } = watch();
  clock.pass(3_000);
  browser.show(false);
  clock.pass(60_000);
  browser.show(true);
  clock.pass(1_999);
  assert.equal(viewed, []);
  clock.pass(1);
  assert.equal(viewed, [presence.visit]);
  browser.show(false);
  browser.show(true);
  clock.pass(60_000);
  assert.equal(viewed.length, 1);
});

for (const type of ['pointerdown', 'keydown', 'wheel', 'touchmove']) {
  test(`viewed at the first ${type}`, () => {
    const { clock, viewed, input } = watch();
    input(type);
    input(type);
    clock.pass(60_000);
    assert.equal(viewed.length, 1);
  });
}

test('a page scrolling by itself, or a passing pointer, has not been viewed; nor has a hidden one', () => {
  const { viewed, input } = watch();
  input('scroll');
  input('pointermove');
  assert.equal(viewed, []);
  const hidden = watch(false);
  hidden.input('keydown');
  hidden.clock.pass(600_000);
  assert.equal([hidden.viewed, hidden.here], [[], []]);
});

test('a visit is a UUID of its own', () => {
  const [a, b] = [watch().presence.visit, watch().presence.visit];
  assert.match(a, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.not.equal(a, b);
});

test('where looking does not count, presence still does', () => {
  const here: boolean[] = [];
  const clock = fakeClock();
  watchPresence({ onHere: (now) => void here.push(now), browser: fakeBrowser(), clock });
  clock.pass(10_000);
  assert.equal(here, [true]);
});

test('outside a browser nobody is here', () => {
  const here: boolean[] = [];
  const clock = fakeClock();
  const presence = watchPresence({ onHere: (now) => void here.push(now), browser: null, clock });
  assert.equal([here, presence.here, clock.pending], [[], false, 0]);
});

test('stopping leaves neither timers nor listeners', () => {
  const { browser, clock, here, viewed, presence, input } = watch();
  presence.stop();
  assert.is(clock.pending, 0);
  browser.show(false);
  browser.show(true);
  input('keydown');
  assert.equal([here, viewed, clock.pending], [[true], [], 0]);
});

test.run();
