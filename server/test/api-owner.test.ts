import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserSchema } from '../entities/index.ts';
import { OPERATIONS } from '../doors/api/operations.ts';
import { issued, LINE, until } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { expectedSignature, openReceiver, type Receiver } from './receiver.ts';
import { signedIn } from './strangers.ts';

let app: TestApp;
let receiver: Receiver;
test.before(async () => {
  app = await startApp();
  receiver = await openReceiver();
});
test.after(async () => {
  receiver.close();
  await app.close();
});

/** Somebody else of the company, who made a key while they were an owner. */
async function colleague(email: string): Promise<{ id: string; key: string }> {
  const id = randomUUID();
  const row = { email, name: 'Carl', passwordHash: 'none', role: 'owner' as const, language: 'en' as const, mails: [], feedReadSeq: 0 };
  await app.em().insert(UserSchema, { id, company: app.company, ...row, createdAt: new Date(), removedAt: null });
  const acting = { as: 'user' as const, company: app.company, user: id, name: 'Carl', session: null, key: null };
  const facts = { ip: null, userAgent: null, pdf: null };
  const made = await app.execute({ name: 'createApiKey', id: randomUUID(), input: { label: 'his' }, acting, facts });
  return { id, key: app.tokens.make('key', String(made.result['key'])) };
}

test('the company is read and changed, field by field', async () => {
  const { body: before } = await app.api('GET', '/company');
  const changed = await app.api('PATCH', '/company', { validityDays: 45, legalForm: 'SARL au capital de 10 000 €' });
  assert.is(changed.status, 200);
  assert.equal(changed.body, { ...before, validityDays: 45, legalForm: 'SARL au capital de 10 000 €' });
  assert.equal((await app.api('GET', '/company')).body, changed.body);
  for (const [body, fault] of [
    [{ validityDays: -1 }, '/validityDays min_value'],
    [{ iban: 'FR00' }, '/iban iban'],
    [{ address: { country: 'France' } }, '/address/country country'],
    [{ logo: 'x' }, '/logo unknown_field'],
  ] as const) {
    const refused = await app.api('PATCH', '/company', body);
    assert.equal([refused.status, `${refused.body.faults[0].pointer} ${refused.body.faults[0].rule}`], [422, fault]);
  }
});

test('a logo is set and taken away; what is no picture is refused', async () => {
  const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==', 'base64');
  const put = async (bytes: Buffer) => {
    const headers = { authorization: `Bearer ${app.key}`, 'content-type': 'image/png' };
    const sent = await fetch(`${app.url}/api/v1/company/logo`, { method: 'PUT', headers, body: new Uint8Array(bytes) });
    return { status: sent.status, body: (await sent.json()) as { logo: string; code: string } };
  };
  const set = await put(pixel);
  assert.is(set.status, 200);
  assert.is((await app.api('GET', '/company')).body.logo, set.body.logo);
  assert.is((await fetch(`${app.url}/logos/${set.body.logo}.png`)).status, 200);
  assert.equal([(await put(Buffer.from('<svg/>'))).body.code], ['picture_unreadable']);
  assert.is((await app.api('DELETE', '/company/logo')).status, 204);
  assert.is((await app.api('GET', '/company')).body.logo, null);
});

test('clients are added, found, read with their documents, and changed whole', async () => {
  const profile = { name: 'Zoë & Sons', legalName: null, siren: null, siret: null, vatId: null, address: null };
  const made = await app.api('POST', '/clients', { ...profile, contacts: [{ name: 'Zoë', email: 'zoe@example.com' }] });
  assert.is(made.status, 201);
  assert.is(made.headers.get('location'), `/api/v1/clients/${made.body.id}`);
  assert.equal([made.body.profile, made.body.documents], [{ ...profile, remindersOff: false }, []]);
  const draft = await app.api('POST', '/documents/drafts', { kind: 'quote', client: made.body.id });
  const read = await app.api('GET', `/clients/${made.body.id}`);
  assert.equal(
    read.body.documents.map((row: { id: string }) => row.id),
    [draft.body.id],
  );
  const [zoe] = read.body.contacts;
  const changed = await app.api('PUT', `/clients/${made.body.id}`, { ...profile, name: 'Zoë', contacts: [{ id: zoe.id, name: 'Zoë Z.' }] });
  assert.equal([changed.body.profile.name, changed.body.contacts], ['Zoë', [{ ...zoe, name: 'Zoë Z.', email: null }]]);
  const { body: list } = await app.api('GET', `/clients?q=${encodeURIComponent('zoë')}`);
  assert.equal([list.clients.map((one: { id: string }) => one.id), list.next], [[made.body.id], null]);
  const unknown = await app.api('PUT', `/clients/${made.body.id}`, { ...profile, contacts: [{ id: randomUUID(), name: 'X' }] });
  assert.equal([unknown.status, unknown.body.faults[0].pointer], [422, '/contacts/0/id']);
  assert.is((await app.api('POST', '/clients', { ...profile, name: ' ', contacts: [] })).body.faults[0].pointer, '/name');
  for (const method of ['GET', 'PUT'])
    assert.is((await app.api(method, `/clients/${randomUUID()}`, method === 'PUT' ? { ...profile, contacts: [] } : undefined)).status, 404);
  assert.is((await app.api('GET', '/clients?cursor=abc')).body.faults[0].pointer, '/cursor');
});

