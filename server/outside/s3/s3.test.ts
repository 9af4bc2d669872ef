import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../../shared/refusal.ts';
import { faultOfSignature } from '../../test/s3-signature.ts';
import { openStore, type Asked, type TestStore, type Trouble } from '../../test/s3-store.ts';
import type { FileStorage } from '../storage.ts';
import { faultOfS3, openS3, type S3Place } from './index.ts';
import { createAsk } from './request.ts';
import { parseS3Url } from './url.ts';

/** What a bucket has and a folder has not; what both promise is in ../storage.test.ts. */

const MB = 1024 * 1024;
const QUICK = { silentMs: 10_000, tries: 3, pauseMs: 5 };
/** Not for what a busy machine may take a while for. */
const IMPATIENT = { ...QUICK, silentMs: 400 };
const long = new Date(Date.now() + 3_600_000);
const hourAgo = new Date(Date.now() - 3_600_000);

let store: TestStore;
let dir = '';
let log = '';
const logger = pino({ level: 'debug' }, { write: (line: string) => void (log += line) });
const open = (place: S3Place = store.place, patience = QUICK) => openS3(place, { spoolDir: dir, logger, patience });

test.before.each(async () => {
  store = await openStore();
  dir = mkdtempSync(join(tmpdir(), 'wd-s3-spool-'));
  log = '';
});
test.after.each(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const put = (storage: FileStorage, bytes: string | Buffer) => storage.put(Readable.from([Buffer.from(bytes)]), 25 * MB);
const hashOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );
async function read(storage: FileStorage, sha256: string): Promise<string | null> {
  const opened = await storage.open(sha256);
  return opened && Buffer.concat(await opened.toArray()).toString();
}
async function listed(storage: FileStorage, untouchedSince = long): Promise<string[]> {
  const found: string[] = [];
  for await (const some of storage.list(untouchedSince)) found.push(...some);
  return found;
}
/** Trouble for requests like this one, as often as said. */
function fails(method: string, trouble: Trouble, times = Infinity): void {
  let left = times;
  store.trouble = (asked) => (asked.method === method && left-- > 0 ? trouble : null);
}
const sent = (method: string) => store.requests.filter((one) => one.startsWith(method)).length;

test('signatures are checked as Amazon’s own example has it', () => {
  const keys = new Map([['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY']]);
  const request = {
    method: 'GET',
    target: '/test.txt',
    headers: {
      host: 'examplebucket.s3.amazonaws.com',
      range: 'bytes=0-9',
      'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'x-amz-date': '20130524T000000Z',
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    },
  };
  assert.is(faultOfSignature(request, keys), null);
  assert.is(faultOfSignature({ ...request, target: '/test2.txt' }, keys), 'SignatureDoesNotMatch');
});

test('an address is read whole, or not at all', () => {
  assert.equal(parseS3Url(store.url), store.place);
  assert.equal(parseS3Url('https://k:s@s3.eu-west-3.amazonaws.com/my-bucket?region=eu-west-3'), {
    origin: 'https://s3.eu-west-3.amazonaws.com',
    bucket: 'my-bucket',
    prefix: '',
    region: 'eu-west-3',
    key: 'k',
    secret: 's',
  });
  for (const bad of [
    'https://host/bucket',
    'https://key@host/bucket',
    'https://key:secret@host',
    'https://key:secret@host/',
    'https://key:se/cret@host/bucket',
    'https://key:%zz@host/bucket',
    's3://key:secret@host/bucket',
    'https://key:secret@host/bucket/a//b',
    'https://key:secret@host/bucket/a%20b',
    'https://key:secret@host/bucket?tls=0',
    'https://key:secret@host/bucket?region=EU%20west',
    'https://key:secret@host/bucket#x',
  ])
    assert.is(parseS3Url(bad), null, bad);
});

test('an upload between the look and the removal keeps its bytes', async () => {
  const storage = open();
  const { sha256 } = await put(storage, 'contested');
  for (const key of store.keys()) store.writtenAt(key, new Date(0));
  let again = false;
  store.trouble = async ({ method }) => {
    if (method !== 'DELETE' || again) return null;
    again = true;
    await put(storage, 'contested');
    return null;
  };
  assert.is(await storage.remove(sha256, hourAgo), true);
  assert.ok(again);
  assert.is(await read(storage, sha256), 'contested');
  assert.is(store.keys().length, 1);
});

test('of two that are put at the same moment one stays, whoever looks first', async () => {
  const storage = open();
  const waiting: (() => void)[] = [];
  // Both have put before either looks, and both have looked before either takes anything away.
  store.trouble = ({ method }) =>
    method === 'GET' && waiting.length < 2
      ? new Promise((resolve) => {
          waiting.push(() => resolve(null));
          if (waiting.length === 2) for (const go of waiting) go();
        })
      : null;
  const [one, two] = await Promise.all([put(storage, 'twice'), put(storage, 'twice')]);
  assert.equal(one, two);
  assert.is(store.keys().length, 1);
  assert.is(await read(storage, one.sha256), 'twice');
});

