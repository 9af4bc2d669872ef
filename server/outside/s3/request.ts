import { createReadStream } from 'node:fs';
import { Agent as PlainAgent, request as plain, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secure } from 'node:https';
import { pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';

/** A bucket of S3, or of a store that speaks as it does, and who we are there. */
export interface S3Place {
  /** Scheme, host and port; the bucket stands in the path, as every such store understands it. */
  origin: string;
  bucket: string;
  /** What all keys begin with: empty, or with a slash at its end. */
  prefix: string;
  /** null: what the host's name says, else us-east-1. */
  region: string | null;
  key: string;
  secret: string;
}

/** One request about the bucket, or about one object of it. */
export interface S3Request {
  method: 'GET' | 'PUT' | 'DELETE';
  /** Without the prefix. */
  key?: string;
  query?: Record<string, string>;
  /** First and last byte. */
  range?: { start: number; end: number };
  /** A file, whose hash the store compares with what it has got. */
  body?: { path: string; bytes: number; sha256: string };
}

/** What the store answered in place of what was asked for, or that it did not answer. Says nothing of keys and signatures. */
export class S3Error extends Error {
  readonly status: number | null;
  /** The store's own word (`SlowDown`, `NoSuchKey`), or the code of the connection's fault. */
  readonly code: string;
  constructor(status: number | null, code: string) {
    super(status === null ? `no answer: ${code}` : `answered ${status}: ${code}`);
    this.status = status;
    this.code = code;
  }
}

/** Sends signed requests; a passing fault is tried again, a few times. Throws S3Error. */
export type AskS3 = <T>(request: S3Request, read: (response: IncomingMessage) => T | Promise<T>) => Promise<T>;

/** How patient we are: milliseconds without a byte in either direction, and tries. */
export interface Patience {
  silentMs: number;
  tries: number;
  pauseMs: number;
}

/** Below what a browser's upload waits for its answer, and long enough for a line that is slow. */
export const PATIENCE: Patience = { silentMs: 25_000, tries: 3, pauseMs: 200 };
/** The most that is read of a refusal. */
const ERROR_BYTES = 20_000;
/** Faults of a busy store; those of a connection are passing, too, but for silence, which has taken its time already. */
const PASSING = new Set([429, 500, 502, 503, 504]);
const PASSING_CODES = new Set(['RequestTimeout', 'OperationAborted', 'SlowDown']);
const PARTIAL = 206;
const SILENT = 'ETIMEDOUT';

export function createAsk(place: S3Place, patience: Patience): AskS3 {
  const https = place.origin.startsWith('https:');
  // As many connections as there are readers: those who read slowly keep nobody waiting.
  const agent = https ? new SecureAgent({ keepAlive: true }) : new PlainAgent({ keepAlive: true });
  const send = https ? secure : plain;
  /** Signing keys of the day. */
  const cache = new Map<string, ArrayBuffer>();

  async function signed({ method, key, query, body }: S3Request): Promise<{ url: URL; headers: Record<string, string> }> {
    const url = new URL(`${place.origin}/${place.bucket}${key === undefined ? '' : `/${place.prefix}${key}`}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const signer = new AwsV4Signer({
      method,
      url: url.href,
      service: 's3',
      accessKeyId: place.key,
      secretAccessKey: place.secret,
      cache,
      ...(place.region === null ? {} : { region: place.region }),
      ...(body ? { headers: { 'x-amz-content-sha256': body.sha256 } } : {}),
    });
    return { url, headers: Object.fromEntries((await signer.sign()).headers) };
  }

  async function once(asked: S3Request): Promise<IncomingMessage> {
    const { method, range, body } = asked;
    const { url, headers } = await signed(asked);
    if (range) headers['range'] = `bytes=${range.start}-${range.end}`;
    if (body) Object.assign(headers, { 'content-length': String(body.bytes), 'content-type': 'application/octet-stream' });
    return new Promise((resolve, reject) => {
      const sent = send(url, { method, headers, agent, timeout: patience.silentMs });
      let answer: IncomingMessage | null = null;
      sent.on('response', (response) => resolve((answer = response)));
      const tooLong = () => {
        if (answer?.complete) return;
        // Whoever reads slowly keeps the store waiting, not the other way round; node says it once, so the time begins anew.
        if (answer && answer.readableLength >= answer.readableHighWaterMark)
          return void answer.socket.setTimeout(patience.silentMs).once('timeout', tooLong);
        const silent = Object.assign(new Error('the file store fell silent'), { code: SILENT });
        (answer ?? sent).destroy(silent);
      };
      sent.on('timeout', tooLong);
      // After an answer there may still be one: what was to be sent is no longer wanted.
      sent.on('error', reject);
      if (body) pipeline(createReadStream(body.path), sent, (error) => void (error && reject(error)));
      else sent.end();
    });
  }

  return async (asked, read) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await once(asked);
        const status = response.statusCode ?? 0;
        if (status < 200 || status > 299) throw new S3Error(status, await codeIn(response));
        // A store that gives the whole in place of a part would be taken at its word.
        if (asked.range && status !== PARTIAL) {
          response.destroy();
          throw new S3Error(status, 'NoRange');
        }
        return await read(response);
      } catch (error) {
        const fault = error instanceof S3Error ? error : new S3Error(null, String((error as NodeJS.ErrnoException).code ?? error));
        if (!isPassing(fault) || tries >= patience.tries) throw fault;
        await delay(patience.pauseMs * 4 ** (tries - 1) * (0.5 + Math.random()));
      }
    }
  };
}

function isPassing({ status, code }: S3Error): boolean {
  return status === null ? code !== SILENT : PASSING.has(status) || PASSING_CODES.has(code);
}

/** The code of an answer that is a refusal; stores behind a proxy answer in other words than theirs, too. */
async function codeIn(response: IncomingMessage): Promise<string> {
  const text = await readText(response, ERROR_BYTES).catch(() => '');
  // It may have come before all of a file was sent.
  response.destroy();
  return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? 'unknown';
}

/** At most so many bytes of an answer, as text. Throws when it breaks off. */
export async function readText(response: IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > limit) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
