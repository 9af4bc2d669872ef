import { loadCatalogue } from '../../shared/i18n/index.ts';
import type { payBy } from './paying.ts';
import type NoticesType from '../parts/Notices.svelte';
import type { copyFrom } from '../parts/copying.ts';
import type { DealState } from '../parts/deal.svelte.ts';
import type AskType from './Ask.svelte';
import type DecisionType from './Decision.svelte';
import type PaperType from './Paper.svelte';
import type TalkType from './Talk.svelte';

/**
 * What the page fetches only when it is needed. Everything it shows at first was drawn by the server, so that at first the browser
 * needs no more than what is live: the bar, the notices, who is here.
 */
export interface Later {
  paper: () => Promise<typeof PaperType>;
  decision: () => Promise<typeof DecisionType>;
  notices: () => Promise<typeof NoticesType>;
  talk: () => Promise<typeof TalkType>;
  ask: () => Promise<typeof AskType>;
  copy: () => Promise<typeof copyFrom>;
  pay: () => Promise<typeof payBy>;
}

/** With each part come the words that it speaks; `deal` has them before the part is there. */
export function laterFor(deal: DealState): Later {
  const part =
    <T>(load: () => Promise<{ default: T }>) =>
    async (): Promise<T> => {
      const [module, words] = await Promise.all([load(), loadCatalogue(deal.language)]);
      deal.words = words;
      return module.default;
    };
  return {
    paper: part(() => import('./Paper.svelte')),
    decision: part(() => import('./Decision.svelte')),
    notices: part(() => import('../parts/Notices.svelte')),
    talk: part(() => import('./Talk.svelte')),
    ask: part(() => import('./Ask.svelte')),
    pay: async () => (await import('./paying.ts')).payBy,
    copy: async () => (await import('../parts/copying.ts')).copyFrom,
  };
}

// Not `scroll`: browsers scroll by themselves.
const SIGNS = ['pointermove', 'pointerdown', 'touchstart', 'wheel', 'keydown', 'focusin'] as const;
/** Milliseconds. Later than anything that counts as loading the page. */
const QUIET = 5_000;
const RETRY = 15_000;

/**
 * Fetches all of it at the first sign that somebody is there, or once the page has been quiet for a while: whoever then walks into a
 * tunnel can still write and decide. Someone who saves data is not sent what was not asked for. Returns what ends it.
 */
export function fetchAll(later: Later, onReady: () => void): () => void {
  const waiting = new AbortController();
  const { signal } = waiting;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;

  function fetchNow(): void {
    waiting.abort();
    clearTimeout(timer);
    void Promise.all(Object.values(later).map((load: () => Promise<unknown>) => load())).then(onReady, () => {
      if (!ended) timer = setTimeout(fetchNow, RETRY);
    });
  }

  /** Browsers say that a resting mouse has moved when the page below it has. */
  const rests = (event: Event) => event instanceof MouseEvent && event.type === 'pointermove' && !event.movementX && !event.movementY;
  const hear = (event: Event) => void (rests(event) || fetchNow());
  for (const sign of SIGNS) window.addEventListener(sign, hear, { signal, passive: true, capture: true });
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData !== true) {
    timer = setTimeout(() => {
      if ('requestIdleCallback' in window) requestIdleCallback(fetchNow, { timeout: QUIET });
      else fetchNow();
    }, QUIET);
  }
  return () => {
    ended = true;
    waiting.abort();
    clearTimeout(timer);
  };
}
