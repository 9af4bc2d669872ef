import { lookup } from 'node:dns';
import { request as plain, type IncomingMessage } from 'node:http';
import { request as secure } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** One POST to an endpoint of the owner's. */
export interface Call {
  url: string;
  headers: Record<string, string>;
  /** JSON. */
  body: string;
}

/** What came back: a status with the first words of the answer, or why there was none. */
export type Answered = { status: number; detail: string | null } | { status: null; detail: string };

export interface Endpoints {
  /** Sends once, and follows no redirect. Never rejects. */
  post(call: Call): Promise<Answered>;
}

/** How much of an answer is read, in bytes: enough to see what is wrong. */
const ANSWER_BYTES = 1024;
const MAX_DETAIL = 500;

/**
 * Addresses nobody's endpoint has: link-local ones, behind which clouds keep the secrets of their machines, and those that mean "this
 * machine" without saying so. A private network may well have an endpoint. (OWASP: Server-Side Request Forgery)
 */
const REFUSED = blockListOf(
  ['0.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['100.100.100.200', 32, 'ipv4'],
  ['224.0.0.0', 4, 'ipv4'],
  ['255.255.255.255', 32, 'ipv4'],
  ['::', 128, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['fd00:ec2::254', 128, 'ipv6'],
  // The same in the notations that carry an IPv4 address: NAT64 (RFC 6052) and 6to4 (RFC 3056).
  ['64:ff9b::a9fe:0', 112, 'ipv6'],
  ['2002:a9fe::', 32, 'ipv6'],
);
const LOOPBACK = blockListOf(['127.0.0.0', 8, 'ipv4'], ['::1', 128, 'ipv6']);

/** `timeoutMs`: for all of it, from looking up the name to the end of the answer. */
export function openEndpoints(timeoutMs = 15_000): Endpoints {
  return {
    async post(call) {
      try {
        return await postOnce(call, AbortSignal.timeout(timeoutMs));
      } catch (error) {
        return { status: null, detail: wordsOf(error, timeoutMs) };
      }
    },
  };
}

function postOnce({ url, headers, body }: Call, signal: AbortSignal): Promise<Answered> {
  const target = new URL(url);
  const https = target.protocol === 'https:';
  const host = target.hostname.replace(/^\[|\]$/g, '');
  // What is an address already is not looked up.
  if (isIP(host) !== 0) check(host, https);
  const send = https ? secure : plain;
  return new Promise((resolve, reject) => {
    const sent = send(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), ...headers },
      lookup: checkedLookup(https),
      agent: false,
      signal,
    });
    let answered = false;
    sent.on('error', reject);
    sent.on('response', (response) => {
      answered = true;
      const status = response.statusCode ?? 0;
      // From here on the status counts, whatever becomes of the rest.
      sent.off('error', reject).on('error', () => {});
      readStart(response).then((detail) => {
        sent.destroy();
        resolve({ status, detail });
      }, reject);
    });
    // Neither is an answer: what is offered instead of one, and a connection that ends without a word.
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 101, detail: null });
    });
    sent.on('close', () => {
      if (!answered) reject(new Error('the connection was closed without an answer'));
    });
    sent.end(body);
  });
}

/** The first words of an answer; what breaks off says as much as it has said. */
async function readStart(response: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= ANSWER_BYTES) break;
    }
  } catch {
    // It has said what it has said.
  }
  return cleaned(Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString('utf8')) || null;
}

/** The name is looked up once, and the connection goes to the address that was looked at: it cannot change in between. */
function checkedLookup(https: boolean): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      try {
        for (const { address } of found) check(address, https);
      } catch (refused) {
        return done(refused as NodeJS.ErrnoException, []);
      }
      const [first] = found;
      if (options.all === true || !first) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

function check(address: string, https: boolean): void {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (REFUSED.check(address, family)) throw new Error(`the address ${address} is not allowed`);
  if (!https && !LOOPBACK.check(address, family)) throw new Error(`without https only this machine is allowed, not ${address}`);
}

function blockListOf(...subnets: [string, number, 'ipv4' | 'ipv6'][]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) list.addSubnet(...subnet);
  return list;
}

function wordsOf(error: unknown, timeoutMs: number): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || (error as Error).cause instanceof DOMException || code === 'ABORT_ERR')
    return `no answer within ${timeoutMs / 1000} s`;
  return cleaned(message || code || 'no connection');
}

/** One line that any database can hold. */
function cleaned(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .toWellFormed()
    .trim()
    .slice(0, MAX_DETAIL)
    .toWellFormed();
}
