import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOutbox } from './outbox.ts';
import { deadline, fakeClock, refusal, sharedStorage } from './testing.ts';
import { ok, openTab, say, settle } from './testing-outbox.ts';

deadline(test, 20_000);

test('another tab sees the item, does not send what is being sent, and is rid of it when it is done', async () => {
  const shared = sharedStorage();
  const clock = fakeClock();
  const [a, b] = [openTab(shared, clock), openTab(shared, clock)];
  a.outbox.start();
  b.outbox.start();
  a.outbox.put('postMessage', say('from a'));
  clock.pass(4_000);
  assert.equal([b.texts(), b.sent.length], [['from a'], 0]);
  a.sent[0]!.answer(ok);
  await settle();
  clock.pass(60_000);
  assert.equal([a.texts(), b.texts(), b.sent.length, shared.keys], [[], [], 0, []]);
});

test("what a closed tab left unsent is taken over; one's own items do not wait for it", async () => {
  const shared = sharedStorage();
  const clock = fakeClock();
  const [a, b] = [openTab(shared, clock), openTab(shared, clock)];
  b.outbox.start();
  a.outbox.put('postMessage', say('orphan'));
  a.outbox.close();
  clock.pass(5_000);
  assert.equal(
    b.sent.map(({ request }) => request.name),
    ['postMessage'],
  );
  b.sent[0]!.answer(ok);
  await settle();

  const c = openTab(shared, clock);
  c.outbox.put('postMessage', say('before'));
  b.outbox.put('postMessage', say('mine'));
  assert.equal(b.states(), ['sending', 'waiting']);
  assert.equal((b.sent[1]!.request.input as { text: string }).text, 'before');
});

test('two tabs sending the same item end with it gone in both, and each waiting promise answered', async () => {
  const shared = sharedStorage();
  const clock = fakeClock();
  const a = openTab(shared, clock);
  const { done } = a.outbox.put('postMessage', say('twice'));
  const b = openTab(shared, clock);
  b.outbox.start();
  b.sent[0]!.answer(ok);
  await settle();
  assert.equal([a.texts(), b.texts(), shared.keys], [[], [], []]);
  // Hidden, but still sent with the same id: the server's remembered answer is what the caller waits for.
  a.outbox.start();
  assert.is(a.sent[0]!.request.id, b.sent[0]!.request.id);
  a.sent[0]!.answer(ok);
  assert.equal(await done, ok);
  await settle();
  assert.equal([a.texts(), shared.keys], [[], []]);
});

test('a refusal, a retry and a dismissal are seen in the other tab', async () => {
  const shared = sharedStorage();
  const clock = fakeClock();
  const [a, b] = [openTab(shared, clock), openTab(shared, clock)];
  const { id, done } = b.outbox.put('postMessage', say('text'));
  a.outbox.sync();
  a.outbox.start();
  clock.pass(5_000);
  a.sent[0]!.answer({ ok: false, refusal: refusal('action_not_allowed') });
  await settle();
  assert.equal(b.states(), ['refused']);
  assert.equal(await done, { ok: false, refusal: refusal('action_not_allowed') });
  a.outbox.stop();
  a.outbox.retry(id);
  assert.equal(b.states(), ['waiting']);
  a.outbox.start();
  a.sent[1]!.answer({ ok: false, refusal: refusal('action_not_allowed') });
  await settle();
  b.outbox.dismiss(id);
  assert.equal([a.texts(), b.texts(), shared.keys], [[], [], []]);
});

test('what another tab has settled is not brought back by a refusal of the copy', async () => {
  const shared = sharedStorage();
  const a = openTab(shared);
  a.outbox.put('postMessage', say('once'));
  const b = openTab(shared);
  a.outbox.start();
  b.outbox.start();
  a.sent[0]!.answer(ok);
  await settle();
  b.sent[0]!.answer({ ok: false, refusal: refusal('unauthorized') });
  await settle();
  assert.equal([a.texts(), b.texts(), shared.keys], [[], [], []]);
});

test('emptying the storage does not take away what waits in the open page', () => {
  const shared = sharedStorage();
  const { storage, window } = shared.tab();
  const outbox = createOutbox({ scope: 'link', storage, window, transmit: () => Promise.resolve(ok) });
  outbox.put('postMessage', say('stays'));
  window.dispatchEvent(Object.assign(new Event('storage'), { key: null, newValue: null }));
  assert.equal(outbox.items.length, 1);
});

test('a page that heard no storage events learns it from the storage', async () => {
  const shared = sharedStorage();
  const clock = fakeClock();
  const { storage } = shared.tab();
  const asleep = createOutbox({ scope: 'link', storage, window: null, clock, transmit: () => Promise.resolve(ok) });
  const a = openTab(shared, clock);
  a.outbox.put('postMessage', say('while asleep'));
  assert.equal(asleep.items.length, 0);
  asleep.sync();
  assert.equal(asleep.items.length, 1);
  a.outbox.start();
  a.sent[0]!.answer(ok);
  await settle();
  asleep.sync();
  assert.equal(asleep.items.length, 0);
});

test.run();
