import { createAdapter } from '@socket.io/redis-adapter';
import type { Logger } from 'pino';
import { createClient } from 'redis';

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
  const publish = createClient({ url, socket: { reconnectStrategy: (tries) => Math.min(50 * 2 ** tries, 2000) }, disableOfflineQueue: true });
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
    adapter: createAdapter(quiet(publish, failed), subscribe),
    async close() {
      for (const client of [publish, subscribe]) client.destroy();
    },
  };
}

/** The adapter does not look at what `publish` answers; a rejection nobody handles would end the process. */
function quiet<T extends { publish: (channel: string, message: string | Buffer) => Promise<unknown> }>(client: T, failed: (error: unknown) => void): T {
  const publish = client.publish.bind(client);
  client.publish = (channel, message) =>
    publish(channel, message).catch((error: unknown) => {
      failed(error);
      return 0;
    });
  return client;
}
