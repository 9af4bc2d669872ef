import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EVENT_SCHEMAS } from '../../shared/event-schemas.ts';
import type { EventType } from '../../shared/events.ts';
import type { Database, Em } from '../db.ts';
import { ClientSchema, CompanySchema, DocumentSchema, DraftSchema, UserSchema } from '../entities/index.ts';
import { dealView } from '../views/deal.ts';
import { startApp, type TestApp } from './harness.ts';

/**
 * What a company had written with the version before documents were authored here: a quote and an invoice in preparation (one in yen), an
 * order, its invoice, and a credit note of it. Rows as that version wrote them.
 */
const BEFORE = readFileSync(join(import.meta.dirname, 'before-authoring.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { table: string; row: Record<string, unknown> });
const COMPANY = String(BEFORE.find(({ table }) => table === 'companies')?.row['id']);

const rowOf = (table: string, is: (row: Record<string, unknown>) => boolean) => {
  const found = BEFORE.find((one) => one.table === table && is(one.row));
  if (!found) throw new Error(`no such row of ${table}`);
  return found.row;
};
const PREPAID = rowOf('documents', (row) => row['kind'] === 'invoice' && row['status'] === 'issued');

/** What was written with the version before payments, of the kinds that read otherwise since. */
const BEFORE_PAYMENTS = (() => {
  const at = '2026-11-28T23:30:00.000Z';
  const actor = { side: 'owner', person: null, name: 'Claire' };
  const contact = { id: randomUUID(), name: 'Jo', email: null, phone: null, language: null };
  const company = { id: COMPANY, name: 'Avant', language: 'fr', timeZone: 'Europe/Paris', accent: '#112233' };
  const events: [string, object][] = [
    ['company.changed', { company, fields: ['name'] }],
    ['contact.added', { contact }],
    ['deal.client_changed', { client: randomUUID(), name: 'Jo Ltd', contacts: [contact] }],
  ];
  const rows: { table: string; row: object }[] = events.map(([type, data], i) => {
    const place = { deal: null, deal_seq: null, document: null, row: null };
    return { table: 'events', row: { company_id: COMPANY, seq: 9000 + i, type, audience: 'owner', actor, at, data, ...place } };
  });
  const opening = { id: randomUUID(), document_id: PREPAID['id'], amount: 500, method: 'opening', at };
  return [...rows, { table: 'payments', row: opening }];
})();

let app: TestApp;
test.before(async () => {
  app = await startApp({ prepare: goBack });
});
test.after(() => app.close());

/** The tables as they were, with what was in them, brought up to date. */
async function goBack({ orm }: Database) {
  const em = orm.em.fork();
  const tables = await em.execute<{ name: string }[]>("select tablename as name from pg_tables where schemaname = 'public'");
  for (const { name } of tables) await em.execute(name === 'mikro_orm_migrations' ? `delete from ${name}` : `drop table "${name}" cascade`);
  await orm.migrator.up({ to: '20261124140000-mail-and-files' });
  for (const { table, row } of BEFORE)
    await em.execute(`insert into "${table}" select * from jsonb_populate_record(null::"${table}", ?::jsonb)`, [JSON.stringify(row)]);
  await orm.migrator.up({ to: '20261124200000-authoring' });
  for (const { table, row } of BEFORE_PAYMENTS)
    await em.execute(`insert into "${table}" select * from jsonb_populate_record(null::"${table}", ?::jsonb)`, [JSON.stringify(row)]);
  await orm.migrator.up();
  const company = await em.findOneOrFail(CompanySchema, { id: COMPANY });
  return { company, user: await em.findOneOrFail(UserSchema, { company: COMPANY }) };
}

const documents = (em: Em, status: 'draft' | 'issued') =>
  em.find(DocumentSchema, { company: COMPANY, status }, { orderBy: { kind: 'asc' } });
const facts = { ip: null, userAgent: null, pdf: null };

test('every deal is shown, and every event reads as it is written today', async () => {
  const em = app.em();
  for (const { row } of BEFORE.filter(({ table }) => table === 'deals'))
    for (const side of ['owner', 'client'] as const) assert.ok(await dealView(em, String(row['id']), side));
  const events = await em.execute<{ type: EventType; data: unknown }[]>('select type, data from events where company_id = ?', [COMPANY]);
  assert.ok(events.length > 0);
  for (const { type, data } of events) v.parse(EVENT_SCHEMAS[type], data);
});

test('what was paid before an invoice came in is the first entry of its ledger, on the day it was where the company is', async () => {
  const id = String(PREPAID['id']);
  const view = await dealView(app.em(), String(PREPAID['deal_id']), 'client');
  const entries = view?.documents.find((one) => one.id === id)?.payments ?? [];
  assert.equal(
    entries.map(({ kind, method, amount, day, test: isTest }) => [kind, method, amount, day, isTest]),
    [['payment', 'opening', 500, '2026-11-29', false]],
  );
  const [issued] = await app
    .em()
    .execute<{ data: { document: { payments: unknown } } }[]>("select data from events where type = 'document.issued' and document = ?", [
      id,
    ]);
  assert.equal(issued?.data.document.payments, entries);
  const user = await app.em().findOneOrFail(UserSchema, { company: COMPANY });
  assert.ok(user.mails.includes('payment'));
});

test('what was credited counts on its invoice', async () => {
  const invoice = await app.em().findOneOrFail(DocumentSchema, { company: COMPANY, kind: 'invoice', status: 'issued' });
  assert.equal([invoice.gross, invoice.credited, invoice.due], [13_500, 3_000, 10_500]);
});

test('a client keeps what it was printed with', async () => {
  const client = await app.em().findOneOrFail(ClientSchema, { company: COMPANY });
  assert.equal(
    [client.identity.name, client.identity.vatId, client.identity.address?.lines, client.identity.contact],
    ['Ancienne Sarl', 'FR83404833048', ['3 rue du Puits', '69001 Lyon'], null],
  );
});

test('a draft is written on, and comes to what it came to', async () => {
  const em = app.em();
  const [invoice, quote] = await documents(em, 'draft');
  const { body } = await em.findOneOrFail(DraftSchema, { document: quote?.id ?? '' });
  assert.equal(
    [body.notes, body.terms, body.reference, body.issueDate, body.lines[0]?.details, body.contact === null],
    ['Un\n\nDeux', 'Net', 'R-1', null, 'laiton', false],
  );
  assert.equal(
    body.lines.map(({ discount, discountIn, discountReason }) => [discount, discountIn, discountReason]),
    [
      ['10', 'percent', ''],
      ['5.00', 'amount', 'fidélité'],
    ],
  );
  for (const [document, gross] of [
    [invoice, 300],
    [quote, 27_300],
  ] as const) {
    assert.is(document?.gross, gross);
    const id = document?.id ?? '';
    const ops = [{ op: 'set' as const, field: 'reference' as const, before: document === quote ? 'R-1' : '', after: 'R-2' }];
    await app.execute({ name: 'editDraft', id: randomUUID(), input: { document: id, ops }, acting: app.owner, facts });
    await app.execute({ name: 'issueDocument', id: randomUUID(), input: { document: id }, acting: app.owner, facts });
    const issued = await app.em().findOneOrFail(DocumentSchema, { id });
    assert.equal([issued.status, issued.gross], ['issued', gross], issued.kind);
  }
});

test.run();
