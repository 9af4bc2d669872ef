import type { Context } from 'koa';
import { Refusal } from '../../shared/refusal.ts';
import type { Em } from '../db.ts';
import { contentDisposition } from '../outside/pdf/filename.ts';

/**
 * The imported file of a document, byte for byte, always as a download: it is somebody else's XML. With `receipt`, the file
 * of the so-many-th receipt advice recorded on it, counted from 1.
 */
export async function sendSource(ctx: Context, em: Em, document: string, receipt: number | null = null): Promise<void> {
  const [row] = await em.execute<{ bytes: Buffer; media_type: string; sha256: string }[]>(
    receipt === null
      ? 'select b.bytes, b.media_type, b.sha256 from documents d join blobs b on b.sha256 = d.source_sha256 where d.id = ?'
      : 'select b.bytes, b.media_type, b.sha256 from receipts r join blobs b on b.sha256 = r.source_sha256 where r.document_id = ? order by r.position limit 1 offset ?',
    receipt === null ? [document] : [document, receipt - 1],
  );
  if (!row) throw new Refusal('not_found');
  ctx.set('content-disposition', contentDisposition('attachment', `${row.sha256.slice(0, 12)}.xml`));
  ctx.set('cache-control', 'private, no-store');
  ctx.type = row.media_type;
  ctx.body = Buffer.from(row.bytes);
}
