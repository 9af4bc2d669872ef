import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { digitsOf } from '../../shared/money.ts';
import type { PageProps } from '../../shared/page.ts';
import { ask } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

/** Documents nobody here wrote, beside the checkout: what is stated in them is what must come out. */
const FOLDER = join(import.meta.dirname, '../../../shared/samples');
const CHAIN = ['Quotation', 'Order', 'DespatchAdvice', 'ReceiptAdvice', 'Invoice', 'CreditNote'].map((name) => `ubl-chain/${name}.xml`);
const present = existsSync(FOLDER);
if (!present) process.stdout.write('skipped: no samples beside the checkout (../shared/samples)\n');

const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const others = present
  ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.xml') && !CHAIN.includes(name))
      .sort()
  : [];

interface Answer {
  id: string;
  deal: string;
  kind: string;
  number: string;
  status: string;
  currency: string | null;
  totals: Record<'net' | 'vat' | 'gross' | 'paid' | 'due', number | null>;
  warnings: { code: string }[];
  link: string;
}

let app: TestApp;
const answers = new Map<string, Answer>();
test.before(async () => {
  app = await startApp();
});
test.after(() => app?.close());

async function bring(xml: string): Promise<{ status: number; body: Answer & { code: string; faults: { rule: string }[] } }> {
  return app.api('POST', '/documents?issue=true', xml);
}

/** What a file states, read by pattern and not by our reader; amounts as text, null where it has none. */
function statedIn(xml: string): { gross: string | null; due: string | null; prepaid: string | null; vat: string | null } {
  const text = xml.replace(/<!--[^]*?-->/g, '');
  const sums =
    /<(?:\w+:)?(Legal|Quoted|Anticipated)MonetaryTotal>[^]*?MonetaryTotal>/.exec(text)?.[0] ??
    /<ram:SpecifiedTradeSettlementHeaderMonetarySummation>[^]*?MonetarySummation>/.exec(text)?.[0] ??
    '';
  const value = (...names: string[]) =>
    names
      .map((name) => new RegExp(`<(?:\\w+:)?${name}(?: [^>]*)?>\\s*([^<\\s]*)`).exec(sums)?.[1] ?? null)
      .find((found) => found !== null) ?? null;
  return {
    gross: value('TaxInclusiveAmount', 'GrandTotalAmount'),
    due: value('PayableAmount', 'DuePayableAmount'),
    prepaid: value('PrepaidAmount', 'TotalPrepaidAmount'),
    vat: value('TaxTotalAmount'),
  };
}

/** "1436.5" → 143650, by text. */
function minor(text: string | null, currency: string | null): number | null {
  if (text === null || currency === null) return null;
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  const digits = digitsOf(currency);
  return Number(`${sign}${whole}${fraction.padEnd(digits, '0').slice(0, digits)}`) + 0;
}

/** An amount as a reader of the language expects it. */
function written(text: string, currency: string, language: 'fr' | 'en'): string {
  return new Intl.NumberFormat(language === 'fr' ? 'fr-FR' : 'en-GB', { style: 'currency', currency }).format(
    text as Intl.StringNumericLiteral,
  );
}

