import { dropAfter } from './lines.ts';

export interface Drag {
  /** The line that is carried. */
  id: string;
  /** Where it would be let go, at each change: behind which of the others. */
  onover: (after: string | null) => void;
  /** Let go; null where it was given up. */
  onend: (after: { line: string | null } | null) => void;
}

/** How near the edge of the window what is shown begins to move, and how fast at most, in pixels. */
const EDGE = 90;
const FASTEST = 18;

/**
 * Carries a line with a mouse, a finger or a pen, from `pointerdown` on its handle. The page scrolls near its edges; Escape gives it
 * up. The line follows by `translate`, so that nothing else is laid out anew.
 */
export function carry(event: PointerEvent, list: HTMLElement, { id, onover, onend }: Drag): void {
  const row = rowsOf(list).find((one) => one.dataset['line'] === id);
  if (!row) return;
  event.preventDefault();
  const handle = event.currentTarget as HTMLElement;
  handle.setPointerCapture(event.pointerId);
  const began = event.clientY + scrollY;
  let y = event.clientY;
  let over: string | null | undefined;
  let frame = requestAnimationFrame(step);

  function step(): void {
    const speed = y < EDGE ? y - EDGE : y > innerHeight - EDGE ? y - innerHeight + EDGE : 0;
    if (speed !== 0) scrollBy(0, Math.round((Math.max(-EDGE, Math.min(EDGE, speed)) / EDGE) * FASTEST));
    follow();
    frame = requestAnimationFrame(step);
  }

  function follow(): void {
    if (!row) return;
    row.style.translate = `0 ${String(Math.round(y + scrollY - began))}px`;
    const { top, bottom } = row.getBoundingClientRect();
    const down = y + scrollY > began;
    const others = rowsOf(list).filter((one) => one !== row);
    const after = dropAfter(
      others.map((one) => ({ id: one.dataset['line'] ?? '', ...edges(one) })),
      // Its leading edge: a tall line and a short one change places after the same way.
      down ? bottom : top,
    );
    if (after === over) return;
    over = after;
    onover(after);
  }

  function end(given: boolean): void {
    cancelAnimationFrame(frame);
    row?.style.removeProperty('translate');
    for (const [type, listener] of LISTENERS) handle.removeEventListener(type, listener as EventListener);
    removeEventListener('keydown', key, true);
    onend(given && over !== undefined ? { line: over } : null);
  }

  const move = (moved: PointerEvent) => void (y = moved.clientY);
  const up = () => {
    follow();
    end(true);
  };
  const cancel = () => end(false);
  const key = (pressed: KeyboardEvent) => {
    if (pressed.key !== 'Escape') return;
    pressed.preventDefault();
    pressed.stopPropagation();
    end(false);
  };
  const LISTENERS = [
    ['pointermove', move],
    ['pointerup', up],
    ['pointercancel', cancel],
  ] as const;
  for (const [type, listener] of LISTENERS) handle.addEventListener(type, listener as EventListener);
  addEventListener('keydown', key, true);
}

function rowsOf(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(':scope > [data-line]')];
}

function edges(row: HTMLElement): { top: number; bottom: number } {
  const { top, bottom } = row.getBoundingClientRect();
  return { top, bottom };
}
