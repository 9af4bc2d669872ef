import { listen, realClock, type Browser, type Clock } from './browser.ts';

/**
 * Calls `wake` when the page may have slept through something: seen again after it was hidden for `hidden` milliseconds or more, or
 * the network is back. A phone in a pocket keeps a dead connection that looks alive.
 */
export function watchWake(options: { browser: Browser | null; hidden: number; wake: () => void; clock?: Clock }): () => void {
  const { browser, hidden, wake, clock = realClock } = options;
  if (browser === null) return () => {};
  let hiddenSince = browser.document.visibilityState === 'visible' ? null : clock.now();

  const hide = (): void => {
    hiddenSince ??= clock.now();
  };
  const show = (): void => {
    const away = hiddenSince === null ? 0 : clock.now() - hiddenSince;
    hiddenSince = null;
    if (away >= hidden) wake();
  };

  const offs = [
    listen(browser.document, ['visibilitychange'], () => (browser.document.visibilityState === 'visible' ? show() : hide())),
    listen(browser.window, ['pagehide'], hide),
    listen(browser.window, ['pageshow'], show),
    listen(browser.window, ['online'], wake),
  ];
  return () => {
    for (const off of offs) off();
  };
}
