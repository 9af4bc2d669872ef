import { globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check, mustBeEmpty, restore } from '../backup/restore.ts';
import { openDatabase } from '../db.ts';
import { openFolder, type FileStorage } from '../outside/storage.ts';
import { emptyPlace, entriesOf, openSource, operate, reseal, rowsIn, tracesIn, withSecret, type Source } from './backups.ts';
import { freshPlace } from './harness.ts';
import { cleanUp, folder } from './program.ts';

/** Whatever goes wrong on the way leaves nothing half done. */
const backups = folder();
const good = join(backups, 'good.tgz');
const never = new AbortController().signal;
let source: Source;

test.before(async () => {
  source = await openSource(good);
});
test.after(async () => {
  cleanUp();
  await source.close();
});

test('rows that do not fit leave nothing, and are not quoted', async () => {
  const file = join(backups, 'unfit.tgz');
  const entries = await entriesOf(good);
  const links = String(entries.get('tables/links.jsonl')).replaceAll(/"[0-9a-f]{8}-/g, '"00000000-');
  await reseal(file, new Map([...entries, ['tables/links.jsonl', Buffer.from(links)]]));
  await check(file, never);
  const place = await emptyPlace();
  const refused = await operate(['restore', file], withSecret(place));
  assert.equal([refused.code, await tracesIn(place)], [1, []]);
  assert.match(refused.said, /The rows of links do not fit into the database \(23503, links_deal_id_foreign\)\.\n$/);
  await place.remove();
});

test('a storage that fails half way leaves nothing: no row, and none of the files that were put', async () => {
  const place = await freshPlace();
  const database = await openDatabase({ ...place, asItIs: true });
  const files = openFolder(join(place.dataDir, 'files'));
  let puts = 0;
  const failing: FileStorage = {
    ...files,
    put: (...args) => ((puts += 1) === 3 ? Promise.reject(new Error('no room')) : files.put(...args)),
  };
  const checked = await check(good, never);
  const parts = { database, storage: failing, logger: pino({ level: 'silent' }), signal: never, newSecret: false };
  await mustBeEmpty({ ...parts, leftOver: false });
  const error = await restore(checked, parts, () => {}).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.match(String(error), /no room/);
  assert.is(puts, 3);
  assert.equal(
    globSync('files/**/*', { cwd: place.dataDir, withFileTypes: true }).filter((one) => one.isFile()),
    [],
  );
  await database.close();
  for (const [table, rows] of await rowsIn(place)) assert.equal(rows, [], table);
  // It is still a place to restore into.
  const again = await operate(['restore', good], withSecret(place));
  assert.is(again.code, 0, again.said);
  assert.equal(await rowsIn(place), await rowsIn(source.place));
  await place.remove();
});

test('a file that is missing where files are kept is named, and the rest is saved and brought back', async () => {
  const [lost = '', damaged = ''] = globSync('??/*', { cwd: source.app.filesDir }).map((path) => join(source.app.filesDir, path));
  rmSync(lost);
  writeFileSync(damaged, 'something else');
  const file = join(backups, 'lost.tgz');
  const made = await operate(['backup', file], withSecret(source.place));
  assert.is(made.code, 1);
  const nameOf = (path: string) => path.split('/').at(-1) ?? '';
  assert.match(made.said, new RegExp(`Lost {6}file\\.txt \\(${nameOf(lost)}\\) is not where files are kept`));
  assert.match(made.said, new RegExp(`Lost {6}file\\.txt \\(${nameOf(damaged)}\\) is damaged`));
  assert.match(made.said, /Files {5}1 /);
  const place = await freshPlace();
  const restored = await operate(['restore', file], withSecret(place));
  assert.is(restored.code, 1);
  for (const what of [/was missing when the backup was made\n/, /was damaged when the backup was made\n/, /^Restored /m])
    assert.match(restored.said, what);
  assert.equal(await rowsIn(place), await rowsIn(source.place));
  assert.is(globSync('files/??/*', { cwd: place.dataDir }).length, 1);
  await place.remove();
});

test('a backup that cannot be finished leaves no half one, and one that is being written is not written over', async () => {
  const nowhere = await operate(['backup', join(backups, 'no such folder', 'x.tgz')], withSecret(source.place));
  assert.is(nowhere.code, 1);
  const file = join(backups, 'part.tgz');
  writeFileSync(`${file}.part`, 'of another one');
  const busy = await operate(['backup', file], withSecret(source.place));
  assert.match(busy.said, /part\.tgz\.part is there: another backup is being written, or was killed/);
  assert.equal([busy.code, readFileSync(`${file}.part`, 'utf8')], [1, 'of another one']);
  const empty = await emptyPlace();
  const none = await operate(['backup', join(backups, 'none.tgz')], withSecret(empty));
  assert.match(none.said, empty.databaseUrl ? /There is nothing in the database yet/ : /There is no database in/);
  assert.equal(
    readdirSync(backups).filter((name) => /none|^backup-/.test(name)),
    [],
  );
  await empty.remove();
});

test.run();
