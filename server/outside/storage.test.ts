import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../shared/refusal.ts';
import { openStore } from '../test/s3-store.ts';
import { openS3 } from './s3/index.ts';
import { openFolder, placeOf, type FileStorage } from './storage.ts';

/** A storage, and what the tests must see of it from behind. */
interface Opened {
  storage: FileStorage;
  /** The hash of every object that is kept, one for each. */
  kept(): string[];
  /** What lies where uploads become whole. */
  coming(): string[];
  /** Says that these bytes were put long ago. */
  age(sha256: string): void;
  close(): Promise<void>;
}

const KINDS: { readonly [name: string]: (dir: string) => Promise<Opened> } = {
  async 'a folder'(dir) {
    return {
      storage: openFolder(dir),
      kept: () => all(dir).flatMap((path) => (path.startsWith('tmp/') ? [] : [path.slice(3)])),
      coming: () => all(dir).filter((path) => path.startsWith('tmp/')),
      age: (sha256) => utimesSync(join(dir, placeOf(sha256)), new Date(0), new Date(0)),
      close: async () => {},
    };
  },
  async S3(dir) {
    const store = await openStore();
    return {
      // Two a page: what is listed over several pages is the rule, not the exception.
      storage: openS3(store.place, { spoolDir: dir, logger: pino({ level: 'silent' }), pageSize: 2 }),
      kept: () => store.keys().map((key) => key.slice(3, 67)),
      coming: () => (existsSync(dir) ? readdirSync(dir) : []),
      age: (sha256) => {
        for (const key of store.keys()) if (key.includes(sha256)) store.writtenAt(key, new Date(0));
      },
      close: () => store.close(),
    };
  },
};

