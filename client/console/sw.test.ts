import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const SOURCE = readFileSync(new URL('./sw.js', import.meta.url), 'utf8');

/** Runs the worker among these windows, clicks a notification, and tells what became of it. */
async function click(windows: string[], address: string): Promise<string[]> {
  const did: string[] = [];
  const listeners = new Map<string, (event: unknown) => void>();
  const clients = {
    matchAll: () =>
      Promise.resolve(
        windows.map((url) => ({
          url,
          postMessage: (said: { open: string }) => did.push(`${url} opens ${said.open}`),
          focus: () => Promise.resolve(did.push(`${url} focused`)),
        })),
      ),
    openWindow: (url: string) => Promise.resolve(did.push(`new window at ${url}`)),
  };
  const self = { addEventListener: (type: string, listener: (event: unknown) => void) => listeners.set(type, listener), clients };
  runInContext(SOURCE, createContext({ self, URL }));
  let done: Promise<unknown> = Promise.resolve();
  listeners.get('notificationclick')?.({
    notification: { data: { address }, close: () => did.push('closed') },
    waitUntil: (work: Promise<unknown>) => (done = work),
  });
  await done;
  return did;
}

test('a click goes on in the window of the console that is open, best the one with the document', async () => {
  assert.equal(await click(['https://x.example/', 'https://x.example/documents/d'], '/documents/d#talk'), [
    'closed',
    'https://x.example/documents/d opens /documents/d#talk',
    'https://x.example/documents/d focused',
  ]);
  assert.equal(await click(['https://x.example/settings'], '/documents/d'), [
    'closed',
    'https://x.example/settings opens /documents/d',
    'https://x.example/settings focused',
  ]);
});

test('without one, or with only the client’s page, a window is opened', async () => {
  assert.equal(await click([], '/documents/d'), ['closed', 'new window at /documents/d']);
  assert.equal(await click(['https://x.example/d/token'], '/documents/d'), ['closed', 'new window at /documents/d']);
});

test('it keeps nothing and answers no request', () => {
  assert.not.match(SOURCE, /caches|'fetch'/);
});

test.run();
