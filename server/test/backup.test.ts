import { existsSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PROTOCOL, type JoinAnswer } from '../../shared/protocol.ts';
import { check } from '../backup/restore.ts';
import { DEMO } from '../demo/company.ts';
import { entriesOf, envOf, filesIn, manifestIn, operate, rowsIn, tableIn, withDatabase } from './backups.ts';
import { connect, until } from './doors.ts';
import { freshPlace, SECRET } from './harness.ts';
import { openMailbox } from './mailbox.ts';
import { api, asApp, cleanUp, folder, run, start, stop, type Started } from './program.ts';

/** The demo, backed up while people write, and brought back elsewhere. Nobody takes its mails at first. */
const NOBODY = 'smtp://127.0.0.1:9';
const place = await freshPlace();
const box = await openMailbox();
const quiet = { DEMO: '1', STRIPE_URL: 'http://127.0.0.1:9', MAIL_FROM: 'documents@example.com' };
const env = { ...envOf(place), ...quiet, SMTP_URL: NOBODY };
const backups = folder();
let server: Started;
let key: string;
let cookie: string;
/** An issued document of the demo, and its link. */
let document: string;
let link: string;

test.before(async () => {
  server = await start(env);
  key = (await operate(['create-key', '--owner', DEMO.user.email], env)).said.trim();
  const login = await fetch(`${server.url}/console/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: DEMO.user.email, password: DEMO.user.password }),
  });
  assert.is(login.status, 200);
  cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  link = new URL(/Client: quote +(\S+)/.exec(server.output())?.[1] ?? '').pathname;
  const listed = await api(server, key, 'GET', '/documents?kind=quote&state=issued');
  document = (listed.body['documents'] as { id: string }[])[0]?.id ?? '';
  for (const [name, text] of [
    ['plan.txt', 'where the pipes go'],
    ['again.txt', 'where the pipes go'],
    ['long.txt', 'water '.repeat(300_000)],
  ])
    assert.is((await send(`/documents/${document}/files?name=${name}`, text ?? '')).status, 201);
});
test.after(async () => {
  cleanUp();
  await box.close();
  await place.remove();
});

const send = (path: string, body: string) =>
  fetch(`${server.url}/api/v1${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'text/plain' }, body });

test('a backup made while people write is of one moment, and they go on writing', async () => {
  const written: string[] = [];
  let writing = true;
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    for (let i = 0; writing; i += 1) {
      const text = `writer ${writer}, message ${i}`;
      const answer = await api(server, key, 'POST', `/documents/${document}/messages`, { text });
      assert.is(answer.status, 201, JSON.stringify(answer.body));
      written.push(text);
    }
  });
  await until(() => written.length >= 5, 'five messages are there', 60_000);
  const before = [...written];
  const file = join(backups, 'while writing.tgz');
  const made = await operate(['backup', file], env);
  assert.is(made.code, 0, made.said);
  const during = written.length;
  await until(() => written.length > during + 5, 'writing goes on', 60_000);
  writing = false;
  await Promise.all(writers);

  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.not.ok(existsSync(`${file}.part`));
  const entries = await entriesOf(file);
  const messages = (await tableIn(entries, 'messages')).map((row) => row['text']);
  for (const text of before) assert.ok(messages.includes(text), `acknowledged before, and not in the backup: ${text}`);
  assert.ok(messages.length < written.length, 'they did write while it was made');
  // Counters, log and rows were read one after the other, and are of the same moment.
  const [company] = await tableIn(entries, 'companies');
  const events = await tableIn(entries, 'events');
  assert.is(events.length, Number(company?.['seq']));
  for (const deal of await tableIn(entries, 'deals'))
    assert.is(events.filter((event) => event['deal'] === deal['id']).length, Number(deal['seq']));
  const posted = events.filter((event) => event['type'] === 'message.posted' && event['deal'] !== null);
  assert.is(posted.length, messages.length);
});

test('it says what is inside: the secret of an embedded server, never one of the environment', async () => {
  const file = join(backups, 'secret.tgz');
  const made = await operate(['backup', file], env);
  const entries = await entriesOf(file);
  if (place.databaseUrl === null) {
    assert.match(made.said, /inside: whoever has this file can open every link/);
    assert.match(String(entries.get('secret')), /^[0-9a-f]{64}\n$/);
  } else {
    assert.match(made.said, /not inside: keep SECRET/);
    assert.not.ok(entries.has('secret'));
    for (const [name, bytes] of entries) assert.not.ok(bytes.includes(SECRET), name);
  }
  assert.not.ok(
    [made.said, String(entries.get('manifest.json'))].some((text) => text.includes(String(entries.get('secret') ?? SECRET).trim())),
  );
  assert.is(manifestIn(entries).secret.inside, place.databaseUrl === null);

  const piped = run('server/cli.ts', ['backup', '-'], env);
  const chunks: Buffer[] = [];
  piped.child.stdout?.on('data', (chunk: Buffer) => void chunks.push(chunk));
  assert.is(await piped.ended, 0);
  writeFileSync(join(backups, 'piped.tgz'), Buffer.concat(chunks));
  assert.equal((await check(join(backups, 'piped.tgz'), new AbortController().signal)).manifest.migrations, manifestIn(entries).migrations);

  const again = await operate(['backup', file], env);
  assert.is(again.code, 1);
  assert.match(again.said, /is there already, and is not written over/);
});

