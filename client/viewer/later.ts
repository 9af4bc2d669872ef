import { loadCatalogue } from '../../shared/i18n/index.ts';
import type NoticesType from '../parts/Notices.svelte';
import type { DealState } from '../parts/deal.svelte.ts';
import type * as ActsType from './money-acts.ts';
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
  /** What is pressed where there is something to pay; null where there is no invoice. */
  acts: () => Promise<typeof ActsType | null>;
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
    // With what it draws of money, so that it stands there from its first moment on.
    paper: part(async () => {
      const [paper, { loadMoney, wantsMoney }] = await Promise.all([import('./Paper.svelte'), import('./money.svelte.ts')]);
      if (wantsMoney(deal.shown, deal.view.documents)) await loadMoney();
      return paper;
    }),
    decision: part(() => import('./Decision.svelte')),
    notices: part(() => import('../parts/Notices.svelte')),
    talk: part(() => import('./Talk.svelte')),
    ask: part(() => import('./Ask.svelte')),
    acts: async () => (deal.shown?.kind === 'invoice' ? import('./money-acts.ts') : null),
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
