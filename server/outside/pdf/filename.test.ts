import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCatalogue } from '../../../shared/i18n/index.ts';
import { contentDisposition, pdfFileName, receiptFileName } from './filename.ts';

const [fr, en] = await Promise.all([loadCatalogue('fr'), loadCatalogue('en')]);
const named = (number: string | null) => pdfFileName({ kind: 'quote', number }, fr);

test('kind and number, in the language of the document', () => {
  assert.is(named('D-2026-012'), 'Devis-D-2026-012.pdf');
  assert.is(pdfFileName({ kind: 'delivery', number: 'L-1' }, fr), 'Bon-de-livraison-L-1.pdf');
  assert.is(pdfFileName({ kind: 'credit_note', number: 'CN_1.2' }, en), 'Credit-note-CN_1.2.pdf');
  assert.is(named(null), 'Devis-Brouillon.pdf');
});

test('whatever the number contains, the name is one harmless file name', () => {
  assert.is(named('018304 / 28865'), 'Devis-018304-28865.pdf');
  assert.is(named('../../x'), 'Devis-x.pdf');
  assert.is(named('..\\..\\C:x|y?*<>'), 'Devis-C-x-y.pdf');
  assert.is(named('con'), 'Devis-con.pdf');
  assert.is(named('a"b\'c\r\nSet-Cookie: x'), 'Devis-a-b-c-Set-Cookie-x.pdf');
  assert.is(named('. . .'), 'Devis.pdf');
  assert.is(named('\u202egpj.exe\u0000'), 'Devis-gpj.exe.pdf');
  assert.is(named('Łódź/Ω 12'), 'Devis-Łódź-Ω-12.pdf');
  assert.is(named('\ud800'), 'Devis.pdf');
});

test('a receipt is named after its invoice, and by its place where there are more of them', () => {
  assert.is(receiptFileName('Reçu de paiement', 'F-2026-004', 1), 'Reçu-de-paiement-F-2026-004.pdf');
  assert.is(receiptFileName('Reçu de paiement', '018304 / 28865', 2), 'Reçu-de-paiement-018304-28865-2.pdf');
  assert.is(receiptFileName('Receipt', '../"x\r\ny', 1), 'Receipt-x-y.pdf');
  assert.ok(Buffer.byteLength(receiptFileName('Receipt', 'é'.repeat(500), 2)) <= 184);
});

test('the name is short enough for every file system, and never cut inside a character', () => {
  for (const number of ['x'.repeat(500), 'é'.repeat(500), '𝒳'.repeat(500)]) {
    const name = named(number);
    assert.ok(Buffer.byteLength(name) <= 184, name);
    assert.ok(name.isWellFormed() && name.endsWith('.pdf'));
  }
});

test('Content-Disposition: ASCII as it is, anything else twice', () => {
  assert.is(contentDisposition('inline', 'Devis-D-1.pdf'), 'inline; filename="Devis-D-1.pdf"');
  assert.is(
    contentDisposition('attachment', 'Reçu-Łódź.pdf'),
    'attachment; filename="Recu-_odz.pdf"; filename*=UTF-8\'\'Re%C3%A7u-%C5%81%C3%B3d%C5%BA.pdf',
  );
});

test('Content-Disposition cannot be broken out of', () => {
  const value = contentDisposition('attachment', 'a"; x=y\\\r\nSet-Cookie: b (1)*\'%41.pdf');
  assert.not.match(value, /[\r\n]/);
  assert.match(value, /^attachment; filename="[^"\\%]*"; filename\*=UTF-8''[A-Za-z0-9%._~!-]+$/);
});

test('Content-Disposition: a name any system can save under, whatever was given', () => {
  for (const [given, saved] of [
    ['../../x', '__.._x'],
    ['..\\..\\x', '__.._x'],
    ['con.pdf', '_con.pdf'],
    ['CON', '_CON'],
    ['Lpt1 .txt', '_Lpt1 .txt'],
    ['console.pdf', 'console.pdf'],
    ['a\u202Efdp.exe', 'afdp.exe'],
    ['"quote".pdf', '_quote_.pdf'],
    ['dots and spaces. . .', 'dots and spaces'],
    ['.htaccess', '_htaccess'],
    ['a:b|c?.pdf', 'a_b_c_.pdf'],
    ['..', '_'],
    ['\u202E', 'file'],
    ['', 'file'],
  ] as const)
    assert.is(contentDisposition('attachment', given), `attachment; filename="${saved}"`);
});

test.run();
