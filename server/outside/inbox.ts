import { Worker } from 'node:worker_threads';

/** Our own inbox, for whoever tries the program before giving it a mail server: every mail lands there and can be read in the browser. */
export interface Inbox {
  /** Where to send. */
  smtpUrl: string;
  /** Where to read. */
  url: string;
  close(): Promise<void>;
}

/** What the worker is told, and what it answers. */
export interface InboxSettings {
  folder: string;
  port: number;
  path: string;
}
export interface InboxPorts {
  smtp: number;
  web: number;
}

/** maildev's own; when it is taken, any free one. */
const WEB_PORT = 1080;

/**
 * Starts maildev in a thread of its own, on the loopback interface only. Its mails hold secret links, and any page in the
 * same browser may ask a local port: so it answers only below `path`, which nobody can guess.
 */
export async function openInbox(options: { folder: string; path: string; port?: number }): Promise<Inbox> {
  const { folder, path, port = WEB_PORT } = options;
  const worker = new Worker(new URL('./inbox-worker.ts', import.meta.url), {
    workerData: { folder, path, port } satisfies InboxSettings,
    stdout: true,
    stderr: true,
  });
  const ports = await new Promise<InboxPorts>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the inbox ended (${code})`)));
  });
  worker.on('error', () => {});
  worker.unref();
  return {
    smtpUrl: `smtp://127.0.0.1:${ports.smtp}`,
    url: `http://127.0.0.1:${ports.web}${path}/`,
    close: async () => void (await worker.terminate()),
  };
}
