import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openDatabase } from '../db.ts';
import { CLIENT, form, LINE, until } from './doors.ts';
import { freshPlace, SECRET } from './harness.ts';
import { openMailbox } from './mailbox.ts';
import { api, asApp, cleanUp, cli, start, stop } from './program.ts';

const box = await openMailbox();
let place: Awaited<ReturnType<typeof freshPlace>>;
test.before(async () => {
  place = await freshPlace();
});
test.after(async () => {
  cleanUp();
  await box.close();
  await place.remove();
});

test('killed right after the mail server’s 250: nothing is missing, and no second Message-ID', async () => {
  const owner = 'owner@example.com';
  const env = {
    SECRET,
    DEMO: '0',
    DATA_DIR: place.dataDir,
    SMTP_URL: box.url,
    MAIL_FROM: 'documents@example.com',
    ...(place.databaseUrl ? { DATABASE_URL: place.databaseUrl } : {}),
  };
  let program = await start({ ...env, OWNER_EMAIL: owner, OWNER_PASSWORD: 'correct horse' });
  const key = (await cli(['create-key', '--owner', owner], env)).out.trim();
  const made = await api(program, key, 'POST', '/documents?issue=true', { kind: 'quote', language: 'en', client: CLIENT, lines: [LINE] });
  assert.is(made.status, 201, JSON.stringify(made.body));
  const { id, link } = made.body as { id: string; link: string };

  const killed = program;
  box.onAccepted = () => void setImmediate(() => killed.child.kill('SIGKILL'));
  const fields = { command: randomUUID(), action: 'accept', revision: '1', name: 'Anne Martin', reason: '', language: 'en' };
  const answered = await form(asApp(program), `${new URL(link).pathname}/${id}/decide`, fields).catch(() => null);
  if (answered) assert.is(answered.status, 303);
  await program.ended;
  box.onAccepted = null;
  assert.ok(box.received.length >= 1, 'one mail was accepted before the end');

  program = await start(env);
  const again = await form(asApp(program), `${new URL(link).pathname}/${id}/decide`, fields);
  assert.is(again.status, 303, 'the decision stands, or is made now: once');
  const database = await openDatabase({ databaseUrl: place.databaseUrl, dataDir: place.dataDir, join: true });
  // What ran in the dead process counts as dead after two minutes; here at once.
  await database.orm.em.fork().execute(`update pgboss.job set started_on = started_on - interval '1 hour' where state = 'active'`);
  await until(
    async () => {
      await database.orm.em.fork().execute(`update pgboss.job set start_after = now() where state = 'retry'`);
      const rows = await database.orm.em.fork().execute<{ state: string }[]>('select state from mails');
      return rows.length === 2 && rows.every((row) => row.state === 'delivered');
    },
    'both mails delivered',
    60_000,
  );
  await database.close();
  await stop(program);
  const ids = new Map(box.received.map((mail) => [mail.parsed.messageId, mail]));
  assert.equal([...ids.values()].map((mail) => mail.to).sort(), ['anne@example.com', owner]);
  for (const mail of box.received) assert.ok(mail.raw.equals(ids.get(mail.parsed.messageId)?.raw ?? Buffer.alloc(0)), 'the same bytes');
});

test.run();
