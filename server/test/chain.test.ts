import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DocumentView } from '../../shared/view.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { App } from '../app.ts';
import type { Name } from '../commands/index.ts';
import { LinkSchema } from '../entities/index.ts';
import { evidenceFor } from '../doors/evidence.ts';
import { dealView } from '../views/deal.ts';
import { CLIENT, LINE } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let app: TestApp;
let other: App;

test.before(async () => {
  app = await startApp();
  other = await app.another();
});
test.after(() => app?.close());

const facts = { ip: null, userAgent: null, pdf: null };

/** Runs a command as the owner, on one of two programs; answers the result or the code of the refusal. */
async function run(name: Name, input: unknown, on: App = app): Promise<Record<string, unknown> | string> {
  try {
    return (await on.execute({ name, id: randomUUID(), input, acting: app.owner, facts })).result;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

async function done(name: Name, input: unknown, on: App = app): Promise<Record<string, unknown>> {
  const result = await run(name, input, on);
  if (typeof result === 'string') throw new Error(`${name} was refused: ${result}`);
  return result;
}

async function documents(deal: string): Promise<DocumentView[]> {
  return (await dealView(app.em(), deal, 'owner'))?.documents ?? [];
}

/** An order of these quantities, issued. */
async function ordered(
  lines: { quantity: string; unitPrice: string; rate: string; discount?: string }[],
): Promise<{ id: string; deal: string }> {
  const document = {
    kind: 'order',
    client: CLIENT,
    lines: lines.map(({ quantity, unitPrice, rate, discount }, i) => ({
      description: `Thing ${i + 1}`,
      quantity,
      unitPrice,
      vat: { category: 'S', rate },
      ...(discount ? { discount } : {}),
    })),
  };
  const made = await app.api('POST', '/documents?issue=true', document);
  assert.is(made.status, 201);
  return made.body;
}

const lineIds = async (deal: string, document: string) =>
  (await documents(deal)).find((doc) => doc.id === document)?.content.lines.map((line) => line.id) ?? [];

async function issueFrom(kind: string, from: unknown, on: App = app): Promise<string> {
  const drafted = await run('draftDocument', { kind, from }, on);
  if (typeof drafted === 'string') return drafted;
  const issued = await run('issueDocument', { document: drafted['document'] }, on);
  return typeof issued === 'string' ? issued : String(issued['document']);
}

test('the real chain: 100 ordered, 90 delivered, 10 left, 90 invoiced, credited', async () => {
  const order = await ordered([{ quantity: '100', unitPrice: '1.35', rate: '20' }]);
  const [line = ''] = await lineIds(order.deal, order.id);
  const delivery = await issueFrom('delivery', { documents: [order.id], lines: [{ line, quantity: '90' }] });
  let all = await documents(order.deal);
  const note = all.find((doc) => doc.id === delivery);
  assert.equal([note?.content.lines[0]?.quantity, note?.content.lines[0]?.backorder, note?.content.totals], ['90', '10', null]);
  assert.is(all[0]?.progress, 'partly_delivered');
  const invoice = await issueFrom('invoice', { documents: [delivery] });
  all = await documents(order.deal);
  const asked = all.find((doc) => doc.id === invoice);
  assert.equal([asked?.content.lines[0]?.unitPrice, asked?.content.totals?.net, asked?.due], ['1.35', 12_150, 14_580]);
  assert.is(await issueFrom('invoice', { documents: [delivery] }), 'nothing_left');
  const credit = await issueFrom('credit_note', { documents: [invoice] });
  all = await documents(order.deal);
  assert.equal(
    [all.find((doc) => doc.id === invoice)?.status, all.find((doc) => doc.id === credit)?.content.totals?.gross],
    ['cancelled', 14_580],
  );
  assert.is(await issueFrom('delivery', { documents: [order.id] }), (await documents(order.deal)).at(-1)?.id);
  assert.is((await documents(order.deal))[0]?.progress, 'delivered');
});

test('the parts of a discount are the whole of it, however a line is parted', async () => {
  const line = { ...LINE, quantity: '3', unitPrice: '10.00', discount: { amount: '1.00' } };
  const { body } = await app.api('POST', '/documents?issue=true', { kind: 'order', client: CLIENT, lines: [line] });
  const [from = ''] = await lineIds(body.deal, body.id);
  const part = [{ line: from, quantity: '1' }];
  await issueFrom('invoice', { documents: [await issueFrom('delivery', { documents: [body.id], lines: part })] });
  for (const _ of ['second', 'third']) await issueFrom('invoice', { documents: [body.id], lines: part });
  const nets = (await documents(body.deal)).filter((doc) => doc.kind === 'invoice').map((doc) => doc.content.totals?.net ?? 0);
  assert.equal(nets, [967, 966, 967], 'together 30.00 less 1.00');
});

test('what follows keeps the terms that were agreed, and says them where they matter', async () => {
  await done('saveCompany', { changes: { terms: ['The company’s own'] } });
  const agreed = {
    kind: 'quote',
    client: CLIENT,
    lines: [LINE],
    terms: ['All of it before the work begins.'],
    notes: ['By the back yard'],
  };
  const quote = (await app.api('POST', '/documents?issue=true', agreed)).body;
  await decided(quote.id, quote.deal, 'acceptDocument');
  const order = await issueFrom('order', { documents: [quote.id] });
  const delivery = await issueFrom('delivery', { documents: [order] });
  const invoice = await issueFrom('invoice', { documents: [delivery] });
  await issueFrom('credit_note', { documents: [invoice] });
  const byApi = { kind: 'invoice', follows: order, lines: [{ ...LINE, quantity: '1' }] };
  assert.is((await app.api('POST', '/documents?issue=true', byApi)).status, 201);
  assert.equal(
    (await documents(quote.deal)).map(({ kind, content }) => [kind, content.terms.join(), content.notes.join()]),
    [
      ['quote', 'All of it before the work begins.', 'By the back yard'],
      ['order', 'All of it before the work begins.', 'By the back yard'],
      ['delivery', '', 'By the back yard'],
      ['invoice', 'All of it before the work begins.', 'By the back yard'],
      ['credit_note', '', ''],
      ['invoice', 'All of it before the work begins.', ''],
    ],
  );
  await done('saveCompany', { changes: { terms: [] } });
});

test('a quote is not reopened under what is being made of it, nor revised when something came of it', async () => {
  const quote = (await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: [LINE] })).body;
  await decided(quote.id, quote.deal, 'acceptDocument');
  const draft = await done('draftDocument', { kind: 'order', from: { documents: [quote.id] } });
  assert.is(await run('reopenDocument', { document: quote.id, reason: 'Too early' }), 'goes_on');
  await done('discardDraft', { document: draft['document'] });
  await done('reopenDocument', { document: quote.id, reason: 'Now' });
  // As a program may: agreed on elsewhere.
  const order = { kind: 'order', follows: quote.id, lines: [{ ...LINE, from: null }] };
  assert.is((await app.api('POST', '/documents?issue=true', order)).status, 201);
  assert.is(await run('startRevision', { document: quote.id }), 'goes_on');
  assert.is(await run('reviseDocument', { document: quote.id, content: { kind: 'quote', lines: [LINE] } }), 'goes_on');
});

