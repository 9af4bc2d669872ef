import { routeOf } from '../route.ts';
import { router } from '../router.svelte.ts';

/** Goes where a clicked notification leads, as the worker says; returns how to stop listening. */
export function followClicks(): () => void {
  if (!('serviceWorker' in navigator)) return () => undefined;
  const { serviceWorker } = navigator;
  const listen = (event: MessageEvent<unknown>) => {
    const address = addressOf(event.data);
    if (address !== null) router.go(address);
  };
  serviceWorker.addEventListener('message', listen);
  return () => serviceWorker.removeEventListener('message', listen);
}

/** The address of a document's screen in what the worker said; null for anything else. */
export function addressOf(said: unknown): string | null {
  if (typeof said !== 'object' || said === null || !('open' in said) || typeof said.open !== 'string') return null;
  return routeOf(said.open.split(/[?#]/)[0] ?? '').screen === 'document' ? said.open : null;
}
