import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../shared/refusal.ts';
import { openFolder, type FileStorage } from './storage.ts';

let dir = '';
let storage: FileStorage;
test.before.each(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'wd-storage-')), 'files');
  storage = openFolder(dir);
});
test.after.each(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

const MB = 1024 * 1024;
const long = new Date(Date.now() + 3_600_000);
const stream = (...chunks: (string | Buffer)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const hashOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
/** Every file of the folder, by its path in it. */
const all = (at = dir) => globSync('**/*', { cwd: at }).filter((path) => statSync(join(at, path)).isFile());
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

async function gathered(lists: AsyncIterable<string[]>): Promise<string[]> {
  const found: string[] = [];
  for await (const some of lists) found.push(...some);
  return found;
}

async function read(sha256: string, range?: { start: number; end: number }): Promise<string | null> {
  const opened = await storage.open(sha256, range);
  return opened && Buffer.concat(await opened.toArray()).toString();
}

test('bytes come back as they went in, whole and in part, for their user only', async () => {
  const stored = await storage.put(stream('hello ', 'world'), MB);
  assert.equal(stored, { sha256: hashOf('hello world'), bytes: 11 });
  assert.equal(all(), [`${stored.sha256.slice(0, 2)}/${stored.sha256}`]);
  assert.is(statSync(dir).mode & 0o777, 0o700);
  assert.is(statSync(join(dir, all()[0] ?? '')).mode & 0o777, 0o600);
  assert.is(await read(stored.sha256), 'hello world');
  assert.is(await read(stored.sha256, { start: 6, end: 8 }), 'wor');
  assert.is(await storage.open(hashOf('nothing')), null);
  assert.equal(await storage.put(stream(), MB), { sha256: hashOf(''), bytes: 0 });
});

test('a name is a hash and nothing else', async () => {
  for (const name of ['../../x', 'x', '', `${'a'.repeat(62)}/.`]) assert.match(await codeOf(storage.open(name)), /SHA-256/);
});

test('the same bytes twice, at once too, are one file', async () => {
  const bytes = randomBytes(200_000);
  const twice = await Promise.all([storage.put(stream(bytes), MB), storage.put(stream(bytes), MB)]);
  assert.equal(twice[0], twice[1]);
  assert.is(all().length, 1);
});

test('whatever goes wrong leaves nothing behind', async () => {
  async function* broken() {
    yield randomBytes(100_000);
    throw new Error('the sender went away');
  }
  assert.is(await codeOf(storage.put(stream(randomBytes(100), randomBytes(100)), 199)), 'too_large');
  assert.is(await codeOf(storage.put(broken(), MB)), 'upload_broken');
  assert.is(
    await codeOf(
      storage.put(stream('x'), MB, async ({ sha256 }) => {
        assert.is(sha256, hashOf('x'));
        throw new Refusal('id_reused');
      }),
    ),
    'id_reused',
  );
  assert.equal(all(), []);
});

test('reading stops at the limit', async () => {
  let given = 0;
  const source = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc((given += 1000) && 1000);
    })(),
  );
  assert.is(await codeOf(storage.put(source, 10_000)), 'too_large');
  assert.ok(source.destroyed);
  assert.ok(given < 100_000, `${given} bytes were read`);
});

test('a full disk: a clear refusal, nothing left, and it works again when there is room', async () => {
  if (!mounts(dir)) return void process.stdout.write('skipped: a full disk (no tmpfs can be mounted here)\n');
  try {
    assert.is(await codeOf(storage.put(stream(randomBytes(2 * MB)), 25 * MB)), 'storage_full');
    assert.equal(all(), []);
    const { sha256 } = await storage.put(stream(randomBytes(MB / 2)), 25 * MB);
    assert.equal(all(), [`${sha256.slice(0, 2)}/${sha256}`]);
    assert.is(await codeOf(storage.put(stream(randomBytes(MB)), 25 * MB)), 'storage_full');
    assert.ok(await storage.open(sha256).then((opened) => opened?.destroy()));
  } finally {
    execFileSync('umount', ['-l', dir]);
  }
});

/** A disk of one megabyte, where this user may have one. */
function mounts(at: string): boolean {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('only what is older is listed and removed: bytes put again meanwhile stay', async () => {
  const { sha256 } = await storage.put(stream('kept or not'), MB);
  const path = join(dir, sha256.slice(0, 2), sha256);
  const hourAgo = new Date(Date.now() - 3_600_000);
  const listed = async (before: Date) => await gathered(storage.list(before));
  assert.equal(await listed(hourAgo), []);
  utimesSync(path, new Date(0), new Date(0));
  assert.equal(await listed(hourAgo), [sha256]);
  await storage.put(stream('kept or not'), MB);
  assert.is(await storage.remove(sha256, hourAgo), false);
  assert.is(readFileSync(path, 'utf8'), 'kept or not');
  assert.is(await storage.remove(sha256, long), true);
  assert.is(await storage.remove(sha256, long), false);
  assert.equal(all(), []);
});

test('bytes are never lost between being put and being removed, in whatever order that happens', async () => {
  for (let i = 0; i < 40; i += 1) {
    const { sha256 } = await storage.put(stream('contested'), MB);
    utimesSync(join(dir, sha256.slice(0, 2), sha256), new Date(0), new Date(0));
    const [, again] = await Promise.all([storage.remove(sha256, new Date(Date.now() - 60_000)), storage.put(stream('contested'), MB)]);
    assert.is(await read(again.sha256), 'contested', `round ${i}`);
  }
});

test('what killed uploads have left is swept once it is old; a removal that was killed has decided nothing', async () => {
  const { sha256 } = await storage.put(stream('named'), MB);
  const path = join(dir, sha256.slice(0, 2), sha256);
  const tmp = (name: string) => join(dir, 'tmp', name);
  writeFileSync(tmp('new-1'), 'left over');
  writeFileSync(tmp('new-2'), 'still coming in');
  utimesSync(tmp('new-1'), new Date(0), new Date(0));
  writeFileSync(tmp(`${sha256}-1`), readFileSync(path));
  rmSync(path);
  await storage.sweep(new Date(Date.now() - 3_600_000));
  assert.equal(all().sort(), [`${sha256.slice(0, 2)}/${sha256}`, 'tmp/new-2'].sort());
  assert.ok(existsSync(path));
});

test('a folder that is not there yet has nothing in it', async () => {
  assert.equal(await gathered(storage.list(long)), []);
  await storage.sweep(long);
  assert.is(await storage.remove(hashOf('x'), long), false);
});

test.run();
