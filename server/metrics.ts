import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JobCount } from './outside/jobs.ts';

export type CommandOutcome = 'done' | 'repeated' | 'refused' | 'failed';
export type MailOutcome = 'sent' | 'deferred' | 'refused' | 'unsent';
/** Which part of the program a request was for: a few words, never an address. */
export type RouteKind = 'page' | 'pdf' | 'file' | 'form' | 'console' | 'api' | 'webhook' | 'asset' | 'health' | 'other';
/** `kept`: sent from memory; `made`: rendered and kept; `own`: rendered for one visit only. */
export type PageOutcome = 'kept' | 'made' | 'own';

/** What is asked only when somebody looks. */
export interface Sources {
  /** Open sockets of this process, and the rooms they are in. */
  sockets: () => number;
  rooms: () => number;
  /** Commands that wait for their turn or run. */
  commands: () => number;
  /** Connections to the database, and who waits for one. */
  pool: () => { used: number; idle: number; waiting: number };
  pdfs: () => { drawing: number; waiting: number };
  /** Pages kept in memory. */
  pages: () => { count: number; bytes: number };
  jobs: () => Promise<JobCount[]>;
}

/** What the program counts. Labels come from small, fixed sets: never an id, an address or anything somebody wrote. */
export interface Metrics {
  /** A command has ended; `seconds` from its arrival, waiting included. */
  command(name: string, outcome: CommandOutcome, seconds: number): void;
  /** A transaction of so many commands was committed. */
  group(commands: number): void;
  /** Seconds from a commit until its events were handed to the sockets of this process. */
  pushed(seconds: number): void;
  mail(outcome: MailOutcome): void;
  http(kind: RouteKind, status: number, seconds: number): void;
  page(outcome: PageOutcome): void;
  /** A PDF was drawn, in so many seconds, waiting included. */
  pdf(seconds: number): void;
  /** From now on these are asked at each scrape. */
  watch(sources: Partial<Sources>): void;
  /** Everything in Prometheus' text format, and its content type. */
  text(): Promise<string>;
  contentType: string;
}

/** Milliseconds for which the count of the jobs is not asked again. */
const JOBS_KEPT_MS = 5000;
/** How long a scrape waits for them. */
const JOBS_MS = 2000;
const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The counters of one program, in a registry of its own: several programs may run in one process. */
export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const counter = <L extends string>(name: string, help: string, ...labelNames: L[]) => new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
    new Histogram({ name, help, buckets, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, ...labelNames: L[]) => new Gauge({ name, help, labelNames, registers });

  const commands = counter('webdocument_commands_total', 'Commands by name and outcome', 'command', 'outcome');
  const commandSeconds = histogram('webdocument_command_seconds', 'Time a command took, waiting included', FAST, 'command');
  const groups = histogram('webdocument_commit_group_size', 'Commands committed in one transaction', [1, 2, 4, 8, 16, 32, 64]);
  const pushes = histogram('webdocument_commit_to_push_seconds', 'Time from a commit to the sockets of this process', FAST);
  const mails = counter('webdocument_mails_total', 'Tries to send a mail, by outcome', 'outcome');
  const requests = counter('webdocument_http_requests_total', 'HTTP requests by kind and class of status', 'kind', 'status');
  const requestSeconds = histogram('webdocument_http_request_seconds', 'Time until a request was answered', FAST, 'kind');
  const pages = counter('webdocument_pages_total', 'Pages of clients: sent from memory, made and kept, or made for one visit', 'outcome');
  const pdfs = histogram('webdocument_pdf_seconds', 'Time to draw a PDF, waiting included', FAST);

  const sockets = gauge('webdocument_sockets', 'Open sockets of this process');
  const rooms = gauge('webdocument_rooms', 'Deals, companies, links and sessions that sockets of this process follow');
  const open = gauge('webdocument_commands_open', 'Commands that wait for their turn or run');
  const pool = gauge('webdocument_database_connections', 'Connections of the pool, and requests waiting for one', 'state');
  const drawing = gauge('webdocument_pdfs', 'PDFs being drawn, and waiting to be', 'state');
  const kept = gauge('webdocument_pages_kept', 'Pages kept in memory');
  const keptBytes = gauge('webdocument_pages_kept_bytes', 'Bytes of the pages kept in memory');
  const jobs = gauge('webdocument_jobs', 'Jobs by queue and state; failed ones are those given up', 'queue', 'state');

  const sources: Partial<Sources> = {};
  const countJobs = keptFor(JOBS_KEPT_MS, async () => (await sources.jobs?.()) ?? []);

  async function look(): Promise<void> {
    if (sources.sockets) sockets.set(sources.sockets());
    if (sources.rooms) rooms.set(sources.rooms());
    if (sources.commands) open.set(sources.commands());
    for (const [state, count] of Object.entries(sources.pool?.() ?? {})) pool.set({ state }, count);
    for (const [state, count] of Object.entries(sources.pdfs?.() ?? {})) drawing.set({ state }, count);
    const pagesNow = sources.pages?.();
    if (pagesNow) kept.set(pagesNow.count);
    if (pagesNow) keptBytes.set(pagesNow.bytes);
    const counted = await within(JOBS_MS, countJobs());
    // While the database does not say, nothing is said: an old number would look like one of now.
    jobs.reset();
    for (const { queue, state, count } of counted ?? []) jobs.set({ queue, state }, count);
  }

  return {
    command(command, outcome, seconds) {
      commands.inc({ command, outcome });
      commandSeconds.observe({ command }, seconds);
    },
    group: (size) => groups.observe(size),
    pushed: (seconds) => pushes.observe(seconds),
    mail: (outcome) => mails.inc({ outcome }),
    http(kind, status, seconds) {
      requests.inc({ kind, status: `${Math.floor(status / 100)}xx` });
      requestSeconds.observe({ kind }, seconds);
    },
    page: (outcome) => pages.inc({ outcome }),
    pdf: (seconds) => pdfs.observe(seconds),
    watch: (more) => void Object.assign(sources, more),
    async text() {
      await look();
      return register.metrics();
    },
    contentType: register.contentType,
  };
}

/** What `read` answered lately, or answers now; it is asked once at a time, and again after `ms`. A failure is not kept. */
export function keptFor<T>(ms: number, read: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => {
    if (asked !== null) return asked;
    const forget = () => void (asked = null);
    asked = read();
    asked.then(() => setTimeout(forget, ms).unref(), forget);
    return asked;
  };
}

/** What `work` comes to, or null where it fails or takes longer than `ms`. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ms)));
  return Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}
