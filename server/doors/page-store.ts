import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export type Encoding = 'br' | 'gzip' | 'identity';

/** A page as it is sent: its headers, and its bytes in each encoding, packed once. */
export interface KeptPage {
  /** Names and values in turn, as they were sent the first time. */
  headers: readonly string[];
  bytes(encoding: Encoding): Buffer | Promise<Buffer>;
}

/** Pages in memory. One place holds the newest page only; the whole takes no more than its bytes. */
export interface PageStore {
  find(place: string, version: string): KeptPage | null;
  keep(place: string, version: string, html: string, headers: readonly string[]): void;
  size(): { count: number; bytes: number };
}

interface Entry extends KeptPage {
  version: string;
  size: number;
}

const MOST_BYTES = 64 * 1024 * 1024;
/** Tight enough, and no burden on a thread: a page is packed again with each change. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
/** What an entry takes beside its bytes. */
const OVERHEAD = 2048;

export function createPageStore(most: number = MOST_BYTES): PageStore {
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function remove(place: string): void {
    bytes -= entries.get(place)?.size ?? 0;
    entries.delete(place);
  }

  /** Counts what an entry takes, while it is kept; the oldest make room. */
  function grow(place: string, entry: Entry, by: number): void {
    if (entries.get(place) !== entry) return;
    entry.size += by;
    bytes += by;
    for (const oldest of entries.keys()) {
      if (bytes <= most) break;
      remove(oldest);
    }
  }

  return {
    find(place, version) {
      const entry = entries.get(place);
      if (entry?.version !== version) return null;
      // The newest stand last.
      entries.delete(place);
      entries.set(place, entry);
      return entry;
    },
    keep(place, version, html, headers) {
      const plain = Buffer.from(html);
      const packed: Partial<Record<Exclude<Encoding, 'identity'>, Buffer | Promise<Buffer>>> = {};
      const entry: Entry = {
        version,
        headers,
        size: 0,
        bytes(encoding) {
          if (encoding === 'identity') return plain;
          const known = packed[encoding];
          if (known) return known;
          const made = pack(plain, encoding);
          packed[encoding] = made;
          made.then(
            (all) => {
              packed[encoding] = all;
              grow(place, entry, all.byteLength);
            },
            () => delete packed[encoding],
          );
          return made;
        },
      };
      remove(place);
      entries.set(place, entry);
      grow(place, entry, plain.byteLength + OVERHEAD);
    },
    size: () => ({ count: entries.size, bytes }),
  };
}

function pack(plain: Buffer, encoding: Exclude<Encoding, 'identity'>): Promise<Buffer> {
  return encoding === 'br' ? brotli(plain, QUALITY) : zip(plain);
}
