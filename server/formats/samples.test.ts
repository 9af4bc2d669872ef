import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { content as contentSchema, receipt as receiptSchema } from '../../shared/schema.ts';
import { read, samples } from './testing.ts';

/** The stated values are read from the files here by pattern, another way than the reader goes. */
const plain = (text: string) => text.replace(/<!--[^]*?-->/g, '');
const block = (text: string, name: string) => new RegExp(`<(?:\\w+:)?${name}[ >][^]*?</(?:\\w+:)?${name}>`).exec(text)?.[0] ?? '';
const blocks = (text: string, name: string) => text.match(new RegExp(`<(?:\\w+:)?${name}[ >][^]*?</(?:\\w+:)?${name}>`, 'g')) ?? [];
const value = (text: string, name: string) => new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>([^<]*)<`).exec(text)?.[1]?.trim() ?? null;

/** "1436.5" → 143650 without arithmetic; all samples are in currencies of two decimals. */
function cents(text: string | null): number | null {
  if (text === null) return null;
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  return Number(`${sign}${whole}${fraction.padEnd(2, '0').slice(0, 2)}`) + 0;
}

const UBL_KINDS: Record<string, string> = {
  Quotation: 'quote',
  Order: 'order',
  DespatchAdvice: 'delivery',
  ReceiptAdvice: 'receipt_advice',
  Invoice: 'invoice',
  CreditNote: 'credit_note',
};

for (const { name, text: raw } of samples()) {
  const text = plain(raw);
  const root = /<(?:\w+:)?(\w+)[\s>]/.exec(text.replace(/<\?[^]*?\?>/, ''))?.[1] ?? '';
  const isCii = root === 'CrossIndustryInvoice';

  test(`${name} comes in as stated`, () => {
    const document = read(raw);
    v.parse(contentSchema, document.content);
    assert.is(document.kind, isCii ? 'invoice' : UBL_KINDS[root]);
    if (isCii) ciiTotals(text, document.content);
    else ublTotals(text, root, document.content);
  });

  test(`${name} keeps its parties and lines`, () => {
    const { content, lineReferences, references } = read(raw);
    const [sellerName, buyerName] = isCii ? ['SellerTradeParty', 'BuyerTradeParty'] : partyNames(root);
    for (const [party, element] of [
      [content.seller, sellerName],
      [content.buyer, buyerName],
    ] as const) {
      const stated = block(text, element ?? '');
      const all = JSON.stringify(party);
      for (const field of [
        'Name',
        'RegistrationName',
        'StreetName',
        'LineOne',
        'CityName',
        'PostalZone',
        'PostcodeCode',
        'ElectronicMail',
        'BuildingName',
        'Line',
        'CompanyID',
      ]) {
        const words = value(stated, field);
        if (words !== null) assert.ok(all.includes(JSON.stringify(words).slice(1, -1)), `${field} ${words} in ${all}`);
      }
      assert.is(party.address?.country, value(stated, isCii ? 'CountryID' : 'IdentificationCode'));
    }
    const lines = isCii ? blocks(text, 'IncludedSupplyChainTradeLineItem') : blocks(text, `${root.replace('Advice', '')}Line`);
    assert.is(content.lines.length, lines.length);
    assert.is(lineReferences.length, lines.length);
    assert.is(new Set(content.lines.map((line) => line.id)).size, lines.length);
    lines.forEach((line, i) => {
      const read = content.lines[i];
      assert.is(read?.net ?? null, cents(value(line, isCii ? 'LineTotalAmount' : 'LineExtensionAmount')));
      const item = block(line, isCii ? 'SpecifiedTradeProduct' : 'Item').replace(/\s+/g, ' ');
      assert.ok(item.includes(escape(read?.description ?? '?')), read?.description);
      assert.is(Number(read?.quantity), Number(value(line, '(?:Invoiced|Credited|Delivered|Received|Billed)?Quantity')));
      assert.is(
        Number(read?.unitPrice ?? 0),
        Number(value(block(line, isCii ? 'NetPriceProductTradePrice' : 'Price'), isCii ? 'ChargeAmount' : 'PriceAmount')),
      );
    });
    assert.equal(
      references.map(({ kind, number }) => [kind, number]),
      content.references.filter(({ kind }) => kind !== 'other' && kind !== 'contract').map(({ kind, number }) => [kind, number]),
    );
  });
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;');
}

function partyNames(root: string): string[] {
  if (root === 'DespatchAdvice' || root === 'ReceiptAdvice') return ['DespatchSupplierParty', 'DeliveryCustomerParty'];
  if (root === 'Quotation') return ['SellerSupplierParty', 'OriginatorCustomerParty'];
  if (root === 'Order') return ['SellerSupplierParty', 'BuyerCustomerParty'];
  return ['AccountingSupplierParty', 'AccountingCustomerParty'];
}

type Content = ReturnType<typeof read>['content'];

const SUMMATIONS = ['LegalMonetaryTotal', 'QuotedMonetaryTotal', 'AnticipatedMonetaryTotal'];

function ublTotals(text: string, root: string, content: Content): void {
  const stated = SUMMATIONS.map((name) => block(text, name)).find((found) => found !== '') ?? '';
  if (stated === '') {
    assert.is(content.totals, null);
    assert.is(content.currency, null);
    return;
  }
  const { totals } = content;
  const header = text.slice(0, text.indexOf(`<cac:${root}Line>`));
  const tax = block(header, 'TaxTotal');
  const due = cents(value(stated, 'PayableAmount')) ?? NaN;
  const prepaid = cents(value(stated, 'PrepaidAmount')) ?? 0;
  assert.is(content.currency, value(text, 'DocumentCurrencyCode') ?? /currencyID="(\w+)"/.exec(stated)?.[1]);
  assert.is(totals?.lines, cents(value(stated, 'LineExtensionAmount')));
  assert.is(totals?.net, cents(value(stated, 'TaxExclusiveAmount')) ?? totals?.lines);
  assert.is(totals?.vat, cents(value(tax, 'TaxAmount')) ?? 0);
  assert.is(totals?.gross, cents(value(stated, 'TaxInclusiveAmount')) ?? due + prepaid);
  assert.is(totals?.prepaid, prepaid);
  assert.is(totals?.due, due);
  const rows = blocks(tax, 'TaxSubtotal').map((row) => [
    value(block(row, 'TaxCategory'), 'ID'),
    cents(value(row, 'TaxableAmount')),
    cents(value(row, 'TaxAmount')),
  ]);
  assert.equal(
    content.vat.map((row) => [row.category, row.taxable, row.amount]),
    rows,
  );
  const rates = blocks(tax, 'TaxSubtotal').map((row) => value(row, 'Percent'));
  assert.equal(
    content.vat.map((row) => row.rate),
    rates,
  );
  const adjustments = blocks(header, 'AllowanceCharge').map((a) => [
    /^(?:true|1)$/.test(value(a, 'ChargeIndicator') ?? ''),
    cents(value(a, 'Amount')),
  ]);
  assert.equal(
    content.adjustments.map((a) => [a.charge, a.amount]),
    adjustments,
  );
}

function ciiTotals(text: string, content: Content): void {
  const settlement = block(text, 'ApplicableHeaderTradeSettlement');
  const stated = block(settlement, 'SpecifiedTradeSettlementHeaderMonetarySummation');
  const currency = value(settlement, 'InvoiceCurrencyCode');
  const tax = new RegExp(`<ram:TaxTotalAmount currencyID="${currency}">([^<]*)<`).exec(stated)?.[1] ?? null;
  assert.is(content.currency, currency);
  assert.equal(content.totals, {
    lines: cents(value(stated, 'LineTotalAmount')),
    allowances: cents(value(stated, 'AllowanceTotalAmount')) ?? 0,
    charges: cents(value(stated, 'ChargeTotalAmount')) ?? 0,
    net: cents(value(stated, 'TaxBasisTotalAmount')),
    vat: cents(tax),
    gross: cents(value(stated, 'GrandTotalAmount')),
    prepaid: cents(value(stated, 'TotalPrepaidAmount')) ?? 0,
    rounding: cents(value(stated, 'RoundingAmount')) ?? 0,
    due: cents(value(stated, 'DuePayableAmount')),
  });
  assert.equal(
    content.vat.map((row) => [row.category, row.rate, row.taxable, row.amount]),
    blocks(settlement, 'ApplicableTradeTax').map((row) => [
      value(row, 'CategoryCode'),
      value(row, 'RateApplicablePercent'),
      cents(value(row, 'BasisAmount')),
      cents(value(row, 'CalculatedAmount')),
    ]),
  );
}

for (const { name, text } of samples().filter((x) => x.name.includes('ubl-chain'))) {
  if (name.endsWith('Quotation.xml')) {
    test('the quotation is valid to its last day and answers the request of the client', () => {
      const { content, contacts } = read(text);
      assert.is(content.validUntil, '2005-07-20');
      assert.is(content.reference, 'G867B');
      assert.is(content.buyer.name, 'The Terminus');
      assert.is(content.deliverTo, null);
      assert.is(content.adjustments[0]?.percent, '10');
      assert.equal(contacts, [{ name: 'S Massiah', email: 'smassiah@the-email.co.uk', language: null }]);
    });
  }
  if (name.endsWith('DespatchAdvice.xml')) {
    test('the despatch advice names its order and its line, and what is left', () => {
      const { content, references, lineReferences } = read(text);
      assert.equal(references, [{ kind: 'order', number: 'AEG012345', uuid: '6E09886B-DC6E-439F-82D1-7CCAC7F4E3B1', date: '2005-06-20' }]);
      assert.equal(lineReferences, [{ kind: 'order', number: 'AEG012345', line: '1' }]);
      assert.is(content.lines[0]?.backorder, '10');
      assert.ok(content.lines[0]?.details.some((detail) => detail.includes('Lot 546378239')));
    });
  }
  if (name.endsWith('ReceiptAdvice.xml')) {
    test('the receipt advice says what arrived on which delivery', () => {
      const { receipt, references } = read(text);
      v.parse(receiptSchema, receipt?.view);
      assert.ok(references.some((r) => r.kind === 'delivery' && r.number === '565899'));
      assert.equal(receipt?.view.lines, [{ line: null, description: 'beeswax', unit: 'KGM', received: '90', short: '10', rejected: null }]);
      assert.equal(receipt?.lineNumbers, [null]);
    });
  }
  if (name.endsWith('CreditNote.xml')) {
    test('the credit note finds its invoice through its line', () => {
      const { references, warnings } = read(text);
      assert.equal(references, [
        { kind: 'invoice', number: 'A00095678', uuid: '849FBBCE-E081-40B4-906C-94C5FF9D1AC3', date: '2005-06-21' },
      ]);
      assert.equal(
        warnings.map((w) => w.code),
        ['net_differs'],
      );
    });
  }
}

test.run();