test('an order is not refused when goods went out; one that was refused is open again at the owner’s word', async () => {
  const order = await ordered([{ quantity: '4', unitPrice: '10.00', rate: '20' }]);
  const delivery = await issueFrom('delivery', { documents: [order.id] });
  const refusing = () =>
    decided(order.id, order.deal, 'refuseDocument').then(
      () => 'done',
      (error: unknown) => (error as Refusal).code,
    );
  assert.is(await refusing(), 'action_not_allowed');
  await decided(delivery, order.deal, 'refuseDocument');
  assert.is(await refusing(), 'done', 'what was refused brought nothing');
  await done('reopenDocument', { document: order.id, reason: 'As agreed by telephone' });
  await decided(order.id, order.deal, 'acceptDocument');
});

test('a deposit waits for the final invoice, as far as that can bear it', async () => {
  const line = { ...LINE, quantity: '10', unitPrice: '100.00' };
  const quote = (await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: [line] })).body;
  await decided(quote.id, quote.deal, 'acceptDocument');
  const deposit = await done('draftDocument', { kind: 'invoice', from: { documents: [quote.id] }, deposit: { percent: '30' } });
  await done('issueDocument', { document: deposit['document'] });
  const order = await issueFrom('order', { documents: [quote.id] });
  const [from = ''] = await lineIds(quote.deal, order);
  const nets: (number | undefined)[] = [];
  for (const quantity of ['6', '3', '1']) {
    const id = await issueFrom('invoice', { documents: [order], lines: [{ line: from, quantity }] });
    nets.push((await documents(quote.deal)).find((doc) => doc.id === id)?.content.totals?.net);
  }
  assert.equal(nets, [60_000, 10_000, 0], 'of the second, 200 are for what the last could not bear');
});

