import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CLIENT, connect, issued, LINE, send, seqOf } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let app: TestApp;
test.before(async () => {
  app = await startApp();
});
test.after(() => app?.close());

const post = (body: unknown, query = '?issue=true', headers: Record<string, string> = {}) =>
  app.api('POST', `/documents${query}`, body, headers);

const QUOTE = {
  kind: 'quote',
  currency: 'EUR',
  language: 'fr',
  issueDate: '2026-11-01',
  validUntil: '2099-12-31',
  deliveryDate: '2099-01-15',
  reference: 'PO 7',
  client: {
    name: 'Boulangerie du Pont',
    address: { lines: ['3 place du Pont'], postcode: '69007', city: 'Lyon', country: 'FR' },
    vatId: 'FR83987654321',
    contacts: [{ name: 'Karim Haddad', email: 'karim@example.com', language: 'fr' }, { name: 'Léa' }],
  },
  lines: [
    {
      description: 'Oven',
      details: ['Two years’ warranty'],
      quantity: '2',
      unit: 'C62',
      unitPrice: '100.00',
      discount: '10',
      vat: { category: 'S', rate: '20' },
    },
    {
      description: 'Tray',
      quantity: '3',
      unitPrice: '9.99',
      discount: { amount: '1.00', reason: 'Scratched' },
      vat: { category: 'S', rate: '5.5' },
    },
    {
      description: 'Hour',
      quantity: '1.5',
      unit: 'HUR',
      unitPrice: '33.333',
      discount: { percent: '50' },
      vat: { category: 'S', rate: '20' },
    },
    { description: 'Stamp', quantity: '1', unitPrice: '1.16', vat: { category: 'E', reason: 'Article 261' } },
  ],
  notes: 'One paragraph',
  terms: ['First', 'Second'],
};

test('a quote with every field comes in with exact totals', async () => {
  const { status, body, headers } = await post(QUOTE);
  assert.is(status, 201);
  // 180.00 + 28.97 + 25.00 + 1.16; VAT 20 % of 205.00, 5.5 % of 28.97
  assert.equal(body.totals, { net: 23_513, vat: 4_100 + 159, gross: 27_772, paid: 0, due: 27_772 });
  assert.equal([body.kind, body.status, body.revision, body.currency, body.warnings], ['quote', 'issued', 1, 'EUR', []]);
  assert.match(body.number, /^Q-2026-\d{3}$/);
  assert.is(headers.get('location'), `/api/v1/documents/${body.id}`);
  assert.match(body.link, /^http:\/\/127\.0\.0\.1:\d+\/d\/[\w-]{43}$/);

  const read = await app.api('GET', `/documents/${body.id}`);
  const { content } = read.body;
  assert.equal([content.language, content.reference, content.validUntil, content.deliveryDate], ['fr', 'PO 7', '2099-12-31', '2099-01-15']);
  assert.equal([content.notes, content.terms], [['One paragraph'], ['First', 'Second']]);
  assert.equal(content.buyer.address, { lines: ['3 place du Pont'], postcode: '69007', city: 'Lyon', region: null, country: 'FR' });
  assert.equal(
    content.lines.map((line: { net: number }) => line.net),
    [18_000, 2_897, 2_500, 116],
  );
  assert.equal(
    content.vat.map((row: { category: string; rate: string; taxable: number; amount: number }) => [
      row.category,
      row.rate,
      row.taxable,
      row.amount,
    ]),
    [
      ['S', '20', 20_500, 4_100],
      ['S', '5.5', 2_897, 159],
      ['E', '0', 116, 0],
    ],
  );
  assert.equal(
    read.body.client.contacts.map((one: { name: string }) => one.name),
    ['Karim Haddad', 'Léa'],
  );
  assert.equal([read.body.links.length, read.body.links[0].url, read.body.views.count, read.body.source], [1, body.link, 0, null]);
});

