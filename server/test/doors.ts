import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import type { Kind } from '../../shared/document.ts';
import { PROTOCOL, type ClientToServer, type CommandAnswer, type ServerToClient } from '../../shared/protocol.ts';
import type { App } from '../app.ts';
import type { TestApp } from './harness.ts';

/** Short ways through the real doors, for the tests of this folder. */

export type LivePage = Socket<ServerToClient, ClientToServer>;

/** A document that came in over the API, and the secret link that opens it. */
export interface Made {
  id: string;
  deal: string;
  number: string;
  /** The whole address, and its last part. */
  link: string;
  token: string;
}

export const LINE = { description: 'Work', quantity: '2', unitPrice: '100.00', vat: { category: 'S', rate: '20' } };
export const CLIENT = { name: 'Anne Ltd', contacts: [{ name: 'Anne Martin', email: 'anne@example.com', language: 'en' }] };

/** Sends a document to the API and issues it at once. */
export async function issued(app: TestApp, kind: Kind, extra: Record<string, unknown> = {}): Promise<Made> {
  const body = { kind, language: 'en', lines: [LINE], ...(extra['follows'] ? {} : { client: CLIENT }), ...extra };
  const answer = await app.api('POST', '/documents?issue=true', body);
  if (answer.status !== 201) throw new Error(`the API refused a ${kind}: ${JSON.stringify(answer.body)}`);
  return madeFrom(answer.body as { id: string; deal: string; number: string; link: string });
}

export function madeFrom(body: { id: string; deal: string; number: string; link: string }): Made {
  return { id: body.id, deal: body.deal, number: body.number, link: body.link, token: body.link.split('/').at(-1) ?? '' };
}

/** Connects as a page does; rejects with the code of the refusal. */
export function connect(app: App, auth: Record<string, unknown>, headers: Record<string, string> = {}): Promise<LivePage> {
  const socket: LivePage = io(app.url, {
    auth: { protocol: PROTOCOL, ...auth },
    extraHeaders: headers,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', (error) => {
      socket.close();
      reject(error);
    });
  });
}

/** Sends a command over a socket; `id` is fresh unless given. */
export function send(socket: LivePage, name: string, input: unknown, id: string = randomUUID()): Promise<CommandAnswer> {
  const any = socket as unknown as { timeout(ms: number): { emitWithAck(event: string, data: unknown): Promise<CommandAnswer> } };
  return any.timeout(30_000).emitWithAck('command', { id, name, input });
}

/** Sends a plain form as a browser without JavaScript does. */
export function form(app: App, path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${app.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: app.url, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields),
  });
}

export interface Answered {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request from an address of its own (`127.0.0.<n>`), so that the throttles of one test do not meet another. */
export function ask(
  app: App,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string | Buffer; from?: number } = {},
): Promise<Answered> {
  const { hostname, port } = new URL(app.url);
  const length = options.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(options.body)) };
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        hostname,
        port,
        method,
        path,
        headers: { ...length, ...options.headers },
        localAddress: `127.0.0.${options.from ?? 1}`,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

/** Waits for a condition, a little at a time. */
export async function until<T>(condition: () => T | Promise<T>, what: string, ms = 15_000): Promise<NonNullable<T>> {
  const end = Date.now() + ms;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How many events a company has. */
export async function seqOf(app: TestApp, company = app.company): Promise<number> {
  const [row] = await app.em().execute<{ seq: string }[]>('select seq from companies where id = ?', [company]);
  return Number(row?.seq);
}
