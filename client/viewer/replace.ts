import { mount, unmount, type Component } from 'svelte';

/** Milliseconds; the code of a page that is open may be out of reach for a while. */
const RETRY_AFTER = 3_000;

/**
 * Puts a component, fetched now, in the place of what the server drew in `target`; returns what takes it away again. Whoever was in
 * there stays where they were: what was typed into a field is in the new one, the focus is where it was, what was unfolded is
 * unfolded. Until it has come, what the server drew stands.
 */
export function replace<Props extends Record<string, unknown>>(
  target: HTMLElement,
  fetch: () => Promise<Component<Props>>,
  props: Props,
): () => void {
  let shown: Record<string, unknown> | null = null;
  let ended = false;
  let again: ReturnType<typeof setTimeout> | undefined;

  function put(component: Component<Props>): void {
    if (ended) return;
    const { activeElement } = document;
    const focused = target.contains(activeElement) ? alike(activeElement) : null;
    const inSight = isInSight(activeElement);
    const unfolded = [...target.querySelectorAll('details[open]')].map(alike);
    const typed = [...target.querySelectorAll<Field>('input:not([type=hidden]), textarea')].map((field) => [alike(field), field] as const);
    target.replaceChildren();
    shown = mount(component, { target, props });
    for (const [selector, field] of typed) copy(field, target.querySelector<Field>(selector));
    for (const selector of unfolded) target.querySelector(selector)?.setAttribute('open', '');
    if (focused !== null) target.querySelector<HTMLElement>(focused)?.focus({ preventScroll: !inSight });
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

type Field = HTMLInputElement | HTMLTextAreaElement;

/** What finds the same element in the other drawing: of its kind, with the same name, address or role. */
function alike(element: Element | null): string {
  const marks = ['name', 'href', 'role', 'class'].map((name) => [name, element?.getAttribute(name)] as const);
  const [name, value] = marks.find(([, given]) => given) ?? [];
  return `${element?.localName}${name ? `[${name}=${JSON.stringify(value)}]` : ''}`;
}

/** Whoever has scrolled away from where the focus is stays there; whoever saw it goes on seeing it. */
function isInSight(element: Element | null): boolean {
  const box = element?.getBoundingClientRect();
  return box !== undefined && box.bottom > 0 && box.top < innerHeight;
}

/** Whoever listens to the new field hears of it as if it had been typed there. */
function copy(from: Field, to: Field | null): void {
  if (!to || from.value === '' || from.value === to.value) return;
  if (from.type === 'file') (to as HTMLInputElement).files = (from as HTMLInputElement).files;
  // What was written another day comes back with the new drawing; neither is lost.
  else to.value = to instanceof HTMLTextAreaElement && to.value !== '' ? `${to.value}\n${from.value}` : from.value;
  for (const type of ['input', 'change']) to.dispatchEvent(new Event(type, { bubbles: true }));
}
