import { createHash } from 'node:crypto';
import { jsPDF } from 'jspdf';
import { accentFor } from '../../../shared/colour.ts';
import type { DocumentContent, Instant, Language } from '../../../shared/document.ts';
import type { Catalogue } from '../../../shared/i18n/index.ts';
import { addFonts } from './fonts.ts';
import { HAIRLINE, LEFT, MUTED, PAGE, Paper, RIGHT, type Style, WIDTH } from './paper.ts';
import { oneLine } from './text.ts';

const LOCALES: { readonly [L in Language]: 'fr-FR' | 'en-GB' } = { fr: 'fr-FR', en: 'en-GB' };
const FOOTER: Style = { size: 7.5, colour: MUTED };

export interface PaperInput {
  /** The code points of everything that is going to be written (`printableCopy`, `addOwn`). */
  used: ReadonlySet<number>;
  /** The company's, as chosen. */
  accent: string;
  content: Pick<DocumentContent, 'language' | 'seller'>;
  title: string;
  at: Instant;
  /** What is printed: the id of the file is made from it. */
  printed: object;
}

/** The code points that are written on every sheet beside its own words. */
export function addOwn(used: Set<number>, words: Catalogue): void {
  for (const char of `${words.document.page(1234567890, 1234567890)}…· –`) used.add(char.charCodeAt(0));
}

/** An empty sheet with its fonts and properties. */
export function openPaper({ used, accent, content, title, at, printed }: PaperInput): Paper {
  const doc = new jsPDF({ unit: 'pt', format: 'a4', compress: true, putOnlyUsedFonts: true });
  addFonts(doc, used);
  const paper = new Paper(doc, accentFor('#ffffff', accent));
  doc.setProperties({ title: oneLine(title), author: oneLine(content.seller.name), creator: 'webdocument' });
  doc.setLanguage(LOCALES[content.language]);
  doc.viewerPreferences({ DisplayDocTitle: true });
  doc.setCreationDate(pdfDate(at));
  doc.setFileId(
    createHash('sha256')
      .update(JSON.stringify([printed, paper.accent, at]))
      .digest('hex')
      .slice(0, 32),
  );
  return paper;
}

/** The bytes. jsPDF only logs what goes wrong while it writes a font, so a file without its fonts is caught here. */
export function finished({ doc }: Paper): Uint8Array {
  const bytes = new Uint8Array(doc.output('arraybuffer'));
  const embedded = Buffer.from(bytes.buffer).toString('latin1').split('/FontFile2 ').length - 1;
  if (embedded !== 2) throw new Error(`the fonts of the PDF could not be written (${embedded} of 2)`);
  return bytes;
}

/** An instant as a PDF date in UTC; jsPDF refuses years beyond 2037. */
function pdfDate(instant: string): string {
  const digits = instant.replace(/\D/g, '').slice(0, 14);
  return `D:${/^(19[7-9]|20[0-2]|203[0-7])/.test(digits) ? digits : '20370101000000'}+00'00'`;
}

/** Who and which document, and "page x of y", on every page. */
export function drawFooters(paper: Paper, name: string, words: Catalogue): void {
  const pages = paper.doc.getNumberOfPages();
  const top = PAGE.height - 46;
  for (let page = 1; page <= pages; page++) {
    paper.goTo(page, top);
    const count = words.document.page(page, pages);
    const room = WIDTH - paper.widthOf(count, FOOTER) - 20;
    paper.rule(LEFT, top, WIDTH, HAIRLINE);
    paper.line(cut(paper, name, room), LEFT, top + 7, FOOTER);
    paper.line(count, RIGHT, top + 7, FOOTER, 'end');
  }
}

/** The text, shortened with "…" where it is wider than `width`. */
function cut(paper: Paper, text: string, width: number): string {
  const line = text.replaceAll('\n', ' ');
  if (paper.widthOf(line, FOOTER) <= width) return line;
  return `${paper.wrap(line, width - 10, FOOTER)[0] ?? ''}…`;
}
