import type { Context } from 'koa';
import { dayIn } from '../../shared/document.ts';
import type { CompanyView, DocumentView } from '../../shared/view.ts';
import { contentDisposition, pdfFileName } from '../outside/pdf/filename.ts';
import { WORDS } from '../words.ts';
import { olderRevision } from './older.ts';
import type { DoorParts } from './parts.ts';

/** Sends a document as PDF, or with `?revision=` an older revision of it: to be looked at, or with `?download` to be kept. */
export async function sendPdf(ctx: Context, parts: DoorParts, company: CompanyView, document: DocumentView): Promise<void> {
  const revision = await olderRevision(parts.em(), ctx, document);
  const bytes = await parts.drawPdf({ document, company, today: dayIn(company.timeZone, parts.now()), revision });
  const name = pdfFileName(document, WORDS[document.content.language]);
  ctx.set('content-disposition', contentDisposition(ctx.query['download'] === undefined ? 'inline' : 'attachment', name));
  ctx.set('cache-control', 'private, no-store');
  ctx.type = 'application/pdf';
  ctx.body = Buffer.from(bytes);
}
