import { copyText } from './copy.ts';

/** Milliseconds. */
const SAID_FOR = 2500;
const timers = new WeakMap<Element, ReturnType<typeof setTimeout>>();

/**
 * Copies what a button with `data-copy` offers, shows it on the button and says it politely: `data-said`, or `data-unsaid` where the browser refuses,
 * in the status line of the same section. It knows nothing of who drew them, so that it serves what the server has drawn, too.
 */
export async function copyFrom(button: HTMLElement): Promise<void> {
  const { copy = '', said = '', unsaid = '' } = button.dataset;
  const done = await copyText(copy);
  if (done) button.dataset.done = '';
  say(button.closest('section')?.querySelector('[role=status]') ?? null, done ? said : unsaid);
  clearTimeout(timers.get(button));
  timers.set(
    button,
    setTimeout(() => delete button.dataset.done, SAID_FOR),
  );
}

/** The button that was pressed, where it copies something. */
export function copierOf(event: Event): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null;
}

/** Hears the buttons inside of an element; returns what ends it. */
export function hearCopies(element: Element): () => void {
  const hear = (event: Event) => {
    const button = copierOf(event);
    if (button) void copyFrom(button);
  };
  element.addEventListener('click', hear);
  return () => element.removeEventListener('click', hear);
}

/** The same words twice are only said twice where they were gone meanwhile. */
function say(status: Element | null, words: string): void {
  if (!status) return;
  status.textContent = '';
  setTimeout(() => (status.textContent = words), 50);
}
