import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ConsoleSession, JoinPage, UserList } from '../../shared/console.ts';
import type { Role } from '../../shared/company.ts';
import { JoinSchema, MailSchema, UserSchema } from '../entities/index.ts';
import type { App } from '../app.ts';
import { ask, connect, issued, send, seqOf, until, type Answered } from './doors.ts';
import type { TestApp } from './harness.ts';
import { hurry, idle, startMailing, type Mailbox, type Received, type TestClock } from './mailbox.ts';
import { openPage } from './page.ts';
import { signedIn } from './strangers.ts';

let app: TestApp;
let box: Mailbox;
let clock: TestClock;
let close: () => Promise<void>;
test.before(async () => void ({ app, box, clock, close } = await startMailing()));
test.after(() => close());

const PASSWORD = 'a sentence does very well';

async function as(cookie: string, name: string, input: unknown, on: App = app) {
  const socket = await connect(on, {}, { cookie });
  const answer = await send(socket, name, input);
  socket.close();
  return answer;
}

/** The code of the refusal, or null. */
async function tried(name: string, input: unknown, cookie = app.cookie, on: App = app): Promise<string | null> {
  const answer = await as(cookie, name, input, on);
  return answer.ok ? null : answer.refusal.code;
}

async function invite(email: string, role: Role = 'member', language = 'en', name = 'Nina New'): Promise<string> {
  const answer = await as(app.cookie, 'inviteUser', { name, email, role, language });
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return String(answer.result['join']);
}

const letterTo = (email: string) => box.mail(`to ${email}`, (mail) => mail.to === email);
const tokenIn = (mail: Received) => /\/join\/([\w-]{43})/.exec(mail.parsed.text ?? '')?.[1] ?? '';

function join(token: string, body: unknown = { name: 'Nina New', password: PASSWORD }, from = 1): Promise<Answered> {
  return ask(app, 'POST', `/console/joins/${token}`, {
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify(body),
    from,
  });
}

/** Invited, and joined by the letter. */
async function colleague(email: string, role: Role, name = 'Nina New'): Promise<{ id: string; cookie: string }> {
  await invite(email, role, 'en', name);
  const answer = await join(tokenIn(await letterTo(email)), { name, password: PASSWORD });
  assert.is(answer.status, 200, answer.body);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { id: (JSON.parse(answer.body) as ConsoleSession).user.id, cookie };
}

async function list(cookie = app.cookie): Promise<UserList> {
  return JSON.parse((await ask(app, 'GET', '/console/users', { headers: { cookie } })).body) as UserList;
}

/** What never happens is a fault, not a test that hangs. */
function within<T>(happens: Promise<T>, what: string): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`in vain: ${what}`)), 5000).unref());
  return Promise.race([happens, late]);
}

const code = (answer: Answered) => [answer.status, (JSON.parse(answer.body) as { code: string }).code];

