import { randomBytes } from 'node:crypto';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { MailDev } from 'maildev';
import type { InboxPorts, InboxSettings } from './inbox.ts';

/** How many mails are kept. */
const KEPT = 1000;
const LOOPBACK = '127.0.0.1';

const { folder, port, path } = workerData as InboxSettings;

/**
 * maildev lets any page of any site read its answers, and tells its path at every address. So it listens behind a password
 * only this file knows, and what stands before it answers under the secret path alone.
 */
const password = randomBytes(24).toString('base64url');
const authorization = `Basic ${Buffer.from(`inbox:${password}`).toString('base64')}`;

const inbox = new MailDev({
  smtp: 0,
  ip: LOOPBACK,
  web: 0,
  webIp: LOOPBACK,
  basePathname: path,
  webUser: 'inbox',
  webPass: password,
  mailDirectory: folder,
  maxEmails: KEPT,
  silent: true,
});
const servers = await inbox.start();
const behind = servers.api?.getPort() ?? 0;

function forward(asked: IncomingMessage) {
  const headers = { ...asked.headers, authorization };
  return request({ host: LOOPBACK, port: behind, method: asked.method, path: asked.url, headers });
}

const isOurs = (url = '') => url === path || url.startsWith(`${path}/`);

const front = createServer((asked, answer) => {
  if (!isOurs(asked.url)) return void answer.writeHead(404).end();
  const sent = forward(asked);
  sent.on('response', (got) => {
    const headers = Object.entries(got.headers).filter(([name]) => !name.startsWith('access-control-'));
    answer.writeHead(got.statusCode ?? 502, Object.fromEntries(headers));
    got.pipe(answer);
  });
  sent.on('error', () => answer.writeHead(502).end());
  asked.pipe(sent);
});

// New mails appear by themselves over a WebSocket.
front.on('upgrade', (asked, near, head) => {
  if (!isOurs(asked.url)) return void near.destroy();
  const sent = forward(asked);
  sent.on('upgrade', (got, far, rest) => {
    const lines = got.rawHeaders.reduce((text, part, i) => text + part + (i % 2 === 0 ? ': ' : '\r\n'), '');
    near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
    near.write(rest);
    far.write(head);
    far.pipe(near).pipe(far);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const)
      socket.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  sent.on('response', () => near.destroy());
  sent.on('error', () => near.destroy());
  sent.end();
});

function listen(at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    front.once('error', (error: NodeJS.ErrnoException) => {
      if (at === 0 || error.code !== 'EADDRINUSE') reject(error);
      else resolve(listen(0));
    });
    front.listen(at, LOOPBACK, () => resolve((front.address() as AddressInfo).port));
  });
}

const web = await listen(port);
parentPort?.postMessage({ smtp: servers.smtp.getPort(), web } satisfies InboxPorts);
