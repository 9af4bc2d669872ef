import { readText, S3Error, type AskS3, type S3Place } from './request.ts';

/** An object of the bucket. */
export interface Listed {
  /** Without the prefix. */
  key: string;
  /** When it was written, in milliseconds; by the store's clock, which is ours within minutes, or it would take no signature. */
  at: number;
}

/** A thousand entries have half of it. */
const LISTING_BYTES = 2_000_000;

/**
 * Everything whose key begins like this, page by page, in the order of keys. Asks in the older of the two ways (ListObjects): it is the one every
 * store has, and it goes on from a key instead of a token. Throws S3Error.
 */
export async function* listAll(ask: AskS3, place: S3Place, start: string, pageSize: number): AsyncIterable<Listed> {
  for (let marker: string | null = ''; marker !== null;) {
    const query: Record<string, string> = {
      prefix: place.prefix + start,
      'max-keys': String(pageSize),
      ...(marker === '' ? {} : { marker }),
    };
    const text: string = await ask({ method: 'GET', query }, (answer) => readText(answer, LISTING_BYTES));
    const keys = [...objectsIn(text)];
    for (const { key, at } of keys) if (key.startsWith(place.prefix)) yield { key: key.slice(place.prefix.length), at };
    marker = /<IsTruncated>true</.test(text) ? (keys.at(-1)?.key ?? null) : null;
  }
}

/** Keys of ours have no character that XML writes in another way. */
function* objectsIn(text: string): Iterable<Listed> {
  // One that breaks off, or another page with the status 200, is no listing.
  if (!/<\/ListBucketResult>\s*$/.test(text) && !/<ListBucketResult[^>]*\/>\s*$/.test(text)) throw new S3Error(null, 'NoListing');
  for (const [, inner = ''] of text.matchAll(/<Contents>([^]*?)<\/Contents>/g)) {
    const key = /<Key>([^<]*)<\/Key>/.exec(inner)?.[1];
    const at = Date.parse(/<LastModified>([^<]*)<\/LastModified>/.exec(inner)?.[1] ?? '');
    if (key === undefined || Number.isNaN(at)) throw new S3Error(null, 'NoListing');
    yield { key, at };
  }
}

/** Whose bytes an object has: `ab/<sha256>` or `ab/<sha256>-<random>`; null for what is none of ours. */
export function shaOf(key: string): string | null {
  return /^[0-9a-f]{2}\/([0-9a-f]{64})(?:-[0-9a-f]+)?$/.exec(key)?.[1] ?? null;
}

/** The one written last. Of two in the same moment all must choose the same. */
export function newest(objects: Listed[]): Listed | null {
  return objects.reduce<Listed | null>((best, one) => (best === null || isLater(one, best) ? one : best), null);
}

function isLater(one: Listed, other: Listed): boolean {
  return one.at === other.at ? one.key > other.key : one.at > other.at;
}
