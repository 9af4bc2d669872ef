import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DocumentView } from '../../shared/view.ts';
import { keepDrawings } from './drawings.ts';

/** Something to draw, told apart by its number, with what only the owner knows beside it. */
const input = (number: string, owner: unknown = null) => ({ document: { number, owner } as unknown as DocumentView });

/** Draws so many bytes each time, and counts. */
function drawer(bytes: number, most?: number) {
  const drawn: string[] = [];
  const draw = keepDrawings<ReturnType<typeof input>>(async ({ document }) => {
    drawn.push(document.number ?? '');
    return new Uint8Array(bytes);
  }, most);
  return { draw, drawn };
}

test('the same is drawn once, asked for at once or later, by whichever side', async () => {
  const { draw, drawn } = drawer(10);
  const [a, b] = await Promise.all([draw(input('1')), draw(input('1', { views: 3 }))]);
  assert.is(a, b);
  assert.is(await draw(input('1')), a);
  await draw(input('2'));
  assert.equal(drawn, ['1', '2']);
});

test('all that is kept takes no more bytes than it may, and the newest stay', async () => {
  const { draw, drawn } = drawer(1000, 10_000);
  for (let n = 1; n <= 50; n += 1) await draw(input(String(n)));
  for (let n = 41; n <= 50; n += 1) await draw(input(String(n)));
  assert.is(drawn.length, 50, 'the last ten are there');
  await draw(input('40'));
  assert.is(drawn.length, 51, 'the one before is not');
});

test('one that is larger than all may be is handed out and not kept', async () => {
  const { draw, drawn } = drawer(1000, 500);
  assert.is((await draw(input('1'))).byteLength, 1000);
  await draw(input('1'));
  assert.is(drawn.length, 2);
});

test('many small ones are not kept without end either', async () => {
  const { draw, drawn } = drawer(1);
  for (let n = 1; n <= 201; n += 1) await draw(input(String(n)));
  await draw(input('201'));
  assert.is(drawn.length, 201);
  await draw(input('1'));
  assert.is(drawn.length, 202);
});

test('what could not be drawn is drawn anew, and too many that wait are refused', async () => {
  let fails = true;
  const draw = keepDrawings<ReturnType<typeof input>>(async () => (fails ? Promise.reject(new Error('no ink')) : new Uint8Array(1)));
  const failure = (work: Promise<unknown>) =>
    work.then(() => 'drawn').catch((error: Error & { code?: string }) => error.code ?? error.message);
  assert.is(await failure(draw(input('1'))), 'no ink');
  fails = false;
  assert.is(await failure(draw(input('1'))), 'drawn');
  const never = keepDrawings<ReturnType<typeof input>>(() => new Promise(() => {}));
  for (let n = 0; n < 100; n += 1) void never(input(String(n)));
  assert.is(await failure(never(input('one more'))), 'unavailable');
});

test.run();
