import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ReceiptInput } from './receipt.ts';
import type { PdfInput } from './render.ts';
import type { PdfAnswer } from './worker.ts';

/** What is to be drawn: a document, or the receipt of an entry of its ledger. */
export type PdfJob = PdfInput | ReceiptInput;

export interface PdfPool {
  /** The PDF of it. Rejects when it cannot be drawn, takes too long, or the pool is closed. */
  render(input: PdfJob): Promise<Uint8Array>;
  /** How many are being drawn, and wait to be. */
  busy(): { drawing: number; waiting: number };
  /** Takes nothing new, waits for what was asked, ends the workers. May be called twice. */
  close(): Promise<void>;
}

export interface PdfPoolOptions {
  /** How many documents are drawn at the same time; unless given, one core is left to everything else, and four are enough. */
  workers?: number;
  /** Milliseconds after which a document is given up and its worker replaced; 30,000 unless given. */
  timeout?: number;
  /** The worker's module, for tests of what happens when it fails. */
  script?: URL;
}

interface Job {
  input: PdfJob;
  resolve(pdf: Uint8Array): void;
  reject(error: Error): void;
}

interface Seat {
  worker: Worker;
  job: Job | null;
  timer: NodeJS.Timeout | null;
}

/** Draws PDFs outside the main thread. A worker starts with the first request that needs it and does not keep the process alive. */
export function createPdfPool({
  workers = Math.max(1, Math.min(4, availableParallelism() - 1)),
  timeout = 30_000,
  script = new URL('./worker.ts', import.meta.url),
}: PdfPoolOptions = {}): PdfPool {
  const seats = new Set<Seat>();
  const queue: Job[] = [];
  let closing: (() => void)[] | null = null;

  function next(): void {
    while (queue.length > 0) {
      const seat = [...seats].find((s) => s.job === null) ?? (seats.size < workers ? open() : null);
      if (seat === null) return;
      start(seat, queue.shift()!);
    }
    if (closing !== null && [...seats].every((seat) => seat.job === null)) void end(closing.splice(0));
  }

  function open(): Seat {
    const seat: Seat = { worker: new Worker(script), job: null, timer: null };
    seats.add(seat);
    seat.worker.unref();
    seat.worker.on('message', (answer: PdfAnswer) =>
      finish(seat, (job) => ('pdf' in answer ? job.resolve(answer.pdf) : job.reject(new Error(answer.error)))),
    );
    seat.worker.on('error', (error) => drop(seat, error instanceof Error ? error : new Error(String(error))));
    seat.worker.on('exit', (code) => drop(seat, new Error(`the PDF worker ended (${code})`)));
    return seat;
  }

  function start(seat: Seat, job: Job): void {
    seat.job = job;
    seat.timer = setTimeout(() => {
      drop(seat, new Error('the PDF took too long'));
      void seat.worker.terminate();
    }, timeout);
    seat.worker.ref();
    try {
      seat.worker.postMessage(job.input);
    } catch (error) {
      // What cannot be copied to the worker never gets an answer.
      finish(seat, () => job.reject(error instanceof Error ? error : new Error(String(error))));
    }
  }

  function finish(seat: Seat, settle: (job: Job) => void): void {
    const { job, timer } = seat;
    seat.job = null;
    seat.timer = null;
    seat.worker.unref();
    if (timer !== null) clearTimeout(timer);
    if (job !== null) settle(job);
    next();
  }

  /** The worker is gone: its document fails, the next one gets a new worker. */
  function drop(seat: Seat, error: Error): void {
    if (!seats.delete(seat)) return;
    finish(seat, (job) => job.reject(error));
  }

  async function end(waiting: (() => void)[]): Promise<void> {
    const all = [...seats];
    seats.clear();
    await Promise.all(all.map((seat) => seat.worker.terminate()));
    for (const done of waiting) done();
  }

  return {
    render: (input) =>
      new Promise((resolve, reject) => {
        if (closing !== null) return reject(new Error('the PDF pool is closed'));
        queue.push({ input, resolve, reject });
        next();
      }),
    busy: () => ({ drawing: [...seats].filter((seat) => seat.job !== null).length, waiting: queue.length }),
    close: () =>
      new Promise((resolve) => {
        closing = [...(closing ?? []), resolve];
        next();
      }),
  };
}
