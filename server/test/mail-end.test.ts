import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../shared/refusal.ts';
import { MailSchema } from '../entities/index.ts';
import { KEEP } from '../env.ts';
import type { Execute } from '../execute.ts';
import { sendLetters } from '../jobs/letters.ts';
import { leaveJobs, QUEUES } from '../jobs/queues.ts';
import { tidy } from '../jobs/tidy.ts';
import { compose } from '../outside/compose.ts';
import { openJobs } from '../outside/jobs.ts';
import { openFolder } from '../outside/storage.ts';
import { createSeal } from '../secrets.ts';
import { connect, issued, send, until, type Made } from './doors.ts';
import { SECRET, type TestApp } from './harness.ts';
import { GRACE, hurry, idle, startMailing, type Behaviour, type Mailbox, type TestClock } from './mailbox.ts';
import { parseScrape } from './prometheus.ts';

/** What becomes of a mail when something is wrong with it, or with us. Answers by mail are not taken here: they go to a person. */

const OWNER = 'owner@example.com';
const logger = pino({ level: 'silent' });
let app: TestApp;
let box: Mailbox;
let clock: TestClock;
let close: () => Promise<void>;
test.before(async () => void ({ app, box, clock, close } = await startMailing({ inbound: false })));
test.after(() => close());

const decision = (made: Made, extra: Record<string, unknown> = {}) => ({
  document: made.id,
  revision: 1,
  name: 'Bo Bare',
  reason: null,
  language: 'en',
  ...extra,
});
const mails = (made: Made) => app.em().find(MailSchema, { document: made.id }, { orderBy: { position: 'asc' } });
const withEmail = (email: string | null) => ({ client: { name: 'Bare Ltd', contacts: [{ name: 'Bo Bare', email, language: 'en' }] } });
const mailTo = (to: string, made: Made) => box.mail(`to ${to}`, (one) => one.to === to && (one.parsed.subject ?? '').includes(made.number));

async function asClient(made: Made, name: string, input: unknown): Promise<void> {
  const socket = await connect(app, { link: made.token });
  const answer = await send(socket, name, input);
  socket.close();
  assert.ok(answer.ok, JSON.stringify(answer));
}

async function asOwner(name: string, input: unknown): Promise<void> {
  const socket = await connect(app, {}, { cookie: app.cookie });
  const answer = await send(socket, name, input);
  socket.close();
  assert.ok(answer.ok, JSON.stringify(answer));
}

/** A mail to the client that was refused once and is to be tried again. */
async function waiting(trouble: Behaviour = '451'): Promise<Made> {
  const made = await issued(app, 'quote');
  box.plan.push(trouble);
  await asOwner('postMessage', { document: made.id, text: 'Please look', notify: true, name: null });
  await clock.pass(app, GRACE + 1);
  await until(async () => (await mails(made)).length === 1, 'the mail is made');
  await idle(app);
  return made;
}

/** The end of the document's last mail, as the table and the owner's view have it. */
async function endOf(made: Made) {
  const mail = await until(async () => (await mails(made)).findLast((one) => one.state !== 'waiting'), 'an end');
  return [mail.state, mail.cause, mail.detail];
}

test('an address that is none takes no mail with it: the answer goes to the next best', async () => {
  const made = await issued(app, 'quote', withEmail('bo@example.com'));
  // As it came in with a file.
  await app.em().execute(`update contacts set email = 'bo@example.com;' where email = 'bo@example.com'`);
  await asClient(made, 'acceptDocument', decision(made, { email: 'bo@given.example' }));
  const told = await mailTo(OWNER, made);
  assert.equal(
    told.parsed.replyTo?.map((one) => one.address),
    ['bo@given.example'],
  );
});

test('an apostrophe, and a domain in its own letters', async () => {
  const made = await issued(app, 'order', withEmail("o'brien@example.com"));
  await asClient(made, 'acceptDocument', decision(made));
  assert.is((await mailTo("o'brien@example.com", made)).parsed.to?.[0]?.address, "o'brien@example.com");
  const abroad = await issued(app, 'order', withEmail('anne@exämple.example'));
  await asClient(abroad, 'acceptDocument', decision(abroad));
  const mail = await box.mail('abroad', (one) => (one.parsed.subject ?? '').includes(abroad.number) && one.to !== OWNER);
  assert.match(mail.raw.toString(), /^To: .*anne@xn--exmple-cua\.example/m);
});

test('a mail that cannot even be made any more has failed with its last try, and the owner is told', async () => {
  const made = await waiting();
  await app.em().execute(`update mails set sealed = 'closed under another secret' where document_id = ?`, [made.id]);
  await app.em().execute(`update pgboss.job set retry_count = retry_limit - 1 where name = 'letter' and state = 'retry'`);
  await hurry(app);
  assert.equal(await endOf(made), ['failed', 'unsent', null]);
  const { events } = (await app.api('GET', '/events?after=0&limit=500')).body as { events: { type: string; document: string }[] };
  assert.ok(events.some((event) => event.type === 'mail.failed' && event.document === made.id));
});

