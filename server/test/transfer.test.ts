import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CompanySchema } from '../entities/index.ts';
import { readPdf } from '../outside/pdf/read.ts';
import { ask, issued, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { scanSvg } from './scan.ts';

/** What stands beside an invoice: the code of a transfer, and receipts. */

let app: TestApp;
test.before(async () => {
  app = await startApp();
  const payment = { iban: 'FR76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPP', reference: null, accountName: 'Émilie Łódź & Fils' };
  await app.em().nativeUpdate(CompanySchema, { id: app.company }, { payment });
});
test.after(() => app?.close());

const facts = { ip: null, userAgent: null, pdf: null };

/** Records that money came in; answers the entry's id. */
async function paid({ id }: Made, amount: string, method = 'cheque'): Promise<string> {
  const input = { document: id, amount, day: new Date().toISOString().slice(0, 10), method, reference: 'No. 42', notify: false };
  const { result } = await app.execute({ name: 'recordPayment', id: randomUUID(), input, acting: app.owner, facts });
  return String(result['entry']);
}

interface Door {
  path: (of: Made, rest: string) => string;
  headers: () => Record<string, string>;
}

const CLIENT: Door = { path: ({ id, token }, rest) => `/d/${token}/${id}${rest}`, headers: () => ({}) };
const OWNER: Door = { path: ({ id }, rest) => `/console/documents/${id}${rest}`, headers: () => ({ cookie: app.cookie }) };
const KEY: Door = {
  path: ({ id }, rest) => `/api/v1/documents/${id}${rest.replace(/receipt\.pdf/, 'receipt')}`,
  headers: () => ({ authorization: `Bearer ${app.key}` }),
};

/** The answer with its bytes as they are. */
async function get(door: Door, of: Made, rest: string): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const response = await fetch(`${app.url}${door.path(of, rest)}`, { headers: door.headers() });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

const scanned = async (door: Door, of: Made) => scanSvg((await get(door, of, '/transfer.svg')).bytes.toString('utf8'))?.split('\n');

test('both sides see the code of what is left to pay now, and none once nothing is', async () => {
  const invoice = await issued(app, 'invoice');
  for (const door of [CLIENT, OWNER]) {
    const { status, headers } = await get(door, invoice, '/transfer.svg?amount=1.00');
    assert.is(status, 200);
    assert.match(headers.get('content-type') ?? '', 'image/svg+xml');
    assert.is(headers.get('cache-control'), 'private, no-store');
    assert.equal(await scanned(door, invoice), [
      ...['BCD', '002', '1', 'SCT', 'AGRIFRPP', 'Émilie Łódź & Fils', 'FR7630006000011234567890189', 'EUR240.00', '', '', invoice.number],
    ]);
  }
  await paid(invoice, '100.50');
  for (const door of [CLIENT, OWNER]) assert.is((await scanned(door, invoice))?.[7], 'EUR139.50');
  await paid(invoice, '139.50');
  for (const door of [CLIENT, OWNER]) {
    const { status, bytes } = await get(door, invoice, '/transfer.svg');
    assert.is(status, 404);
    // The answer of every address that opens nothing.
    assert.match(bytes.toString('utf8'), door === CLIENT ? 'This link opens nothing' : '"code":"not_found"');
  }
});

test('no code of a quote, nor of an invoice in another currency', async () => {
  for (const made of [await issued(app, 'quote'), await issued(app, 'invoice', { currency: 'USD' })])
    for (const door of [CLIENT, OWNER]) assert.is((await get(door, made, '/transfer.svg')).status, 404);
});

test('the receipt of a payment is sent through every door, the same file each time', async () => {
  const invoice = await issued(app, 'invoice');
  const entry = await paid(invoice, '100.50');
  const files = await Promise.all([CLIENT, OWNER, KEY].map((door) => get(door, invoice, `/payments/${entry}/receipt.pdf`)));
  for (const { status, headers, bytes } of files) {
    assert.is(status, 200);
    assert.is(headers.get('content-type'), 'application/pdf');
    assert.is(headers.get('content-disposition'), `inline; filename="Payment-receipt-${invoice.number}.pdf"`);
    assert.match(headers.get('cache-control') ?? '', 'private, no-store');
    assert.ok(bytes.equals(files[0]!.bytes));
  }
  const texts = readPdf(files[0]!.bytes).pages.flat();
  for (const text of ['Payment receipt', 'Cheque', 'No. 42', '€100.50', '€139.50', '€240.00']) assert.ok(texts.includes(text), text);
  const second = await paid(invoice, '39.50');
  const kept = await get(CLIENT, invoice, `/payments/${second}/receipt.pdf?download`);
  assert.is(kept.headers.get('content-disposition'), `attachment; filename="Payment-receipt-${invoice.number}-2.pdf"`);
});

test('an entry is found through its own invoice alone, and only where it has a receipt', async () => {
  const [invoice, other] = [await issued(app, 'invoice'), await issued(app, 'invoice')];
  const [entry, foreign] = [await paid(invoice, '10.00'), await paid(other, '10.00')];
  const input = { document: invoice.id, entry, reason: 'Mistyped', notify: false };
  const reversed = await app.execute({ name: 'reversePayment', id: randomUUID(), input, acting: app.owner, facts });
  const answers = new Map<Door, Set<string>>();
  for (const id of [foreign, String(reversed.result['entry']), randomUUID(), 'x', '..%2fpdf', `${entry}x`])
    for (const door of [CLIENT, OWNER, KEY]) {
      const answer = await ask(app, 'GET', door.path(invoice, `/payments/${id}/receipt.pdf`), { headers: door.headers() });
      assert.is(answer.status, 404, id);
      answers.set(door, (answers.get(door) ?? new Set()).add(answer.body.replace(/urn:request:[0-9a-f-]+/, '')));
    }
  for (const texts of answers.values()) assert.is(texts.size, 1, [...texts].join('\n'));
  assert.is((await ask(app, 'GET', CLIENT.path({ ...other, token: invoice.token }, `/payments/${foreign}/receipt.pdf`))).status, 404);
  const { bytes } = await get(CLIENT, invoice, `/payments/${entry}/receipt.pdf`);
  assert.match(readPdf(bytes).pages.flat().join(' '), /Since this payment .*Taken back on .*: €10\.00/);
});

test.run();
