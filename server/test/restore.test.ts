import { mkdir } from 'node:fs/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../backup/restore.ts';
import {
  emptyPlace,
  entriesOf,
  manifestIn,
  openSource,
  operate,
  reseal,
  rowsIn,
  tracesIn,
  withDatabase,
  withSecret,
  writeEntries,
  type Source,
} from './backups.ts';
import { freshPlace, SECRET } from './harness.ts';
import { cleanUp, folder } from './program.ts';

/** What is no whole backup for this place is refused before anything is touched. */
const backups = folder();
const good = join(backups, 'good.tgz');
let source: Source;
let entries: Map<string, Buffer>;

test.before(async () => {
  source = await openSource(good);
  entries = await entriesOf(good);
});
test.after(async () => {
  cleanUp();
  await source.close();
});

const faultOf = (file: string) =>
  check(file, new AbortController().signal).then(
    () => 'none',
    (error: unknown) => (error as Error).message,
  );

test('a file that was cut off anywhere, or has one byte changed, is refused', async () => {
  const bytes = readFileSync(good);
  const broken = join(backups, 'broken.tgz');
  for (let part = 0; part < 40; part += 1) {
    const at = Math.floor((bytes.length * part) / 40);
    writeFileSync(broken, bytes.subarray(0, at));
    assert.match(await faultOf(broken), /damaged or cut off|not a backup/, `cut at ${at}`);
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at + 20) ^ 0x40, at + 20);
    writeFileSync(broken, changed);
    assert.match(await faultOf(broken), /damaged|not a backup/, `changed at ${at + 20}`);
  }
  writeFileSync(broken, bytes.subarray(0, -1));
  assert.match(await faultOf(broken), /damaged or cut off/);

  const place = await emptyPlace();
  const refused = await operate(['restore', broken], withSecret(place));
  assert.equal([refused.code, await tracesIn(place)], [1, []], refused.said);
  assert.not.match(refused.said, /\n {4}at /);
  await place.remove();
});

test('one that unpacks, but of which something was changed, is missing, is twice or does not belong there, is refused', async () => {
  const changed = join(backups, 'changed.tgz');
  const table = (name: string) => `tables/${name}.jsonl`;
  const file = [...entries.keys()].find((name) => name.startsWith('files/')) ?? '';
  const edit = (name: string, change: (text: string) => string) =>
    [...entries].map(([one, bytes]): [string, Buffer] => [one, one === name ? Buffer.from(change(bytes.toString('utf8'))) : bytes]);
  const cases: [string, [string, Buffer][]][] = [
    ['a row', edit(table('clients'), (text) => text.replace('Anne', 'Anna'))],
    ['a row that is no row', edit(table('clients'), (text) => text.slice(0, -5))],
    ['a row less', edit(table('events'), (text) => text.slice(text.indexOf('\n') + 1))],
    ['the jobs', edit('jobs.jsonl', (text) => `${text}["letter","{}",null,null]\n`)],
    ['a file', edit(file, (text) => text.toUpperCase())],
    ['the manifest', edit('manifest.json', (text) => text.replace('"program"', '"program" '))],
    ['the last word', edit('end.json', () => '{}')],
    ['no last word', [...entries].filter(([name]) => name !== 'end.json')],
    ['no table', [...entries].filter(([name]) => name !== table('payments'))],
    ['no file', [...entries].filter(([name]) => name !== file)],
    ['a file twice', [...entries].flatMap((entry): [string, Buffer][] => (entry[0] === file ? [entry, entry] : [entry]))],
    [
      'a file nobody names',
      [...entries].flatMap((entry): [string, Buffer][] =>
        entry[0] === file ? [entry, [`files/${'0'.repeat(64)}`, Buffer.of()]] : [entry],
      ),
    ],
    ['something more', [...entries, ['more', Buffer.from('x')]]],
    ['another order', [...entries].toReversed()],
  ];
  for (const [what, list] of cases) {
    await writeEntries(changed, list);
    assert.match(await faultOf(changed), /^The backup is damaged: |^This is not a backup/, what);
  }
});

