/** What the emulator does wrong when it is told to. */
export type FaultKind =
  /** Answers 500 without having done anything; the idempotency key forgets it. */
  | 'error'
  /** Answers 500, and to the same idempotency key for ever: the call had begun. */
  | 'error_kept'
  /** Answers 429. */
  | 'rate_limit'
  /** Resets the connection before anything is done. */
  | 'reset'
  /** Does nothing and never answers. */
  | 'hang'
  /** Does the work and cuts the connection. */
  | 'cut'
  /** Does the work and never answers. */
  | 'lost'
  /** Waits `ms`, with the idempotency key in use, and goes on. */
  | 'slow';

export interface Fault {
  kind: FaultKind;
  /** How many calls it meets; 1 unless set. */
  times?: number | undefined;
  /** Only calls of this method. */
  method?: string | undefined;
  /** Only calls whose path contains this. */
  path?: string | undefined;
  /** For `slow`; 200 unless set. */
  ms?: number | undefined;
}

/** The faults that are to come, in their order. */
export class Faults {
  private readonly queue: (Fault & { times: number })[] = [];

  add(fault: Fault): void {
    this.queue.push({ ...fault, times: fault.times ?? 1 });
  }

  clear(): void {
    this.queue.length = 0;
  }

  /** The fault that meets this call, if any. */
  take(method: string, path: string): Fault | null {
    const found = this.queue.find((one) => (one.method ?? method) === method && path.includes(one.path ?? ''));
    if (!found) return null;
    found.times -= 1;
    if (found.times <= 0) this.queue.splice(this.queue.indexOf(found), 1);
    return found;
  }
}
