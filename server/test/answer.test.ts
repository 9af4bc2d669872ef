import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { rawMail } from '../formats/mail/testing.ts';
import { dealView } from '../views/deal.ts';
import { ask, connect, form, issued, send, type Made } from './doors.ts';
import { INBOUND_SECRET, type TestApp } from './harness.ts';
import { GRACE, idle, startMailing, type Mailbox, type Received, type TestClock } from './mailbox.ts';

/** What counts as read: what somebody had in front of them, and nothing that came in while they wrote. */

const ANNE = 'anne@example.com';
let app: TestApp;
let box: Mailbox;
let clock: TestClock;
let close: () => Promise<void>;
test.before(async () => void ({ app, box, clock, close } = await startMailing()));
test.after(() => close());

async function say(made: Made, text: string): Promise<void> {
  const socket = await connect(app, {}, { cookie: app.cookie });
  const answer = await send(socket, 'postMessage', { document: made.id, text, notify: true, name: null });
  assert.ok(answer.ok);
  socket.close();
}

const mailWith = (made: Made, text: string) =>
  box.mail(text, (mail) => mail.to === ANNE && (mail.parsed.text ?? '').includes(text) && mail.raw.toString().includes(made.id));

/** Answers a mail of ours as a mail program does. */
async function answer(mail: Received, text: string): Promise<number> {
  const body = rawMail(
    [
      `From: Anne Martin <${ANNE}>`,
      `To: <${mail.parsed.replyTo?.[0]?.address ?? ''}>`,
      `Subject: Re: ${mail.parsed.subject ?? ''}`,
      `In-Reply-To: ${mail.parsed.messageId}`,
      `Message-ID: <${randomUUID()}@example.net>`,
      'Content-Type: text/plain; charset=utf-8',
    ],
    text,
  );
  const headers = { 'content-type': 'message/rfc822', authorization: `Bearer ${INBOUND_SECRET}` };
  return (await ask(app, 'POST', '/webhooks/inbound-mail', { headers, body })).status;
}

const unreadOf = async (made: Made) => {
  const view = await dealView(app.em(), made.deal, 'owner');
  const read = view?.people.find((person) => person.side === 'client')?.readSeq ?? 0;
  return view?.messages.filter((one) => one.side === 'owner' && one.seq > read).map((one) => one.text);
};

test('our own mail is answered by mail: what came in meanwhile is unread, and mailed in its turn', async () => {
  const made = await issued(app, 'quote');
  await say(made, 'Which colour?');
  await clock.pass(app, GRACE + 1);
  const first = await mailWith(made, 'Which colour?');
  await say(made, 'And which size?');
  assert.is(await answer(first, 'Blue.'), 201);
  assert.equal(await unreadOf(made), ['And which size?']);
  await clock.pass(app, GRACE + 1);
  const second = await mailWith(made, 'And which size?');
  assert.not.ok(second.parsed.text?.includes('Which colour?'));
  assert.is(await answer(second, 'Large.'), 201);
  assert.equal(await unreadOf(made), []);
});

test('the owner who tries the client’s page reads nothing for the client', async () => {
  const made = await issued(app, 'quote');
  await say(made, 'For Anne’s eyes');
  const trying = await connect(app, { link: made.token, asClient: true }, { cookie: app.cookie });
  assert.ok((await send(trying, 'markRead', { document: made.id, upTo: 1_000_000 })).ok);
  const posted = await send(trying, 'postMessage', { document: made.id, text: 'A try', notify: false, readUpTo: 1_000_000, name: null });
  assert.ok(posted.ok);
  trying.close();
  assert.equal(await unreadOf(made), ['For Anne’s eyes']);
  await clock.pass(app, GRACE + 1);
  await mailWith(made, 'For Anne’s eyes');
  await idle(app);
});

test('a program that writes with a user’s key reads nothing for the user; a form reads what was on its page', async () => {
  const made = await issued(app, 'quote');
  await say(made, 'On the page');
  const path = `/d/${made.token}/${made.id}`;
  const page = await ask(app, 'GET', path);
  const read = /name="read" value="(\d+)"/.exec(page.body)?.[1] ?? '';
  await say(made, 'Since then');
  assert.is((await form(app, `${path}/messages`, { command: randomUUID(), read, text: 'Hello' })).status, 303);
  assert.equal(await unreadOf(made), ['Since then']);
  await app.api('POST', `/documents/${made.id}/messages`, { text: 'By the program' });
  await clock.pass(app, GRACE + 1);
  await box.mail('to the owner', (mail) => mail.to === 'owner@example.com' && (mail.parsed.text ?? '').includes('Hello'));
});

test.run();
