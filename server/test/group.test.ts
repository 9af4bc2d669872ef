import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../shared/refusal.ts';
import type { Acting } from '../commands/scope.ts';
import type { App } from '../app.ts';
import { isAway, query, type Em } from '../db.ts';
import { issued, until, type Made } from './doors.ts';
import { startApp } from './harness.ts';

/** Commands that are committed together, on a real database. */

const app = await startApp();
const deals: Made[] = [];
for (let i = 0; i < 12; i += 1) deals.push(await issued(app, 'quote', { client: { name: `Client ${i}` } }));

test.after(() => app.close());

const facts = { ip: null, userAgent: 'test', pdf: null };

/** Whoever holds the link of a deal. */
function holder(made: Made): Acting {
  const link = app.tokens.read('link', made.token) ?? '';
  return { as: 'link', company: app.company, deal: made.deal, link, contact: null, browser: 'b' };
}

function message(made: Made, options: { name?: string | null; text?: string; id?: string; acting?: Acting; on?: App } = {}) {
  const { name = 'Anne', text = 'Hello', id = randomUUID(), acting = holder(made), on = app } = options;
  const input = { document: made.id, text, notify: false, name, files: [], proposal: null, readUpTo: 0 };
  return on.execute({ name: 'postMessage', id, input, acting, facts });
}

function view(made: Made, visit: string) {
  return app.execute({ name: 'recordView', id: randomUUID(), input: { document: made.id, visit }, acting: holder(made), facts });
}

const codeOf = (error: unknown) => (error instanceof Refusal ? error.code : String(error));

/** How many transactions of commands were committed, and how many commands in them. */
async function groups(): Promise<{ count: number; commands: number }> {
  const text = await app.metrics.text();
  const read = (what: string) => Number(new RegExp(`webdocument_commit_group_size_${what} (\\d+)`).exec(text)?.[1]);
  return { count: read('count'), commands: read('sum') };
}

async function rows<T extends object>(sql: string, params: unknown[] = []): Promise<T[]> {
  return app.em().execute<T[]>(sql, params);
}

async function messagesOf(made: Made): Promise<string[]> {
  const found = await rows<{ text: string }>('select text from messages where deal_id = ? order by seq', [made.deal]);
  return found.map((row) => row.text);
}

/** The log has no gap, neither in the company nor in any of its deals. */
async function gapless(): Promise<void> {
  const [of] = await rows<{ ok: boolean }>(
    `select c.seq = count(e.*) and c.seq = max(e.seq) as ok from companies c join events e on e.company_id = c.id where c.id = ? group by c.seq`,
    [app.company],
  );
  assert.ok(of?.ok, 'the log of the company has a gap');
  const gaps = await rows(
    `select d.id from deals d left join events e on e.deal = d.id group by d.id, d.seq
     having d.seq <> count(e.*) or d.seq <> coalesce(max(e.deal_seq), 0)`,
  );
  assert.equal(gaps, [], 'the log of a deal has a gap');
}

test('what arrives at once is committed together, with everything that belongs to it', async () => {
  await Promise.all(deals.map((made) => message(made)));
  const before = await groups();
  await rows("delete from pgboss.job where name = 'conversation'");
  const answers = await Promise.all(deals.map((made) => message(made, { text: 'Together' })));
  const after = await groups();
  assert.is(after.commands - before.commands, deals.length);
  assert.ok(after.count - before.count <= 2, `${after.count - before.count} transactions`);
  for (const [i, made] of deals.entries()) {
    const [last] = (await messagesOf(made)).slice(-1);
    assert.is(last, 'Together');
    const [deal] = await rows<{ seq: string }>('select seq from deals where id = ?', [made.deal]);
    assert.is(answers[i]?.seq, Number(deal?.seq));
  }
  // Each has its job, in the same transaction.
  assert.is((await rows("select 1 from pgboss.job where name = 'conversation'")).length, deals.length);
  await gapless();
});

