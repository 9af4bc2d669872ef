import { appendFileSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { clocks } from '../doctor/database.ts';
import { doctor } from '../doctor/doctor.ts';
import type { Finding } from '../doctor/finding.ts';
import { openFolder } from '../outside/storage.ts';
import { createSeal } from '../secrets.ts';
import { filesIn, operate, rowsIn, withSecret, type Place } from './backups.ts';
import { issued, LINE, until, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { openMailbox } from './mailbox.ts';
import { cleanUp, folder } from './program.ts';

/** A healthy server, in which one thing after the other is broken and mended again. */
const box = await openMailbox();
let app: TestApp;
let place: Place;
let env: Record<string, string>;
let invoices: Made[];
let quote: Made;

test.before(async () => {
  app = await startApp({ smtpUrl: box.url });
  const { address } = app.database;
  place = { dataDir: dirname(app.filesDir), databaseUrl: 'connectionString' in address ? address.connectionString : null };
  env = { ...withSecret(place), SMTP_URL: box.url.split('?')[0] ?? '', MAIL_FROM: 'documents@example.com', PUBLIC_URL: app.url, PORT: '0' };
  quote = await issued(app, 'quote');
  invoices = [await issued(app, 'invoice'), await issued(app, 'invoice'), await issued(app, 'invoice')];
  await app.api('POST', `/documents/${invoices[0]?.id}/payments`, { amount: '100.00', day: '2026-11-27', method: 'transfer' });
  await issued(app, 'credit_note', { follows: invoices[1]?.id, lines: [{ ...LINE, quantity: '1' }] });
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'Hello' });
  for (const name of ['a.txt', 'b.txt', 'c.txt'])
    await app.api('POST', `/documents/${quote.id}/files?name=${name}`, `what is in ${name}`, { 'content-type': 'text/plain' });
});
test.after(async () => {
  cleanUp();
  await app.close();
  await box.close();
});

const sql = <T = unknown>(text: string, values: unknown[] = []) => app.em().execute<T[]>(text, values);

/** What a doctor in this process says, beside the server. */
async function look(more: Record<string, string> = {}, full = false): Promise<{ well: boolean; said: string; not: string }> {
  const findings: Finding[] = [];
  const storageOf = () => openFolder(app.filesDir);
  const well = await doctor({ source: { ...env, ...more }, full, storageOf, say: (finding) => void findings.push(finding) });
  const text = (list: Finding[]) => list.map((finding) => `${finding.level} ${finding.text}\n`).join('');
  return { well, said: text(findings), not: text(findings.filter((finding) => finding.level !== 'ok')) };
}

test('of a healthy server everything is well, and looking changes nothing', async () => {
  const state = async () => [await rowsIn(place), filesIn(place.dataDir)] as const;
  await until(async () => (await sql("select from mails where state = 'waiting'")).length === 0, 'all mails are out');
  const [rows] = await state();
  for (const args of [['doctor'], ['doctor', '--full']]) {
    const healthy = await operate(args, env);
    assert.is(healthy.code, 0, healthy.said);
    assert.equal(
      healthy.said
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith('ok ')),
      [],
    );
  }
  const { said } = await look({}, true);
  for (const what of [
    'Settings: all can be read',
    'Pages: built',
    'Storage: a file was put, read and taken away',
    `Mail: ${new URL(box.url).host} answers; mails come from documents@example.com`,
    `Address: ${app.url} leads to a server of this program`,
    'Tables: up to date',
    'Log: numbered without a gap',
    'Ledgers: 3 invoices add up',
    'Numbers: every series is unbroken',
    'Rows: none belongs to nothing',
    'Evidence: every imported file and signed PDF is what it was',
    'Files: 3 are what they were',
  ])
    assert.ok(said.includes(`ok ${what}`), `${what}\n${said}`);
  assert.equal((await state())[0], rows);
  assert.equal(
    [...filesIn(app.filesDir).keys()].filter((path) => !/^..\//.test(path)),
    [],
  );
  assert.is(filesIn(app.filesDir).size, 3);
});

test('where nothing is yet, nothing is made', async () => {
  const DATA_DIR = join(folder(), 'data');
  const looked = await operate(['doctor', '--full'], { DATA_DIR });
  assert.is(looked.code, 0, looked.said);
  assert.match(looked.said, /ok {7}Secret: made at the first start/);
  assert.match(looked.said, /ok {7}Database: none yet; the first start makes it\n$/);
  assert.not.ok(existsSync(DATA_DIR));
});

/** Breaks something in the database, looks, and mends it. */
async function broken(plant: string, mend: string, full = false) {
  await sql(plant);
  const found = await look({}, full);
  await sql(mend);
  return found;
}

