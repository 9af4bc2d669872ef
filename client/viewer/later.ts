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