test('a colleague is asked by mail, chooses a password, and works with the others', async () => {
  const feed = await openPage(app.url, `company:${app.company}`, { cookie: app.cookie });
  const id = await invite('Nina@Example.COM', 'member', 'fr', 'Nina New');
  assert.equal(
    (await list()).joins.map(({ name, email, role, language }) => [name, email, role, language]),
    [['Nina New', 'nina@example.com', 'member', 'fr']],
  );
  const mail = await letterTo('nina@example.com');
  const { subject, text, html, from, replyTo, messageId } = mail.parsed;
  assert.is(subject, 'Test company · Olive Owner vous invite');
  assert.equal([from?.name, from?.address, replyTo?.[0]?.address], ['Test company', 'documents@example.com', 'owner@example.com']);
  assert.is(messageId, `<j.${id}@example.com>`);
  const token = tokenIn(mail);
  for (const part of [text, html])
    assert.ok(part?.includes(`${app.url}/join/${token}`) && part.includes('Membre'), 'the link and the role');
  await feed.until('delivered', () => feed.events.some((event) => event.type === 'join.mailed' && event.data.mail === 'delivered'));
  assert.is((await list()).joins[0]?.mail, 'delivered');

  const shown = await ask(app, 'GET', `/console/joins/${token}`);
  assert.equal(JSON.parse(shown.body) as JoinPage, {
    company: 'Test company',
    name: 'Nina New',
    email: 'nina@example.com',
    language: 'fr',
  });
  assert.equal(code(await join(token, { name: 'Nina', password: 'too short' })), [422, 'invalid_input']);
  assert.equal(code(await join(token, { name: ' ', password: PASSWORD })), [422, 'invalid_input']);
  const joined = await join(token, { name: ' Nina Newman ', password: PASSWORD });
  const session = JSON.parse(joined.body) as ConsoleSession;
  assert.equal(
    [joined.status, session.user.name, session.user.role, session.user.email, session.user.language],
    [200, 'Nina Newman', 'member', 'nina@example.com', 'fr'],
  );
  assert.ok(session.feedReadSeq > 0, 'what was before is no news');
  assert.match(String(joined.headers['set-cookie']), /^wd_session=[\w-]{43}; .*HttpOnly; SameSite=Lax/);
  const { users, joins } = await list();
  assert.equal([users.map((one) => one.name), joins], [['Olive Owner', 'Nina Newman'], []]);
  await feed.until('joined', () => feed.events.some((event) => event.type === 'user.joined' && event.data.join === id));
  assert.not(JSON.stringify(feed.events).includes('nina@example.com'), 'everybody hears who, readers too; nobody the address');
  const cookie = String(joined.headers['set-cookie']).split(';')[0] ?? '';
  assert.is(await tried('chooseMails', { kinds: ['accepted'] }, cookie), null);
  assert.is(await tried('saveCompany', { changes: { name: 'Mine' } }, cookie), 'forbidden');
  const login = await ask(app, 'POST', '/console/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'Nina@example.com', password: PASSWORD }),
  });
  assert.is(login.status, 200, 'and signs in later');

  assert.equal(code(await join(token)), [404, 'not_found'], 'the link works once');
  assert.is((await ask(app, 'GET', `/console/joins/${token}`)).status, 404);
  feed.close();
});

test('an address that is taken, or asked already, is not asked again', async () => {
  assert.is(await tried('inviteUser', { name: 'O', email: 'OWNER@example.com', role: 'reader', language: 'en' }), 'email_taken');
  const first = await invite('twice@example.com');
  assert.is(await tried('inviteUser', { name: 'T', email: 'Twice@example.com', role: 'reader', language: 'en' }), 'email_taken');
  assert.is(await tried('uninviteUser', { join: first }), null);
  assert.is(await tried('uninviteUser', { join: first }), 'not_found');
  const second = await invite('twice@example.com');
  const token = app.tokens.make('join', second);
  assert.is((await ask(app, 'GET', `/console/joins/${token}`)).status, 200);
  await clock.pass(app, 14 * 86_400 + 1);
  assert.equal(code(await join(token)), [404, 'not_found'], 'too old');
  const third = await invite('twice@example.com');
  assert.equal(
    (await list()).joins.map((one) => one.id),
    [third],
    'asked once more, the old one has ended',
  );
  assert.is(await tried('uninviteUser', { join: third }), null);
});

test('links that were withdrawn, made up or meant for something else open nothing, and guessing is slowed down', async () => {
  const id = await invite('gone@example.com');
  await letterTo('gone@example.com');
  assert.is(await tried('uninviteUser', { join: id }), null);
  const made = await issued(app, 'quote');
  for (const token of [
    app.tokens.make('join', id),
    app.tokens.make('join', randomUUID()),
    made.token,
    app.tokens.make('link', id),
    'A'.repeat(43),
    'x',
  ]) {
    assert.equal(code(await join(token, {}, 9)), [404, 'not_found'], token);
    assert.is((await ask(app, 'GET', `/console/joins/${token}`, { from: 9 })).status, 404, token);
  }
  const guesses = await Promise.all(Array.from({ length: 40 }, () => ask(app, 'GET', `/console/joins/${'A'.repeat(43)}`, { from: 10 })));
  assert.ok(guesses.filter((answer) => answer.status === 429).length >= 10);
  const cross = await ask(app, 'POST', `/console/joins/${app.tokens.make('join', id)}`, {
    headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
    body: '{}',
  });
  assert.equal(code(cross), [403, 'bad_origin']);
});

