import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { App } from '../app.ts';
import { tidyBytes } from '../jobs/tidy.ts';
import { openStorage } from '../outside/s3/index.ts';
import { PDF, rows, stored, upload } from './attach.ts';
import { issued, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { cleanUp, folder, run } from './program.ts';
import { openStore, type TestStore } from './s3-store.ts';

/** Two processes that share a bucket, and no disk. */
let store: TestStore;
let app: TestApp;
let other: App;
let quote: Made;
test.before(async () => {
  store = await openStore();
  app = await startApp({ s3: store.place });
  other = await app.another();
});
test.before.each(async () => {
  store.trouble = null;
  quote = await issued(app, 'quote');
});
test.after(async () => {
  cleanUp();
  await app?.close();
  await store?.close();
});

const MB = 1024 * 1024;
const path = () => `/console/documents/${quote.id}/files`;
const send = (to: App, bytes: Buffer, name?: string) =>
  upload(to, path(), bytes, { headers: { cookie: app.cookie }, ...(name ? { name } : {}) });
const get = (from: App, id: string, headers: Record<string, string> = {}) =>
  fetch(`${from.url}${path()}/${id}`, { headers: { cookie: app.cookie, ...headers } });
const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer());

test('what comes in through one process is read through the other, whole and in part', async () => {
  const bytes = Buffer.concat([PDF, randomBytes(3 * MB)]);
  const sent = await send(app, bytes);
  assert.is(sent.status, 201, JSON.stringify(sent.body));
  const { id } = sent.body.file;
  const whole = await get(other, id);
  assert.equal([whole.status, whole.headers.get('content-length')], [200, String(bytes.length)]);
  assert.ok((await bytesOf(whole)).equals(bytes));
  const part = await get(other, id, { range: 'bytes=1000-1999' });
  assert.equal([part.status, part.headers.get('content-range')], [206, `bytes 1000-1999/${bytes.length}`]);
  assert.ok((await bytesOf(part)).equals(bytes.subarray(1000, 2000)));
  const end = await get(other, id, { range: 'bytes=-10' });
  assert.ok((await bytesOf(end)).equals(bytes.subarray(-10)));
  assert.equal(stored(app), [], 'nothing stays on the disk');
  assert.is(store.keys().length, 1);
});

test('a store that is away: a clear answer and no row, everything else goes on, and files are back with it', async () => {
  const { id } = (await send(app, Buffer.from('there before'), 'before.txt')).body.file;
  const before = (await rows(app)).length;
  await store.leave();
  const refused = await send(app, Buffer.from('too early'), 'early.txt');
  assert.equal([refused.status, refused.body.code], [503, 'unavailable']);
  assert.is((await get(app, id)).status, 503);
  assert.is((await rows(app)).length, before);
  assert.equal(stored(app), []);
  assert.is((await app.api('POST', `/documents/${quote.id}/messages`, { text: 'still here' })).status, 201);
  assert.is((await fetch(`${app.url}/readyz`)).status, 200);
  await store.comeBack();
  assert.is(await (await get(other, id)).text(), 'there before');
  assert.is((await send(app, Buffer.from('too early'), 'early.txt')).status, 201);
});

test('the program does not start on a bucket that refuses it, and says why without the secret', async () => {
  const wrong = run('server/main.ts', [], { DATA_DIR: folder(), S3_URL: store.url.replace('signs', 'hidden') });
  assert.is(await wrong.ended, 1);
  assert.match(wrong.output(), /^The file store of S3_URL refuses \(403 SignatureDoesNotMatch\): its SECRET /);
  assert.not.match(wrong.output(), /hidden|\n {4}at /);
});

test('a full store: "storage_full", as of a full disk', async () => {
  store.trouble = ({ method }) => (method === 'PUT' ? { status: 507, code: 'XMinioStorageFull' } : null);
  const refused = await send(app, Buffer.from('no room'), 'no-room.txt');
  assert.equal([refused.status, refused.body.code], [507, 'storage_full']);
});

test('an answer of the store that breaks off ends the reader’s connection: half a file never looks whole', async () => {
  const { id } = (await send(app, randomBytes(2 * MB), 'large.bin')).body.file;
  store.trouble = ({ method, key }) => (method === 'GET' && key !== '' ? 'reset in the middle' : null);
  const ended = await new Promise<string>((resolve, reject) => {
    const asked = request(`${app.url}${path()}/${id}`, { headers: { cookie: app.cookie }, agent: false }, (answer) => {
      answer.resume();
      answer.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
      answer.on('end', () => resolve('whole'));
    });
    asked.on('error', reject);
    asked.end();
  });
  assert.is(ended, 'ECONNRESET');
});

test('bytes without a name are tidied away; an upload of them through another process at that moment keeps them', async () => {
  const storage = openStorage({ filesDir: app.filesDir, s3: store.place }, pino({ level: 'silent' }));
  const before = store.keys().length;
  const [gone, stays] = [Buffer.from('nobody names them'), Buffer.from('named again')];
  for (const bytes of [gone, stays]) {
    const { id } = (await send(app, bytes, 'x.txt')).body.file;
    assert.is((await app.api('DELETE', `/documents/${quote.id}/files/${id}`)).status, 204);
  }
  assert.is(store.keys().length, before + 2);
  for (const key of store.keys()) store.writtenAt(key, new Date(Date.now() - 2 * 3_600_000));
  let again: Awaited<ReturnType<typeof send>> | null = null;
  store.trouble = async ({ method }) => {
    if (method === 'DELETE' && again === null) {
      again = { status: 0, body: null };
      again = await send(other, stays, 'x.txt');
    }
    return null;
  };
  await tidyBytes({ em: app.em, storage, logger: pino({ level: 'silent' }) }, new Date());
  const taken = again as Awaited<ReturnType<typeof send>> | null;
  assert.is(taken?.status, 201);
  assert.is(await (await get(app, taken?.body.file.id)).text(), 'named again');
  assert.is(store.keys().length, before + 1);
});

test.run();
