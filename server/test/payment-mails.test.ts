import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { connect, issued, send, type Made } from './doors.ts';
import type { TestApp } from './harness.ts';
import { idle, startMailing, type Mailbox } from './mailbox.ts';

let app: TestApp;
let box: Mailbox;
let close: () => Promise<void>;
test.before(async () => void ({ app, box, close } = await startMailing()));
test.after(() => close());

const ANNE = 'anne@example.com';

async function asOwner(name: string, input: unknown): Promise<Record<string, unknown>> {
  const socket = await connect(app, {}, { cookie: app.cookie });
  const answer = await send(socket, name, input);
  socket.close();
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.refusal)}`);
  return answer.result;
}

const pay = (made: Made, amount: string, more: Record<string, unknown> = {}) =>
  asOwner('recordPayment', { document: made.id, amount, day: '2026-11-24', method: 'transfer', reference: null, ...more });
const mailsAbout = ({ number }: Made) => box.received.filter((mail) => (mail.parsed.subject ?? '').includes(number));

test('what was received is told with its receipt, a PDF, and what was left by then', async () => {
  const invoice = await issued(app, 'invoice');
  await pay(invoice, '100.00');
  const part = await box.mail('of a part', (mail) => mail.to === ANNE && (mail.parsed.subject ?? '').includes(invoice.number));
  assert.match(part.parsed.subject ?? '', /^Test company · Invoice \S+: payment of €100\.00 received$/);
  assert.match(part.parsed.text ?? '', /There is €140\.00 left to pay[^]*The receipt is attached[^]*Bank transfer[^]*24 Nov 2026/);
  assert.ok(part.parsed.text?.includes(`/d/${invoice.token}/${invoice.id}`));
  const [receipt, ...others] = part.parsed.attachments;
  assert.equal([receipt?.mimeType, others.length], ['application/pdf', 0]);
  assert.match(receipt?.filename ?? '', /^Payment-receipt-.*\.pdf$/);
  assert.is(
    Buffer.from(receipt?.content as ArrayBuffer)
      .subarray(0, 5)
      .toString(),
    '%PDF-',
  );
  await pay(invoice, '140.00');
  await idle(app);
  const [, whole] = mailsAbout(invoice);
  assert.match(whole?.parsed.subject ?? '', /^Test company · Invoice \S+ paid$/);
  assert.match(whole?.parsed.attachments[0]?.filename ?? '', /-2\.pdf$/, 'one receipt does not replace the other');
  assert.is(mailsAbout(invoice).length, 2, 'who has entered it needs no mail about it');
});

test('the client is told that an entry was taken back, without a receipt, and only where the owner wants it', async () => {
  const invoice = await issued(app, 'invoice');
  await pay(invoice, '240.00', { notify: false });
  const { body } = await app.api('GET', `/documents/${invoice.id}`);
  const [entry] = body.payments as { id: string }[];
  await asOwner('reversePayment', { document: invoice.id, entry: entry?.id, reason: 'Another client’s' });
  await idle(app);
  const [mail, ...others] = mailsAbout(invoice);
  assert.equal([others.length, mail?.parsed.attachments.length], [0, 0]);
  assert.match(mail?.parsed.subject ?? '', /payment of €240\.00 taken back$/);
  assert.match(mail?.parsed.text ?? '', /by mistake[^]*There is €240\.00 left to pay[^]*Another client’s/);
});

test.run();
