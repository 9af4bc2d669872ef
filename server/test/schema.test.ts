import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDatabase } from '../db.ts';
import { freshPlace } from './harness.ts';

test('the migrations make exactly the tables the entities describe', async () => {
  const place = await freshPlace();
  const database = await openDatabase(place);
  try {
    const sql = await database.orm.schema.getUpdateSchemaSQL();
    const statements = sql.split('\n').filter((line) => line.trim() !== '' && !/^set |mikro_orm_migrations/.test(line));
    assert.equal(statements, []);
  } finally {
    await database.close();
    await place.remove();
  }
});

test.run();
