/**
 * Just enough of TrueType to cut a font down to the characters of one document. jsPDF's own subsetting keeps the metrics, names
 * and character map of all 4,500 glyphs and parses 600 kB a document: 90 kB and 300 ms for one line of text, against 15 kB and a
 * few milliseconds when it is given a font that has nothing else in it. (ISO/IEC 14496-22: cmap, glyf, loca, hmtx.)
 */
export interface TrueType {
  /** True where the font draws this code point by itself. */
  has(code: number): boolean;
  /** How wide it is drawn, as a part of the text size; where the font does not have it, and for BOX, as wide as the font's own box. */
  advance(code: number): number;
  /**
   * A complete font file with only these code points (all below U+10000; those it does not have are left out), plus BOX, which
   * draws the font's own box for a missing glyph. `name` is its PostScript name.
   */
  subset(codes: Iterable<number>, name: string): Uint8Array;
}

/** The character that stands for one the font cannot draw: U+25A1, white square. */
export const BOX = 0x25a1;

interface Source {
  view: DataView;
  bytes: Uint8Array;
  table(tag: string): { offset: number; length: number };
  glyph(id: number): Uint8Array;
  /** Advance width and left side bearing, in font units. */
  metric(id: number): [advance: number, bearing: number];
}

/** Opens a font file. Throws a RangeError or an Error when it is not TrueType with a Unicode character map. */
export function openTrueType(bytes: Uint8Array): TrueType {
  const source = sourceOf(bytes);
  const glyphs = characterMap(source);
  const perEm = source.view.getUint16(source.table('head').offset + 18);
  return {
    has: (code) => code !== BOX && glyphs.has(code),
    advance: (code) => source.metric(code === BOX ? 0 : (glyphs.get(code) ?? 0))[0] / perEm,
    subset: (codes, name) => subset(source, glyphs, codes, name),
  };
}

function sourceOf(bytes: Uint8Array): Source {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<string, { offset: number; length: number }>();
  for (let i = 0, at = 12; i < view.getUint16(4); i++, at += 16) {
    tables.set(Buffer.from(bytes.subarray(at, at + 4)).toString('latin1'), {
      offset: view.getUint32(at + 8),
      length: view.getUint32(at + 12),
    });
  }
  const table = (tag: string) => {
    const found = tables.get(tag);
    if (!found) throw new Error(`the font has no ${tag} table`);
    return found;
  };
  const [loca, glyf, hmtx] = [table('loca').offset, table('glyf').offset, table('hmtx').offset];
  const long = view.getInt16(table('head').offset + 50) === 1;
  const full = view.getUint16(table('hhea').offset + 34);
  const start = (id: number) => (long ? view.getUint32(loca + id * 4) : view.getUint16(loca + id * 2) * 2);
  return {
    view,
    bytes,
    table,
    glyph: (id) => bytes.subarray(glyf + start(id), glyf + start(id + 1)),
    metric: (id) =>
      id < full
        ? [view.getUint16(hmtx + id * 4), view.getInt16(hmtx + id * 4 + 2)]
        : [view.getUint16(hmtx + (full - 1) * 4), view.getInt16(hmtx + full * 4 + (id - full) * 2)],
  };
}

/** Code point → glyph, from the format 4 subtable: the Basic Multilingual Plane, all that jsPDF can write. */
function characterMap({ view, table }: Source): Map<number, number> {
  const { offset } = table('cmap');
  let at = -1;
  for (let i = 0; i < view.getUint16(offset + 2); i++) {
    const [platform, encoding, sub] = [
      view.getUint16(offset + 4 + i * 8),
      view.getUint16(offset + 6 + i * 8),
      view.getUint32(offset + 8 + i * 8),
    ];
    if (platform === 3 && encoding === 1 && view.getUint16(offset + sub) === 4) at = offset + sub;
  }
  if (at < 0) throw new Error('the font has no Unicode character map');
  const map = new Map<number, number>();
  const size = view.getUint16(at + 6);
  for (let i = 0; i < size; i += 2) {
    const ranges = at + 16 + size * 3 + i;
    const [end, first, delta, range] = [
      view.getUint16(at + 14 + i),
      view.getUint16(at + 16 + size + i),
      view.getUint16(at + 16 + size * 2 + i),
      view.getUint16(ranges),
    ];
    for (let code = first; code <= end && code < 0xffff; code++) {
      const raw = range === 0 ? code : view.getUint16(ranges + range + (code - first) * 2);
      const id = raw === 0 ? 0 : (raw + delta) & 0xffff;
      if (id !== 0) map.set(code, id);
    }
  }
  return map;
}

