import { parentPort, workerData } from 'node:worker_threads';
import { readMail, type Mail } from './read.ts';

export type AsideAnswer = { mail: Mail } | { refused: string };

/** One large message, read outside the main thread; its files are handed over, not copied. */
try {
  const mail = await readMail(workerData as Uint8Array);
  const files = [...new Set(mail.parts.map((part) => part.bytes.buffer))] as ArrayBuffer[];
  parentPort?.postMessage({ mail } satisfies AsideAnswer, files);
} catch (error) {
  parentPort?.postMessage({ refused: (error as Error).message } satisfies AsideAnswer);
}
