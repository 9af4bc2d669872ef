import { mount, unmount, type Component } from 'svelte';

/** Milliseconds; the code of a page that is open may be out of reach for a while. */
const RETRY_AFTER = 3_000;

/**
 * Puts a component, fetched now, in the place of what the server drew in `target`; returns what takes it away again. Whoever was
 * writing in there goes on writing: `onTyped` gets the text, and the focus stays. Until it has come, what the server drew stands.
 */
export function replace<Props extends Record<string, unknown>>(
  target: HTMLElement,
  fetch: () => Promise<Component<Props>>,
  props: Props,
  onTyped?: (text: string) => void,
): () => void {
  let shown: Record<string, unknown> | null = null;
  let ended = false;
  let again: ReturnType<typeof setTimeout> | undefined;

  function put(component: Component<Props>): void {
    if (ended) return;
    const writing = target.querySelector('textarea');
    const focused = writing !== null && writing === document.activeElement;
    if (writing) onTyped?.(writing.value);
    target.replaceChildren();
    shown = mount(component, { target, props });
    if (focused) target.querySelector('textarea')?.focus();
  }

  function load(): void {
    fetch().then(put, () => {
      if (!ended) again = setTimeout(load, RETRY_AFTER);
    });
  }

  load();
  return () => {
    ended = true;
    clearTimeout(again);
    if (shown) void unmount(shown);
  };
}
