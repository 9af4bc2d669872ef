import { test } from 'uvu';
import * as assert from 'uvu/assert';
import Big from 'big.js';
import { isEn16931 } from './en16931.ts';
import { roundXpath } from './exact.ts';
import { change, faultsOf, read, refusalOf, rulesOf, sample } from './testing.ts';

test('a half is rounded as XPath rounds it: up, also below zero', () => {
  const rounded = (value: string, digits: number) => roundXpath(new Big(value), digits).toFixed();
  assert.is(rounded('2.5', 0), '3');
  assert.is(rounded('-2.5', 0), '-2');
  assert.is(rounded('-2.51', 0), '-3');
  assert.is(rounded('1.005', 2), '1.01');
  assert.is(rounded('-1.005', 2), '-1');
  assert.is(rounded('10.9938', 2), '10.99');
});

test('the profiles that promise EN 16931 are known by their id', () => {
  const yes = [
    'urn:cen.eu:en16931:2017',
    'urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0',
    'urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0',
    'urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended',
  ];
  for (const id of yes) assert.ok(isEn16931(id), id);
  for (const id of ['urn:factur-x.eu:1p0:minimum', 'urn:factur-x.eu:1p0:basicwl', 'urn:cen.eu:en16931:20170', 'OIOUBL-2.02', null])
    assert.not(isEn16931(id), String(id));
});

const amount = (name: string, from: string, to: string): [RegExp, string] => [
  new RegExp(`(<(?:cbc|ram):${name}(?: [^>]*)?>)${from.replace('.', '\\.')}<`),
  `$1${to}<`,
];

// NOK, one allowance and one charge of 100.00, VAT 25 % and 15 %, exempt, prepaid.
const ubl = sample('en16931-ubl/ubl-tc434-example2.xml');
if (ubl !== null) {
  const mutations: [string, [RegExp, string][]][] = [
    ['BR-CO-10', [amount('LineExtensionAmount', '4.96', '4.97')]],
    ['BR-CO-11', [amount('Amount', '100.00', '100.01')]],
    ['BR-CO-12', [[/(true<\/cbc:ChargeIndicator>[^]*?<cbc:Amount [^>]*>)100.00</, '$1100.01<']]],
    [
      'BR-CO-13',
      [
        amount('TaxExclusiveAmount', '1436.50', '1436.51'),
        amount('TaxInclusiveAmount', '1801.78', '1801.79'),
        amount('PayableAmount', '801.78', '801.79'),
      ],
    ],
    ['BR-CO-14', [amount('TaxAmount', '365.13', '365.14')]],
    ['BR-CO-15', [amount('TaxInclusiveAmount', '1801.78', '1801.79'), amount('PayableAmount', '801.78', '801.79')]],
    ['BR-CO-16', [amount('PayableAmount', '801.78', '801.79')]],
    // One VAT amount too high and another too low: their sum is right.
    ['BR-CO-17', [amount('TaxAmount', '365.13', '366.13'), amount('TaxAmount', '0.15', '-0.85')]],
  ];
  for (const [rule, changes] of mutations) {
    test(`UBL: ${rule} alone is named when it alone is broken`, () => {
      assert.equal(rulesOf(change(ubl, ...changes)), [rule]);
    });
  }

  test('a fault says where, what was expected and what is stated', () => {
    const refusal = refusalOf(change(ubl, amount('PayableAmount', '801.78', '801.79')));
    assert.is(refusal.code, 'en16931_failed');
    assert.equal(refusal.faults, [
      { pointer: '/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount', rule: 'BR-CO-16', detail: 'expected 801.78, stated 801.79' },
    ]);
  });

  test('every rule that fails is listed, not only the first', () => {
    const wrong = change(
      ubl,
      amount('AllowanceTotalAmount', '100.00', '90.00'),
      amount('PayableAmount', '801.78', '1.00'),
      amount('TaxAmount', '365.28', '400.00'),
    );
    assert.equal(rulesOf(wrong), ['BR-CO-11', 'BR-CO-13', 'BR-CO-14', 'BR-CO-15', 'BR-CO-16']);
  });

  test('UBL: a VAT amount less than one unit off stands, with a remark; a whole unit does not', () => {
    const near = change(
      ubl,
      amount('TaxAmount', '365.13', '366.12'),
      amount('TaxAmount', '365.28', '366.27'),
      amount('TaxInclusiveAmount', '1801.78', '1802.77'),
      amount('PayableAmount', '801.78', '802.77'),
    );
    const { content, warnings } = read(near);
    assert.is(content.vat[0]?.amount, 36612);
    assert.is(content.totals?.gross, 180277);
    assert.ok(warnings.some((warning) => warning.code === 'vat_differs'));
    const off = change(
      near,
      amount('TaxAmount', '366.12', '366.13'),
      amount('TaxAmount', '366.27', '366.28'),
      amount('TaxInclusiveAmount', '1802.77', '1802.78'),
      amount('PayableAmount', '802.77', '802.78'),
    );
    assert.equal(rulesOf(off), ['BR-CO-17']);
  });

  test('UBL: the base of a standard rate may be less than one unit off, that of an exempt category not at all', () => {
    assert.equal(rulesOf(change(ubl, amount('TaxableAmount', '1460.50', '1461.49'))), []);
    assert.equal(rulesOf(change(ubl, amount('TaxableAmount', '1460.50', '1461.50'))), ['BR-S-08']);
    assert.equal(rulesOf(change(ubl, amount('TaxableAmount', '-25.00', '-25.01'))), ['BR-E-08']);
  });

  test('VAT where there is none is refused, even when it rounds to nothing', () => {
    const wrong = change(
      ubl,
      [/(<cbc:TaxAmount currencyID="NOK">)0.00</, '$10.40<'],
      amount('TaxAmount', '365.28', '365.68'),
      amount('TaxInclusiveAmount', '1801.78', '1802.18'),
      amount('PayableAmount', '801.78', '802.18'),
    );
    assert.equal(rulesOf(wrong), ['BR-E-09']);
  });

  test('more decimals than the currency has are refused by the rule of the amount', () => {
    assert.ok(rulesOf(change(ubl, amount('PayableAmount', '801.78', '801.784'))).includes('BR-DEC-18'));
    assert.equal(rulesOf(change(ubl, amount('LineExtensionAmount', '4.96', '4.960'))), ['BR-DEC-23']);
    assert.equal(rulesOf(change(ubl, amount('PayableAmount', '801.78', '801.780'))), ['BR-DEC-18']);
  });

  test('a missing total is named by its own rule', () => {
    const [fault, ...others] = faultsOf(change(ubl, [/<cbc:TaxInclusiveAmount[^]*?<\/cbc:TaxInclusiveAmount>/, '']));
    assert.equal([fault?.rule, fault?.pointer, others.length], ['BR-14', '/Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount', 0]);
  });

  test('an allowance total that is missing is a broken sum', () => {
    const wrong = change(ubl, [/<cbc:AllowanceTotalAmount[^]*?<\/cbc:AllowanceTotalAmount>/, '']);
    assert.equal(rulesOf(wrong), ['BR-CO-11', 'BR-CO-13']);
  });

  test('the VAT must be stated once in the currency of the document', () => {
    assert.ok(rulesOf(change(ubl, [/<cac:TaxTotal>[^]*<\/cac:TaxTotal>/, ''])).includes('BR-CO-15'));
  });

  test('the same errors in a file that does not promise EN 16931 are remarks', () => {
    const national = change(ubl, ['urn:cen.eu:en16931:2017<', 'urn:example:national<'], amount('PayableAmount', '801.78', '801.79'));
    const { content, warnings } = read(national);
    assert.is(content.totals?.due, 80179);
    assert.ok(warnings.some(({ code, detail }) => code === 'due_differs' && detail === 'net to pay: calculated 801.78, stated 801.79 NOK'));
  });
}