test('the same id twice at once is done once and answered twice; other words under it are refused', async () => {
  const [first, second] = deals;
  if (!first || !second) throw new Error('two deals are needed');
  const id = randomUUID();
  const [one, two, other] = await Promise.all([
    message(first, { id, text: 'Once' }),
    message(first, { id, text: 'Once' }),
    message(first, { id, text: 'Something else' }).catch(codeOf),
    message(second, { text: 'Beside it' }),
  ]);
  assert.equal([one?.repeated, two?.repeated, one?.seq], [false, true, two?.seq]);
  assert.is(other, 'id_reused');
  assert.is((await messagesOf(first)).filter((text) => text === 'Once').length, 1);
  assert.not.ok((await messagesOf(first)).includes('Something else'));
  await gapless();
});

test('one that is refused, before or after it has changed something, or is not to the database’s taste, harms no neighbour', async () => {
  const [unnamed, gone, ...rest] = deals;
  const [twice, again, ...good] = rest;
  if (!unnamed || !gone || !twice || !again) throw new Error('more deals are needed');
  const nobody: Acting = { ...holder(unnamed), browser: 'another' } as Acting;
  const people = await rows('select 1 from people where deal_id = ?', [unnamed.deal]);
  const visit = randomUUID();
  const outcomes = await Promise.all([
    // Makes a person, then misses the name: what it has made must not be written with the others.
    message(unnamed, { acting: nobody, name: null, text: 'Never' }).catch(codeOf),
    // Refused before anything is changed.
    app
      .execute({ name: 'holdQuote', id: randomUUID(), input: { document: gone.id, nonsense: 1 }, acting: holder(gone), facts })
      .catch(codeOf),
    // The same visit in two deals: a key that is there once only, which the database alone finds.
    view(twice, visit).then(
      () => 'viewed',
      () => 'not viewed',
    ),
    view(again, visit).then(
      () => 'viewed',
      () => 'not viewed',
    ),
    ...good.map((made) => message(made, { text: 'A good neighbour' }).then(() => 'done')),
  ]);
  assert.is(outcomes[0], 'name_required');
  assert.is(outcomes[1], 'invalid_input');
  assert.equal(outcomes.slice(2, 4).sort(), ['not viewed', 'viewed']);
  assert.equal(
    outcomes.slice(4),
    good.map(() => 'done'),
  );
  assert.is((await rows('select 1 from people where deal_id = ?', [unnamed.deal])).length, people.length);
  for (const made of good) assert.is((await messagesOf(made)).at(-1), 'A good neighbour');
  await gapless();
});

test('a deal that somebody outside holds keeps nobody else waiting, and is done when it is free', async () => {
  // On the embedded database all share one session: there is nobody outside.
  if (app.database.embedded) return;
  const [blocked, unnamed, ...others] = deals;
  if (!blocked || !unnamed) throw new Error('more deals are needed');
  const outside = app.em();
  await outside.begin();
  await outside.execute('select 1 from deals where id = ? for update', [blocked.deal]);
  const begun = performance.now();
  let freed = false;
  const waits = message(blocked, { text: 'At last' }).then(() => freed);
  const after = message(blocked, { text: 'And after it' });
  // One that spoils their group: the others go again, and still without the one that is held.
  const spoils = message(unnamed, { acting: { ...holder(unnamed), browser: 'a third' } as Acting, name: null }).catch(codeOf);
  await Promise.all(others.map((made) => message(made, { text: 'Meanwhile' })));
  assert.is(await spoils, 'name_required');
  const took = performance.now() - begun;
  freed = true;
  await outside.rollback();
  assert.ok(await waits, 'it was done while its deal was held');
  await after;
  assert.ok(took < 3000, `the others waited ${took} ms`);
  assert.equal((await messagesOf(blocked)).slice(-2), ['At last', 'And after it']);
  await gapless();
});