test('a deposit is never more than what is still to be invoiced, when it is begun and when it is issued', async () => {
  const two = [
    { ...LINE, quantity: '1', unitPrice: '1240.00' },
    { ...LINE, quantity: '1', unitPrice: '522.00' },
  ];
  const quote = (await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: two })).body;
  await decided(quote.id, quote.deal, 'acceptDocument');
  const deposit = (percent: string) => run('draftDocument', { kind: 'invoice', from: { documents: [quote.id] }, deposit: { percent } });
  const early = await deposit('90');
  const order = await issueFrom('order', { documents: [quote.id] });
  const [line = ''] = await lineIds(quote.deal, order);
  await issueFrom('invoice', { documents: [order], lines: [{ line, quantity: '1' }] });
  assert.is(typeof early === 'string' ? early : await run('issueDocument', { document: early['document'] }), 'deposit_exceeded');
  assert.is(await deposit('30'), 'deposit_exceeded', 'of 1762 only 522 are left');
  const small = await deposit('20');
  assert.is(typeof small, 'object');
  await done('issueDocument', { document: (small as Record<string, unknown>)['document'] });
  await issueFrom('invoice', { documents: [order] });
  const all = (await documents(quote.deal)).filter((doc) => doc.kind === 'invoice' && doc.status !== 'draft');
  assert.is(
    all.reduce((sum, doc) => sum + (doc.content.totals?.net ?? 0), 0),
    176_200,
    'together they are the quote',
  );
});

test('a deposit on a quote that takes something off at another rate gives that back', async () => {
  const lines = [
    { ...LINE, quantity: '1', unitPrice: '500.00' },
    { ...LINE, quantity: '-1', unitPrice: '20.00', vat: { category: 'S', rate: '10' } },
  ];
  const quote = (await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines })).body;
  await decided(quote.id, quote.deal, 'acceptDocument');
  const deposit = await done('draftDocument', { kind: 'invoice', from: { documents: [quote.id] }, deposit: { percent: '30' } });
  await done('issueDocument', { document: deposit['document'] });
  await issueFrom('invoice', { documents: [quote.id] });
  const all = (await documents(quote.deal)).filter((doc) => doc.kind === 'invoice').map((doc) => doc.content.totals?.net);
  assert.equal(all, [14_400, 33_600]);
});

test('several deliveries on one invoice: together what the order has left, with the whole of its discount', async () => {
  const one = { ...LINE, quantity: '3', unitPrice: '10.00', discount: { amount: '1.00' } };
  const { body } = await app.api('POST', '/documents?issue=true', { kind: 'order', client: CLIENT, lines: [one] });
  const [from = ''] = await lineIds(body.deal, body.id);
  const part = { documents: [body.id], lines: [{ line: from, quantity: '1' }] };
  const deliveries: string[] = [];
  for (const _ of [1, 2, 3]) deliveries.push(await issueFrom('delivery', part));
  await issueFrom('invoice', part);
  const rest = await issueFrom('invoice', { documents: deliveries });
  const all = (await documents(body.deal)).filter((doc) => doc.kind === 'invoice');
  assert.equal([all.at(-1)?.id, all.map((doc) => doc.content.totals?.net)], [rest, [967, 1933]]);
});

