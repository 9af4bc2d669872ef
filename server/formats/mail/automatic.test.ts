import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { automaticBy } from './automatic.ts';
import { readMail } from './read.ts';
import { rawMail } from './testing.ts';

const by = async (...headers: string[]) =>
  automaticBy(
    await readMail(
      rawMail([...headers, ...(headers.some((one) => /^From:/i.test(one)) ? [] : ['From: anne@example.com']), 'To: documents@example.com']),
    ),
  );

/** Headers, and the sign they are; null: a person's. */
const TABLE: [string[], string | null][] = [
  [['Auto-Submitted: auto-replied'], 'auto-submitted'],
  [['auto-submitted: Auto-Generated; owner-email="x@example.com"'], 'auto-submitted'],
  [['Auto-Submitted: auto-notified'], 'auto-submitted'],
  [['Auto-Submitted: no'], null],
  [['Auto-Submitted: No; comment'], null],
  [['Auto-Submitted: nobody-knows'], 'auto-submitted'],
  [['Auto-Submitted:'], null],
  [['Precedence: bulk'], 'precedence'],
  [['Precedence: JUNK'], 'precedence'],
  [['Precedence: list'], 'precedence'],
  [['Precedence: auto_reply'], 'precedence'],
  [['Precedence: first-class'], null],
  [['X-Autoreply: yes'], 'autoreply'],
  [['X-Autoreply: no'], null],
  [['X-Autorespond: Re: hello'], 'autorespond'],
  [['List-Id: <a.example.com>'], 'list'],
  [['List-Unsubscribe: <mailto:x@example.com>'], 'list'],
  [['Return-Path: <>'], 'bounce'],
  [['Return-Path: <anne@example.com>'], null],
  [['X-Failed-Recipients: a@example.com'], 'bounce'],
  [['Content-Type: multipart/report; report-type=delivery-status; boundary=x'], 'report'],
  [['Content-Type: multipart/mixed; boundary=report'], null],
  [['From: Mail Delivery System <MAILER-DAEMON@example.com>'], 'daemon'],
  [['From: postmaster@example.com'], 'daemon'],
  [['From: postmasters@example.com'], null],
  [['From: "postmaster@example.com" <anne@example.com>'], null],
  [['Subject: Automatic reply: Quote'], null],
  [['Subject: Réponse automatique : Devis'], null],
  [['X-Auto-Response-Suppress: All'], null],
  [['X-Auto-Response-Suppress: All', 'Subject: Re: Quote'], null],
  [['X-Auto-Response-Suppress: DR, RN', 'Subject: Automatic reply: Quote'], null],
  [['X-Auto-Response-Suppress: DR, OOF, AutoReply', 'Subject: Automatic reply: Quote'], 'absence'],
  [['X-Auto-Response-Suppress: All', 'Subject: =?utf-8?Q?R=C3=A9ponse_automatique=C2=A0:_Devis?='], 'absence'],
  [['X-Auto-Response-Suppress: All', 'Subject: Absence du bureau : Devis'], 'absence'],
  [['X-Auto-Response-Suppress: All', 'Subject: Re: Automatic reply: Quote'], null],
];

for (const [headers, sign] of TABLE)
  test(`${headers.join(' | ')} → ${sign ?? 'a person'}`, async () => assert.is(await by(...headers), sign));

test('the line a mailbox puts above a mail is no header, and names the empty sender of a bounce', async () => {
  const headers = ['From: anne@example.com', 'To: documents@example.com'];
  const line = (sender: string) => `From ${sender} Tue Nov 24 10:12:00 2026`;
  assert.is(automaticBy(await readMail(rawMail([line('MAILER-DAEMON'), ...headers]))), 'daemon');
  const person = await readMail(rawMail([line('anne@example.com'), ...headers]));
  assert.is(automaticBy(person), null);
  assert.equal([person.from, person.text.trim()], [['anne@example.com'], 'Hello']);
});

test.run();
