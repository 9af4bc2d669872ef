import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FILE_MAX } from '../../../shared/files.ts';
import type { Clock } from '../../live/browser.ts';
import { deadline } from '../../live/testing.ts';
import { fr } from '../../../shared/i18n/fr.ts';
import { fileAddress, uploadAddress, viewAddress } from './address.ts';
import { kindOf, sizeOf } from './kinds.ts';
import { faultOf, leftSentences } from './say.ts';
import { isWorthATry } from './faults.ts';
import { createUploads, type Upload, type UploadOptions } from './upload.ts';

deadline(test, 20_000);

/** A request that the test answers. */
class Line {
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  status = 0;
  responseText = '';
  aborted = false;
  url = '';
  form = new FormData();
  open(_method: string, url: string): void {
    this.url = url;
  }
  setRequestHeader(): void {}
  send(form: FormData): void {
    this.form = form;
  }
  abort(): void {
    this.aborted = true;
    // Browsers tell whoever asked for it as well; nothing must come of that.
    this.onerror?.();
  }
  get id(): string {
    return String(this.form.get('id'));
  }
  answer(status: number, body: unknown): void {
    this.status = status;
    this.responseText = typeof body === 'string' ? body : JSON.stringify(body);
    this.onload?.();
  }
}

/** Time that passes when the test says so. */
function handClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  let timers: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after(ms, action) {
      const timer = { at: now + ms, action };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
    pass(ms) {
      now += ms;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const { action } of due) action();
    },
  };
}

function setUp(options: Partial<UploadOptions> = {}) {
  const lines: Line[] = [];
  const clock = handClock();
  const window = new EventTarget();
  const seen: (readonly Upload[])[] = [];
  const uploads = createUploads({
    url: '/files',
    room: () => 10 - uploads.list.length,
    onChange: (list) => seen.push(list),
    request: () => {
      const line = new Line();
      lines.push(line);
      return line as unknown as XMLHttpRequest;
    },
    window,
    clock,
    ...options,
  });
  return { uploads, lines, clock, window, seen, states: () => uploads.list.map((one) => one.state) };
}