for (const name of present ? [...CHAIN, ...others] : []) {
  test(`${name} comes in, opens, and comes back byte for byte`, async () => {
    const xml = read(name);
    const { status, body } = await bring(xml);
    assert.is(status, 201, JSON.stringify(body));
    answers.set(name, body);
    const receipt = name.endsWith('ReceiptAdvice.xml');
    const stated = statedIn(xml);
    if (!receipt) {
      if (stated.gross !== null) assert.is(body.totals.gross, minor(stated.gross, body.currency));
      assert.is(body.totals.due, minor(stated.due, body.currency));
      assert.is(body.totals.paid, stated.due === null ? null : (minor(stated.prepaid, body.currency) ?? 0));
      if (stated.vat !== null) assert.is(body.totals.vat, minor(stated.vat, body.currency));
    }

    const full = (await app.api('GET', `/documents/${body.id}`)).body;
    const page = await fetch(body.link);
    const html = await page.text();
    assert.is(page.status, 200);
    assert.ok(html.includes(body.number.replaceAll('&', '&amp;')), body.number);
    for (const amount of [stated.gross, stated.due]) {
      if (amount === null || body.currency === null) continue;
      const shown = written(amount, body.currency, full.content.language);
      // Outside the data block, in what a person reads.
      assert.ok(html.replace(/<script[^]*?<\/script>/g, '').includes(shown), `${shown} on the page`);
    }

    const pdf = await fetch(`${body.link}/pdf?download`);
    const bytes = Buffer.from(await pdf.arrayBuffer());
    assert.equal([pdf.status, pdf.headers.get('content-type')], [200, 'application/pdf']);
    assert.match(pdf.headers.get('content-disposition') ?? '', /^attachment; filename="[^"/\\]+\.pdf"/);
    assert.is(bytes.subarray(0, 5).toString(), '%PDF-');
    assert.match(bytes.subarray(-1024).toString('latin1'), /startxref\s+\d+\s+%%EOF\s*$/);

    const source = await fetch(`${app.url}/api/v1/documents/${body.id}${receipt ? '/receipts/1' : ''}/source`, {
      headers: { authorization: `Bearer ${app.key}` },
    });
    assert.is(source.status, 200);
    assert.match(source.headers.get('content-disposition') ?? '', /^attachment;/);
    assert.is(Buffer.compare(Buffer.from(await source.arrayBuffer()), readFileSync(join(FOLDER, name))), 0);
    assert.is(
      (await fetch(`${app.url}/api/v1/documents/${body.id}/receipts/9/source`, { headers: { authorization: `Bearer ${app.key}` } })).status,
      404,
    );
  });
}

if (present) {
  test('the chain is one deal in order, the receipt advice on its delivery', async () => {
    const [quote, order, delivery, receipt, invoice, credit] = CHAIN.map((name) => answers.get(name));
    // The order of this chain names no quotation, so the quotation keeps a deal of its own.
    assert.is(new Set([order, delivery, receipt, invoice, credit].map((one) => one?.deal)).size, 1);
    assert.is.not(quote?.deal, order?.deal);
    assert.is(receipt?.id, delivery?.id);
    const html = await (await fetch(order?.link ?? '')).text();
    const { view } = JSON.parse(/<script type="application\/json" id="page">([^]*?)<\/script>/.exec(html)?.[1] ?? '') as PageProps;
    assert.equal(
      view.documents.map((doc) => [doc.kind, doc.follows]),
      [
        ['order', null],
        ['delivery', order?.id],
        ['invoice', order?.id],
        ['credit_note', invoice?.id],
      ],
    );
    assert.equal(
      view.documents.map((doc) => doc.receipts.length),
      [0, 1, 0, 0],
    );
    const [said] = view.documents[1]?.receipts ?? [];
    assert.is(said?.lines[0]?.line, view.documents[1]?.content.lines[0]?.id);
    const events = (await app.api('GET', '/events?limit=500')).body.events as { type: string; document: string }[];
    assert.equal(
      events.filter((event) => event.type === 'receipt.recorded').map((event) => event.document),
      [delivery?.id],
    );
  });

  test('what is prepaid is paid: part-paid, and the rest is due', () => {
    const prepaid = others.filter((name) => Number(statedIn(read(name)).prepaid ?? 0) > 0);
    assert.ok(prepaid.length > 0, 'there is a sample with a prepaid amount');
    for (const name of prepaid) {
      const answer = answers.get(name);
      const { prepaid: stated, due } = statedIn(read(name));
      assert.is(answer?.totals.paid, minor(stated, answer?.currency ?? null));
      assert.is(answer?.status, Number(due) <= 0 ? 'paid' : 'part_paid', name);
    }
  });

  test('an order that names its quote joins the quote’s deal', async () => {
    const order = read(CHAIN[1] ?? '')
      .replace('AEG012345', 'AEG-2')
      .replace(/6E09886B/g, '6E09886C');
    const named = order.replace(
      /(<cac:(?:OriginatorDocumentReference|Contract|Signature|BuyerCustomerParty)>)/,
      '<cac:QuotationDocumentReference><cbc:ID>QIY7655</cbc:ID></cac:QuotationDocumentReference>$1',
    );
    assert.is.not(named, order);
    const { status, body } = await bring(named);
    assert.equal([status, body.deal, body.kind], [201, answers.get(CHAIN[0] ?? '')?.deal, 'order']);
  });

  test('a reference that fits two earlier documents starts a new deal and says so', async () => {
    const first = answers.get(CHAIN[1] ?? '');
    // Other bytes, the same number: another file than the one that came in.
    const other = (name = '') => read(name).replace('<cbc:Note>sample</cbc:Note>', '<cbc:Note>once more</cbc:Note>');
    const again = await bring(other(CHAIN[1]));
    assert.is(again.status, 201);
    assert.ok(again.body.warnings.some((one) => one.code === 'number_repeated'));
    const unsure = await bring(other(CHAIN[2]));
    assert.is(unsure.status, 201);
    assert.is.not(unsure.body.deal, first?.deal);
    assert.ok(unsure.body.warnings.some((one) => one.code === 'reference_ambiguous'));
    const receipt = await bring(other(CHAIN[3]));
    assert.equal([receipt.status, receipt.body.code], [422, 'reference_not_found']);
  });

  test('an altered total of a European invoice is refused, naming the rule', async () => {
    for (const [name, tag, rule] of [
      ['en16931-ubl/ubl-tc434-example2.xml', 'PayableAmount', 'BR-CO-16'],
      ['en16931-ubl/ubl-tc434-example2.xml', 'TaxInclusiveAmount', 'BR-CO-15'],
      ['en16931-cii/CII_example2.xml', 'DuePayableAmount', 'BR-CO-16'],
    ] as const) {
      const xml = read(name);
      const changed = xml.replace(new RegExp(`(<\\w+:${tag}[^>]*>)[^<]*`), (_, open: string) => `${open}99999.00`);
      assert.is.not(changed, xml);
      const { status, body } = await bring(changed);
      assert.equal([status, body.code], [422, 'en16931_failed']);
      assert.ok(
        body.faults.some((fault) => fault.rule === rule),
        `${rule} in ${JSON.stringify(body.faults)}`,
      );
    }
  });
}

