import { randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { App } from '../app.ts';
import { POOL } from '../db.ts';
import { ContactSchema } from '../entities/index.ts';
import { parseEnv, type EnvError } from '../env.ts';
import { ask, connect, issued, send, until } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { startMailing } from './mailbox.ts';
import { openPage } from './page.ts';
import { parseScrape, type Scrape } from './prometheus.ts';

const TOKEN = 'what the scraper shows';

async function scrape(app: App): Promise<Scrape> {
  const answer = await ask(app, 'GET', '/metrics');
  assert.is(answer.status, 200);
  assert.match(String(answer.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.is(answer.headers['cache-control'], 'no-store');
  return parseScrape(answer.body);
}

/** How much each of these series grows while `work` runs. */
async function grown<T>(
  app: App,
  series: readonly (readonly [string, Record<string, string>?])[],
  work: () => Promise<T>,
): Promise<number[]> {
  const before = await scrape(app);
  await work();
  const after = await scrape(app);
  return series.map(([name, labels]) => after.value(name, labels) - before.value(name, labels));
}

test('the numbers follow what happens', async () => {
  const { app, box, close } = await startMailing();
  try {
    const made = await issued(app, 'quote');
    const outcome = (command: string, outcome: string) => ['webdocument_commands_total', { command, outcome }] as const;
    const page = await openPage(app.url, `deal:${made.deal}`, { link: made.token });
    const id = randomUUID();
    const message = { document: made.id, text: 'hello', notify: false, files: [], readUpTo: 0, name: null };
    const commands = await grown(
      app,
      [
        outcome('postMessage', 'done'),
        outcome('postMessage', 'repeated'),
        outcome('acceptDocument', 'refused'),
        ['webdocument_command_seconds_count', { command: 'postMessage' }],
        ['webdocument_commit_group_size_sum'],
        ['webdocument_commit_to_push_seconds_count'],
      ],
      async () => {
        assert.ok((await page.send('postMessage', message, id)).ok);
        assert.ok((await page.send('postMessage', message, id)).ok);
        const old = { document: made.id, revision: 9, name: 'Anne', reason: '', language: 'en', email: null };
        const refused = await page.send('acceptDocument', { ...old, orderNumber: null, reserves: [], chosen: [] });
        assert.is(refused.ok, false);
        await page.until('the message', () => page.events.some((event) => event.type === 'message.posted'));
      },
    );
    const [done, repeated, refused, timed, grouped, pushed] = commands;
    assert.equal([done, repeated, refused, timed], [1, 1, 1, 2], 'by name and outcome');
    assert.ok((grouped ?? 0) >= 1 && (pushed ?? 0) >= 1, 'what was committed, and pushed');

    const open = await scrape(app);
    assert.is(open.value('webdocument_sockets'), 1);
    assert.ok(open.value('webdocument_rooms') >= 2, 'its link and its deal');
    page.close();
    await until(async () => (await scrape(app)).value('webdocument_sockets') === 0, 'the socket is not counted any more');

    box.plan.push('451');
    const { id: contact } = await app.em().findOneOrFail(ContactSchema, { email: 'anne@example.com' });
    assert.is((await app.api('POST', `/documents/${made.id}/mails`, { contacts: [contact], text: '' })).status, 202);
    await until(async () => (await scrape(app)).value('webdocument_mails_total', { outcome: 'deferred' }) === 1, 'a mail is put off');

    const drawn = await grown(
      app,
      [['webdocument_pdf_seconds_count'], ['webdocument_http_requests_total', { kind: 'pdf', status: '2xx' }]],
      () => ask(app, 'GET', `/d/${made.token}/pdf`),
    );
    assert.equal(drawn, [1, 1]);
    const { samples } = await scrape(app);
    assert.ok(samples.some(({ name, value }) => name === 'nodejs_eventloop_lag_p99_seconds' && value > 0));
  } finally {
    await close();
  }
});

test('jobs are counted by queue and state, without asking again for each scrape', async () => {
  const app = await startApp();
  try {
    const made = await issued(app, 'quote');
    const counted = (queue: string, state: string) => async () => (await scrape(app)).value('webdocument_jobs', { queue, state });
    assert.is(await counted('conversation', 'later')(), 0);
    const socket = await connect(app, { link: made.token });
    await send(socket, 'postMessage', { document: made.id, text: 'hello', notify: true, files: [], readUpTo: 0, name: null });
    socket.close();
    assert.is(await counted('conversation', 'later')(), 0, 'still what was read a moment ago');
    await until(async () => (await counted('conversation', 'later')()) === 1, 'the job that waits');
    await app.em().execute("update pgboss.job set state = 'failed' where name = 'conversation'");
    await until(async () => (await counted('conversation', 'failed')()) === 1, 'the job that was given up');
    assert.is(await counted('conversation', 'later')(), 0);
    assert.is(await counted('refund', 'failed')(), 0);
    assert.ok(
      (await scrape(app)).samples.some(({ labels }) => labels['queue'] === 'refund'),
      'zero is a number, too',
    );
  } finally {
    await app.close();
  }
});

const FORWARDED = ['x-forwarded-for', 'X-Forwarded-Host', 'x-forwarded-proto', 'x-real-ip', 'forwarded', 'via'];
const uniform = (body: string) => body.replace(/urn:request:[0-9a-f-]+/, '');

test('without a token this machine alone reads the metrics, and through no proxy', async () => {
  const app = await startApp({ trustProxy: true });
  try {
    assert.is((await ask(app, 'GET', '/metrics')).status, 200);
    const unknown = await ask(app, 'GET', '/api/nothing');
    for (const name of FORWARDED) {
      const answer = await ask(app, 'GET', '/metrics', { headers: { [name]: '127.0.0.1' } });
      assert.equal([answer.status, uniform(answer.body)], [404, uniform(unknown.body)], name);
    }
  } finally {
    await app.close();
  }
});

test('with a token nobody else does, wherever they come from', async () => {
  const app = await startApp({ metricsToken: TOKEN.replaceAll(' ', '-') });
  try {
    const token = TOKEN.replaceAll(' ', '-');
    const unknown = await ask(app, 'GET', '/api/nothing');
    for (const authorization of [
      '',
      token,
      `Basic ${token}`,
      `Bearer ${token.slice(1)}`,
      `Bearer ${token}x`,
      'Bearer null',
      `Bearer ${app.key}`,
    ]) {
      const answer = await ask(app, 'GET', '/metrics', { headers: authorization === '' ? {} : { authorization } });
      assert.equal([answer.status, uniform(answer.body)], [404, uniform(unknown.body)], authorization);
    }
    const shown = { authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.7' };
    assert.is((await ask(app, 'GET', '/metrics', { headers: shown })).status, 200);
    const { body } = await ask(app, 'GET', '/metrics', { headers: shown });
    for (const secret of [token, app.key, app.company, app.owner.user]) assert.not.ok(body.includes(secret));
  } finally {
    await app.close();
  }
});

test('a token that is too short is a fault of the configuration', () => {
  const faults = (value: string) => {
    try {
      parseEnv({ SECRET: 'x'.repeat(32), METRICS_TOKEN: value });
      return [];
    } catch (error) {
      return (error as EnvError).faults;
    }
  };
  assert.equal(faults('fifteen letters'), ['METRICS_TOKEN must have at least 16 characters.']);
  assert.equal(faults('sixteen letters!'), []);
});

/** Holds every connection of the pool until it is let go. */
function occupied(app: TestApp): () => Promise<unknown> {
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  const all = Promise.allSettled(
    Array.from({ length: POOL }, () =>
      app.em().transactional(async (em) => {
        await em.execute('select 1');
        await held;
      }),
    ),
  );
  return () => {
    go();
    return all;
  };
}

test('not ready while the database does not answer, and ready again when it does', async () => {
  const app = await startApp();
  try {
    assert.equal((({ status, body }) => [status, body])(await ask(app, 'GET', '/readyz')), [200, 'ready\n']);
    const release = occupied(app);
    try {
      await until(async () => (await ask(app, 'GET', '/readyz')).status === 503, 'it is said');
      const asked = performance.now();
      const answer = await ask(app, 'GET', '/readyz');
      assert.equal([answer.status, answer.body], [503, 'not ready: database\n']);
      assert.ok(performance.now() - asked < 4000, 'within a bounded time');
      const stranger = await ask(app, 'GET', '/readyz', { headers: { 'x-forwarded-for': '203.0.113.7' } });
      assert.equal([stranger.status, stranger.body], [503, 'not ready\n'], 'why is not everybody’s business');
      assert.is((await ask(app, 'GET', '/healthz')).status, 200, 'it lives');
      assert.is((await ask(app, 'GET', '/metrics')).status, 200, 'and says so');
    } finally {
      await release();
    }
    await until(async () => (await ask(app, 'GET', '/readyz')).status === 200, 'ready again');
  } finally {
    await app.close();
  }
});

test('not ready while it stops, for whoever has asked before it took nobody new', async () => {
  const app = await startApp();
  const { id: document } = await issued(app, 'quote');
  const release = occupied(app);
  const input = { document, text: 'the last one', notify: false, files: [], readUpTo: 0, name: null };
  const facts = { ip: null, userAgent: null, pdf: null };
  const command = app.execute({ name: 'postMessage', id: randomUUID(), input, acting: app.owner, facts });
  let stopped: Promise<void> | null = null;
  try {
    await until(() => app.database.connections().waiting === 1, 'the command waits for a connection');
    assert.match((await ask(app, 'GET', '/metrics')).body, /^webdocument_commands_open 1$/m);
    const asked = ask(app, 'GET', '/readyz');
    await until(() => app.database.connections().waiting === 2, 'and so does the question');
    stopped = app.close();
    const { status, body } = await asked;
    assert.equal([status, body], [503, 'not ready: stopping, database\n']);
  } finally {
    await release();
    assert.is((await command).repeated, false, 'what was under way is finished');
    await (stopped ?? app.close());
  }
});

test.run();
