import { jsPDF } from 'jspdf';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { addFonts, hasGlyph, useFace, widthIn } from './fonts.ts';
import { Paper, type Style } from './paper.ts';
import { BOX } from './ttf.ts';

/** Characters of all the scripts we print, and one the font has no picture for. */
const CODES = Array.from({ length: 0x2100 - 0x20 }, (_, i) => 0x20 + i).filter((code) => hasGlyph(code));
const ALL = [...CODES, BOX];

const doc = new jsPDF({ unit: 'pt', format: 'a4' });
addFonts(doc, ALL);
const paper = new Paper(doc, '#000000');

/** The same numbers at each run. (Numerical Recipes' quick and dirty generator) */
let seed = 7;
const random = (below: number) => {
  seed = (seed * 1664525 + 1013904223) >>> 0;
  return seed % below;
};
const text = (length: number) =>
  String.fromCharCode(...Array.from({ length }, () => (random(6) === 0 ? 0x20 : (ALL[random(ALL.length)] ?? 0x20))));

test('a text is as wide as the font in the file draws it', () => {
  assert.ok(CODES.length > 1000);
  for (const face of ['regular', 'bold'] as const) {
    useFace(doc, face);
    doc.setFontSize(9);
    for (const code of ALL) {
      const char = String.fromCharCode(code);
      assert.ok(Math.abs(widthIn(face, char) * 9 - doc.getTextWidth(char)) < 1e-9, `${face} U+${code.toString(16)}`);
    }
    for (let i = 0; i < 200; i += 1) {
      const one = text(60);
      assert.ok(Math.abs(widthIn(face, one) * 9 - doc.getTextWidth(one)) < 1e-9, one);
    }
  }
});

test('a text is broken where jsPDF breaks it, and left alone where that leaves it alone', () => {
  for (let i = 0; i < 300; i += 1) {
    const style: Style = { size: 5 + random(20), face: random(2) === 0 ? 'regular' : 'bold' };
    const one = [text(random(80)), text(random(30))].slice(0, 1 + random(2)).join('\n');
    const width = 20 + random(600);
    paper.use(style);
    const theirs = (doc.splitTextToSize(one, width) as string[]).map((line) => line.trimEnd());
    assert.equal(paper.wrap(one, width, style), theirs, JSON.stringify([one, width, style]));
  }
});

test.run();
