import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KINDS } from '../../shared/document.ts';
import { DEMO } from '../demo/company.ts';
import { WORDS } from '../words.ts';
import { connect, LINE, until } from './doors.ts';
import { freshPlace } from './harness.ts';
import { pressPay } from './paying.ts';
import { api, asApp, cleanUp, cli, folder, freePort, run, start, stop } from './program.ts';

const SECRET = 'a secret for tests, thirty-two characters or more';
const SERVER = process.env['TEST_DATABASE_URL'];

test.after(cleanUp);

test('an empty folder gets a demo with one link per kind; a second start keeps it; a second server is refused', async () => {
  const DATA_DIR = folder();
  const first = await start({ DATA_DIR });
  const table = first.output();
  assert.ok(table.includes(`${DEMO.user.email}  ·  ${DEMO.user.password}`) && table.includes(`${first.url}/login`), table);
  const links = KINDS.map(
    (kind) => new RegExp(`Client: ${WORDS.en.kinds[kind].toLowerCase()} +(\\S+/d/[\\w-]{43})\\n`).exec(table)?.[1] ?? `no ${kind}`,
  );
  for (const link of links) assert.is((await fetch(link)).status, 200, link);
  const login = await fetch(`${first.url}/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: DEMO.user.email, password: DEMO.user.password }),
  });
  assert.is(login.status, 200);
  assert.equal([(await fetch(`${first.url}/healthz`)).status, (await fetch(`${first.url}/readyz`)).status], [200, 200]);

  const second = run('server/main.ts', [], { DATA_DIR });
  assert.is(await second.ended, 1);
  assert.match(second.output(), `Another server (process ${first.child.pid}) is using ${DATA_DIR}. Stop it first`);
  assert.not.match(second.output(), /\n {4}at /);
  assert.is((await fetch(links[0] ?? '')).status, 200);

  // With a page open: told, cut, and gone in time.
  const page = await connect(asApp(first), { link: links[0]?.split('/').at(-1) });
  let told = false;
  page.on('goodbye', () => void (told = true));
  const began = Date.now();
  await stop(first);
  assert.ok(Date.now() - began < 10_000);
  assert.ok(told);
  page.close();

  const again = await start({ DATA_DIR });
  // The same links under the new port: the same documents, no second demo.
  for (const link of links) assert.ok(again.output().includes(new URL(link).pathname), 'the same links are printed');
  await stop(again);
});

test('in the demo an invoice is paid through, and again after a restart; no process is left behind', async () => {
  const DATA_DIR = folder();
  for (const [amount, times] of [
    ['100', 1],
    ['', 2],
  ] as const) {
    const program = await start({ DATA_DIR });
    const link = /Client: invoice +(\S+)/.exec(program.output())?.[1] ?? '';
    const read = async () => (await fetch(link, { headers: { 'accept-language': 'fr' } })).text();
    const page = await read();
    assert.match(page, /Mode test\s: aucun argent n’est transféré/);
    const [, action = ''] = /action="([^"]+\/pay)"/.exec(page) ?? [];
    const [, id = ''] = /\/([^/]+)\/pay$/.exec(action) ?? [];
    const made = { id, token: link.split('/').at(-1) ?? '' };
    const { url } = await pressPay(asApp(program), made, { amount });
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/c\/pay\//);
    const fields = { method: 'card', card: '4242424242424242', email: 'anne@example.com', name: 'Anne' };
    const paid = await fetch(url, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
    assert.is(paid.status, 303, await paid.text());
    await until(async () => (await read()).match(/Payé par carte/g)?.length === times, `paid ${times} times`);
    await stop(program);
    await until(
      () =>
        fetch(url).then(
          () => false,
          () => true,
        ),
      'the emulated Stripe has ended, too',
    );
  }
});

test('DEMO=0 offers to set up the company, once', async () => {
  const place = await freshPlace();
  const env = { DATA_DIR: place.dataDir, DEMO: '0', ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl, SECRET } : {}) };
  const server = await start(env);
  assert.ok(server.output().includes(`${server.url}/setup`), server.output());
  assert.match(server.output(), /Inbox of all mails +http:\/\/\S+/);
  const set = (body: object) =>
    fetch(`${server.url}/console/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: server.url },
      body: JSON.stringify(body),
    });
  assert.equal(await (await fetch(`${server.url}/console/setup`)).json(), { needed: true });
  const input = { company: 'Mine', name: 'Me', email: 'Me@Example.com', password: 'long enough', language: 'fr' };
  assert.is((await set({ ...input, password: 'short' })).status, 422);
  const answers = await Promise.all([set(input), set({ ...input, email: 'two@example.com' })]);
  assert.equal(answers.map((answer) => answer.status).sort(), [200, 409]);
  assert.is((await set(input)).status, 409);
  const cookie = answers.find((answer) => answer.status === 200)?.headers.getSetCookie()[0] ?? '';
  assert.match(cookie, /^wd_session=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
  assert.is((await fetch(`${server.url}/console/session`, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status, 200);
  assert.equal(await (await fetch(`${server.url}/console/setup`)).json(), { needed: false });
  await stop(server);
  await place.remove();
});

test('killed at once, it starts again by itself, with everything it had acknowledged; the command line works with and without it', async () => {
  const place = await freshPlace();
  // A port that the command line knows as well: on PostgreSQL nothing else tells it where the pages are.
  const PORT = String(await freePort());
  const env = {
    PORT,
    DATA_DIR: place.dataDir,
    OWNER_EMAIL: 'Boss@Example.com',
    OWNER_PASSWORD: 'correct horse',
    ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl, SECRET } : {}),
  };
  const server = await start(env);
  const login = await fetch(`${server.url}/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'boss@example.com', password: 'correct horse' }),
  });
  assert.is(login.status, 200);

  const made = await cli(['create-key', '--owner', 'boss@example.com'], env);
  assert.is(made.code, 0, made.all);
  assert.match(made.all, /^wdk_[\w-]{43}\n$/);
  const key = made.out.trim();
  const good = join(place.dataDir, 'quote.json');
  const bad = join(place.dataDir, 'bad.xml');
  writeFileSync(good, JSON.stringify({ kind: 'quote', language: 'en', client: { name: 'Anne' }, lines: [LINE] }));
  writeFileSync(bad, '<invoice/>');
  const imported = await cli(['import', '--owner', 'boss@example.com', good, bad, join(place.dataDir, 'missing.xml')], env);
  assert.is(imported.code, 1);
  const lines = imported.out.trimEnd().split('\n');
  assert.is(lines.length, 3, imported.all);
  const link = /^quote {2}Q-\d{4}-001 {2}240\.00 EUR {2}(\S+)$/.exec(lines[0] ?? '')?.[1] ?? '';
  assert.is((await fetch(link)).status, 200, imported.all);
  assert.match(lines[1] ?? '', /^refused {2}bad\.xml {2}This kind of XML document is not known/);
  assert.match(lines[2] ?? '', /^refused {2}missing\.xml {2}/);

  const [document] = (await api(server, key, 'GET', '/documents')).body['documents'] as { id: string }[];
  const acknowledged: string[] = [];
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let i = 0; ; i += 1) {
      const text = `writer ${writer}, message ${i}`;
      const answer = await api(server, key, 'POST', `/documents/${document?.id}/messages`, { text }).catch(() => null);
      if (answer?.status !== 201) return;
      acknowledged.push(text);
    }
  });
  await until(() => acknowledged.length >= 20, 'twenty messages are acknowledged', 30_000);
  server.child.kill('SIGKILL');
  assert.is(await server.ended, 'SIGKILL');
  await Promise.all(writers);

  const offline = await cli(['create-key', '--owner', 'boss@example.com', '--label', 'offline'], env);
  assert.is(offline.code, 0, offline.all);
  const again = await start(env);
  const read = await api(again, key, 'GET', `/documents/${document?.id}`);
  const texts = (read.body['messages'] as { text: string }[]).map((message) => message.text);
  assert.is(new Set(texts).size, texts.length, 'nothing twice');
  for (const text of acknowledged) assert.ok(texts.includes(text), `acknowledged and lost: ${text}`);
  assert.is((await api(again, offline.out.trim(), 'GET', '/documents')).status, 200);
  await stop(again);
  await place.remove();
});

test('all faults of the configuration are told at once', async () => {
  const server = run('server/main.ts', [], {
    DATA_DIR: folder(),
    PORT: 'eighty',
    PUBLIC_URL: 'ftp://x',
    DATABASE_URL: 'mysql://x',
    REDIS_URL: 'x',
    // A slash that is not written %2F: what follows is no host.
    S3_URL: 'https://KEY:hidden/words@host/bucket',
    DEMO: 'yes',
    LOG_LEVEL: 'loud',
    OWNER_EMAIL: 'me',
    OWNER_PASSWORD: 'short',
    SECRET: 'short',
  });
  assert.is(await server.ended, 1);
  for (const name of [
    'PORT',
    'PUBLIC_URL',
    'DATABASE_URL',
    'REDIS_URL',
    'S3_URL',
    'DEMO',
    'LOG_LEVEL',
    'OWNER_EMAIL',
    'OWNER_PASSWORD',
    'SECRET',
  ])
    assert.match(server.output(), new RegExp(`^ {2}- ${name} `, 'm'));
  assert.not.match(server.output(), /hidden|\n {4}at /);
  const alone = run('server/main.ts', [], { DATA_DIR: folder(), DATABASE_URL: 'postgres://127.0.0.1:1/x', OWNER_EMAIL: 'me@example.com' });
  assert.is(await alone.ended, 1);
  assert.match(alone.output(), /go together[^]*SECRET is required/);
  const unreachable = run('server/main.ts', [], { DATA_DIR: folder(), DATABASE_URL: 'postgres://postgres:hidden@127.0.0.1:1/x', SECRET });
  assert.is(await unreachable.ended, 1);
  assert.match(unreachable.output(), /^The database of DATABASE_URL cannot be used \(ECONNREFUSED\)/);
  assert.not.match(unreachable.output(), /hidden|\n {4}at /);
});

test('wrong use of the command line says how it is used, and exits 2; an unknown owner exits 1', async () => {
  const env = { DATA_DIR: folder() };
  for (const args of [
    [],
    ['make-coffee'],
    ['create-key'],
    ['create-key', '--owner'],
    ['create-key', '--owner', 'a@b.c', 'more'],
    ['import', '--owner', 'a@b.c'],
    ['import', '--colour', 'red'],
  ]) {
    const wrong = await cli(args, env);
    assert.equal([wrong.code, wrong.out], [2, ''], args.join(' '));
    assert.match(wrong.all, /Usage:/);
  }
  const place = await freshPlace();
  const unknown = await cli(['create-key', '--owner', 'nobody@example.com'], {
    DATA_DIR: place.dataDir,
    ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl, SECRET } : {}),
  });
  assert.equal([unknown.code, unknown.out, unknown.all], [1, '', 'No user has the address nobody@example.com.\n']);
  await place.remove();
});

if (SERVER) {
  test('four processes that start together on an empty PostgreSQL migrate once and make one owner', async () => {
    const place = await freshPlace();
    const env = {
      DATA_DIR: place.dataDir,
      DATABASE_URL: place.databaseUrl ?? '',
      SECRET,
      OWNER_EMAIL: 'boss@example.com',
      OWNER_PASSWORD: 'correct horse',
    };
    const servers = await Promise.all([1, 2, 3, 4].map(() => start(env)));
    const client = new pg.Client({ connectionString: place.databaseUrl ?? '' });
    await client.connect();
    const count = async (table: string) => Number((await client.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);
    assert.is(await count('companies'), 1);
    assert.is(await count('users'), 1);
    const names = await client.query<{ name: string }>('select name from mikro_orm_migrations');
    assert.is(new Set(names.rows.map((row) => row.name)).size, names.rows.length);
    await client.end();
    for (const server of servers) assert.is((await fetch(`${server.url}/readyz`)).status, 200);
    await Promise.all(servers.map(stop));
    await place.remove();
  });
} else process.stdout.write('skipped: several processes on one PostgreSQL (set TEST_DATABASE_URL)\n');

test.run();
