import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { content as contentSchema } from '../../shared/schema.ts';
import { change, read, refusalOf, rulesOf } from './testing.ts';
import { category, EN, invoice, party, ubl } from './testing-ubl.ts';

test('an invoice comes in as stated, without remarks', () => {
  const { content, warnings, number, origin } = read(invoice());
  v.parse(contentSchema, content);
  assert.equal(warnings, []);
  assert.is(number, 'F 1/2026');
  assert.is(origin, 'urn:example:national');
  assert.is(content.issueDate, '2026-03-01');
  assert.is(content.language, 'fr');
  assert.equal(content.buyer.address?.lines, ['3 rue Haute']);
  assert.equal(content.totals, {
    lines: 10000,
    allowances: 0,
    charges: 0,
    net: 10000,
    vat: 2000,
    gross: 12000,
    prepaid: 0,
    rounding: 0,
    due: 12000,
  });
});

test('only elements of the right namespace count, whatever their name', () => {
  const foreign = '<x:ID xmlns:x="urn:example:other">WRONG</x:ID><ID>WRONG</ID>';
  assert.is(read(change(invoice(), ['<cbc:ID>F 1/2026', `${foreign}<cbc:ID>F 1/2026`])).number, 'F 1/2026');
});

test('a VAT row that no line or charge belongs to is refused, however small', () => {
  const row = `<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">0.50</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount><cac:TaxCategory>${category('S', '7')}</cac:TaxCategory></cac:TaxSubtotal>`;
  assert.equal(rulesOf(change(invoice({ customisation: EN }), ['</cac:TaxTotal>', `${row}</cac:TaxTotal>`])), ['BR-S-08']);
});

test('currencies without and with three decimals keep their minor units', () => {
  const yen = read(
    invoice({
      customisation: EN,
      currency: 'JPY',
      net: '101',
      tax: '10',
      gross: '111',
      rate: '10',
      quantity: '1',
      price: '<cac:Price><cbc:PriceAmount currencyID="JPY">101</cbc:PriceAmount></cac:Price>',
    }),
  );
  assert.is(yen.content.totals?.gross, 111);
  const padded = read(invoice({ customisation: EN, currency: 'JPY', net: '101.00', tax: '10.00', gross: '111.00', rate: '10' }));
  assert.is(padded.content.totals?.gross, 111);
  const dinar = read(invoice({ customisation: EN, currency: 'KWD', net: '10.125', tax: '0.506', gross: '10.631', rate: '5' }));
  assert.is(dinar.content.totals?.gross, 10631);
  assert.is(dinar.content.lines[0]?.net, 10125);
  assert.ok(
    rulesOf(invoice({ customisation: EN, currency: 'JPY', net: '101.50', tax: '10.15', gross: '111.65', rate: '10' })).includes(
      'BR-DEC-14',
    ),
  );
});

test('what is finer than the currency is rounded with a remark where EN 16931 is not promised', () => {
  const { content, warnings } = read(invoice({ net: '100.005', gross: '120.01' }));
  assert.is(content.totals?.net, 10001);
  assert.ok(warnings.some((warning) => warning.code === 'rounded'));
});

test('a price for a hundred is a price for a hundred', () => {
  const price =
    '<cac:Price><cbc:PriceAmount currencyID="EUR">5.00</cbc:PriceAmount><cbc:BaseQuantity unitCode="C62">100.0</cbc:BaseQuantity></cac:Price>';
  const { content, warnings } = read(invoice({ price, quantity: '2000' }));
  assert.is(content.lines[0]?.priceBase, '100');
  assert.is(content.lines[0]?.unitPrice, '5.00');
  assert.equal(warnings, []);
  const zero = refusalOf(invoice({ price: price.replace('100.0', '0') }));
  assert.equal(
    [zero.code, zero.faults[0]?.rule, zero.faults[0]?.pointer],
    ['invalid_input', 'base_quantity', '/Invoice/cac:InvoiceLine/cac:Price/cbc:BaseQuantity'],
  );
});

