import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openReceiver } from '../receiver.ts';
import { spawnEmulator, type Spawned, type SpawnOptions } from './spawn.ts';
import { line, sdk } from './support.ts';

const folder = await mkdtemp(join(tmpdir(), 'stripe-emulator-'));
test.after(() => rm(folder, { recursive: true }));

// A test that fails leaves none behind.
const opened: Spawned[] = [];
test.after.each(async () => {
  for (const emulator of opened.splice(0)) await emulator.close();
});
async function start(options: SpawnOptions): Promise<Spawned> {
  const emulator = await spawnEmulator(options);
  opened.push(emulator);
  return emulator;
}

const KEY = 'sk_test_process';
const account = { id: 'acct_process', keys: [{ secret: KEY }] };
const params = { mode: 'payment' as const, success_url: 'http://localhost:9/', line_items: [line(500)] };
const portOf = (url: string) => ({ port: Number(new URL(url).port) });

test('it speaks from another process, and ends with who started it', async () => {
  const emulator = await start({ accounts: [account] });
  const stripe = sdk(portOf(emulator.url), KEY);
  const { id } = await stripe.checkout.sessions.create(params);
  const { outcome } = await emulator.control('pay', { session: id, method: 'card', card: '4242424242424242' });
  assert.is(outcome, 'paid');
  await emulator.close();
  assert.not.ok(isAlive(emulator.pid));
});

test('it ends when its parent is killed', async () => {
  const parent = spawn(
    process.execPath,
    ['-e', `import('${join(import.meta.dirname, 'spawn.ts')}').then(({spawnEmulator})=>spawnEmulator()).then((e)=>console.log(e.pid))`],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [data] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(data.toString());
  assert.ok(isAlive(pid));
  parent.kill('SIGKILL');
  for (let i = 0; i < 100 && isAlive(pid); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.not.ok(isAlive(pid));
});

test('the control door wants its token, JSON, and names and fields it knows', async () => {
  const emulator = await start({ accounts: [account] });
  const knock = (name: string, body: string, headers: Record<string, string>) =>
    fetch(`${emulator.url}/_control/${name}`, { method: 'POST', body, headers });
  const json = { 'content-type': 'application/json' };
  const token = { authorization: `Bearer ${emulator.token}` };
  assert.is((await knock('events', '{}', json)).status, 403);
  assert.is((await knock('events', '{}', { ...json, authorization: 'Bearer x' })).status, 403);
  assert.is((await knock('events', '{}', { ...token, 'content-type': 'text/plain' })).status, 415);
  assert.is((await knock('events', '[]', { ...token, ...json })).status, 400);
  assert.is((await knock('constructor', '{}', { ...token, ...json })).status, 400);
  const unknown = await knock('events', '{"kind":"x"}', { ...token, ...json });
  assert.equal(await unknown.json(), { error: 'events has no kind' });
  await emulator.close();
});

test('what was kept is there after a restart, and what had not arrived is sent', async () => {
  const state = join(folder, 'state.json');
  const hook = await openReceiver();
  hook.answer = (response) => void response.writeHead(500).end();
  const endpoints = [{ url: hook.url, secret: 'whsec_process' }];
  const first = await start({ accounts: [{ ...account, endpoints }], state, retryMs: [60_000] });
  const before = sdk(portOf(first.url), KEY);
  const open = await before.checkout.sessions.create(params, { idempotencyKey: 'before' });
  const { id } = await before.checkout.sessions.create(params);
  await first.control('pay', { session: id, method: 'card', card: '4242424242424242' });
  await first.close();
  assert.equal(await readdir(folder), ['state.json']);
  const failed = hook.received.length;
  hook.answer = (response) => void response.writeHead(200).end();

  const second = await start({ accounts: [account], state });
  const after = sdk(portOf(second.url), KEY);
  const paid = await after.checkout.sessions.retrieve(id);
  assert.is(paid.payment_status, 'paid');
  assert.is((await after.checkout.sessions.create(params, { idempotencyKey: 'before' })).id, open.id);
  const again = await after.checkout.sessions.retrieve(open.id);
  assert.is(again.url, `${second.url}/c/pay/${open.id}`);
  assert.is((await fetch(again.url ?? '')).status, 200);
  for (let i = 0; i < 100 && hook.received.length < failed + 5; i += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is(hook.received.length, failed + 5);
  await second.close();
  hook.close();
});

test('debits are settled by themselves where the emulator was told how long they take', async () => {
  const emulator = await start({ accounts: [account], settleMs: 100 });
  const stripe = sdk(portOf(emulator.url), KEY);
  const { id } = await stripe.checkout.sessions.create(params);
  await emulator.control('pay', { session: id, method: 'sepa_debit', iban: 'DE89370400440532013000' });
  const slow = await stripe.checkout.sessions.create(params);
  await emulator.control('pay', { session: slow.id, method: 'sepa_debit', iban: 'DE08370400440532013003' });
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.is((await stripe.checkout.sessions.retrieve(id)).payment_status, 'paid');
  assert.is((await stripe.checkout.sessions.retrieve(slow.id)).payment_status, 'unpaid');
  await emulator.control('clock', { advance: 181 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.is((await stripe.checkout.sessions.retrieve(slow.id)).payment_status, 'paid');
  await emulator.close();
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.run();