test('two who follow one link at once: one of them joins', async () => {
  const id = await invite('race@example.com');
  const token = app.tokens.make('join', id);
  const answers = await Promise.all(Array.from({ length: 4 }, (_, i) => join(token, { name: `N${i}`, password: PASSWORD })));
  assert.equal(answers.map((answer) => answer.status).sort(), [200, 404, 404, 404]);
  assert.is(await app.em().count(UserSchema, { email: 'race@example.com' }), 1);
});

test('a letter that is refused says so; one that is late is tried with the same bytes; a withdrawn one is not sent', async () => {
  await idle(app);
  box.plan.push('550 recipient');
  const refused = await invite('nobody@example.com');
  await until(async () => (await app.em().findOneOrFail(JoinSchema, { id: refused })).mail === 'failed', 'the letter has failed');
  box.plan.push('reset after data', 'reset after data');
  await invite('slow@example.com');
  for (const tries of [1, 2]) {
    await until(() => box.seen.filter((mail) => mail.to === 'slow@example.com').length >= tries, `try ${tries}`);
    await until(async () => (await hurry(app)).length > 0, 'it waits to be tried again');
  }
  await letterTo('slow@example.com');
  const all = box.seen.filter((mail) => mail.to === 'slow@example.com');
  assert.is(all.length, 3);
  assert.is(new Set(all.map((mail) => mail.raw.toString())).size, 1, 'byte for byte');

  box.plan.push('451');
  const withdrawn = await invite('withdrawn@example.com');
  await until(async () => (await app.em().execute("select 1 from pgboss.job where name = 'join' and state = 'retry'")).length > 0, 'late');
  assert.is(await tried('uninviteUser', { join: withdrawn }), null);
  await hurry(app);
  await until(
    async () =>
      (await app.em().execute("select 1 from pgboss.job where name = 'join' and state in ('retry', 'created', 'active')")).length === 0,
    'the job has ended',
  );
  assert.not(box.received.some((mail) => mail.to === 'withdrawn@example.com'));
});

test('whoever is removed is out at once: pages, cookie and key; they can be asked again and are who they were', async () => {
  const nina = await colleague('out@example.com', 'owner', 'Ottilie Out');
  const made = await as(nina.cookie, 'createApiKey', { label: 'hers' });
  const key = made.ok ? String(made.result['secret'] ?? app.tokens.make('key', String(made.result['key']))) : '';
  const api = () => app.api('GET', '/documents', undefined, { authorization: `Bearer ${key}` });
  assert.is((await api()).status, 200);
  const socket = await connect(app, {}, { cookie: nina.cookie });
  const cut = new Promise<string>((resolve) => socket.once('cut', ({ reason }) => resolve(reason)));
  const closed = new Promise<void>((resolve) => socket.once('disconnect', () => resolve()));
  const started = Date.now();
  assert.is(await tried('removeUser', { user: nina.id }), null);
  assert.is(await within(cut, 'the page is cut'), 'signed_out');
  await within(closed, 'its socket is closed');
  assert.ok(Date.now() - started < 2000);
  assert.is((await ask(app, 'GET', '/console/session', { headers: { cookie: nina.cookie } })).status, 401);
  assert.is((await api()).status, 401);
  assert.is(
    await connect(app, {}, { cookie: nina.cookie }).then(
      () => 'in',
      (error: Error) => error.message,
    ),
    'unauthorized',
  );
  const password = await ask(app, 'POST', '/console/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'out@example.com', password: PASSWORD }),
  });
  assert.is(password.status, 401);
  assert.is(await tried('removeUser', { user: nina.id }), 'not_found');
  assert.is(await tried('changeRole', { user: nina.id, role: 'owner' }), 'not_found');
  assert.not((await list()).users.some((one) => one.id === nina.id));

  box.received.length = 0;
  const back = await colleague('out@example.com', 'reader', 'Ottilie Back');
  assert.is(back.id, nina.id);
  const [user] = (await list()).users.filter((one) => one.id === nina.id);
  assert.equal([user?.name, user?.role], ['Ottilie Back', 'reader']);
  assert.is((await api()).status, 401, 'an old key stays revoked');
  assert.is((await ask(app, 'GET', '/console/session', { headers: { cookie: nina.cookie } })).status, 401, 'an old session stays ended');
  assert.is(await tried('removeUser', { user: nina.id }), null);
});

