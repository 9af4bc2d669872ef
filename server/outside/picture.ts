import { createHash } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import type sharp from 'sharp';
import { Refusal } from '../../shared/refusal.ts';

/** A picture written anew: PNG bytes, without whatever else was in the file. */
export interface Picture {
  sha256: string;
  bytes: Uint8Array;
}

/** Pixels it is made to fit into; a smaller one stays as it is. */
const FITS = { width: 800, height: 400 };
/** Of the file that comes in: what a telephone takes, and not what a few bytes can claim to be. */
const MAX_PIXELS = 50_000_000;
const SECONDS = 10;
const TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif']);
/** The readers of these types in libvips; no other one is ever asked, whatever a file says of itself. */
const READERS = ['Png', 'Jpeg', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`);

/**
 * Reads a PNG, JPEG, WebP, GIF or AVIF picture, known by its content, and writes it anew as a PNG of at most 800 × 400 pixels: turned as it is
 * meant to be seen, in sRGB, only the first frame of several, nothing of its metadata. Throws `picture_unreadable` for whatever is none of
 * these (SVG is a program in disguise), is broken, or is too large to be unpacked.
 */
export async function readPicture(file: Uint8Array): Promise<Picture> {
  const type = await fileTypeFromBuffer(file).catch(() => undefined);
  if (type === undefined || !TYPES.has(type.mime)) throw new Refusal('picture_unreadable');
  const picture = await load();
  try {
    const bytes = await picture(file, { limitInputPixels: MAX_PIXELS, failOn: 'error', sequentialRead: true })
      .autoOrient()
      .resize({ ...FITS, fit: 'inside', withoutEnlargement: true })
      .png({ compressionLevel: 9, palette: true, quality: 95, effort: 8 })
      .timeout({ seconds: SECONDS })
      .toBuffer();
    return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes };
  } catch {
    throw new Refusal('picture_unreadable');
  }
}

let loaded: Promise<typeof sharp> | undefined;

/** Only where it is needed: a library of some megabytes, that most processes never use. */
function load(): Promise<typeof sharp> {
  loaded ??= import('sharp').then(({ default: library }) => {
    library.cache(false);
    library.concurrency(1);
    library.block({ operation: ['VipsForeignLoad'] });
    library.unblock({ operation: READERS });
    return library;
  });
  return loaded;
}
