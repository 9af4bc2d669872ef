import { mine } from '../session.svelte.ts';

/** While something is on its way, and a moment after something has happened: tries say nothing by themselves. */
const EVERY_MS = 2500;
const SOON_MS = 400;

/** Reads again for as long as the component that asks for it is there. */
export function readAgain(load: () => void, moving: () => boolean): void {
  const { feed } = mine();
  $effect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const stop = feed.onEvents(() => {
      clearTimeout(soon);
      soon = setTimeout(load, SOON_MS);
    });
    return () => {
      clearTimeout(soon);
      stop();
    };
  });
  $effect(() => {
    if (!moving()) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && load(), EVERY_MS);
    return () => clearInterval(timer);
  });
}