test('put again between the list and the reading: the other copy is read', async () => {
  const storage = open();
  const { sha256 } = await put(storage, 'read me');
  for (const key of store.keys()) store.writtenAt(key, new Date(0));
  let again = false;
  store.trouble = async ({ method, key }: Asked) => {
    if (method !== 'GET' || key === '' || again) return null;
    again = true;
    await put(storage, 'read me');
    return null;
  };
  assert.is(await read(storage, sha256), 'read me');
  assert.ok(again);
});

test('what comes from a folder, under the names it had there, is read, put and removed alike; what is not ours stays', async () => {
  const storage = open();
  const ask = createAsk(store.place, QUICK);
  const write = async (key: string, bytes: string) => {
    const path = join(dir, 'moved');
    writeFileSync(path, bytes);
    await ask({ method: 'PUT', key, body: { path, bytes: bytes.length, sha256: hashOf(bytes) } }, (answer) => void answer.resume());
  };
  const sha256 = hashOf('moved');
  await write(`${sha256.slice(0, 2)}/${sha256}`, 'moved');
  await write('other/thing', 'not ours');
  assert.is(await read(storage, sha256), 'moved');
  assert.equal(await listed(storage), [sha256]);
  for (const key of store.keys()) store.writtenAt(key, new Date(0));
  await put(storage, 'moved');
  assert.is(store.keys().length, 2);
  assert.is(await storage.remove(sha256, hourAgo), false);
  assert.is(await storage.remove(sha256, long), true);
  assert.equal(store.keys(), ['other/thing']);
});

test('an older copy that could not be taken away does no harm, and goes with the next', async () => {
  // One a page: copies of the same bytes are never listed together.
  const storage = openS3(store.place, { spoolDir: dir, logger, patience: QUICK, pageSize: 1 });
  await put(storage, 'one more');
  const { sha256 } = await put(storage, 'twice there');
  for (const key of store.keys()) store.writtenAt(key, new Date(0));
  fails('DELETE', { status: 403, code: 'AccessDenied' });
  await put(storage, 'twice there');
  assert.match(log, /older copies of a file stay/);
  assert.is(store.keys().length, 3);
  assert.equal(await listed(storage, hourAgo), [hashOf('one more')]);
  assert.is(await storage.remove(sha256, hourAgo), false);
  assert.equal((await listed(storage)).sort(), [hashOf('one more'), sha256].sort());
  assert.is(await read(storage, sha256), 'twice there');
  store.trouble = null;
  await put(storage, 'twice there');
  assert.is(store.keys().length, 2);
});

test('a wrong key, a wrong secret, no such bucket: said at the start, and "unavailable" at each use', async () => {
  assert.is(await faultOfS3(store.place, logger), null);
  for (const [wrong, word] of [
    [{ key: 'NOBODY' }, /^The file store of S3_URL refuses \(403 InvalidAccessKeyId\): its KEY /],
    [{ secret: 'mistaken' }, /^The file store of S3_URL refuses \(403 SignatureDoesNotMatch\): its SECRET /],
    [{ bucket: 'elsewhere' }, /^The file store of S3_URL refuses \(404 NoSuchBucket\): there is no such bucket/],
  ] as const) {
    const place = { ...store.place, ...wrong };
    assert.match(String(await faultOfS3(place, logger)), word);
    assert.is(await codeOf(put(open(place), 'x')), 'unavailable');
    assert.is(await codeOf(open(place).open(hashOf('x'))), 'unavailable');
    assert.is(await codeOf(open(place).remove(hashOf('x'), long)), 'unavailable');
    assert.is(await codeOf(listed(open(place))), 'unavailable');
    assert.match(log, /SignatureDoesNotMatch|InvalidAccessKeyId|NoSuchBucket/);
  }
  assert.is(sent('PUT'), 3, 'what will not pass is not tried again');
  assert.equal([store.keys(), readdirSync(dir)], [[], []]);
  assert.not.match(log, /mistaken|AWS4|a\/secret|a%2Fsecret/);
});

test('a store that is away: "unavailable" at once, nothing left behind, and all is well when it is back', async () => {
  const storage = open();
  const { sha256 } = await put(storage, 'before');
  await store.leave();
  assert.is(await faultOfS3(store.place, logger), null, 'no reason not to start');
  const began = performance.now();
  const uses = [() => put(storage, 'x'), () => storage.open(sha256), () => storage.remove(sha256, long), () => listed(storage)];
  for (const use of uses) assert.is(await codeOf(use()), 'unavailable');
  assert.ok(performance.now() - began < 3000);
  assert.equal(readdirSync(dir), []);
  await store.comeBack();
  assert.is(await read(storage, sha256), 'before');
  await put(storage, 'x');
  assert.is(store.keys().length, 2);
});