test('more may be ordered than was quoted, and the owner is told', async () => {
  const quote = (await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: [LINE] })).body;
  await decided(quote.id, quote.deal, 'acceptDocument');
  const draft = () => done('draftDocument', { kind: 'order', from: { documents: [quote.id] } });
  for (const { document } of [await draft(), await draft()]) await done('issueDocument', { document });
  assert.equal(
    (await documents(quote.deal)).map((doc) => doc.owner?.warnings.map(({ code, detail }) => `${code}: ${detail}`)),
    [[], [], ['more_than_quoted: of "Work" 4 are ordered, 2 were quoted']],
  );
  const last = (await documents(quote.deal)).at(-1)?.id ?? '';
  await decided(last, quote.deal, 'acceptDocument');
  await done('reopenDocument', { document: last, reason: 'Too many' });
  assert.is((await documents(quote.deal)).at(-1)?.owner?.warnings.length, 1, 'told once, at the issue');
});

test('credited piece by piece, an invoice is taken back to the cent', async () => {
  for (const line of [
    { ...LINE, quantity: '3', unitPrice: '10.00', discount: { amount: '1.00' } },
    { ...LINE, quantity: '3', unitPrice: '0.33' },
  ]) {
    const invoice = (await app.api('POST', '/documents?issue=true', { kind: 'invoice', client: CLIENT, lines: [line] })).body;
    const [from = ''] = await lineIds(invoice.deal, invoice.id);
    for (const _ of [1, 2, 3])
      await done('issueDocument', {
        document: (
          await done('draftDocument', { kind: 'credit_note', from: { documents: [invoice.id], lines: [{ line: from, quantity: '1' }] } })
        )['document'],
      });
    const all = await documents(invoice.deal);
    const whole = all[0]?.content.totals?.gross ?? 0;
    assert.equal([all[0]?.status, all[0]?.credited, all[0]?.due], ['cancelled', whole, 0]);
    const notes = all.slice(1).map(({ content }) => content.totals);
    assert.is(
      notes.reduce((sum, totals) => sum + (totals?.due ?? 0), 0),
      whole,
    );
    assert.equal(
      notes.map((totals) => Math.abs(totals?.rounding ?? 0)),
      [0, 0, 1],
    );
  }
});

test('an order is not opened again under a quote that is', async () => {
  const quote = (await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines: [LINE] })).body;
  await decided(quote.id, quote.deal, 'acceptDocument');
  const order = await issueFrom('order', { documents: [quote.id] });
  await decided(order, quote.deal, 'refuseDocument');
  await done('reopenDocument', { document: quote.id, reason: 'Other wishes' });
  assert.is(await run('reopenDocument', { document: order, reason: 'After all' }), 'cannot_follow');
});

test('what two users deliver and invoice at once is never more than was ordered', async () => {
  for (const kind of ['delivery', 'invoice'] as const) {
    const order = await ordered([{ quantity: '10', unitPrice: '10.00', rate: '20' }]);
    const drafts = await Promise.all(
      [app, other, app, other].map(async (on) =>
        String((await done('draftDocument', { kind, from: { documents: [order.id] } }, on))['document']),
      ),
    );
    const outcomes = await Promise.all(drafts.map((document, i) => run('issueDocument', { document }, i % 2 === 0 ? app : other)));
    assert.is(outcomes.filter((one) => typeof one !== 'string').length, 1, kind);
    assert.equal(
      outcomes.filter((one) => typeof one === 'string'),
      Array(3).fill('quantity_exceeded'),
    );
  }
});

test('a refusal names the line and what is left', async () => {
  const order = await ordered([{ quantity: '10', unitPrice: '10.00', rate: '20' }]);
  const [line = ''] = await lineIds(order.deal, order.id);
  const draft = await done('draftDocument', { kind: 'delivery', from: { documents: [order.id], lines: [{ line, quantity: '4' }] } });
  const [own = ''] = await lineIds(order.deal, String(draft['document']));
  const ops = [{ op: 'line', line: own, field: 'quantity', before: '4', after: '11' }];
  await done('editDraft', { document: draft['document'], ops });
  const refused = await app.api('POST', `/documents/${String(draft['document'])}/issue`);
  assert.equal([refused.status, refused.body.code, refused.body.faults[0].pointer], [409, 'quantity_exceeded', '/lines/0/quantity']);
  assert.match(refused.body.faults[0].detail, /at most 10 /);
  assert.is(refused.body.faults[0].most, '10');
  const over = await run('draftDocument', { kind: 'delivery', from: { documents: [order.id], lines: [{ line, quantity: '11' }] } });
  assert.is(over, 'quantity_exceeded');
});