test('yen have no decimals, dinars three, a delivery may have no prices', async () => {
  const yen = await post({
    kind: 'order',
    currency: 'JPY',
    client: CLIENT,
    lines: [{ ...LINE, quantity: '3', unitPrice: '33.5', vat: { category: 'S', rate: '10' } }],
  });
  assert.equal([yen.body.currency, yen.body.totals.net, yen.body.totals.vat, yen.body.totals.gross], ['JPY', 101, 10, 111]);
  const dinar = await post({
    kind: 'invoice',
    currency: 'KWD',
    client: CLIENT,
    lines: [{ ...LINE, unitPrice: '1.2345', vat: { category: 'S', rate: '5' } }],
  });
  assert.equal([dinar.body.currency, dinar.body.totals.net, dinar.body.totals.vat, dinar.body.totals.due], ['KWD', 2_469, 123, 2_592]);
  const delivery = await post({ kind: 'delivery', client: CLIENT, lines: [{ description: 'Box', quantity: '4' }] });
  assert.is(delivery.status, 201);
  assert.is(delivery.body.currency, null);
  assert.equal(delivery.body.totals, { net: null, vat: null, gross: null, paid: null, due: null });
});

test('issue=true issues at once, issue=false and nothing make a draft, anything else is refused', async () => {
  for (const query of ['', '?issue=false']) {
    const draft = await post(QUOTE, query);
    assert.equal([draft.status, draft.body.status, draft.body.number, draft.body.link], [201, 'draft', null, null]);
  }
  for (const query of ['?issue=yes', '?issue=', '?issue=1', '?issue=true&issue=true']) {
    const refused = await post(QUOTE, query);
    assert.equal([refused.status, refused.body.faults[0].pointer], [422, '/issue'], query);
  }
  assert.is((await post(QUOTE, '?isue=true')).body.faults[0].rule, 'unknown_field');
});

test('a draft is issued once', async () => {
  const draft = await post({ ...QUOTE, issueDate: '2031-05-05' }, '');
  const done = await app.api('POST', `/documents/${draft.body.id}/issue`);
  assert.equal([done.status, done.body.status, done.body.number], [200, 'issued', 'Q-2031-001']);
  const again = await app.api('POST', `/documents/${draft.body.id}/issue`);
  assert.equal([again.status, again.body.code, again.body.data.number], [409, 'already_issued', 'Q-2031-001']);
  assert.is((await app.api('GET', `/documents/${draft.body.id}`)).body.links.length, 1);
});

test('the same idempotency key and payload make one document, also five times at once', async () => {
  const before = (await app.api('GET', '/documents?limit=200')).body.documents.length;
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(QUOTE, '?issue=true', { 'idempotency-key': 'order 4711' })));
  for (const answer of answers) assert.equal([answer.status, answer.body], [201, answers[0]?.body]);
  assert.equal((await post(QUOTE, '?issue=true', { 'idempotency-key': 'order 4711' })).body, answers[0]?.body);
  assert.is((await app.api('GET', '/documents?limit=200')).body.documents.length, before + 1);
});

test('another payload under the same idempotency key is refused', async () => {
  const first = await post(QUOTE, '?issue=true', { 'idempotency-key': 'k2' });
  assert.is(first.status, 201);
  const seq = await seqOf(app);
  for (const [body, query] of [
    [{ ...QUOTE, reference: 'other' }, '?issue=true'],
    [QUOTE, '?issue=false'],
  ] as const) {
    const other = await post(body, query, { 'idempotency-key': 'k2' });
    assert.equal([other.status, other.body.code], [422, 'id_reused']);
  }
  assert.is(await seqOf(app), seq);
  assert.is((await post(QUOTE, '?issue=true', { 'idempotency-key': 'x'.repeat(256) })).body.faults[0].pointer, '/Idempotency-Key');
});

test('an idempotency key belongs to one address and one API key', async () => {
  const [one, two] = [await issued(app, 'quote'), await issued(app, 'quote')];
  const headers = { 'idempotency-key': 'same' };
  const say = (id: string, more = {}) => app.api('POST', `/documents/${id}/messages`, { text: 'Hello' }, { ...headers, ...more });
  const [first, repeated, elsewhere] = [await say(one.id), await say(one.id), await say(two.id)];
  assert.equal([first.status, repeated.status, elsewhere.status], [201, 201, 201]);
  assert.is(repeated.body.id, first.body.id);
  assert.is.not(elsewhere.body.id, first.body.id);
  const other = await app.execute({
    name: 'createApiKey',
    id: crypto.randomUUID(),
    input: { label: 'other' },
    acting: app.owner,
    facts: { ip: null, userAgent: null, pdf: null },
  });
  const authorization = `Bearer ${app.tokens.make('key', String(other.result['key']))}`;
  const byOther = await say(one.id, { authorization });
  assert.is(byOther.status, 201);
  assert.is.not(byOther.body.id, first.body.id);
});