test('another file is no backup; one of a newer program is known as that', async () => {
  const other = join(backups, 'other.tgz');
  writeFileSync(other, 'something else');
  assert.is(await faultOf(other), 'This is not a backup of webdocument.');
  await writeEntries(other, [['etc/passwd', Buffer.from('root')]]);
  assert.is(await faultOf(other), 'This is not a backup of webdocument.');
  await writeEntries(other, [['manifest.json', Buffer.from('{"format":1}')]]);
  assert.is(await faultOf(other), 'This is not a backup of webdocument.');
  assert.match(await faultOf(join(backups, 'nowhere')), /ENOENT/);

  const manifest = manifestIn(entries);
  const newer = async (change: object) => {
    await reseal(other, new Map([...entries, ['manifest.json', Buffer.from(JSON.stringify({ ...manifest, ...change }))]]));
    return faultOf(other);
  };
  assert.is(await newer({}), 'none');
  assert.match(await newer({ format: 2 }), /written by a newer program \(format 2/);
  assert.match(
    await newer({ migrations: [...manifest.migrations, '20990101000000-later'], program: '9.0.0' }),
    /newer program \(9\.0\.0\).*20990101000000-later/,
  );
});

test('a place that is not empty is refused and stays as it is', async () => {
  const before = await rowsIn(source.place);
  const full = await operate(['restore', good], withSecret(source.place));
  assert.is(full.code, 1);
  // Embedded, the server has the folder.
  assert.match(full.said, source.place.databaseUrl ? /has a company already/ : /Another server \(process \d+\) is using/);
  assert.equal(await rowsIn(source.place), before);

  const place = await emptyPlace();
  await mkdir(join(place.dataDir, 'files', 'ab'), { recursive: true });
  writeFileSync(join(place.dataDir, 'files', 'ab', `ab${'0'.repeat(62)}`), 'of somebody');
  const traces = await tracesIn(place);
  const files = await operate(['restore', good], withSecret(place));
  assert.match(files.said, /There are files already/);
  assert.equal([files.code, await tracesIn(place)], [1, traces]);
  await place.remove();
});

test('without the secret of the backup nothing is restored', async () => {
  const place = await emptyPlace();
  const other = await operate(['restore', good], { ...withSecret(place), SECRET: 'another secret, also of thirty-two characters' });
  assert.equal([other.code, await tracesIn(place)], [1, []]);
  assert.match(other.said, /SECRET is another one.*It is not inside/);
  const none = await operate(['restore', good], { DATA_DIR: place.dataDir });
  assert.equal([none.code, await tracesIn(place)], [1, []]);
  assert.match(none.said, /SECRET is not set/);
  for (const said of [other.said, none.said]) assert.not.ok(said.includes(SECRET));
  await place.remove();

  // Where it is lost for ever, the rows are not.
  const fresh = await freshPlace();
  const env = { ...withSecret(fresh), SECRET: 'another secret, also of thirty-two characters' };
  const anew = await operate(['restore', '--new-secret', good], env);
  assert.is(anew.code, 0, anew.said);
  assert.match(anew.said, /Secret {4}another one, as SECRET says\. Links, API keys and webhook secrets from before do not work any more/);
  const [rows, before] = [await rowsIn(fresh), await rowsIn(source.place)];
  assert.equal(rows.get('documents'), before.get('documents'));
  assert.equal([rows.get('stripe_keys'), before.get('stripe_keys')?.length], [[], 1], 'what only the old secret opens is gone');
  await fresh.remove();
});

test('what JSON or a driver would bend comes back as it was: large numbers, infinity, bytes, odd characters', async () => {
  await withDatabase(source.place, async (em) => {
    await em.execute('update companies set file_bytes = 9223372036854775807');
    await em.execute("insert into counters select id, 'quote', -44, 2147483647, '-infinity' from companies");
    await em.execute("insert into counters select id, 'order', 44, 1, '0044-03-15 BC' from companies");
    const odd = `\t\n\r\\"' \u2028 é 𝄞 {"a": [null]}`;
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await em.execute("insert into blobs values ('odd', ?, 0, ?, 'infinity')", [odd, bytes]);
    const answer = `{"n": 12345678901234567890.1200, "s": ${JSON.stringify(odd)}}`;
    await em.execute("insert into command_records values (?, gen_random_uuid(), '', ?::jsonb, '0001-01-01 00:00:00.001 BC')", [
      odd,
      answer,
    ]);
  });
  const file = join(backups, 'odd.tgz');
  const made = await operate(['backup', file], withSecret(source.place));
  assert.is(made.code, 0, made.said);
  const place = await freshPlace();
  const restored = await operate(['restore', file], withSecret(place));
  assert.is(restored.code, 0, restored.said);
  const [before, after] = [await rowsIn(source.place), await rowsIn(place)];
  assert.ok(before.get('blobs')?.some((row) => row.includes('infinity') && row.includes('𝄞')));
  assert.ok(before.get('counters')?.some((row) => row.includes('BC')));
  assert.ok(before.get('command_records')?.some((row) => row.includes('12345678901234567890.1200')));
  assert.equal(after, before);
  await place.remove();
});

test.run();
