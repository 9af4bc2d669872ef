/** Loads the company's accent as a style sheet, as on the client's page: the policy of the pages allows no inline style. */
export function useAccent(accent: string): void {
  const colour = /^#([0-9a-f]{6})$/i.exec(accent)?.[1]?.toLowerCase();
  if (colour === undefined) return;
  const href = `/theme/${colour}.css`;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  document.head.append(link);
}
