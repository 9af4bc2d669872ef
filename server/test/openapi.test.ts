import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { EVENT_TYPES } from '../../shared/events.ts';
import { REFUSALS } from '../../shared/refusal.ts';
import { description } from '../doors/api/openapi.ts';
import { OPERATIONS } from '../doors/api/operations.ts';
import { checkAnswer } from './conformance.ts';
import { ask, issued, LINE } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { routes } from './surface.ts';

let app: TestApp;
test.before(async () => {
  app = await startApp();
});
test.after(() => app.close());

const api = description();
const described = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const ajv = new Ajv2020({ strict: false, allErrors: true });
(formats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(api, 'api');
const pointer = (...parts: string[]) =>
  parts.map((part) => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');

test('the description is OpenAPI 3.1, and is what is served to everybody', async () => {
  const result = await new Validator().validate(structuredClone(api) as unknown as Record<string, unknown>);
  assert.ok(result.valid, JSON.stringify(result.errors));
  const served = await ask(app, 'GET', '/api/v1/openapi.json');
  assert.is(served.status, 200);
  assert.match(String(served.headers['content-type']), /^application\/json/);
  assert.equal(JSON.parse(served.body), JSON.parse(JSON.stringify(api)));
});

test('every route of the API is described, and nothing else', () => {
  const open = ['/openapi.json', '/docs', '/docs.css'];
  const served = routes()
    .filter(({ path }) => path.startsWith('/api/v1/'))
    .map(({ method, path }) => `${method} ${path.slice('/api/v1'.length).replace(/:(\w+)/g, '{$1}')}`)
    .filter((one) => !open.some((path) => one === `GET ${path}`));
  assert.equal(served.sort(), described.map(({ method, path }) => `${method} ${path}`).sort());
  const ids = described.map(({ operation }) => operation.operationId);
  assert.is(new Set(ids).size, ids.length);
});

test('every schema compiles, and every example is one', () => {
  for (const name of Object.keys(api.components.schemas)) ajv.compile({ $ref: `api#${pointer('components', 'schemas', name)}` });
  for (const { method, path, operation } of described) {
    const at = ['paths', path, method.toLowerCase()];
    for (const [status, response] of Object.entries(operation.responses))
      for (const [type, { schema }] of Object.entries('content' in response ? (response.content ?? {}) : {}))
        if (schema) ajv.compile({ $ref: `api#${pointer(...at, 'responses', status, 'content', type, 'schema')}` });
    for (const [type, { schema, example }] of Object.entries(operation.requestBody?.content ?? {})) {
      if (!schema) continue;
      const valid = ajv.compile({ $ref: `api#${pointer(...at, 'requestBody', 'content', type, 'schema')}` });
      assert.ok(valid(example), `${method} ${path}: ${ajv.errorsText(valid.errors)}`);
    }
  }
  for (const { id, body } of OPERATIONS)
    if (body?.schema) assert.ok(v.safeParse(body.schema, body.example).success, `the example of ${id}`);
});

test('what the description says of a document that comes in is what the API takes', async () => {
  const valid = ajv.compile({ $ref: `api#${pointer('components', 'schemas', 'DocumentInput')}` });
  const good = {
    kind: 'quote',
    client: { name: 'A' },
    lines: [{ ...LINE, discount: { percent: '10' } }],
    notes: ['x'],
    issueDate: '2026-02-28',
  };
  const wrong: unknown[] = [
    { ...good, colour: 'red' },
    { ...good, kind: 'letter' },
    { ...good, lines: [] },
    { ...good, issueDate: '2026-02-30' },
    { ...good, lines: [{ ...LINE, quantity: 2 }] },
    { ...good, lines: [{ ...LINE, quantity: '2,5' }] },
    { ...good, lines: [{ ...LINE, colour: 'red' }] },
    { ...good, client: { name: 'A', address: { lines: Array.from({ length: 51 }, () => 'x') } } },
    { ...good, currency: 'euro' },
  ];
  assert.ok(valid(good), ajv.errorsText(valid.errors));
  assert.is((await app.api('POST', '/documents', good)).status, 201);
  for (const body of wrong) {
    assert.not.ok(valid(body), JSON.stringify(body));
    assert.is((await app.api('POST', '/documents', body)).status, 422, JSON.stringify(body));
  }
});

test('an answer that is not as described is caught: a field too many, one missing, another status or type', async () => {
  const { id } = await issued(app, 'quote');
  const { body } = await app.api('GET', `/documents/${id}`);
  const seen = { method: 'GET', path: `/documents/${id}?x=1`, status: 200, type: 'application/json; charset=utf-8', body };
  checkAnswer(seen);
  const { number: _, ...less } = body;
  for (const [change, what] of [
    [{ body: { ...body, colour: 'red' } }, /GET \/documents\/\{id\} → 200 is not as described: .*additional properties/],
    [{ body: { ...body, content: { ...body.content, colour: 'red' } } }, /content must NOT have additional properties/],
    [{ body: less }, /must have required property 'number'/],
    [{ body: { ...body, revision: '1' } }, /revision must be integer/],
    [{ status: 204 }, /204 is not described/],
    [{ type: 'text/html' }, /text\/html is not described/],
    [{ status: 404, body: { code: 'not_found' } }, /is not described/],
    [{ status: 404, type: 'application/problem+json', body: { code: 'not_found' } }, /must have required property 'type'/],
  ] as const)
    assert.throws(() => checkAnswer({ ...seen, ...change }), what);
  assert.throws(() => checkAnswer({ ...seen, method: 'DELETE', status: 204 }), /no content is described/);
});

test('each type of event is a webhook with its data, but the one that could go round for ever', () => {
  assert.equal(Object.keys(api.webhooks).sort(), EVENT_TYPES.filter((type) => type !== 'webhook.failed').sort());
  const data = ajv.compile({ $ref: `api#${pointer('components', 'schemas', 'event.link.revoked')}` });
  const event = {
    seq: 1,
    type: 'link.revoked',
    document: null,
    actor: null,
    at: '2026-11-24T00:00:00.000Z',
    data: { link: crypto.randomUUID() },
  };
  assert.ok(data(event), ajv.errorsText(data.errors));
  assert.not.ok(data({ ...event, data: { ...event.data, more: 1 } }));
});

test('the list of refusals is the whole list', () => {
  const { code } = api.components.schemas['Problem']?.properties as { code: { enum: string[]; description: string } };
  assert.equal(code.enum, Object.keys(REFUSALS));
  for (const one of Object.keys(REFUSALS)) assert.ok(code.description.includes(`\`${one}\``), one);
});

test('the page names every operation, and needs neither script nor style of its own', async () => {
  const page = await ask(app, 'GET', '/api/v1/docs');
  assert.is(page.status, 200);
  assert.match(String(page.headers['content-type']), /^text\/html/);
  for (const { path, operation } of described) {
    assert.ok(page.body.includes(`id="${operation.operationId}"`), operation.operationId);
    assert.ok(page.body.includes(`<code>${path}</code>`), path);
  }
  assert.not.match(page.body, /<script|<style| style=| on\w+="/);
  const targets = new Set([...page.body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, to] of page.body.matchAll(/href="#([^"]+)"/g)) assert.ok(targets.has(to), `#${to} leads nowhere`);
  const sheet = await ask(app, 'GET', '/api/v1/docs.css');
  assert.match(String(sheet.headers['content-type']), /^text\/css/);
});

test.run();
