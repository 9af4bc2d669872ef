import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { startApp, type StartOptions, type TestApp } from './harness.ts';
import { until } from './doors.ts';

/** What the mail server does with the next mails, one word each; then it accepts again. */
export type Behaviour =
  'accept' | '451' | '550 recipient' | '550 relay' | '530 login' | '554 message' | 'hang' | 'reset after data' | 'close at once';

export interface Received {
  raw: Buffer;
  from: string;
  to: string;
  parsed: Email;
}

/** A real mail server on the loopback, for whom the program writes. */
export interface Mailbox {
  url: string;
  /** Mails it has answered "250" to. */
  received: Received[];
  /** All that came to the end of DATA, whatever was answered. */
  seen: Received[];
  plan: Behaviour[];
  /** How many connections were made. */
  connections: () => number;
  /** The first mail that fits, once it has come. */
  mail(what: string, fits: (mail: Received) => boolean): Promise<Received>;
  /** Told when "250" is on its way. */
  onAccepted: (() => void) | null;
  close(): Promise<void>;
}

interface Reply extends Error {
  responseCode: number;
}

function reply(code: number, text: string): Reply {
  return Object.assign(new Error(text), { responseCode: code });
}

/** Seconds a message may stay unread before it is mailed. */
export const GRACE = 45;
/** How long the program waits for a server that hangs, in milliseconds. */
const PATIENCE = 700;

export async function openMailbox(): Promise<Mailbox> {
  const received: Received[] = [];
  const seen: Received[] = [];
  const plan: Behaviour[] = [];
  const sockets = new Set<Socket>();
  const doing = new Map<string, Behaviour>();
  let connections = 0;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onConnect(session: SMTPServerSession, done) {
      connections += 1;
      const next = plan.shift() ?? 'accept';
      doing.set(session.id, next);
      if (next === 'hang') return; // not even a greeting
      if (next === 'close at once') return void done(reply(421, 'closing'));
      done();
    },
    onRcptTo(_address, session, done) {
      const what = doing.get(session.id);
      if (what === '550 recipient') return void done(reply(550, '5.1.1 no such mailbox here'));
      if (what === '550 relay') return void done(reply(550, '5.7.1 Relaying denied'));
      if (what === '530 login') return void done(reply(530, '5.7.0 Must issue a STARTTLS command first'));
      if (what === '451') return void done(reply(451, '4.7.1 try again later'));
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        void PostalMime.parse(raw).then((parsed) => {
          const { mailFrom, rcptTo } = session.envelope;
          const mail = { raw, from: mailFrom ? mailFrom.address : '', to: rcptTo[0]?.address ?? '', parsed };
          seen.push(mail);
          const what = doing.get(session.id);
          if (what === '554 message') return done(reply(554, '5.7.1 not this message'));
          if (what === 'reset after data') {
            for (const socket of sockets) socket.resetAndDestroy();
            return;
          }
          received.push(mail);
          done();
          mailbox.onAccepted?.();
        });
      });
    },
  });
  server.on('error', () => {});
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}?connectionTimeout=${PATIENCE}&greetingTimeout=${PATIENCE}&socketTimeout=${PATIENCE}`,
    received,
    seen,
    plan,
    connections: () => connections,
    mail: (what, fits) => until(() => received.find(fits), `a mail: ${what}`),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    onAccepted: null,
  };
  return mailbox;
}

/** A clock the test moves: what the program asked for until then becomes due in the job queue. */
export interface TestClock {
  now: () => Date;
  pass(app: TestApp, seconds: number): Promise<void>;
}

export function createClock(): TestClock {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  return {
    now,
    async pass(app, seconds) {
      ahead += seconds * 1000;
      await app.em().execute(`update pgboss.job set start_after = now() where state = 'created' and start_after <= ?`, [now()]);
    },
  };
}

/** A program that mails through a mailbox, by a clock of the test's. */
export async function startMailing(options: Pick<StartOptions, 'inbound'> = {}) {
  const box = await openMailbox();
  const clock = createClock();
  const app = await startApp({ smtpUrl: box.url, graceSeconds: GRACE, now: clock.now, ...options });
  const close = async () => {
    await app.close();
    await box.close();
  };
  return { app, box, clock, close };
}

/** What has failed is due again at once, and what ran in a process that died counts as dead. Returns how long the waits were, in seconds. */
export async function hurry(app: TestApp): Promise<number[]> {
  const rows = await app.em().execute<{ wait: string }[]>(
    `with old as (select id, start_after from pgboss.job where state = 'retry')
     update pgboss.job j set start_after = now() from old where j.id = old.id
     returning extract(epoch from old.start_after - now()) as wait`,
  );
  await app.em().execute(`update pgboss.job set started_on = started_on - interval '1 hour' where state = 'active'`);
  return rows.map((row) => Number(row.wait));
}

/** Waits until nothing is left to do now: no job that is due, none that runs. */
export async function idle(app: TestApp): Promise<void> {
  await until(async () => {
    const [row] = await app
      .em()
      .execute<{ n: number }[]>(
        `select count(*)::int as n from pgboss.job where name in ('letter', 'join', 'conversation', 'unread', 'reminder') and (state = 'active' or (state in ('created', 'retry') and start_after <= now()))`,
      );
    return row?.n === 0;
  }, 'the job queue to be idle');
}
