/** On the screen this long, an item counts as read. */
const READ_MS = 2500;

/** An attachment that calls `onseen` once the element has been in front of a person for a while, and again when `onseen` changes. */
export function seen(onseen: () => void): (node: Element) => () => void {
  return (node) => {
    let visible = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const check = () => {
      clearTimeout(timer);
      if (visible && document.visibilityState === 'visible') timer = setTimeout(onseen, READ_MS);
    };
    const observer = new IntersectionObserver(
      (entries) => {
        visible = entries.at(-1)?.isIntersecting ?? false;
        check();
      },
      // A card taller than the window is never seen whole: half of it, or a line across the middle of the window, is enough.
      { threshold: [0, 0.5], rootMargin: '0px 0px -15% 0px' },
    );
    observer.observe(node);
    document.addEventListener('visibilitychange', check);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('visibilitychange', check);
    };
  };
}
