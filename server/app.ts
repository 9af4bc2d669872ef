import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { ViewerRenderer } from '../shared/page.ts';
import type { Database, Em } from './db.ts';
import { loadAssets } from './doors/assets.ts';
import { keepDrawings, type Drawing, type DrawPdf, type DrawReceipt, type ReceiptDrawing } from './doors/drawings.ts';
import { watchConnections } from './doors/connections.ts';
import { createGuard } from './doors/guard.ts';
import { createHttp } from './doors/http.ts';
import { createPageStore } from './doors/page-store.ts';
import { createPageWatch } from './doors/page-watch.ts';
import { createSockets } from './doors/socket.ts';
import { createExecute, type Execute } from './execute.ts';
import type { Logged } from './log.ts';
import { compose } from './outside/compose.ts';
import { openJobs } from './outside/jobs.ts';
import { createPdfPool } from './outside/pdf/pool.ts';
import { connectHints } from './outside/redis.ts';
import { openStorage, type S3Place } from './outside/s3/index.ts';
import { createPost } from './outside/smtp.ts';
import { openEndpoints } from './outside/webhook.ts';
import { leaveJobs, QUEUES } from './jobs/queues.ts';
import { REMIND_AT, sendReminders } from './jobs/reminders.ts';
import { createPayments, type Payments } from './payments/index.ts';
import { openStripe } from './outside/stripe/index.ts';
import { sweepLeftOver, tidy, tidyBytes, TIDY_AT, TIDY_BYTES_AT } from './jobs/tidy.ts';
import { startWork } from './jobs/work.ts';
import { KEEP, type Keep } from './env.ts';
import { createMetrics, keptFor, within, type Metrics } from './metrics.ts';
import { createRelay, type Relay } from './relay.ts';
import { traced } from './request-id.ts';
import { createSeal, createTokens, type Tokens } from './secrets.ts';
import { createUploads } from './uploads.ts';
import { logoFor } from './views/logo.ts';
import { pageMark } from './views/page.ts';

export interface AppParts {
  database: Database;
  secret: string;
  logger: Logger;
  host: string;
  port: number;
  publicUrl: string | null;
  /** The folder attached files are kept in, or only come in by, where there is a bucket for them. */
  filesDir: string;
  s3?: S3Place | null;
  /** Redis, between several processes. */
  redisUrl: string | null;
  /** Whether a reverse proxy in front sets X-Forwarded-For and -Proto. */
  trustProxy: boolean;
  mail: MailSettings;
  /** Another address of Stripe's API, for trying the program without Stripe; null: Stripe itself. */
  stripeUrl: string | null;
  /** What whoever reads /metrics must show; null: only this machine may. */
  metricsToken?: string | null;
  /** How long is kept what is not needed for ever. */
  keep?: Keep;
  now?: () => Date;
}

/** How the program writes mails. */
export interface MailSettings {
  smtpUrl: string;
  from: { name: string | null; address: string };
  /** How long a message may stay unread before it is mailed. */
  graceSeconds: number;
  /** What whoever delivers replies must show; null: replies by mail are not taken. */
  inboundSecret: string | null;
}

export interface App {
  /** Origin of the links, without a trailing slash. */
  url: string;
  /** Where it listens on this machine. */
  local: string;
  execute: Execute;
  tokens: Tokens;
  em: () => Em;
  drawPdf: DrawPdf;
  payments: Payments;
  metrics: Metrics;
  /** Stops accepting, finishes what runs, tells pages to come back. */
  stop(): Promise<void>;
}

/** How long a request that is under way, or a page that has fallen asleep, may hold up a stop. */
const STOP_MS = 4000;
/** Within which the database must answer for the program to be ready. */
const READY_MS = 2000;
/** For how long it is not asked again. */
const READY_KEPT_MS = 200;
/** How long a request may take to come in; a body that is no upload has five minutes (doors/body.ts). */
const UPLOAD_MS = 3_600_000;

/**
 * Connections that may wait to be taken; the system may allow fewer (`net.core.somaxconn`). When everybody comes back at once, whoever finds no room
 * is left to the sender's TCP, which tries again after 1, 3, 7, 15, 31 seconds.
 */
const BACKLOG = 16_384;

/** When payment pages nothing was heard of are asked about. */
const PAYMENTS_AT = '*/5 * * * *';

const DIST = fileURLToPath(new URL('../client/dist/', import.meta.url));

