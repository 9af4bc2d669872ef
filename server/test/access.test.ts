import { globSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import pino from 'pino';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OPERATIONS } from '../doors/api/operations.ts';
import { ContactSchema } from '../entities/index.ts';
import { ask, form, LINE, until, type Answered } from './doors.ts';
import { formBytes, upload } from './attach.ts';
import { startApp, type TestApp } from './harness.ts';
import { sha256 } from '../secrets.ts';
import { newKey, setScene, type Scene } from './strangers.ts';
import { contents, OPEN_TO_ALL, ofTheVictim, routes, type Route } from './surface.ts';

/** Everything the program said to its log, at the most talkative level. */
let log = '';
const logger = pino(
  { level: 'debug' },
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  }),
);

/** What whoever reads the metrics shows. */
const METRICS = 'the-token-of-the-metrics';

let app: TestApp;
let scene: Scene;
/** Of a logo, and of an invitation to join the company. */
const LOGO = sha256('a picture');
let joinToken = '';
/** Of one of the victim's contacts. */
let unsubscribeToken = '';

test.before(async () => {
  app = await startApp({ logger, metricsToken: METRICS });
  scene = await setScene(app);
  const command = { acting: app.owner, facts: { ip: null, userAgent: null, pdf: null } };
  const picture = { sha256: LOGO, mediaType: 'image/png', bytes: Buffer.from('a picture') };
  await app.execute({ ...command, name: 'setLogo', id: randomUUID(), input: { picture } });
  const input = { name: 'Nina', email: 'nina@example.com', role: 'owner', language: 'en' };
  const { result } = await app.execute({ ...command, name: 'inviteUser', id: randomUUID(), input });
  joinToken = app.tokens.make('join', String(result['join']));
  const [contact] = await app.em().find(ContactSchema, { client: scene.ids.client });
  unsubscribeToken = app.tokens.make('unsubscribe', contact?.id ?? '');
});
test.after(() => app?.close());

interface Stranger {
  name: string;
  token: () => string;
  headers: () => Record<string, string>;
}

const STRANGERS: Stranger[] = [
  { name: 'nobody', token: () => app.tokens.make('link', randomUUID()), headers: () => ({}) },
  {
    name: 'another client of the company',
    token: () => scene.other.token,
    headers: () => ({ authorization: `Bearer ${scene.other.token}`, cookie: `wd_session=${scene.other.token}` }),
  },
  {
    name: 'the owner of another company',
    token: () => app.tokens.make('link', randomUUID()),
    headers: () => ({ authorization: `Bearer ${scene.foreign.key}`, cookie: scene.foreign.cookie }),
  },
  { name: 'a revoked link', token: () => scene.revoked.token, headers: () => ({}) },
  {
    name: 'an owner who signed out',
    token: () => app.tokens.make('link', randomUUID()),
    headers: () => ({ cookie: scene.revoked.cookie }),
  },
  {
    name: 'a revoked API key',
    token: () => app.tokens.make('link', randomUUID()),
    headers: () => ({ authorization: `Bearer ${scene.revoked.key}` }),
  },
];

/** A stylesheet of the build. */
const [SHEET = ''] = globSync('entry-client-*.css', { cwd: new URL('../../client/dist/assets', import.meta.url) });

/** The route with the victim's ids in it, and a stranger's own token where a token is asked for. */
function addressed(route: Route, token: string): string {
  const values: Record<string, string> = {
    token,
    document: isOfInvoice(route) ? scene.invoice.id : scene.victim.id,
    id: idFor(route.path),
    link: scene.ids.link,
    file: scene.ids.file,
    receipt: '1',
    revision: '1',
    accent: '0b6e8a',
    sheet: SHEET,
    icon: '512',
    sha: LOGO,
    message: scene.ids.message,
    delivery: scene.ids.delivery,
    company: app.company,
    checkout: scene.ids.checkout,
    how: 'done',
    entry: scene.ids.entry,
  };
  return route.path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? `missing-${name}`);
}

/** What only an invoice has. */
function isOfInvoice({ path }: Route): boolean {
  return /\/payments(\/|$)|\/transfer\.svg$/.test(path);
}

/** What opens a page to the victim. */
function ownToken(route: Route): string {
  if (route.path.includes('/joins/')) return joinToken;
  if (route.path.startsWith('/r/')) return unsubscribeToken;
  return (isOfInvoice(route) ? scene.invoice : scene.victim).token;
}

