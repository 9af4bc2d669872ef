import { randomBytes } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FILE_NAME_MAX } from '../../shared/files.ts';
import { Refusal } from '../../shared/refusal.ts';
import { HEAD_BYTES, kindOf, shownName } from './file-kind.ts';

const hex = (...bytes: string[]) => Buffer.from(bytes.join(''), 'hex');
const padded = (head: Buffer, size = 1024) => Buffer.concat([head, Buffer.alloc(Math.max(0, size - head.length))]);
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

/** What becomes of a file: its type, or the code of the refusal. */
const kind = (head: Buffer | string, name = 'file') =>
  kindOf(Buffer.from(head as string).subarray(0, HEAD_BYTES), name).catch((error: unknown) =>
    error instanceof Refusal ? error.code : String(error),
  );

/** One entry of a ZIP archive as it stands in the file. */
function entry(name: string, data: Buffer | string, options: { deflate?: boolean; flags?: number; size?: number } = {}): Buffer {
  const raw = Buffer.from(data as string);
  const packed = options.deflate ? deflateRawSync(raw) : raw;
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(options.flags ?? 0, 6);
  head.writeUInt16LE(options.deflate ? 8 : 0, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(options.size ?? raw.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), packed]);
}

const office = (main: string) =>
  entry('[Content_Types].xml', `<Types><Override PartName="/x" ContentType="application/${main}.main+xml"/></Types>`);
const cfb = (clsid = Buffer.alloc(16)) => {
  const file = Buffer.alloc(2048);
  hex('d0cf11e0a1b11ae1').copy(file);
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(0, 48);
  clsid.copy(file, 512 + 80);
  return file;
};

