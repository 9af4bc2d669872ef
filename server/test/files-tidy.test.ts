import { randomUUID } from 'node:crypto';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startSession } from '../accounts.ts';
import { KEEP } from '../env.ts';
import { tidy } from '../jobs/tidy.ts';
import { openFolder } from '../outside/storage.ts';
import { PDF, PNG, room, rows, stored, upload } from './attach.ts';
import { issued, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { openPage } from './page.ts';

let app: TestApp;
let quote: Made;
test.before(async () => {
  app = await startApp();
});
test.before.each(async () => {
  quote = await issued(app, 'quote');
});
test.after(() => app?.close());

const HOUR = 3_600_000;
const parts = () => ({
  em: app.em,
  execute: app.execute,
  queues: { has: async () => true },
  jobs: { add: async () => {}, begin: () => {} },
  storage: openFolder(app.filesDir),
  keep: KEEP,
  metrics: app.metrics,
  logger: pino({ level: 'silent' }),
});
const tidyAfter = (hours: number) => tidy(parts(), new Date(Date.now() + hours * HOUR));
const path = () => `/d/${quote.token}/${quote.id}/files`;
const get = async (id: string) => (await fetch(`${app.url}${path()}/${id}`)).status;
const count = async (sql: string, values: unknown[] = []) =>
  Number((await app.em().execute<{ n: string }[]>(`select count(*) as n from ${sql}`, values))[0]?.n);

test('a file that waits for a day loses its row, its room and then its bytes; sent ones stay for ever', async () => {
  const [waits, sent] = [await upload(app, path(), PDF), await upload(app, path(), PNG)];
  await app.api('POST', `/documents/${quote.id}/files?name=kept.txt`, 'kept', { 'content-type': 'text/plain' });
  const client = await openPage(app.url, `deal:${quote.deal}`, { link: quote.token });
  assert.ok((await client.send('postMessage', { document: quote.id, text: '', notify: false, files: [sent.body.file.id], name: null })).ok);
  client.socket.close();
  await tidyAfter(23);
  assert.is(await get(waits.body.file.id), 200);
  assert.is(stored(app).length, 3);
  await tidyAfter(25);
  assert.is(await get(waits.body.file.id), 404);
  const again = await upload(app, path(), PDF, { id: waits.body.file.id });
  assert.equal([again.status, again.body.code], [422, 'id_reused'], 'what is gone is not said to be there');
  await tidyAfter(25);
  assert.is(await get(sent.body.file.id), 200);
  assert.is(stored(app).length, 2);
  const [kept, counted] = await room(app);
  assert.equal([kept, counted], [PNG.length + 4, PNG.length + 4]);
  await tidyAfter(24 * 29);
  assert.is(await get(sent.body.file.id), 200);
  assert.is(stored(app).length, 2);
});

test('the same bytes twice are one file on disk and two rows; the bytes stay until nobody names them', async () => {
  const disk = stored(app).length;
  const bytes = Buffer.from('the same for both');
  const headers = { cookie: app.cookie };
  const [one, two] = [
    await upload(app, `/console/documents/${quote.id}/files`, bytes, { name: 'one.txt', headers }),
    await upload(app, `/console/documents/${quote.id}/files`, bytes, { name: 'two.txt', headers }),
  ];
  assert.is(stored(app).length, disk + 1);
  assert.is((await rows(app)).filter((row) => row.document_id === quote.id).length, 2);
  await app.api('DELETE', `/documents/${quote.id}/files/${one.body.file.id}`);
  await tidyAfter(2);
  assert.equal([await get(one.body.file.id), await get(two.body.file.id)], [404, 200]);
  await app.api('DELETE', `/documents/${quote.id}/files/${two.body.file.id}`);
  await tidyAfter(0);
  assert.is(stored(app).length, disk + 1, 'bytes without a name are given an hour');
  await tidyAfter(2);
  assert.is(stored(app).length, disk);
});

test('an upload of the bytes that are just being tidied away keeps them', async () => {
  const bytes = Buffer.from('contested bytes');
  const headers = { cookie: app.cookie };
  const owner = () => upload(app, `/console/documents/${quote.id}/files`, bytes, { headers });
  const first = await owner();
  await app.api('DELETE', `/documents/${quote.id}/files/${first.body.file.id}`);
  const { storage, ...others } = parts();
  let again: Awaited<ReturnType<typeof owner>> | null = null;
  const late = {
    ...storage,
    // It comes in after the rows were asked for the last time and before the bytes go.
    remove: async (sha256: string, before: Date) => {
      again = await owner();
      return storage.remove(sha256, before);
    },
  };
  for (const one of stored(app)) utimesSync(join(app.filesDir, one), new Date(0), new Date(0));
  await tidy({ ...others, storage: late }, new Date());
  const taken = again as Awaited<ReturnType<typeof owner>> | null;
  assert.is(taken?.status, 201);
  assert.is(await get(taken?.body.file.id), 200);
});

test('remembered commands, ended sessions, sealed mails and left-overs go in their time', async () => {
  const em = app.em();
  mkdirSync(join(app.filesDir, 'tmp'), { recursive: true });
  writeFileSync(join(app.filesDir, 'tmp', 'new-left-over'), 'x');
  const token = await startSession(em, app.owner.user, { ip: null, userAgent: 'tidy' });
  await em.execute("update sessions set ended_at = now() where user_agent = 'tidy'");
  const before = [await count('command_records'), await count("sessions where user_agent = 'tidy'")];
  assert.ok(token !== '' && (before[0] ?? 0) > 0 && before[1] === 1);
  await tidyAfter(24 * 29);
  assert.equal([await count('command_records'), await count("sessions where user_agent = 'tidy'")], before);
  assert.not.ok(stored(app).some((one) => one.startsWith('tmp/')));
  await tidyAfter(24 * 31);
  assert.equal([await count('command_records'), await count("sessions where user_agent = 'tidy'")], [0, 0]);
  assert.is(await count("sessions where user_agent = 'test'"), 1, 'one that is open stays');
});

test('from where and with what somebody looked is forgotten when the owner says, that they looked is not; 0 keeps it for ever', async () => {
  const em = app.em();
  const facts = { ip: '192.0.2.7', userAgent: 'a browser', pdf: null };
  const acting = {
    as: 'link',
    company: app.company,
    deal: quote.deal,
    link: app.tokens.read('link', quote.token) ?? '',
    contact: null,
    browser: 'b',
  } as const;
  await app.execute({ name: 'recordView', id: randomUUID(), input: { document: quote.id, visit: randomUUID() }, acting, facts });
  const visit = async () => {
    const rows = await em.execute<Record<string, unknown>[]>('select ip, user_agent, at, name from visits where document_id = ?', [
      quote.id,
    ]);
    assert.is(rows.length, 1);
    return rows[0];
  };
  const kept = await visit();
  assert.equal([kept?.['ip'], kept?.['user_agent']], ['192.0.2.7', 'a browser']);
  const after = (days: number, visitDetailsDays: number) =>
    tidy({ ...parts(), keep: { ...KEEP, visitDetailsDays } }, new Date(Date.now() + days * 24 * HOUR));
  await after(5000, 0);
  await after(9, 10);
  assert.equal(await visit(), kept);
  await after(11, 10);
  assert.equal(await visit(), { ...kept, ip: null, user_agent: null });
});

test('history is kept as long as the owner says: commands, sessions, invitations that are over', async () => {
  const em = app.em();
  await startSession(em, app.owner.user, { ip: '192.0.2.8', userAgent: 'history' });
  await em.execute("update sessions set ended_at = now() where user_agent = 'history'");
  const invite = { name: 'Nina', email: 'nina@example.com', role: 'member', language: 'en' };
  await app.execute({
    name: 'inviteUser',
    id: randomUUID(),
    input: invite,
    acting: app.owner,
    facts: { ip: null, userAgent: null, pdf: null },
  });
  await em.execute('update joins set ended_at = now()');
  const history = async () => [await count('command_records'), await count("sessions where user_agent = 'history'"), await count('joins')];
  const before = await history();
  assert.ok((before[0] ?? 0) > 0 && before[1] === 1 && before[2] === 1, String(before));
  const after = (days: number) => tidy({ ...parts(), keep: { ...KEEP, historyDays: 90 } }, new Date(Date.now() + days * 24 * HOUR));
  await after(89);
  assert.equal(await history(), before);
  await after(91);
  assert.equal(await history(), [0, 0, 0]);
});

test('evidence is never forgotten, whatever is set', async () => {
  const client = await openPage(app.url, `deal:${quote.deal}`, { link: quote.token });
  const decision = { document: quote.id, revision: 1, name: 'Anne', reason: null, language: 'en' };
  assert.ok((await client.send('acceptDocument', decision)).ok);
  client.close();
  const tables = ['decisions', 'documents', 'revisions', 'blobs', 'events', 'mails', 'messages', 'people', 'links', 'payments', 'visits'];
  const evidence = async () => {
    const counts = await Promise.all(tables.map((table) => count(table)));
    const [row] = await app.em().execute('select * from decisions where document_id = ?', [quote.id]);
    return { counts, row: row as { ip: string | null } };
  };
  const before = await evidence();
  assert.ok(before.row.ip !== null);
  await tidy({ ...parts(), keep: { historyDays: 14, visitDetailsDays: 1 } }, new Date(Date.now() + 20 * 365 * 24 * HOUR));
  assert.equal(await evidence(), before);
});

test('it runs every night, for bytes without a name every hour, and beside it what else comes regularly', async () => {
  const rows = await app.em().execute<{ name: string; cron: string }[]>('select name, cron from pgboss.schedule order by name');
  assert.equal(
    rows.map(({ name, cron }) => [name, cron]),
    [
      ['payments', '*/5 * * * *'],
      ['reminders', '11 * * * *'],
      ['tidy', '17 3 * * *'],
      ['tidy-bytes', '47 * * * *'],
    ],
  );
});

test.run();