test('what is wrong in the database is found, each by its name', async () => {
  const [first, second, third] = invoices;
  const ofInvoice = (set: string, back: string) =>
    [`update documents set ${set} where id = '${first?.id}'`, `update documents set ${back} where id = '${first?.id}'`] as const;
  const cases: [what: string, plant: string, mend: string, says: RegExp][] = [
    [
      'a gap in the log',
      'create table gone as select * from events where seq = 3; delete from events where seq = 3',
      'insert into events select * from gone; drop table gone',
      /fault Log: company \S+ counts (\d+), has \d+ events, the last is \1; event 3 is missing/,
    ],
    [
      'a counter that is ahead',
      'update companies set seq = seq + 1',
      'update companies set seq = seq - 1',
      /fault Log: company \S+ counts \d+, has/,
    ],
    [
      'a deal that lost its last event',
      `update deals set seq = seq + 1 where id = '${quote.deal}'`,
      `update deals set seq = seq - 1 where id = '${quote.deal}'`,
      new RegExp(`fault Log: deal ${quote.deal} counts`),
    ],
    [
      'money that is on the row alone',
      ...ofInvoice('paid = paid + 1, due = due - 1', 'paid = paid - 1, due = due + 1'),
      new RegExp(`fault Ledgers: ${first?.number}: 10001 is paid by its row, 10000 by its ledger`),
    ],
    [
      'less to pay than there is',
      ...ofInvoice('due = due - 5', 'due = due + 5'),
      new RegExp(`fault Ledgers: ${first?.number}: 13995 is left by its row, 14000 by what was asked`),
    ],
    [
      'a wrong status',
      ...ofInvoice("status = 'paid'", "status = 'part_paid'"),
      new RegExp(`fault Ledgers: ${first?.number}: its row says paid, its amounts part_paid`),
    ],
    [
      'a credit note that does not count',
      `update documents set credited = 0, due = due + 12000 where id = '${second?.id}'`,
      `update documents set credited = 12000, due = due - 12000 where id = '${second?.id}'`,
      new RegExp(`fault Ledgers: ${second?.number}: 0 is credited by its row, 12000 by its credit notes`),
    ],
    [
      'a hole in the series of invoices',
      `update documents set number = null where id = '${second?.id}'`,
      `update documents set number = '${second?.number}' where id = '${second?.id}'`,
      new RegExp(`fault Numbers: invoice \\d{4}: 3 numbers were given, 2 are there, without ${second?.number}\\.`),
    ],
    [
      'a number drawn twice',
      `update counters set last = last - 1 where kind = 'quote'`,
      `update counters set last = last + 1 where kind = 'quote'`,
      /fault Numbers: quote: 0 numbers were given, 1 are there/,
    ],
    [
      'a document that is printed nowhere',
      `create table gone as select * from revisions where document_id = '${third?.id}'; delete from revisions where document_id = '${third?.id}'`,
      'insert into revisions select * from gone; drop table gone',
      new RegExp(`fault Rows: 1 documents without what is printed on them \\(${third?.id}\\)`),
    ],
    [
      'a message the log does not know',
      'update messages set seq = seq + 1000',
      'update messages set seq = seq - 1000',
      /fault Rows: 1 messages the log does not know/,
    ],
    [
      'a company with the wrong room',
      'update companies set file_bytes = file_bytes + 1',
      'update companies set file_bytes = file_bytes - 1',
      /fault Rows: 1 companies whose room for files is counted wrongly/,
    ],
    [
      'a document that follows none',
      `update documents set follows = '00000000-0000-4000-8000-000000000000' where id = '${first?.id}'`,
      `update documents set follows = null where id = '${first?.id}'`,
      /fault Rows: 1 documents that follow none there is/,
    ],
    [
      'tables of a newer program',
      "insert into mikro_orm_migrations (name) values ('29990101000000-later')",
      "delete from mikro_orm_migrations where name = '29990101000000-later'",
      /fault Tables: made by a newer program \(29990101000000-later\)/,
    ],
  ];
  for (const [what, plant, mend, says] of cases) {
    const { well, not } = await broken(plant, mend);
    assert.match(not, says, what);
    assert.not.ok(well, what);
  }
  const { not } = await look();
  assert.is(not, '', 'everything is mended again');
});

test('evidence that was changed is found when everything is read', async () => {
  await sql("insert into blobs values ('0000', 'text/plain', 3, 'abc', now())");
  assert.not.match((await look()).not, /Evidence/);
  const { well, not } = await look({}, true);
  await sql("delete from blobs where sha256 = '0000'");
  assert.match(not, /^fault Evidence: changed since: 0000\./m);
  assert.not.ok(well);
});

