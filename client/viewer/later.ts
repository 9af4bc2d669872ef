/**
 * What the page fetches only when it is needed. Everything it shows at first was drawn by the server, so that at first the browser
 * needs no more than what is live: the bar, the notices, who is here.
 */
export const later = {
  paper: async () => (await import('./Paper.svelte')).default,
  decision: async () => (await import('./Decision.svelte')).default,
  notices: async () => (await import('../parts/Notices.svelte')).default,
  talk: async () => (await import('./Talk.svelte')).default,
};

// Not `scroll`: browsers scroll by themselves.
const SIGNS = ['pointermove', 'pointerdown', 'touchstart', 'wheel', 'keydown', 'focusin'] as const;

/**
 * Fetches all of it at the first sign that somebody is there: whoever then walks into a tunnel can still write and decide. Returns
 * what stops waiting for a sign.
 */
export function fetchAtFirstSign(): () => void {
  const waiting = new AbortController();
  const fetchAll = () => {
    waiting.abort();
    // What does not come now is asked for again when it is needed.
    for (const load of Object.values(later)) load().catch(() => {});
  };
  for (const sign of SIGNS) window.addEventListener(sign, fetchAll, { signal: waiting.signal, passive: true, capture: true });
  return () => waiting.abort();
}
