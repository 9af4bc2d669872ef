import { createHash } from 'node:crypto';
import { jsPDF } from 'jspdf';
import { accentFor } from '../../../shared/colour.ts';
import type { Day, DocumentContent, Language } from '../../../shared/document.ts';
import { type Catalogue, loadCatalogue } from '../../../shared/i18n/index.ts';
import { type Sheet, sheetOf } from '../../../shared/sheet.ts';
import type { CompanyView, DocumentView } from '../../../shared/view.ts';
import { addFonts, hasGlyph } from './fonts.ts';
import { drawHead } from './head.ts';
import { drawLines } from './lines.ts';
import { drawLogo } from './logo.ts';
import { HAIRLINE, LEFT, MUTED, PAGE, Paper, RIGHT, type Style, WIDTH } from './paper.ts';
import { drawReceipts, drawReserves, drawTexts } from './prose.ts';
import { drawSums } from './sums.ts';
import { oneLine, printableCopy } from './text.ts';

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

const LOCALES: { readonly [L in Language]: 'fr-FR' | 'en-GB' } = { fr: 'fr-FR', en: 'en-GB' };
const FOOTER: Style = { size: 7.5, colour: MUTED };

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
  for (const char of `${words.document.page(1234567890, 1234567890)}…· –`) used.add(char.charCodeAt(0));

  const doc = new jsPDF({ unit: 'pt', format: 'a4', compress: true, putOnlyUsedFonts: true });
  addFonts(doc, used);
  const paper = new Paper(doc, accentFor('#ffffff', input.company.accent));
  setProperties(paper, sheet, document, content);
  if (input.logo) drawLogo(paper, input.logo);
  drawHead(paper, sheet);
  drawLines(paper, sheet);
  drawSums(paper, sheet);
  if (sheet.reserves) drawReserves(paper, sheet.reserves);
  drawReceipts(paper, sheet.receipts);
  drawTexts(paper, sheet.texts);
  drawFooters(paper, sheet, words);
  return finished(doc);
}

/** The bytes. jsPDF only logs what goes wrong while it writes a font, so a file without its fonts is caught here. */
function finished(doc: jsPDF): Uint8Array {
  const bytes = new Uint8Array(doc.output('arraybuffer'));
  const embedded = Buffer.from(bytes.buffer).toString('latin1').split('/FontFile2 ').length - 1;
  if (embedded !== 2) throw new Error(`the fonts of the PDF could not be written (${embedded} of 2)`);
  return bytes;
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

function setProperties({ doc, accent }: Paper, sheet: Sheet, document: DocumentView, content: DocumentContent): void {
  const issued = document.issuedAt ?? `${content.issueDate}T00:00:00.000Z`;
  const title = `${sheet.title} ${document.number ?? sheet.number}`;
  doc.setProperties({ title: oneLine(title), author: oneLine(content.seller.name), creator: 'webdocument' });
  doc.setLanguage(LOCALES[content.language]);
  doc.viewerPreferences({ DisplayDocTitle: true });
  doc.setCreationDate(pdfDate(issued));
  // Made from what is printed, so that both sides of a deal, who see different views of it, get the same file.
  doc.setFileId(
    createHash('sha256')
      .update(JSON.stringify([sheet, accent, issued]))
      .digest('hex')
      .slice(0, 32),
  );
}

/** An instant as a PDF date in UTC; jsPDF refuses years beyond 2037. */
function pdfDate(instant: string): string {
  const digits = instant.replace(/\D/g, '').slice(0, 14);
  return `D:${/^(19[7-9]|20[0-2]|203[0-7])/.test(digits) ? digits : '20370101000000'}+00'00'`;
}

/** Who, which document, and "page x of y", on every page. */
function drawFooters(paper: Paper, sheet: Sheet, words: Catalogue): void {
  const pages = paper.doc.getNumberOfPages();
  const top = PAGE.height - 46;
  for (let page = 1; page <= pages; page++) {
    paper.goTo(page, top);
    const count = words.document.page(page, pages);
    const document = ` · ${sheet.title} ${sheet.number}`;
    const room = WIDTH - paper.widthOf(count, FOOTER) - 20;
    paper.rule(LEFT, top, WIDTH, HAIRLINE);
    paper.line(cut(paper, `${sheet.seller.name}${document}`, room), LEFT, top + 7, FOOTER);
    paper.line(count, RIGHT, top + 7, FOOTER, 'end');
  }
}

/** The text, shortened with "…" where it is wider than `width`. */
function cut(paper: Paper, text: string, width: number): string {
  const line = text.replaceAll('\n', ' ');
  if (paper.widthOf(line, FOOTER) <= width) return line;
  return `${paper.wrap(line, width - 10, FOOTER)[0] ?? ''}…`;
}
