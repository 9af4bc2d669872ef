import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTracked, type Tracked } from '../commit/tracked.ts';
import { allOf, type Em } from '../db.ts';
import { BlobSchema, ClientSchema, DealSchema, DocumentSchema, VisitSchema } from '../entities/index.ts';
import { issued } from './doors.ts';
import { startApp } from './harness.ts';

/** What commands have changed of what they have loaded, on a real database. */

const app = await startApp();
const deals = await Promise.all(['Anne', 'Bruno', 'Chloé'].map((name) => issued(app, 'quote', { client: { name } })));
const ids = deals.map((made) => made.deal);

test.after(() => app.close());

const rows = (sql: string, values: unknown[] = []) => app.em().execute<Record<string, unknown>[]>(sql, values);
const within = <T>(work: (tracked: Tracked, em: Em) => Promise<T>) =>
  app.em().transactional(async (tx) => work(createTracked(tx as Em), tx as Em));
const loadClients = (tracked: Tracked) =>
  tracked.find.by(ClientSchema, 'where id in (select client_id from deals where id = any($1::uuid[])) order by name', [ids]);

test('what was changed is written, in its depths too, and nothing else of the row', async () => {
  await within(async (tracked, em) => {
    const [anne, bruno] = await loadClients(tracked);
    if (!anne || !bruno) throw new Error('two clients are needed');
    await em.execute("update clients set vat_id = 'FR1' where name = 'Anne'");
    anne.identity.name = 'Anne d\'Été \\ "x" 🙂';
    bruno.changedAt = new Date('2026-11-30T06:00:00.123Z');
    assert.ok(tracked.isChanged(anne));
    await tracked.write();
  });
  const [anne, bruno, chloe] = await rows('select name, vat_id, identity, changed_at from clients order by name');
  assert.is((anne?.['identity'] as { name: string }).name, 'Anne d\'Été \\ "x" 🙂');
  assert.is(anne?.['vat_id'], 'FR1');
  assert.is(anne?.['changed_at'], null);
  assert.equal(new Date(String(bruno?.['changed_at'])), new Date('2026-11-30T06:00:00.123Z'));
  assert.is(chloe?.['changed_at'], null);
});

test('each row gets its own values, also where others of its table have changed elsewhere', async () => {
  const big = 2 ** 40 + 1;
  await within(async (tracked) => {
    const [first, second, third] = await tracked.find.in(DocumentSchema, 'deal', ids, { orderBy: ['number'] });
    if (!first || !second || !third) throw new Error('three documents are needed');
    first.paid = big;
    second.paid = 7;
    second.validUntil = null;
    third.lastViewedAt = new Date(0);
    await tracked.write();
  });
  const found = await rows(
    "select paid, valid_until is null as endless, last_viewed_at = 'epoch' as viewed from documents order by number",
  );
  assert.equal(
    found.map((row) => [Number(row['paid']), row['endless'], row['viewed']]),
    [
      [big, false, null],
      [7, true, null],
      [0, false, true],
    ],
  );
});

test('a row is one object, however often and by whatever way it is read, and stays changed', async () => {
  await within(async (tracked) => {
    const [clients] = await allOf([loadClients(tracked), tracked.find.in(DealSchema, 'id', ids)]);
    const [anne] = clients;
    if (!anne) throw new Error('a client is needed');
    anne.name = 'Anne again';
    const again = await tracked.find.in(ClientSchema, 'id', [anne.id]);
    assert.is(again[0], anne);
    assert.ok(tracked.isChanged(anne));
    assert.ok(clients.slice(1).every((one) => !tracked.isChanged(one)));
    anne.name = 'Anne';
    assert.not(tracked.isChanged(anne));
    assert.ok(tracked.isChanged({ ...anne }), 'of what was not read here nobody knows how it was');
  });
});

test('what is removed goes at the end; what was not read here is left to others', async () => {
  const [made] = deals;
  const visit = randomUUID();
  const link = app.tokens.read('link', made?.token ?? '');
  await rows('insert into visits (id, document_id, link_id, position, at) values (?, ?, ?, 1, now())', [visit, made?.id, link]);
  await within(async (tracked) => {
    const [found] = await tracked.find.in(VisitSchema, 'id', [visit]);
    if (!found) throw new Error('the visit is needed');
    found.name = 'Anne';
    assert.not(tracked.remove({ ...found }));
    assert.ok(tracked.remove(found));
    await tracked.write();
  });
  assert.equal(await rows('select 1 from visits where id = ?', [visit]), []);
});

test('the bytes of a file are read where they are wanted only', async () => {
  await rows("insert into blobs (sha256, media_type, size, bytes, created_at) values ('f', 'text/plain', 1, 'x', now())");
  const [found] = await within((tracked) => tracked.find.by(BlobSchema, "where sha256 = 'f'", []));
  assert.is(found?.size, 1);
  assert.is(found?.bytes, undefined);
});

test.run();
