import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS, type CommandName } from '../../shared/commands.ts';
import { PROTOCOL, type ClientToServer, type JoinAnswer } from '../../shared/protocol.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Acting } from '../commands/scope.ts';
import { ask, connect, LINE, send, until, type LivePage } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { setScene, signedIn, type Scene } from './strangers.ts';
import { contents, ofTheVictim } from './surface.ts';

let app: TestApp;
let scene: Scene;
test.before(async () => {
  app = await startApp();
  scene = await setScene(app);
});
test.after(() => app?.close());

const join = (socket: LivePage, stream: string) =>
  (socket as unknown as { timeout(ms: number): { emitWithAck(event: string, data: unknown): Promise<JoinAnswer> } })
    .timeout(10_000)
    .emitWithAck('join', { protocol: PROTOCOL, stream, cursor: 0, document: null });

test('no socket for nobody, a wrong or revoked link, a signed-out owner, an API key', async () => {
  const refused = async (auth: Record<string, unknown>, headers: Record<string, string> = {}) =>
    connect(app, auth, headers).then(
      () => 'let in',
      (error: Error) => error.message,
    );
  assert.is(await refused({}), 'unauthorized');
  assert.is(await refused({}, { cookie: scene.revoked.cookie }), 'unauthorized');
  assert.is(await refused({}, { authorization: `Bearer ${app.key}` }), 'unauthorized');
  for (const link of [scene.revoked.token, app.tokens.make('link', randomUUID()), 'x', app.key])
    assert.is(await refused({ link }), 'not_found');
  assert.is(await refused({ link: scene.victim.token, protocol: PROTOCOL + 1 }), 'protocol_mismatch');
  assert.is.not(await refused({ link: scene.victim.token }, { origin: 'https://evil.example' }), 'let in');
});

/** An input of each command that names the victim's things. */
const INPUTS: { [N in CommandName]: () => unknown } = {
  createDocument: () => ({ document: { kind: 'order', follows: scene.victim.id, lines: [LINE] }, issue: true }),
  reviseDocument: () => ({ document: scene.victim.id, content: { kind: 'quote', lines: [LINE] } }),
  issueDocument: () => ({ document: scene.victim.id }),
  draftDocument: () => ({ kind: 'order', from: { documents: [scene.victim.id] } }),
  editDraft: () => ({
    document: scene.victim.id,
    ops: [{ op: 'set', field: 'reference', before: '', after: 'mine' }],
  }),
  discardDraft: () => ({ document: scene.victim.id }),
  startRevision: () => ({ document: scene.victim.id }),
  withdrawQuote: () => ({ document: scene.victim.id, reason: null }),
  extendValidity: () => ({ document: scene.victim.id, validUntil: '2099-12-31' }),
  reopenDocument: () => ({ document: scene.victim.id, reason: 'x' }),
  chooseOption: () => ({ document: scene.victim.id, revision: 1, line: randomUUID(), chosen: true }),
  applyProposal: () => ({ document: scene.victim.id, message: randomUUID() }),
  saveCompany: () => ({ changes: { name: 'Stranger' } }),
  removeLogo: () => ({}),
  inviteUser: () => ({ name: 'Mallory', email: 'mallory@example.com', role: 'owner', language: 'en' }),
  uninviteUser: () => ({ join: randomUUID() }),
  changeRole: () => ({ user: scene.ids.user, role: 'reader' }),
  removeUser: () => ({ user: scene.ids.user }),
  saveClient: () => ({
    client: scene.ids.client,
    profile: { name: 'Mallory', legalName: null, siren: null, siret: null, vatId: null, address: null, contacts: [] },
  }),
  createWebhook: () => ({ url: 'https://stranger.example/', label: 'x', types: null }),
  changeWebhook: () => ({ webhook: scene.ids.webhook, url: 'https://stranger.example/', label: 'x', types: null, on: true }),
  removeWebhook: () => ({ webhook: scene.ids.webhook }),
  replayWebhook: () => ({ delivery: scene.ids.delivery }),
  acceptDocument: () => decision(),
  refuseDocument: () => decision(),
  holdQuote: () => ({ ...decision(), remindOn: null }),
  recordPayment: () => ({ document: scene.victim.id, amount: '1.00', day: '2026-11-01', method: 'cash', reference: null }),
  reversePayment: () => ({ document: scene.victim.id, entry: randomUUID(), reason: 'x' }),
  refundPayment: () => ({ document: scene.victim.id, entry: randomUUID(), amount: null, reason: null }),
  postMessage: () => ({ document: scene.victim.id, text: 'I was here', notify: false, files: [scene.waiting], name: 'Stranger' }),
  markRead: () => ({ document: scene.victim.id, upTo: 99 }),
  recordView: () => ({ document: scene.victim.id, visit: randomUUID() }),
  createLink: () => ({ document: scene.victim.id, contact: null, label: null }),
  revokeLink: () => ({ document: scene.victim.id, link: scene.ids.link }),
  sendDocument: () => ({ document: scene.victim.id, contacts: [randomUUID()], text: 'x' }),
  addContact: () => ({ document: scene.victim.id, name: 'Mallory', email: 'mallory@example.com', language: null }),
  removeFile: () => ({ document: scene.victim.id, file: scene.ids.file }),
  chooseMails: () => ({ kinds: [] }),
  createApiKey: () => ({ label: 'mine' }),
  revokeApiKey: () => ({ key: scene.ids.key }),
  markFeedRead: () => ({ upTo: 99 }),
};
const decision = () => ({ document: scene.victim.id, revision: 1, name: 'Stranger', reason: null, language: 'en' });
/** Every event that is not answered; `join` and `command` are. A new one must be added here to compile. */
const silent = (): { [E in Exclude<keyof ClientToServer, 'join' | 'command'>]: unknown } => ({
  leave: `deal:${scene.victim.deal}`,
  presence: { stream: `deal:${scene.victim.deal}`, document: scene.victim.id, here: true },
  typing: { stream: `deal:${scene.victim.deal}`, document: scene.victim.id, typing: true },
});
/** What names nothing of anybody's: whoever has a company does it to their own. */
const OF_OWN_COMPANY: ReadonlySet<CommandName> = new Set<CommandName>([
  'createApiKey',
  'markFeedRead',
  'chooseMails',
  'saveCompany',
  'removeLogo',
  'inviteUser',
  'createWebhook',
]);
const DENIALS = ['not_found', 'forbidden', 'reference_not_found'];

