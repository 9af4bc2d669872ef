import { listen, realClock, type Browser, type Clock } from './browser.ts';

/**
 * Calls `wake` when the page may have slept through something: seen again after it was hidden for `hidden` milliseconds or more, or
 * the network is back. A phone in a pocket keeps a dead connection that looks alive. `sleep` is called when the browser may keep the page
 * in memory for its back button, which it does only for a page without open connections.
 */
export function watchWake(options: {
  browser: Browser | null;
  hidden: number;
  wake: () => void;
  sleep: () => void;
  clock?: Clock;
}): () => void {
  const { browser, hidden, wake, sleep, clock = realClock } = options;
  if (browser === null) return () => {};
  let hiddenSince = browser.document.visibilityState === 'visible' ? null : clock.now();
  let asleep = false;

  const hide = (): void => {
    hiddenSince ??= clock.now();
  };
  const show = (): void => {
    const away = hiddenSince === null ? 0 : clock.now() - hiddenSince;
    const wakes = asleep || away >= hidden;
    hiddenSince = null;
    asleep = false;
    if (wakes) wake();
  };

  const offs = [
    listen(browser.document, ['visibilitychange'], () => (browser.document.visibilityState === 'visible' ? show() : hide())),
    listen(browser.window, ['pagehide'], (event) => {
      hide();
      asleep = (event as PageTransitionEvent).persisted;
      if (asleep) sleep();
    }),
    listen(browser.window, ['pageshow'], show),
    listen(browser.window, ['online'], wake),
  ];
  return () => {
    for (const off of offs) off();
  };
}
