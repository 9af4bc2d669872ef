/*
 * The console's service worker. It keeps nothing and answers no request: it is there so that a notification can be raised where
 * only a worker may do that (Android), and that a click on one leads to its document. Served as it stands, at /sw.js.
 */

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.address ?? '/'));
});

/** Shows an address in a window of the console that is open already, else in a new one. */
async function open(address) {
  const all = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // The client's page and a PDF, which the owner may have open too, are no windows of the console.
  const windows = all.filter((one) => !/^\/(d|console)\//.test(new URL(one.url).pathname));
  const there = windows.find((one) => new URL(one.url).pathname === address.split('#')[0]) ?? windows[0];
  if (!there) return self.clients.openWindow(address);
  // The page goes there by itself: it keeps its state, and what was being written.
  there.postMessage({ open: address });
  return there.focus();
}
