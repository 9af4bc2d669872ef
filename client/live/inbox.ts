import type { Batch, Stream } from '../../shared/protocol.ts';

/** An event as it comes in a batch: of a deal, or of a company's feed. */
export type StreamEvent = Batch['events'][number];

/**
 * The cursor of one stream. Nothing is guessed: events are applied only where the batch joins on to what is already here; whatever
 * else arrives is either known already (dropped) or proves that something is missing (asked for).
 */
export interface Inbox {
  /** The last sequence that has been applied. */
  readonly cursor: number;
  /** A join has been sent: until its answer, live batches wait. */
  expect(): void;
  /** A batch pushed by the server, in whatever order and however often. */
  receive(batch: Batch): void;
  /** The answer to a join made with the current cursor. `more`: the log holds more, so `resume` is called again at once. */
  answer(batch: Batch, more: boolean): void;
}

/** Batches kept while an answer is awaited; beyond that they are forgotten and read from the log instead. */
const MAX_HELD = 200;

/**
 * @param options.cursor the sequence of the snapshot this starts from; live batches wait until the first `answer`
 * @param options.apply moves the view: `events` are all above the old cursor, in order (perhaps none), and the view then stands at `to`
 * @param options.resume asked once for each gap, however many batches show it; the asker must join with `cursor` and hand over the answer
 */
export function createInbox(options: {
  stream: Stream;
  cursor: number;
  apply: (events: StreamEvent[], to: number) => void;
  resume: () => void;
}): Inbox {
  let cursor = options.cursor;
  let waiting = true;
  let held: Batch[] = [];
  /** The highest sequence anybody has told us of: while the cursor is below it, something is missing. */
  let heard = cursor;

  function take(batch: Batch): void {
    const events = batch.events.filter((event) => event.seq > cursor);
    options.apply(events, batch.to);
    // Only now: if the view could not take the events, they have not been read.
    cursor = batch.to;
  }

  function ask(): void {
    if (waiting) return;
    waiting = true;
    options.resume();
  }

  /** Applies what has been held, as far as it joins on. */
  function settle(): void {
    const batches = held.sort((a, b) => a.from - b.from);
    held = [];
    for (const batch of batches) {
      if (batch.to <= cursor) continue;
      if (batch.from > cursor) held.push(batch);
      else take(batch);
    }
    if (cursor < heard) ask();
  }

  return {
    get cursor() {
      return cursor;
    },
    expect() {
      waiting = true;
    },
    receive(batch) {
      if (batch.stream !== options.stream || batch.to <= cursor) return;
      heard = Math.max(heard, batch.to);
      if (!waiting && batch.from <= cursor) return take(batch);
      if (held.length < MAX_HELD) held.push(batch);
      ask();
    },
    answer(batch, more) {
      waiting = false;
      if (batch.to > cursor && batch.from <= cursor) take(batch);
      heard = Math.max(heard, batch.to);
      if (more) ask();
      else settle();
    },
  };
}
