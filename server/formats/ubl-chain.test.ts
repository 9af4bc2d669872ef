import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { receipt as receiptSchema } from '../../shared/schema.ts';
import { read } from './testing.ts';
import { category, party, ubl } from './testing-ubl.ts';

const orderLine = (more = '') =>
  `<cac:OrderLine><cac:LineItem><cbc:ID>10</cbc:ID><cbc:Quantity unitCode="C62">3</cbc:Quantity><cac:Price><cbc:PriceAmount currencyID="EUR">9.99</cbc:PriceAmount></cac:Price><cac:Item><cbc:Name>Vis</cbc:Name><cac:ClassifiedTaxCategory>${category('S', '20')}</cac:ClassifiedTaxCategory></cac:Item></cac:LineItem>${more}</cac:OrderLine>`;

test('an order without totals is calculated, and says so', () => {
  const more = '<cac:QuotationLineReference><cbc:LineID>2</cbc:LineID></cac:QuotationLineReference>';
  const text = ubl(
    'Order',
    `<cbc:ID>7</cbc:ID><cbc:IssueDate>2026-01-01</cbc:IssueDate><cac:QuotationDocumentReference><cbc:ID>D-1</cbc:ID></cac:QuotationDocumentReference>${party('BuyerCustomerParty', 'A', 'BE')}${party('SellerSupplierParty', 'V', 'FR')}${orderLine(more)}`,
  );
  const { content, warnings, lineReferences } = read(text);
  assert.equal([content.currency, content.totals?.net, content.totals?.vat, content.totals?.due], ['EUR', 2997, 599, 3596]);
  assert.equal(
    warnings.map((warning) => warning.code),
    ['totals_calculated'],
  );
  assert.equal(lineReferences, [{ kind: 'quote', number: 'D-1', line: '2' }]);
  assert.is(content.lines[0]?.number, '10');
});

test('a document in which every amount is missing has no totals', () => {
  const text = ubl(
    'Quotation',
    `<cbc:ID>7</cbc:ID><cbc:IssueDate>2026-01-01</cbc:IssueDate>${party('SellerSupplierParty', 'V', 'FR')}${party('BuyerCustomerParty', 'A', 'FR')}<cac:QuotationLine><cac:LineItem><cbc:ID>1</cbc:ID><cac:Item><cbc:Description>Vis</cbc:Description></cac:Item></cac:LineItem></cac:QuotationLine>`,
  );
  const { content } = read(text);
  assert.equal([content.totals, content.currency, content.lines[0]?.description], [null, null, 'Vis']);
});

test('a receipt says what was rejected and why, and names the despatch line', () => {
  const line =
    '<cac:ReceiptLine><cbc:ID>1</cbc:ID><cbc:ReceivedQuantity unitCode="C62">3</cbc:ReceivedQuantity><cbc:RejectedQuantity unitCode="C62">1</cbc:RejectedQuantity><cbc:RejectReason>cassé</cbc:RejectReason><cac:DespatchLineReference><cbc:LineID>5</cbc:LineID><cac:DocumentReference><cbc:ID>BL-1</cbc:ID></cac:DocumentReference></cac:DespatchLineReference><cac:Item><cbc:Name>Vis</cbc:Name></cac:Item></cac:ReceiptLine>';
  const text = ubl(
    'ReceiptAdvice',
    `<cbc:ID>R1</cbc:ID><cbc:IssueDate>2026-01-01</cbc:IssueDate>${party('DeliveryCustomerParty', 'A', 'FR')}${party('DespatchSupplierParty', 'V', 'FR')}${line}`,
  );
  const { receipt, references } = read(text);
  v.parse(receiptSchema, receipt?.view);
  assert.equal(receipt?.view, {
    number: 'R1',
    date: '2026-01-01',
    notes: ['Vis: cassé'],
    lines: [{ line: null, description: 'Vis', unit: 'C62', received: '3', short: null, rejected: '1' }],
  });
  assert.equal(receipt?.lineNumbers, ['5']);
  assert.equal(
    references.map(({ kind, number }) => `${kind} ${number}`),
    ['delivery BL-1'],
  );
});

test.run();