test('a document that follows another one joins its deal', async () => {
  const quote = await issued(app, 'quote');
  const order = await issued(app, 'order', { follows: quote.id });
  assert.is(order.deal, quote.deal);
  const read = await app.api('GET', `/documents/${order.id}`);
  assert.equal([read.body.follows, read.body.content.buyer.name], [quote.id, CLIENT.name]);
  const [line] = (await app.api('GET', `/documents/${quote.id}`)).body.content.lines;
  const delivery = await post({ kind: 'delivery', follows: order.id, lines: [{ description: 'Work', quantity: '1', from: line.id }] });
  assert.is(delivery.status, 201);
  assert.equal((await app.api('GET', `/documents/${delivery.body.id}`)).body.content.lines[0].from, { document: quote.id, line: line.id });
});

test('the list is paged by a cursor without gap or repetition, and filtered', async () => {
  const all: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { status: number; body: { documents: { id: string }[]; next: string | null } } = await app.api(
      'GET',
      `/documents?limit=4${cursor && `&cursor=${cursor}`}`,
    );
    assert.is(page.status, 200);
    assert.ok(page.body.documents.length <= 4);
    all.push(...page.body.documents.map((doc) => doc.id));
    cursor = page.body.next;
  }
  assert.is(new Set(all).size, all.length);
  const [count] = await app.em().execute<{ n: string }[]>('select count(*) as n from documents');
  assert.is(all.length, Number(count?.n));

  const rows = async (query: string) => (await app.api('GET', `/documents?limit=200&${query}`)).body.documents as Record<string, unknown>[];
  const marked = await issued(app, 'invoice', { issueDate: '2020-01-01', dueDate: '2020-02-01', client: { name: '100 % Odd_Name' } });
  assert.ok((await rows('kind=order')).every((row) => row['kind'] === 'order'));
  assert.ok((await rows('state=draft')).every((row) => row['status'] === 'draft'));
  assert.equal(
    (await rows('state=overdue')).map((row) => row['id']),
    [marked.id],
  );
  assert.equal(
    (await rows(`q=${encodeURIComponent('% odd_n')}`)).map((row) => row['id']),
    [marked.id],
  );
  assert.equal(
    (await rows(`number=${marked.number}`)).map((row) => row['id']),
    [marked.id],
  );
  assert.equal(
    (await rows(`deal=${marked.deal}`)).map((row) => row['id']),
    [marked.id],
  );
  assert.is((await rows('q=nobody-has-this-name')).length, 0);
});

test('a revision keeps the number and says what changed; other kinds have none', async () => {
  const made = await issued(app, 'quote');
  const before = (await app.api('GET', `/documents/${made.id}`)).body;
  const revised = await app.api('POST', `/documents/${made.id}/revisions`, {
    kind: 'quote',
    language: 'en',
    lines: [{ ...LINE, quantity: '3' }],
  });
  assert.equal(
    [revised.status, revised.body.number, revised.body.revision, revised.body.totals.net, revised.body.link],
    [201, made.number, 2, 30_000, made.link],
  );
  const after = (await app.api('GET', `/documents/${made.id}`)).body;
  assert.is(after.content.lines[0].id, before.content.lines[0].id);
  assert.ok(after.revisions[1].changes.some((change: { field?: string }) => change.field === 'quantity'));
  const kind = await app.api('POST', `/documents/${made.id}/revisions`, { kind: 'order', lines: [LINE] });
  assert.equal([kind.status, kind.body.faults[0].pointer], [422, '/kind']);
  const invoice = await issued(app, 'invoice');
  assert.is(
    (await app.api('POST', `/documents/${invoice.id}/revisions`, { kind: 'quote', lines: [LINE] })).body.code,
    'revision_not_allowed',
  );
});

