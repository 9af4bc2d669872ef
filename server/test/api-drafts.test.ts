import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evidenceFor } from '../doors/evidence.ts';
import { LinkSchema } from '../entities/index.ts';
import { CLIENT, issued, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let app: TestApp;
test.before(async () => {
  app = await startApp();
});
test.after(() => app.close());

/** As the client, through the document's link. */
async function asClient(made: Made, name: 'acceptDocument' | 'postMessage', input: Record<string, unknown>) {
  const link = await app.em().findOneOrFail(LinkSchema, { id: app.tokens.read('link', made.token) ?? '' });
  const acting = { as: 'link' as const, company: app.company, deal: made.deal, link: link.id, contact: link.contact, browser: 'b' };
  const pdf = name === 'acceptDocument' ? await evidenceFor(app.em(), app.drawPdf, made.deal, made.id) : null;
  return app.execute({ name, id: randomUUID(), input: { document: made.id, ...input }, acting, facts: { ip: null, userAgent: null, pdf } });
}

const accepted = async () => {
  const quote = await issued(app, 'quote');
  await asClient(quote, 'acceptDocument', { revision: 1, name: 'Anne', reason: null, language: 'en' });
  return quote;
};

test('a draft is begun for a client, written, issued as it was seen, and only so', async () => {
  const client = (await app.api('GET', `/documents/${(await issued(app, 'quote')).id}`)).body.client.id;
  const begun = await app.api('POST', '/documents/drafts', { kind: 'quote', client });
  assert.equal([begun.status, begun.body.status, begun.body.number], [201, 'draft', null]);
  assert.is(begun.headers.get('location'), `/api/v1/documents/${begun.body.id}`);
  const { draft } = (await app.api('GET', `/documents/${begun.body.id}`)).body;
  const line = {
    id: randomUUID(),
    type: 'item',
    optional: false,
    description: 'Work',
    details: '',
    quantity: '2',
    unit: 'HUR',
    unitPrice: '100.00',
    discount: '',
    discountIn: 'percent',
    discountReason: '',
    vatCategory: 'S',
    vatRate: '20',
    vatReason: '',
    from: null,
  };
  const ops = [
    { op: 'set', field: 'reference', before: '', after: 'PO 7' },
    { op: 'insert', line, after: null },
  ];
  const path = `/documents/${begun.body.id}`;
  const edited = await app.api('PATCH', `${path}/draft`, { ops });
  assert.equal([edited.status, edited.body.version, edited.body.body.reference], [200, draft.version + 1, 'PO 7']);
  const stale = await app.api('PATCH', `${path}/draft`, { ops: [{ op: 'set', field: 'reference', before: 'PO 1', after: 'PO 2' }] });
  assert.equal([stale.status, stale.body.code, stale.body.data.conflicts[0].now], [409, 'draft_changed', 'PO 7']);
  assert.is((await app.api('PATCH', `${path}/draft`, { ops: [{ op: 'set', field: 'colour' }] })).status, 422);
  assert.is((await app.api('POST', `${path}/issue`, { version: draft.version })).body.code, 'draft_changed');
  assert.is((await app.api('POST', `${path}/issue`, { number: 'Q-1' })).body.faults[0].rule, 'unknown_field');
  const done = await app.api('POST', `${path}/issue`, { version: edited.body.version });
  assert.equal([done.status, done.body.status, done.body.totals.net], [200, 'issued', 20_000]);
  assert.is((await app.api('PATCH', `${path}/draft`, { ops })).body.code, 'not_a_draft');
});

test('a draft is thrown away, a copy keeps the lines, and nothing issued is ever deleted', async () => {
  const quote = await issued(app, 'quote');
  const copy = await app.api('POST', '/documents/drafts', {
    kind: 'invoice',
    client: (await app.api('GET', `/documents/${quote.id}`)).body.client.id,
    copy: quote.id,
  });
  assert.equal([copy.status, copy.body.totals.net], [201, 20_000]);
  assert.is((await app.api('DELETE', `/documents/${copy.body.id}`)).status, 204);
  assert.is((await app.api('GET', `/documents/${copy.body.id}`)).status, 404);
  assert.is((await app.api('DELETE', `/documents/${copy.body.id}`)).status, 404);
  assert.equal(
    [(await app.api('DELETE', `/documents/${quote.id}`)).body.code, (await app.api('GET', `/documents/${quote.id}`)).status],
    ['not_a_draft', 200],
  );
});

test('the next revision is begun, written and thrown away beside what is issued', async () => {
  const quote = await issued(app, 'quote');
  const path = `/documents/${quote.id}`;
  const begun = await app.api('POST', `${path}/revisions/draft`);
  assert.equal([begun.status, begun.body.version, begun.body.body.lines.length], [201, 0, 1]);
  assert.equal((await app.api('POST', `${path}/revisions/draft`)).body, begun.body);
  assert.is((await app.api('DELETE', path)).status, 204);
  assert.equal([(await app.api('GET', path)).body.draft, (await app.api('GET', path)).body.status], [null, 'issued']);
  await app.api('POST', `${path}/revisions/draft`);
  const issuedAgain = await app.api('POST', `${path}/issue`);
  assert.equal([issuedAgain.status, issuedAgain.body.revision, issuedAgain.body.number], [200, 2, quote.number]);
});

test('what the client proposes is taken over into the next revision', async () => {
  const quote = await issued(app, 'quote');
  const [line] = (await app.api('GET', `/documents/${quote.id}`)).body.content.lines;
  const proposal = { what: 'line', revision: 1, line: line.id, quantity: '5', unitPrice: null };
  const { result } = await asClient(quote, 'postMessage', { text: 'Five, please', notify: false, name: null, proposal });
  const taken = await app.api('POST', `/documents/${quote.id}/proposals/${String(result['message'])}`);
  assert.equal([taken.status, taken.body.body.lines[0].quantity], [200, '5']);
  assert.is((await app.api('POST', `/documents/${quote.id}/proposals/${randomUUID()}`)).status, 404);
});

test('a quote is withdrawn, given more time, and what was decided is reopened', async () => {
  const quote = await issued(app, 'quote');
  const longer = await app.api('POST', `/documents/${quote.id}/validity`, { validUntil: '2099-12-31' });
  assert.equal([longer.status, longer.body.revision], [200, 2]);
  assert.is((await app.api('POST', `/documents/${quote.id}/validity`, { validUntil: 'soon' })).body.faults[0].pointer, '/validUntil');
  const gone = await app.api('POST', `/documents/${quote.id}/withdrawal`, { reason: 'No stock' });
  assert.equal([gone.status, gone.body.status], [200, 'withdrawn']);
  assert.equal(
    (await app.api('GET', `/documents/${quote.id}`)).body.acts.map((act: { act: string; reason: string }) => [act.act, act.reason]),
    [['withdrawn', 'No stock']],
  );
  const decided = await accepted();
  assert.is((await app.api('POST', `/documents/${decided.id}/reopening`, { reason: ' ' })).body.faults[0].pointer, '/reason');
  const open = await app.api('POST', `/documents/${decided.id}/reopening`, { reason: 'By mistake' });
  assert.equal([open.status, open.body.status], [200, 'issued']);
});

test('a chain is made of what is left, and the deal says how much that is', async () => {
  const quote = await accepted();
  const order = await app.api('POST', '/documents/drafts', { kind: 'order', from: { documents: [quote.id] } });
  await app.api('POST', `/documents/${order.body.id}/issue`);
  const [line] = (await app.api('GET', `/documents/${order.body.id}`)).body.content.lines;
  const delivery = await app.api('POST', '/documents/drafts', {
    kind: 'delivery',
    from: { documents: [order.body.id], lines: [{ line: line.id, quantity: '0.5' }] },
  });
  await app.api('POST', `/documents/${delivery.body.id}/issue`);
  const { status, body } = await app.api('GET', `/deals/${quote.deal}`);
  assert.is(status, 200);
  assert.equal(
    body.documents.map((one: { kind: string; follows: string | null }) => [one.kind, one.follows]),
    [
      ['quote', null],
      ['order', quote.id],
      ['delivery', order.body.id],
    ],
  );
  const [fromQuote, fromOrder] = body.documents.map((one: { lines: Record<string, unknown>[] }) => one.lines[0]);
  assert.equal([fromQuote.ordered, fromQuote.delivered, fromQuote.left.order], ['2', '0.5', '0']);
  assert.equal([fromOrder.delivered, fromOrder.invoiced, fromOrder.left.delivery, fromOrder.left.invoice], ['0.5', '0', '1.5', '2']);
  assert.equal([body.client.name, body.documents[0].progress, body.documents[0].totals.gross], [CLIENT.name, 'partly_delivered', 24_000]);
  const rest = await app.api('POST', '/documents/drafts', { kind: 'delivery', from: { documents: [order.body.id] } });
  assert.is((await app.api('GET', `/documents/${rest.body.id}`)).body.content.lines[0].quantity, '1.5');
  for (const id of [randomUUID(), 'x']) assert.is((await app.api('GET', `/deals/${id}`)).status, 404);
});

test('a deposit is drawn from an accepted quote', async () => {
  const quote = await accepted();
  const deposit = await app.api('POST', '/documents/drafts', {
    kind: 'invoice',
    from: { documents: [quote.id] },
    deposit: { percent: '30' },
  });
  assert.equal([deposit.status, deposit.body.totals.gross], [201, 7_200]);
  const wrong = await app.api('POST', '/documents/drafts', { kind: 'order', from: { documents: [quote.id] }, deposit: { percent: '30' } });
  assert.equal([wrong.status, wrong.body.faults[0].pointer], [422, '/deposit']);
});

test('mails go to contacts, who may be added first', async () => {
  const quote = await issued(app, 'quote');
  const added = await app.api('POST', `/documents/${quote.id}/contacts`, { name: 'Léa', email: 'lea@example.com' });
  assert.is(added.status, 201);
  const again = await app.api('POST', `/documents/${quote.id}/contacts`, { name: 'Léa', email: 'lea@example.com' });
  assert.is(again.body.id, added.body.id);
  const sent = await app.api('POST', `/documents/${quote.id}/mails`, { contacts: [added.body.id] });
  assert.is(sent.status, 202);
  const { mails } = (await app.api('GET', `/documents/${quote.id}`)).body;
  assert.equal(
    mails.map((mail: { address: string; kind: string }) => [mail.address, mail.kind]),
    [['lea@example.com', 'invitation']],
  );
  assert.is((await app.api('POST', `/documents/${quote.id}/mails`, { contacts: [] })).body.faults[0].pointer, '/contacts');
});

test('a draft is one under one idempotency key', async () => {
  const body = { kind: 'quote', client: (await app.api('GET', `/documents/${(await issued(app, 'quote')).id}`)).body.client.id };
  const headers = { 'idempotency-key': 'd1' };
  const [one, two] = [await app.api('POST', '/documents/drafts', body, headers), await app.api('POST', '/documents/drafts', body, headers)];
  assert.is(one.body.id, two.body.id);
  assert.is((await app.api('POST', '/documents/drafts', { ...body, kind: 'invoice' }, headers)).body.code, 'id_reused');
});

test.run();
