import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createOutbox } from './outbox.ts';
import { deadline, DOCUMENT, fakeClock, refusal, sharedStorage } from './testing.ts';
import { ok, openTab, say, settle } from './testing-outbox.ts';

deadline(test, 20_000);

test('nothing is sent before the connection is there, then one after the other in order of making', async () => {
  const { outbox, sent, texts, states } = openTab();
  const first = outbox.put('postMessage', say('first'));
  outbox.put('postMessage', say('second'));
  assert.equal(sent.length, 0);
  outbox.start();
  assert.equal(states(), ['sending', 'waiting']);
  assert.equal(sent.length, 1);
  sent[0]!.answer(ok);
  assert.equal(await first.done, ok);
  await settle();
  assert.equal([sent.length, texts()], [2, ['second']]);
  assert.not.equal(sent[0]!.request.id, sent[1]!.request.id);
});

test('an item is kept under its own key, with an id, and goes from the storage when acknowledged', async () => {
  const { outbox, sent, shared } = openTab();
  const { id } = outbox.put('postMessage', say('kept'));
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(shared.keys, [`wd:outbox:link:${id}`]);
  assert.ok(outbox.items[0]!.kept);
  outbox.start();
  sent[0]!.answer(ok);
  await settle();
  assert.equal([shared.keys, outbox.items], [[], []]);
});

test('after a reload the same items go out with the same ids, in the old order, before new ones', async () => {
  const shared = sharedStorage();
  const clock = fakeClock();
  const before = openTab(shared, clock);
  const ids = ['a', 'b', 'c'].map((text) => before.outbox.put('postMessage', say(text)).id);
  before.outbox.start();
  before.outbox.close();
  // The clock has been set back meanwhile.
  const after = openTab(shared, fakeClock(clock.now() - 60_000));
  ids.push(after.outbox.put('postMessage', say('d')).id);
  after.outbox.start();
  for (let i = 0; i < 4; i++) {
    after.sent[i]!.answer(ok);
    await settle();
  }
  assert.equal(
    after.sent.map(({ request }) => request.id),
    ids,
  );
});

test('no answer: sent again with the same id after a pause that grows', async () => {
  const { outbox, sent, clock, states } = openTab();
  const { done } = outbox.put('postMessage', say('again'));
  outbox.start();
  const pauses: number[] = [];
  for (let i = 0; i < 4; i++) {
    sent[i]!.lose();
    await settle();
    assert.equal(states(), ['waiting']);
    const from = clock.now();
    while (sent.length === i + 1) clock.pass(10);
    pauses.push(clock.now() - from);
  }
  sent[4]!.answer(ok);
  assert.equal(await done, ok);
  assert.is(new Set(sent.map(({ request }) => request.id)).size, 1);
  assert.ok(pauses[0]! >= 250 && pauses[0]! <= 510, `first pause ${pauses[0]}`);
  assert.ok(pauses[3]! >= 2_000 && pauses[3]! <= 4_010, `fourth pause ${pauses[3]}`);
});

test('"not now" is waited out, and what stands behind waits too', async () => {
  const { outbox, sent, clock } = openTab();
  outbox.put('postMessage', say('first'));
  outbox.put('postMessage', say('second'));
  outbox.start();
  sent[0]!.answer({ ok: false, refusal: refusal('unavailable') });
  await settle();
  clock.pass(600);
  sent[1]!.answer({ ok: false, refusal: refusal('rate_limited') });
  await settle();
  outbox.put('postMessage', say('third'));
  assert.is(sent.length, 2, 'nothing overtakes');
  clock.pass(1_100);
  assert.equal(
    sent.map(({ request }) => request.id),
    [sent[0]!.request.id, sent[0]!.request.id, sent[0]!.request.id],
  );
});

test('a fault of the server is tried again, but does not hold up the queue for ever', async () => {
  const { outbox, sent, clock, states } = openTab();
  const { done } = outbox.put('postMessage', say('unlucky'));
  outbox.put('postMessage', say('next'));
  outbox.start();
  for (let i = 0; i < 5; i++) {
    sent[i]!.answer({ ok: false, refusal: refusal('internal') });
    await settle();
    clock.pass(10_000);
  }
  assert.is((await done).ok, false);
  assert.equal(states(), ['refused', 'sending']);
});

