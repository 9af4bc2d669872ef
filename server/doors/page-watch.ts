import type { Logged } from '../log.ts';
import type { PageMark } from '../views/page.ts';

/**
 * Knows what the pages behind links depend on, without asking the database each time. What it says was true less than a second ago, in
 * whatever process it was changed and whether or not a hint came: so a revoked link stops within a second everywhere. What this process has
 * committed, or was hinted at, is known at once.
 */
export interface PageWatch {
  /**
   * The mark of a link in a browser, or null where it opens nothing. `least`: a sequence of the deal that the asker has seen already;
   * what was known before is then asked anew.
   */
  look(link: string, browser: string, least: number): PageMark | null | Promise<PageMark | null>;
  /** Events of a commit of this process. */
  committed(events: Logged[]): void;
  /** A hint that something of a company has changed elsewhere. */
  wake(company: string): void;
}

export interface PageWatchParts {
  read: (link: string, browser: string) => Promise<PageMark | null>;
  /** Milliseconds that only go forward; for tests. */
  clock?: () => number;
}

/** Milliseconds for which an answer counts, from the moment the database was asked. The rest of the second is for what is on its way. */
const FRESH_MS = 900;
/** From this age on it is asked anew, and nobody waits for it. */
const AHEAD_MS = 500;
/** Visitors whose marks are kept at most. */
const MOST = 10_000;

interface Known {
  mark: PageMark;
  /** When the database was asked for it. */
  at: number;
}

export function createPageWatch({ read, clock = () => performance.now() }: PageWatchParts): PageWatch {
  const known = new Map<string, Known>();
  const asking = new Map<string, { at: number; answer: Promise<PageMark | null> }>();
  /** When this process heard last that a deal or a company has changed. */
  const changes = new Map<string, number>();
  let lastChange = -Infinity;

  function changed(of: string): void {
    lastChange = clock();
    changes.delete(of);
    changes.set(of, lastChange);
    for (const [oldest, at] of changes) {
      // What was read before that is too old by now, changed or not.
      if (at > lastChange - FRESH_MS) break;
      changes.delete(oldest);
    }
  }

  const isFresh = ({ mark, at }: Known, now: number) =>
    now - at < FRESH_MS && at > (changes.get(mark.deal) ?? -Infinity) && at > (changes.get(mark.company) ?? -Infinity);

  function ask(key: string, link: string, browser: string): Promise<PageMark | null> {
    const running = asking.get(key);
    // Asked before the last change, it may answer what was before.
    if (running && running.at > lastChange) return running.answer;
    const at = clock();
    const answer = read(link, browser)
      .then((mark) => {
        if ((known.get(key)?.at ?? -Infinity) > at) return mark;
        known.delete(key);
        if (mark !== null) known.set(key, { mark, at });
        for (const oldest of known.keys()) {
          if (known.size <= MOST) break;
          known.delete(oldest);
        }
        return mark;
      })
      .finally(() => {
        if (asking.get(key)?.at === at) asking.delete(key);
      });
    asking.set(key, { at, answer });
    return answer;
  }

  return {
    look(link, browser, least) {
      const key = `${link} ${browser}`;
      const found = known.get(key);
      const now = clock();
      if (!found || !isFresh(found, now) || found.mark.seq < least) return ask(key, link, browser);
      // Whoever waits for an answer hears of a failure, too; here nobody does, and the next one asks again.
      if (now - found.at > AHEAD_MS) ask(key, link, browser).catch(() => {});
      return found.mark;
    },
    committed(events) {
      for (const { deal, company } of events) changed(deal ?? company);
    },
    wake: changed,
  };
}
