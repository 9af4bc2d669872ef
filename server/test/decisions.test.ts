import { createHash, randomUUID } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ACTIONS, KINDS, next, STATUSES, type Action, type Kind, type Status } from '../../shared/document.ts';
import type { App } from '../app.ts';
import type { CommandAnswer } from '../../shared/protocol.ts';
import { WORDS } from '../words.ts';
import { connect, form, issued, LINE, send, seqOf, type LivePage, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

let now = new Date('2026-11-24T10:00:00Z');
let app: TestApp;
test.before(async () => {
  app = await startApp({ now: () => now });
});
test.after(() => app?.close());

const COMMAND = { accept: 'acceptDocument', refuse: 'refuseDocument', hold: 'holdQuote' } as const;
const EVENT = { accept: 'document.accepted', refuse: 'document.refused', hold: 'document.held' } as const;

const input = (document: string, action: Action, more = {}) => ({
  document,
  revision: 1,
  name: 'Anne Martin',
  reason: 'Because',
  language: 'en',
  ...(action === 'hold' ? { remindOn: null } : {}),
  ...more,
});

function decideByForm(
  made: Made,
  action: Action,
  more: Record<string, string> = {},
  headers: Record<string, string> = {},
  on: App = app,
): Promise<Response> {
  const fields = {
    command: randomUUID(),
    action,
    revision: '1',
    name: 'Anne Martin',
    reason: 'Because',
    language: 'en',
    remindOn: '',
    ...more,
  };
  return form(on, `/d/${made.token}/${made.id}/decide`, fields, headers);
}

interface Recorded {
  status: Status;
  seq: number;
  decisions: {
    action: string;
    name: string;
    reason: string | null;
    revision: number;
    consent: string;
    ip: string;
    pdf: string;
    bytes: Uint8Array;
  }[];
  events: string[];
}

/** All that a decision can change. */
async function recorded(made: Made): Promise<Recorded> {
  const em = app.em();
  const [row] = await em.execute<{ status: Status }[]>('select status from documents where id = ?', [made.id]);
  const decisions = await em.execute<Recorded['decisions']>(
    'select x.action, x.name, x.reason, x.revision, x.consent, x.ip, x.pdf_sha256 as pdf, b.bytes from decisions x join blobs b on b.sha256 = x.pdf_sha256 where x.document_id = ? order by x.position',
    [made.id],
  );
  const events = await em.execute<{ type: string }[]>(
    "select type from events where document = ? and type in ('document.accepted', 'document.refused', 'document.held') order by seq",
    [made.id],
  );
  return { status: row?.status ?? 'draft', seq: await seqOf(app), decisions, events: events.map((event) => event.type) };
}

/** Puts a document into a state, whatever it was, as if nobody had decided on it. */
async function put(made: Made, status: Status): Promise<void> {
  await app.em().execute('delete from decisions where document_id = ?', [made.id]);
  await app.em().execute('update documents set status = ? where id = ?', [status, made.id]);
}

function checkEvidence(state: Recorded, action: Action): void {
  const last = state.decisions.at(-1);
  assert.equal([last?.action, last?.name, last?.reason, last?.revision], [action, 'Anne Martin', 'Because', 1]);
  assert.match(last?.ip ?? '', /127\.0\.0\.1$/);
  assert.ok((last?.consent.length ?? 0) > 10);
  const bytes = Buffer.from(last?.bytes ?? []);
  assert.is(bytes.subarray(0, 5).toString(), '%PDF-');
  assert.is(createHash('sha256').update(bytes).digest('hex'), last?.pdf);
  assert.is(state.events.at(-1), EVENT[action]);
}

for (const kind of KINDS) {
  for (const door of ['socket', 'form'] as const) {
    test(`the table of decisions holds for a ${kind} through the ${door}`, async () => {
      const made = await issued(app, kind);
      const page = door === 'socket' ? await connect(app, { link: made.token }) : null;
      for (const status of STATUSES) for (const action of ACTIONS) await tryOne(made, kind, status, action, page);
      page?.close();
    });
  }
}

async function tryOne(made: Made, kind: Kind, status: Status, action: Action, page: LivePage | null): Promise<void> {
  const what = `${kind} × ${status} × ${action}`;
  await put(made, status);
  const before = await recorded(made);
  const wanted = next(kind, status, action);
  // A draft is not there for the client.
  const refusal = status === 'draft' ? 'not_found' : 'action_not_allowed';
  if (page) {
    const answer = await send(page, COMMAND[action], input(made.id, action));
    if (wanted !== null) assert.is(answer.ok, true, `${what}: ${JSON.stringify(answer)}`);
    else assert.is(answer.ok ? 'done' : answer.refusal.code, refusal, what);
  } else {
    const response = await decideByForm(made, action);
    assert.is(response.status, wanted !== null ? 303 : status === 'draft' ? 404 : 409, what);
    const html = await response.text();
    if (wanted !== null)
      assert.match(response.headers.get('location') ?? '', new RegExp(`^/d/${made.token}/${made.id}\\?after=\\d+#state$`));
    else if (status !== 'draft') assert.ok(html.includes(WORDS.en.refusals.action_not_allowed), what);
  }
  const after = await recorded(made);
  if (wanted === null) return assert.equal(after, before, `${what} changes nothing`);
  assert.equal(
    [after.status, after.seq, after.decisions.length, after.events.length],
    // The decision, and the acknowledgement that is on its way.
    [wanted, before.seq + 2, 1, before.events.length + 1],
    what,
  );
  checkEvidence(after, action);
}

test('the sentence that is kept says that there are reserves, through either door', async () => {
  const [plain, byForm, bySocket] = await Promise.all([1, 2, 3].map(() => issued(app, 'delivery')));
  if (!plain || !byForm || !bySocket) throw new Error('three deliveries');
  assert.is((await decideByForm(plain, 'accept', { 'reserve-': '  ' })).status, 303);
  assert.is((await decideByForm(byForm, 'accept', { 'reserve-': 'Scratched' })).status, 303);
  const page = await connect(app, { link: bySocket.token });
  const reserves = [{ line: null, text: 'Scratched' }];
  assert.is((await send(page, 'acceptDocument', input(bySocket.id, 'accept', { reserves }))).ok, true);
  page.close();
  const kept = await Promise.all([plain, byForm, bySocket].map(async (made) => (await recorded(made)).decisions.at(-1)?.consent ?? ''));
  assert.equal(
    kept.map((consent) => consent.endsWith(' with the reservations above.')),
    [false, true, true],
  );
});

test('who comes second gets the decision that stands', async () => {
  const made = await issued(app, 'quote');
  assert.is((await decideByForm(made, 'accept')).status, 303);
  const before = await recorded(made);
  const page = await connect(app, { link: made.token });
  for (const action of ACTIONS) {
    const answer = await send(page, COMMAND[action], input(made.id, action, { name: 'Paul' }));
    assert.ok(!answer.ok && answer.refusal.code === 'already_decided');
    assert.equal((answer.refusal.data['decision'] as { name: string; action: string }).name, 'Anne Martin');
  }
  page.close();
  const response = await decideByForm(made, 'refuse');
  assert.is(response.status, 409);
  assert.ok((await response.text()).includes(WORDS.en.refusals.already_decided));
  assert.equal(await recorded(made), before);
});

test('a quote is good until the last minute of its last day in the company’s time zone', async () => {
  const [last, late, held] = await Promise.all(
    [1, 2, 3].map(() => issued(app, 'quote', { issueDate: '2026-11-01', validUntil: '2026-12-01' })),
  );
  if (!last || !late || !held) throw new Error('three quotes');
  assert.is((await decideByForm(held, 'hold')).status, 303);
  now = new Date('2026-12-01T22:59:59Z');
  assert.is((await decideByForm(last, 'accept')).status, 303);
  now = new Date('2026-12-01T23:00:00Z');
  const page = await connect(app, { link: late.token });
  for (const action of ACTIONS) {
    const before = [await recorded(late), await recorded(held)];
    const answer = await send(page, COMMAND[action], input(late.id, action));
    assert.is(answer.ok ? 'done' : answer.refusal.code, 'quote_expired');
    assert.is((await decideByForm(late, action)).status, 409);
    if (action !== 'hold') assert.is((await decideByForm(held, action)).status, 409);
    assert.equal([await recorded(late), await recorded(held)], before);
  }
  page.close();
  const revised = await app.api('POST', `/documents/${late.id}/revisions`, {
    kind: 'quote',
    issueDate: '2026-12-02',
    validUntil: '2026-12-31',
    lines: [LINE],
  });
  assert.is(revised.status, 201);
  assert.is((await decideByForm(late, 'accept', { revision: '2' })).status, 303);
  now = new Date('2026-11-24T10:00:00Z');
});

test('a decision on an old revision is refused, says what changed and records nothing', async () => {
  const made = await issued(app, 'quote');
  const page = await connect(app, { link: made.token });
  await app.api('POST', `/documents/${made.id}/revisions`, { kind: 'quote', language: 'en', lines: [{ ...LINE, quantity: '5' }] });
  const before = await recorded(made);
  for (const action of ACTIONS) {
    const answer = await send(page, COMMAND[action], input(made.id, action));
    assert.ok(!answer.ok && answer.refusal.code === 'revision_changed', JSON.stringify(answer));
    const data = answer.refusal.data as { revision: number; changes: { what: string; field?: string; before?: string; after?: string }[] };
    assert.is(data.revision, 2);
    assert.ok(data.changes.some((change) => change.field === 'quantity' && change.before === '2' && change.after === '5'));
    const response = await decideByForm(made, action);
    assert.is(response.status, 409);
    assert.ok((await response.text()).includes(WORDS.en.refusals.revision_changed));
  }
  assert.is((await decideByForm(made, 'accept', { revision: '3' })).status, 409);
  assert.equal(await recorded(made), before);
  const done = await send(page, 'acceptDocument', input(made.id, 'accept', { revision: 2 }));
  assert.is(done.ok, true);
  page.close();
});

for (const processes of [1, 2]) {
  test(`accept against refuse at the same moment, ${processes} process(es), twenty times: one decision, one event`, async () => {
    const first = await issued(app, 'quote');
    const link = await app.api('POST', `/documents/${first.id}/links`, { label: 'second' });
    const second = processes === 1 ? app : await app.another();
    const pages = [
      await connect(app, { link: first.token }),
      await connect(second, { link: String(link.body.url).split('/').at(-1) }),
    ] as const;
    const winners = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const made = round === 0 ? first : await issued(app, 'quote', { follows: first.id });
      const answers: CommandAnswer[] = await Promise.all([
        send(pages[0], 'acceptDocument', input(made.id, 'accept')),
        send(pages[1], 'refuseDocument', input(made.id, 'refuse')),
      ]);
      const [won, ...more] = answers.filter((answer) => answer.ok);
      assert.ok(won && more.length === 0, JSON.stringify(answers));
      const lost = answers.find((answer) => !answer.ok);
      assert.ok(lost && !lost.ok && lost.refusal.code === 'already_decided');
      const state = await recorded(made);
      const action = answers[0]?.ok ? 'accept' : 'refuse';
      winners.add(action);
      assert.equal([state.status, state.decisions.length, state.events], [next('quote', 'issued', action), 1, [EVENT[action]]]);
      assert.is(lost.refusal.data['status'], state.status);
      checkEvidence(state, action);
    }
    pages.forEach((page) => page.close());
  });
}

