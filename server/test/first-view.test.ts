import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Pool } from 'pg';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { App } from '../app.ts';
import { dayIn } from '../../shared/document.ts';
import type { PageProps } from '../../shared/page.ts';
import { ask, form, issued, until, type Answered, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { parseScrape } from './prometheus.ts';

/** The client's page from memory: the same page, in less time, and never an old one for longer than a second. */

let app: TestApp;
let ahead = 0;
test.before(async () => {
  app = await startApp({ now: () => new Date(Date.now() + ahead) });
});
test.after(() => app?.close());

const BROWSER = { cookie: `wd_browser=${'b'.repeat(22)}` };

/** A page as a client opens it. */
const open = (made: Made, on: App = app, headers: Record<string, string> = BROWSER, rest = '') =>
  ask(on, 'GET', `/d/${made.token}${rest}`, { headers: { 'accept-language': 'en', ...headers } });

function propsOf({ body }: Answered): PageProps {
  return JSON.parse(/<script type="application\/json" id="page">(.*?)<\/script>/s.exec(body)?.[1] ?? 'null') as PageProps;
}

interface Counted {
  kept: number;
  made: number;
  own: number;
}

/** How the pages came about that were sent while `work` ran. */
async function counted(work: () => Promise<unknown>, on: App = app): Promise<Counted> {
  const read = async () => {
    const scrape = parseScrape((await ask(on, 'GET', '/metrics')).body);
    const of = (outcome: string) => scrape.value('webdocument_pages_total', { outcome });
    return { kept: of('kept'), made: of('made'), own: of('own') };
  };
  const before = await read();
  await work();
  const after = await read();
  return { kept: after.kept - before.kept, made: after.made - before.made, own: after.own - before.own };
}

/** How often a connection of the program's pool was taken meanwhile. */
async function questions(work: () => Promise<unknown>): Promise<number> {
  const pool = await (app.database.orm.em.getConnection() as unknown as { getNativeClient(): Promise<Pool> }).getNativeClient();
  let taken = 0;
  const count = () => void (taken += 1);
  pool.on('acquire', count);
  await work();
  pool.off('acquire', count);
  return taken;
}

test('the second time it is the same page, rendered by nobody, and the database is not asked', async () => {
  const made = await issued(app, 'quote');
  let first: Answered | null = null;
  let second: Answered | null = null;
  const done = await counted(async () => {
    first = await open(made);
    second = await open(made);
  });
  assert.equal(done, { made: 1, kept: 1, own: 0 });
  assert.is(second!.body, first!.body);
  const lasting = ({ headers: { 'x-request-id': _id, date: _date, 'last-modified': _sent, ...rest } }: Answered) => rest;
  assert.equal(lasting(second!), lasting(first!), 'with the same headers');
  assert.is.not(second!.headers['x-request-id'], first!.headers['x-request-id']);
  // What is read ahead from time to time is not for the one who asks now.
  await until(async () => (await questions(() => open(made))) === 0, 'a page without a question');
});

test('it is packed as the browser takes it, and each new one gets a cookie of its own', async () => {
  const made = await issued(app, 'quote');
  const plain = await open(made);
  const cookies = new Set<string>();
  for (const encoding of ['br', 'gzip', 'identity', 'br;q=0, gzip', 'br']) {
    const response = await fetch(`${app.url}/d/${made.token}`, { headers: { 'accept-encoding': encoding, 'accept-language': 'en' } });
    assert.is(await response.text(), plain.body, encoding);
    assert.is(response.headers.get('content-encoding'), encoding === 'identity' ? null : encoding === 'br' ? 'br' : 'gzip');
    assert.is(response.headers.get('vary'), 'Accept-Encoding');
    cookies.add(/wd_browser=([\w-]{22});/.exec(response.headers.get('set-cookie') ?? '')?.[1] ?? '');
  }
  assert.is(cookies.size, 5);
  assert.not.ok(plain.headers['set-cookie'], 'whoever has one keeps it');
});

test('what is not a client’s first view is made for itself, and not kept', async () => {
  const made = await issued(app, 'quote');
  await open(made);
  const done = await counted(async () => {
    for (const rest of ['?step=accept', '?lang=fr', '?as=client', '?payment=done', '?x=1', `/${made.id}?revision=1`])
      await open(made, app, BROWSER, rest);
    const owner = await open(made, app, { cookie: app.cookie });
    assert.is(propsOf(owner).reader.mode, 'preview');
    assert.is(propsOf(await open(made)).reader.mode, 'client', 'the owner’s is nobody else’s');
  });
  assert.equal(done, { kept: 1, made: 0, own: 7 });
});

/** A quote for a client of its own. */
const quoted = () =>
  issued(app, 'quote', {
    client: { name: `Client ${randomUUID()}`, contacts: [{ name: 'Anne Martin', email: 'anne@example.com', language: 'en' }] },
  });

const post = (made: Made, path: string, fields: Record<string, string>, on: App = app, headers: Record<string, string> = BROWSER) =>
  form(on, `/d/${made.token}/${made.id}/${path}`, fields, headers);

async function rename(made: Made): Promise<unknown> {
  const [client] = await app
    .em()
    .execute<{ id: string; name: string }[]>('select c.id, c.name from clients c join deals d on d.client_id = c.id where d.id = ?', [
      made.deal,
    ]);
  const { contacts } = (await app.api('GET', `/clients/${client?.id}`)).body;
  const nothing = { legalName: null, siren: null, siret: null, vatId: null, address: null };
  const renamed = [{ ...contacts[0], name: 'Annabel Martin' }];
  return app.api('PUT', `/clients/${client?.id}`, { name: client?.name, ...nothing, contacts: renamed });
}

/** What is on a page, and what brings it about. */
const CHANGES: Record<string, { act: (made: Made, on: App) => Promise<unknown>; shows: (page: Answered, made: Made) => boolean }> = {
  'a decision': {
    act: (made, on) =>
      post(made, 'decide', { command: randomUUID(), action: 'accept', revision: '1', name: 'Anne', reason: '', language: 'en' }, on),
    shows: (page) => propsOf(page).view.documents[0]?.status === 'accepted',
  },
  'a message': {
    act: (made, on) => post(made, 'messages', { command: randomUUID(), text: 'Something new' }, on),
    shows: ({ body }) => body.includes('Something new'),
  },
  'a payment': {
    act: async ({ id }) => {
      const invoice = await issued(app, 'invoice', { follows: id });
      const day = new Date().toISOString().slice(0, 10);
      await app.api('POST', `/documents/${invoice.id}/payments`, { amount: '10.00', day, method: 'cash' });
    },
    shows: (page) => propsOf(page).view.documents.some((document) => document.payments.length === 1),
  },
  'a contact’s name': { act: rename, shows: (page) => propsOf(page).reader.name === 'Annabel Martin' },
  'the company’s name and colour': {
    act: ({ id }) => app.api('PATCH', '/company', { name: `Company ${id}`, accent: `#${id.slice(0, 6)}` }),
    shows: (page, { id }) => propsOf(page).view.company.name === `Company ${id}` && page.body.includes(`/theme/${id.slice(0, 6)}/`),
  },
};

for (const [what, { act, shows }] of Object.entries(CHANGES)) {
  test(`${what} is on the page at once, and then in memory`, async () => {
    const made = await quoted();
    assert.equal([shows(await open(made), made), shows(await open(made), made)], [false, false]);
    await act(made, app);
    assert.ok(shows(await open(made), made));
    assert.equal(await counted(() => open(made)), { kept: 1, made: 0, own: 0 });
  });
}

test('the day is that of the company: what ends at its midnight has ended', async () => {
  const made = await quoted();
  const { today, view } = propsOf(await open(made));
  const last = await issued(app, 'quote', { validUntil: today });
  const expired = async () => propsOf(await open(last)).today > today;
  assert.equal([await expired(), await expired()], [false, false]);
  const day = (ms: number) => dayIn(view.company.timeZone, new Date(Date.now() + ms));
  try {
    while (day(ahead) === today) ahead += 60_000;
    assert.ok(await expired());
    assert.match((await open(last)).body, />\s*Expired/);
    assert.equal(await counted(() => open(last)), { kept: 1, made: 0, own: 0 });
  } finally {
    ahead = 0;
  }
});

test('each language is a page of its own', async () => {
  const made = await issued(app, 'quote', { client: { name: 'Somebody', contacts: [{ name: 'Anne', email: 'anne@example.com' }] } });
  const language = async (header: string) => propsOf(await open(made, app, { ...BROWSER, 'accept-language': header })).language;
  assert.equal([await language('fr'), await language('en'), await language('fr'), await language('en')], ['fr', 'en', 'fr', 'en']);
  assert.is(propsOf(await open(made, app, { cookie: `${BROWSER.cookie}; wd_lang=fr` })).language, 'fr');
});

test('whom a link for nobody in particular knows in one browser, it does not know in another', async () => {
  const made = await quoted();
  const { body } = await app.api('POST', `/documents/${made.id}/links`, { label: 'Anyone' });
  const shared = { ...made, token: String(body.url).split('/').at(-1) ?? '' };
  const reader = async (browser: string) => propsOf(await open(shared, app, { cookie: `wd_browser=${browser.repeat(22)}` })).reader;
  assert.equal([(await reader('x')).name, (await reader('y')).name], [null, null]);
  const fields = { command: randomUUID(), text: 'It is me', name: 'Zoe' };
  assert.is((await post(shared, 'messages', fields, app, { cookie: `wd_browser=${'x'.repeat(22)}` })).status, 303);
  for (const [browser, name] of [
    ['x', 'Zoe'],
    ['y', null],
    ['x', 'Zoe'],
    ['y', null],
  ] as const)
    assert.is((await reader(browser)).name, name);
  assert.equal(await counted(async () => Promise.all([reader('x'), reader('y'), reader('z')])), { kept: 3, made: 0, own: 0 });
});

test('a revoked link stops at once, with the page every stranger gets', async () => {
  const made = await quoted();
  await open(made);
  const { links } = (await app.api('GET', `/documents/${made.id}`)).body;
  await app.api('DELETE', `/documents/${made.id}/links/${links[0].id}`);
  const [revoked, unknown] = [
    await open(made),
    await ask(app, 'GET', `/d/${'A'.repeat(43)}`, { headers: { 'accept-language': 'en', ...BROWSER } }),
  ];
  assert.equal([revoked.status, unknown.status], [404, 404]);
  assert.is(revoked.body, unknown.body);
});

/** Opens the page again and again until it is as it should be; none that was asked for a second after `since` may be another. */
async function withinASecond(page: () => Promise<Answered>, isRight: (page: Answered) => boolean, since: number): Promise<void> {
  for (;;) {
    const asked = performance.now();
    if (isRight(await page())) return;
    assert.ok(asked - since < 1000, 'an old page a second later');
  }
}

for (const [what, { act, shows }] of Object.entries(CHANGES)) {
  test(`${what} by another process is on the page within a second`, async () => {
    const other = await app.another();
    const made = await quoted();
    // The API writes through the first program: so its pages are looked at through the other one.
    const isByForm = what === 'a decision' || what === 'a message';
    const [writes, reads] = isByForm ? [other, app] : [app, other];
    await open(made, reads);
    assert.not.ok(shows(await open(made, reads), made));
    await act(made, writes);
    await withinASecond(
      () => open(made, reads),
      (page) => shows(page, made),
      performance.now(),
    );
    await other.stop();
  });
}

test('a link that another process revokes stops within a second', async () => {
  const other = await app.another();
  const made = await quoted();
  await open(made, other);
  const { links } = (await app.api('GET', `/documents/${made.id}`)).body;
  await app.api('DELETE', `/documents/${made.id}/links/${links[0].id}`);
  await withinASecond(
    () => open(made, other),
    ({ status }) => status === 404,
    performance.now(),
  );
  await other.stop();
});

test('whoever sends a plain form sees what they sent, whichever process they come to next', async () => {
  const other = await app.another();
  const made = await quoted();
  for (let i = 0; i < 5; i += 1) {
    await open(made);
    const sent = await post(made, 'messages', { command: randomUUID(), text: `Message ${i}` }, other);
    const location = sent.headers.get('location') ?? '';
    assert.match(location, new RegExp(`^/d/${made.token}/${made.id}\\?after=\\d+#talk$`));
    const page = await ask(app, 'GET', location.split('#')[0] ?? '', { headers: { 'accept-language': 'en', ...BROWSER } });
    assert.match(page.body, new RegExp(`Message ${i}`));
  }
  await other.stop();
});

test('a form of a kept page acts once for a press, however many have that page', async () => {
  const made = await quoted();
  const said = async () => propsOf(await open(made)).view.messages.map(({ text }) => text);
  const command = async () => propsOf(await open(made)).form.commandId;
  const id = await command();
  assert.is(await command(), id, 'it is kept with the page');
  const first = { command: id, text: 'Yes' };
  assert.equal([(await post(made, 'messages', first)).status, (await post(made, 'messages', first)).status], [303, 303]);
  assert.equal(await said(), ['Yes'], 'pressed twice');
  const next = await command();
  assert.is.not(next, id);
  assert.is((await post(made, 'messages', { command: next, text: 'Yes' })).status, 303);
  assert.equal(await said(), ['Yes', 'Yes'], 'said twice');
  // From the pages as they were: another browser, and another tab of this one.
  assert.is((await post(made, 'messages', first, app, { cookie: `wd_browser=${'c'.repeat(22)}` })).status, 303);
  assert.is((await post(made, 'messages', { ...first, text: 'Or rather no' })).status, 303);
  assert.equal(await said(), ['Yes', 'Yes', 'Yes', 'Or rather no']);
  // A browser that keeps no cookies.
  const late = { command: await command(), text: 'Without cookies' };
  for (let i = 0; i < 2; i += 1) assert.is((await post(made, 'messages', late, app, {})).status, 303);
  assert.is((await said()).length, 5);
});

test('what a page needs comes packed as it was built, and is kept by the browser for ever', async () => {
  const { body } = await open(await quoted());
  const addresses = [...body.matchAll(/(?:href|src)="(\/(?:assets|theme)\/[^"]+)"/g)].map(([, address = '']) => address);
  assert.ok(addresses.some((one) => one.endsWith('.js')) && addresses.some((one) => one.endsWith('.css')));
  for (const address of addresses) {
    for (const encoding of ['br', 'gzip']) {
      const answer = await ask(app, 'GET', address, { headers: { 'accept-encoding': encoding } });
      assert.equal([answer.status, answer.headers['content-encoding']], [200, encoding], address);
      assert.match(String(answer.headers['cache-control']), /max-age=31536000.*immutable/, address);
      assert.match(String(answer.headers['vary']), /accept-encoding/i, address);
      if (!address.startsWith('/assets/')) continue;
      const built = statSync(new URL(`../../client/dist${address}.${encoding === 'br' ? 'br' : 'gz'}`, import.meta.url));
      assert.is(Number(answer.headers['content-length']), built.size, 'the file the build has packed');
    }
  }
});

test('of many pages only so many are kept', async () => {
  const made = await quoted();
  const bytes = async () => parseScrape((await ask(app, 'GET', '/metrics')).body).value('webdocument_pages_kept_bytes');
  const before = await bytes();
  await open(made);
  const one = (await bytes()) - before;
  assert.ok(one > 5000 && one < 200_000, `${one} bytes`);
  for (let i = 0; i < 3; i += 1) {
    await app.api('POST', `/documents/${made.id}/messages`, { text: `Message ${i}` });
    await open(made);
  }
  assert.ok((await bytes()) - before < 2 * one, 'an older page of the same place is gone');
});

test.run();
