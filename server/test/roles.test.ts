import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { startSession } from '../accounts.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS, type CommandName } from '../../shared/commands.ts';
import { ROLES, type Role } from '../../shared/company.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Acting } from '../commands/scope.ts';
import { LinkSchema, UserSchema } from '../entities/index.ts';
import { PDF, upload } from './attach.ts';
import { issued, LINE, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

/** Who may do what, written out: the least role, or the client; `both`: members and the client. */
const TABLE: { readonly [N in CommandName]: Role | 'client' | 'both' } = {
  saveCompany: 'owner',
  removeLogo: 'owner',
  inviteUser: 'owner',
  uninviteUser: 'owner',
  changeRole: 'owner',
  removeUser: 'owner',
  createApiKey: 'owner',
  revokeApiKey: 'owner',
  createWebhook: 'owner',
  changeWebhook: 'owner',
  removeWebhook: 'owner',
  replayWebhook: 'owner',
  saveClient: 'member',
  createDocument: 'member',
  draftDocument: 'member',
  editDraft: 'member',
  discardDraft: 'member',
  issueDocument: 'member',
  startRevision: 'member',
  applyProposal: 'member',
  reviseDocument: 'member',
  extendValidity: 'member',
  withdrawQuote: 'member',
  reopenDocument: 'member',
  createLink: 'member',
  revokeLink: 'member',
  sendDocument: 'member',
  addContact: 'member',
  removeFile: 'member',
  recordPayment: 'member',
  reversePayment: 'member',
  refundPayment: 'member',
  chooseMails: 'reader',
  markFeedRead: 'reader',
  chooseOption: 'client',
  acceptDocument: 'client',
  refuseDocument: 'client',
  holdQuote: 'client',
  recordView: 'client',
  postMessage: 'both',
  // Whoever may only look still reads: their place in the conversation is their own.
  markRead: 'both',
};

let app: TestApp;
let quote: Made;
let acting: Record<Role | 'client', Acting>;

test.before(async () => {
  app = await startApp();
  quote = await issued(app, 'quote');
  const link = await app.em().findOneOrFail(LinkSchema, { document: quote.id });
  const user = async (role: Role) => ({ ...app.owner, user: await addUser(role), name: role });
  acting = {
    owner: app.owner,
    member: await user('member'),
    reader: await user('reader'),
    client: { as: 'link', company: app.company, deal: quote.deal, link: link.id, contact: link.contact, browser: 'A'.repeat(22) },
  };
});
test.after(() => app?.close());

async function addUser(role: Role): Promise<string> {
  const id = randomUUID();
  const common = { company: app.company, passwordHash: 'none', language: 'en' as const, mails: [], feedReadSeq: 0, createdAt: new Date() };
  await app.em().insert(UserSchema, { id, email: `${role}@example.com`, name: role, role, removedAt: null, ...common });
  return id;
}

const decision = () => ({ document: quote.id, revision: 1, name: 'Anne', reason: null, language: 'en' });

/** Inputs that are well-formed and about something there is, so that only the right decides. */
const INPUTS: { readonly [N in CommandName]: () => unknown } = {
  saveCompany: () => ({ changes: {} }),
  removeLogo: () => ({}),
  inviteUser: () => ({ name: 'New', email: `${randomUUID()}@example.com`, role: 'reader', language: 'en' }),
  uninviteUser: () => ({ join: randomUUID() }),
  changeRole: () => ({ user: randomUUID(), role: 'reader' }),
  removeUser: () => ({ user: randomUUID() }),
  createApiKey: () => ({ label: 'x' }),
  revokeApiKey: () => ({ key: randomUUID() }),
  createWebhook: () => ({ url: 'https://hook.example/', label: 'x', types: null }),
  changeWebhook: () => ({ webhook: randomUUID(), url: 'https://hook.example/', label: 'x', types: null, on: true }),
  removeWebhook: () => ({ webhook: randomUUID() }),
  replayWebhook: () => ({ delivery: randomUUID() }),
  saveClient: () => ({
    client: null,
    profile: { name: 'New Ltd', legalName: null, siren: null, siret: null, vatId: null, address: null, contacts: [] },
  }),
  createDocument: () => ({ document: { kind: 'order', follows: quote.id, lines: [LINE] }, issue: false }),
  draftDocument: () => ({ kind: 'order', from: { documents: [quote.id] } }),
  editDraft: () => ({ document: quote.id, ops: [{ op: 'set', field: 'notes', before: '', after: 'x' }] }),
  discardDraft: () => ({ document: quote.id }),
  issueDocument: () => ({ document: quote.id }),
  startRevision: () => ({ document: quote.id }),
  applyProposal: () => ({ document: quote.id, message: randomUUID() }),
  reviseDocument: () => ({ document: quote.id, content: { kind: 'order', lines: [LINE] } }),
  extendValidity: () => ({ document: quote.id, validUntil: '1999-01-01' }),
  withdrawQuote: () => ({ document: quote.id, reason: null }),
  reopenDocument: () => ({ document: quote.id, reason: 'x' }),
  createLink: () => ({ document: quote.id, contact: null, label: null }),
  revokeLink: () => ({ document: quote.id, link: randomUUID() }),
  sendDocument: () => ({ document: quote.id, contacts: [randomUUID()], text: '' }),
  addContact: () => ({ document: quote.id, name: 'Zoe', email: 'zoe@example.com', language: null }),
  removeFile: () => ({ document: quote.id, file: randomUUID() }),
  recordPayment: () => ({ document: quote.id, amount: '1.00', day: '2026-11-01', method: 'cash', reference: null }),
  reversePayment: () => ({ document: quote.id, entry: randomUUID(), reason: 'x' }),
  refundPayment: () => ({ document: quote.id, entry: randomUUID(), amount: null, reason: null }),
  chooseMails: () => ({ kinds: [] }),
  markFeedRead: () => ({ upTo: 1 }),
  chooseOption: () => ({ document: quote.id, revision: 1, line: randomUUID(), chosen: true }),
  acceptDocument: () => decision(),
  refuseDocument: () => decision(),
  holdQuote: () => ({ ...decision(), remindOn: null }),
  recordView: () => ({ document: quote.id, visit: randomUUID() }),
  postMessage: () => ({ document: quote.id, text: 'x', notify: false, name: 'x' }),
  markRead: () => ({ document: quote.id, upTo: 0 }),
};

async function mayDo(name: CommandName, who: Role | 'client'): Promise<boolean> {
  const facts = { ip: null, userAgent: null, pdf: null };
  const outcome = await app
    .execute({ name, id: randomUUID(), input: INPUTS[name](), acting: acting[who], facts })
    .then(() => 'done')
    .catch((error: unknown) => {
      if (error instanceof Refusal) return error.code;
      throw error;
    });
  return outcome !== 'forbidden';
}

/** The table says `needed`; whoever has more rights has those too. */
function expected(name: CommandName, who: Role | 'client'): boolean {
  const needed = TABLE[name];
  if (who === 'client') return needed === 'client' || needed === 'both';
  if (needed === 'client') return false;
  const least = name === 'markRead' ? 'reader' : needed === 'both' ? 'member' : needed;
  return ROLES.indexOf(who) <= ROLES.indexOf(least);
}

for (const name of Object.keys(COMMANDS) as CommandName[]) {
  test(`${name}: ${TABLE[name]}`, async () => {
    for (const who of [...ROLES, 'client'] as const) assert.is(await mayDo(name, who), expected(name, who), `${name} by ${who}`);
  });
}

test('nothing is read of what somebody uploads who may only look', async () => {
  const { reader } = acting;
  if (reader.as !== 'user') throw new Error('no user');
  const id = await startSession(app.em(), reader.user, { ip: null, userAgent: 'test' });
  const kept = () => app.em().execute<{ n: string }[]>('select count(*) as n from files');
  const stored = () => (existsSync(app.filesDir) ? readdirSync(app.filesDir, { recursive: true }).length : 0);
  const before = [await kept(), stored()];
  const answer = await upload(app, `/console/documents/${quote.id}/files`, PDF, { headers: { cookie: `wd_session=${id}` } });
  assert.equal([answer.status, answer.body.code], [403, 'forbidden']);
  assert.equal([await kept(), stored()], before);
});

test('a role is asked at each command, and a removed user has none', async () => {
  const { member } = acting;
  if (member.as !== 'user') throw new Error('no user');
  await app.em().nativeUpdate(UserSchema, { id: member.user }, { role: 'reader' });
  assert.is(await mayDo('saveClient', 'member'), false);
  await app.em().nativeUpdate(UserSchema, { id: member.user }, { role: 'owner', removedAt: new Date() });
  const code = await app
    .execute({
      name: 'chooseMails',
      id: randomUUID(),
      input: { kinds: [] },
      acting: member,
      facts: { ip: null, userAgent: null, pdf: null },
    })
    .catch((error: unknown) => (error as Refusal).code);
  assert.is(code, 'unauthorized');
});

test.run();
