import { createAdapter } from '@socket.io/redis-adapter';
import type { Logger } from 'pino';
import { createClient } from 'redis';
import { setTimeout as delay } from 'node:timers/promises';

const CLOSE_MS = 500;

/** What Redis carries between processes: hints and typing, never the truth. Without it the poll finds everything a second later. */
export interface Hints {
  adapter: ReturnType<typeof createAdapter>;
  close(): Promise<void>;
}

/**
 * Connects to Redis in the background: a start or a minute without it is no reason to stop serving.
 * Its failures are logged, once for each change, and mended by the client's own reconnecting.
 */
export function connectHints(url: string, logger: Logger): Hints {
  const publish = createClient({
    url,
    socket: { reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 2000) },
    disableOfflineQueue: true,
  });
  const subscribe = publish.duplicate({ disableOfflineQueue: false });
  let well = true;
  const failed = (error: unknown) => {
    if (well) logger.warn({ err: error }, 'redis is away; other processes learn by polling');
    well = false;
  };
  for (const client of [publish, subscribe]) {
    client.on('error', failed);
    client.on('ready', () => {
      if (!well) logger.info('redis is back');
      well = true;
    });
    client.connect().catch(failed);
  }
  return {
    adapter: createAdapter(quiet(publish, failed), quiet(subscribe, failed)),
    async close() {
      for (const client of [publish, subscribe]) await Promise.race([client.close().catch(failed), delay(CLOSE_MS)]);
      for (const client of [publish, subscribe]) if (client.isOpen) client.destroy();
    },
  };
}

/** Rejects unless Redis answers within `ms`, with the code of what is wrong. */
export async function pingRedis(url: string, ms: number): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: ms } });
  // It is thrown where it is waited for.
  client.on('error', () => {});
  try {
    await client.connect();
    await Promise.race([
      client.ping(),
      delay(ms, null, { ref: false }).then(() => Promise.reject(Object.assign(new Error(), { code: 'ETIMEDOUT' }))),
    ]);
  } finally {
    if (client.isOpen) client.destroy();
  }
}

/** What the adapter calls without looking at the answer; a rejection nobody handles would end the process. */
const UNWATCHED = ['publish', 'subscribe', 'pSubscribe', 'unsubscribe', 'pUnsubscribe'] as const;

function quiet<T extends object>(client: T, failed: (error: unknown) => void): T {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...args: unknown[]) => unknown;
      if (!UNWATCHED.some((one) => one === name)) return method;
      return (...args: unknown[]) => Promise.resolve(method(...args)).catch(failed);
    },
  });
}
