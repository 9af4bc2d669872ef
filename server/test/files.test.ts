import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMPANY_FILES_MAX, DOCUMENT_FILES_COUNT, DOCUMENT_FILES_MAX, FILE_MAX } from '../../shared/files.ts';
import { dealView } from '../views/deal.ts';
import { EXE, formBytes, onSmallDisk, PDF, PNG, rawPost, room, rows, stored, upload } from './attach.ts';
import { ask, issued, LINE, until, type Made } from './doors.ts';
import { startApp, type TestApp } from './harness.ts';
import { openPage } from './page.ts';

let app: TestApp;
let quote: Made;
test.before(async () => {
  app = await startApp();
});
test.before.each(async () => {
  // A quote of its own for each test: throttles and quotas begin anew.
  quote = await issued(app, 'quote');
});
test.after(() => app?.close());

const clientPath = (made = quote) => `/d/${made.token}/${made.id}/files`;
const ownerPath = (made = quote, target = 'document') => `/console/documents/${made.id}/files?for=${target}`;
const asOwner = () => ({ headers: { cookie: app.cookie } });
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${app.url}${path}`, { headers });
const view = async (side: 'owner' | 'client') => {
  const found = await dealView(app.em(), quote.deal, side);
  if (!found) throw new Error('no such deal');
  return found;
};
/** What one test leaves in the folder. */
let before: string[] = [];
const left = () => stored(app).filter((path) => !before.includes(path));
test.before.each(() => {
  before = stored(app);
});

test('a client’s file goes with a message: both sides see it at once, and get the same bytes', async () => {
  const owner = await openPage(app.url, `deal:${quote.deal}`, { cookie: app.cookie, view: await view('owner') });
  const client = await openPage(app.url, `deal:${quote.deal}`, { link: quote.token, view: await view('client') });
  for (const page of [owner, client]) assert.ok((await page.join()).ok);
  const [plan, photo] = [await upload(app, clientPath(), PDF), await upload(app, clientPath(), PNG, { name: 'photo.png' })];
  assert.equal([plan.status, photo.status], [201, 201]);
  assert.equal(
    [plan.body.file.mediaType, plan.body.file.bytes, plan.body.file.name, plan.body.file.message],
    ['application/pdf', PDF.length, 'plan.pdf', null],
  );
  assert.equal((await view('owner')).documents[0]?.files, [], 'it waits');
  const files = [photo.body.file.id, plan.body.file.id];
  const posted = await client.send('postMessage', { document: quote.id, text: '', notify: false, files, name: null });
  assert.ok(posted.ok, JSON.stringify(posted));
  for (const [page, side] of [
    [owner, 'owner'],
    [client, 'client'],
  ] as const) {
    await page.until('the message', () => page.view().messages.length === 1);
    assert.equal(page.view(), await view(side));
    assert.equal(
      page.view().messages[0]?.files.map((file) => [file.id, file.by, file.message]),
      files.map((id) => [id, 'Anne Martin', page.view().messages[0]?.id]),
    );
  }
  for (const [path, headers] of [
    [`${clientPath()}/${plan.body.file.id}`, {}],
    [`/console/documents/${quote.id}/files/${plan.body.file.id}`, { cookie: app.cookie }],
    [`/api/v1/documents/${quote.id}/files/${plan.body.file.id}`, { authorization: `Bearer ${app.key}` }],
  ] as const) {
    const answer = await get(path, headers);
    assert.is(answer.status, 200, path);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(PDF));
    assert.is(answer.headers.get('content-disposition'), 'attachment; filename="plan.pdf"');
  }
  owner.socket.close();
  client.socket.close();
});

test('the owner’s file on a document: live on both sides, and gone when it is taken off', async () => {
  const owner = await openPage(app.url, `deal:${quote.deal}`, { cookie: app.cookie, view: await view('owner') });
  const client = await openPage(app.url, `deal:${quote.deal}`, { link: quote.token, view: await view('client') });
  for (const page of [owner, client]) assert.ok((await page.join()).ok);
  const { body } = await upload(app, ownerPath(), PDF, { name: 'terms.pdf', ...asOwner() });
  for (const page of [owner, client]) {
    await page.until('the file', () => page.view().documents[0]?.files.length === 1);
    assert.equal(page.view().documents[0]?.files, [body.file]);
  }
  assert.is(body.file.by, 'Olive Owner');
  assert.is((await get(`${clientPath()}/${body.file.id}`)).status, 200);
  const removed = await owner.send('removeFile', { document: quote.id, file: body.file.id });
  assert.ok(removed.ok, JSON.stringify(removed));
  for (const page of [owner, client]) await page.until('no file', () => page.view().documents[0]?.files.length === 0);
  assert.is((await get(`${clientPath()}/${body.file.id}`)).status, 404);
  assert.is((await get(`/console/documents/${quote.id}/files/${body.file.id}`, { cookie: app.cookie })).status, 404);
  const [kept, counted] = await room(app);
  assert.is(kept, counted);
  owner.socket.close();
  client.socket.close();
});

test('an upload that breaks off leaves nothing, on disk or in the database', async () => {
  const { type, body } = formBytes(randomBytes(1_000_000));
  const before = await rows(app);
  for (const headers of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }] as Record<string, string>[]) {
    const { socket } = await rawPost(app, clientPath(), { ...headers, 'content-type': type });
    const half = body.subarray(0, 500_000);
    socket.write(
      headers['content-length'] ? half : Buffer.concat([Buffer.from(`${half.length.toString(16)}\r\n`), half, Buffer.from('\r\n')]),
    );
    await until(() => left().some((path) => path.startsWith('tmp/')), 'the first half is on disk');
    socket.destroy();
    await until(() => left().length === 0, 'nothing is left');
  }
  // One whose form ends in the middle, though the request does not.
  const cut = await fetch(`${app.url}${clientPath()}`, {
    method: 'POST',
    headers: { origin: app.url, 'content-type': type },
    body: new Uint8Array(body.subarray(0, 400_000)),
  });
  assert.equal([cut.status, ((await cut.json()) as { code: string }).code], [400, 'upload_broken']);
  assert.equal(left(), []);
  assert.equal(await rows(app), before);
});

test('a program is refused, also as exe.pdf, and nothing of it is kept', async () => {
  for (const name of ['setup.exe', 'exe.pdf', 'photo.png', 'x']) {
    const { status, body } = await upload(app, clientPath(), EXE, { name });
    assert.equal([status, body.code], [415, 'program_refused'], name);
  }
  assert.is((await upload(app, clientPath(), PDF, { name: 'invoice.pdf.exe' })).body.code, 'program_refused');
  assert.equal(left(), []);
});

test('too large: refused by what it says of itself, and at the first byte too many when it says nothing', async () => {
  const { heard, socket } = await rawPost(app, clientPath(), {
    'content-type': 'multipart/form-data; boundary=xyz',
    'content-length': String(FILE_MAX + 1_000_000),
  });
  await until(() => /^HTTP\/1\.1 413/.test(heard()) && heard().includes('"too_large"'), 'an answer before the body');
  socket.destroy();
  const whole = await upload(app, clientPath(), Buffer.concat([PDF, Buffer.alloc(FILE_MAX)]));
  assert.equal([whole.status, whole.body.code, whole.body.data.limit], [413, 'too_large', FILE_MAX]);
  const streamed = await streamEndlessly(clientPath());
  assert.equal([streamed.status, JSON.parse(streamed.body).code], [413, 'too_large']);
  assert.equal(left(), []);
  // As large as may be.
  const most = await upload(app, clientPath(), Buffer.concat([PDF, Buffer.alloc(FILE_MAX - PDF.length)]));
  assert.is(most.status, 201);
});

test('whoever sends everything before reading hears the answer too, not a reset', async () => {
  // Refused by its first bytes: far more comes than any buffer on the way holds.
  const { type, body } = formBytes(Buffer.concat([EXE, Buffer.alloc(24_000_000)]));
  for (const connection of ['keep-alive', 'close']) {
    const headers = { 'content-type': type, 'content-length': String(body.length), connection };
    const { socket, heard } = await rawPost(app, clientPath(), headers);
    socket.pause();
    let sent = false;
    socket.write(body, () => (sent = true));
    await until(() => sent || socket.destroyed, `everything is sent (${connection})`, 30_000);
    socket.resume();
    await until(() => heard().includes('"program_refused"'), `the answer is heard (${connection})`);
    socket.destroy();
  }
});

/** Sends a file without a length and without an end, until there is an answer; then some more, as browsers do. */
function streamEndlessly(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { type, body } = formBytes(PDF);
    const sent = request(`${app.url}${path}`, { method: 'POST', headers: { 'content-type': type, origin: app.url } });
    let more = 40;
    let answered = false;
    const push = () => {
      while (!sent.destroyed && (!answered || (more -= 1) > 0))
        if (!sent.write(Buffer.alloc(256 * 1024))) return void sent.once('drain', push);
      sent.end();
    };
    sent.on('response', (response) => {
      answered = true;
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    sent.on('error', reject);
    sent.write(body.subarray(0, body.length - 12));
    push();
  });
}

test('a document is full by bytes and by number, the company by bytes', async () => {
  const fill = (files: number, bytes: number) =>
    app.em().execute(
      `insert into files (id, company_id, deal_id, document_id, waiting, side, uploader, "by", name, media_type, bytes, sha256, position, at)
       select gen_random_uuid(), ?, ?, ?, false, 'owner', 'x', 'x', 'x', 'text/plain', ?, 'none', n, now() from generate_series(1, ?) n`,
      [app.company, quote.deal, quote.id, bytes, files],
    );
  await fill(1, DOCUMENT_FILES_MAX - 1000);
  assert.is((await upload(app, clientPath(), Buffer.alloc(1001, 'a'))).body.code, 'document_full');
  assert.equal(left(), [], 'what has no room is not even kept');
  assert.is((await upload(app, clientPath(), Buffer.alloc(1000, 'a'))).status, 201);
  const full = await upload(app, clientPath(), Buffer.from('b'));
  assert.equal([full.status, full.body.code, full.body.data.limit], [409, 'document_full', DOCUMENT_FILES_MAX]);

  quote = await issued(app, 'quote');
  await fill(DOCUMENT_FILES_COUNT - 1, 1);
  assert.is((await upload(app, clientPath(), PDF)).status, 201);
  assert.is((await upload(app, ownerPath(), PDF, asOwner())).body.code, 'document_full');

  quote = await issued(app, 'quote');
  await app.em().execute("delete from files where sha256 = 'none'");
  const [kept] = await room(app);
  await app.em().execute('update companies set file_bytes = ? where id = ?', [COMPANY_FILES_MAX - 1000, app.company]);
  const over = await upload(app, clientPath(), Buffer.alloc(1001, 'c'));
  assert.equal([over.status, over.body.code], [409, 'company_full']);
  // Two at once, of different deals, want the last room: exactly one has it.
  const other = await issued(app, 'quote');
  const both = await Promise.all([quote, other].map((made, i) => upload(app, clientPath(made), Buffer.alloc(700, String(i)))));
  assert.equal(both.map((one) => one.status).sort(), [201, 409]);
  assert.is(both.find((one) => one.status === 409)?.body.code, 'company_full');
  await app.em().execute('update companies set file_bytes = ? where id = ?', [kept + 700, app.company]);
  const shown = (await (await get('/console/files', { cookie: app.cookie })).json()) as unknown;
  assert.equal(shown, { used: kept + 700, limit: COMPANY_FILES_MAX });
  const [now, counted] = await room(app);
  assert.is(now, counted);
});

test('two at once want the last room of a document: exactly one has it', async () => {
  await upload(app, ownerPath(), PDF, asOwner());
  await app.em().execute('update files set bytes = ? where document_id = ?', [DOCUMENT_FILES_MAX - 1000, quote.id]);
  await app.em().execute('update companies set file_bytes = file_bytes + ?', [DOCUMENT_FILES_MAX - 1000 - PDF.length]);
  const both = await Promise.all(['a', 'b'].map((text) => upload(app, clientPath(), Buffer.alloc(700, text))));
  assert.equal(both.map((one) => one.status).sort(), [201, 409]);
});

test('a name is only shown: never a path, a device, a header or a disguise', async () => {
  for (const [given, shown, saved] of [
    ['../../x', 'x', 'x'],
    ['..\\..\\x.pdf', 'x.pdf', 'x.pdf'],
    ['con.pdf', 'con.pdf', '_con.pdf'],
    ['CON', 'CON', '_CON'],
    ['"quote".pdf', '"quote".pdf', '_quote_.pdf'],
    ['gnp\u202Efdp.pdf', 'gnpfdp.pdf', 'gnpfdp.pdf'],
    ['two  lines.pdf', 'two lines.pdf', 'two lines.pdf'],
    ['dots. . .', 'dots. . .', 'dots'],
  ] as const) {
    const { status, body } = await upload(app, clientPath(), PDF, { name: given });
    assert.equal([status, body.file?.name], [201, shown], given);
    const answer = await get(`${clientPath()}/${body.file.id}`);
    assert.is(answer.headers.get('content-disposition'), `attachment; filename="${saved}"`);
  }
  const named = (name: string) =>
    app.api('POST', `/documents/${quote.id}/files?name=${encodeURIComponent(name)}`, PDF.toString(), { 'content-type': 'application/pdf' });
  assert.is((await named('../../x')).body.name, '../../x');
  assert.is((await named('\u202E')).body.name, 'file');
  assert.is((await named('')).body.name, 'file');
  assert.is((await named('a\r\nSet-Cookie: x')).body.name, 'a Set-Cookie: x');
  for (const path of stored(app)) assert.match(path, /^[0-9a-f]{2}\/[0-9a-f]{64}$/);
});

test('the same upload again is the same file; other bytes or another name under its id are refused', async () => {
  const id = randomUUID();
  const first = await upload(app, clientPath(), PDF, { id });
  const again = await upload(app, clientPath(), PDF, { id });
  assert.equal(again, first);
  assert.is((await rows(app)).filter((row) => row.id === id).length, 1);
  const others = left();
  const other = await upload(app, clientPath(), Buffer.from('%PDF-1.4 other'), { id });
  assert.equal([other.status, other.body.code], [422, 'id_reused']);
  assert.is((await upload(app, clientPath(), PDF, { id, name: 'other.pdf' })).body.code, 'id_reused');
  assert.is((await upload(app, ownerPath(), PDF, { id, ...asOwner() })).body.code, 'id_reused');
  assert.equal(left(), others);
  const [kept, counted] = await room(app);
  assert.is(kept, counted);
});

test('a page of somebody else’s is a download, never a page of ours', async () => {
  for (const [name, text, type] of [
    ['x.html', '<!doctype html><script>alert(1)</script>', 'text/html'],
    ['x.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'image/svg+xml'],
    ['x.xml', '<?xml version="1.0"?><a/>', 'application/xml'],
    ['x.png', '<!doctype html><script>alert(1)</script>', 'text/html'],
  ] as const) {
    const { body } = await upload(app, clientPath(), Buffer.from(text), { name });
    assert.is(body.file.mediaType, type);
    for (const query of ['', '?view']) {
      const { headers } = await get(`${clientPath()}/${body.file.id}${query}`);
      assert.is(headers.get('content-type'), 'application/octet-stream');
      assert.match(headers.get('content-disposition') ?? '', /^attachment/);
      assert.is(headers.get('x-content-type-options'), 'nosniff');
      assert.is(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'; sandbox");
    }
  }
});

test('pictures and PDFs are shown in place, and asked for again each time; a PDF may be framed by our own page', async () => {
  const [pdf, png] = [await upload(app, clientPath(), PDF), await upload(app, clientPath(), PNG, { name: 'x.png' })];
  const shown = async (id: string) => (await get(`${clientPath()}/${id}?view`)).headers;
  const ofPdf = await shown(pdf.body.file.id);
  assert.equal(
    [ofPdf.get('content-type'), ofPdf.get('content-disposition'), ofPdf.get('content-security-policy'), ofPdf.get('x-frame-options')],
    ['application/pdf', 'inline; filename="plan.pdf"', "frame-ancestors 'self'", 'SAMEORIGIN'],
  );
  const ofPng = await shown(png.body.file.id);
  assert.equal(
    [ofPng.get('content-type'), ofPng.get('content-disposition'), ofPng.get('x-frame-options')],
    ['image/png', 'inline; filename="x.png"', 'DENY'],
  );
  assert.match(ofPng.get('content-security-policy') ?? '', /sandbox/);
  assert.is(ofPng.get('cache-control'), 'private, no-cache');
  const etag = ofPng.get('etag') ?? '';
  const asked = () => ask(app, 'GET', `${clientPath()}/${png.body.file.id}?view`, { headers: { 'if-none-match': etag } });
  assert.is((await asked()).status, 304);
  const page = await get(`/d/${quote.token}`);
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-src 'self'/);
  const link = await app.api('GET', `/documents/${quote.id}`);
  await app.api('DELETE', `/documents/${quote.id}/links/${link.body.links[0].id}`);
  assert.is((await asked()).status, 404, 'not after the link is revoked');
});

test('parts of a file, its head, and its type where nobody can be fooled by it', async () => {
  const { body } = await upload(app, clientPath(), Buffer.from('0123456789'), { name: 'a.csv' });
  const path = `${clientPath()}/${body.file.id}`;
  const ranged = async (range: string, more: Record<string, string> = {}) => {
    const answer = await get(path, { range, ...more });
    return [answer.status, await answer.text(), answer.headers.get('content-range'), answer.headers.get('content-length')];
  };
  assert.equal(await ranged('bytes=2-4'), [206, '234', 'bytes 2-4/10', '3']);
  assert.equal(await ranged('bytes=7-'), [206, '789', 'bytes 7-9/10', '3']);
  assert.equal(await ranged('bytes=-2'), [206, '89', 'bytes 8-9/10', '2']);
  assert.equal(await ranged('bytes=5-999'), [206, '56789', 'bytes 5-9/10', '5']);
  assert.equal((await ranged('bytes=10-')).slice(0, 3), [416, '', 'bytes */10']);
  assert.equal((await ranged('bytes=-0')).slice(0, 3), [416, '', 'bytes */10']);
  for (const odd of ['bytes=4-2', 'bytes=0-1,3-4', 'bytes=-', 'lines=1-2', 'bytes=a-b'])
    assert.equal((await ranged(odd)).slice(0, 3), [200, '0123456789', null], odd);
  const { headers } = await get(path);
  assert.equal([headers.get('content-type'), headers.get('content-length'), headers.get('accept-ranges')], ['text/csv', '10', 'bytes']);
  assert.equal((await ranged('bytes=0-0', { 'if-range': headers.get('etag') ?? '' })).slice(0, 2), [206, '0']);
  assert.equal((await ranged('bytes=0-0', { 'if-range': '"other"' })).slice(0, 2), [200, '0123456789']);
  const head = await fetch(`${app.url}${path}`, { method: 'HEAD' });
  assert.equal([head.status, head.headers.get('content-length')], [200, '10']);
});

test('a file that waits is its sender’s alone, and goes with one message of its sender', async () => {
  const { body } = await upload(app, clientPath(), PDF);
  const { id } = body.file;
  const more = await app.api('POST', `/documents/${quote.id}/links`, {});
  const other = String(more.body.url).split('/').at(-1);
  assert.is((await get(`${clientPath()}/${id}`)).status, 200);
  assert.is((await get(`/d/${other}/${quote.id}/files/${id}`)).status, 404);
  assert.is((await get(`/console/documents/${quote.id}/files/${id}`, { cookie: app.cookie })).status, 404);
  assert.is((await app.api('GET', `/documents/${quote.id}/files/${id}`)).status, 404);
  assert.is((await app.api('DELETE', `/documents/${quote.id}/files/${id}`)).status, 404);
  const take = (page: Awaited<ReturnType<typeof openPage>>, files: string[]) =>
    page.send('postMessage', { document: quote.id, text: 'x', notify: false, files, name: 'Somebody' });
  const others = await openPage(app.url, `deal:${quote.deal}`, { link: other ?? '' });
  const owner = await openPage(app.url, `deal:${quote.deal}`, { cookie: app.cookie });
  for (const page of [others, owner]) {
    const answer = await take(page, [id]);
    assert.is(answer.ok ? 'taken' : answer.refusal.faults[0]?.rule, 'unknown_file');
  }
  const mine = await openPage(app.url, `deal:${quote.deal}`, { link: quote.token });
  assert.ok((await take(mine, [id])).ok);
  const twice = await take(mine, [id]);
  assert.is(twice.ok ? 'taken' : twice.refusal.faults[0]?.rule, 'unknown_file');
  assert.is((await get(`/d/${other}/${quote.id}/files/${id}`)).status, 200);
  for (const page of [others, owner, mine]) page.socket.close();
});

test('a file waits for its contact, whichever of their links it came by; another contact’s link has nothing of it', async () => {
  const client = { name: 'Two Ltd', contacts: [{ name: 'Anne Martin', email: 'anne@example.com' }, { name: 'Luc Roux' }] };
  quote = await issued(app, 'quote', { client });
  const contacts = (await view('owner')).client.contacts.map((one) => one.id);
  const order = await issued(app, 'order', { follows: quote.id });
  const newLink = async (contact: string | null) =>
    String((await app.api('POST', `/documents/${order.id}/links`, { contact })).body.url)
      .split('/')
      .at(-1) ?? '';
  const at = (token: string) => clientPath({ ...quote, token });
  const take = async (token: string, files: string[]) => {
    const page = await openPage(app.url, `deal:${quote.deal}`, { link: token });
    const answer = await page.send('postMessage', { document: quote.id, text: 'x', notify: false, files, name: 'Somebody' });
    page.close();
    return answer.ok ? 'taken' : answer.refusal.faults[0]?.rule;
  };
  const [luc, holder, another] = [await newLink(contacts[1] ?? ''), await newLink(null), await newLink(null)];
  const id = randomUUID();
  assert.is((await upload(app, clientPath(), PDF, { id })).status, 201);
  for (const token of [luc, holder]) {
    assert.is((await get(`${at(token)}/${id}`)).status, 404);
    assert.is(await take(token, [id]), 'unknown_file');
    assert.is((await upload(app, at(token), PDF, { id })).body.code, 'id_reused');
  }
  assert.is((await get(`${at(order.token)}/${id}`)).status, 200);
  const again = await upload(app, at(order.token), PDF, { id });
  assert.equal([again.status, again.body.file?.id], [201, id], 'begun through one link, ended through the other');
  assert.is(await take(order.token, [id]), 'taken');

  // Whoever holds a link for nobody in particular: the file's id is theirs alone.
  const { body } = await upload(app, at(holder), PNG);
  assert.is(await take(quote.token, [body.file.id]), 'unknown_file');
  assert.is(await take(another, [body.file.id]), 'taken');
  const [kept, counted] = await room(app);
  assert.is(kept, counted);
});

test('a draft’s file is the owner’s until it is issued', async () => {
  const draft = (await app.api('POST', '/documents', { kind: 'order', follows: quote.id, lines: [LINE] })).body;
  const { status, body } = await upload(app, `/console/documents/${draft.id}/files`, PDF, asOwner());
  assert.is(status, 201);
  const path = `/d/${quote.token}/${draft.id}/files`;
  assert.is((await get(`${path}/${body.file.id}`)).status, 404);
  assert.is((await upload(app, path, PDF)).status, 404);
  assert.is((await upload(app, `/console/documents/${draft.id}/files?for=message`, PDF, asOwner())).status, 404, 'nobody talks on a draft');
  assert.not.match(JSON.stringify(await view('client')), new RegExp(body.file.id));
  await app.api('POST', `/documents/${draft.id}/issue`);
  assert.is((await get(`${path}/${body.file.id}`)).status, 200);
  assert.match(JSON.stringify(await view('client')), new RegExp(body.file.id));
});

test('over the API: raw bytes or a form, for the document or a message, once for each key', async () => {
  const path = `/documents/${quote.id}/files`;
  const raw = (query: string, headers: Record<string, string> = {}) =>
    app.api('POST', `${path}${query}`, 'a;b\n1;2\n', { 'content-type': 'text/csv', ...headers });
  const first = await raw('?name=prices.csv', { 'idempotency-key': 'k1' });
  assert.equal([first.status, first.body.name, first.body.mediaType], [201, 'prices.csv', 'text/csv']);
  assert.is(first.headers.get('location'), `/api/v1${path}/${first.body.id}`);
  assert.equal((await raw('?name=prices.csv', { 'idempotency-key': 'k1' })).body, first.body);
  assert.is((await raw('?name=other.csv', { 'idempotency-key': 'k1' })).body.code, 'id_reused');
  assert.is.not((await raw('?name=prices.csv')).body.id, first.body.id);
  const formed = await upload(app, `/api/v1${path}`, PNG, { name: 'x.png', headers: { authorization: `Bearer ${app.key}` } });
  assert.equal([formed.status, formed.body.mediaType], [201, 'image/png']);
  assert.equal(
    (await app.api('GET', `/documents/${quote.id}`)).body.files.map((file: { name: string }) => file.name),
    ['prices.csv', 'prices.csv', 'x.png'],
  );
  const waiting = await raw('?name=for-message.csv&for=message');
  const posted = await app.api('POST', `/documents/${quote.id}/messages`, { files: [waiting.body.id] });
  assert.is(posted.status, 201, JSON.stringify(posted.body));
  assert.is((await app.api('DELETE', `${path}/${waiting.body.id}`)).status, 404, 'what came with a message was said');
  assert.is((await app.api('DELETE', `${path}/${first.body.id}`)).status, 204);
  assert.is((await app.api('GET', `${path}/${first.body.id}`)).status, 404);
  assert.is((await raw('?for=me')).body.code, 'invalid_input');
  assert.is((await raw('?nam=x')).body.code, 'invalid_input');
});

test('what is no upload is refused as what it is', async () => {
  const post = async (body: FormData | string, headers: Record<string, string> = {}) => {
    const sent = await fetch(`${app.url}${clientPath()}`, { method: 'POST', body, headers: { origin: app.url, ...headers } });
    return [sent.status, ((await sent.json()) as { code: string }).code];
  };
  const form = (entries: [string, string | Blob, string?][]) => {
    const made = new FormData();
    for (const [name, value, file] of entries)
      made.append(...((typeof value === 'string' ? [name, value] : [name, value, file ?? 'x.pdf']) as [string, string]));
    return made;
  };
  const file = new Blob([new Uint8Array(PDF)]);
  const id = randomUUID();
  assert.equal(await post('x', { 'content-type': 'text/plain' }), [415, 'unsupported_media_type']);
  assert.equal(await post('x', { 'content-type': 'multipart/form-data' }), [400, 'malformed']);
  assert.equal(await post(form([['id', id]])), [400, 'malformed']);
  assert.equal(await post(form([['file', file]])), [400, 'malformed']);
  assert.equal(await post(form([['file', file], ['id', id]])), [400, 'malformed']); // prettier-ignore
  assert.equal(await post(form([['id', 'x'], ['file', file]])), [400, 'malformed']); // prettier-ignore
  assert.equal(await post(form([['id', id], ['other', file]])), [400, 'malformed']); // prettier-ignore
  assert.equal(await post(form([['id', id], ['file', file]]), { origin: 'https://evil.example' }), [403, 'bad_origin']); // prettier-ignore
  const cross = await upload(app, ownerPath(), PDF, { headers: { cookie: app.cookie, origin: 'https://evil.example' } });
  assert.is(cross.body.code, 'bad_origin');
  const preview = await upload(app, clientPath(), PDF, asOwner());
  assert.is(preview.body.code, 'forbidden', 'the owner only looks at the client’s page');
  assert.is((await upload(app, `${clientPath()}?as=client`, PDF, asOwner())).status, 201);
  assert.is((await upload(app, `/d/${quote.token}/x/files`, PDF)).body.code, 'not_found');
  assert.equal(left(), []);
});

test('one link’s uploads are counted, by the minute and at the same time', async () => {
  const { type, body } = formBytes(randomBytes(300_000));
  const slow: Awaited<ReturnType<typeof rawPost>>[] = [];
  for (let i = 0; i < 6; i += 1) {
    const one = await rawPost(app, clientPath(), { 'content-type': type, 'content-length': String(body.length) });
    one.socket.write(body.subarray(0, body.length - 20));
    slow.push(one);
  }
  await until(() => left().length === 6, 'six are under way');
  assert.is((await upload(app, clientPath(), PDF)).status, 429, 'the seventh at once is refused');
  for (const one of slow) one.socket.destroy();
  await until(async () => (await upload(app, clientPath(), PDF)).status === 201, 'there is room again');
  let refused = 0;
  for (let i = 0; i < 70 && refused === 0; i += 1) refused += Number((await upload(app, clientPath(), EXE)).status === 429);
  assert.is(refused, 1);
  assert.is((await upload(app, ownerPath(), PDF, asOwner())).status, 201, 'others are not kept from theirs');
});

test('strangers with links cannot take every place: some are kept for those who signed in', async () => {
  const { type, body } = formBytes(randomBytes(300_000));
  const slow: Awaited<ReturnType<typeof rawPost>>[] = [];
  for (let links = 0; links < 5; links += 1) {
    const made = await issued(app, 'quote');
    for (let i = 0; i < 6; i += 1) {
      const one = await rawPost(app, clientPath(made), { 'content-type': type, 'content-length': String(body.length) });
      one.socket.write(body.subarray(0, body.length - 20));
      slow.push(one);
    }
  }
  await until(() => left().length === 30, 'thirty are under way');
  assert.is((await upload(app, clientPath(), PDF)).status, 429);
  assert.is((await upload(app, ownerPath(), PDF, asOwner())).status, 201);
  for (const one of slow) one.socket.destroy();
  await until(async () => (await upload(app, clientPath(), PDF)).status === 201, 'there is room again');
});

test('what a contact sends in an hour is counted by its bytes, also where nothing of it is kept, through whichever link', async () => {
  const client = { name: 'Flood Ltd', contacts: [{ name: 'Flo', language: 'en' }] };
  quote = await issued(app, 'quote', { client });
  const order = await issued(app, 'order', { follows: quote.id });
  const { type, body } = formBytes(Buffer.concat([PDF, Buffer.alloc(FILE_MAX - PDF.length)]));
  // The form ends in the middle: everything came in, and nothing is there.
  const send = async (made: Made) => {
    const options = { headers: { origin: app.url, 'content-type': type }, body: body.subarray(0, body.length - 12) };
    return (JSON.parse((await ask(app, 'POST', clientPath(made), options)).body) as { code: string }).code;
  };
  const codes: string[] = [];
  for (let i = 0; i < 14; i += 1) codes.push(await send(i % 2 ? quote : order));
  // Twelve of the largest are the whole room, but for the last bytes of each, which nobody has seen.
  assert.equal(codes, [...Array<string>(13).fill('upload_broken'), 'rate_limited']);
  assert.is((await upload(app, clientPath(order), PDF)).body.code, 'rate_limited');
  assert.is((await upload(app, clientPath(await issued(app, 'quote')), PDF)).status, 201, 'others are not kept from theirs');
  assert.is((await upload(app, ownerPath(), PDF, asOwner())).status, 201);
});

test('a full disk: a clear answer, nothing left, and it works again when there is room', async () => {
  await onSmallDisk(app, '1m', async () => {
    const names = (await rows(app)).length;
    const full = await upload(app, clientPath(), Buffer.concat([PDF, randomBytes(2_000_000)]));
    assert.equal([full.status, full.body.code], [507, 'storage_full']);
    assert.equal(stored(app), []);
    assert.is((await rows(app)).length, names);
    assert.is((await upload(app, clientPath(), PDF)).status, 201);
  });
});

test.run();
