import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDatabase } from '../db.ts';
import { entriesOf, envOf, manifestIn, operate, rowsIn, withDatabase } from './backups.ts';
import { freshPlace, SECRET } from './harness.ts';
import { cleanUp, folder, start, stop } from './program.ts';

/** Backups that go from an older program to this one, and from one kind of database to the other. */
const backups = folder();
test.after(cleanUp);

/** Rows as the version before documents were authored here wrote them. */
const BEFORE = readFileSync(join(import.meta.dirname, 'before-authoring.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { table: string; row: Record<string, unknown> });
const THEN = '20261124140000-mail-and-files';

test('a backup of an older program is brought up to date as its database would have been', async () => {
  const old = await freshPlace();
  const database = await openDatabase(old);
  const em = database.orm.em.fork();
  const tables = await em.execute<{ name: string }[]>("select tablename as name from pg_tables where schemaname = 'public'");
  for (const { name } of tables) await em.execute(name === 'mikro_orm_migrations' ? `delete from ${name}` : `drop table "${name}" cascade`);
  await database.orm.migrator.up({ to: THEN });
  for (const { table, row } of BEFORE)
    await em.execute(`insert into "${table}" select * from jsonb_populate_record(null::"${table}", ?::jsonb)`, [JSON.stringify(row)]);
  await database.close();

  const file = join(backups, 'old.tgz');
  const env = { ...envOf(old), SECRET };
  const made = await operate(['backup', file], env);
  assert.is(made.code, 0, made.said);
  assert.is(manifestIn(await entriesOf(file)).migrations.at(-1), THEN);
  const [last] = await withDatabase(old, (one) =>
    one.execute<{ name: string }[]>('select name from mikro_orm_migrations order by id desc limit 1'),
  );
  assert.is(last?.name, THEN, 'a backup changes nothing');
  const looked = await operate(['doctor'], env);
  assert.is(looked.code, 0, looked.said);
  assert.match(looked.said, /warning {2}Tables: \S+-authoring, \S+-payments to come\. Back up, and start this version/);

  // The place is up to date already, and empty: older tables are made in it, and brought up to date again.
  const place = await freshPlace();
  await (await openDatabase(place)).close();
  const restored = await operate(['restore', file], { ...envOf(place), SECRET });
  assert.is(restored.code, 0, restored.said);
  await (await openDatabase(old)).close();
  assert.equal(await rowsIn(place), await rowsIn(old));
  const healthy = await operate(['doctor'], { ...envOf(place), SECRET });
  assert.match(healthy.said, /ok {7}Tables: up to date/);
  await old.remove();
  await place.remove();
});

if (process.env['TEST_DATABASE_URL']) {
  test('what was embedded moves to PostgreSQL with its secret, and back', async () => {
    const embedded = { databaseUrl: null, dataDir: folder() };
    const server = await start({ DATA_DIR: embedded.dataDir, STRIPE_URL: 'http://127.0.0.1:9' });
    await stop(server);
    const file = join(backups, 'embedded.tgz');
    const made = await operate(['backup', file], { DATA_DIR: embedded.dataDir });
    assert.is(made.code, 0, made.said);

    const place = await freshPlace();
    const env = { DATA_DIR: place.dataDir, DATABASE_URL: place.databaseUrl ?? '', DEMO: '0', STRIPE_URL: 'http://127.0.0.1:9' };
    const unknown = await operate(['restore', file], { ...env, SECRET });
    assert.is(unknown.code, 1);
    assert.match(unknown.said, /SECRET is another one.*It is inside, as the entry "secret"/);
    const secret = String((await entriesOf(file)).get('secret')).trim();
    assert.not.ok(unknown.said.includes(secret));
    const restored = await operate(['restore', file], { ...env, SECRET: secret });
    assert.is(restored.code, 0, restored.said);
    assert.equal(await rowsIn(place), await rowsIn(embedded));

    const moved = await start({ ...env, SECRET: secret });
    const link = new URL(/Client: invoice +(\S+)/.exec(server.output())?.[1] ?? '').pathname;
    assert.is((await fetch(`${moved.url}${link}`)).status, 200);
    await stop(moved);

    const back = { databaseUrl: null, dataDir: join(folder(), 'data') };
    const again = join(backups, 'postgresql.tgz');
    assert.is((await operate(['backup', again], { ...env, SECRET: secret })).code, 0);
    const returned = await operate(['restore', again], { DATA_DIR: back.dataDir, SECRET: secret });
    assert.is(returned.code, 0, returned.said);
    assert.equal(await rowsIn(back), await rowsIn(place));
    await place.remove();
  });
} else process.stdout.write('skipped: from one kind of database to the other (set TEST_DATABASE_URL)\n');

test.run();
