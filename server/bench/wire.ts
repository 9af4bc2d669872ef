import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { PROTOCOL, type Batch, type CommandAnswer, type JoinAnswer } from '../../shared/protocol.ts';

/**
 * A Socket.IO client of the bare necessities: one WebSocket, the packets a page sends written as text. The load generator shares the
 * machine with what it measures; the real client would cost as much as the server.
 * (Engine.IO protocol 4, Socket.IO protocol 5: `40` connect, `42` event, `43` acknowledgement, `2`/`3` ping and pong.)
 */
export interface Wire {
  /** Sends an event that is acknowledged; resolves to the first argument of the answer. */
  ask<T>(event: string, data: unknown): Promise<T>;
  /** Sends a command under a fresh id. */
  command(name: string, input: unknown): Promise<CommandAnswer>;
  /** Joins a stream at a cursor. */
  join(stream: string, cursor: number): Promise<JoinAnswer>;
  /** Batches as they arrive. */
  onBatch: ((batch: Batch) => void) | null;
  /** The text of each event's frame, before it is read: what only counts need not parse. */
  onFrame: ((text: string) => void) | null;
  close(): void;
  closed: Promise<void>;
}

export function openWire(url: string, auth: Record<string, unknown>, options: { cookie?: string; origin?: string } = {}): Promise<Wire> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, {
    headers: { origin: options.origin ?? url, ...(options.cookie ? { cookie: options.cookie } : {}) },
    perMessageDeflate: false,
  });
  const waiting = new Map<number, (data: unknown) => void>();
  let asked = 0;
  const wire: Wire = {
    ask(event, data) {
      const id = (asked += 1);
      socket.send(`42${id}${JSON.stringify([event, data])}`);
      return new Promise((resolve) => waiting.set(id, resolve as (data: unknown) => void));
    },
    command: (name, input) => wire.ask('command', { id: randomUUID(), name, input }),
    join: (stream, cursor) => wire.ask('join', { protocol: PROTOCOL, stream, cursor, document: null }),
    onBatch: null,
    onFrame: null,
    close: () => socket.close(),
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  };
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
    socket.on('message', (raw: Buffer) => {
      const text = raw.toString('utf8');
      if (text === '2') return socket.send('3');
      if (text.startsWith('0')) return socket.send(`40${JSON.stringify({ protocol: PROTOCOL, ...auth })}`);
      if (text.startsWith('40')) return resolve(wire);
      if (text.startsWith('44')) return reject(new Error(text));
      if (text.startsWith('43')) {
        const bracket = text.indexOf('[');
        const id = Number(text.slice(2, bracket));
        const answer = waiting.get(id);
        waiting.delete(id);
        return answer?.((JSON.parse(text.slice(bracket)) as unknown[])[0]);
      }
      if (!text.startsWith('42')) return;
      wire.onFrame?.(text);
      if (!wire.onBatch) return;
      const [event, data] = JSON.parse(text.slice(2)) as [string, unknown];
      if (event === 'batch') wire.onBatch(data as Batch);
    });
  });
}