const MB = 1024 * 1024;
const long = new Date(Date.now() + 3_600_000);
const hourAgo = new Date(Date.now() - 3_600_000);
const stream = (...chunks: (string | Buffer)[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const hashOf = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
/** Every file of a folder, by its path in it. */
const all = (dir: string) => globSync('**/*', { cwd: dir }).filter((path) => statSync(join(dir, path)).isFile());
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

async function gathered(lists: AsyncIterable<string[]>): Promise<string[]> {
  const found: string[] = [];
  for await (const some of lists) found.push(...some);
  return found.sort();
}

async function read(storage: FileStorage, sha256: string, range?: { start: number; end: number }): Promise<string | null> {
  const opened = await storage.open(sha256, range);
  return opened && Buffer.concat(await opened.toArray()).toString();
}

/** A test that has a folder of its own, which need not be there yet. */
function inFolder(name: string, work: (dir: string) => Promise<void>): void {
  test(name, async () => {
    const above = mkdtempSync(join(tmpdir(), 'wd-storage-'));
    await work(join(above, 'files')).finally(() => rmSync(above, { recursive: true, force: true }));
  });
}

for (const [kind, open] of Object.entries(KINDS)) {
  const holds = (name: string, work: (opened: Opened) => Promise<void>) =>
    inFolder(`${kind}: ${name}`, async (dir) => {
      const opened = await open(dir);
      await work(opened).finally(() => opened.close());
    });

  holds('bytes come back as they went in, whole and in part', async ({ storage, kept, coming }) => {
    const stored = await storage.put(stream('hello ', 'world'), MB);
    assert.equal(stored, { sha256: hashOf('hello world'), bytes: 11 });
    assert.equal([kept(), coming()], [[stored.sha256], []]);
    assert.is(await read(storage, stored.sha256), 'hello world');
    assert.is(await read(storage, stored.sha256, { start: 6, end: 8 }), 'wor');
    assert.is(await read(storage, stored.sha256, { start: 6, end: 100 }), 'world');
    assert.is(await read(storage, stored.sha256, { start: 11, end: 100 }), '');
    assert.is(await storage.open(hashOf('nothing')), null);
    assert.equal(await storage.put(stream(), MB), { sha256: hashOf(''), bytes: 0 });
    assert.is(await read(storage, hashOf('')), '');
  });

  holds('what is as large as a file may be goes in and comes out byte for byte', async ({ storage }) => {
    const parts = Array.from({ length: 25 }, () => randomBytes(MB));
    const { sha256, bytes } = await storage.put(Readable.from(parts), 25 * MB);
    assert.is(bytes, 25 * MB);
    const hash = createHash('sha256');
    for await (const chunk of (await storage.open(sha256)) ?? []) hash.update(chunk as Buffer);
    assert.is(hash.digest('hex'), sha256);
  });

  holds('a name is a hash and nothing else', async ({ storage }) => {
    for (const name of ['../../x', 'x', '', `${'a'.repeat(62)}/.`]) assert.match(await codeOf(storage.open(name)), /SHA-256/);
  });

  holds('the same bytes twice, at once too, are one file', async ({ storage, kept }) => {
    const bytes = randomBytes(200_000);
    const twice = await Promise.all([storage.put(stream(bytes), MB), storage.put(stream(bytes), MB)]);
    assert.equal(twice[0], twice[1]);
    await storage.put(stream(bytes), MB);
    assert.equal(kept(), [hashOf(bytes)]);
  });

  holds('whatever goes wrong leaves nothing behind', async ({ storage, kept, coming }) => {
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
          assert.equal(kept(), []);
          throw new Refusal('id_reused');
        }),
      ),
      'id_reused',
    );
    assert.equal([kept(), coming()], [[], []]);
  });

  holds('reading stops at the limit', async ({ storage }) => {
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

  holds('only what is older is listed and removed: bytes put again meanwhile stay', async ({ storage, kept, age }) => {
    const { sha256 } = await storage.put(stream('kept or not'), MB);
    assert.equal(await gathered(storage.list(hourAgo)), []);
    age(sha256);
    assert.equal(await gathered(storage.list(hourAgo)), [sha256]);
    await storage.put(stream('kept or not'), MB);
    assert.equal(await gathered(storage.list(hourAgo)), []);
    assert.is(await storage.remove(sha256, hourAgo), false);
    assert.is(await read(storage, sha256), 'kept or not');
    assert.is(await storage.remove(sha256, long), true);
    assert.is(await storage.remove(sha256, long), false);
    assert.is(await storage.open(sha256), null);
    assert.equal(kept(), []);
  });

  holds('all that is old is listed, once each, and nothing else', async ({ storage, age }) => {
    const names: string[] = [];
    for (let i = 0; i < 9; i += 1) names.push((await storage.put(stream(`file ${i}`), MB)).sha256);
    const old = names.slice(0, 7).sort();
    for (const sha256 of old) age(sha256);
    assert.equal(await gathered(storage.list(hourAgo)), old);
    assert.equal(await gathered(storage.list(long)), names.sort());
  });

  holds('bytes are never lost between being put and being removed, in whatever order that happens', async ({ storage, age }) => {
    for (let i = 0; i < 20; i += 1) {
      const { sha256 } = await storage.put(stream('contested'), MB);
      age(sha256);
      const [, again] = await Promise.all([storage.remove(sha256, hourAgo), storage.put(stream('contested'), MB)]);
      assert.is(await read(storage, again.sha256), 'contested', `round ${i}`);
    }
  });

  holds('one that has nothing yet', async ({ storage }) => {
    assert.equal(await gathered(storage.list(long)), []);
    await storage.sweep(long);
    assert.is(await storage.remove(hashOf('x'), long), false);
  });
}

inFolder('a folder is for its user only', async (dir) => {
  const { sha256 } = await openFolder(dir).put(stream('hello'), MB);
  assert.equal(all(dir), [placeOf(sha256)]);
  assert.is(statSync(dir).mode & 0o777, 0o700);
  assert.is(statSync(join(dir, placeOf(sha256))).mode & 0o777, 0o600);
});

inFolder('a full disk: a clear refusal, nothing left, and it works again when there is room', async (dir) => {
  if (!mounts(dir)) return void process.stdout.write('left out: a full disk (no tmpfs can be mounted here)\n');
  const storage = openFolder(dir);
  try {
    assert.is(await codeOf(storage.put(stream(randomBytes(2 * MB)), 25 * MB)), 'storage_full');
    assert.equal(all(dir), []);
    const { sha256 } = await storage.put(stream(randomBytes(MB / 2)), 25 * MB);
    assert.equal(all(dir), [placeOf(sha256)]);
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

inFolder('what killed uploads have left is swept once it is old; a removal that was killed has decided nothing', async (dir) => {
  const storage = openFolder(dir);
  const { sha256 } = await storage.put(stream('named'), MB);
  const path = join(dir, placeOf(sha256));
  const tmp = (name: string) => join(dir, 'tmp', name);
  writeFileSync(tmp('new-1'), 'left over');
  writeFileSync(tmp('new-2'), 'still coming in');
  utimesSync(tmp('new-1'), new Date(0), new Date(0));
  writeFileSync(tmp(`${sha256}-1`), readFileSync(path));
  rmSync(path);
  await storage.sweep(hourAgo);
  assert.equal(all(dir).sort(), [placeOf(sha256), 'tmp/new-2'].sort());
  assert.ok(existsSync(path));
});

test.run();
