import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ClientList, ClientPage } from '../../shared/console.ts';
import { ClientSchema, ContactSchema } from '../entities/index.ts';
import { dealView } from '../views/deal.ts';
import { ask, connect, issued, send, seqOf, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { openPage } from './page.ts';
import { setScene } from './strangers.ts';

let app: TestApp;
test.before(async () => {
  app = await startApp();
});
test.after(() => app?.close());

const PLACE = { postcode: null, city: null, region: null, country: null };
const NOTHING = { legalName: null, siren: null, siret: null, vatId: null, address: null };

async function save(client: string | null, profile: Record<string, unknown>, id: string = randomUUID()) {
  const socket = await connect(app, {}, { cookie: app.cookie });
  const answer = await send(socket, 'saveClient', { client, profile: { ...NOTHING, contacts: [], ...profile } }, id);
  socket.close();
  return answer;
}

async function saved(client: string | null, profile: Record<string, unknown>): Promise<string> {
  const answer = await save(client, profile);
  if (!answer.ok) throw new Error(JSON.stringify(answer.refusal));
  return String(answer.result['client']);
}

async function read<T>(path: string, cookie = app.cookie): Promise<T> {
  const answer = await ask(app, 'GET', path, { headers: { cookie } });
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`);
  return JSON.parse(answer.body) as T;
}

const page = (id: string) => read<ClientPage>(`/console/clients/${id}`);

async function clientOf(made: Made): Promise<string> {
  return (await dealView(app.em(), made.deal, 'owner'))?.client.id ?? '';
}

test('a client is made with its contacts, in their order, and told to the company', async () => {
  const feed = await openPage(app.url, `company:${app.company}`, { cookie: app.cookie });
  const address = { lines: ['3 place du Pont'], postcode: '69007', city: 'Lyon', region: null, country: 'FR' };
  const profile = { name: ' Boulangerie  du Pont ', legalName: 'BDP SARL', siret: '732 829 320 00074', vatId: 'fr44732829320', address };
  const contacts = ['Karim', 'Anne', 'Zoé'].map((name) => ({ name, email: name === 'Zoé' ? '' : `${name}@example.com` }));
  const id = randomUUID();
  const answers = await Promise.all([save(null, { ...profile, contacts }, id), save(null, { ...profile, contacts }, id)]);
  assert.equal(answers[0], answers[1], 'the same command twice is one');
  const client = answers[0]?.ok ? String(answers[0].result['client']) : '';
  assert.is(client, id, 'its id is that of the command');
  const found = await page(client);
  assert.equal(found.profile, {
    name: 'Boulangerie du Pont',
    legalName: 'BDP SARL',
    siren: null,
    siret: '73282932000074',
    vatId: 'FR44732829320',
    address,
    remindersOff: false,
  });
  assert.equal(
    found.contacts.map(({ name, email }) => [name, email]),
    [
      ['Karim', 'Karim@example.com'],
      ['Anne', 'Anne@example.com'],
      ['Zoé', null],
    ],
  );
  await feed.until('told', () => feed.events.some((event) => event.type === 'client.created'));
  assert.equal(feed.events.find((one) => one.type === 'client.created')?.data, { client, name: 'Boulangerie du Pont' });
  feed.close();
});

test('contacts are changed by their id, added, and taken off the list; their links stay theirs', async () => {
  const made = await issued(app, 'quote', {
    client: { name: 'Two Ltd', contacts: ['Ann', 'Bea'].map((name) => ({ name, email: `${name}@two.example`, language: 'en' })) },
  });
  const client = await clientOf(made);
  const [ann, bea] = (await page(client)).contacts;
  assert.ok(ann && bea);
  const [owner, visitor] = [
    await openPage(app.url, `deal:${made.deal}`, { cookie: app.cookie }),
    await openPage(app.url, `deal:${made.deal}`, { link: made.token }),
  ];
  await saved(client, {
    name: 'Two & Co',
    contacts: [
      { id: bea.id, name: 'Beatrice', email: null, phone: '0102', language: 'fr' },
      { name: 'Cleo', email: 'cleo@two.example' },
    ],
  });
  assert.equal(
    (await page(client)).contacts.map(({ id, name, email, phone, language }) => [id === bea.id, name, email, phone, language]),
    [
      [true, 'Beatrice', null, '0102', 'fr'],
      [false, 'Cleo', 'cleo@two.example', null, null],
    ],
  );
  const row = await app.em().findOneOrFail(ContactSchema, { id: ann.id });
  assert.ok(row.removedAt !== null);
  assert.is((await fetch(made.link)).status, 200, 'the link of who was taken off');
  for (const one of [owner, visitor]) {
    await one.until('told', () => one.events.some((event) => event.type === 'deal.client_changed'));
    const event = one.events.find((each) => each.type === 'deal.client_changed');
    const names = event?.type === 'deal.client_changed' ? event.data.contacts.map(({ name }) => name) : [];
    assert.equal(names, one === owner ? ['Beatrice', 'Cleo'] : [], 'who else there is at the client’s is for the owner alone');
    one.close();
  }
  assert.ok((await app.em().findOneOrFail(ClientSchema, { id: client })).changedAt !== null);
});

test('every deal of the client is told, and one without any tells the company', async () => {
  const known = { client: { name: 'Many Ltd', contacts: [{ name: 'M', email: 'm@many.example', language: 'en' }] } };
  const deals = [await issued(app, 'quote', known), await issued(app, 'invoice', known), await issued(app, 'order', known)];
  const client = await clientOf(deals[0] as Made);
  const before = await seqOf(app);
  const { contacts } = await page(client);
  await saved(client, {
    name: 'Many more',
    contacts: contacts.map(({ id, name, email, phone, language }) => ({ id, name, email, phone, language })),
  });
  const events = await app
    .em()
    .execute<{ deal: string; type: string }[]>('select deal, type from events where company_id = ? and seq > ? order by seq', [
      app.company,
      before,
    ]);
  assert.equal(
    events.map((one) => one.type),
    ['client.changed', ...deals.map(() => 'deal.client_changed')],
  );
  assert.equal(
    [events[0]?.deal, new Set(events.slice(1).map((one) => one.deal))],
    [null, new Set(deals.map((one) => one.deal))],
    'the company once, each deal once',
  );
  for (const one of deals) assert.is((await dealView(app.em(), one.deal, 'client'))?.client.name, 'Many more');
  const printed = (await dealView(app.em(), (deals[1] as Made).deal, 'client'))?.documents[0]?.content.buyer.name;
  assert.is(printed, 'Many Ltd', 'what is issued stays as it is');
  const next = await issued(app, 'quote', { client: { ...known.client, name: 'Many more' } });
  assert.is(await clientOf(next), client);

  const seq = await seqOf(app);
  await saved(client, {
    name: 'Many more',
    contacts: contacts.map(({ id, name, email, phone, language }) => ({ id, name, email, phone, language })),
  });
  assert.is(await seqOf(app), seq, 'what changes nothing says nothing');

  const alone = await saved(null, { name: 'Alone Ltd' });
  await saved(alone, { name: 'Alone & Co' });
  const [last] = await app
    .em()
    .execute<{ deal: string | null; type: string }[]>('select deal, type from events where company_id = ? order by seq desc limit 1', [
      app.company,
    ]);
  assert.equal(last, { deal: null, type: 'client.changed' });
});

test('what follows is made out as what it follows, until the owner has changed the client since', async () => {
  const client = await saved(null, { name: 'Moved Ltd', address: { ...PLACE, lines: ['Old road'] } });
  const order = await issued(app, 'order', { client: { name: 'Moved Ltd', address: { lines: ['New road'] } } });
  assert.is(await clientOf(order), client);
  const printed = async () => {
    const socket = await connect(app, {}, { cookie: app.cookie });
    const made = await send(socket, 'draftDocument', { kind: 'invoice', from: { documents: [order.id] } });
    socket.close();
    const view = await dealView(app.em(), order.deal, 'owner');
    const id = made.ok ? made.result['document'] : null;
    return view?.documents.find((doc) => doc.id === id)?.content.buyer.address?.lines;
  };
  assert.equal(await printed(), ['New road']);
  await saved(client, { name: 'Moved Ltd', address: { ...PLACE, lines: ['Newest road'] } });
  assert.equal(await printed(), ['Newest road']);
});

test('a deal that is begun while its client is changed is told as well', async () => {
  const client = await saved(null, { name: 'Busy Ltd' });
  const answers = await Promise.all(
    Array.from({ length: 6 }, async (_, i) => {
      const socket = await connect(app, {}, { cookie: app.cookie });
      const answer =
        i % 2 === 0
          ? await send(socket, 'draftDocument', { kind: 'quote', client })
          : await send(socket, 'saveClient', { client, profile: { ...NOTHING, name: `Busy ${i}`, contacts: [] } });
      socket.close();
      return answer;
    }),
  );
  assert.ok(
    answers.every((answer) => answer.ok),
    JSON.stringify(answers),
  );
  const [row] = await app.em().execute<{ n: number }[]>(
    `select count(*)::int as n from deals d where d.client_id = ?
       and d.seq <> (select count(*) from events e where e.deal = d.id)`,
    [client],
  );
  assert.is(row?.n, 0, 'each deal has all of its events');
});

test('each fault stands at its field', async () => {
  const client = await saved(null, { name: 'Faulty', contacts: [{ name: 'F', email: 'f@example.com' }] });
  const other = (await page(await saved(null, { name: 'Other', contacts: [{ name: 'O' }] }))).contacts[0];
  const [own] = (await page(client)).contacts;
  const answer = await save(client, {
    name: '',
    siren: '123',
    address: { lines: [], postcode: null, city: null, region: null, country: 'fr' },
    contacts: [
      { id: own?.id, name: ' ', email: 'x' },
      { name: 'New', language: 'de' },
    ],
  });
  assert.equal(answer.ok ? [] : answer.refusal.faults.map(({ pointer, rule }) => `${pointer} ${rule}`).sort(), [
    '/profile/address/country country',
    '/profile/contacts/0/email email',
    '/profile/contacts/0/name required',
    '/profile/contacts/1/language picklist',
    '/profile/name required',
    '/profile/siren siren',
  ]);
  const strange = await save(client, {
    name: 'Faulty',
    contacts: [own, { ...own }, other, { id: randomUUID(), name: 'Who' }].map((one) => ({ ...one })),
  });
  assert.equal(strange.ok ? [] : strange.refusal.faults.map(({ pointer, rule }) => `${pointer} ${rule}`), [
    '/profile/contacts/1/id repeated',
    '/profile/contacts/2/id unknown_contact',
    '/profile/contacts/3/id unknown_contact',
  ]);
  assert.equal([(await page(client)).profile.name, (await page(client)).contacts.length], ['Faulty', 1]);
  const missing = await save(randomUUID(), { name: 'Nobody' });
  assert.is(missing.ok ? null : missing.refusal.code, 'not_found');
});

test('the list goes by name, finds clients and contacts, and counts', async () => {
  for (let i = 0; i < 60; i += 1)
    await saved(null, { name: `Zebra ${String(i).padStart(2, '0')}`, contacts: [{ name: `Keeper ${i}`, email: `k${i}@zoo.example` }] });
  const first = await read<ClientList>('/console/clients?q=zebra');
  assert.equal([first.clients.length, first.clients[0]?.name], [50, 'Zebra 00']);
  const rest = await read<ClientList>(`/console/clients?q=zebra&cursor=${first.next}`);
  assert.equal([rest.clients.length, rest.next, rest.clients[0]?.name, rest.clients.at(-1)?.name], [10, null, 'Zebra 50', 'Zebra 59']);
  assert.equal(
    (await read<ClientList>('/console/clients?q=k7@zoo')).clients.map(({ name }) => name),
    ['Zebra 07'],
  );
  assert.equal((await read<ClientList>('/console/clients?q=%25')).clients, [], 'what is looked for is no pattern');
  const made = await issued(app, 'quote', {
    client: {
      name: 'Äpfel GmbH',
      address: { lines: [], postcode: null, city: 'Köln', region: null, country: 'DE' },
      contacts: [{ name: 'A', email: null, language: 'en' }],
    },
  });
  // A deal whose only draft was given up is none.
  const socket = await connect(app, {}, { cookie: app.cookie });
  const draft = await send(socket, 'draftDocument', { kind: 'quote', client: await clientOf(made) });
  assert.ok(draft.ok && (await send(socket, 'discardDraft', { document: draft.result['document'] })).ok);
  socket.close();
  const [row] = (await read<ClientList>(`/console/clients?q=${encodeURIComponent('pfel')}`)).clients;
  assert.equal([row?.name, row?.city, row?.contacts, row?.deals], ['Äpfel GmbH', 'Köln', 1, 1]);
  assert.ok(row?.lastAt && Date.now() - Date.parse(row.lastAt) < 60_000);
  assert.equal(
    (await page(await clientOf(made))).documents.map(({ id }) => id),
    [made.id],
  );
  for (const cursor of ['x', Buffer.from('["a\\u0000","b"]').toString('base64url'), Buffer.from('{}').toString('base64url')]) {
    const answer = await ask(app, 'GET', `/console/clients?cursor=${cursor}`, { headers: { cookie: app.cookie } });
    assert.is(answer.status, 422, cursor);
  }
});

test('another company’s clients are not there, and readers change nothing', async () => {
  const { foreign, ids } = await setScene(app);
  assert.is((await ask(app, 'GET', `/console/clients/${ids.client}`, { headers: { cookie: foreign.cookie } })).status, 404);
  assert.equal((await read<ClientList>('/console/clients', foreign.cookie)).clients, []);
  const socket = await connect(app, {}, { cookie: foreign.cookie });
  const answer = await send(socket, 'saveClient', { client: ids.client, profile: { ...NOTHING, name: 'Mine', contacts: [] } });
  assert.is(answer.ok ? null : answer.refusal.code, 'not_found');
  socket.close();
  await app.em().execute("update users set role = 'reader' where id = ?", [app.owner.user]);
  const refused = await save(null, { name: 'By a reader' });
  assert.is(refused.ok ? null : refused.refusal.code, 'forbidden');
  assert.is((await page(ids.client)).profile.name, 'Victim GmbH', 'a reader may look');
  await app.em().execute("update users set role = 'owner' where id = ?", [app.owner.user]);
});

test.run();