function subset(source: Source, glyphs: ReadonlyMap<number, number>, codes: Iterable<number>, name: string): Uint8Array {
  const kept: number[] = [0, 0];
  const places = new Map<number, number>([[0, 0]]);
  const keep = (id: number): number => {
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, kept.length);
    return kept.push(id) - 1;
  };
  const chars: [code: number, place: number][] = [[BOX, 1]];
  for (const code of [...new Set(codes)].sort((a, b) => a - b)) {
    const id = glyphs.get(code);
    if (id !== undefined && code !== BOX) chars.push([code, keep(id)]);
  }
  const outlines: Uint8Array[] = [];
  // `kept` grows while we walk: composite glyphs ("é") bring in their components.
  for (let place = 0; place < kept.length; place++) outlines.push(withComponents(source.glyph(kept[place]!), keep));
  return fontFile(
    source,
    kept,
    outlines,
    chars.sort((a, b) => a[0] - b[0]),
    name,
  );
}

/** A copy of an outline in which the components of a composite glyph carry their new ids. */
function withComponents(outline: Uint8Array, keep: (id: number) => number): Uint8Array {
  // Not slice(): on a Buffer that shares the memory, and the source font would change under the next document.
  const copy = Uint8Array.from(outline);
  if (copy.length === 0) return copy;
  const view = new DataView(copy.buffer);
  if (view.getInt16(0) >= 0) return copy;
  for (let at = 10, more = true; more;) {
    const flags = view.getUint16(at);
    view.setUint16(at + 2, keep(view.getUint16(at + 2)));
    at += 4 + (flags & 0x01 ? 4 : 2) + (flags & 0x08 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
    more = (flags & 0x20) !== 0;
  }
  return copy;
}

function fontFile(source: Source, kept: number[], outlines: Uint8Array[], chars: [number, number][], name: string): Uint8Array {
  const copy = (tag: string, edit: (table: Buffer) => void = () => {}) => {
    const { offset, length } = source.table(tag);
    const table = Buffer.from(source.bytes.slice(offset, offset + length));
    edit(table);
    return table;
  };
  const padded = outlines.map((o) => Buffer.concat([o, Buffer.alloc(-o.length & 3)]));
  const loca = Buffer.alloc((padded.length + 1) * 4);
  padded.reduce((end, o, i) => loca.writeUInt32BE(end + o.length, (i + 1) * 4) && end + o.length, 0);
  const hmtx = Buffer.alloc(kept.length * 4);
  kept.forEach((id, i) => {
    const [advance, bearing] = source.metric(id);
    hmtx.writeUInt16BE(advance, i * 4);
    hmtx.writeInt16BE(bearing, i * 4 + 2);
  });
  return assemble({
    'OS/2': copy('OS/2'),
    cmap: characterTable(chars),
    glyf: Buffer.concat(padded),
    head: copy('head', (t) => t.writeInt16BE(1, 50)),
    hhea: copy('hhea', (t) => t.writeUInt16BE(kept.length, 34)),
    hmtx,
    loca,
    maxp: copy('maxp', (t) => t.writeUInt16BE(kept.length, 4)),
    name: nameTable(name),
    post: copy('post', (t) => t.writeUInt32BE(0x00030000, 0)).subarray(0, 32),
  });
}

/** cmap format 4, one segment a character. */
function characterTable(chars: [code: number, place: number][]): Buffer {
  const segments: [number, number][] = [...chars, [0xffff, 0]];
  const words = [
    ...[0, 1, 3, 1, 0, 12],
    ...[4, 16 + segments.length * 8, 0, segments.length * 2, 0, 0, 0],
    ...segments.map(([code]) => code),
    0,
    ...segments.map(([code]) => code),
    ...segments.map(([code, place]) => (place - code) & 0xffff),
    ...segments.map(() => 0),
  ];
  const table = Buffer.alloc(words.length * 2);
  words.forEach((word, i) => table.writeUInt16BE(word, i * 2));
  return table;
}

function nameTable(name: string): Buffer {
  const words = [0, 1, 18, 1, 0, 0, 6, name.length, 0];
  const table = Buffer.alloc(18 + name.length);
  words.forEach((word, i) => table.writeUInt16BE(word, i * 2));
  table.write(name, 18, 'latin1');
  return table;
}

/** The tables behind their directory. Checksums stay 0: jsPDF writes the file anew, with its own. */
function assemble(tables: Record<string, Buffer>): Uint8Array {
  const entries = Object.entries(tables);
  const directory = Buffer.alloc(12 + entries.length * 16);
  directory.writeUInt32BE(0x00010000, 0);
  directory.writeUInt16BE(entries.length, 4);
  const parts: Buffer[] = [directory];
  let offset = directory.length;
  entries.forEach(([tag, table], i) => {
    directory.write(tag.padEnd(4), 12 + i * 16, 'latin1');
    directory.writeUInt32BE(offset, 20 + i * 16);
    directory.writeUInt32BE(table.length, 24 + i * 16);
    const padded = Buffer.concat([table, Buffer.alloc(-table.length & 3)]);
    parts.push(padded);
    offset += padded.length;
  });
  return Buffer.concat(parts);
}