const ORDER = 'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"';
const HOSTILE: [string, () => string | Buffer, number, string][] = [
  ['entities', () => `<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><Order ${ORDER}>&b;</Order>`, 422, 'xml_forbidden'],
  ['an external reference', () => `<!DOCTYPE o SYSTEM "file:///etc/passwd"><Order ${ORDER}/>`, 422, 'xml_forbidden'],
  ['fifty megabytes of nesting', () => Buffer.from('<a>'.repeat(17_500_000)), 413, 'too_large'],
  ['nesting below the size limit', () => Buffer.from('<a>'.repeat(3_000_000)), 422, 'xml_forbidden'],
  ['a million attributes', () => `<Order ${Array.from({ length: 600_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`, 413, 'too_large'],
  ['no XML at all', () => 'PK\u0003\u0004 not xml', 422, 'xml_not_wellformed'],
  ['another kind of document', () => '<invoice/>', 422, 'xml_unknown'],
];

for (const [name, make, status, code] of HOSTILE) {
  test(`hostile XML is refused quickly: ${name}`, async () => {
    const body = Buffer.from(make());
    const started = performance.now();
    const answer = await ask(app, 'POST', '/api/v1/documents', {
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/xml', 'content-length': String(body.byteLength) },
      body,
    });
    assert.equal([answer.status, (JSON.parse(answer.body) as { code: string }).code], [status, code]);
    assert.ok(performance.now() - started < 4000, `${Math.round(performance.now() - started)} ms`);
  });
}

test('names of a whole page in a file are refused or cut, never a fault of ours', async () => {
  const long = 'Anne '.repeat(300);
  const aggregate = 'urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2';
  const basic = 'urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2';
  const party = (name: string) =>
    `<cac:Party><cac:PartyName><cbc:Name>${name}</cbc:Name></cac:PartyName><cac:Contact><cbc:Name>${name}</cbc:Name><cbc:ElectronicMail>a@example.com</cbc:ElectronicMail></cac:Contact></cac:Party>`;
  const file = (name: string) =>
    `<Order ${ORDER} xmlns:cac="${aggregate}" xmlns:cbc="${basic}"><cbc:ID>1</cbc:ID><cbc:IssueDate>2026-01-02</cbc:IssueDate><cac:BuyerCustomerParty>${party(name)}</cac:BuyerCustomerParty><cac:SellerSupplierParty>${party('S')}</cac:SellerSupplierParty><cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID><cbc:Quantity>1</cbc:Quantity><cac:Item><cbc:Name>Thing</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine></Order>`;
  const { status } = await bring(file(long));
  assert.ok([201, 422].includes(status), String(status));
});

test.run();
