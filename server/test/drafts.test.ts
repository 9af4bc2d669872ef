import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DraftBody, DraftLine, DraftOp } from '../../shared/draft.ts';
import type { DocumentContent } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { App } from '../app.ts';
import type { Name } from '../commands/index.ts';
import { ClientSchema } from '../entities/index.ts';
import { dealView } from '../views/deal.ts';
import { CLIENT, issued, LINE } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let app: TestApp;
let other: App;
let client = '';

test.before(async () => {
  app = await startApp();
  other = await app.another();
  await issued(app, 'quote');
  client = (await app.em().findOneOrFail(ClientSchema, { name: CLIENT.name })).id;
});
test.after(() => app?.close());

const facts = { ip: null, userAgent: null, pdf: null };

async function run(name: Name, input: unknown, on: App = app): Promise<Record<string, unknown>> {
  return (await on.execute({ name, id: randomUUID(), input, acting: app.owner, facts })).result;
}

async function refused(name: Name, input: unknown, on: App = app): Promise<Refusal> {
  try {
    await run(name, input, on);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`${name} was not refused`);
}

async function started(kind = 'quote', more: Record<string, unknown> = {}): Promise<string> {
  return String((await run('draftDocument', { kind, client, ...more }))['document']);
}

async function shown(id: string, side: 'owner' | 'client' = 'owner') {
  const [row] = await app.em().execute<{ deal_id: string }[]>('select deal_id from documents where id = ?', [id]);
  const view = row && (await dealView(app.em(), row.deal_id, side));
  return view?.documents.find((one) => one.id === id);
}

async function bodyOf(id: string): Promise<DraftBody> {
  const body = (await shown(id))?.owner?.draft?.body;
  if (!body) throw new Error('no draft');
  return body;
}

const line = (more: Partial<DraftLine> = {}): DraftLine => ({
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
  ...more,
});
const insert = (made: DraftLine, after: string | null = null): DraftOp => ({ op: 'insert', line: made, after });
const write = (id: string, field: 'description' | 'quantity', before: string, after: string): DraftOp => ({
  op: 'line',
  line: id,
  field,
  before,
  after,
});

test('a draft is begun from nothing, written, and issued as it was previewed', async () => {
  const id = await started();
  const empty = await shown(id);
  assert.equal([empty?.number, empty?.content.lines, empty?.content.totals?.gross], [null, [], 0]);
  assert.equal(
    [empty?.content.buyer.name, empty?.content.buyer.contact?.name, empty?.content.language],
    [CLIENT.name, 'Anne Martin', 'en'],
  );
  const [first, second] = [line(), line({ optional: true, description: 'Extra', discount: '5.00', discountIn: 'amount' })];
  await run('editDraft', { document: id, ops: [insert(first), insert(second, first.id)] });
  await run('editDraft', { document: id, ops: [{ op: 'set', field: 'notes', before: '', after: 'One\n\nTwo' }] });
  const preview = await shown(id);
  assert.equal([preview?.owner?.draft?.version, preview?.content.totals?.gross, preview?.due], [2, 24_000, 24_000]);
  assert.is(await shown(id, 'client'), undefined, 'nobody else sees it');
  await run('issueDocument', { document: id, version: 2 });
  const out = await shown(id);
  assert.equal([out?.status, out?.owner?.draft, out?.content.notes], ['issued', null, ['One', 'Two']]);
  assert.equal(
    out?.content.lines.map(({ id: one, net, optional }) => [one, net, optional]),
    [
      [first.id, 20_000, false],
      [second.id, 19_500, true],
    ],
  );
  assert.equal([out?.content.totals, out?.choice?.lines], [preview?.content.totals, []]);
  assert.is((await refused('editDraft', { document: id, ops: [insert(line())] })).code, 'not_a_draft');
});

test('every fault is told at its field when it is issued, and nothing is lost', async () => {
  const id = await started('invoice');
  const lines = [
    line({ description: '' }),
    line({ quantity: 'two' }),
    line({ unitPrice: '' }),
    line({ vatRate: '' }),
    line({ discount: '300.00', discountIn: 'amount' }),
    line({ type: 'section', description: '' }),
  ];
  await run('editDraft', { document: id, ops: lines.map((one, i) => insert(one, lines[i - 1]?.id ?? null)) });
  await run('editDraft', { document: id, ops: [{ op: 'set', field: 'currency', before: 'EUR', after: 'XXZ' }] });
  const faultsNow = async () =>
    (await refused('issueDocument', { document: id })).faults.map(({ pointer, rule }) => `${pointer} ${rule}`).sort();
  assert.equal(await faultsNow(), [
    '/currency currency',
    '/lines/0/description required',
    '/lines/1/quantity decimal',
    '/lines/5/description required',
  ]);
  const mend = (i: number, field: keyof DraftLine, after: string): DraftOp => {
    const one = lines[i];
    return { op: 'line', line: one?.id ?? '', field: field as 'quantity', before: String(one?.[field]), after };
  };
  await run('editDraft', {
    document: id,
    ops: [
      mend(0, 'description', 'A'),
      mend(1, 'quantity', '1'),
      mend(5, 'description', 'B'),
      { op: 'set', field: 'currency', before: 'XXZ', after: 'EUR' },
    ],
  });
  assert.equal(await faultsNow(), ['/lines/2/unitPrice required', '/lines/3/vat/rate BR-S-05', '/lines/4/discount discount_too_large']);
  assert.is((await shown(id))?.status, 'draft');
  assert.is((await bodyOf(id)).lines.length, 6);
});