test('a client is changed while a deal of it gets a row that names it, and neither waits for the other in a circle', async () => {
  // On the embedded database there is nobody outside.
  if (app.database.embedded) return;
  const [made] = deals;
  const [of] = await rows<{ client: string }>('select client_id as client from deals where id = ?', [made?.deal]);
  if (!made || !of) throw new Error('a deal is needed');
  const outside = app.em();
  await outside.begin();
  await outside.execute('select 1 from deals where id = ? for update', [made.deal]);
  const profile = { name: 'Changed', legalName: null, siren: null, siret: null, vatId: null, address: null, contacts: [] };
  const changed = app.execute({ name: 'saveClient', id: randomUUID(), input: { client: of.client, profile }, acting: app.owner, facts });
  // It holds the client, and waits for the deal.
  await until(
    async () => (await rows("select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()")).length > 0,
    'the command waits',
  );
  const named = await outside
    .execute("set local lock_timeout = '500ms'")
    .then(() =>
      outside.execute(
        `insert into contacts (id, client_id, name, created_at, reminders) values (gen_random_uuid(), ?, 'Anne', now(), true)`,
        [of.client],
      ),
    )
    .then(() => 'written', String);
  await (named === 'written' ? outside.commit() : outside.rollback());
  await changed;
  assert.is(named, 'written');
  assert.equal(await rows('select name from clients where id = ?', [of.client]), [{ name: 'Changed' }]);
});

test('statements of commands are kept prepared, and a connection that is lost takes no place of the pool with it', async () => {
  // The embedded database has one session, and cannot be lost.
  if (app.database.embedded) return;
  await Promise.all(deals.map((made) => message(made)));
  const prepared = () =>
    app.em().transactional(async (tx) => {
      await query(tx as Em, 'select id from deals where id = any($1::uuid[])', [[]]);
      return query<{ name: string; statement: string }>(tx as Em, 'select name, statement from pg_prepared_statements where $1', [true]);
    });
  assert.ok((await prepared()).some(({ statement }) => statement === 'select id from deals where id = any($1::uuid[])'));

  const held = Array.from({ length: 3 }, () => app.em());
  for (const em of held) await em.begin();
  assert.is(app.database.connections().used, 3);
  const admin = new pg.Client(app.database.address);
  await admin.connect();
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await admin.end();
  for (const em of held) {
    assert.ok(isAway(await em.execute('select 1').catch((error: unknown) => error)));
    await em.rollback().catch(() => {});
  }
  await until(() => Promise.resolve(app.database.connections().used === 0), 'nothing is held');
  for (const made of deals) await message(made, { text: 'All the same' });
  await gapless();
});

test('a migration beside a running program harms no command of it, and no page', async () => {
  const [made] = deals;
  if (!made) throw new Error('a deal is needed');
  const pages = () => Promise.all(deals.map(async ({ token }) => (await fetch(`${app.url}/d/${token}`)).status));
  const all = (text: string) => Promise.all(deals.map((one) => message(one, { text })));
  for (let i = 0; i < 4; i += 1) await Promise.all([all('Before it'), pages()]);
  // What a next version adds, and what it should not do but might: a column of another type.
  for (const table of ['companies', 'clients', 'contacts', 'deals', 'documents', 'links', 'messages', 'people'])
    await app.em().execute(`alter table ${table} add column another text`);
  await all('With more columns');
  await app.em().execute('alter table command_records alter column hash type varchar');
  await all('With another type');
  for (const [table, column] of [
    ['links', 'label'],
    ['people', 'name'],
  ])
    await app.em().execute(`alter table ${table} alter column ${column} type varchar`);
  assert.equal(new Set(await pages()), new Set([200]));
  await all('With others');
  const id = randomUUID();
  await message(made, { id, text: 'Known' });
  assert.ok((await message(made, { id, text: 'Known' })).repeated);
  for (const one of deals) assert.ok((await messagesOf(one)).includes('With another type'));
  await gapless();
});

test('two programs that write to the same deals at once neither lose nor mix up anything', async () => {
  const second = await app.another();
  const sent: string[] = [];
  await Promise.all(
    [app, second].flatMap((on, n) =>
      deals.slice(0, 6).map(async (made, i) => {
        for (let k = 0; k < 8; k += 1) {
          const text = `${n} ${i} ${k}`;
          await message(made, { on, text });
          sent.push(text);
        }
      }),
    ),
  );
  for (const [i, made] of deals.slice(0, 6).entries()) {
    const found = (await messagesOf(made)).filter((text) => /^\d \d+ \d$/.test(text));
    for (const n of [0, 1])
      assert.equal(
        found.filter((text) => text.startsWith(`${n} `)),
        Array.from({ length: 8 }, (_, k) => `${n} ${i} ${k}`),
      );
  }
  assert.is(sent.length, 96);
  await until(async () => (await gapless(), true), 'the log is whole');
});

test.run();