const cii = sample('en16931-cii/CII_example2.xml');
if (cii !== null) {
  const mutations: [string, [RegExp, string][]][] = [
    [
      'BR-CO-10',
      [
        [/(<ram:LineTotalAmount>)1436.5</, '$11436.6<'],
        [/(<ram:ChargeTotalAmount>)100</, '$199.9<'],
        [/(<ram:ActualAmount>)100(<\/ram:ActualAmount>\s*<ram:Reason>Freight)/, '$199.9$2'],
      ],
    ],
    [
      'BR-CO-11',
      [
        [/(<ram:AllowanceTotalAmount>)100</, '$199<'],
        [/(<ram:ChargeTotalAmount>)100</, '$199<'],
      ],
    ],
    [
      'BR-CO-13',
      [
        [/(<ram:TaxBasisTotalAmount>)1436.5</, '$11436.6<'],
        [/(<ram:GrandTotalAmount>)1801.78</, '$11801.88<'],
        [/(<ram:DuePayableAmount>)801.78</, '$1801.88<'],
      ],
    ],
    ['BR-CO-14', [[/(<ram:CalculatedAmount>)365.13</, '$1365.14<']]],
    [
      'BR-CO-15',
      [
        [/(<ram:GrandTotalAmount>)1801.78</, '$11801.79<'],
        [/(<ram:DuePayableAmount>)801.78</, '$1801.79<'],
      ],
    ],
    ['BR-CO-16', [[/(<ram:DuePayableAmount>)801.78</, '$1801.79<']]],
  ];
  for (const [rule, changes] of mutations) {
    test(`CII: ${rule} is named when it is broken`, () => {
      assert.ok(rulesOf(change(cii, ...changes)).includes(rule), rulesOf(change(cii, ...changes)).join());
    });
  }

  test('CII: a fault points with the prefixes of the file', () => {
    const [fault] = faultsOf(change(cii, [/(<ram:DuePayableAmount>)801.78</, '$1801.79<']));
    assert.is(
      fault?.pointer,
      '/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:DuePayableAmount',
    );
  });

  test('CII: the base of a standard rate must be exact, that of an exempt category may be less than one unit off', () => {
    assert.equal(rulesOf(change(cii, [/(<ram:BasisAmount>)1460.5</, '$11460.51<'])), ['BR-S-08']);
    assert.equal(rulesOf(change(cii, [/(<ram:BasisAmount>)-25</, '$1-25.99<'])), []);
    assert.equal(rulesOf(change(cii, [/(<ram:BasisAmount>)-25</, '$1-26<'])), ['BR-E-08']);
  });
}

test.run();