test('a revision for another client is listed under that client', async () => {
  const made = await issued(app, 'quote');
  const revised = { kind: 'quote', client: { name: 'Berta Ltd' }, lines: [LINE] };
  assert.is((await app.api('POST', `/documents/${made.id}/revisions`, revised)).status, 201);
  const { documents } = (await app.api('GET', `/documents?deal=${made.deal}`)).body;
  assert.is(documents[0].client, 'Berta Ltd');
});

test('messages: with notice, and refused where the client has no e-mail', async () => {
  const made = await issued(app, 'quote');
  const said = await app.api('POST', `/documents/${made.id}/messages`, { text: '  Hello  ', notify: true });
  assert.is(said.status, 201);
  const [message] = (await app.api('GET', `/documents/${made.id}`)).body.messages;
  assert.equal(
    [message.id, message.seq, message.text, message.notify, message.side],
    [said.body.id, said.body.seq, 'Hello', true, 'owner'],
  );
  const silent = await issued(app, 'quote', { client: { name: 'No mail', contacts: [{ name: 'Paul' }] } });
  const refused = await app.api('POST', `/documents/${silent.id}/messages`, { text: 'Hello', notify: true });
  assert.equal([refused.status, refused.body.code], [422, 'client_without_email']);
  assert.is((await app.api('POST', `/documents/${silent.id}/messages`, { text: 'Hello' })).status, 201);
  const draft = await post(QUOTE, '');
  assert.is((await app.api('POST', `/documents/${draft.body.id}/messages`, { text: 'Hello' })).status, 404);
});

test('links are made, open the page, and are revoked once', async () => {
  const made = await issued(app, 'quote');
  const { contacts } = (await app.api('GET', `/documents/${made.id}`)).body.client;
  const link = await app.api('POST', `/documents/${made.id}/links`, { contact: contacts[0].id, label: 'second' });
  assert.is(link.status, 201);
  assert.is((await fetch(link.body.url)).status, 200);
  assert.is((await app.api('DELETE', `/documents/${made.id}/links/${link.body.id}`)).status, 204);
  assert.is((await fetch(link.body.url)).status, 404);
  assert.is((await fetch(made.link)).status, 200);
  assert.is((await app.api('DELETE', `/documents/${made.id}/links/${link.body.id}`)).body.code, 'already_revoked');
  const foreign = await issued(app, 'quote');
  assert.is((await app.api('DELETE', `/documents/${foreign.id}/links/${link.body.id}`)).status, 404);
  assert.is((await app.api('POST', `/documents/${made.id}/links`, { contact: crypto.randomUUID() })).body.faults[0].pointer, '/contact');
  assert.is((await app.api('POST', `/documents/${made.id}/links`, {})).status, 201);
});

test('events are gapless, paged by after and limit, and typed', async () => {
  const start = await seqOf(app);
  const made = await issued(app, 'quote');
  await app.api('POST', `/documents/${made.id}/messages`, { text: 'Hello' });
  const { body } = await app.api('GET', `/events?after=${start}`);
  assert.equal(
    body.events.map((one: { type: string }) => one.type),
    ['document.issued', 'link.created', 'message.posted'],
  );
  assert.equal(Object.keys(body.events[0]).sort(), ['actor', 'at', 'data', 'document', 'seq', 'type']);
  assert.equal([body.events[0].document, body.events[0].actor.name, body.head], [made.id, 'Olive Owner', start + 3]);
  const seen: number[] = [];
  for (let after = 0; after < body.head; after = seen.at(-1) ?? Infinity) {
    const page = await app.api('GET', `/events?after=${after}&limit=7`);
    assert.ok(page.body.events.length <= 7 && page.body.events.length > 0);
    seen.push(...page.body.events.map((one: { seq: number }) => one.seq));
  }
  assert.equal(
    seen,
    Array.from({ length: body.head }, (_, i) => i + 1),
  );
  assert.equal((await app.api('GET', `/events?after=${body.head + 50}`)).body.events, []);
  for (const query of ['after=-1', 'after=x', 'limit=0', 'limit=501', 'since=3'])
    assert.is((await app.api('GET', `/events?${query}`)).status, 422, query);
});

