import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { Server, type Socket } from 'socket.io';
import { plainMessage } from './plain.ts';

/**
 * The floor of the live side: bare Socket.IO, and plain statements where something is to be kept or read. A process of its own; `DATABASE_URL` may be
 * left out where nothing is.
 */
const http = createServer();
const io = new Server(http, { serveClient: false, perMessageDeflate: false, transports: ['websocket'] });
const url = process.env['DATABASE_URL'];
const pool = new pg.Pool({ connectionString: url, max: 16 });

type Answer = (answer: unknown) => void;

io.on('connection', (socket: Socket) => {
  socket.on('join', (asked: { room: string; deal?: string; cursor?: number }, answer: Answer) => {
    void socket.join(asked.room);
    if (asked.deal === undefined) return answer({ ok: true });
    void pool
      .query('select * from events where deal = $1 and deal_seq > $2 order by deal_seq limit 500', [asked.deal, asked.cursor])
      .then(({ rows }) => answer({ ok: true, rows }));
  });
  socket.on('message', ({ deal, text }: { deal: number; text: string }, answer: Answer) => {
    void plainMessage(pool, deal, text).then((seq) => {
      answer({ ok: true, seq });
      io.to(`deal ${deal}`).emit('batch', { from: seq - 1, to: seq, events: [{ type: 'message.posted', text }] });
    });
  });
  socket.on('say', ({ room, data }: { room: string; data: unknown }) => void io.to(room).emit('batch', data));
});

http.listen(0, '127.0.0.1', () => process.stdout.write(`ready at http://127.0.0.1:${(http.address() as AddressInfo).port}\n`));
process.on('SIGTERM', () => process.exit(0));