test('a price in another currency is not shown as a price in ours', () => {
  const { content, warnings } = read(
    invoice({ price: '<cac:Price><cbc:PriceAmount currencyID="USD">60.00</cbc:PriceAmount></cac:Price>' }),
  );
  assert.is(content.lines[0]?.unitPrice, null);
  assert.ok(content.lines[0]?.details.includes('Prix 60.00 USD'));
  assert.equal(
    warnings.map((warning) => warning.code),
    ['price_currency'],
  );
});

test('an amount in another currency is refused', () => {
  const refusal = refusalOf(
    change(invoice(), [/currencyID="EUR">120.00<\/cbc:PayableAmount/, 'currencyID="USD">120.00</cbc:PayableAmount']),
  );
  assert.equal([refusal.code, refusal.faults[0]?.rule], ['invalid_input', 'currency']);
});

test('VAT in the currency of the accounts is left aside', () => {
  const foreign = '<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">230.12</cbc:TaxAmount></cac:TaxTotal>';
  const { content } = read(invoice({ customisation: EN, head: `<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>${foreign}` }));
  assert.is(content.totals?.vat, 2000);
  assert.is(content.vat.length, 1);
});

test('all that is missing is said at once, with its place', () => {
  const refusal = refusalOf(ubl('Invoice', '<cbc:CustomizationID>x</cbc:CustomizationID><cbc:IssueDate>2026-02-30</cbc:IssueDate>'));
  assert.is(refusal.code, 'invalid_input');
  assert.equal(refusal.faults.map((fault) => `${fault.rule} ${fault.pointer}`).sort(), [
    'date /Invoice/cbc:IssueDate',
    'required /Invoice/cac:AccountingCustomerParty',
    'required /Invoice/cac:AccountingSupplierParty',
    'required /Invoice/cac:InvoiceLine',
    'required /Invoice/cac:LegalMonetaryTotal',
    'required /Invoice/cbc:DocumentCurrencyCode',
    'required /Invoice/cbc:ID',
  ]);
});

test('numbers that are none, or too large, are faults and not crashes', () => {
  for (const wrong of ['1e3', '', 'NaN', '12,50', '9'.repeat(19), '99999999999999999']) {
    const refusal = refusalOf(change(invoice(), [/>120.00<\/cbc:PayableAmount/, `>${wrong}</cbc:PayableAmount`]));
    assert.is(refusal.code, 'invalid_input', wrong);
    assert.is(refusal.faults[0]?.pointer, '/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount');
  }
});

test('prepaid and rounding are kept; what is to pay follows from them', () => {
  const totals =
    '<cbc:PrepaidAmount currencyID="EUR">20.02</cbc:PrepaidAmount><cbc:PayableRoundingAmount currencyID="EUR">0.02</cbc:PayableRoundingAmount>';
  const { content, warnings } = read(invoice({ customisation: EN, totals, due: '100.00' }));
  assert.equal([content.totals?.prepaid, content.totals?.rounding, content.totals?.due], [2002, 2, 10000]);
  assert.equal(warnings, []);
});

test('without a total with VAT it is what the file says to pay, what was paid put back', () => {
  const totals =
    '<cbc:PrepaidAmount currencyID="EUR">20.02</cbc:PrepaidAmount><cbc:PayableRoundingAmount currencyID="EUR">0.02</cbc:PayableRoundingAmount>';
  const text = change(invoice({ totals, due: '100.00' }), [/<cbc:TaxInclusiveAmount[^]*?<\/cbc:TaxInclusiveAmount>/, '']);
  const { content, warnings } = read(text);
  assert.equal([content.totals?.gross, content.totals?.due], [12000, 10000]);
  assert.equal(warnings, []);
});

test('negative lines and totals are kept as stated, a negative charge becomes an allowance', () => {
  const charge =
    '<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">-10.00</cbc:Amount></cac:AllowanceCharge>';
  const text = change(invoice({ net: '-100.00', tax: '-18.00', gross: '-108.00', quantity: '-2', head: charge }), [
    /(<cbc:TaxExclusiveAmount currencyID="EUR">)-100.00/,
    '$1-110.00',
  ]);
  const { content } = read(text);
  assert.is(content.lines[0]?.net, -10000);
  assert.equal(
    content.adjustments.map((a) => [a.charge, a.amount]),
    [[false, 1000]],
  );
  assert.equal([content.totals?.charges, content.totals?.allowances, content.totals?.net], [-1000, 0, -11000]);
});

