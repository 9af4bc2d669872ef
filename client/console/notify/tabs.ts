/** Asks whether this tab is the one that speaks, while nobody looks at any of them. */
export interface Tabs {
  speaks(): Promise<boolean>;
  stop(): void;
}

type Page = EventTarget & { readonly visibilityState: string };

/**
 * Agrees with the other tabs of one browser on who raises notifications. The lock of the speaker passes to another tab by itself when
 * its tab is closed, or dies; a second lock is shared by every tab that is in front of somebody.
 * @param scope whose tabs: the user's id
 */
export function watchTabs(scope: string, page: Page = document, locks: LockManager | null = navigator.locks): Tabs {
  const speaker = `console-speaker:${scope}`;
  const seen = `console-seen:${scope}`;
  const ended = new AbortController();
  // A browser without locks has one tab for all we know.
  let speaking = !locks;
  let hide: (() => void) | null = null;

  /** Holds a lock from when it is granted until what this returns is called. */
  function hold(name: string, mode: LockMode, granted: () => void): () => void {
    const given = new AbortController();
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => (release = resolve));
    locks
      ?.request(name, { mode, signal: given.signal }, () => {
        granted();
        return until;
      })
      .catch(() => undefined);
    return () => {
      release();
      given.abort();
    };
  }

  function look(): void {
    const visible = page.visibilityState === 'visible';
    if (visible) hide ??= hold(seen, 'shared', () => undefined);
    else {
      hide?.();
      hide = null;
    }
  }

  const letSpeak = hold(speaker, 'exclusive', () => (speaking = true));
  page.addEventListener('visibilitychange', look, { signal: ended.signal });
  look();

  return {
    async speaks() {
      if (!speaking || page.visibilityState === 'visible') return false;
      const { held = [] } = (await locks?.query()) ?? {};
      return !held.some(({ name }) => name === seen);
    },
    stop() {
      ended.abort();
      speaking = false;
      letSpeak();
      hide?.();
    },
  };
}
