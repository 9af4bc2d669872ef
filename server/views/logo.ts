import type { DocumentContent } from '../../shared/document.ts';
import type { Em } from '../db.ts';

/** The only pictures among the blobs are logos: what comes in with documents is XML, and what is drawn of them PDF. */
export const LOGO_TYPE = 'image/png';

/** The PNG of a logo that a company has, or had; null where there is none of this SHA-256. */
export async function readLogo(em: Em, sha256: string): Promise<Buffer | null> {
  const [row] = await em.execute<{ bytes: Buffer }[]>('select bytes from blobs where sha256 = ? and media_type = ?', [sha256, LOGO_TYPE]);
  return row ? Buffer.from(row.bytes) : null;
}

/** What the drawing of a document needs beside what is printed in words: the logo of the revision that is shown. */
export async function logoFor(
  em: Em,
  { document, revision }: { document: { content: DocumentContent }; revision?: { content: DocumentContent } | null },
): Promise<Buffer | null> {
  const { logo } = (revision ?? document).content;
  return logo === null ? null : readLogo(em, logo);
}