test('a mail whose job died is given up by night; one that has its job is left alone', async () => {
  const [lost, kept] = [await waiting(), await waiting()];
  const [mail] = await mails(lost);
  await app.em().execute(`update pgboss.job set state = 'failed' where name = 'letter' and data->>'mail' = ?`, [mail?.id]);
  const queues = await openJobs(app.database.address, logger, { work: false, queues: Object.values(QUEUES) });
  const { em, execute, metrics } = app;
  const parts = { em, execute, queues, jobs: leaveJobs(queues), storage: openFolder(app.filesDir), keep: KEEP, metrics, logger };
  const night = (hours: number) => tidy(parts, new Date(clock.now().getTime() + hours * 3_600_000));
  const unsent = async () => parseScrape(await metrics.text()).value('webdocument_mails_total', { outcome: 'unsent' });
  const before = await unsent();
  await night(0);
  assert.is((await mails(lost))[0]?.state, 'waiting', 'not at once');
  await night(2);
  await queues.stop();
  assert.equal(await endOf(lost), ['failed', 'unsent', null]);
  assert.is(await unsent(), before + 1);
  assert.is((await mails(kept))[0]?.state, 'waiting');
  await hurry(app);
  assert.equal(await endOf(kept), ['delivered', null, null]);
});

test('a link that is revoked between two tries is not sent', async () => {
  const made = await waiting();
  const [link] = (await app.api('GET', `/documents/${made.id}`)).body.links as { id: string }[];
  await asOwner('revokeLink', { document: made.id, link: link?.id });
  await hurry(app);
  assert.equal(await endOf(made), ['failed', 'link_revoked', null]);
  assert.not.ok(box.received.some((one) => (one.parsed.subject ?? '').includes(made.number)));
});

test('a recipient refused for want of a login is our settings’ fault: the mail goes out when they are mended', async () => {
  for (const trouble of ['550 relay', '530 login'] as const) {
    const made = await waiting(trouble);
    assert.is((await mails(made))[0]?.state, 'waiting', trouble);
    await hurry(app);
    assert.equal(await endOf(made), ['delivered', null, null]);
  }
});

test('what a refused mail had to say is said again by the next one', async () => {
  const made = await issued(app, 'quote');
  box.plan.push('554 message');
  await asOwner('postMessage', { document: made.id, text: 'The first word', notify: true, name: null });
  await clock.pass(app, GRACE + 1);
  assert.equal((await endOf(made)).slice(0, 2), ['failed', 'refused']);
  await asOwner('postMessage', { document: made.id, text: 'The second word', notify: true, name: null });
  await clock.pass(app, GRACE + 1);
  const text = (await mailTo('anne@example.com', made)).parsed.text ?? '';
  assert.ok(text.includes('The first word') && text.includes('The second word'), text);
});

test('a contact without an address is reminded at the one they gave', async () => {
  const made = await issued(app, 'quote', withEmail(null));
  const remindOn = new Date(clock.now().getTime() + 3 * 86_400_000).toISOString().slice(0, 10);
  await asClient(made, 'holdQuote', decision(made, { remindOn, email: 'bo@reminded.example' }));
  await clock.pass(app, 4 * 86_400);
  await until(async () => (await mails(made)).some((mail) => mail.kind === 'reminder' && mail.side === 'owner'), 'the day');
  await idle(app);
  const reminded = (await mails(made)).filter((mail) => mail.kind === 'reminder' && mail.side === 'client');
  assert.equal(
    reminded.map((mail) => [mail.address, mail.state]),
    [['bo@reminded.example', 'delivered']],
  );
});

test('accepted is accepted: an end that cannot be written down at once is not sent again, nor called a failure', async () => {
  const made = await waiting();
  const [mail] = await mails(made);
  let sent = 0;
  let away = 2;
  const execute: Execute = (request) => ((away -= 1) >= 0 ? Promise.reject(new Refusal('unavailable')) : app.execute(request));
  const letters = sendLetters({
    em: app.em,
    execute,
    tokens: app.tokens,
    seal: createSeal(SECRET, 'mail'),
    compose,
    drawReceipt: () => Promise.reject(new Error('no receipt is asked for')),
    post: {
      verify: async () => {},
      send: async () => {
        sent += 1;
        return { outcome: 'accepted' };
      },
    },
    from: { name: null, address: 'documents@example.com' },
    repliable: false,
    publicUrl: () => app.url,
    metrics: app.metrics,
    logger,
    now: clock.now,
  });
  await letters({ data: { mail: mail?.id ?? randomUUID() }, last: true });
  assert.is(sent, 1);
  assert.equal(await endOf(made), ['delivered', null, null]);
});

test.run();