/** The victim's own of what stands before `:id`. */
function idFor(path: string): string {
  if (isOfInvoice({ method: 'GET', path })) return scene.invoice.id;
  if (path.includes('/sessions/')) return scene.ids.session;
  if (path.includes('/clients/')) return scene.ids.client;
  if (path.includes('/deals/')) return scene.victim.deal;
  if (path.includes('/webhooks/')) return scene.ids.webhook;
  if (path.includes('/invitations/')) return app.tokens.read('join', joinToken) ?? '';
  return path.includes('/users/') ? scene.ids.user : scene.victim.id;
}

/** A body that would do something if it were let in. */
function bodyFor(route: Route): { body?: string; headers: Record<string, string> } {
  if (route.method === 'GET') return { headers: {} };
  const json = (value: unknown) => ({ body: JSON.stringify(value), headers: { 'content-type': 'application/json', origin: app.url } });
  if (route.path.endsWith('/decide') || /^\/d\/.*messages$/.test(route.path)) {
    const fields = new URLSearchParams({
      command: randomUUID(),
      action: 'accept',
      revision: '1',
      name: 'Stranger',
      language: 'en',
      text: 'I was here',
    });
    return { body: fields.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', origin: app.url } };
  }
  if (route.path.endsWith('/files')) {
    const { type, body } = formBytes(Buffer.from('I was here'), 'here.txt');
    return { body: body.toString(), headers: { 'content-type': type, origin: app.url } };
  }
  if (route.path.endsWith('/messages')) return json({ text: 'I was here' });
  if (route.path.endsWith('/revisions')) return json({ kind: 'quote', lines: [LINE] });
  if (route.path === '/api/v1/documents/drafts') return json({ kind: 'order', from: { documents: [scene.victim.id] } });
  if (route.path === '/api/v1/documents') return json({ kind: 'order', follows: scene.victim.id, lines: [LINE] });
  if (route.path === '/console/setup')
    return json({ company: 'Mine', name: 'Me', email: 'me@example.com', password: 'long enough it is', language: 'en' });
  if (route.path === '/console/login') return json({ email: 'owner@example.com', password: 'a wrong password' });
  const operation = OPERATIONS.find(({ method, path }) => method === route.method && `/api/v1${path}` === route.path);
  return json(route.path.includes(':id') ? (operation?.body?.example ?? {}) : {});
}

/** What a route answers to whoever has no right there. A new route is denied to all unless it is named here. */
function expected(route: Route, stranger: Stranger): readonly number[] {
  if (OPEN_TO_ALL.has(`${route.method} ${route.path}`)) return [200];
  if (route.path === '/console/setup') return route.method === 'GET' ? [200] : [409];
  if (route.path === '/console/login') return [401, 429];
  // Known by the letter's link alone, which no stranger has.
  if (route.path === '/console/joins/:token' || route.path.startsWith('/r/')) return [404];
  if (route.path.startsWith('/d/'))
    return stranger.name === 'another client of the company' && !route.path.includes(':document') ? [200] : [404];
  if (route.path === '/webhooks/inbound-mail') return [401];
  // As if there were no such thing.
  if (route.path === '/metrics') return [404];
  // Without Stripe's signature. And back from a payment page, without the cookie of who went there: a page that says nothing.
  if (route.path.startsWith('/webhooks/stripe/')) return [400];
  if (route.path.startsWith('/pay/')) return [200];
  const owner = stranger.name === 'the owner of another company';
  if (!owner) return [401];
  if (`${route.method} ${route.path}` === 'POST /api/v1/documents') return [422];
  // The stranger's own settings, of which there are none.
  if (route.path === '/console/payments' && route.method === 'PUT') return [422];
  if (route.path === '/console/payments/check') return [404];
  // Ending a session that is not one's own ends nothing, and says no more than for one that never was.
  if (route.path.includes('/sessions/:id')) return [204];
  // No picture was sent, to the stranger's own company.
  if (route.path.endsWith('/company/logo') && route.method !== 'DELETE') return [415];
  if (route.path === '/api/v1/documents/drafts') return [404];
  // Nothing was said of what to make there.
  if (route.path.startsWith('/api/v1/') && route.method === 'POST' && !route.path.includes(':id')) return [422];
  return route.path.includes(':id') ? [404] : [200, 204];
}

for (const [i, stranger] of STRANGERS.entries()) {
  test(`every route is closed to ${stranger.name}`, async () => {
    const before = await contents(app);
    const answers = new Map<string, Set<string>>();
    // Signing out ends the stranger's own session: last of all.
    const all = routes().sort((a, b) => Number(a.path.endsWith('/logout')) - Number(b.path.endsWith('/logout')));
    for (const [n, route] of all.entries()) {
      const { body, headers } = bodyFor(route);
      const answer = await ask(app, route.method, addressed(route, stranger.token()), {
        headers: { ...headers, ...stranger.headers() },
        // More than one address may guess at is asked here.
        from: 100 + 20 * i + Math.floor(n / 25),
        ...(body === undefined ? {} : { body }),
      });
      const what = `${route.method} ${route.path}: ${answer.status} ${answer.body.slice(0, 300)}`;
      assert.ok(expected(route, stranger).includes(answer.status), what);
      assert.not.match(answer.body, /Victim GmbH|Between us|Vera/, what);
      if (answer.status === 404 || answer.status === 401) {
        const kind = `${answer.status} ${/html/.test(String(answer.headers['content-type'])) ? 'page' : 'problem'}`;
        answers.set(kind, (answers.get(kind) ?? new Set()).add(uniform(answer)));
      }
    }
    for (const [kind, texts] of answers)
      if (kind !== '401 problem') assert.is(texts.size, 1, `${kind} answers are all the same: ${[...texts].join('\n')}`);
    assert.ok((answers.get('401 problem')?.size ?? 0) <= 2, 'signed out, or wrong password');
    const after = await contents(app);
    assert.equal(ofTheVictim(after), ofTheVictim(before), 'nothing changed');
  });
}

function uniform(answer: Answered): string {
  return answer.body.replace(/urn:request:[0-9a-f-]+/, '').replace(/"[0-9a-f-]{36}"/g, '');
}

test('a link of a deal never shows another deal’s document, whatever the address', async () => {
  for (const path of [`/d/${scene.other.token}/${scene.victim.id}`, `/d/${scene.other.token}/${scene.victim.id}/pdf`])
    assert.is((await ask(app, 'GET', path)).status, 404);
  assert.match((await ask(app, 'GET', `/d/${scene.other.token}`)).body, /Other Ltd/);
});

test('a file is found through its own document and deal alone', async () => {
  const { victim, other, ids, waiting } = scene;
  const [own] = [await upload(app, `/d/${other.token}/${other.id}/files`, Buffer.from('mine'), { name: 'mine.txt' })];
  assert.is(own.status, 201);
  const key = { authorization: `Bearer ${app.key}` };
  for (const [path, headers] of [
    // The victim's file under the stranger's document, and under the stranger's link.
    [`/d/${other.token}/${other.id}/files/${ids.file}`, {}],
    [`/d/${other.token}/${victim.id}/files/${ids.file}`, {}],
    [`/api/v1/documents/${other.id}/files/${ids.file}`, key],
    [`/console/documents/${other.id}/files/${ids.file}`, { cookie: app.cookie }],
    [`/d/${victim.token}/${victim.id}/files/${waiting}`, {}],
    [`/d/${victim.token}/${victim.id}/files/${randomUUID()}`, {}],
    [`/d/${victim.token}/${victim.id}/files/x`, {}],
    [`/d/${victim.token}/${victim.id}/files/..%2f..%2fsecret`, {}],
  ] as const)
    assert.is((await ask(app, 'GET', path, { headers })).status, 404, path);
  assert.is((await ask(app, 'DELETE', `/api/v1/documents/${other.id}/files/${ids.file}`, { headers: key })).status, 404);
  assert.is((await ask(app, 'GET', `/api/v1/documents/${victim.id}/files/${waiting}`, { headers: key })).body, 'Between us');
});

test('unknown, revoked and mistyped links are byte-identical', async () => {
  const mistyped = `${scene.victim.token.slice(0, -2)}${scene.victim.token.endsWith('AA') ? 'BB' : 'AA'}`;
  const tokens = [app.tokens.make('link', randomUUID()), scene.revoked.token, mistyped, 'x', 'A'.repeat(43), `${scene.victim.token}A`];
  for (const rest of ['', '/pdf', `/${scene.victim.id}`, `/${scene.victim.id}/pdf`]) {
    const pages = await Promise.all(
      tokens.map((token) => ask(app, 'GET', `/d/${token}${rest}`, { from: 20, headers: { 'accept-language': 'fr' } })),
    );
    const [first, ...more] = pages.map(({ status, body, headers }) => ({
      status,
      body,
      headers: { ...headers, 'x-request-id': '', date: '' },
    }));
    assert.is(first?.status, 404);
    assert.match(first?.body ?? '', /lang="fr"/);
    for (const page of more) assert.equal(page, first);
  }
});

test('what Vite built is served as what it is, and cannot be another type', async () => {
  const page = await ask(app, 'GET', `/d/${scene.victim.token}`);
  const [script = ''] = /\/assets\/[\w-]+\.js/.exec(page.body) ?? [];
  for (const [path, status] of [
    [script, 200],
    ['/assets/nothing.js', 404],
    ['/assets/../package.json', 404],
    ['/assets/%2e%2e/manifest.json', 404],
  ] as const) {
    const answer = await ask(app, 'GET', path);
    assert.equal(
      [answer.status, answer.headers['x-content-type-options'], answer.headers['x-powered-by']],
      [status, 'nosniff', undefined],
      path,
    );
  }
});

test('guessing links and keys is slowed down, right ones are not', async () => {
  const guesses = await Promise.all(Array.from({ length: 40 }, () => ask(app, 'GET', `/d/${'A'.repeat(43)}`, { from: 30 })));
  assert.is(guesses.filter((answer) => answer.status === 429).length, 10);
  assert.is((await ask(app, 'GET', `/d/${scene.victim.token}`, { from: 30 })).status, 200);
});

test('no GET changes any table', async () => {
  const headers = { authorization: `Bearer ${(await newKey(app)).key}` };
  const before = await contents(app);
  let opened = 0;
  for (const route of routes().filter((one) => one.method === 'GET')) {
    for (const method of ['GET', 'HEAD']) {
      const token = ownToken(route);
      const answer = await ask(app, method, addressed(route, token), {
        headers: {
          ...headers,
          cookie: route.path.startsWith('/d/') ? '' : app.cookie,
          ...(route.path === '/metrics' ? { authorization: `Bearer ${METRICS}` } : {}),
        },
      });
      // A quote made over the API has no file.
      assert.is(answer.status, route.path.endsWith('/source') ? 404 : 200, `${method} ${route.path}`);
      opened += 1;
    }
  }
  for (const more of ['?step=accept', '?lang=fr', '?revision=1', '/pdf?download']) await ask(app, 'GET', `/d/${scene.victim.token}${more}`);
  assert.ok(opened > 30);
  assert.equal(await contents(app), before);
});

test('every answer carries the security headers', async () => {
  for (const path of [
    '/',
    '/login',
    '/setup',
    '/nothing.html',
    '/console/nothing',
    ...routes()
      .filter((one) => one.method === 'GET')
      .map((route) => addressed(route, scene.victim.token)),
  ]) {
    const { headers } = await ask(app, 'GET', path, {
      headers: { cookie: app.cookie, authorization: `Bearer ${app.key}`, accept: 'text/html' },
    });
    assert.match(String(headers['content-security-policy']), /^default-src 'none';.*frame-ancestors 'none'/, path);
    // A mail is shown with the styles in its elements, in a sandbox.
    const isMail = path === '/console/reminders/preview';
    const csp = String(headers['content-security-policy']);
    assert.not.match(isMail ? csp.replace("style-src 'unsafe-inline'", '') : csp, /unsafe|\*|https?:/, path);
    if (isMail) assert.match(csp, /; sandbox$/);
    assert.equal(
      [
        headers['x-content-type-options'],
        headers['referrer-policy'],
        headers['x-frame-options'],
        headers['x-robots-tag'],
        headers['x-powered-by'],
      ],
      ['nosniff', 'same-origin', 'DENY', 'noindex, nofollow', undefined],
      path,
    );
    if (/^\/(d|api|console)\//.test(path)) assert.match(String(headers['cache-control']), /no-store/, path);
  }
});

test('no token, key, password or cookie is in the log', async () => {
  await ask(app, 'GET', `/D/${scene.victim.token}`);
  await ask(app, 'GET', `/d/${scene.victim.token}/?x=1`);
  await ask(app, 'GET', `//d/${scene.victim.token}`);
  await ask(app, 'GET', `/d%2f${scene.victim.token}`);
  await form(app, `/d/${scene.victim.token}/${scene.victim.id}/messages`, { command: 'x', text: 'y' });
  await ask(app, 'POST', '/console/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'owner@example.com', password: 'hunter2 hunter2' }),
    from: 40,
  });
  await until(() => log.includes('login failed'), 'the log is written');
  assert.match(log, /"msg":"request"/);
  await ask(app, 'GET', `/r/${unsubscribeToken}`);
  for (const secret of [
    unsubscribeToken,
    scene.victim.token,
    scene.other.token,
    scene.revoked.token,
    app.key,
    scene.revoked.key,
    app.cookie.split('=')[1] ?? '?',
    'hunter2',
  ])
    assert.not.ok(log.includes(secret), `${secret} in ${log.split('\n').find((line) => line.includes(secret)) ?? ''}`);
});

test.run();
