import { parentPort } from 'node:worker_threads';
import { type PdfInput, renderPdf } from './render.ts';

/** What the pool sends and what it gets back, one answer a question. */
export type PdfAnswer = { pdf: Uint8Array } | { error: string };

const port = parentPort;
if (port === null) throw new Error('this file is a worker of the PDF pool');

port.on('message', async (input: PdfInput) => {
  try {
    const pdf = await renderPdf(input);
    port.postMessage({ pdf } satisfies PdfAnswer, [pdf.buffer as ArrayBuffer]);
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies PdfAnswer);
  }
});
