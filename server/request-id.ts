import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What a line of the log belongs to: a request, a command of a socket, or a job. Ids only. */
export type Trace = { requestId: string } | { job: string; jobId: string };

const running = new AsyncLocalStorage<Trace>();
/** Shorter than any secret of ours, so that none can be slipped into the log as an id. */
const SANE = /^[\w.-]{8,40}$/;

/** Runs `work`; every line that is logged on its way carries the trace. */
export function traced<T>(trace: Trace, work: () => T): T {
  return running.run(trace, work);
}

/** What runs now, for the log; nothing where it belongs to nobody. */
export function currentTrace(): Readonly<Partial<Record<string, string>>> {
  return { ...running.getStore() };
}

/** The id of a request: the one a trusted proxy gave it, where it looks like one, or a new one. */
export function requestIdFrom(given: string | undefined, trusted: boolean): string {
  return trusted && given !== undefined && SANE.test(given) ? given : randomUUID();
}
