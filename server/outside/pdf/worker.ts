import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import type { PdfJob } from './pool.ts';
import { renderReceipt } from './receipt.ts';
import { renderPdf } from './render.ts';

/** What the pool gets back, one answer a question. */
export type PdfAnswer = { pdf: Uint8Array } | { error: string };

/** Of 19: a core that both want is the other's, mostly. */
const NICE = 10;

const port = parentPort;
if (port === null) throw new Error('this file is a worker of the PDF pool');
// A drawing may wait, a message may not. Only on Linux is this about the thread; elsewhere it would be the whole program. (setpriority(2))
if (process.platform === 'linux') setPriority(NICE);

port.on('message', async (job: PdfJob) => {
  try {
    const pdf = await ('entry' in job ? renderReceipt(job) : renderPdf(job));
    port.postMessage({ pdf } satisfies PdfAnswer, [pdf.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies PdfAnswer);
  }
});
