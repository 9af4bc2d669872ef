import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { content as contentSchema } from '../../shared/schema.ts';
import { change, read, refusalOf, rulesOf } from './testing.ts';

const UN = 'urn:un:unece:uncefact:data:standard';
const EN = 'urn:cen.eu:en16931:2017';

const date = (name: string, text: string, format = '102') =>
  `<ram:${name}><udt:DateTimeString format="${format}">${text}</udt:DateTimeString></ram:${name}>`;
const tax = (category: string, rate: string, basis: string, amount: string) =>
  `<ram:ApplicableTradeTax><ram:CalculatedAmount>${amount}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode><ram:BasisAmount>${basis}</ram:BasisAmount><ram:CategoryCode>${category}</ram:CategoryCode><ram:RateApplicablePercent>${rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>`;

function line(id: string, net: string, rate: string, more = '', price = net, base = ''): string {
  return (
    `<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument><ram:LineID>${id}</ram:LineID>${more}</ram:AssociatedDocumentLineDocument>` +
    `<ram:SpecifiedTradeProduct><ram:Name>Article ${id}</ram:Name></ram:SpecifiedTradeProduct><ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>${price}</ram:ChargeAmount>${base}</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>` +
    `<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="H87">1</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>${rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>` +
    `<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>${net}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement></ram:IncludedSupplyChainTradeLineItem>`
  );
}

interface Invoice {
  guideline?: string;
  type?: string;
  lines?: string;
  taxes?: string;
  settlement?: string;
  charges?: string;
}

/** An invoice of two lines, 100.00 at 20 % and 50.00 at 5.5 %, total 172.75 EUR. */
function invoice(x: Invoice = {}): string {
  const charges = Number(x.charges ?? 0);
  const sums = { net: 150 + charges, vat: 22.75 + charges * 0.2 };
  return (
    `<rsm:CrossIndustryInvoice xmlns:rsm="${UN}:CrossIndustryInvoice:100" xmlns:ram="${UN}:ReusableAggregateBusinessInformationEntity:100" xmlns:udt="${UN}:UnqualifiedDataType:100">` +
    `<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>${x.guideline ?? EN}</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>` +
    `<rsm:ExchangedDocument><ram:ID>F-1</ram:ID><ram:TypeCode>${x.type ?? '380'}</ram:TypeCode>${date('IssueDateTime', '20260301')}</rsm:ExchangedDocument><rsm:SupplyChainTradeTransaction>` +
    (x.lines ?? line('1', '100.00', '20') + line('2', '50.00', '5.5')) +
    '<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>Vendeur SA</ram:Name><ram:PostalTradeAddress><ram:CountryID>FR</ram:CountryID></ram:PostalTradeAddress></ram:SellerTradeParty><ram:BuyerTradeParty><ram:Name>Acheteur</ram:Name></ram:BuyerTradeParty></ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>' +
    `<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>${x.taxes ?? tax('S', '20', (100 + charges).toFixed(2), (20 + charges * 0.2).toFixed(2)) + tax('S', '5.5', '50.00', '2.75')}${x.settlement ?? ''}` +
    `<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:LineTotalAmount>150.00</ram:LineTotalAmount>${charges ? `<ram:ChargeTotalAmount>${charges.toFixed(2)}</ram:ChargeTotalAmount>` : ''}<ram:TaxBasisTotalAmount>${sums.net.toFixed(2)}</ram:TaxBasisTotalAmount><ram:TaxTotalAmount currencyID="EUR">${sums.vat.toFixed(2)}</ram:TaxTotalAmount><ram:GrandTotalAmount>${(sums.net + sums.vat).toFixed(2)}</ram:GrandTotalAmount><ram:DuePayableAmount>${(sums.net + sums.vat).toFixed(2)}</ram:DuePayableAmount></ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement></rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`
  );
}

test('an invoice with several rates comes in as stated, without remarks', () => {
  const { kind, number, content, warnings, origin } = read(invoice());
  v.parse(contentSchema, content);
  assert.equal([kind, number, origin, content.language, content.issueDate], ['invoice', 'F-1', EN, 'fr', '2026-03-01']);
  assert.equal(
    content.vat.map((row) => [row.rate, row.taxable, row.amount]),
    [
      ['20', 10000, 2000],
      ['5.5', 5000, 275],
    ],
  );
  assert.is(content.totals?.due, 17275);
  assert.equal(warnings, []);
});

test('the type says invoice or credit note, and what kind of invoice', () => {
  const kinds = ['380', '381', '384', '386', '389', '261', '396'].map((type) => read(invoice({ type })).kind);
  assert.equal(kinds, ['invoice', 'credit_note', 'invoice', 'invoice', 'invoice', 'credit_note', 'credit_note']);
  assert.equal(read(invoice({ type: '386' })).content.mentions, ['Facture d’acompte']);
});