test('a deposit is deducted from the final invoice, VAT rate by VAT rate', async () => {
  const lines = [
    { description: 'A', quantity: '3', unitPrice: '333.33', vat: { category: 'S', rate: '20' } },
    { description: 'B', quantity: '7', unitPrice: '77.77', vat: { category: 'S', rate: '10' } },
  ];
  const quote = (await app.api('POST', '/documents?issue=true', { kind: 'quote', client: CLIENT, lines })).body;
  assert.is(await run('draftDocument', { kind: 'invoice', from: { documents: [quote.id] }, deposit: { percent: '30' } }), 'cannot_follow');
  await decided(quote.id, quote.deal, 'acceptDocument');
  const deposit = await done('draftDocument', { kind: 'invoice', from: { documents: [quote.id] }, deposit: { amount: '500.00' } });
  await done('issueDocument', { document: deposit['document'] });
  const over = await run('draftDocument', { kind: 'invoice', from: { documents: [quote.id] }, deposit: { percent: '90' } });
  assert.is(over, 'deposit_exceeded');
  const final = await issueFrom('invoice', { documents: [quote.id] });
  const all = await documents(quote.deal);
  const [first, last] = [all.find((doc) => doc.id === deposit['document']), all.find((doc) => doc.id === final)];
  assert.is(first?.content.totals?.gross, 50_000);
  const sums = (doc: DocumentView | undefined) => [doc?.content.totals?.net ?? 0, doc?.content.totals?.vat ?? 0];
  const [net, vat] = [0, 1].map((i) => (sums(first)[i] ?? 0) + (sums(last)[i] ?? 0));
  assert.equal([net, Math.abs((vat ?? 0) - quote.totals.vat) <= 1], [quote.totals.net, true], 'together they are the quote');
  assert.is(await issueFrom('invoice', { documents: [quote.id] }), 'nothing_left');
});

test('what goes on from a document must still stand when it is issued', async () => {
  const order = await ordered([{ quantity: '10', unitPrice: '10.00', rate: '20' }]);
  const first = await issueFrom('delivery', { documents: [order.id] });
  await decided(first, order.deal, 'refuseDocument');
  await issueFrom('delivery', { documents: [order.id] });
  assert.is(await run('reopenDocument', { document: first, reason: 'It came after all' }), 'quantity_exceeded');

  const other = await ordered([{ quantity: '10', unitPrice: '10.00', rate: '20' }]);
  const draft = await done('draftDocument', { kind: 'delivery', from: { documents: [other.id] } });
  await decided(other.id, other.deal, 'refuseDocument');
  assert.is(await run('issueDocument', { document: draft['document'] }), 'cannot_follow');
});

test('a credit note takes back of one invoice, and never less than nothing', async () => {
  const order = await ordered([{ quantity: '10', unitPrice: '10.00', rate: '20' }]);
  const [line = ''] = await lineIds(order.deal, order.id);
  const half = { documents: [order.id], lines: [{ line, quantity: '5' }] };
  const invoices = [await issueFrom('invoice', half), await issueFrom('invoice', half)];
  assert.is(await run('draftDocument', { kind: 'credit_note', from: { documents: invoices } }), 'invalid_input');
  const negative = { kind: 'credit_note', follows: invoices[0], lines: [{ ...LINE, quantity: '-1' }] };
  const sent = await app.api('POST', '/documents?issue=true', negative);
  assert.equal([sent.status, sent.body.faults[0].rule], [422, 'credit_negative']);
  assert.is((await documents(order.deal)).find((doc) => doc.id === invoices[0])?.due, 6_000);
});

test('a line of a draft cannot pass for the line of another document', async () => {
  const order = await ordered([{ quantity: '10', unitPrice: '10.00', rate: '20' }]);
  const draft = String((await done('draftDocument', { kind: 'delivery', from: { documents: [order.id] } }))['document']);
  const [own] = (await documents(order.deal)).find((doc) => doc.id === draft)?.owner?.draft?.body.lines ?? [];
  const [theirs = ''] = await lineIds(order.deal, order.id);
  const copied = { ...own, id: theirs, quantity: '999', from: { document: order.id, line: theirs } };
  assert.is(await run('editDraft', { document: draft, ops: [{ op: 'insert', line: copied, after: null }] }), 'invalid_input');
});

