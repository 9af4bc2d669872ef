import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Kind } from '../../shared/document.ts';
import { issued, LINE, madeFrom } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let app: TestApp;
let now = new Date('2026-11-01T12:00:00Z');
test.before(async () => {
  app = await startApp({ now: () => now });
});
test.after(() => app?.close());

const post = (body: unknown, headers: Record<string, string> = {}) => app.api('POST', '/documents?issue=true', body, headers);

test('numbers are unbroken per kind and year when thirty documents are issued at once', async () => {
  const wanted = Array.from({ length: 30 }, (_, i) => ({
    kind: i % 2 === 0 ? ('invoice' as const) : ('credit_note' as const),
    year: i % 3 === 0 ? 2040 : 2041,
  }));
  const refused = wanted.map((_, i) =>
    post({ kind: 'invoice', issueDate: '2040-01-01', dueDate: '2039-01-01', client: { name: `Late ${i}` }, lines: [LINE] }),
  );
  const made = await Promise.all(
    wanted.map(({ kind, year }, i) => issued(app, kind, { issueDate: `${year}-03-01`, client: { name: `Client ${i % 4}` } })),
  );
  assert.ok((await Promise.all(refused)).every((answer) => answer.status === 422));
  const series = new Map<string, number[]>();
  made.forEach(({ number }) => {
    const [, name = '', count = ''] = /^(.*)-(\d+)$/.exec(number) ?? [];
    series.set(name, [...(series.get(name) ?? []), Number(count)]);
  });
  assert.equal([...series.keys()].sort(), ['CN-2040', 'CN-2041', 'INV-2040', 'INV-2041']);
  for (const [name, counts] of series)
    assert.equal(
      counts.sort((a, b) => a - b),
      counts.map((_, i) => i + 1),
      name,
    );
});

test('an invoice dated before the last one of its series comes with a warning; other kinds and years are their own', async () => {
  const dated = (kind: Kind, issueDate: string) => post({ kind, issueDate, client: { name: 'A' }, lines: [LINE] });
  assert.is((await dated('invoice', '2030-05-10')).body.number, 'INV-2030-001');
  for (const kind of ['invoice', 'credit_note'] as const) {
    assert.is((await dated(kind, '2030-05-10')).status, 201);
    const early = await dated(kind, '2030-05-09');
    assert.is(early.status, 201);
    assert.equal(
      early.body.warnings.map((one: { code: string }) => one.code),
      ['not_chronological'],
    );
    assert.match(early.body.warnings[0].detail, '2030-05-10');
  }
  assert.is((await dated('invoice', '2029-12-31')).body.number, 'INV-2029-001');
  assert.is((await dated('invoice', '2030-06-01')).body.number, 'INV-2030-004');
  assert.equal([(await dated('quote', '2030-05-10')).status, (await dated('quote', '2030-05-09')).status], [201, 201]);
});

test('a draft gets the day of its issue, unless a date was stated', async () => {
  const draft = async (more: object) =>
    String((await app.api('POST', '/documents', { client: { name: 'A' }, lines: [LINE], ...more })).body.id);
  const issue = async (id: string) => {
    const answer = await app.api('POST', `/documents/${id}/issue`);
    const { content } = (await app.api('GET', `/documents/${id}`)).body;
    return { answer, dates: [content.issueDate, content.validUntil, content.dueDate] };
  };
  now = new Date('2026-12-20T12:00:00Z');
  const open = await draft({ kind: 'invoice' });
  const quote = await draft({ kind: 'quote', validUntil: '2027-12-31' });
  const stated = await draft({ kind: 'invoice', issueDate: '2026-12-20' });
  const due = await draft({ kind: 'invoice', dueDate: '2026-12-31' });
  now = new Date('2027-01-05T12:00:00Z');
  const first = await issue(open);
  assert.equal([first.answer.body.number, first.dates], ['INV-2027-001', ['2027-01-05', null, '2027-02-04']]);
  const [row] = (await app.api('GET', `/documents?number=INV-2027-001`)).body.documents;
  assert.equal([row.issueDate, row.dueDate], ['2027-01-05', '2027-02-04']);
  assert.equal((await issue(quote)).dates, ['2027-01-05', '2027-12-31', null]);
  const second = await issue(stated);
  assert.equal([second.answer.body.number, second.dates], ['INV-2026-001', ['2026-12-20', null, '2027-01-19']]);
  const late = await issue(due);
  assert.equal([late.answer.status, late.answer.body.faults[0].pointer], [422, '/dueDate']);
});

test('the same file sent four times at once comes in once; another file with its number is told apart', async () => {
  const xml = `<?xml version="1.0"?><Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>P/1</cbc:ID><cbc:IssueDate>2026-01-02</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Buyer</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty><cac:SellerSupplierParty><cac:Party><cac:PartyName><cbc:Name>Seller</cbc:Name></cac:PartyName></cac:Party></cac:SellerSupplierParty><cac:AnticipatedMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount><cbc:PayableAmount currencyID="EUR">10.00</cbc:PayableAmount></cac:AnticipatedMonetaryTotal><cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">1</cbc:Quantity><cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount><cac:Price><cbc:PriceAmount currencyID="EUR">10.00</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>Thing</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine></Order>`;
  const answers = await Promise.all(Array.from({ length: 4 }, () => post(xml)));
  assert.equal(
    answers.map((answer) => answer.status),
    [201, 201, 201, 201],
  );
  const warned = (answer: (typeof answers)[number], code: string) =>
    answer.body.warnings.some((one: { code: string }) => one.code === code);
  assert.is(new Set(answers.map((answer) => answer.body.id)).size, 1);
  assert.is(answers.filter((answer) => warned(answer, 'already_imported')).length, 3);
  const others = await Promise.all(['Nut', 'Bolt', 'Screw'].map((name) => post(xml.replace('Thing', name))));
  assert.is(new Set(others.map((answer) => answer.body.id)).size, 3);
  assert.ok(others.every((answer) => answer.body.number === 'P/1' && warned(answer, 'number_repeated')));
  const keyed = await Promise.all(Array.from({ length: 3 }, () => post(xml, { 'idempotency-key': 'xml' })));
  assert.is(new Set(keyed.map((answer) => madeFrom(answer.body).id)).size, 1);
});

test.run();
