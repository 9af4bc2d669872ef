import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Place } from '../outside/s3/index.ts';
import { faultOfSignature } from './s3-signature.ts';

/**
 * An S3 store for tests: s3rver keeps the objects, and before it stands what a real store has and s3rver has not. Signatures and the hash
 * of what comes in are checked, an object is there whole or not at all, and one request is done after the other. Here it is also made to fail.
 */
export interface TestStore {
  /** Who may come in, and where. */
  place: S3Place;
  /** The same, as S3_URL has it. */
  url: string;
  /** Asked at each request; what it answers goes wrong. */
  trouble: ((asked: Asked) => Trouble | null | Promise<Trouble | null>) | null;
  /** Every request so far, as `PUT ab/12…`. */
  requests: string[];
  /** The keys of the objects, without the prefix. */
  keys(): string[];
  /** Says that an object was written then. */
  writtenAt(key: string, at: Date): void;
  /** Nobody answers any more; and somebody does again. */
  leave(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** A request to the store; the key is without the prefix, and empty for a list. */
export interface Asked {
  method: string;
  key: string;
}

export type Trouble =
  | { status: number; code: string }
  /** The connection is reset: before an answer, when half of the body has come in, or when half of the answer has gone out. */
  | 'reset'
  | 'reset in the middle'
  /** No answer ever, or no more of it than half. */
  | 'silence'
  | 'silence in the middle'
  /** The whole is given where a part was asked for. */
  | 'no range'
  /** Half of the answer, said to be all of it. */
  | 'half';

interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}

const KEY = 'TESTKEY';
/** As Amazon makes them: with characters that an address must write otherwise. */
const SECRET = 'a/secret+with=signs';
const BUCKET = 'files';
const PREFIX = 'some/folder/';
const SUFFIX = '._S3rver_object';

export async function openStore(): Promise<TestStore> {
  const dir = mkdtempSync(join(tmpdir(), 'wd-s3-'));
  const emulated = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;
  const behind = new emulated({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: dir,
    vhostBuckets: false,
    configureBuckets: [{ name: BUCKET }],
  });
  const { port } = await behind.run();
  const keys = new Map([[KEY, SECRET]]);
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const objectPath = (key: string) => join(dir, BUCKET, `${PREFIX}${key}${SUFFIX}`);
  let turn: Promise<unknown> = Promise.resolve();
  let server = await listen(0);

  async function listen(at: number): Promise<Server> {
    const made = createServer((request, response) => void serve(request, response).catch(() => response.destroy()));
    made.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    });
    made.listen(at, '127.0.0.1');
    await once(made, 'listening');
    return made;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: target = '' } = request;
    const path = target.split('?')[0] ?? '';
    const asked = { method, key: path.startsWith(`/${BUCKET}/${PREFIX}`) ? path.slice(`/${BUCKET}/${PREFIX}`.length) : '' };
    requests.push(`${method} ${asked.key}`);
    const trouble = (await store.trouble?.(asked)) ?? null;
    if (trouble === 'silence') return;
    if (trouble === 'no range') delete request.headers.range;
    if (trouble === 'reset') return void request.socket.resetAndDestroy();
    const chunks: Buffer[] = [];
    const declared = Number(request.headers['content-length'] ?? 0);
    let got = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      got += chunk.byteLength;
      if (trouble === 'reset in the middle' && got >= declared / 2) return void request.socket.resetAndDestroy();
    }
    const body = Buffer.concat(chunks);
    const fault = typeof trouble === 'object' && trouble ? trouble : faultOf(request, method, target, body);
    if (fault) return void response.writeHead(fault.status, { 'content-type': 'application/xml' }).end(errorXml(fault.code));
    const passing = turn.then(() => pass(method, target, request, body));
    turn = passing.catch(() => null);
    const answer = await passing;
    const half = answer.body.subarray(0, answer.body.length / 2);
    if (trouble === 'half') return void response.end(half);
    response.writeHead(answer.status, answer.headers);
    if (trouble === 'silence in the middle') response.write(half);
    else if (trouble === 'reset in the middle') response.write(half, () => request.socket.resetAndDestroy());
    else response.end(answer.body);
  }

  function faultOf(request: IncomingMessage, method: string, target: string, body: Buffer): { status: number; code: string } | null {
    const unsigned = faultOfSignature({ method, target, headers: request.headers }, keys);
    if (unsigned !== null) return { status: 403, code: unsigned };
    const hash = request.headers['x-amz-content-sha256'];
    if (method !== 'PUT') return null;
    if (request.headers['content-length'] === undefined) return { status: 411, code: 'MissingContentLength' };
    return hash === createHash('sha256').update(body).digest('hex') ? null : { status: 400, code: 'XAmzContentSHA256Mismatch' };
  }

  /** Hands it to s3rver, which is not asked who is asking. */
  async function pass(method: string, target: string, request: IncomingMessage, body: Buffer) {
    const url = `http://127.0.0.1:${port}${target}`;
    const headers: Record<string, string> = { 'x-amz-date': String(request.headers['x-amz-date']), connection: 'close' };
    if (request.headers.range !== undefined) headers['range'] = request.headers.range;
    const answer = await fetch(url, { method, headers, ...(method === 'PUT' ? { body: new Uint8Array(body) } : {}) });
    const bytes = Buffer.from(await answer.arrayBuffer());
    // It answers a little before the file is written.
    const written = async () => Number((await fetch(url, { method: 'HEAD', headers })).headers.get('content-length')) === body.length;
    if (method === 'PUT' && answer.ok) while (!(await written()));
    const kept = ['content-type', 'content-range', 'etag', 'last-modified'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return { status: answer.status, headers: { ...Object.fromEntries(kept), 'content-length': String(bytes.length) }, body: bytes };
  }

  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const store: TestStore = {
    place: { origin, bucket: BUCKET, prefix: PREFIX, region: null, key: KEY, secret: SECRET },
    url: `${origin.replace('//', `//${KEY}:${encodeURIComponent(SECRET)}@`)}/${BUCKET}/${PREFIX}`,
    trouble: null,
    requests,
    keys: () =>
      globSync(`**/*${SUFFIX}`, { cwd: join(dir, BUCKET) })
        .map((path) => path.slice(PREFIX.length, -SUFFIX.length))
        .sort(),
    writtenAt: (key, at) => utimesSync(objectPath(key), at, at),
    async leave() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
    async comeBack() {
      server = await listen(Number(new URL(origin).port));
    },
    async close() {
      if (server.listening) await store.leave();
      await behind.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  mkdirSync(join(dir, BUCKET), { recursive: true });
  return store;
}

function errorXml(code: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>in words</Message></Error>`;
}
