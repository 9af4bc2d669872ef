import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Refusal } from '../../shared/refusal.ts';
import { startApp, type TestApp } from './harness.ts';

const LINES = [{ description: 'Bread', quantity: '1', unitPrice: '1', vat: { category: 'S', rate: '20' } }];
let app: TestApp;
let draft: string;
test.before(async () => {
  app = await startApp();
  const client = { name: 'Bakery', contacts: [{ name: 'Anne' }] };
  const { body } = await app.api('POST', '/documents', {
    kind: 'quote',
    client,
    lines: LINES,
  });
  const [deal] = await app.em().execute<{ client_id: string }[]>('select client_id from deals where id = ?', [body.deal]);
  const made = await run('draftDocument', { kind: 'quote', client: deal?.client_id, copy: null, from: null, deposit: null });
  draft = String(made['document']);
});
test.after(() => app.close());

async function run(name: string, input: unknown): Promise<Record<string, unknown>> {
  const facts = { ip: null, userAgent: null, pdf: null };
  return (await app.execute({ name: name as never, id: randomUUID(), input, acting: app.owner, facts })).result;
}

test('no operation makes a draft into what is none', async () => {
  const wrong: [string, unknown][] = [
    ['issueDate', 'tomorrow'],
    ['validUntil', '2026-02-30'],
    ['language', 'xx'],
    ['notes', null],
    ['reference', true],
    ['currency', 'EURO'],
  ];
  for (const [field, after] of wrong) {
    const before = (await bodyNow())[field];
    const refused = await run('editDraft', { document: draft, ops: [{ op: 'set', field, before, after }] }).catch(
      (error: unknown) => error,
    );
    assert.instance(refused, Refusal, field);
    assert.equal([(refused as Refusal).code, (refused as Refusal).faults[0]?.pointer], ['invalid_input', `/${field}`]);
  }
  assert.is((await bodyNow())['language'], 'en');
});

test('a revision can be addressed to somebody else', async () => {
  const client = { name: 'Two', contacts: [{ name: 'Anne' }, { name: 'Bob', email: 'bob@example.com' }] };
  const { body } = await app.api('POST', '/documents?issue=true', { kind: 'quote', client, lines: LINES });
  await run('startRevision', { document: body.id });
  const [bob] = await app.em().execute<{ id: string }[]>("select id from contacts where name = 'Bob'");
  const [anne] = await app
    .em()
    .execute<{ id: string }[]>("select id from contacts where name = 'Anne' and client_id = (select client_id from deals where id = ?)", [
      body.deal,
    ]);
  const ops = [{ op: 'set', field: 'contact', before: anne?.id ?? null, after: bob?.id ?? null }];
  await run('editDraft', { document: body.id, ops });
  await run('issueDocument', { document: body.id, version: null });
  const after = await app.api('GET', `/documents/${body.id}`);
  assert.equal(after.body.content.buyer.contact, { name: 'Bob', email: 'bob@example.com', phone: null });
});

async function bodyNow(): Promise<Record<string, unknown>> {
  const [row] = await app
    .em()
    .execute<{ body: Record<string, unknown> | string }[]>('select body from drafts where document_id = ?', [draft]);
  return typeof row?.body === 'string' ? (JSON.parse(row.body) as Record<string, unknown>) : (row?.body ?? {});
}

test.run();