test('a refusal keeps the item with its text, also after a reload, and lets the next one through', async () => {
  const shared = sharedStorage();
  const before = openTab(shared);
  const { done } = before.outbox.put('postMessage', say('my long text'));
  before.outbox.put('postMessage', say('next'));
  before.outbox.start();
  const body = refusal('already_decided', { status: 'accepted' });
  before.sent[0]!.answer({ ok: false, refusal: body });
  assert.equal(await done, { ok: false, refusal: body });
  assert.equal(
    [before.texts(), before.states()],
    [
      ['my long text', 'next'],
      ['refused', 'sending'],
    ],
  );
  before.outbox.close();

  const after = openTab(shared);
  after.outbox.start();
  assert.equal(after.outbox.items[0]!.refusal, body);
  assert.equal([after.texts(), after.sent.length], [['my long text', 'next'], 1]);
  assert.ok(after.outbox.dismiss(after.outbox.items[0]!.id));
  assert.equal([after.texts(), shared.keys.length], [['next'], 1]);
});

test('only a refused item can be dismissed or retried', () => {
  const { outbox, texts } = openTab();
  const { id } = outbox.put('postMessage', say('on its way'));
  assert.not(outbox.dismiss(id));
  assert.is(outbox.retry(id), null);
  assert.is(outbox.retry('unknown'), null);
  assert.equal(texts(), ['on its way']);
});

async function refuseFirst(code: Parameters<typeof refusal>[0]) {
  const tab = openTab();
  const { id } = tab.outbox.put('postMessage', say('text'));
  tab.outbox.start();
  tab.sent[0]!.answer({ ok: false, refusal: refusal(code) });
  await settle();
  return { ...tab, id };
}

test('retrying the same keeps the id: if it got through after all, it is not done twice', async () => {
  const { outbox, sent, id, states } = await refuseFirst('already_decided');
  const again = outbox.retry(id)!;
  assert.is(again.id, id);
  assert.equal([states(), sent[1]!.request], [['sending'], sent[0]!.request]);
  sent[1]!.answer(ok);
  assert.equal(await again.done, ok);
});

test('retrying with other words, or when the id is spent, takes a new id', async () => {
  const altered = await refuseFirst('name_required');
  const again = altered.outbox.retry(altered.id, { ...say('text'), name: 'Anne Martin' })!;
  assert.not.equal(again.id, altered.id);
  assert.equal(
    [altered.sent[1]!.request.input, altered.outbox.items.length, altered.shared.keys.length],
    [{ ...say('text'), name: 'Anne Martin' }, 1, 1],
  );
  const spent = await refuseFirst('id_reused');
  assert.not.equal(spent.outbox.retry(spent.id)!.id, spent.id);
});

test('a retried item goes to the end of the queue', async () => {
  const { outbox, id, texts } = await refuseFirst('already_decided');
  outbox.stop();
  outbox.put('postMessage', say('later'));
  outbox.retry(id);
  assert.equal(texts(), ['later', 'text']);
});

test('a connection that ends puts the item back; its late acknowledgement still counts, its late refusal does not', async () => {
  const seqs: number[] = [];
  const arrived = (seq: number): Promise<void> => Promise.resolve(void seqs.push(seq));
  const { outbox, sent, states, clock } = openTab(sharedStorage(), fakeClock(), { arrived });
  const { done } = outbox.put('postMessage', say('cut'));
  outbox.start();
  outbox.stop();
  assert.equal(states(), ['waiting']);
  sent[0]!.answer({ ok: false, refusal: refusal('unauthorized') });
  await settle();
  assert.equal(states(), ['waiting']);
  for (let i = 0; i < 3; i++) {
    outbox.start();
    if (i < 2) outbox.stop();
  }
  sent[1]!.lose();
  await settle();
  assert.equal([states(), clock.pending], [['sending'], 0]);
  sent[2]!.answer(ok);
  assert.equal(await done, ok);
  sent[3]!.answer(ok);
  await settle();
  assert.equal([outbox.items, seqs], [[], [1]]);
});