for (const [name, open] of [
  ['another client of the company', () => connect(app, { link: scene.other.token })],
  ['the owner of another company', () => connect(app, {}, { cookie: scene.foreign.cookie })],
] as const) {
  test(`every command and stream is closed to ${name}`, async () => {
    const before = await contents(app);
    const socket = await open();
    const listener = await connect(app, { link: scene.victim.token });
    assert.is((await join(listener, `deal:${scene.victim.deal}`)).ok, true);
    const heard: string[] = [];
    for (const event of ['typing', 'presence', 'batch'] as const) listener.on(event, () => void heard.push(event));
    for (const stream of [`deal:${scene.victim.deal}`, `company:${app.company}`]) {
      const answer = await join(socket, stream);
      assert.is(answer.ok ? 'in' : answer.refusal.code, 'not_found', stream);
    }
    const nowhere = await join(socket, `deal:${randomUUID()}`);
    assert.is(nowhere.ok ? 'in' : nowhere.refusal.code, 'not_found');
    for (const command of Object.keys(COMMANDS) as CommandName[]) {
      if (name.startsWith('the owner') && OF_OWN_COMPANY.has(command)) continue;
      const answer = await send(socket, command, INPUTS[command]());
      assert.ok(!answer.ok && DENIALS.includes(answer.refusal.code), `${command}: ${JSON.stringify(answer)}`);
      assert.equal(answer.refusal.data, {}, command);
    }
    for (const [event, data] of Object.entries(silent()))
      (socket as unknown as { emit(event: string, data: unknown): void }).emit(event, data);
    await send(socket, 'markRead', INPUTS.markRead());
    await join(listener, `deal:${scene.victim.deal}`);
    assert.equal(heard, []);
    socket.close();
    listener.close();
    assert.equal(ofTheVictim(await contents(app)), ofTheVictim(before));
  });
}

test('a client may not do what is the owner’s, even in its own deal', async () => {
  const before = await contents(app);
  const socket = await connect(app, { link: scene.victim.token });
  for (const command of [
    'createDocument',
    'reviseDocument',
    'issueDocument',
    'createLink',
    'revokeLink',
    'removeFile',
    'createApiKey',
    'revokeApiKey',
    'markFeedRead',
  ] as const) {
    const answer = await send(socket, command, INPUTS[command]());
    assert.is(answer.ok ? 'done' : answer.refusal.code, 'forbidden', command);
  }
  assert.is((await join(socket, `company:${app.company}`)).ok, false);
  socket.close();
  assert.equal(await contents(app), before);
});

