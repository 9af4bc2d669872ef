import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';

/** The floor of the first view: Koa and nothing else, sending the bytes of a page, packed as we send it, from memory. */
const body = readFileSync(process.env['BODY'] ?? '');
const app = new Koa();
app.use((ctx) => {
  ctx.type = 'html';
  ctx.set('content-encoding', 'br');
  ctx.set('cache-control', 'private, no-store');
  ctx.body = body;
});
const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`),
);
