import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KINDS, LANGUAGES, STATUSES, actionsFor } from '../../shared/document.ts';
import { loadCatalogue } from '../../shared/i18n/index.ts';
import type { ViewerRenderer } from '../../shared/page.ts';
import { build, isBuilt } from '../build.ts';
import { DIST } from '../paths.ts';
import { propsOf } from './fixtures.ts';

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

let viewer: ViewerRenderer;

test.before(async () => {
  if (!(await isBuilt())) await build();
  viewer = (await import(pathToFileURL(join(DIST, 'ssr/entry-server.js')).href)) as ViewerRenderer;
});

test('every kind in every state and language is a whole page without anything a strict CSP forbids', async () => {
  for (const language of LANGUAGES) {
    const words = await loadCatalogue(language);
    for (const kind of KINDS) {
      for (const status of STATUSES.filter((s) => s !== 'draft')) {
        const props = propsOf(kind, status, language);
        const { head, body } = viewer.render(props);
        const label = `${language} ${kind} ${status}`;
        assert.not.match(body, /\sstyle=|<script|<style|\son[a-z]+=|javascript:alert\(1\)["']/, label);
        assert.not.match(body + head, /undefined|\[object |NaN/, label);
        assert.match(head, `<title>${words.kinds[kind]} D-2026-012 · Dupont SARL</title>`);
        assert.match(body, '&lt;sur mesure>');
        if (kind !== 'delivery') assert.match(body, words.document.due);
        for (const action of ['accept', 'refuse', 'hold'] as const) {
          const allowed = actionsFor({ kind, status, validUntil: props.view.documents[0]!.content.validUntil }, props.today).includes(
            action,
          );
          assert.is(body.includes(`>${words.actions[action]}</button>`), allowed, `${label} ${action}`);
        }
      }
    }
  }
});

test('messages are text, and only real links become links', () => {
  const { body } = viewer.render(propsOf('quote', 'issued', 'fr'));
  assert.match(body, '&lt;b>Voir&lt;/b> ');
  assert.match(body, '<a href="https://example.org/a" target="_blank" rel="noopener noreferrer nofollow">https://example.org/a</a>');
  assert.not.match(body, /href="javascript:/);
});

test('the second step is a plain form, with what was typed and what is wrong', () => {
  const props = propsOf('quote', 'issued', 'fr');
  const values = { name: '', email: '', reason: 'Trop cher', remindOn: '', orderNumber: '', reserves: {}, text: '' };
  const refusal = { code: 'name_required' as const, detail: null, faults: [], data: {} };
  const { body } = viewer.render({ ...props, form: { commandId: '0191', step: 'refuse', refusal, values } });
  assert.match(body, /<form class="decision" method="post" action="\/d\/token\/d-quote\/decide#decide"/);
  for (const [name, value] of [
    ['command', '0191'],
    ['action', 'refuse'],
    ['revision', '1'],
    ['language', 'fr'],
  ]) {
    assert.match(body, `name="${name}" value="${value}"`);
  }
  assert.match(body, 'Trop cher');
  assert.match(body, 'Indiquez votre nom.');
  assert.match(body, /aria-invalid="true" aria-describedby="[^"]+-error/);
});

test('the e-mail address is asked for, kept, and wrong where it is', () => {
  const props = propsOf('quote', 'issued', 'fr');
  const form = { ...props.form, step: 'accept' as const };
  const field = (body: string) => /<input[^>]*name="email"[^>]*>/.exec(body)?.[0] ?? '';
  const plain = viewer.render({ ...props, form }).body;
  assert.match(field(plain), 'type="email"');
  assert.match(field(plain), 'autocomplete="email"');
  assert.not.match(field(plain), 'required');
  assert.match(plain, 'Une confirmation avec le PDF y sera envoyée.');
  const reader = { ...props.reader, address: 'a•••@example.com' };
  assert.match(viewer.render({ ...props, reader, form }).body, 'envoyée à a•••@example.com, sauf si');
  const values = { ...form.values, name: 'Anne', email: 'anne@' };
  const faults = [{ pointer: '/email', rule: 'email', detail: '' }];
  const refusal = { code: 'invalid_input' as const, detail: null, faults, data: {} };
  const { body } = viewer.render({ ...props, form: { ...form, values, refusal } });
  assert.match(field(body), 'value="anne@"');
  assert.match(field(body), 'aria-invalid="true"');
  const id = /id="([^"]+)"/.exec(field(body))?.[1];
  assert.match(body, `<a href="#${id}">Adresse e-mail – Cette adresse e-mail est incomplète`);
  assert.match(field(body), new RegExp(`aria-describedby="${id}-error ${id}-hint"`));
});

test('attached files are links under the sheet, in the role one has', () => {
  const props = propsOf('quote', 'issued', 'fr');
  const [document] = props.view.documents;
  const file = { document: document!.id, message: null, side: 'owner' as const, by: 'Luc Dupont', at: '2026-11-24T10:00:00.000Z' };
  const files = [
    { ...file, id: 'f1', name: 'Plan <1>.pdf', mediaType: 'application/pdf', bytes: 1_258_291 },
    { ...file, id: 'f2', name: 'Photo.jpg', mediaType: 'image/jpeg', bytes: 300_000 },
    { ...file, id: 'f3', name: 'Mesures.xlsx', mediaType: 'application/vnd.ms-excel', bytes: 20_480 },
  ];
  const view = { ...props.view, documents: [{ ...document!, files }] };
  const { body } = viewer.render({ ...props, view });
  const section = /<section class="attachments"[\s\S]*?<\/section>/.exec(body)?.[0] ?? '';
  assert.ok(body.indexOf(section) > body.indexOf('</article>'), 'under the sheet');
  for (const text of ['Pièces jointes', 'Plan &lt;1>.pdf', 'PDF', '1,2 Mo', 'Image', 'Excel', '20 ko']) {
    assert.match(section.replace(/[\u00a0\u202f]/g, ' '), text);
  }
  assert.match(section, 'href="/d/token/d-quote/files/f1?view"');
  assert.match(section, /href="\/d\/token\/d-quote\/files\/f3" download="Mesures.xlsx"/);
  for (const { id, name } of files)
    assert.match(section, new RegExp(`href="/d/token/d-quote/files/${id}" download="${name.replace('<', '&lt;')}"`));
  assert.not.match(viewer.render(props).body, 'class="attachments"');
});

test('a refusal without an open step, and a refused message, are said, and the text is kept', () => {
  const refusal = { code: 'already_decided' as const, detail: null, faults: [], data: {} };
  const values = { name: 'Zoé', email: '', reason: '', remindOn: '', orderNumber: '', reserves: {}, text: 'Gardez-moi' };
  const decided = viewer.render(propsOf('quote', 'accepted', 'en', { form: { commandId: '1', step: 'accept', refusal, values } })).body;
  assert.match(decided, 'A decision has already been made on this document.');
  const reader = { mode: 'client' as const, person: null, name: null, address: null };
  const name_required = { ...refusal, code: 'name_required' as const };
  const asked = viewer.render(
    propsOf('quote', 'issued', 'en', { reader, form: { commandId: '1', step: null, refusal: name_required, values } }),
  ).body;
  assert.match(asked, 'Give your name.');
  assert.match(asked, /Gardez-moi<\/textarea>/);
  assert.match(asked, /name="name"[^>]* value="Zoé"|value="Zoé"[^>]* name="name"/);
});

test('nothing can be decided in the preview, on an older revision, or after the validity', () => {
  const props = propsOf('quote', 'issued', 'fr');
  const reader = { mode: 'preview' as const, person: null, name: 'Luc', address: null };
  for (const page of [
    { ...props, reader },
    { ...props, revision: 1 },
    { ...props, today: '2026-11-30' },
  ]) {
    assert.not.match(viewer.render(page).body, '>Accepter</a>');
  }
  assert.not.match(viewer.render({ ...props, reader }).body, 'name="text"');
});

test('a link that opens nothing gives nothing away', async () => {
  for (const language of LANGUAGES) {
    const { head, body } = viewer.renderGone(language);
    const words = await loadCatalogue(language);
    assert.match(head + body, words.page.goneTitle);
    assert.not.match(body, /undefined|\sstyle=|<script|Dupont/);
  }
});

test('the page weighs at most 40 kB of JavaScript and 100 kB in all, compressed', async () => {
  const manifest = JSON.parse(await readFile(join(DIST, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
  const entry = manifest['viewer/entry-client.ts']!;
  const files = new Set<string>();
  const collect = (chunk: Chunk) => {
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const name of chunk.imports ?? []) collect(manifest[name]!);
  };
  collect(entry);
  collect(manifest['viewer:../shared/i18n/frame/fr.ts']!);
  const size = async (file: string) => (await stat(join(DIST, `${file}.br`)).catch(() => stat(join(DIST, file)))).size;
  const sum = async (list: Iterable<string>) => (await Promise.all([...list].map(size))).reduce((a, b) => a + b, 0);
  const script = await sum(files);
  const style = await sum(entry.css ?? []);
  const html = Buffer.byteLength(viewer.render(propsOf('quote', 'issued', 'fr')).body);
  assert.ok(script <= 40_000, `${script} bytes of compressed JavaScript`);
  assert.ok(script + style + html <= 100_000, `${script + style + html} bytes in all`);
  const code = (
    await Promise.all(
      (await readdir(join(DIST, 'assets'))).filter((f) => f.endsWith('.js')).map((f) => readFile(join(DIST, 'assets', f), 'utf8')),
    )
  ).join('');
  assert.not.match(code, 'strict_object', 'valibot is in the browser');
});

test.run();
