/**
 * Brings the document on the screen into the middle of a chain's picture, as far as that scrolls. Only the picture moves:
 * `scrollIntoView` would move the page as well.
 */
export function centreCurrent(row: Element | null | undefined): void {
  const link = row?.querySelector('[aria-current]');
  if (!row || !link) return;
  const [at, frame] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += at.left + at.width / 2 - (frame.left + frame.width / 2);
}