/** Puts the program together and listens: `main` and the tests build the same thing. */
export async function createApp(parts: AppParts): Promise<App> {
  const { database, logger } = parts;
  const em = () => database.orm.em.fork();
  const tokens = createTokens(parts.secret);
  const metrics = createMetrics();
  const pdf = createPdfPool();
  const viewer = (await import(new URL('../client/dist/ssr/entry-server.js', import.meta.url).href)) as ViewerRenderer;
  const draw = async (input: Drawing | ReceiptDrawing) => {
    const asked = performance.now();
    const drawn = await pdf.render({ ...input, logo: await logoFor(em(), input) });
    metrics.pdf((performance.now() - asked) / 1000);
    return drawn;
  };
  const drawPdf: DrawPdf = keepDrawings(draw);
  const drawReceipt: DrawReceipt = keepDrawings(draw);
  const pageWatch = createPageWatch({ read: (link, browser) => pageMark(em(), link, browser) });
  const pageStore = createPageStore();
  let url = parts.publicUrl ?? '';
  let relay: Relay | null = null;
  let stopping = false;
  const hints = parts.redisUrl ? connectHints(parts.redisUrl, logger) : null;
  const committed = (events: Logged[]) => {
    relay?.committed(events);
    pageWatch.committed(events);
    if (events[0]) sockets.hint(events[0].company);
  };
  const now = parts.now ?? (() => new Date());
  const queues = await openJobs(database.address, logger, { work: true, queues: Object.values(QUEUES), around: traced });
  const jobs = leaveJobs(queues);
  const run = createExecute({ em, logger, committed, now, jobs, graceMs: parts.mail.graceSeconds * 1000, metrics });
  const running = new Set<Promise<unknown>>();
  const execute: Execute = (request) => {
    const work = run(request);
    const ended: Promise<void> = work
      .then(
        () => {},
        () => {},
      )
      .finally(() => running.delete(ended));
    running.add(ended);
    return work;
  };

  // Neither Redis nor the storage of files: without them everything else goes on, so a server is not taken out for that.
  const databaseAnswers = keptFor(READY_KEPT_MS, () => database.ping(READY_MS).then(() => true));
  const stripeSeal = createSeal(parts.secret, 'stripe');
  const payments = createPayments({
    em,
    execute,
    stripe: openStripe(parts.stripeUrl),
    seal: stripeSeal,
    publicUrl: () => url,
    logger,
    now,
  });
  const storage = openStorage({ filesDir: parts.filesDir, s3: parts.s3 ?? null }, logger);
  // Each door has its own times for a body; node's own would end a large upload over a slow line.
  const http = createServer({ requestTimeout: UPLOAD_MS });
  const sockets = createSockets({
    http,
    em,
    execute,
    tokens,
    logger,
    now,
    drawPdf,
    publicUrl: () => url,
    trustProxy: parts.trustProxy,
    adapter: hints?.adapter ?? null,
  });
  // After Socket.IO, which keeps its own requests from whoever listened before.
  const connections = watchConnections(http);
  relay = createRelay({ em, rooms: sockets.rooms, logger, metrics });
  sockets.serve(relay, (company) => pageWatch.wake(company));
  const koa = createHttp({
    em,
    execute,
    committed,
    jobs,
    tokens,
    logger,
    viewer,
    pageWatch,
    pageStore,
    guard: createGuard(),
    inboundSecret: parts.mail.inboundSecret,
    storage,
    payments,
    seal: stripeSeal,
    uploads: createUploads({ storage, execute, em, logger }),
    drawPdf,
    drawReceipt,
    assets: loadAssets(DIST),
    publicUrl: () => url,
    now,
    present: sockets.present,
    trustProxy: parts.trustProxy,
    metrics,
    metricsToken: parts.metricsToken ?? null,
    missing: async () => {
      const answers = await within(READY_MS, databaseAnswers());
      return [...(stopping ? ['stopping'] : []), ...(answers === null ? ['database'] : [])];
    },
  });
  metrics.watch({
    sockets: () => sockets.io.sockets.sockets.size,
    // Each socket has a room of its own, which nobody else is in.
    rooms: () => sockets.io.sockets.adapter.rooms.size - sockets.io.sockets.adapter.sids.size,
    commands: () => running.size,
    pool: () => database.connections(),
    pdfs: () => pdf.busy(),
    pages: () => pageStore.size(),
    jobs: () => queues.count(),
  });
  const handle = koa.callback();
  http.on('request', (request, response) => {
    if (!request.url?.startsWith('/socket.io/')) void handle(request, response);
  });

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen({ port: parts.port, host: parts.host, backlog: BACKLOG }, resolve);
  });
  const local = originOf(http.address() as AddressInfo);
  if (url === '') url = local;
  await sweepLeftOver({ storage, logger }, now());
  const tidying = { em, execute, queues, jobs, storage, keep: parts.keep ?? KEEP, metrics, logger };
  await queues.regularly('tidy', TIDY_AT, () => tidy(tidying, now()));
  await queues.regularly('tidy-bytes', TIDY_BYTES_AT, () => tidyBytes({ em, storage, logger }, now()));
  await queues.regularly('reminders', REMIND_AT, () => sendReminders({ em, execute, logger }, now()));
  await queues.regularly('payments', PAYMENTS_AT, () => payments.reconcile());
  await startWork(queues, {
    em,
    execute,
    tokens,
    seal: createSeal(parts.secret, 'mail'),
    compose,
    post: createPost(parts.mail.smtpUrl),
    drawReceipt,
    endpoints: openEndpoints(),
    payments,
    jobs,
    from: parts.mail.from,
    repliable: parts.mail.inboundSecret !== null,
    publicUrl: () => url,
    metrics,
    logger,
    now,
  });

  return {
    url,
    local,
    execute,
    tokens,
    em,
    drawPdf,
    payments,
    metrics,
    async stop() {
      stopping = true;
      // Nobody new: whoever comes now finds another process.
      const drained = connections.drain();
      sockets.goodbye();
      // What runs is finished and answered before the WebSockets go.
      await queues.stop();
      await Promise.all(running);
      const force = setTimeout(() => connections.cut(), STOP_MS);
      await sockets.io.close();
      await drained;
      clearTimeout(force);
      await relay?.stop();
      await pdf.close();
      await hints?.close();
    },
  };
}

function originOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
