import { request } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Fault } from '../../shared/refusal.ts';
import { CLIENT, issued, LINE, seqOf } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let app: TestApp;
test.before(async () => {
  app = await startApp();
});
test.after(() => app?.close());

const GOOD = { kind: 'quote', client: CLIENT, lines: [LINE] };
const NOWHERE = '00000000-0000-4000-8000-000000000000';

/** Every fault of a body as `pointer rule`, sorted; the whole is a problem document and changes nothing. */
async function faultsOf(body: unknown, path = '/documents?issue=true'): Promise<string[]> {
  const seq = await seqOf(app);
  const answer = await app.api('POST', path, body);
  assert.is(answer.status, 422, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  assert.equal(
    [answer.body.status, answer.body.type, typeof answer.body.title],
    [422, `urn:webdocument:problem:${answer.body.code}`, 'string'],
  );
  assert.is(await seqOf(app), seq);
  const faults = answer.body.faults as Fault[];
  assert.ok(faults.every((fault) => fault.detail.length > 3));
  return faults.map((fault) => `${fault.pointer} ${fault.rule}`).sort();
}

const line = (more: object) => ({ ...GOOD, lines: [LINE, { ...LINE, ...more }] });

/** One fault each: what is sent, where it is said to be, by which rule. */
const FAULTS: [string, unknown, string][] = [
  ['no kind', { ...GOOD, kind: undefined }, '/kind required'],
  ['an unknown kind', { ...GOOD, kind: 'letter' }, '/kind picklist'],
  ['a currency in small letters', { ...GOOD, currency: 'eur' }, '/currency currency'],
  ['a currency nobody has', { ...GOOD, currency: 'ABC' }, '/currency currency'],
  ['a currency of four decimals', { ...GOOD, currency: 'CLF' }, '/currency currency'],
  ['a language we do not speak', { ...GOOD, language: 'de' }, '/language picklist'],
  ['a day that does not exist', { ...GOOD, issueDate: '2026-02-30' }, '/issueDate date'],
  ['a day before any paper', { ...GOOD, issueDate: '0000-01-01' }, '/issueDate date'],
  ['a day after all others', { ...GOOD, issueDate: '9999-12-31' }, '/issueDate date'],
  ['a day with a time', { ...GOOD, validUntil: '2026-02-03T00:00:00Z' }, '/validUntil date'],
  ['a validity before the issue', { ...GOOD, issueDate: '2026-02-03', validUntil: '2026-02-02' }, '/validUntil before_issue'],
  ['a validity on an invoice', { ...GOOD, kind: 'invoice', validUntil: '2099-01-01' }, '/validUntil not_for_kind'],
  ['a due date on a quote', { ...GOOD, dueDate: '2099-01-01' }, '/dueDate not_for_kind'],
  ['no client', { ...GOOD, client: undefined }, '/client required'],
  ['a client without a name', { ...GOOD, client: { name: ' ' } }, '/client/name required'],
  ['a client of dots', { ...GOOD, client: { name: '…' } }, '/client/name required'],
  [
    'a contact nobody can see',
    { ...GOOD, client: { name: 'A', contacts: [{ name: '\u200b\u202e' }] } },
    '/client/contacts/0/name required',
  ],
  ['a country by its name', { ...GOOD, client: { name: 'A', address: { country: 'France' } } }, '/client/address/country country'],
  [
    'a contact without a right address',
    { ...GOOD, client: { name: 'A', contacts: [{ name: 'B' }, { name: 'C', email: 'c at home' }] } },
    '/client/contacts/1/email email',
  ],
  ['an address line of a whole page', { ...GOOD, client: { name: 'A', address: 'x'.repeat(700) } }, '/client/address line_too_long'],
  ['no lines', { ...GOOD, lines: [] }, '/lines required'],
  ['lines that are no list', { ...GOOD, lines: {} }, '/lines array'],
  ['a quantity as a number', line({ quantity: 2 }), '/lines/1/quantity string'],
  ['a quantity with an exponent', line({ quantity: '1e3' }), '/lines/1/quantity decimal'],
  ['a price with a comma', line({ unitPrice: '1,50' }), '/lines/1/unitPrice decimal'],
  ['a negative price', line({ unitPrice: '-0.01' }), '/lines/1/unitPrice not_negative'],
  ['no price', line({ unitPrice: undefined }), '/lines/1/unitPrice required'],
  ['no VAT', line({ vat: undefined }), '/lines/1/vat required'],
  ['an unknown VAT category', line({ vat: { category: 'X', rate: '20' } }), '/lines/1/vat/category picklist'],
  ['a standard rate of zero', line({ vat: { category: 'S', rate: '0' } }), '/lines/1/vat/rate BR-S-05'],
  ['a rate where there is none', line({ vat: { category: 'O', rate: '20' } }), '/lines/1/vat/rate BR-O-05'],
  ['a negative rate', line({ vat: { category: 'S', rate: '-1' } }), '/lines/1/vat/rate not_negative'],
  ['a discount above all', line({ discount: '100.5' }), '/lines/1/discount percent'],
  ['a discount above all, in the long form', line({ discount: { percent: '101' } }), '/lines/1/discount/percent percent'],
  ['a negative discount', line({ discount: { amount: '-1' } }), '/lines/1/discount/amount not_negative'],
  ['a discount above its line', line({ discount: { amount: '200.01' } }), '/lines/1/discount discount_too_large'],
  ['a discount beyond counting', line({ discount: { amount: '99999999999999999' } }), '/lines/1/discount discount_too_large'],
  ['a discount in half cents', line({ discount: { amount: '1.005' } }), '/lines/1/discount/amount decimals'],
  ['a discount in parts of a yen', { ...line({ discount: { amount: '1.5' } }), currency: 'JPY' }, '/lines/1/discount/amount decimals'],
  ['more given back than sold', line({ quantity: '-3' }), '/lines negative_total'],
  ['an order of less than nothing', { ...GOOD, kind: 'order', lines: [{ ...LINE, quantity: '-1' }] }, '/lines negative_total'],
  ['an invoice of less than nothing', { ...GOOD, kind: 'invoice', lines: [{ ...LINE, quantity: '-1' }] }, '/lines negative_total'],
  ['a line of nowhere', line({ from: NOWHERE }), '/lines/1/from unknown_line'],
  ['an id of its own', line({ id: NOWHERE }), '/lines/1/id unknown_line'],
  ['an amount beyond counting', line({ unitPrice: '99999999999999999' }), '/lines/1/unitPrice range'],
  [
    'an amount beyond counting, with a discount',
    line({ quantity: '9'.repeat(18), unitPrice: '9'.repeat(18), discount: '10' }),
    '/lines/1/unitPrice range',
  ],
  [
    'a sum beyond counting',
    { ...GOOD, lines: Array.from({ length: 3 }, () => ({ ...LINE, quantity: '1', unitPrice: '50000000000000.00' })) },
    '/lines range',
  ],
  ['an unknown field', { ...GOOD, colour: 'red' }, '/colour unknown_field'],
  ['an unknown field inside', line({ 'a/b~c': 1 }), '/lines/1/a~1b~0c unknown_field'],
  ['a zero byte', line({ description: 'a\u0000b' }), '/lines/1/description character'],
  ['a note of a book', { ...GOOD, notes: 'x'.repeat(20_001) }, '/notes max_length'],
  ['terms of a book', { ...GOOD, terms: ['x', 'x'.repeat(20_001)] }, '/terms/1 max_length'],
  ['too many notes', { ...GOOD, notes: Array.from({ length: 1001 }, () => 'x') }, '/notes max_length'],
  ['too many details', line({ details: Array.from({ length: 501 }, () => 'x') }), '/lines/1/details max_length'],
  [
    'too many contacts',
    { ...GOOD, client: { name: 'A', contacts: Array.from({ length: 101 }, () => ({})) } },
    '/client/contacts max_length',
  ],
  [
    'too long an address',
    { ...GOOD, client: { name: 'A', address: { lines: Array.from({ length: 51 }, () => 1) } } },
    '/client/address/lines max_length',
  ],
  ['half a letter', { ...GOOD, notes: ['fine', '\ud800'] }, '/notes/1 character'],
];

for (const [name, body, expected] of FAULTS) {
  test(`refused with its place: ${name}`, async () => {
    assert.equal(await faultsOf(body), [expected]);
  });
}

test('all faults are told at once', async () => {
  const body = {
    ...GOOD,
    kind: 'bill',
    issueDate: 'today',
    extra: true,
    lines: [
      { ...LINE, quantity: 'two' },
      { description: '', quantity: '1' },
      { ...LINE, vat: { category: 'S', rate: 'x' } },
    ],
  };
  assert.equal(await faultsOf(body), [
    '/extra unknown_field',
    '/issueDate date',
    '/kind picklist',
    '/lines/0/quantity decimal',
    '/lines/1/description required',
    '/lines/2/vat/rate decimal',
  ]);
  const rules = {
    ...GOOD,
    dueDate: '2099-01-01',
    validUntil: '2001-01-01',
    lines: [
      { ...LINE, unitPrice: null },
      { ...LINE, vat: { category: 'Z', rate: '5' } },
    ],
  };
  assert.equal(await faultsOf(rules), [
    '/dueDate not_for_kind',
    '/lines/0/unitPrice required',
    '/lines/1/vat/rate rate_zero',
    '/validUntil before_issue',
  ]);
});

test('a list beyond all measure is one fault, and what is wrong a thousand times is told a hundred times', async () => {
  const started = performance.now();
  assert.equal(await faultsOf({ ...GOOD, lines: Array.from({ length: 300_000 }, () => ({})) }), ['/lines max_length']);
  assert.ok(performance.now() - started < 20_000);
  for (const wrong of [{}, { ...LINE, unitPrice: null }, { ...LINE, description: 'a\u0000' }])
    assert.is((await faultsOf({ ...GOOD, lines: Array.from({ length: 1000 }, () => wrong) })).length, 100);
});

test('what is taken back has a negative quantity, and a discount as large as its line is one', async () => {
  const lines = [LINE, { ...LINE, quantity: '-2', discount: '10' }, { ...LINE, discount: { amount: '200.00' } }];
  const { body } = await app.api('POST', '/documents?issue=true', { ...GOOD, kind: 'invoice', lines });
  assert.is(body.totals?.net, 20_000 - 18_000 + 0);
  const back = await app.api('POST', '/documents?issue=true', { ...GOOD, kind: 'credit_note', lines: [{ ...LINE, quantity: '-1' }] });
  assert.is(back.status, 201);
});

test('names lose what cannot be seen, and keep the rest', async () => {
  const client = { name: ' Unseen\u202e\u200b\u0007  Ltd ', contacts: [{ name: '\ufeffعلی\u200cرضا' }] };
  const made = await issued(app, 'quote', { client });
  const { client: kept } = (await app.api('GET', `/documents/${made.id}`)).body;
  assert.equal([kept.name, kept.contacts[0].name], ['Unseen Ltd', 'علی\u200cرضا']);
});

test('ids are the same in capital and small letters', async () => {
  const quote = await issued(app, 'quote');
  const { content } = (await app.api('GET', `/documents/${quote.id.toUpperCase()}`)).body;
  const id = content.lines[0].id as string;
  const revised = { kind: 'quote', lines: [{ ...LINE, id: id.toUpperCase(), quantity: '3' }] };
  assert.is((await app.api('POST', `/documents/${quote.id.toUpperCase()}/revisions`, revised)).status, 201);
  assert.is((await app.api('GET', `/documents/${quote.id}`)).body.content.lines[0].id, id);
  const order = await app.api('POST', '/documents?issue=true', {
    kind: 'order',
    follows: quote.id.toUpperCase(),
    lines: [{ ...LINE, from: id.toUpperCase() }],
  });
  assert.is(order.status, 201, JSON.stringify(order.body));
  const made = (await app.api('GET', `/documents/${order.body.id}`)).body;
  assert.equal([made.follows, made.content.lines[0].from], [quote.id, { document: quote.id, line: id }]);
  assert.is((await app.api('GET', `/documents?deal=${quote.deal.toUpperCase()}`)).body.documents.length, 2);
  const console = await fetch(`${app.url}/console/documents/${quote.id.toUpperCase()}`, { headers: { cookie: app.cookie } });
  assert.is(((await console.json()) as { document: string }).document, quote.id);
});

test('a line cannot be there twice', async () => {
  const quote = await issued(app, 'quote');
  const [{ id }] = (await app.api('GET', `/documents/${quote.id}`)).body.content.lines;
  const lines = [
    { ...LINE, id },
    { ...LINE, id: id.toUpperCase() },
  ];
  assert.equal(await faultsOf({ kind: 'quote', lines }, `/documents/${quote.id}/revisions`), ['/lines/1/id duplicate_line']);
});

test('a session nobody can have had is not found', async () => {
  for (const id of ['%00', 'x', 'A'.repeat(64)]) {
    const headers = { cookie: app.cookie, origin: app.url };
    assert.is((await fetch(`${app.url}/console/sessions/${id}/end`, { method: 'POST', headers })).status, 404, id);
  }
});

test('a reference to a document that is not there is refused at its place', async () => {
  const { status, body } = await app.api('POST', '/documents', { kind: 'order', follows: NOWHERE, lines: [LINE] });
  assert.equal([status, body.code, body.faults[0].pointer], [422, 'reference_not_found', '/follows']);
});

test('text stays text, and what is stored is what was sent', async () => {
  const description = '<script>alert(1)</script> __proto__ =1+1 \u202e𝒳 \t';
  const made = await issued(app, 'quote', {
    lines: [{ ...LINE, description }],
    client: { name: '__proto__', contacts: [{ name: 'constructor' }] },
  });
  const { content, client } = (await app.api('GET', `/documents/${made.id}`)).body;
  assert.equal([content.lines[0].description, client.name], [description.trim(), '__proto__']);
  const page = await (await fetch(made.link)).text();
  assert.not.match(page, /<script>alert/);
});

test('a key named __proto__ changes nobody', async () => {
  const body = `{"__proto__":{"issue":true},"kind":"order","client":{"name":"A"},"lines":[${JSON.stringify(LINE)}]}`;
  const response = await fetch(`${app.url}/api/v1/documents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' },
    body,
  });
  assert.ok([201, 422].includes(response.status));
  assert.is(({} as Record<string, unknown>)['issue'], undefined);
});

test('messages, links and queries are checked alike', async () => {
  const { id } = await issued(app, 'quote');
  assert.equal(await faultsOf({ text: '   ' }, `/documents/${id}/messages`), ['/text required']);
  assert.equal(await faultsOf({ text: 'x'.repeat(10_001) }, `/documents/${id}/messages`), ['/text max_length']);
  assert.equal(await faultsOf({ text: 'a\u0000', to: 'all' }, `/documents/${id}/messages`), ['/text character', '/to unknown_field']);
  assert.equal(await faultsOf({ contact: 'me' }, `/documents/${id}/links`), ['/contact uuid']);
  assert.equal(await faultsOf({ kind: 'quote', lines: [] }, `/documents/${id}/revisions`), ['/lines required']);
  const cursor = (text: string) => `cursor=${Buffer.from(text).toString('base64url')}`;
  const forged = [
    `2026-01-01T00:00:00.000Z ${'-'.repeat(36)}`,
    `0000-01-01T00:00:00.000Z ${NOWHERE}`,
    `+275760-09-13T00:00:00.000Z ${NOWHERE}`,
    `2026-01-01T99:00:00.000Z ${NOWHERE}`,
    `1 ${NOWHERE}`,
  ].map(cursor);
  for (const query of [...forged, 'kind=letter', 'state=lost', 'cursor=abc', 'limit=0', 'limit=201', 'deal=1', 'q=%00', 'page=2']) {
    const answer = await app.api('GET', `/documents?${query}`);
    assert.equal([answer.status, answer.body.faults?.[0]?.pointer], [422, `/${query.split('=')[0]}`], query);
  }
});

test('the wrong content type is 415, malformed JSON 400, too much 413', async () => {
  const headers = { authorization: `Bearer ${app.key}` };
  const raw = async (body: string, type: string | null, path = '/documents') => {
    const sent = await fetch(`${app.url}/api/v1${path}`, {
      method: 'POST',
      headers: { ...headers, ...(type === null ? {} : { 'content-type': type }) },
      body: Buffer.from(body),
    });
    return [sent.status, ((await sent.json()) as { code: string }).code];
  };
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', null]) {
    assert.equal(await raw('{}', type), [415, 'unsupported_media_type'], String(type));
  }
  for (const body of ['{', '', 'nothing', '{"kind":"quote",}', '[[[['.repeat(100_000)])
    assert.equal(await raw(body, 'application/json'), [400, 'malformed']);
  assert.equal(await raw('{}', 'text/plain', `/documents/${NOWHERE}/messages`), [415, 'unsupported_media_type']);
  assert.equal(await raw(`"${'x'.repeat(5_000_001)}"`, 'application/json'), [413, 'too_large']);
  assert.equal(await raw(`"${'x'.repeat(1_000_001)}"`, 'application/json', `/documents/${NOWHERE}/messages`), [413, 'too_large']);
});

test('a body without a declared length is cut off at the limit, with an answer', async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${app.url}/api/v1/documents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.key}`, 'content-type': 'application/json' },
    });
    let written = 0;
    const more = () => {
      while (written < 20_000_000 && !sent.destroyed) {
        written += 65_536;
        if (!sent.write('x'.repeat(65_536))) return void sent.once('drain', more);
      }
      sent.end();
    };
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    more();
  });
  assert.is(status, 413);
});

test('unknown and malformed ids are 404 alike, unknown methods 405', async () => {
  for (const id of [NOWHERE, 'x', '%00', `${NOWHERE}0`, "'; drop table documents"]) {
    for (const [method, rest, body] of [
      ['GET', '', undefined],
      ['GET', '/pdf', undefined],
      ['GET', '/source', undefined],
      ['POST', '/issue', undefined],
      ['POST', '/messages', { text: 'x' }],
      ['POST', '/links', {}],
      ['DELETE', `/links/${NOWHERE}`, undefined],
      ['DELETE', '/links/x', undefined],
      ['POST', '/revisions', { kind: 'quote', lines: [LINE] }],
    ] as const) {
      const answer = await app.api(method, `/documents/${encodeURI(id)}${rest}`, body);
      assert.equal([answer.status, answer.body.code, answer.body.faults], [404, 'not_found', []], `${method} ${id}${rest}`);
    }
  }
  assert.is((await app.api('PUT', '/documents', GOOD)).body.code, 'method_not_allowed');
  assert.is((await app.api('GET', '/nothing')).body.code, 'not_found');
  assert.is((await app.api('GET', '/documents/%E0%A4%A')).status, 404);
});

test.run();
