import { listen, realClock, thisBrowser, type Browser, type Clock } from './browser.ts';
import { newId } from './id.ts';

/** A visible page with a person in front of it. */
export interface Presence {
  /** Visible, and someone has moved within the last two minutes. */
  readonly here: boolean;
  /** A UUID, one for each time the page was loaded. */
  readonly visit: string;
  stop(): void;
}

const IDLE_AFTER = 120_000;
const VIEWED_AFTER = 5_000;

/** What only a person does. Not `scroll`: browsers scroll by themselves, to a fragment or to where one was before. */
const INPUTS = ['pointerdown', 'keydown', 'wheel', 'touchmove'];
/** Enough to be still there, too little to have read. */
const STIRRINGS = [...INPUTS, 'pointermove'];

/**
 * Watches over the page (rule 9).
 * @param options.onHere told at every change, beginning with "not here"; so at once with `true` where the page is visible already
 * @param options.onViewed told once a visit: after the page was visible for 5 s in all, or at the first input; leave it out where
 *   looking does not count (the owner's preview)
 * @param options.browser null: outside a browser nobody is ever here
 */
export function watchPresence(options: {
  onHere: (here: boolean) => void;
  onViewed?: (visit: string) => void;
  browser?: Browser | null;
  clock?: Clock;
}): Presence {
  const { onHere, browser = thisBrowser(), clock = realClock } = options;
  const visit = newId(clock.now());
  const offs: (() => void)[] = [];
  let here = false;
  let stirredAt = clock.now();
  let cancelIdle: (() => void) | null = null;
  /** Milliseconds the page must still be visible before it counts as viewed. */
  let left = VIEWED_AFTER;
  let visibleSince = 0;
  let cancelViewed: (() => void) | null = null;
  let onViewed = options.onViewed;

  const visible = (): boolean => browser?.document.visibilityState === 'visible';

  function setHere(now: boolean): void {
    if (now === here) return;
    here = now;
    onHere(now);
  }

  /** One timer that looks when the person last stirred, instead of a new one at each movement. */
  function watchIdle(): void {
    cancelIdle?.();
    cancelIdle = null;
    const rest = stirredAt + IDLE_AFTER - clock.now();
    setHere(visible() && rest > 0);
    if (here) cancelIdle = clock.after(rest, watchIdle);
  }

  function stirred(): void {
    stirredAt = clock.now();
    if (!here) watchIdle();
  }

  function viewed(): void {
    cancelViewed?.();
    cancelViewed = null;
    const tell = onViewed;
    onViewed = undefined;
    tell?.(visit);
  }

  function countVisible(): void {
    if (cancelViewed !== null) {
      left -= clock.now() - visibleSince;
      cancelViewed();
      cancelViewed = null;
    }
    if (!visible() || onViewed === undefined) return;
    visibleSince = clock.now();
    cancelViewed = clock.after(Math.max(0, left), viewed);
  }

  function turned(): void {
    stirred();
    watchIdle();
    countVisible();
  }

  if (browser !== null) {
    offs.push(listen(browser.document, ['visibilitychange'], turned));
    offs.push(listen(browser.window, STIRRINGS, stirred));
    offs.push(listen(browser.window, INPUTS, () => visible() && viewed()));
  }
  turned();

  return {
    get here() {
      return here;
    },
    visit,
    stop() {
      for (const off of offs.splice(0)) off();
      cancelIdle?.();
      cancelViewed?.();
      cancelIdle = cancelViewed = null;
      onViewed = undefined;
    },
  };
}