test('a form sent twice decides once', async () => {
  const made = await issued(app, 'quote');
  const page = await fetch(`${made.link}?step=accept`);
  const html = await page.text();
  const command = /name="command" value="([0-9a-f-]{36})"/.exec(html)?.[1] ?? '';
  assert.ok(command !== '', 'the page carries the command’s id');
  const cookie = page.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const answers = await Promise.all([1, 2, 3].map(() => decideByForm(made, 'accept', { command }, { cookie })));
  assert.equal(
    answers.map((answer) => answer.status),
    [303, 303, 303],
  );
  assert.is((await decideByForm(made, 'accept', { command }, { cookie })).status, 303);
  const state = await recorded(made);
  assert.equal([state.decisions.length, state.events], [1, ['document.accepted']]);
  // From the same page, but not the same press: the rules say whether it may still be.
  assert.is((await decideByForm(made, 'refuse', { command }, { cookie })).status, 409);
  assert.equal(await recorded(made), state);
});

test('forms of other sites are refused', async () => {
  const made = await issued(app, 'quote');
  const before = await recorded(made);
  const host = new URL(app.url).host;
  const bad: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://${host}.evil.example` },
    { origin: app.url, 'sec-fetch-site': 'cross-site' },
    { origin: app.url, 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of bad) assert.is((await decideByForm(made, 'accept', {}, headers)).status, 403, JSON.stringify(headers));
  assert.is(
    (await form(app, `/d/${made.token}/${made.id}/messages`, { command: randomUUID(), text: 'Hello' }, { origin: 'https://evil.example' }))
      .status,
    403,
  );
  assert.equal(await recorded(made), before);
});

