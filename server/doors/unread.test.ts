import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import WebSocket from 'ws';
import { watchUnread } from './unread.ts';

/** More than the buffers of a connection take. */
const FILLING = { count: 400, text: 'x'.repeat(100_000) };

test('who does not take what is sent is cut off before much waits, and the others of its room are not', async () => {
  const http = createServer();
  const io = new Server(http);
  io.engine.on('connection', watchUnread);
  io.on('connection', (socket) => void socket.join('room'));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const deaf = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  deaf.on('error', () => {});
  await once(deaf, 'open');
  deaf.send('40');
  const reads = connect(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
  let heard = 0;
  reads.on('batch', () => void (heard += 1));
  while (io.sockets.sockets.size < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  deaf.pause();

  const say = async (text: string) => {
    io.to('room').emit('batch', text);
    // As commits do: one after the other.
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (let i = 0; i < FILLING.count; i += 1) await say(FILLING.text);
  let sent = FILLING.count;
  for (; sent < 5000 && io.sockets.sockets.size === 2; sent += 1) await say('one more');
  assert.is(io.sockets.sockets.size, 1, `${sent} were sent to one who reads nothing`);
  assert.ok(sent > 1000, `cut off after ${sent}`);
  assert.ok(reads.connected);
  while (heard < sent) await new Promise((resolve) => setTimeout(resolve, 10));
  reads.close();
  deaf.terminate();
  await io.close();
});

test.run();