test('without room or without a storage nothing is lost in this page, and it says so', async () => {
  const shared = sharedStorage();
  const { outbox, sent, texts } = openTab(shared);
  outbox.put('postMessage', say('fits'));
  shared.full = true;
  outbox.put('postMessage', say('too much'));
  assert.equal(
    outbox.items.map(({ kept }) => kept),
    [true, false],
  );
  outbox.start();
  shared.full = false;
  sent[0]!.answer(ok);
  await settle();
  assert.equal([texts(), outbox.items[0]!.kept, shared.keys.length], [['too much'], true, 1]);

  const bare = createOutbox({ scope: 'link', storage: null, transmit: () => Promise.resolve(ok) });
  const { done } = bare.put('postMessage', say('private window'));
  bare.start();
  assert.equal(await done, ok);
});

test('a storage that throws at every touch is as good as none', async () => {
  const fail = (): never => {
    throw new Error('SecurityError');
  };
  const storage = { length: 1, key: fail, getItem: fail, setItem: fail, removeItem: fail };
  const outbox = createOutbox({ scope: 'link', storage, transmit: () => Promise.resolve(ok) });
  const { done } = outbox.put('postMessage', say('still sent'));
  outbox.start();
  assert.equal(await done, ok);
});

test('what is not an item, or another scope, is left alone', () => {
  const shared = sharedStorage();
  const { storage } = shared.tab();
  storage.setItem('wd:outbox:link:broken', '{"id":');
  storage.setItem('wd:outbox:link:other', '{"id":"x","name":"postMessage"}');
  storage.setItem('wd:outbox:link:longer:0199', JSON.stringify({ id: '0199', name: 'postMessage', input: say('not mine'), at: 1 }));
  storage.setItem('wd:draft:link:1', 'text');
  const { outbox } = openTab(shared);
  outbox.start();
  assert.equal([outbox.items, shared.keys.length], [[], 4]);
});

test('quiet commands go out in their turn, unseen and unkept, and are gone when refused', async () => {
  const { outbox, sent, shared } = openTab();
  const { done } = outbox.put('markRead', { document: DOCUMENT, upTo: 3 }, { quiet: true });
  outbox.start();
  assert.equal([outbox.items, shared.keys, sent.length], [[], [], 1]);
  sent[0]!.answer({ ok: false, refusal: refusal('not_found') });
  assert.is((await done).ok, false);
  assert.equal([outbox.items, shared.keys], [[], []]);
});

test('an acknowledged item stays in the list until its change is on the screen, and holds nobody up', async () => {
  let arrive = (): void => {};
  const seqs: number[] = [];
  const { outbox, sent, shared, states } = openTab(sharedStorage(), fakeClock(), {
    arrived(seq) {
      seqs.push(seq);
      return new Promise((resolve) => (arrive = resolve));
    },
  });
  outbox.put('postMessage', say('first'));
  outbox.put('postMessage', say('second'));
  outbox.start();
  sent[0]!.answer({ ok: true, seq: 7, result: {} });
  await settle();
  assert.equal([seqs, states(), shared.keys.length], [[7], ['sending', 'sending'], 1]);
  arrive();
  await settle();
  assert.equal(states(), ['sending']);
});

test('listeners hear each change with a new list, until they leave', () => {
  const { outbox } = openTab();
  const lists: number[] = [];
  const off = outbox.onChange((items) => void lists.push(items.length));
  outbox.put('postMessage', say('one'));
  off();
  outbox.put('postMessage', say('two'));
  assert.equal(lists, [1]);
});

test('closing leaves no timer behind', async () => {
  const { outbox, sent, clock } = openTab();
  outbox.put('postMessage', say('x'));
  outbox.start();
  sent[0]!.lose();
  await settle();
  assert.is(clock.pending, 1);
  outbox.close();
  assert.is(clock.pending, 0);
});

test.run();