for (const trouble of [
  { status: 503, code: 'SlowDown' },
  { status: 500, code: 'InternalError' },
  'reset',
  'reset in the middle',
] as const) {
  const name = typeof trouble === 'object' ? `answering ${trouble.status}` : trouble;
  test(`${name}: tried again, and given up after three times with nothing kept`, async () => {
    const storage = open();
    const bytes = randomBytes(3 * MB);
    fails('PUT', trouble, 2);
    const { sha256 } = await put(storage, bytes);
    assert.is(sent('PUT'), 3);
    assert.is(store.keys().length, 1);
    fails('GET', trouble, 2);
    assert.equal(await listed(storage), [sha256]);
    fails('DELETE', trouble, 2);
    assert.is(await storage.remove(sha256, long), true);
    fails('PUT', trouble);
    assert.is(await codeOf(put(storage, bytes)), 'unavailable');
    assert.is(sent('PUT'), 6);
    assert.equal([store.keys(), readdirSync(dir)], [[], []]);
  });
}

test('an answer that breaks off is no file: the reader learns it', async () => {
  const storage = open();
  const { sha256 } = await put(storage, randomBytes(2 * MB));
  store.trouble = ({ method, key }) => (method === 'GET' && key !== '' ? 'reset in the middle' : null);
  const opened = await storage.open(sha256);
  const end = await opened!.toArray().then(
    () => 'whole',
    (error: NodeJS.ErrnoException) => error.code,
  );
  assert.is(end, 'ECONNRESET');
});

test('half a list is none: nothing is decided on it', async () => {
  const storage = open();
  const { sha256 } = await put(storage, 'listed');
  for (const key of store.keys()) store.writtenAt(key, new Date(0));
  store.trouble = ({ method }) => (method === 'GET' ? 'half' : null);
  assert.is(await codeOf(storage.remove(sha256, long)), 'unavailable');
  assert.is(await codeOf(storage.open(sha256)), 'unavailable');
  assert.is(store.keys().length, 1);
});

test('a store that gives the whole for a part is not believed', async () => {
  const storage = open();
  const { sha256 } = await put(storage, 'whole');
  store.trouble = () => 'no range';
  assert.is(await codeOf(storage.open(sha256, { start: 1, end: 2 })), 'unavailable');
});

test('no room, in whatever words: "storage_full", and not tried again', async () => {
  for (const trouble of [
    { status: 507, code: 'XMinioStorageFull' },
    { status: 403, code: 'QuotaExceeded' },
    { status: 400, code: 'XMinioAdminBucketQuotaExceeded' },
  ]) {
    fails('PUT', trouble);
    assert.is(await codeOf(put(open(), 'x')), 'storage_full');
  }
  assert.is(sent('PUT'), 3);
  assert.equal(readdirSync(dir), []);
});

test('a store that falls silent is given up in time, and not asked again', async () => {
  const storage = open(store.place, IMPATIENT);
  const { sha256 } = await put(open(), 'x');
  const before = store.requests.length;
  store.trouble = () => 'silence';
  assert.is(await codeOf(put(storage, 'y')), 'unavailable');
  assert.is(await codeOf(storage.open(sha256)), 'unavailable');
  assert.is(store.requests.length, before + 2);
});

test('a reader who takes longer than that is not cut off', async () => {
  const storage = open(store.place, { ...QUICK, silentMs: 2000 });
  const bytes = randomBytes(20 * MB);
  const { sha256 } = await put(open(), bytes);
  const hash = createHash('sha256');
  let pauses = 0;
  for await (const chunk of (await storage.open(sha256))!) {
    hash.update(chunk as Buffer);
    if (pauses++ === 0) await delay(3000);
  }
  assert.is(hash.digest('hex'), sha256);
});

test('a store that falls silent behind a slow reader is found out, too', async () => {
  const { sha256 } = await put(open(), randomBytes(20 * MB));
  store.trouble = ({ method, key }) => (method === 'GET' && key !== '' ? 'silence in the middle' : null);
  const opened = (await open(store.place, { ...QUICK, silentMs: 1000 }).open(sha256))!;
  await delay(1500);
  const end = await opened.toArray().then(
    () => 'whole',
    (error: NodeJS.ErrnoException) => error.code,
  );
  assert.is(end, 'ETIMEDOUT');
});

test('only what had not been sent yet is left of a killed process, and swept once it is old', async () => {
  mkdirSync(dir, { recursive: true });
  for (const name of ['new-1', 'new-2']) writeFileSync(join(dir, name), 'on its way');
  utimesSync(join(dir, 'new-1'), new Date(0), new Date(0));
  await open().sweep(hourAgo);
  assert.equal(readdirSync(dir), ['new-2']);
});

test.run();
