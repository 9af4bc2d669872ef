import { BOX } from './ttf.ts';

const BOX_CHARACTER = String.fromCharCode(BOX);
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
/** Controls but the line feed, and what is not to be seen: soft hyphens, joiners, marks of direction, variation selectors. (UAX #44) */
const INVISIBLE = /(?!\n)\p{Cc}|\p{Cf}|\p{Default_Ignorable_Code_Point}/gu;

/**
 * A text as the font can write it: composed (NFC), line ends as `\n`, nothing invisible, and one □ for each character, as people
 * count them, that has no glyph: an emoji of seven code points is one box. `has` says which code points the font draws.
 */
export function printable(text: string, has: (code: number) => boolean): string {
  const plain = text.toWellFormed().normalize('NFC').replace(LINE_ENDS, '\n').replace(/\t/g, '  ').replace(INVISIBLE, '');
  const drawn = (part: string) => [...part].every((char) => char === '\n' || (char.length === 1 && has(char.codePointAt(0)!)));
  if (drawn(plain)) return plain;
  return [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text.toWellFormed().normalize('NFC').replace(LINE_ENDS, '\n'))]
    .map(({ segment }) => {
      const visible = segment.replace(/\t/g, '  ').replace(INVISIBLE, '');
      return drawn(visible) ? visible : BOX_CHARACTER;
    })
    .join('');
}

/** A copy of plain data with every string in it made printable; the code points used are added to `used`. */
export function printableCopy<T extends object>(data: T, has: (code: number) => boolean, used: Set<number>): T {
  return JSON.parse(JSON.stringify(data), (_key, value: unknown) => {
    if (typeof value !== 'string') return value;
    const text = printable(value, has);
    for (let i = 0; i < text.length; i++) used.add(text.charCodeAt(i));
    return text;
  }) as T;
}

/** A text on one line, without invisible characters: for document properties. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(LINE_ENDS, ' ')
    .replace(/[\n\t]+/g, ' ')
    .replace(INVISIBLE, '')
    .trim();
}
