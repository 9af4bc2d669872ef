import { randomBytes } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPageStore } from './page-store.ts';

/** A page that does not pack. */
const page = (bytes: number) => randomBytes(bytes / 2).toString('hex');

test('a page is found by its place and version, in each encoding', async () => {
  const store = createPageStore();
  const html = '<p>Élodie</p>'.repeat(500);
  store.keep('a', '1', html, ['X-One', 'yes']);
  const kept = store.find('a', '1');
  assert.equal(kept?.headers, ['X-One', 'yes']);
  assert.is((await kept?.bytes('identity'))?.toString(), html);
  assert.is(brotliDecompressSync((await kept?.bytes('br')) ?? '').toString(), html);
  assert.is(gunzipSync((await kept?.bytes('gzip')) ?? '').toString(), html);
  assert.is(await kept?.bytes('br'), await kept?.bytes('br'), 'packed once');
  assert.is(store.find('a', '2'), null);
  assert.is(store.find('b', '1'), null);
});

test('a place holds one version', () => {
  const store = createPageStore();
  for (let version = 1; version <= 100; version += 1) store.keep('a', String(version), page(10_000), []);
  assert.equal([store.size().count, store.find('a', '99'), store.find('a', '100') !== null], [1, null, true]);
  assert.ok(store.size().bytes < 20_000);
});

test('all of them take no more than they may, packed copies included, and the oldest go first', async () => {
  const store = createPageStore(200_000);
  for (let n = 0; n < 50; n += 1) {
    store.keep(`place ${n}`, '1', page(10_000), []);
    await store.find(`place ${n}`, '1')?.bytes('br');
    await store.find(`place ${n}`, '1')?.bytes('gzip');
    assert.ok(store.find('place 0', '1') !== null || n > 5, 'what is asked for stays');
    assert.ok(store.size().bytes <= 200_000);
  }
  const { count, bytes } = store.size();
  // A packed page of this kind is about half as large as the page.
  assert.ok(count >= 5 && count <= 12 && bytes > 100_000, `${count} pages, ${bytes} bytes`);
  assert.is(store.find('place 30', '1'), null);
  assert.ok(store.find('place 49', '1'));
});

test('one that is larger than all may be is not kept, and can be sent', async () => {
  const store = createPageStore(5000);
  store.keep('a', '1', page(10_000), []);
  assert.equal(store.size(), { count: 0, bytes: 0 });
});

test.run();