test('users are asked to join, given another role, and removed; one owner stays', async () => {
  const asked = await app.api('POST', '/users/invitations', { name: 'Luc', email: 'luc@example.com', role: 'member', language: 'fr' });
  assert.is(asked.status, 201);
  const { body } = await app.api('GET', '/users');
  assert.equal([body.users.length, body.invitations.map((one: { id: string }) => one.id)], [1, [asked.body.id]]);
  const twice = await app.api('POST', '/users/invitations', { name: 'Luc', email: 'LUC@example.com', role: 'member', language: 'fr' });
  assert.equal([twice.status, twice.body.code], [409, 'email_taken']);
  assert.is((await app.api('DELETE', `/users/invitations/${asked.body.id}`)).status, 204);
  assert.is((await app.api('DELETE', `/users/invitations/${asked.body.id}`)).status, 404);
  assert.is((await app.api('PATCH', `/users/${app.owner.user}`, { role: 'reader' })).body.code, 'last_owner');
  assert.is((await app.api('DELETE', `/users/${app.owner.user}`)).body.code, 'last_owner');
  const carl = await colleague('carl@example.com');
  const changed = await app.api('PATCH', `/users/${carl.id}`, { role: 'member' });
  assert.equal([changed.status, changed.body], [200, { id: carl.id, role: 'member' }]);
  assert.is((await app.api('PATCH', `/users/${carl.id}`, { role: 'king' })).body.faults[0].pointer, '/role');
  assert.is((await app.api('DELETE', `/users/${carl.id}`)).status, 204);
  assert.is((await app.api('GET', '/documents', undefined, { authorization: `Bearer ${carl.key}` })).status, 401);
});

test('what is the owner’s alone is the company, its users and its programs', () => {
  const owners = OPERATIONS.filter(({ role }) => role === 'owner').map(({ id }) => id);
  assert.equal(owners.sort(), [
    'changeRole',
    'changeWebhook',
    'createWebhook',
    'inviteUser',
    'listDeliveries',
    'listUsers',
    'listWebhooks',
    'readWebhook',
    'removeLogo',
    'removeUser',
    'removeWebhook',
    'replayWebhook',
    'saveCompany',
    'setLogo',
    'uninviteUser',
  ]);
});

test('each operation is done by a key of its role or a higher one, and by no lower one', async () => {
  const [member, reader] = [await colleague('member@example.com'), await colleague('reader@example.com')];
  await app.api('PATCH', `/users/${member.id}`, { role: 'member' });
  await app.api('PATCH', `/users/${reader.id}`, { role: 'reader' });
  const seq = (await app.api('GET', '/events')).body.head;
  for (const { method, path, role, body } of OPERATIONS) {
    const address = path.replace(/:\w+/g, randomUUID());
    const refused = role === 'owner' ? [member, reader] : role === 'member' ? [reader] : [];
    for (const { key } of refused) {
      const answer = await app.api(method, address, body?.example, { authorization: `Bearer ${key}` });
      assert.equal([answer.status, answer.body.code], [403, 'forbidden'], `${method} ${path}`);
    }
    if (method !== 'GET') assert.is.not(role, 'reader', `${method} ${path}: a reader only looks`);
    if (method === 'GET' && role === 'reader') {
      const answer = await app.api(method, address, undefined, { authorization: `Bearer ${reader.key}` });
      assert.is(answer.status, path.includes(':') ? 404 : 200, `${method} ${path}`);
    }
  }
  assert.is((await app.api('GET', '/events')).body.head, seq, 'nothing was done');
  // Nor do they see the endpoints' secrets in the console.
  for (const [user, status] of [
    [member.id, 403],
    [reader.id, 403],
    [app.owner.user, 200],
  ] as const) {
    const cookie = await signedIn(app, user);
    assert.is((await fetch(`${app.url}/console/webhooks`, { headers: { cookie } })).status, status);
    if (status === 403)
      assert.is((await fetch(`${app.url}/console/webhooks/${randomUUID()}/deliveries`, { headers: { cookie } })).status, 403);
  }
  const quote = await issued(app, 'quote');
  for (const [{ key }, told] of [
    [member, true],
    [reader, false],
  ] as const) {
    const { body } = await app.api('GET', `/documents/${quote.id}`, undefined, { authorization: `Bearer ${key}` });
    assert.equal([body.link !== null, body.links[0].url !== null, JSON.stringify(body).includes('/d/')], [told, told, told]);
  }
  const made = await app.api(
    'POST',
    '/documents',
    { kind: 'quote', client: { name: 'A' }, lines: [LINE] },
    { authorization: `Bearer ${member.key}` },
  );
  assert.is(made.status, 201);
});