test('a form that lacks something is answered by the page, with what was typed', async () => {
  const made = await issued(app, 'quote');
  const before = await recorded(made);
  const cases: [Record<string, string>, number][] = [
    [{ name: '  ' }, 422],
    [{ action: 'pay' }, 400],
    [{ command: 'x' }, 400],
    [{ revision: 'one' }, 422],
    [{ action: 'hold', remindOn: 'soon' }, 422],
    [{ action: 'hold', remindOn: '2001-01-01' }, 422],
    [{ reason: 'x'.repeat(2001) }, 422],
  ];
  for (const [fields, status] of cases) {
    const response = await decideByForm(made, 'refuse', { reason: 'Too “dear” <for> us', ...fields });
    assert.is(response.status, status, JSON.stringify(fields));
    if (fields['name'] !== undefined) assert.match(await response.text(), /Too “dear” &lt;for(>|&gt;) us/);
  }
  assert.equal(await recorded(made), before);
  const other = await issued(app, 'quote');
  assert.is(
    (
      await form(app, `/d/${made.token}/${other.id}/decide`, {
        command: randomUUID(),
        action: 'accept',
        revision: '1',
        name: 'A',
        language: 'en',
      })
    ).status,
    404,
  );
  assert.is((await recorded(other)).status, 'issued');
});

test.run();