test('two users write in one draft: different places both stand, the same place is told and kept', async () => {
  const id = await started();
  const [a, b] = [line(), line()];
  await run('editDraft', { document: id, ops: [insert(a), insert(b, a.id)] });
  await Promise.all([
    run('editDraft', { document: id, ops: [write(a.id, 'description', 'Work', 'Luc was here')] }),
    run('editDraft', { document: id, ops: [write(b.id, 'quantity', '2', '3')] }, other),
  ]);
  assert.equal(
    (await bodyOf(id)).lines.map(({ description, quantity }) => [description, quantity]),
    [
      ['Luc was here', '2'],
      ['Work', '3'],
    ],
  );
  const outcomes = await Promise.allSettled([
    run('editDraft', { document: id, ops: [write(a.id, 'quantity', '2', '7')] }),
    run(
      'editDraft',
      { document: id, ops: [write(a.id, 'quantity', '2', '8'), write(a.id, 'description', 'Luc was here', 'Lost?')] },
      other,
    ),
  ]);
  assert.equal(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const [now] = (await bodyOf(id)).lines;
  const won = outcomes[0]?.status === 'fulfilled';
  assert.equal([now?.quantity, now?.description], won ? ['7', 'Luc was here'] : ['8', 'Lost?']);
  const lost = outcomes.find((one) => one.status === 'rejected');
  const { code, data } = (lost as PromiseRejectedResult).reason as Refusal;
  assert.equal([code, data['conflicts']], ['draft_changed', [{ op: 0, line: a.id, field: 'quantity', now: now?.quantity }]]);
});

test('what was not seen is not issued', async () => {
  const id = await started();
  await run('editDraft', { document: id, ops: [insert(line())] });
  await run('editDraft', { document: id, ops: [{ op: 'set', field: 'reference', before: '', after: 'PO 1' }] });
  assert.is((await refused('issueDocument', { document: id, version: 1 })).code, 'draft_changed');
  await run('issueDocument', { document: id, version: 2 });
});

test('the client and the company are printed as they are at the issue', async () => {
  const id = await started();
  await run('editDraft', { document: id, ops: [insert(line())] });
  await run('saveCompany', { changes: { legalForm: 'SARL au capital de 1 000 €', terms: ['New terms'] } });
  const { profile } = await clientNow();
  const address = { lines: ['9 new street'], postcode: '69001', city: 'Lyon', region: null, country: 'FR' };
  await run('saveClient', { client, profile: { ...profile, address } });
  await run('issueDocument', { document: id });
  const content = (await shown(id))?.content as DocumentContent;
  assert.equal([content.seller.legalForm, content.buyer.address?.lines], ['SARL au capital de 1 000 €', ['9 new street']]);
  assert.equal(content.terms, [], 'terms stand as they were written');
});

async function clientNow() {
  const response = await fetch(`${app.url}/console/clients/${client}`, { headers: { cookie: app.cookie } });
  const page = (await response.json()) as { profile: Record<string, unknown>; contacts: unknown[] };
  return { profile: { ...page.profile, contacts: page.contacts } };
}

test('a draft can be addressed to another contact, never to a stranger’s', async () => {
  const id = await started();
  const { contact } = await run('addContact', { document: id, name: 'Bob Second', email: 'bob@example.com', language: 'fr' });
  const before = (await bodyOf(id)).contact;
  await run('editDraft', { document: id, ops: [insert(line()), { op: 'set', field: 'contact', before, after: contact }] });
  assert.is((await shown(id))?.content.buyer.contact?.name, 'Bob Second');
  const stranger = await refused('editDraft', {
    document: id,
    ops: [{ op: 'set', field: 'contact', before: contact, after: randomUUID() }],
  });
  assert.is(stranger.faults[0]?.pointer, '/contact');
  await run('issueDocument', { document: id });
  const out = await shown(id);
  assert.equal([out?.content.buyer.contact?.email, out?.owner?.links[0]?.contact?.name], ['bob@example.com', 'Bob Second']);
});

test('a copy has the lines of another deal and nothing of where they came from', async () => {
  const order = await issued(app, 'order', { reference: 'PO 9', lines: [LINE, { ...LINE, description: 'Second', discount: '10' }] });
  const id = await started('quote', { copy: order.id });
  const copy = await shown(id);
  const source = await shown(order.id);
  assert.equal([copy?.content.totals, copy?.content.reference, copy?.content.references], [source?.content.totals, null, []]);
  assert.is(copy?.follows, null);
  const kept = copy?.content.lines.filter((one) => source?.content.lines.some(({ id: own }) => own === one.id));
  assert.equal(kept, [], 'each line is a line of its own');
  assert.is((await refused('draftDocument', { kind: 'quote', client, copy: randomUUID() })).code, 'not_found');
  assert.is((await refused('draftDocument', { kind: 'quote', client: randomUUID() })).code, 'not_found');
  assert.is((await refused('draftDocument', { kind: 'credit_note', client })).faults[0]?.pointer, '/from');
});

test('a draft is deleted with its files, an issued document never', async () => {
  const id = await started();
  const { company } = app;
  const room = async () =>
    (await app.em().execute<{ file_bytes: string }[]>('select file_bytes from companies where id = ?', [company]))[0]?.file_bytes;
  const before = await room();
  const file = { id: randomUUID(), name: 'a.txt', mediaType: 'text/plain', bytes: 3, sha256: 'ab'.repeat(32) };
  await app.execute({ name: 'attachFile', id: file.id, input: { document: id, forMessage: false, file }, acting: app.owner, facts });
  await run('discardDraft', { document: id });
  assert.equal([await shown(id), await room()], [undefined, before]);
  const quote = await issued(app, 'quote');
  assert.is((await refused('discardDraft', { document: quote.id })).code, 'not_a_draft');
});

test('a revision is written beside the issued quote, which stays what it is until then', async () => {
  const quote = await issued(app, 'quote', { validUntil: '2099-01-01' });
  await run('startRevision', { document: quote.id });
  await run('startRevision', { document: quote.id });
  const [own] = (await bodyOf(quote.id)).lines;
  await run('editDraft', { document: quote.id, ops: [write(own?.id ?? '', 'quantity', '2', '5')] });
  assert.equal([(await shown(quote.id))?.content.lines[0]?.quantity, (await shown(quote.id, 'client'))?.owner], ['2', null]);
  await run('issueDocument', { document: quote.id, version: 1 });
  const out = await shown(quote.id);
  assert.equal([out?.revision, out?.number, out?.content.lines[0]?.quantity, out?.owner?.draft], [2, quote.number, '5', null]);
  assert.equal(out?.revisions[1]?.changes.map((one) => ('field' in one ? one.field : one.what)).slice(0, 2), ['quantity', 'net']);
  const order = await issued(app, 'order');
  assert.is((await refused('startRevision', { document: order.id })).code, 'revision_not_allowed');
});

/** Mostly what can be issued. */
const text = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('1', '2.5', '99.999', '100', '0.10') },
  fc.constantFrom('', '0', '-1', '1e3', 'x'),
);
const discount = fc.oneof({ weight: 9, arbitrary: fc.constantFrom('', '5') }, text);
const anyLine = fc.record({
  type: fc.constantFrom<DraftLine['type']>('item', 'item', 'item', 'section', 'subtotal'),
  optional: fc.constantFrom(false, false, true),
  description: fc.constantFrom('Work', 'Work', 'Work', 'Work', 'Work', '  Work  ', ''),
  details: fc.constantFrom('', 'a\n\nb'),
  quantity: text,
  unit: fc.constantFrom('', 'HUR'),
  unitPrice: text,
  discount,
  discountIn: fc.constantFrom<DraftLine['discountIn']>('percent', 'amount'),
  vatCategory: fc.constantFrom('S', 'S', 'S', 'S', 'S', 'E', 'O'),
  vatRate: fc.constantFrom('20', '20', '20', '20', '5.5', '0', ''),
  vatReason: fc.constantFrom('', 'Article 261'),
});

test('whatever is typed: what is issued is what the preview showed, or it is refused with the place of each fault', async () => {
  let issuedOnce = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyLine, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('quote', 'order', 'delivery'),
      async (given, kind) => {
        const id = await started(kind);
        const lines = given.map((one) => line({ ...one, optional: one.optional && kind === 'quote' }));
        await run('editDraft', { document: id, ops: lines.map((one, i) => insert(one, lines[i - 1]?.id ?? null)) });
        const preview = (await shown(id))?.content;
        try {
          await run('issueDocument', { document: id });
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          assert.is(error.code, 'invalid_input');
          assert.ok(error.faults.every(({ pointer }) => /^\/lines(\/\d+\/\w+)?/.test(pointer)));
          return;
        }
        issuedOnce += 1;
        const out = (await shown(id))?.content;
        const plain = (content: DocumentContent | undefined) => ({ ...content, terms: [], seller: null, buyer: null, logo: null });
        assert.equal(plain(out), plain(preview));
      },
    ),
    { numRuns: 40 },
  );
  assert.ok(issuedOnce > 2, 'some were issued');
});

test.run();
