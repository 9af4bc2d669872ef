import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../../shared/refusal.ts';
import { readLarge } from './aside.ts';
import { replyTokens } from './conversation.ts';
import { readMail, type Mail } from './read.ts';
import { mailFile, rawMail } from './testing.ts';

const FROM = ['From: anne@example.com', 'To: documents@example.com'];
const refusedBy = async (work: Promise<Mail>) =>
  work.then(
    () => 'read',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

test('whatever is broken is read as far as it goes, or refused as malformed; nothing else is thrown', async () => {
  const whole = mailFile('outlook-pdf-logo-fr.eml');
  const broken: Buffer[] = [
    ...Array.from({ length: 40 }, (_, i) => whole.subarray(0, Math.round((whole.length * i) / 40))),
    ...Array.from({ length: 20 }, (_, i) =>
      Buffer.concat([whole.subarray(0, i * 300), Buffer.from([0, 255, 13, 10, 61, 61]), whole.subarray(i * 300)]),
    ),
    rawMail([...FROM, 'Content-Type: text/plain; charset=klingon', 'Content-Transfer-Encoding: base64'], '%%%=='),
    rawMail([...FROM, 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable'], '=ZZ=C3=E'),
    rawMail([...FROM, 'Content-Type: multipart/mixed'], 'no boundary'),
    rawMail([...FROM, 'Subject: =?utf-8?Q?=C3?= =?bogus?X?y?=', 'Content-Type: ; ;;=']),
    Buffer.from('From anne\n\n\n'),
  ];
  for (const raw of broken) assert.match(await refusedBy(readMail(raw)), /^(?:read|malformed)$/);
});

test('what is no mail is malformed', async () => {
  for (const raw of ['', 'hello', '\r\n\r\nhello', 'X-Other: 1\r\n\r\nhello', '\u0000\u0001'])
    assert.is(await refusedBy(readMail(Buffer.from(raw))), 'malformed', JSON.stringify(raw));
});

test('depth, headers and the number of parts have an end', async () => {
  const nested = Array.from({ length: 30 }, (_, i) => `--b${i}\r\nContent-Type: multipart/mixed; boundary="b${i + 1}"\r\n`).join('\r\n');
  assert.is(await refusedBy(readMail(rawMail([...FROM, 'Content-Type: multipart/mixed; boundary="b0"'], nested))), 'malformed');
  assert.is(await refusedBy(readMail(rawMail([...FROM, `X-Long: ${'x'.repeat(300_000)}`]))), 'malformed');
  const many = '--b\r\n\r\n'.repeat(30_000);
  assert.is(await refusedBy(readMail(rawMail([...FROM, 'Content-Type: multipart/mixed; boundary=b'], many))), 'malformed');
});

test('in a thread of its own a mail reads the same, and is refused the same', async () => {
  for (const name of ['outlook-pdf-logo-fr.eml', 'free-zimbra-fr-latin1.eml', 'bounce-dsn.eml'])
    assert.equal(await readLarge(mailFile(name), 0), await readMail(mailFile(name)), name);
  assert.is(await refusedBy(readLarge(Buffer.from('hello'), 0)), 'malformed');
});

test('a message within the message is a file, its words are not the sender’s', async () => {
  const inner = 'From: other@example.com\r\nTo: x@example.com\r\nSubject: inner\r\n\r\nInner words';
  const raw = rawMail(
    [...FROM, 'Content-Type: multipart/mixed; boundary=b'],
    `--b\r\n\r\nOuter\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--b--`,
  );
  const mail = await readMail(raw);
  assert.is(mail.text.trim(), 'Outer');
  assert.equal([mail.parts.map((part) => part.mediaType), mail.from], [['message/rfc822'], ['anne@example.com']]);
});

test('the senders of a mail are its addresses, not their names', async () => {
  const from = async (...values: string[]) => (await readMail(rawMail([...values.map((one) => `From: ${one}`), 'To: x@example.com']))).from;
  assert.equal(await from('"anne@example.com" <m@example.org>'), ['m@example.org']);
  assert.equal(await from('"anne@example.com, x" <m@example.org>'), ['m@example.org']);
  assert.equal(await from('=?utf-8?Q?anne=40example.com?= <m@example.org>'), ['m@example.org']);
  assert.equal(await from('a@example.com', 'b@example.com'), ['a@example.com', 'b@example.com']);
  assert.equal(await from('team: a@example.com, b@example.com;'), ['a@example.com', 'b@example.com']);
  assert.equal(await from('<>'), []);
});

test('the conversation: the address first, then the mail that is answered, then the thread from the nearest', async () => {
  const t = (letter: string) => letter.repeat(42);
  const mail = await readMail(
    rawMail([
      'From: anne@example.com',
      `References: <r.${t('a')}@x> <other@x>\r\n <r.${t('b')}@x>`,
      `In-Reply-To: <r.${t('c')}@x>`,
      `To: Someone <someone@x>, "Docs" <documents+${t('D')}@x>`,
      `Delivered-To: documents+${t('e')}@x`,
      `X-Forwarded-To: a@x, documents+${t('f')}@x`,
      `Bcc: documents+${t('g')}@x`,
      `Subject: documents+${t('h')}@x <r.${t('i')}@x>`,
    ]),
  );
  assert.equal(replyTokens(mail), ['d', 'e', 'f', 'c', 'b', 'a'].map(t));
});

test.run();
