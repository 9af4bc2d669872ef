import type { Context } from 'koa';
import { epcPayload } from '../../shared/epc.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import { hasReceipt, receipted } from '../../shared/payment-receipt.ts';
import { transferOf } from '../../shared/transfer.ts';
import type { DealView, DocumentView } from '../../shared/view.ts';
import { contentDisposition, receiptFileName } from '../outside/pdf/filename.ts';
import { qrSvg } from '../outside/qr.ts';
import { WORDS } from '../words.ts';
import type { DoorParts } from './parts.ts';

/** What of an invoice is sent beside the invoice itself. False, and nothing sent, where there is none: each door says so in its own way. */
export type Send = (ctx: Context, parts: DoorParts, view: DealView, document: DocumentView) => Promise<boolean>;

/** The QR code of what is left to pay by transfer now. The amount in its address is for the browser, which keeps a picture by its address. */
export const sendTransferCode: Send = (ctx, _parts, _view, document) => {
  const transfer = transferOf(document);
  const payload = transfer && epcPayload(transfer);
  if (payload === null) return Promise.resolve(false);
  ctx.set('cache-control', 'private, no-store');
  ctx.type = 'image/svg+xml';
  ctx.body = qrSvg(payload);
  return Promise.resolve(true);
};

/** The receipt of the entry in the path: to be looked at, or with `?download` to be kept. */
export const sendReceipt: Send = async (ctx, parts, view, document) => {
  const of = receipted(view, document.id, String((ctx.params as Record<string, string>)['entry']));
  if (of === null) return false;
  const bytes = await parts.drawReceipt({ ...of, company: view.company });
  const name = receiptName(of.document, of.entry, WORDS[document.content.language]);
  ctx.set('content-disposition', contentDisposition(ctx.query['download'] === undefined ? 'inline' : 'attachment', name));
  ctx.set('cache-control', 'private, no-store');
  ctx.type = 'application/pdf';
  ctx.body = Buffer.from(bytes);
  return true;
};

/** `Reçu-de-paiement-F-2026-012.pdf`; from the second receipt of a kind on with its place among them, so that one does not replace another. */
export function receiptName(document: Pick<DocumentView, 'number' | 'payments'>, entry: string, words: Catalogue): string {
  const { kind = 'payment' } = document.payments.find((one) => one.id === entry) ?? {};
  const alike = document.payments.filter((one) => one.kind === kind && hasReceipt(one));
  const place = alike.findIndex((one) => one.id === entry) + 1;
  return receiptFileName(kind === 'refund' ? words.payment.receipt.refund : words.payment.receipt.payment, document.number ?? '', place);
}
