import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { issued, LINE, madeFrom } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let app: TestApp;
test.before(async () => {
  app = await startApp();
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

test('the same file sent four times at once comes in four times, each told apart', async () => {
  const xml = `<?xml version="1.0"?><Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>P/1</cbc:ID><cbc:IssueDate>2026-01-02</cbc:IssueDate><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cac:BuyerCustomerParty><cac:Party><cac:PartyName><cbc:Name>Buyer</cbc:Name></cac:PartyName></cac:Party></cac:BuyerCustomerParty><cac:SellerSupplierParty><cac:Party><cac:PartyName><cbc:Name>Seller</cbc:Name></cac:PartyName></cac:Party></cac:SellerSupplierParty><cac:AnticipatedMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount><cbc:PayableAmount currencyID="EUR">10.00</cbc:PayableAmount></cac:AnticipatedMonetaryTotal><cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity unitCode="C62">1</cbc:Quantity><cbc:LineExtensionAmount currencyID="EUR">10.00</cbc:LineExtensionAmount><cac:Price><cbc:PriceAmount currencyID="EUR">10.00</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>Thing</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine></Order>`;
  const answers = await Promise.all(Array.from({ length: 4 }, () => post(xml)));
  assert.equal(
    answers.map((answer) => answer.status),
    [201, 201, 201, 201],
  );
  assert.is(new Set(answers.map((answer) => answer.body.id)).size, 4);
  assert.ok(answers.every((answer) => answer.body.number === 'P/1'));
  assert.is(answers.filter((answer) => answer.body.warnings.some((one: { code: string }) => one.code === 'number_repeated')).length, 3);
  const keyed = await Promise.all(Array.from({ length: 3 }, () => post(xml, { 'idempotency-key': 'xml' })));
  assert.is(new Set(keyed.map((answer) => madeFrom(answer.body).id)).size, 1);
});

test.run();
