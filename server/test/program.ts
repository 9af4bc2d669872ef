import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { App } from '../app.ts';
import { until } from './doors.ts';

/** The real program, started as a child, for the tests of starting, stopping and dying. */

const ROOT = join(import.meta.dirname, '../..');

const folders: string[] = [];
const running = new Set<ChildProcess>();

/** Ends what still runs and takes the folders away: for `test.after`. */
export function cleanUp(): void {
  for (const child of running) child.kill('SIGKILL');
  for (const made of folders) rmSync(made, { recursive: true, force: true });
}

/** An empty folder. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'wd-start-'));
  folders.push(made);
  return made;
}

/** A port nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A program of its own. */
export interface Started {
  child: ChildProcess;
  output: () => string;
  /** Resolves to the exit code, or the name of the signal. */
  ended: Promise<number | string>;
  /** Once the table is printed: the address it serves at. */
  url: string;
  /** It is a server: it may run as long as the test. */
  stays: () => void;
}

/** Runs a file of the server with nothing of our own environment but what is given. */
export function run(file: string, args: string[], env: Record<string, string>): Started {
  const child = spawn(process.execPath, [join(ROOT, file), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOG_LEVEL: 'error', ...env },
  });
  running.add(child);
  let text = '';
  const hear = (data: Buffer) => void (text += data.toString());
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  // Whatever is not a server that keeps running must end by itself.
  const hung: NodeJS.Timeout = setTimeout(() => void child.kill('SIGKILL'), 45_000);
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
    running.delete(child);
    clearTimeout(hung);
    return (code ?? signal) as number | string;
  });
  return { child, output: () => text, ended, url: '', stays: () => clearTimeout(hung) };
}

/** Starts the program and waits until it has said where it is. */
export async function start(env: Record<string, string>): Promise<Started> {
  const started = run('server/main.ts', [], env);
  started.stays();
  const gone = started.ended.then((code) => {
    throw new Error(`ended with ${code}:\n${started.output()}`);
  });
  gone.catch(() => null);
  await Promise.race([until(() => /webdocument is ready[^]*Data:? +\S+\n/.test(started.output()), 'the program is ready', 60_000), gone]);
  return { ...started, url: /http:\/\/127\.0\.0\.1:\d+/.exec(started.output())?.[0] ?? '' };
}

/** Ends it by SIGTERM, which must go well. */
export async function stop(started: Started): Promise<void> {
  started.child.kill('SIGTERM');
  assert.is(await started.ended, 0, started.output());
}

/** Runs the command line. */
export async function cli(args: string[], env: Record<string, string>): Promise<{ code: number | string; out: string; all: string }> {
  const started = run('server/cli.ts', args, env);
  let out = '';
  started.child.stdout?.on('data', (data: Buffer) => void (out += data.toString()));
  return { code: await started.ended, out, all: started.output() };
}

/** As far as the helpers of `doors.ts` need one. */
export const asApp = (started: Started) => ({ url: started.url }) as App;

/** Asks the API of a started program. */
export async function api(started: Started, key: string, method: string, path: string, body?: unknown) {
  const headers = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await fetch(`${started.url}/api/v1${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