test('a backup that is killed while it reads leaves the server serving', async () => {
  const address = place.databaseUrl ? { connectionString: place.databaseUrl } : await embeddedAddress();
  const reader = new pg.Client(address);
  reader.on('error', () => {});
  await reader.connect();
  await reader.query('begin isolation level repeatable read, read only');
  await reader.query('declare reading no scroll cursor for select data::text from events');
  await reader.query('fetch 3 from reading');
  (reader as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  const answer = await api(server, key, 'POST', `/documents/${document}/messages`, { text: 'still there' });
  assert.is(answer.status, 201);
});

async function embeddedAddress() {
  const running = JSON.parse(await readFile(join(place.dataDir, 'running.json'), 'utf8')) as { socketDir: string };
  return { host: running.socketDir, port: 5432, user: 'postgres', database: 'postgres' };
}

test('brought back elsewhere it is the same, row by row and file by file; links, sessions and keys work; what waited goes out once', async () => {
  const invited = 'waits@example.com';
  const contact = await api(server, key, 'POST', `/documents/${document}/contacts`, { name: 'Will Waits', email: invited });
  const sent = await api(server, key, 'POST', `/documents/${document}/mails`, { contacts: [contact.body['id']], text: 'Here it is' });
  assert.is(sent.status, 202, JSON.stringify(sent.body));
  await stop(server);
  // Of a conversation one waits, beside one that has begun, and either does for both; of another, one.
  const unread = (about: string, seq: number, state: string) =>
    withDatabase(place, (em) =>
      em.execute(
        `insert into pgboss.job (name, data, state, singleton_key, policy, start_after)
         values ('conversation', jsonb_build_object('document', ?::text, 'side', 'owner', 'seq', ?::int), ?::pgboss.job_state, ?, 'short', now() + interval '1 hour')`,
        [about, seq, state, `${about} owner`],
      ),
    );
  await withDatabase(place, (em) => em.execute("delete from pgboss.job where name = 'conversation'"));
  for (const [about, seq, state] of [
    ['one', 5, 'active'],
    ['one', 7, 'created'],
    ['other', 9, 'created'],
  ] as const)
    await unread(about, seq, state);
  const file = join(backups, 'at rest.tgz');
  const made = await operate(['backup', file], env);
  assert.is(made.code, 0, made.said);
  const before = await rowsIn(place);
  const filesBefore = filesIn(join(place.dataDir, 'files'));
  assert.is(filesBefore.size, 2, 'the same bytes are kept once');

  const other = await freshPlace();
  const otherEnv = { ...envOf(other), ...quiet, SMTP_URL: box.url.split('?')[0] ?? '' };
  const restored = await operate(['restore', file], otherEnv);
  assert.is(restored.code, 0, restored.said);
  const after = await rowsIn(other);
  assert.equal([...after.keys()], [...before.keys()]);
  for (const [table, rows] of before) assert.equal(after.get(table), rows, table);
  assert.equal(filesIn(join(other.dataDir, 'files')), filesBefore);
  const waiting = await withDatabase(other, (em) =>
    em.execute<{ seq: number }[]>("select (data->>'seq')::int as seq from pgboss.job where name = 'conversation' order by 1"),
  );
  assert.is(waiting.length, 2);
  assert.ok([5, 7].includes(waiting[0]?.seq ?? 0) && waiting[1]?.seq === 9, JSON.stringify(waiting));
  const healthy = await operate(['doctor', '--full'], otherEnv);
  assert.is(healthy.code, 0, healthy.said);

  // The pause after a try that failed goes on where it was; here it is over.
  await withDatabase(other, (em) => em.execute("update pgboss.job set start_after = now() where name = 'letter'"));
  server = await start(otherEnv);
  assert.is((await fetch(`${server.url}${link}`)).status, 200, 'the link opens');
  assert.is((await fetch(`${server.url}/console/session`, { headers: { cookie } })).status, 200, 'the session lasts');
  assert.is((await api(server, key, 'GET', `/documents/${document}`)).status, 200, 'the key works');
  const { files } = (await api(server, key, 'GET', `/documents/${document}`)).body as { files: { id: string; name: string }[] };
  const plan = files.find((one) => one.name === 'plan.txt');
  const download = await fetch(`${server.url}/api/v1/documents/${document}/files/${plan?.id}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  assert.is(await download.text(), 'where the pipes go');

  const states = () => withDatabase(other, (em) => em.execute<{ state: string }[]>('select distinct state from mails'));
  await until(async () => (await states()).every((row) => row.state !== 'waiting'), 'no mail waits any more', 60_000);
  assert.is(box.seen.filter((mail) => mail.to === invited).length, 1);

  // A page from after the backup learns that the log has less than it knows, and loads anew.
  const page = await connect(asApp(server), {}, { cookie });
  const [company] = await tableIn(await entriesOf(file), 'companies');
  const stream = `company:${company?.['id']}` as const;
  const ask = { protocol: PROTOCOL, stream, cursor: 1_000_000, document: null };
  const joined = (await page.timeout(10_000).emitWithAck('join', ask)) as JoinAnswer;
  page.close();
  assert.ok(joined.ok && joined.batch.to < 1_000_000);
  await stop(server);
  await other.remove();
});

test.run();
