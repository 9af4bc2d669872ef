import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { jsPDF } from 'jspdf';
import { openTrueType, type TrueType } from './ttf.ts';

/** Noto Sans: Latin, Greek, Cyrillic, tabular figures by default, U+202F. The names are those the PDF states (subset tag first). */
const FACES = {
  regular: { name: 'WEBDOC+NotoSans-Regular', file: '@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf' },
  bold: { name: 'WEBDOC+NotoSans-Bold', file: '@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf' },
} as const;

export type Face = keyof typeof FACES;

const opened = new Map<Face, TrueType>();
const advances: { readonly [F in Face]: Map<number, number> } = { regular: new Map(), bold: new Map() };

/** True where every face we print with has a glyph for the code point. */
export function hasGlyph(code: number): boolean {
  return faces().every((face) => fontOf(face).has(code));
}

/** Gives the document both faces, cut down to these code points. */
export function addFonts(doc: jsPDF, codes: Iterable<number>): void {
  const wanted = [...codes];
  for (const face of faces()) {
    const { name } = FACES[face];
    doc.addFileToVFS(`${face}.ttf`, Buffer.from(fontOf(face).subset(wanted, name.slice(7))).toString('base64'));
    doc.addFont(`${face}.ttf`, name, 'normal');
  }
}

/** The width of a text on one line, as a part of its size. (The same sum jsPDF makes, without its way there.) */
export function widthIn(face: Face, text: string): number {
  const known = advances[face];
  let width = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    let advance = known.get(code);
    if (advance === undefined) {
      advance = fontOf(face).advance(code);
      known.set(code, advance);
    }
    width += advance;
  }
  return width;
}

/** Makes a face the current one. */
export function useFace(doc: jsPDF, face: Face): void {
  doc.setFont(FACES[face].name, 'normal');
}

function faces(): Face[] {
  return ['regular', 'bold'];
}

function fontOf(face: Face): TrueType {
  const known = opened.get(face);
  if (known) return known;
  const font = openTrueType(readFileSync(fileURLToPath(import.meta.resolve(FACES[face].file))));
  opened.set(face, font);
  return font;
}
