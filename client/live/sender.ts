import type { CommandAnswer } from '../../shared/protocol.ts';
import type { RefusalCode } from '../../shared/refusal.ts';
import { backoff } from './backoff.ts';
import { realClock, type Clock } from './browser.ts';

/** Sends what `pick` offers, one at a time, each as often as it takes until there is an answer that stands. */
export interface Sender<T> {
  /** There may be something to send. */
  pump(): void;
  start(): void;
  /** What is under way counts as unheard; its late acknowledgement is still taken. */
  stop(): void;
  isSending(thing: T): boolean;
}

/** Refusals that say "not now": sent again by itself, as often as needed. */
const NOT_NOW: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['unavailable', 'rate_limited']);
/** A fault of the server may pass or not: after so many tries its refusal stands, so that the queue goes on. */
const FAULT_TRIES = 5;
const RETRY_FIRST = 500;
const RETRY_MOST = 10_000;

/**
 * @param options.pick the next thing to send, or the milliseconds after which there may be one, or null
 * @param options.transmit sends once; rejects when no answer came
 * @param options.underWay is told when a thing is under way (`true`) and when it is to wait again (`false`)
 * @param options.answered is told the answer that stands
 */
export function createSender<T extends { tries: number }>(options: {
  pick: () => T | number | null;
  transmit: (thing: T) => Promise<CommandAnswer>;
  underWay: (thing: T, is: boolean) => void;
  answered: (thing: T, answer: CommandAnswer) => void;
  clock?: Clock;
}): Sender<T> {
  const { pick, transmit, underWay, answered, clock = realClock } = options;
  let open = false;
  let flight: { thing: T } | null = null;
  let endPause: (() => void) | null = null;
  let endWait: (() => void) | null = null;

  function pump(): void {
    if (!open || flight !== null || endPause !== null) return;
    endWait?.();
    endWait = null;
    const next = pick();
    if (next === null) return;
    if (typeof next === 'number') return void (endWait = clock.after(next, pump));
    const mine = { thing: next };
    flight = mine;
    underWay(next, true);
    transmit(next).then(
      (answer) => heard(mine, answer),
      () => unheard(mine),
    );
  }

  function heard(attempt: { thing: T }, answer: CommandAnswer): void {
    // After a cut the thing is sent again and gets its own answer; only an acknowledgement is good whenever it comes.
    if (flight !== attempt && !answer.ok) return;
    if (!answer.ok && notNow(answer.refusal.code, attempt.thing.tries + 1)) return unheard(attempt);
    if (flight === attempt) flight = null;
    attempt.thing.tries = 0;
    answered(attempt.thing, answer);
    pump();
  }

  function unheard(attempt: { thing: T }): void {
    if (flight !== attempt) return;
    flight = null;
    attempt.thing.tries++;
    underWay(attempt.thing, false);
    endPause = clock.after(backoff(attempt.thing.tries, RETRY_FIRST, RETRY_MOST), () => {
      endPause = null;
      pump();
    });
  }

  function rest(): void {
    endPause?.();
    endWait?.();
    endPause = endWait = null;
  }

  return {
    pump,
    start() {
      open = true;
      rest();
      pump();
    },
    stop() {
      open = false;
      rest();
      const was = flight;
      flight = null;
      if (was !== null) underWay(was.thing, false);
    },
    isSending: (thing) => flight?.thing === thing,
  };
}

function notNow(code: RefusalCode, tries: number): boolean {
  return NOT_NOW.has(code) || (code === 'internal' && tries < FAULT_TRIES);
}
