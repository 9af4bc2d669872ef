import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync, mkdirSync, statSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import type { App } from '../app.ts';
import { ask } from './doors.ts';
import type { TestApp } from './harness.ts';

/** Short ways to send and to get files, for the tests of this folder. */

export const PDF = Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n');
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const EXE = Buffer.concat([Buffer.from('4d5a90000300000004000000ffff0000', 'hex'), Buffer.alloc(2000)]);

export interface Sent {
  status: number;
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** Sends a file as the pages do: a multipart form with the upload's id before the file. */
export async function upload(
  app: App,
  path: string,
  bytes: Buffer,
  options: { name?: string; id?: string; headers?: Record<string, string> } = {},
): Promise<Sent> {
  const form = new FormData();
  form.append('id', options.id ?? randomUUID());
  form.append('file', new Blob([new Uint8Array(bytes)]), options.name ?? 'plan.pdf');
  const written = new Response(form);
  const headers = { origin: app.url, 'content-type': written.headers.get('content-type') ?? '', ...options.headers };
  // A connection for each: one that is kept may just be closed when the machine is busy.
  const answer = await ask(app, 'POST', path, { headers, body: Buffer.from(await written.arrayBuffer()) });
  return { status: answer.status, body: JSON.parse(answer.body) };
}

/** The raw bytes of such a form, to be sent piece by piece. */
export function formBytes(bytes: Buffer, name = 'plan.pdf', id: string = randomUUID()): { type: string; body: Buffer } {
  const part = (head: string) => `--xyz\r\nContent-Disposition: form-data; ${head}`;
  const before = `${part('name="id"')}\r\n\r\n${id}\r\n${part(`name="file"; filename="${name}"`)}\r\n\r\n`;
  return { type: 'multipart/form-data; boundary=xyz', body: Buffer.concat([Buffer.from(before), bytes, Buffer.from('\r\n--xyz--\r\n')]) };
}

/** A connection that has sent the head of a request, and what it hears. */
export async function rawPost(
  app: App,
  path: string,
  headers: Record<string, string>,
): Promise<{ socket: Socket; heard: () => string; closed: () => boolean }> {
  const { hostname, port } = new URL(app.url);
  const socket = connectTcp(Number(port), hostname);
  let heard = '';
  let closed = false;
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  socket.on('error', () => {});
  socket.on('close', () => (closed = true));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const lines = Object.entries({ host: `${hostname}:${port}`, origin: app.url, ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return { socket, heard: () => heard, closed: () => closed };
}

/** Every file there is in the storage, half ones included, by its path in it. */
export function stored(app: TestApp): string[] {
  return globSync('**/*', { cwd: app.filesDir }).filter((path) => statSync(join(app.filesDir, path)).isFile());
}

export interface FileRow {
  id: string;
  name: string;
  sha256: string;
  waiting: boolean;
  document_id: string;
}

export async function rows(app: TestApp): Promise<FileRow[]> {
  return app.em().execute<FileRow[]>('select id, name, sha256, waiting, document_id from files order by at, position');
}

/** How many bytes the company's files take, as it is kept, and as it is counted anew. */
export async function room(app: TestApp): Promise<[number, number]> {
  const [row] = await app
    .em()
    .execute<{ kept: string; counted: string }[]>(
      'select file_bytes as kept, (select coalesce(sum(bytes), 0) from files f where f.company_id = c.id) as counted from companies c where id = ?',
      [app.company],
    );
  return [Number(row?.kept), Number(row?.counted)];
}

/** Runs `work` with so little room for files (`size` as `mount` has it); leaves it out, with a word, where no tmpfs can be mounted. */
export async function onSmallDisk(app: TestApp, size: string, work: () => Promise<void>): Promise<void> {
  mkdirSync(app.filesDir, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', app.filesDir], { stdio: 'ignore' });
  } catch {
    return void process.stdout.write('left out: a full disk (no tmpfs can be mounted here)\n');
  }
  try {
    await work();
  } finally {
    execFileSync('umount', ['-l', app.filesDir]);
  }
}