test('endpoints are added, read with their secret, changed, replayed and removed', async () => {
  const made = await app.api('POST', '/webhooks', { url: `${receiver.url}/hook`, types: ['message.posted'] });
  assert.equal([made.status, made.body.label, made.body.types, made.body.disabledAt], [201, '', ['message.posted'], null]);
  const path = `/webhooks/${made.body.id}`;
  assert.equal((await app.api('GET', path)).body, made.body);
  assert.equal((await app.api('GET', '/webhooks')).body, { webhooks: [made.body] });
  const quote = await issued(app, 'quote');
  await app.api('POST', `/documents/${quote.id}/messages`, { text: 'Hello' });
  const delivered = await until(async () => {
    const { body } = await app.api('GET', `${path}/deliveries`);
    return body.deliveries[0]?.state === 'delivered' ? body : null;
  }, 'it is delivered');
  const [delivery] = delivered.deliveries;
  assert.equal([delivered.more, delivery.type, delivery.attempts, delivery.status], [false, 'message.posted', 1, 204]);
  assert.is(receiver.received[0]?.headers['webhook-signature'], expectedSignature(made.body.secret, receiver.received[0]!));
  assert.equal((await app.api('GET', `${path}/deliveries?before=${delivery.seq}`)).body, { deliveries: [], more: false });
  assert.is((await app.api('GET', `${path}/deliveries?before=x`)).body.faults[0].pointer, '/before');
  const again = await app.api('POST', `${path}/deliveries/${delivery.id}/replay`);
  assert.equal([again.status, again.body.id], [202, delivery.id]);
  await until(() => receiver.received.length === 2, 'it came again');
  assert.is((await app.api('POST', `${path}/deliveries/${randomUUID()}/replay`)).status, 404);
  const changed = await app.api('PATCH', path, { label: 'Books', on: false });
  assert.equal(
    [changed.body.label, changed.body.disabledFor, changed.body.types, changed.body.url],
    ['Books', 'off', ['message.posted'], made.body.url],
  );
  assert.is((await app.api('POST', `${path}/deliveries/${delivery.id}/replay`)).body.code, 'action_not_allowed');
  assert.is((await app.api('PATCH', path, { on: true, types: null })).body.disabledAt, null);
  assert.is((await app.api('DELETE', path)).status, 204);
  for (const [method, rest] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/deliveries'],
    ['POST', `/deliveries/${delivery.id}/replay`],
  ] as const)
    assert.is((await app.api(method, `${path}${rest}`, method === 'PATCH' ? {} : undefined)).status, 404, `${method} ${rest}`);
});

test('an endpoint is https, or http on this very machine, and wants events that there are', async () => {
  for (const [body, pointer] of [
    [{ url: 'http://example.com/hook' }, '/url'],
    [{ url: 'ftp://example.com/' }, '/url'],
    [{ url: 'https://user:password@example.com/' }, '/url'],
    [{ url: 'example.com' }, '/url'],
    [{ url: 'https://example.com/', types: [] }, '/types'],
    [{ url: 'https://example.com/', types: ['document.eaten'] }, '/types/0'],
    [{ url: 'https://example.com/', secret: 'mine' }, '/secret'],
  ] as const) {
    const refused = await app.api('POST', '/webhooks', body);
    assert.equal([refused.status, refused.body.faults[0].pointer], [422, pointer]);
  }
  const headers = { 'idempotency-key': 'hook' };
  const [one, two] = [
    await app.api('POST', '/webhooks', { url: 'https://example.com/' }, headers),
    await app.api('POST', '/webhooks', { url: 'https://example.com/' }, headers),
  ];
  assert.equal([one.status, two.body], [201, one.body]);
  assert.is((await app.api('DELETE', `/webhooks/${one.body.id}`)).status, 204);
});

test.run();