test('what is the owner’s alone never reaches a client: not in the page, not in a batch', async () => {
  const draft = await app.api('POST', '/documents', {
    kind: 'invoice',
    follows: scene.victim.id,
    reference: 'SECRET DRAFT',
    lines: [LINE],
  });
  assert.is(draft.status, 201);
  await app.api('POST', `/documents/${scene.victim.id}/links`, { label: 'SECRET LABEL' });
  const socket = await connect(app, { link: scene.victim.token });
  const joined = await join(socket, `deal:${scene.victim.deal}`);
  assert.ok(joined.ok && joined.batch.events.length > 0);
  const page = await ask(app, 'GET', `/d/${scene.victim.token}`);
  for (const text of [JSON.stringify(joined), page.body])
    assert.not.match(text, /SECRET|"warnings"|"links":\[|vera@example\.com"?,"language|127\.0\.0\.1"/);
  assert.is((await ask(app, 'GET', `/d/${scene.victim.token}/${draft.body.id}`)).status, 404);
  socket.close();
});

test('a revoked link and a sign-out cut what is open', async () => {
  const { body } = await app.api('POST', `/documents/${scene.victim.id}/links`, {});
  const cookie = await signedIn(app, app.owner.user);
  const pages = [await connect(app, { link: String(body.url).split('/').at(-1) }), await connect(app, {}, { cookie })];
  const cut: string[] = [];
  for (const page of pages) page.on('cut', ({ reason }) => void cut.push(reason));
  await app.api('DELETE', `/documents/${scene.victim.id}/links/${body.id}`);
  await ask(app, 'POST', '/console/logout', { headers: { cookie } });
  await until(() => pages.every((page) => !page.connected), 'both sockets are closed', 2000);
  assert.equal(cut.sort(), ['revoked', 'signed_out']);
});

test('files of others do not travel with a message, whoever sends it', async () => {
  const { victim, other, ids, waiting } = scene;
  for (const [token, document] of [
    [victim.token, victim.id],
    [other.token, other.id],
  ] as const) {
    const socket = await connect(app, { link: token });
    for (const file of [waiting, ids.file, randomUUID()]) {
      const answer = await send(socket, 'postMessage', { document, text: 'x', notify: false, files: [file], name: 'Stranger' });
      assert.is(answer.ok ? 'taken' : answer.refusal.faults[0]?.rule, 'unknown_file');
    }
    socket.close();
  }
});

test('having been let in before is no permission to write: the right is checked again under the lock', async () => {
  const before = await contents(app);
  const { deal } = scene.victim;
  const link: Acting = { as: 'link', company: app.company, deal, link: scene.revoked.link, contact: null, browser: 'A'.repeat(22) };
  const cases: [Acting, CommandName, string][] = [
    [link, 'postMessage', 'not_found'],
    [link, 'markRead', 'not_found'],
    [{ ...app.owner, key: scene.revoked.keyId }, 'postMessage', 'unauthorized'],
    [{ ...app.owner, key: scene.revoked.keyId }, 'createApiKey', 'unauthorized'],
    [{ ...app.owner, session: scene.revoked.session }, 'createLink', 'unauthorized'],
    [{ ...app.owner, company: scene.foreign.company }, 'createLink', 'not_found'],
  ];
  for (const [acting, name, code] of cases) {
    const request = { name, id: randomUUID(), input: INPUTS[name](), acting, facts: { ip: null, userAgent: null, pdf: null } };
    const got = await app.execute(request).then(
      () => 'done',
      (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
    );
    assert.is(got, code, `${name} ${JSON.stringify(acting)}`);
  }
  assert.equal(await contents(app), before);
});

test('malformed packets are refused or dropped, and end nothing', async () => {
  const socket = await connect(app, { link: scene.victim.token });
  const owner = await connect(app, {}, { cookie: await signedIn(app, app.owner.user) });
  for (const page of [socket, owner]) {
    const raw = page as unknown as {
      emit(event: string, ...data: unknown[]): void;
      timeout(ms: number): { emitWithAck(event: string, data: unknown): Promise<{ ok: boolean; refusal: { code: string } }> };
    };
    for (const junk of [
      null,
      1,
      'x',
      [],
      {},
      { id: 'x' },
      { id: randomUUID(), name: '__proto__', input: {} },
      { id: randomUUID(), name: 'postMessage', input: null },
    ]) {
      assert.is((await raw.timeout(10_000).emitWithAck('command', junk)).refusal.code, 'invalid_input', JSON.stringify(junk));
    }
    for (const stream of ['x', 'deal:1', `deal:${'-'.repeat(36)}`, `deal:${'a'.repeat(36)}`, `company:${'-'.repeat(36)}`]) {
      const answer = await raw.timeout(10_000).emitWithAck('join', { protocol: PROTOCOL, stream, cursor: 0, document: null });
      assert.ok(['invalid_input', 'not_found'].includes(answer.refusal.code), `${stream}: ${answer.refusal.code}`);
    }
    for (const event of ['join', 'command', 'presence', 'typing', 'leave', 'nothing'])
      for (const junk of [null, 1, {}, [[[]]]]) raw.emit(event, junk);
    assert.is((await join(page, `deal:${scene.victim.deal}`)).ok, true);
  }
  socket.close();
  owner.close();
});

test.run();
