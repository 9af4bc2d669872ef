import { loadCatalogue } from '../../../shared/i18n/index.ts';
import { paymentReceiptOf, type PaymentReceipt, type Receipted } from '../../../shared/payment-receipt.ts';
import type { Stamp } from '../../../shared/sheet.ts';
import type { CompanyView } from '../../../shared/view.ts';
import { addOwn, drawFooters, finished, openPaper } from './file.ts';
import { hasGlyph } from './fonts.ts';
import { drawHead } from './head.ts';
import { drawLogo } from './logo.ts';
import { LEFT, type Paper } from './paper.ts';
import { drawRemarks } from './prose.ts';
import { drawDue, drawTotals } from './sums.ts';
import { printableCopy } from './text.ts';

export interface ReceiptInput extends Receipted {
  company: CompanyView;
  /** The PNG of the invoice's logo. */
  logo?: Uint8Array | null;
}

/**
 * The receipt of a payment or refund as a PDF, drawn as the documents are. The same input gives the same bytes on every machine. Throws where
 * the entry has no receipt (`hasReceipt`).
 */
export async function renderReceipt({ logo, company, ...of }: ReceiptInput): Promise<Uint8Array> {
  const { content, payments } = of.document;
  const words = await loadCatalogue(content.language);
  const used = new Set<number>();
  const receipt = printableCopy(paymentReceiptOf(of, words), hasGlyph, used);
  addOwn(used, words);

  const { title } = receipt;
  const at = payments.find((one) => one.id === of.entry)?.at ?? '';
  const paper = openPaper({ used, accent: company.accent, content, title: `${title} · ${receipt.of}`, at, printed: receipt });
  if (logo) drawLogo(paper, logo);
  drawHead(paper, { ...receipt, number: receipt.of, revision: null, deliverTo: null, stamp: stampOf(receipt) });
  drawSums(paper, receipt);
  if (receipt.since) drawRemarks(paper, receipt.since);
  drawFooters(paper, `${receipt.seller.name} · ${title} · ${receipt.of}`, words);
  return finished(paper);
}

/** That it was only tried stands where documents have their state. */
function stampOf({ test }: PaymentReceipt): Stamp | null {
  return test === null ? null : { state: 'draft', word: test, text: test, tone: 'wait' };
}

/** What was received on the left, what it did to the invoice on the right. */
function drawSums(paper: Paper, { amount, totals }: PaymentReceipt): void {
  const top = paper.y;
  drawDue(paper, amount, LEFT);
  const bottom = paper.y;
  paper.y = top + 6;
  drawTotals(paper, totals);
  paper.y = Math.max(paper.y, bottom) + 10;
}
