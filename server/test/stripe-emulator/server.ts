import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerApi, type Api } from './api.ts';
import { answerPage } from './hosted/door.ts';
import { runVerb, type Emulation } from './verbs.ts';

const MAX_BODY_BYTES = 1_000_000;

export interface Parts {
  api: Api;
  emulation: Emulation;
  /** Guards the control door. */
  token: string;
  onChange(): void;
}

interface Incoming {
  method: string;
  path: string;
  query: string;
  body: string;
}

/** The one HTTP server of the emulator: the API, the hosted page, and the control door. What comes in early waits for the parts. */
export function openServer(parts: Promise<Parts>): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
}

async function handle(ready: Promise<Parts>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts = await ready;
  const body = await bodyOf(request);
  if (body === null) return void response.writeHead(413).end();
  const { pathname: path, search } = new URL(request.url ?? '/', 'http://localhost');
  const incoming = { method: request.method ?? 'GET', path, query: search.slice(1), body };
  if (path.startsWith('/_control/')) return control(parts, request, response, incoming);
  const page = path.startsWith('/v1/')
    ? null
    : answerPage(parts.emulation.world, { ...incoming, language: request.headers['accept-language'] });
  if (page) {
    parts.onChange();
    return void response.writeHead(page.status, page.headers).end(page.body);
  }
  const answer = await answerApi(parts.api, { ...incoming, headers: request.headers });
  parts.onChange();
  if (answer === 'hang') return;
  if (answer === 'reset') return void request.socket.resetAndDestroy();
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** The control door: JSON in, `{result}` or `{error}` out. */
async function control(parts: Parts, request: IncomingMessage, response: ServerResponse, { method, path, body }: Incoming): Promise<void> {
  const reply = (status: number, answer: object) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  const [, token = ''] = (request.headers.authorization ?? '').split(' ');
  if (!isLoopback(request.socket.remoteAddress) || !sameText(token, parts.token))
    return reply(403, { error: 'the control token is missing' });
  // A page of another site can send neither this type nor the token.
  if (method !== 'POST' || request.headers['content-type'] !== 'application/json') return reply(415, { error: 'POST JSON' });
  try {
    const result = await runVerb(parts.emulation, path.slice('/_control/'.length), objectOf(body));
    parts.onChange();
    reply(200, { result });
  } catch (error) {
    reply(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function objectOf(body: string): object {
  const value: unknown = JSON.parse(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('the body is no object');
  return value;
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isLoopback(address: string | undefined): boolean {
  return address === '127.0.0.1' || address === '::1' || address === '::ffff:127.0.0.1';
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
