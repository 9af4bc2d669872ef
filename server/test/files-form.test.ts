import { randomUUID } from 'node:crypto';
import { request, createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FILE_MAX, MESSAGE_FILES_COUNT } from '../../shared/files.ts';
import type { Refusal } from '../../shared/refusal.ts';
import { timed } from '../doors/body.ts';
import { paced } from '../doors/files.ts';
import { EXE, PDF, PNG, room, rows, stored } from './attach.ts';
import { form, issued, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';

/** The form of the client's page as a browser without JavaScript sends it. */

let app: TestApp;
let quote: Made;
test.before(async () => {
  app = await startApp();
});
test.before.each(async () => {
  quote = await issued(app, 'quote');
});
test.after(() => app?.close());

const path = (made = quote) => `/d/${made.token}/${made.id}/messages`;

async function post(
  fields: [string, string][],
  files: [string, Buffer][],
  options: { path?: string; filesFirst?: boolean } = {},
): Promise<{ status: number; page: string }> {
  const sent = new FormData();
  const texts = () => fields.forEach(([name, value]) => sent.append(name, value));
  if (!options.filesFirst) texts();
  else for (const [name, value] of fields.splice(0, 1)) sent.append(name, value);
  for (const [name, bytes] of files) sent.append('files', new Blob([new Uint8Array(bytes)]), name);
  if (options.filesFirst) texts();
  const response = await fetch(`${app.url}${options.path ?? path()}`, {
    method: 'POST',
    body: sent,
    redirect: 'manual',
    headers: { origin: app.url, accept: 'text/html' },
  });
  return { status: response.status, page: await response.text() };
}

const messages = async () =>
  (await app.api('GET', `/documents/${quote.id}`)).body.messages as { text: string; files: { name: string; bytes: number }[] }[];

test('several files go with the message, wherever they stand in the form, in their order', async () => {
  for (const filesFirst of [false, true]) {
    const fields: [string, string][] = [
      ['command', randomUUID()],
      ['text', 'Here they are'],
    ];
    const files: [string, Buffer][] = [
      ['b.pdf', PDF],
      ['a.png', PNG],
    ];
    assert.is((await post(fields, files, { filesFirst })).status, 303);
    const last = (await messages()).at(-1);
    assert.is(last?.text, 'Here they are');
    assert.equal(
      last?.files.map((file) => file.name),
      ['b.pdf', 'a.png'],
    );
  }
});

test('files alone are a message; an empty file input is none; words alone go as ever', async () => {
  assert.is((await post([['command', randomUUID()]], [['a.pdf', PDF]])).status, 303);
  const raw = (id: string, text: string) =>
    [
      `--xyz\r\nContent-Disposition: form-data; name="command"\r\n\r\n${id}`,
      `--xyz\r\nContent-Disposition: form-data; name="text"\r\n\r\n${text}`,
      '--xyz\r\nContent-Disposition: form-data; name="files"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
      '--xyz--\r\n',
    ].join('\r\n');
  const empty = (text: string) =>
    fetch(`${app.url}${path()}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: app.url, 'content-type': 'multipart/form-data; boundary=xyz' },
      body: raw(randomUUID(), text),
    });
  assert.is((await empty('only words')).status, 303);
  const nothing = await empty('');
  assert.is(nothing.status, 422);
  assert.is((await form(app, path(), { command: randomUUID(), text: 'urlencoded' })).status, 303);
  assert.equal(
    (await messages()).map((one) => [one.text, one.files.length]),
    [
      ['', 1],
      ['only words', 0],
      ['urlencoded', 0],
    ],
  );
});

test('the same form sent twice is one message with its files once', async () => {
  const command = randomUUID();
  const twice = () => post([['command', command], ['text', 'once']], [['a.pdf', PDF]]); // prettier-ignore
  const both = [await twice(), ...(await Promise.all([twice(), twice()]))];
  assert.equal(
    both.map((one) => one.status),
    [303, 303, 303],
  );
  assert.equal((await messages()).map((one) => one.files.length), [1]); // prettier-ignore
  assert.is((await rows(app)).filter((row) => row.document_id === quote.id).length, 1);
});

test('a refused file: the page says so and keeps what was typed, and the other files are given up', async () => {
  const disk = stored(app).length;
  for (const filesFirst of [false, true]) {
    for (const [bad, bytes, status, words] of [
      ['setup.exe', EXE, 415, 'program'],
      ['big.pdf', Buffer.concat([PDF, Buffer.alloc(FILE_MAX)]), 413, 'too large'],
    ] as const) {
      const fields: [string, string][] = [
        ['command', randomUUID()],
        ['text', 'A long text <b>'],
      ];
      const answer = await post(fields, [['a.pdf', PDF], [bad, bytes], ['b.png', PNG]], { filesFirst }); // prettier-ignore
      assert.is(answer.status, status, `${bad}: ${answer.page.slice(0, 200)}`);
      assert.match(answer.page, 'A long text &lt;b');
      assert.match(answer.page.toLowerCase(), words);
    }
  }
  assert.equal(await messages(), []);
  assert.equal(
    (await rows(app)).filter((row) => row.document_id === quote.id),
    [],
  );
  const [kept, counted] = await room(app);
  assert.is(kept, counted);
  // The bytes of those that were taken wait to be tidied up; nothing is half.
  assert.ok(stored(app).length <= disk + 2);
  assert.not.ok(stored(app).some((one) => one.startsWith('tmp/')));
});

test('too many files, too long a text, no name where one is needed: nothing is kept but the words', async () => {
  const many = Array.from({ length: MESSAGE_FILES_COUNT + 1 }, (_, i): [string, Buffer] => [`${i}.pdf`, PDF]);
  assert.is((await post([['command', randomUUID()], ['text', 'x']], many)).status, 422); // prettier-ignore
  assert.is((await post([['command', randomUUID()], ['text', 'x'.repeat(60_000)]], [['a.pdf', PDF]])).status, 413); // prettier-ignore
  const { body } = await app.api('POST', `/documents/${quote.id}/links`, {});
  const nameless = `/d/${String(body.url).split('/').at(-1)}/${quote.id}/messages`;
  assert.is((await post([['command', randomUUID()], ['text', 'who am I']], [['a.pdf', PDF]], { path: nameless })).status, 422); // prettier-ignore
  assert.equal(
    (await rows(app)).filter((row) => row.document_id === quote.id),
    [],
  );
  assert.is((await post([['text', 'x']], [['a.pdf', PDF]])).status, 400, 'a form without its id');
  assert.is((await post([['command', randomUUID()]], [['a.pdf', PDF]], { path: `/d/${quote.token}/x/messages` })).status, 404);
  assert.equal(await messages(), []);
});

test('a sender who falls silent, or takes for ever, is cut off', async () => {
  const read = async (req: IncomingMessage, times: { silent: number; whole: number }) => {
    try {
      await timed({ req }, times, async () => {
        for await (const chunk of req.iterator({ destroyOnReturn: false })) void chunk;
      });
      return 'read';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code;
    }
  };
  for (const [times, dripping] of [
    [{ silent: 100, whole: 60_000 }, false],
    [{ silent: 60_000, whole: 300 }, true],
  ] as const) {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const outcome = new Promise<string | undefined>((resolve) => server.on('request', (req) => void read(req, times).then(resolve)));
    const sent = request({ port: (server.address() as AddressInfo).port, method: 'POST', headers: { 'content-length': 1000 } });
    sent.on('error', () => {});
    sent.write('x');
    const drip = setInterval(() => dripping && sent.write('x'), 20);
    assert.is(await Promise.race([outcome, delay(10_000, 'still reading')]), 'ECONNRESET');
    clearInterval(drip);
    sent.destroy();
    server.close();
  }
});

test('a sender who only drips is told that the upload broke; one who had to wait for us is not', async () => {
  const drip = async function* (each: number, wait: number) {
    for (let i = 0; i < 12; i += 1) {
      await delay(wait);
      yield Buffer.alloc(each);
    }
  };
  const least = { bytes: 1000, ms: 100 };
  const outcome = async (each: number, wait: number, ours: number) => {
    const read = { bytes: 0 };
    try {
      for await (const chunk of paced(drip(each, wait), least, read)) await delay(ours, chunk);
      return read.bytes;
    } catch (error) {
      return (error as Refusal).code;
    }
  };
  assert.equal(await Promise.all([outcome(10, 30, 0), outcome(800, 30, 0), outcome(10, 1, 30)]), ['upload_broken', 9600, 120]);
});

test.run();
