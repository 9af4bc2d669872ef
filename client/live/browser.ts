/** What the live layer needs of its surroundings, handed in so that the tests can bring their own. */

/** Milliseconds throughout. `after` runs `action` once and returns how to call it off. */
export interface Clock {
  now(): number;
  after(ms: number, action: () => void): () => void;
}

export const realClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** The part of the browser's page that says whether someone is there and the network is. */
export interface Browser {
  window: EventTarget;
  document: EventTarget & { readonly visibilityState: string };
  navigator: { readonly onLine: boolean };
}

/** The page this runs in; null outside a browser. */
export function thisBrowser(): Browser | null {
  return typeof window === 'undefined' || typeof document === 'undefined' ? null : { window, document, navigator };
}

/** The part of `localStorage` that is used. Any call may throw: a full disk, a private window, cookies switched off. */
export type StorageLike = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>;

/** The browser's `localStorage`, or null where even asking for it is refused. */
export function browserStorage(): StorageLike | null {
  try {
    return typeof window === 'undefined' ? null : window.localStorage;
  } catch {
    return null;
  }
}

/** Adds one listener for several event types; returns how to remove them all. */
export function listen(target: EventTarget, types: readonly string[], listener: (event: Event) => void): () => void {
  // Passive and capturing: never in the way of the page's own handling, and heard even where that stops the event.
  const options = { passive: true, capture: true };
  for (const type of types) target.addEventListener(type, listener, options);
  return () => {
    for (const type of types) target.removeEventListener(type, listener, options);
  };
}
