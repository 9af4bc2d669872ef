import { Worker } from 'node:worker_threads';
import { Refusal } from '../../../shared/refusal.ts';
import type { AsideAnswer } from './aside-worker.ts';
import { readMail, type Mail } from './read.ts';

/** Up to here reading takes no longer than anything else the program does. */
const SMALL = 256 * 1024;
const TIMEOUT_MS = 60_000;

/**
 * Reads a raw message of any size; a large one in a thread of its own, so that nobody's page waits for it and nothing that is in it can
 * take the program along. Takes the bytes over. Throws Refusal `malformed`, also for one that does not come to an end.
 */
export async function readLarge(raw: Buffer, small = SMALL): Promise<Mail> {
  if (raw.byteLength <= small) return readMail(raw);
  const bytes = new Uint8Array(raw);
  const worker = new Worker(new URL('./aside-worker.ts', import.meta.url), {
    workerData: bytes,
    transferList: [bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const answer = await new Promise<AsideAnswer>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('it took too long')), TIMEOUT_MS);
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('it ended')));
    });
    if ('mail' in answer) return answer.mail;
    throw new Refusal('malformed', { detail: answer.refused });
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('malformed', { detail: 'this message cannot be read' });
  } finally {
    clearTimeout(timer);
    void worker.terminate();
  }
}