test('what is shown in place is known by its content alone', async () => {
  assert.is(await kind('%PDF-1.7\n1 0 obj', 'x.txt'), 'application/pdf');
  assert.is(await kind(PNG, 'x.pdf'), 'image/png');
  assert.is(await kind(padded(hex('ffd8ffe000104a46494600')), 'x'), 'image/jpeg');
  assert.is(await kind(padded(Buffer.from('GIF89a')), 'x'), 'image/gif');
  assert.is(await kind(padded(Buffer.from('RIFF\0\0\0\0WEBPVP8 ')), 'x'), 'image/webp');
  assert.is(await kind(padded(Buffer.from('\0\0\0\x1cftypavif\0\0\0\0')), 'x'), 'image/avif');
  assert.is(await kind(padded(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0')), 'IMG_1.HEIC'), 'image/heic');
  assert.is(await kind(padded(hex('49492a0008000000', '0000')), 'scan.tif'), 'image/tiff');
  assert.is.not(await kind('not a picture', 'x.png'), 'image/png');
});

test('Office of all times, OpenDocument, and archives that are only archives', async () => {
  const ooxml = 'vnd.openxmlformats-officedocument';
  assert.is(
    await kind(office(`${ooxml}.wordprocessingml.document`), 'x'),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  );
  assert.is(await kind(office(`${ooxml}.spreadsheetml.sheet`), 'x'), 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
  assert.is(await kind(office('vnd.ms-excel.sheet.macroEnabled'), 'x.xlsm'), 'application/vnd.ms-excel.sheet.macroenabled.12');
  assert.is(await kind(entry('mimetype', 'application/vnd.oasis.opendocument.text'), 'x.odt'), 'application/vnd.oasis.opendocument.text');
  assert.is(await kind(entry('readme.txt', 'hello'), 'x.docx'), 'application/zip');
  assert.is(await kind(cfb(), 'old.DOC'), 'application/msword');
  assert.is(await kind(cfb(), 'old.xls'), 'application/vnd.ms-excel');
  assert.is(await kind(cfb(), 'old.ppt'), 'application/vnd.ms-powerpoint');
  assert.is(await kind(cfb(), 'old.xyz'), 'application/octet-stream');
  assert.is(await kind(gzipSync('hello'), 'x.gz'), 'application/gzip');
});

test('text by its letters; the ending tells tables from prose', async () => {
  assert.is(await kind('Dear Anne', 'letter.txt'), 'text/plain');
  assert.is(await kind('Dépôt;1,50 €\n', 'prix.CSV'), 'text/csv');
  assert.is(await kind(Buffer.from('D\xe9p\xf4t de garantie\r\n', 'latin1'), 'a.csv'), 'text/csv');
  assert.is(await kind('BMW, MZ Bank and 7z are words', 'BMW'), 'text/plain', 'letters that begin like a picture are letters');
  assert.is(await kind('BEGIN:VCALENDAR\r\n', 'x.ics'), 'text/calendar');
  assert.is(await kind(`${'é'.repeat(HEAD_BYTES / 2 - 1)}a€`, 'cut.txt'), 'text/plain', 'cut in the middle of a character');
  assert.is(await kind('', 'empty.txt'), 'text/plain');
  assert.is(await kind('zero\0byte', 'x.txt'), 'application/octet-stream');
  assert.is(await kind(randomBytes(5000), 'x.csv'), 'application/octet-stream');
});

test('what a browser would run is called what it is, whatever its name', async () => {
  for (const name of ['x.html', 'x.txt', 'x.pdf', 'x.png']) {
    assert.is(await kind('<!DOCTYPE html><script>alert(1)</script>', name), 'text/html', name);
    assert.is(await kind('  <!-- x --> <script>alert(1)</script>', name), 'text/html', name);
    assert.is(await kind('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', name), 'image/svg+xml', name);
    assert.is(await kind('<?xml version="1.0"?>\n<!-- x --><svg onload="alert(1)"/>', name), 'image/svg+xml', name);
    assert.is(await kind('<?xml version="1.0"?><Invoice/>', name), 'application/xml', name);
  }
  assert.is(await kind('hello', 'x.html'), 'text/html');
});

test('programs are refused, whatever they are called', async () => {
  const installer = hex('84100c0000000000c000000000000046');
  const programs = {
    PE: padded(hex('4d5a90000300000004000000ffff0000')),
    ELF: padded(hex('7f454c46020101')),
    'Mach-O': padded(hex('cffaedfe')),
    'Mach-O, several': padded(hex('cafebabe00000002')),
    'Java class': padded(hex('cafebabe00000034')),
    wasm: padded(hex('0061736d01000000')),
    script: Buffer.from('#!/bin/sh\nrm -rf /\n'),
    'script with a mark': Buffer.from('\ufeff#! /usr/bin/env python3\n'),
    shortcut: padded(hex('4c0000000114020000000000c000000000000046')),
    installer: cfb(installer),
    jar: Buffer.concat([entry('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0')]),
    apk: Buffer.concat([entry('a', 'b'), entry('classes.dex', 'x')]),
  };
  for (const [what, bytes] of Object.entries(programs))
    for (const name of ['x', 'invoice.pdf', 'photo.jpg', 'x.doc'])
      assert.is(await kind(bytes, name), 'program_refused', `${what} as ${name}`);
});

test('names of programs are refused, whatever is in them', async () => {
  for (const name of [
    'setup.exe',
    'invoice.pdf.EXE',
    'invoice.exe. .',
    'invoice．exe',
    'x.js',
    'x.Ps1',
    'x.hta',
    'x.msi',
    'x.lnk',
    'x.jar',
    'x.dmg',
    'x.sh',
    'x.scr',
    'x.reg',
    'x.iso',
    '.bat',
  ])
    assert.is(await kind('hello', name), 'program_refused', name);
  for (const name of ['exe', 'exe.pdf', 'setup.exe.pdf', 'a.json', 'x.docm', 'notes', 'www.example.org'])
    assert.is.not(await kind('hello', name), 'program_refused', name);
});

test('nothing keeps it busy: bombs, endless entries, marks everywhere', async () => {
  await kind(randomBytes(HEAD_BYTES));
  const hostile: Record<string, Buffer> = {
    gzip: gzipSync(Buffer.alloc(60_000_000)),
    'a zip entry that unpacks to a thousand times its size': entry('[Content_Types].xml', Buffer.alloc(1_000_000), { deflate: true }),
    'one that lies about it': entry('[Content_Types].xml', Buffer.alloc(50_000_000), { deflate: true, size: 100 }),
    'thousands of entries': Buffer.concat(Array.from({ length: 2000 }, () => entry('f', ''))),
    'entries of unknown size': Buffer.concat(Array.from({ length: 2000 }, () => entry('f', '', { flags: 8 }))),
    ID3: Buffer.concat(Array.from({ length: 6000 }, () => hex('49443304000000000000'))),
    EBML: Buffer.concat(Array.from({ length: 16_000 }, () => hex('1a45dfa3'))),
    PNG: Buffer.concat([hex('89504e470d0a1a0a'), ...Array.from({ length: 5000 }, () => hex('000000004144443100000000'))]),
    comments: Buffer.from('<!--'.repeat(16_000)),
    blanks: Buffer.from(`${' '.repeat(65_000)}x`),
  };
  for (const [what, bytes] of Object.entries(hostile)) {
    const started = performance.now();
    await kind(bytes, 'x.bin');
    const took = performance.now() - started;
    assert.ok(took < 500, `${what}: ${took.toFixed(0)} ms`);
  }
});

test('a name is shown as given, on one line and without disguise', () => {
  assert.is(shownName('Plan d’étage (1).pdf', 'file'), 'Plan d’étage (1).pdf');
  assert.is(shownName('a\u202Efdp.exe', 'file'), 'afdp.exe');
  assert.is(shownName('two\r\nlines\t.pdf', 'file'), 'two lines .pdf');
  for (const nothing of ['', ' ', '\u202E\n', '\u200B']) assert.is(shownName(nothing, 'fichier'), 'fichier');
  const long = shownName(`${'x'.repeat(500)}.pdf`, 'file');
  assert.is(long.length, FILE_NAME_MAX);
  assert.ok(long.endsWith('….pdf'));
  assert.ok(shownName('😀'.repeat(500), 'file').isWellFormed());
});

test.run();