test('the older factor of an allowance and the percentage of EN 16931 are both a percentage', () => {
  const line = (factor: string) =>
    `<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>Remise</cbc:AllowanceChargeReason><cbc:MultiplierFactorNumeric>${factor}</cbc:MultiplierFactorNumeric><cbc:Amount currencyID="EUR">5.00</cbc:Amount><cbc:BaseAmount currencyID="EUR">100.00</cbc:BaseAmount></cac:AllowanceCharge>`;
  assert.equal(read(invoice({ line: line('0.05') })).content.lines[0]?.adjustments, [
    { charge: false, reason: 'Remise', amount: 500, percent: '5', base: 10000, vat: null },
  ]);
  assert.is(read(invoice({ line: line('5') })).content.lines[0]?.adjustments[0]?.percent, '5');
  assert.is(read(invoice({ customisation: EN, line: line('0.5') })).content.lines[0]?.adjustments[0]?.percent, '0.5');
});

test('references say what they are, once each, and lines find their line', () => {
  const head =
    '<cac:OrderReference><cbc:ID>PO-7</cbc:ID><cbc:SalesOrderID>S-1</cbc:SalesOrderID></cac:OrderReference>' +
    '<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>F 0</cbc:ID><cbc:IssueDate>2026-01-02</cbc:IssueDate></cac:InvoiceDocumentReference></cac:BillingReference>' +
    '<cac:DespatchDocumentReference><cbc:ID>BL-1</cbc:ID></cac:DespatchDocumentReference><cac:ContractDocumentReference><cbc:ID>C</cbc:ID></cac:ContractDocumentReference>' +
    '<cac:AdditionalDocumentReference><cbc:ID>D-9</cbc:ID><cbc:DocumentTypeCode>310</cbc:DocumentTypeCode><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf">QUJD</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>';
  const line =
    '<cac:OrderLineReference><cbc:LineID>4</cbc:LineID><cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference></cac:OrderLineReference>';
  const { content, references, lineReferences } = read(invoice({ head, line }));
  assert.equal(
    content.references.map(({ kind, number }) => `${kind} ${number}`),
    ['order PO-7', 'other S-1', 'invoice F 0', 'delivery BL-1', 'contract C', 'quote D-9'],
  );
  assert.equal(
    references.map(({ kind }) => kind),
    ['order', 'invoice', 'delivery', 'quote'],
  );
  assert.equal(lineReferences, [{ kind: 'order', number: 'PO-7', line: '4' }]);
  assert.is(content.reference, 'PO-7');
});

test('the seller’s order number stands in where the buyer has none', () => {
  const { references, content } = read(
    invoice({ head: '<cac:OrderReference><cbc:ID>NA</cbc:ID><cbc:SalesOrderID>S-1</cbc:SalesOrderID></cac:OrderReference>' }),
  );
  assert.equal(
    references.map(({ number }) => number),
    ['S-1'],
  );
  assert.is(content.reference, null);
});

test('an account that is no IBAN is text, not an IBAN', () => {
  const means = (id: string, bic: string) =>
    `<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>RF18</cbc:PaymentID><cac:PayeeFinancialAccount><cbc:ID>${id}</cbc:ID><cac:FinancialInstitutionBranch><cbc:ID>${bic}</cbc:ID></cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount></cac:PaymentMeans>`;
  const { content } = read(invoice({ head: means('12345678', '10-26-58') + means('FR76 3000 6000 0112 3456 7890 189', 'AGRIFRPP') }));
  assert.equal(content.payment, { iban: 'FR76 3000 6000 0112 3456 7890 189', bic: 'AGRIFRPP', reference: 'RF18', accountName: null });
  assert.ok(content.terms.some((term) => term.startsWith('Compte 12345678')));
});