async function decided(document: string, deal: string, name: 'refuseDocument' | 'acceptDocument'): Promise<void> {
  const link = await app.em().findOneOrFail(LinkSchema, { document });
  const pdf = await evidenceFor(app.em(), app.drawPdf, deal, document);
  const input = { document, revision: 1, name: 'Anne Martin', reason: null, language: 'en' };
  const acting = { as: 'link' as const, company: app.company, deal, link: link.id, contact: link.contact, browser: 'A'.repeat(22) };
  await app.execute({ name, id: randomUUID(), input, acting, facts: { ...facts, pdf } });
}

/** What somebody does: takes a share of the first line, or of all, from one of what is there. */
interface Step {
  kind: 'delivery' | 'invoice' | 'credit_note';
  /** Which of the documents it can come from, wrapped around. */
  source: number;
  /** In tenths of a line's quantity; 0: all that is left. */
  tenths: number;
  /** Asks for more than the draft offered. */
  greedy: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('delivery', 'invoice', 'credit_note'),
  source: fc.nat(20),
  tenths: fc.nat(10),
  greedy: fc.boolean(),
});
const money = fc.integer({ min: 1, max: 99_999 }).map((cents) => (cents / 100).toFixed(2));
const lines = fc.array(
  fc.record({
    quantity: fc.integer({ min: 1, max: 9_999 }).map((n) => (n / 100).toFixed(2)),
    unitPrice: money,
    rate: fc.constantFrom('20', '10', '5.5', '2.1'),
    discount: fc.constantFrom('', '5', '12.5'),
  }),
  { minLength: 1, maxLength: 3 },
);

const SOURCES = { delivery: ['order'], invoice: ['order', 'delivery'], credit_note: ['invoice'] } as const;

async function take(deal: string, { kind, source, tenths, greedy }: Step, on: App): Promise<void> {
  const there = (await documents(deal)).filter((doc) => doc.status !== 'draft' && (SOURCES[kind] as readonly string[]).includes(doc.kind));
  const from = there[source % Math.max(there.length, 1)];
  if (!from) return;
  const picks = from.content.lines.map((line) => ({ line: line.id, quantity: ((Number(line.quantity) * tenths) / 10).toFixed(3) }));
  const wanted = { documents: [from.id], ...(tenths === 0 ? {} : { lines: picks.filter((pick) => Number(pick.quantity) !== 0) }) };
  const drafted = await run('draftDocument', { kind, from: wanted }, on);
  if (typeof drafted === 'string') return void assert.ok(['quantity_exceeded', 'nothing_left', 'cannot_follow'].includes(drafted), drafted);
  const document = String(drafted['document']);
  if (greedy) {
    const [line] = (await documents(deal)).find((doc) => doc.id === document)?.content.lines ?? [];
    const ops = [{ op: 'line', line: line?.id, field: 'quantity', before: line?.quantity, after: from.content.lines[0]?.quantity }];
    await done('editDraft', { document, ops }, on);
  }
  const issued = await run('issueDocument', { document }, on);
  if (typeof issued === 'string') assert.ok(['quantity_exceeded'].includes(issued), issued);
}

/** Thousandths, as integers: the quantities here have at most three decimals. */
const mils = (quantity: string | null) => Math.round(Number(quantity ?? 0) * 1000);