test('an older revision is read as it was printed, with what was decided on it', async () => {
  const quote = await issued(app, 'quote', { lines: [{ ...LINE, unitPrice: '100.00' }] });
  const page = await connect(app, { link: quote.token });
  const answer = await send(page, 'refuseDocument', { document: quote.id, revision: 1, name: 'Anne', reason: 'Too dear', language: 'en' });
  page.close();
  assert.ok(answer.ok);
  const cheaper = { kind: 'quote', lines: [{ ...LINE, unitPrice: '90.00' }] };
  assert.is((await app.api('POST', `/documents/${quote.id}/revisions`, cheaper)).status, 201);
  const old = (await app.api('GET', `/documents/${quote.id}/revisions/1`)).body;
  assert.equal(
    [old.revision, old.content.lines[0].unitPrice, old.decisions.map((one: { reason: string }) => one.reason)],
    [1, '100.00', ['Too dear']],
  );
  const now = (await app.api('GET', `/documents/${quote.id}/revisions/2`)).body;
  assert.equal([now.content.lines[0].unitPrice, now.decisions], ['90.00', []]);
  const whole = (await app.api('GET', `/documents/${quote.id}`)).body;
  assert.equal([whole.decision, whole.decisions.length], [null, 1]);
  for (const missing of ['0', '3', 'x'])
    assert.is((await app.api('GET', `/documents/${quote.id}/revisions/${missing}`)).status, 404, missing);
  const pdf = async (query: string) => {
    const response = await fetch(`${app.url}/api/v1/documents/${quote.id}/pdf${query}`, {
      headers: { authorization: `Bearer ${app.key}` },
    });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const [one, current, two, three] = [await pdf('?revision=1'), await pdf(''), await pdf('?revision=2'), await pdf('?revision=3')];
  assert.equal([one.status, two.status, three.status], [200, 200, 404]);
  assert.equal([one.bytes.equals(current.bytes), two.bytes.equals(current.bytes)], [false, true]);
});

test('an older revision that was accepted with options is what was accepted', async () => {
  const lines = [
    { ...LINE, quantity: '1' },
    { ...LINE, quantity: '1', unitPrice: '50.00', optional: true },
  ];
  const quote = await issued(app, 'quote', { lines });
  const [, option] = (await app.api('GET', `/documents/${quote.id}`)).body.content.lines as { id: string }[];
  const page = await connect(app, { link: quote.token });
  const chosen = [option?.id];
  await send(page, 'chooseOption', { document: quote.id, revision: 1, line: option?.id, chosen: true });
  const yes = { document: quote.id, revision: 1, name: 'Anne', reason: null, language: 'en', chosen };
  assert.ok((await send(page, 'acceptDocument', yes)).ok);
  page.close();
  assert.is((await app.api('POST', `/documents/${quote.id}/reopening`, { reason: 'A mistake' })).status, 200);
  assert.is((await app.api('POST', `/documents/${quote.id}/revisions`, { kind: 'quote', lines: [LINE] })).status, 201);
  const old = (await app.api('GET', `/documents/${quote.id}/revisions/1`)).body;
  assert.equal([old.choice.lines, old.choice.totals.gross, old.decisions[0].chosen], [chosen, 18_000, chosen]);
  const html = await (await fetch(`${app.url}/d/${quote.token}?revision=1`)).text();
  assert.match(html, '€180.00');
});

test('documents are found by how far the chain has gone on from them', async () => {
  const order = await issued(app, 'order', { lines: [LINE] });
  const { content } = (await app.api('GET', `/documents/${order.id}`)).body;
  await issued(app, 'delivery', {
    follows: order.id,
    lines: [{ description: LINE.description, quantity: '1', from: content.lines[0].id }],
  });
  const found = async (state: string) =>
    ((await app.api('GET', `/documents?state=${state}&limit=200`)).body.documents as { id: string }[]).some(({ id }) => id === order.id);
  assert.equal([await found('partly_delivered'), await found('delivered'), await found('issued')], [true, false, true]);
});

test.run();