test('each broken rule is named alone', () => {
  const rules = (...changes: [string | RegExp, string][]) => rulesOf(change(invoice(), ...changes));
  assert.equal(rules(['<ram:DuePayableAmount>172.75', '<ram:DuePayableAmount>172.76']), ['BR-CO-16']);
  assert.equal(
    rules(
      ['<ram:GrandTotalAmount>172.75', '<ram:GrandTotalAmount>172.76'],
      ['<ram:DuePayableAmount>172.75', '<ram:DuePayableAmount>172.76'],
    ),
    ['BR-CO-15'],
  );
  assert.equal(rules(['<ram:CalculatedAmount>2.75', '<ram:CalculatedAmount>2.76']), ['BR-CO-14']);
  assert.equal(
    rules(['<ram:CalculatedAmount>20.00', '<ram:CalculatedAmount>22.00'], ['<ram:CalculatedAmount>2.75', '<ram:CalculatedAmount>0.75']),
    ['BR-CO-17'],
  );
  assert.equal(rules(['<ram:BasisAmount>50.00', '<ram:BasisAmount>50.01']), ['BR-S-08']);
  assert.equal(
    rules([
      '<ram:TaxBasisTotalAmount>150.00',
      '<ram:AllowanceTotalAmount>1.00</ram:AllowanceTotalAmount><ram:ChargeTotalAmount>1.00</ram:ChargeTotalAmount><ram:TaxBasisTotalAmount>150.00',
    ]),
    ['BR-CO-11', 'BR-CO-12'],
  );
  const lines = line('1', '100.00', '20') + line('2', '50.00', '5.5') + line('3', '1.00', '7');
  assert.equal(rulesOf(invoice({ lines })), ['BR-CO-10']);
  assert.equal(rules(['<ram:LineTotalAmount>150.00', '<ram:LineTotalAmount>151.00']), ['BR-CO-10', 'BR-CO-13']);
});

test('VAT exactly one unit off passes BR-CO-17 in CII, and fails the stricter BR-S-09', () => {
  const wrong = change(
    invoice(),
    ['<ram:CalculatedAmount>20.00', '<ram:CalculatedAmount>21.00'],
    ['<ram:CalculatedAmount>2.75', '<ram:CalculatedAmount>1.75'],
  );
  assert.equal(rulesOf(wrong), ['BR-S-09']);
});

test('headings and remarks among the lines count for nothing', () => {
  const status = (code: string) => `<ram:LineStatusReasonCode>${code}</ram:LineStatusReasonCode>`;
  const lines =
    line('0', '150.00', '20', status('GROUP')) +
    line('1', '100.00', '20', status('DETAIL')) +
    line('2', '50.00', '5.5') +
    line('3', '9.00', '20', status('INFORMATION'));
  const { content, warnings } = read(invoice({ guideline: `${EN}#conformant#urn:factur-x.eu:1p0:extended`, lines }));
  assert.equal(
    content.lines.map((l) => l.net),
    [null, 10000, 5000, null],
  );
  assert.equal(warnings, []);
});

test('a logistics service charge is a charge', () => {
  const settlement =
    '<ram:SpecifiedLogisticsServiceCharge><ram:Description>Transport</ram:Description><ram:AppliedAmount>10.00</ram:AppliedAmount><ram:AppliedTradeTax><ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode><ram:RateApplicablePercent>20</ram:RateApplicablePercent></ram:AppliedTradeTax></ram:SpecifiedLogisticsServiceCharge>';
  const { content, warnings } = read(invoice({ settlement, charges: '10' }));
  assert.equal(content.adjustments, [
    { charge: true, reason: 'Transport', amount: 1000, percent: null, base: null, vat: { category: 'S', rate: '20' } },
  ]);
  assert.equal(warnings, []);
});

test('profiles without lines do not come in, and say why', () => {
  const refusal = refusalOf(invoice({ guideline: 'urn:factur-x.eu:1p0:minimum', lines: '<!-- none -->' }));
  assert.is(refusal.code, 'invalid_input');
  assert.match(refusal.faults[0]?.detail ?? '', /minimum/);
  assert.is(refusal.faults[0]?.pointer, '/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem');
});

test('dates in other forms are read, and those that are none refused', () => {
  const issued = (text: string, format: string) =>
    change(invoice(), [date('IssueDateTime', '20260301'), date('IssueDateTime', text, format)]);
  assert.is(read(issued('202603011200', '203')).content.issueDate, '2026-03-01');
  for (const [text, format] of [
    ['20260230', '102'],
    ['2026-03-01', '102'],
    ['202603', '610'],
    ['', '102'],
  ] as const) {
    assert.is(refusalOf(issued(text, format)).code, 'invalid_input', `${text} ${format}`);
  }
});

test('a base quantity that the line net does not use is set aside with a remark', () => {
  const base = '<ram:BasisQuantity unitCode="H87">100</ram:BasisQuantity>';
  const misused = read(invoice({ lines: line('1', '100.00', '20', '', '100.00', base) + line('2', '50.00', '5.5') }));
  assert.is(misused.content.lines[0]?.priceBase, '1');
  assert.equal(
    misused.warnings.map((warning) => warning.code),
    ['price_base_ignored'],
  );
  const used = read(invoice({ lines: line('1', '100.00', '20', '', '10000.00', base) + line('2', '50.00', '5.5') }));
  assert.is(used.content.lines[0]?.priceBase, '100');
  assert.equal(used.warnings, []);
});

test.run();