test('files that are missing or damaged are found', async () => {
  const paths = globSync('??/*', { cwd: app.filesDir }).map((path) => join(app.filesDir, path));
  const [one = '', two = ''] = paths;
  const before = [readFileSync(one), readFileSync(two)] as const;
  rmSync(one);
  appendFileSync(two, 'more');
  const { well, not } = await look();
  assert.not.ok(well);
  assert.match(not, /^fault Files: not there: [abc]\.txt \([0-9a-f]{64}\)\. Take them from a backup/m);
  assert.match(not, /^fault Files: damaged: [abc]\.txt \([0-9a-f]{64}\)\./m);
  writeFileSync(one, before[0]);
  writeFileSync(two, String(before[1]).toUpperCase());
  assert.is((await look()).not, '', 'its length alone is right');
  assert.match((await look({}, true)).not, /^fault Files: damaged: /m);
  writeFileSync(two, before[1]);
});

test('what is away is named, with what to do, and no secret is said', async () => {
  const away = {
    SMTP_URL: 'smtp://somebody:pass-of-smtp@127.0.0.1:9',
    REDIS_URL: 'redis://somebody:pass-of-redis@127.0.0.1:9',
    PUBLIC_URL: 'http://documents.invalid',
  };
  const { well, said, not } = await look(away);
  assert.not.ok(well);
  assert.match(not, /^fault Mail: 127\.0\.0\.1:9 cannot be used \(no_answer\)\. Nobody answers there/m);
  assert.match(not, /^warning Redis: does not answer at REDIS_URL \(ECONNREFUSED\)\. Until it does/m);
  assert.match(not, /^warning Address: http:\/\/documents\.invalid is not https/m);
  assert.match(not, /^warning Address: http:\/\/documents\.invalid cannot be reached from here \(\w+\)/m);
  for (const secret of ['pass-of-smtp', 'pass-of-redis', env['SECRET'] ?? '']) assert.not.ok(said.includes(secret), secret);

  const nobody = await look({ DATABASE_URL: 'postgres://somebody:pass-of-postgres@127.0.0.1:9/x' });
  assert.match(nobody.not, /^fault Database: cannot be used \(ECONNREFUSED\)\. Look at DATABASE_URL/m);
  assert.not.ok(nobody.said.includes('pass-of-postgres'));

  const settings = await look({ PORT: 'x', KEEP_HISTORY_DAYS: '1' });
  assert.match(
    settings.not,
    /^fault Settings: PORT must be.*\nfault Settings: KEEP_HISTORY_DAYS must be a whole number of days from 14 to/m,
  );
  assert.not.ok(settings.well);
});

test('a storage nothing can be put into is found', async () => {
  const findings: Finding[] = [];
  const blocked = join(place.dataDir, 'blocked');
  writeFileSync(blocked, 'no folder');
  const well = await doctor({
    source: env,
    full: false,
    storageOf: () => openFolder(blocked),
    say: (finding) => void findings.push(finding),
  });
  rmSync(blocked);
  assert.not.ok(well);
  assert.match(findings.map((finding) => finding.text).join('\n'), /^Storage: no file can be put \(\w+\)\. Look at its rights/m);
});

test('work that was given up, keys SECRET does not open, and clocks that differ are found', async () => {
  const [job] = await sql<{ id: string; state: string }>("select id, state from pgboss.job where name = 'letter' limit 1");
  await sql("update pgboss.job set state = 'failed' where id = ?", [job?.id]);
  const key = createSeal('another secret, also of thirty-two characters', 'stripe').close(Buffer.from('rk_live_x'));
  await sql(`insert into stripe_keys select id, ?, null, 'ABCD', false, '[]', false, null, now(), null from companies`, [key]);
  const { not, well } = await look();
  await sql('delete from stripe_keys');
  await sql('update pgboss.job set state = ?::pgboss.job_state where id = ?', [job?.state, job?.id]);
  assert.match(not, /^warning Jobs: given up in the last days: 1 letter\./m);
  assert.match(not, /^fault Stripe: Test company has a live key …ABCD, which SECRET does not open\./m);
  assert.not.ok(well);
  assert.match(
    (await clocks(app.em(), () => Date.now() + 10_000))[0]?.text ?? '',
    /^Clocks: program and database are (9|10)\.\d s apart\. Let both/,
  );
  assert.is((await clocks(app.em(), Date.now))[0]?.level, 'ok');
});

if (process.env['TEST_DATABASE_URL']) {
  test('a PostgreSQL that does not wait for the disk is warned of', async () => {
    const name = new URL(place.databaseUrl ?? '').pathname.slice(1);
    await sql(`alter database "${name}" set synchronous_commit = off`);
    const { not, well } = await look();
    await sql(`alter database "${name}" reset synchronous_commit`);
    assert.match(not, /^warning Durability: synchronous_commit is off: what was written last can be lost in a power cut/m);
    assert.ok(well, 'a warning is no fault');
  });
} else process.stdout.write('skipped: what PostgreSQL is set to (set TEST_DATABASE_URL)\n');

test.run();
