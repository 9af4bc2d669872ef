import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { PROTOCOL } from '../../shared/protocol.ts';

/** A WebSocket that sends what nobody's program would: bytes are put on the wire as they are. (RFC 6455, 5.2) */
export interface Raw {
  /** Text frames that came in, oldest first. */
  readonly heard: readonly string[];
  /** The connection is gone, or the server has said goodbye. */
  readonly closed: boolean;
  /** The code of the close frame, where one came. */
  readonly code: number | null;
  text(text: string): void;
  binary(bytes: Buffer): void;
  /** A frame of one's own making: first byte (FIN, reserved bits, opcode), payload, and whether it is masked as it must be. */
  frame(first: number, payload: Buffer, masked?: boolean): void;
  /** From now on nothing is read any more. */
  deafen(): void;
  /** Resolves to the first text frame that fits, whether it has come already; null when none comes within `ms`. */
  hear(fits: (text: string) => boolean, ms?: number): Promise<string | null>;
  destroy(): void;
}

const FIN_TEXT = 0x81;
const FIN_BINARY = 0x82;
const CLOSE = 0x8;
const WAIT_MS = 5000;

/** Connects to a server's Socket.IO as far as the WebSocket is open. */
export async function openRaw(port: number): Promise<Raw> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const heard: string[] = [];
  const waiting = new Set<() => void>();
  let closed = false;
  let code: number | null = null;
  let rest: Buffer = Buffer.alloc(0);
  let upgraded = false;
  const look = () => {
    for (const one of [...waiting]) one();
  };

  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    if (!upgraded) {
      const end = rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      upgraded = rest.subarray(0, 12).toString() === 'HTTP/1.1 101';
      rest = rest.subarray(end + 4);
      if (!upgraded) return void socket.destroy();
    }
    for (let frame = readFrame(rest); frame !== null; frame = readFrame(rest)) {
      rest = rest.subarray(frame.length);
      if (frame.opcode === 1) heard.push(frame.payload.toString());
      if (frame.opcode !== CLOSE) continue;
      closed = true;
      if (frame.payload.length >= 2) code = frame.payload.readUInt16BE(0);
    }
    look();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
    look();
  });

  const raw: Raw = {
    heard,
    get closed() {
      return closed;
    },
    get code() {
      return code;
    },
    text: (text) => raw.frame(FIN_TEXT, Buffer.from(text)),
    binary: (bytes) => raw.frame(FIN_BINARY, bytes),
    frame: (first, payload, masked = true) => void writeFrame(socket, first, payload, masked),
    deafen: () => void socket.pause(),
    hear(fits, ms = WAIT_MS) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => end(null), ms);
        const end = (text: string | null) => {
          clearTimeout(timer);
          waiting.delete(one);
          resolve(text);
        };
        const one = () => {
          const found = heard.find(fits);
          if (found !== undefined) end(found);
          else if (closed) end(null);
        };
        waiting.add(one);
        one();
      });
    },
    destroy: () => void socket.destroy(),
  };
  const lines = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  if ((await raw.hear((text) => text.startsWith('0{'))) === null) throw new Error('no WebSocket was opened');
  return raw;
}

/** Enters with a secret link, as a page does, and follows a deal from a cursor on. */
export async function enter(raw: Raw, token: string, deal: string, cursor = 0): Promise<void> {
  raw.text(`40${JSON.stringify({ protocol: PROTOCOL, link: token })}`);
  if ((await raw.hear((text) => text.startsWith('40{'))) === null) throw new Error('a right link was not let in');
  raw.text(`420${JSON.stringify(['join', { protocol: PROTOCOL, stream: `deal:${deal}`, cursor, document: null }])}`);
  if ((await raw.hear((text) => text.startsWith('430['))) === null) throw new Error('a page was not let into its deal');
}

function writeFrame(socket: Socket, first: number, payload: Buffer, masked: boolean): void {
  const size = payload.length;
  const head = size < 126 ? Buffer.from([first, size]) : size < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = first;
  if (head.length === 4) head.writeUInt16BE(size, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(size), 2);
  if (head.length > 2) head[1] = head.length === 4 ? 126 : 127;
  if (!masked) return void socket.write(Buffer.concat([head, payload]));
  head[1] = (head[1] ?? 0) | 0x80;
  const mask = randomBytes(4);
  const body = Buffer.from(payload);
  for (let i = 0; i < body.length; i += 1) body[i] = (body[i] ?? 0) ^ (mask[i % 4] ?? 0);
  socket.write(Buffer.concat([head, mask, body]));
}

/** The first whole frame of these bytes, of a server: not masked. */
function readFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < head + size) return null;
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: bytes.subarray(head, head + size), length: head + size };
}
