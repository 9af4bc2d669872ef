import type { Day, DocumentContent } from '../../../shared/document.ts';
import { type Catalogue, loadCatalogue } from '../../../shared/i18n/index.ts';
import { type Sheet, sheetOf } from '../../../shared/sheet.ts';
import type { CompanyView, DocumentView } from '../../../shared/view.ts';
import { addOwn, drawFooters, finished, openPaper } from './file.ts';
import { hasGlyph } from './fonts.ts';
import { drawHead } from './head.ts';
import { drawLines } from './lines.ts';
import { drawLogo } from './logo.ts';
import { drawReceipts, drawRemarks, drawTexts } from './prose.ts';
import { drawSums } from './sums.ts';
import { printableCopy } from './text.ts';

export interface PdfInput {
  document: DocumentView;
  company: CompanyView;
  /** The day in the company's time zone: whether it is expired or overdue. */
  today: Day;
  /** An earlier revision to print instead of the current one. */
  revision?: { number: number; content: DocumentContent; choice: DocumentView['choice'] } | null;
  /** The PNG of the content's logo. */
  logo?: Uint8Array | null;
}

/**
 * The document as a PDF, drawn from the same `Sheet` as its page: A4, fonts embedded, without scripts, forms, links or attachments.
 * The same input gives the same bytes on every machine.
 */
export async function renderPdf(input: PdfInput): Promise<Uint8Array> {
  const { document, content } = shown(input);
  const words = await loadCatalogue(content.language);
  const used = new Set<number>();
  const printed = sheetOf(document, words, input.today, input.company.timeZone, content);
  if (input.revision && input.revision.number < input.document.revision) replaced(printed, input, words);
  const sheet = printableCopy(printed, hasGlyph, used);
  addOwn(used, words);

  const { title, number } = sheet;
  const issued = document.issuedAt ?? `${content.issueDate}T00:00:00.000Z`;
  // The id of the file is made from what is printed, so that both sides of a deal, who see different views of it, get the same file.
  const name = `${title} ${document.number ?? number}`;
  const paper = openPaper({ used, accent: input.company.accent, content, title: name, at: issued, printed: sheet });
  if (input.logo) drawLogo(paper, input.logo);
  drawHead(paper, sheet);
  drawLines(paper, sheet);
  drawSums(paper, sheet, printed.payment?.code?.payload ?? null);
  if (sheet.reserves) drawRemarks(paper, sheet.reserves);
  drawReceipts(paper, sheet.receipts);
  drawTexts(paper, sheet.texts);
  drawFooters(paper, `${sheet.seller.name} · ${title} ${number}`, words);
  return finished(paper);
}

/** The document with the content to print; an earlier revision carries neither payments nor decisions nor receipts. */
function shown({ document, revision }: PdfInput): { document: DocumentView; content: DocumentContent } {
  if (!revision) return { document, content: document.content };
  const { number, content, choice } = revision;
  const nothing = { paid: null, credited: null, decision: null, receipts: [] };
  const due = (choice?.totals ?? content.totals)?.due ?? null;
  const earlier: DocumentView = { ...document, ...nothing, revision: number, content, choice, due };
  return { document: earlier, content };
}

/** An earlier revision does not carry the state of the current one: it says by which it was replaced, and always its own number. */
function replaced(sheet: Sheet, { document, revision }: PdfInput, words: Catalogue): void {
  const text = words.document.replacedBy(document.revision);
  sheet.stamp = { state: 'withdrawn', word: text, text, tone: 'neutral' };
  sheet.revision = words.document.revision(revision?.number ?? document.revision);
}