test('whom a removed user has invited cannot come any more', async () => {
  const boss = await colleague('boss@example.com', 'owner', 'Bo Boss');
  const asked = await as(boss.cookie, 'inviteUser', { name: 'Gus Guest', email: 'gus@example.com', role: 'owner', language: 'en' });
  const join = asked.ok ? String(asked.result['join']) : '';
  const kept = await invite('kept@example.com');
  assert.is(await tried('removeUser', { user: boss.id }), null);
  assert.equal(
    (await list()).joins.map(({ id }) => id).filter((id) => id === join || id === kept),
    [kept],
  );
  assert.is((await ask(app, 'GET', `/console/joins/${app.tokens.make('join', join)}`)).status, 404);
});

test('a removed user is not written to any more', async () => {
  const leaving = await colleague('leaving@example.com', 'member', 'Lea Leaving');
  await idle(app);
  box.plan.push(...Array<'451'>(20).fill('451'));
  const made = await issued(app, 'quote');
  const page = await connect(app, { link: made.token });
  assert.ok((await send(page, 'refuseDocument', { document: made.id, revision: 1, name: 'Anne', reason: null, language: 'en' })).ok);
  page.close();
  const late = async () => (await app.em().execute("select 1 from pgboss.job where name = 'letter' and state = 'retry'")).length;
  await until(async () => (await late()) >= 4, 'the letters are late');
  await idle(app);
  box.plan.length = 0;
  assert.is(await tried('removeUser', { user: leaving.id }), null);
  await hurry(app);
  await idle(app);
  assert.is(await late(), 0);
  const about = box.received.filter((mail) => mail.parsed.subject?.includes(made.number));
  assert.ok(about.some((mail) => mail.to === 'owner@example.com'));
  assert.not(about.some((mail) => mail.to === 'leaving@example.com'));
  const [mail] = await app.em().find(MailSchema, { user: leaving.id, document: made.id });
  assert.equal([mail?.state, mail?.cause], ['failed', 'no_access']);
});

test('nobody is left without an owner, also when two take it from each other at once', async () => {
  assert.is(await tried('changeRole', { user: app.owner.user, role: 'member' }), 'last_owner');
  assert.is(await tried('removeUser', { user: app.owner.user }), 'last_owner');
  assert.is(await tried('changeRole', { user: app.owner.user, role: 'owner' }), null, 'what changes nothing is no fault');
  const second = await colleague('second@example.org', 'member', 'Sven Second');
  // In two processes: in one of them they would wait for each other before the database is asked.
  const other = await app.another();
  for (let round = 0; round < 12; round += 1) {
    await app.em().execute("update users set role = 'owner' where id in (?, ?)", [app.owner.user, second.id]);
    const answers = await Promise.all([
      tried('changeRole', { user: second.id, role: 'member' }),
      tried('changeRole', { user: app.owner.user, role: 'member' }, second.cookie, other),
    ]);
    const [row] = await app
      .em()
      .execute<{ n: number }[]>("select count(*)::int as n from users where role = 'owner' and removed_at is null and company_id = ?", [
        app.company,
      ]);
    assert.is(row?.n, 1, `round ${round}: ${answers.join()}`);
    assert.equal(answers.filter((one) => one === null).length, 1);
    assert.ok(answers.some((one) => one === 'forbidden' || one === 'last_owner'));
  }
  await app.em().execute("update users set role = 'owner' where id = ?", [app.owner.user]);
  await app.em().execute("update users set role = 'member' where id = ?", [second.id]);
  const socket = await openPage(app.url, `company:${app.company}`, { cookie: second.cookie });
  assert.is(await tried('changeRole', { user: second.id, role: 'reader' }), null);
  await socket.until('told', () => socket.events.some((event) => event.type === 'user.role_changed' && event.data.role === 'reader'));
  assert.is(await tried('markFeedRead', { upTo: await seqOf(app) }, second.cookie), null, 'a reader still reads');
  socket.close();
  assert.ok(await signedIn(app, second.id));
});

test.run();