const file = (name: string, bytes = 3) => new File([new Uint8Array(bytes)], name, { type: 'image/png' });
/** What the browser has of a file that is not on the disk any more. */
const ghost = (name: string) =>
  Object.assign(file(name), { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotFoundError')) }) });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const view = (id: string) => ({ file: { id, name: 'a', bytes: 3, mediaType: 'image/png' } });
const problem = (code: string) => ({ type: 'about:blank', status: 409, code });

test('the id goes first, then the file; progress is told; what the server made of it is kept', () => {
  const { uploads, lines, seen } = setUp();
  assert.is(uploads.add([file('a.png')]), null);
  const [line] = lines;
  assert.is(line?.url, '/files');
  assert.equal([...(line?.form.keys() ?? [])], ['id', 'file']);
  assert.is((line?.form.get('file') as File).name, 'a.png');
  line?.upload.onprogress?.({ loaded: 1, total: 4 });
  assert.is(uploads.list[0]?.progress, 0.25);
  line?.answer(201, view(line.id));
  assert.is(uploads.list[0]?.state, 'done');
  assert.is(uploads.list[0]?.file?.id, line?.id);
  assert.not(seen.at(-1) === seen.at(-2), 'each change is a new list');
});

test('two at a time, in the order chosen', () => {
  const { uploads, lines, states } = setUp();
  uploads.add([file('a'), file('b'), file('c')]);
  assert.equal(states(), ['sending', 'sending', 'waiting']);
  lines[1]?.answer(201, view(lines[1].id));
  assert.equal(states(), ['sending', 'done', 'sending']);
  assert.is(lines.length, 3);
});

test('what is too large, or too many, is not sent at all, and its limit is said', () => {
  const { uploads, lines } = setUp({ room: () => 2 - uploads.list.length });
  const large = Object.defineProperty(file('plan.tif'), 'size', { value: FILE_MAX + 1 });
  const exact = Object.defineProperty(file('b'), 'size', { value: FILE_MAX });
  const left = uploads.add([file('a'), large, exact, file('c')]);
  assert.equal(left, { tooLarge: ['plan.tif'], tooMany: 1 });
  assert.is(lines.length, 2);
  assert.equal(leftSentences(left!, 2, fr, 'fr'), [
    `Non joint, car plus de ${sizeOf(FILE_MAX, 'fr')} : plan.tif.`,
    '1 fichier n’est pas joint : 2 au plus.',
  ]);
});

test('a refusal of the server stands, in words; it is not sent again by itself', () => {
  const { uploads, lines, clock, window } = setUp();
  uploads.add([file('a')]);
  lines[0]?.answer(409, problem('document_full'));
  const [upload] = uploads.list;
  assert.equal([upload?.state, upload?.fault], ['failed', 'document_full']);
  assert.is(faultOf(upload!, fr), fr.refusals.document_full);
  window.dispatchEvent(new Event('online'));
  uploads.resume();
  clock.pass(600_000);
  assert.is(lines.length, 1);
});

test('what is not a problem document is judged by its status', () => {
  const { uploads, lines } = setUp();
  const faultAfter = (status: number, body: unknown) => {
    uploads.add([file('a')]);
    const line = lines.at(-1)!;
    line.answer(status, body);
    const { fault } = uploads.list.find((one) => one.id === line.id)!;
    uploads.remove(line.id);
    return fault;
  };
  assert.is(faultAfter(413, '<html>nginx</html>'), 'too_large');
  assert.is(faultAfter(502, ''), 'unavailable');
  assert.is(faultAfter(500, '{}'), 'internal');
  assert.is(faultAfter(200, 'no file in it'), 'internal');
  assert.is(faultAfter(409, problem('__proto__')), 'malformed');
});

test('a broken line is tried again under the same id: by itself, when the network is back, or when somebody asks', async () => {
  const { uploads, lines, clock, window, states } = setUp();
  uploads.add([file('a')]);
  const id = lines[0]?.id;
  const breakOff = async () => {
    lines.at(-1)?.onerror?.();
    await settled();
    assert.equal(states(), ['failed']);
    assert.ok(isWorthATry(uploads.list[0]!));
  };
  await breakOff();
  clock.pass(2_000);
  assert.is(lines.length, 2, 'by itself');
  await breakOff();
  window.dispatchEvent(new Event('online'));
  assert.is(lines.length, 3, 'when the network is back');
  await breakOff();
  uploads.resume();
  assert.is(lines.length, 4, 'when the connection is back');
  await breakOff();
  uploads.retry(id!);
  assert.equal(
    lines.map((line) => line.id),
    [id, id, id, id, id],
  );
  lines.at(-1)?.answer(201, view(id!));
  assert.equal(states(), ['done']);
});

test('a line that says nothing for a minute is dead; one that moves is not', () => {
  const { uploads, lines, clock, states } = setUp();
  uploads.add([file('a')]);
  for (let i = 1; i < 4; i += 1) {
    clock.pass(50_000);
    lines[0]?.upload.onprogress?.({ loaded: i, total: 10 });
  }
  assert.equal(states(), ['sending']);
  clock.pass(61_000);
  assert.ok(lines[0]?.aborted);
  assert.equal(states(), ['failed']);
  clock.pass(2_000);
  assert.equal(states(), ['sending']);
  lines[0]?.answer(201, view(lines[0].id));
  assert.equal(states(), ['sending'], 'what the dead line says late is not heard');
});

test('a file that is gone from the disk is not tried again', async () => {
  const { uploads, lines, clock } = setUp();
  uploads.add([ghost('a')]);
  lines[0]?.onerror?.();
  await settled();
  assert.is(uploads.list[0]?.fault, 'unreadable');
  assert.not(isWorthATry(uploads.list[0]!));
  clock.pass(60_000);
  assert.is(lines.length, 1);
});

test('what is taken away is broken off, makes room, and is never heard of again', async () => {
  const { uploads, lines, states, clock } = setUp();
  uploads.add([file('a'), file('b'), file('c')]);
  uploads.remove(lines[0]!.id);
  await settled();
  assert.ok(lines[0]?.aborted);
  assert.equal(states(), ['sending', 'sending']);
  lines[0]?.answer(201, view(lines[0].id));
  assert.equal(
    uploads.list.map((one) => one.name),
    ['b', 'c'],
  );
  clock.pass(600_000);
  assert.is(lines.filter((line) => line.id === lines[0]?.id).length, 1);
});

test('leaving is warned of as long as something is on its way', () => {
  const { uploads, lines, window } = setUp();
  const leaves = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }));
  assert.ok(leaves());
  uploads.add([file('a')]);
  assert.not(leaves());
  lines[0]?.answer(201, view(lines[0].id));
  assert.ok(leaves());
});

test('sizes and kinds as people write them', () => {
  const plain = (text: string) => text.replace(/\s/g, ' ');
  assert.equal(
    [0, 1, 1023, 12_700, 1024 ** 2 - 1, 1_258_291, FILE_MAX, 10 * 1024 ** 3].map((bytes) => plain(sizeOf(bytes, 'fr'))),
    ['0 octet', '1 octet', '1 023 octets', '12 ko', '1 Mo', '1,2 Mo', '25 Mo', '10 Go'],
  );
  assert.is(plain(sizeOf(1_258_291, 'en')), '1.2 MB');
  const kind = (mediaType: string, name: string) => kindOf({ mediaType, name }, fr);
  assert.equal(
    [
      kind('application/pdf', 'a'),
      kind('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'a'),
      kind('application/vnd.oasis.opendocument.text', 'a'),
      kind('application/x-cfb', 'a.doc'),
      kind('application/zip', 'photos.zip'),
      kind('application/zip', 'devis.xlsx'),
      kind('image/heic', 'a'),
      kind('text/csv', 'a.csv'),
      kind('application/octet-stream', 'a.bin'),
    ],
    ['PDF', 'Excel', 'OpenDocument', 'Word', 'Archive', 'Excel', 'Image', 'Texte', 'Fichier'],
  );
});

test('addresses: a query of the base stays with uploads', () => {
  assert.is(uploadAddress('/d/t/1/files', 'message'), '/d/t/1/files?for=message');
  assert.is(uploadAddress('/d/t/1/files?as=client', 'message'), '/d/t/1/files?as=client&for=message');
  assert.is(viewAddress(fileAddress('/d/t/1/files?as=client', 'f')), '/d/t/1/files/f?view');
});

test.run();
