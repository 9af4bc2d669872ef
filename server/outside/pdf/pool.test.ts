import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { frenchQuote, longQuote } from './fixtures.ts';
import { createPdfPool } from './pool.ts';
import { type PdfInput, renderPdf } from './render.ts';

const script = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);

async function refusal(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: Error) => error.message,
  );
}

test('the pool draws the same bytes as the renderer, several at a time, and close waits for them', async () => {
  const pool = createPdfPool({ workers: 2 });
  const asked = [frenchQuote(), longQuote(40), frenchQuote(), frenchQuote()].map((input) => pool.render(input));
  const closed = pool.close();
  const [first, , third] = await Promise.all(asked);
  await closed;
  const direct = await renderPdf(frenchQuote());
  assert.is(Buffer.compare(first!, direct), 0);
  assert.is(Buffer.compare(third!, direct), 0);
  assert.is(await refusal(pool.render(frenchQuote())), 'the PDF pool is closed');
  await pool.close();
});

test('a document that cannot be drawn is an error of its own; the worker goes on', async () => {
  const pool = createPdfPool();
  const broken = frenchQuote();
  const bad = { ...broken, document: { ...broken.document, content: { ...broken.document.content, currency: 'nonsense' } } };
  assert.match(await refusal(pool.render(bad)), /currency/i);
  const uncopyable = { ...frenchQuote(), today: (() => '') as unknown as string };
  assert.match(await refusal(pool.render(uncopyable)), /could not be cloned/);
  assert.ok((await pool.render(frenchQuote())).length > 1000);
  await pool.close();
});

test('a worker that dies fails its document and is replaced', async () => {
  const crash = `import { parentPort } from 'node:worker_threads';
    let seen = 0;
    parentPort.on('message', (input) => {
      if (input.today === 'throw') setTimeout(() => { throw new Error('boom'); });
      else if (input.today === 'exit') process.exit(3);
      else parentPort.postMessage({ pdf: new Uint8Array([++seen]) });
    });`;
  const pool = createPdfPool({ script: script(crash) });
  const on = (today: string): PdfInput => ({ ...frenchQuote(), today });
  const all = [
    pool.render(on('a')),
    pool.render(on('b')),
    refusal(pool.render(on('throw'))),
    pool.render(on('c')),
    refusal(pool.render(on('exit'))),
    pool.render(on('d')),
  ];
  assert.equal(await Promise.all(all), [
    new Uint8Array([1]),
    new Uint8Array([2]),
    'boom',
    new Uint8Array([1]),
    'the PDF worker ended (3)',
    new Uint8Array([1]),
  ]);
  await pool.close();
});

test('a document that takes too long is given up, and the next one is drawn', async () => {
  const slow = `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (input) => { while (input.today === 'loop'); parentPort.postMessage({ pdf: new Uint8Array([7]) }); });`;
  const pool = createPdfPool({ script: script(slow), timeout: 4000 });
  const stuck = refusal(pool.render({ ...frenchQuote(), today: 'loop' }));
  const after = pool.render(frenchQuote());
  assert.is(await stuck, 'the PDF took too long');
  assert.equal(await after, new Uint8Array([7]));
  await pool.close();
});

test('a pool nobody used starts nothing and closes at once', async () => {
  await createPdfPool().close();
});

test.run();
