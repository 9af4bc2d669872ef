import { router } from '../router.svelte.ts';
import type { Notice } from './notice.ts';

const ICON = '/icons/192.png';
const WORKER = '/sw.js';

/** Registers the worker that raises notifications on phones, brings a click on one here, and makes the console installable. */
export async function registerWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  // Without it everything but that works: a browser that refuses is no fault of the page.
  await navigator.serviceWorker.register(WORKER).catch(() => undefined);
}

/** Shows a notification of the system: by the worker where there is one, else by this page. */
export async function raise(notice: Notice, lang: string, silent: boolean): Promise<void> {
  const { title, body, tag, address } = notice;
  // `renotify`: what takes the place of an older one is heard like a new one.
  const options = { body, tag, lang, silent, icon: ICON, renotify: true, data: { address } };
  const worker = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration('/').catch(() => undefined) : undefined;
  if (worker?.active) return worker.showNotification(title, options);
  const shown = new Notification(title, options);
  shown.onclick = () => {
    shown.close();
    window.focus();
    router.go(address);
  };
}
