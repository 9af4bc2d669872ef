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
const FILLING = 200;
const LONG = 'x'.repeat(100_000);

async function within<T>(
  work: (room: { say(text: string): Promise<void>; size(): number; heard(): number; reads(): boolean }) => Promise<T>,
): Promise<T> {
  const http = createServer();
  const io = new Server(http);
  io.engine.on('connection', watchUnread);
  io.on('connection', (socket) => void socket.join('room'));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const deaf = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  deaf.on('error', () => {});
  const reader = connect(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
  try {
    await once(deaf, 'open');
    deaf.send('40');
    let heard = 0;
    reader.on('batch', () => void (heard += 1));
    while (io.sockets.sockets.size < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    deaf.pause();
    return await work({
      async say(text) {
        io.to('room').emit('batch', text);
        // As commits do: one after the other.
        await new Promise((resolve) => setImmediate(resolve));
      },
      size: () => io.sockets.sockets.size,
      heard: () => heard,
      reads: () => reader.connected,
    });
  } finally {
    reader.close();
    deaf.terminate();
    await io.close();
  }
}

test('who does not take what is sent is cut off before much waits, and the others of its room are not', () =>
  within(async (room) => {
    let sent = 0;
    for (; sent < FILLING; sent += 1) await room.say(LONG);
    for (; sent < 5000 && room.size() === 2; sent += 1) await room.say('one more');
    assert.is(room.size(), 1, `${sent} were sent to one who reads nothing`);
    assert.ok(sent > 1000, `cut off after ${sent}`);
    assert.ok(room.reads());
    while (room.heard() < sent) await new Promise((resolve) => setTimeout(resolve, 10));
  }));

test('of what is long, fewer wait', () =>
  within(async (room) => {
    let sent = 0;
    for (; sent < 900 && room.size() === 2; sent += 1) await room.say(LONG);
    assert.is(room.size(), 1, `${sent} were sent to one who reads nothing`);
    assert.ok(room.reads());
  }));

test.run();