test('notes go where they are read, self-billing says so, text stays text', () => {
  const head =
    '<cbc:Note>#PMD#Pénalités 10 %</cbc:Note><cbc:Note>#REG#RCS Lyon</cbc:Note><cbc:Note> &lt;b&gt;gras&lt;/b&gt;\u202E\u0085  \n  deux </cbc:Note>';
  const { content } = read(change(invoice({ head }), ['<cbc:InvoiceTypeCode>380', '<cbc:InvoiceTypeCode>389']));
  assert.equal(content.terms, ['Pénalités 10 %']);
  assert.equal(content.mentions, ['Autofacturation', 'RCS Lyon']);
  assert.equal(content.notes, ['<b>gras</b>\ndeux']);
});

test('a stated language goes before the country', () => {
  assert.is(read(invoice({ head: '<cbc:Note languageID="en">Hello</cbc:Note>' })).content.language, 'en');
  assert.is(read(change(invoice(), ['<Invoice ', '<Invoice xml:lang="de" '])).content.language, 'en');
});

test('a party has its identifiers by name, its VAT id apart', () => {
  const more =
    '<cac:PartyIdentification><cbc:ID schemeID="0009">12345678900012</cbc:ID></cac:PartyIdentification><cac:PartyTaxScheme><cbc:CompanyID>FR40123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>' +
    '<cac:PartyLegalEntity><cbc:RegistrationName>Acheteur SARL</cbc:RegistrationName><cbc:CompanyID schemeID="0002">123456789</cbc:CompanyID></cac:PartyLegalEntity><cac:Contact><cbc:Name>Anne</cbc:Name><cbc:ElectronicMail>anne@example.org</cbc:ElectronicMail></cac:Contact>';
  const { content, contacts } = read(
    change(invoice(), [party('AccountingCustomerParty', 'Acheteur', 'FR'), party('AccountingCustomerParty', 'Acheteur', 'FR', more)]),
  );
  const { buyer } = content;
  assert.equal([buyer.name, buyer.legalName, buyer.vatId], ['Acheteur', 'Acheteur SARL', 'FR40123456789']);
  assert.equal(buyer.ids, [
    { label: 'SIREN', value: '123456789' },
    { label: 'SIRET', value: '12345678900012' },
  ]);
  assert.equal(contacts, [{ name: 'Anne', email: 'anne@example.org', language: null }]);
});

test('a delivery elsewhere is kept, one to the buyer is not repeated', () => {
  const delivery = (city: string) =>
    `<cac:Delivery><cbc:ActualDeliveryDate>2026-02-20</cbc:ActualDeliveryDate><cac:DeliveryLocation><cac:Address><cbc:StreetName>rue Haute</cbc:StreetName><cbc:BuildingNumber>3</cbc:BuildingNumber><cbc:CityName>${city}</cbc:CityName><cac:Country><cbc:IdentificationCode>FR</cbc:IdentificationCode></cac:Country></cac:Address></cac:DeliveryLocation></cac:Delivery>`;
  assert.is(read(invoice({ head: delivery('Lyon') })).content.deliverTo, null);
  const { content } = read(invoice({ head: delivery('Brest') }));
  assert.equal([content.deliverTo?.name, content.deliverTo?.address?.city, content.deliveryDate], ['Acheteur', 'Brest', '2026-02-20']);
});

test('a file that writes the VAT where the net belongs is understood', () => {
  const text = change(invoice({ customisation: 'OIOUBL-2.02' }), [/(<cbc:TaxExclusiveAmount currencyID="EUR">)100.00/, '$120.00']);
  assert.equal([read(text).content.totals?.net, read(text).content.totals?.gross], [10000, 12000]);
});

test('texts longer than their field are cut, and pass the schema', () => {
  const { content } = read(
    change(
      invoice({ head: `<cbc:Note>${'n'.repeat(30_000)}</cbc:Note>` }),
      ['<cbc:Name>Vis', `<cbc:Name>${'v'.repeat(9000)}`],
      ['<cbc:Name>Vendeur', `<cbc:Name>${'w'.repeat(900)}`],
    ),
  );
  v.parse(contentSchema, content);
});

test.run();