/** Counted anew from what is printed, without anything of ours. */
function checkSums(all: DocumentView[]): void {
  const counted = all.filter((doc) => doc.status !== 'draft' && doc.status !== 'refused');
  const every = counted.flatMap((doc) => doc.content.lines.map((line) => ({ doc, line })));
  const from = (ids: string[], kind: string) => every.filter((one) => one.doc.kind === kind && ids.includes(one.line.from?.line ?? ''));
  const total = (list: typeof every) => list.reduce((sum, one) => sum + mils(one.line.quantity), 0);
  const ids = (list: typeof every) => list.map((one) => one.line.id);
  for (const { doc, line } of every) {
    const whole = mils(line.quantity);
    const invoices = from([line.id, ...ids(from([line.id], 'delivery'))], 'invoice');
    if (doc.kind === 'order') assert.ok(total(from([line.id], 'delivery')) <= whole, 'delivered ≤ ordered');
    if (doc.kind === 'order' || doc.kind === 'delivery')
      assert.ok(total(invoices) - total(from(ids(invoices), 'credit_note')) <= whole, `invoiced ≤ ${doc.kind}`);
    if (doc.kind === 'invoice') assert.ok(total(from([line.id], 'credit_note')) <= whole, 'credited ≤ invoiced');
  }
  for (const doc of counted.filter((one) => one.kind === 'invoice')) {
    const credits = counted.filter((one) => one.kind === 'credit_note' && one.follows === doc.id);
    const credited = credits.reduce((sum, one) => sum + (one.content.totals?.due ?? 0), 0);
    const whole = doc.content.totals?.gross ?? 0;
    assert.equal([doc.credited, doc.due], [credited, whole - credited]);
    const rounded = credits.map(({ content }) => (content.totals?.due ?? 0) - (content.totals?.gross ?? 0)).filter((cents) => cents !== 0);
    assert.ok(rounded.length <= 1 && Math.abs(rounded[0] ?? 0) <= credits.length, 'a cent a credit note at most');
    if (rounded.length > 0) assert.is(credited, whole, 'only the last one rounds, to the whole');
  }
}

/** Half away from zero, in whole numbers: `value` / 10^digits. */
function rounded(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(digits);
  const size = value < 0n ? -value : value;
  const whole = (size + unit / 2n) / unit;
  return value < 0n ? -whole : whole;
}

const scaled = (text: string, digits: number) => {
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + part.padEnd(digits, '0'));
  return text.startsWith('-') ? -value : value;
};

/** To the cent: line nets, VAT by rate, sums, from quantity, price, discount and rate alone. (EN 16931) */
function checkTotals(doc: DocumentView): void {
  const { lines: printed, totals, vat } = doc.content;
  if (totals === null) return;
  const byRate = new Map<string, bigint>();
  let net = 0n;
  for (const line of printed) {
    const gross = rounded(scaled(line.quantity ?? '0', 12) * scaled(line.unitPrice ?? '0', 12), 22);
    const [discount] = line.adjustments;
    const off = discount?.percent ? rounded(gross * scaled(discount.percent, 4), 6) : BigInt(discount?.amount ?? 0);
    const own = gross - off;
    assert.is(BigInt(line.net ?? 0), own, 'line');
    net += own;
    const rate = line.vat?.rate ?? '';
    byRate.set(rate, (byRate.get(rate) ?? 0n) + own);
  }
  const taxes = [...byRate].map(([rate, base]) => rounded(base * scaled(rate, 4), 6));
  const tax = taxes.reduce((sum, one) => sum + one, 0n);
  assert.equal([BigInt(totals.net), BigInt(totals.vat), BigInt(totals.gross)], [net, tax, net + tax]);
  assert.equal(
    vat.map((row) => BigInt(row.amount)),
    taxes,
  );
}

/** The numbers given so far: each once, and none left out. */
async function checkNumbers(): Promise<void> {
  const rows = await app
    .em()
    .execute<{ kind: string; number: string }[]>("select kind, number from documents where origin = '' and number is not null");
  for (const [kind, list] of Map.groupBy(rows, (row) => row.kind)) {
    const counts = list.map((row) => Number(row.number.split('-').at(-1))).sort((a, b) => a - b);
    assert.equal(
      counts,
      counts.map((_, i) => i + 1),
      kind,
    );
  }
}

test('whatever several users do at once: sums, numbers and totals are right', async () => {
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 5 }),
      async (given, rounds) => {
        const order = await ordered(given);
        for (const together of rounds) {
          await Promise.all(together.map((one, i) => take(order.deal, one, i % 2 === 0 ? app : other)));
          const all = await documents(order.deal);
          checkSums(all);
          for (const doc of all) checkTotals(doc);
        }
        await checkNumbers();
      },
    ),
    { numRuns: Number(process.env['CHAIN_RUNS'] ?? 12) },
  );
});

test.run();
