import { inflateSync } from 'node:zlib';

export interface Piece {
  page: number;
  text: string;
  size: number;
  x: number;
  y: number;
}

/** A filled rectangle, in points from the bottom left of its page; a height below zero goes downwards. */
export interface Rect {
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface ReadPdf {
  /** The texts of each page, one entry a piece as written, through the ToUnicode maps of the fonts. */
  pages: string[][];
  /** The same with their place: points from the bottom left of the page, to the start of the baseline. */
  pieces: Piece[];
  /** The black rectangles that were drawn as a path. */
  black: Rect[];
  /** Everything outside of streams: what a scanner for scripts and links would look at. */
  structure: string;
  fonts: string[];
}

/** Reads back what jsPDF wrote, for the tests. Not a PDF reader: it knows this one writer. */
export function readPdf(pdf: Uint8Array): ReadPdf {
  const file = Buffer.from(pdf).toString('latin1');
  const objects = new Map<string, { head: string; stream: string }>();
  for (const [, id = '', body = ''] of file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const at = body.indexOf('stream\n');
    const raw = at < 0 ? '' : body.slice(at + 7, body.lastIndexOf('\nendstream'));
    const head = at < 0 ? body : body.slice(0, at);
    objects.set(id, { head, stream: head.includes('/FlateDecode') ? inflateSync(Buffer.from(raw, 'latin1')).toString('latin1') : raw });
  }
  const all = [...objects.values()];
  const object = (id: string | undefined) => objects.get(id ?? '') ?? { head: '', stream: '' };
  const maps = new Map<string, Map<string, string>>();
  const resources = all.map((o) => /\/Font <<([\s\S]*?)>>/.exec(o.head)?.[1] ?? '').join('\n');
  for (const [, key = '', id] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const cmap = object(/\/ToUnicode (\d+) 0 R/.exec(object(id).head)?.[1]).stream;
    maps.set(
      key,
      new Map(
        [...cmap.matchAll(/<([0-9a-f]{4})><([0-9a-f]{4})>/g)].map(([, glyph = '', code = '']) => [
          glyph,
          String.fromCharCode(parseInt(code, 16)),
        ]),
      ),
    );
  }
  const kids = /\/Kids \[([^\]]*)\]/.exec(all.find((o) => o.head.includes('/Kids'))?.head ?? '')?.[1] ?? '';
  const contents = [...kids.matchAll(/(\d+) 0 R/g)].map(([, page]) => object(/\/Contents (\d+) 0 R/.exec(object(page).head)?.[1]).stream);
  const pieces = contents.map((content, i) => piecesOf(content, maps, i + 1));
  return {
    pages: pieces.map((page) => page.map(({ text }) => text)),
    pieces: pieces.flat(),
    black: contents.flatMap((content, i) => blackOf(content, i + 1)),
    structure: all.map((o) => o.head).join('\n'),
    fonts: [...file.matchAll(/\/BaseFont \/(\S+)/g)].map(([, name = '']) => name),
  };
}

function piecesOf(content: string, maps: Map<string, Map<string, string>>, page: number): Piece[] {
  let map = new Map<string, string>();
  let [size, x, y] = [0, 0, 0];
  const pieces: Piece[] = [];
  for (const [, font, points, left, up, hex] of content.matchAll(/\/(F\d+) ([\d.]+) Tf|([-\d.]+) ([-\d.]+) Td|<([0-9a-f]+)> Tj/g)) {
    if (font !== undefined) {
      map = maps.get(font) ?? new Map();
      size = Number(points);
    } else if (left !== undefined) {
      [x, y] = [Number(left), Number(up)];
    } else if (hex !== undefined) {
      const text = (hex.match(/.{4}/g) ?? []).map((glyph) => map.get(glyph) ?? `<${glyph}>`).join('');
      pieces.push({ page, text, size, x, y });
    }
  }
  return pieces;
}

function blackOf(content: string, page: number): Rect[] {
  const path = /\n0\. g\n((?:[-\d. ]+ re\n)+)f\n/.exec(content)?.[1] ?? '';
  return [...path.matchAll(/([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re/g)].map(([, ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return { page, x, y, width, height };
  });
}
