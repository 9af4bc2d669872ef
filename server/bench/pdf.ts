import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsPDF } from 'jspdf';
import { autoTable } from 'jspdf-autotable';
import { loadCatalogue } from '../../shared/i18n/index.ts';
import { sheetOf } from '../../shared/sheet.ts';
import { addFonts } from '../outside/pdf/fonts.ts';
import { longQuote } from '../outside/pdf/fixtures.ts';
import { renderPdf, type PdfInput } from '../outside/pdf/render.ts';
import { printableCopy } from '../outside/pdf/text.ts';
import { print, rowOf, type Row } from './rows.ts';

const PAIRS = 5;
/** Drawn so often for one number. */
const ROUNDS = 4;
const CASES = [
  { lines: 10, goal: 1.2 },
  { lines: 200, goal: 1.0 },
] as const;

/** The rows and columns of the sheet, and nothing else of it. */
interface Table {
  head: string[];
  body: string[][];
  codes: Set<number>;
}

/**
 * A whole document of ours, in milliseconds, beside bare jsPDF and autoTable that draw its rows and columns alone, in the same two faces
 * of the same font. The font is handed over as it comes, as one would; and once more already cut down to the characters of the document,
 * which takes from the floor what costs it most.
 */
export async function measurePdf(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { lines, goal } of CASES) {
    const input = longQuote(lines);
    const table = await tableOf(input);
    const ours = () => renderPdf(input);
    for (const [font, embed] of Object.entries({
      'the font as it is': whole,
      'the font cut down': (doc: jsPDF) => cut(doc, table.codes),
    })) {
      const floor = () => bare(table, embed);
      await timed(floor);
      await timed(ours);
      const pairs = [];
      for (let i = 0; i < PAIRS; i += 1) pairs.push({ floor: await timed(floor), ours: await timed(ours) });
      rows.push(rowOf(`PDF of ${lines} lines, ms, ${font}`, `≤ ${goal.toFixed(1)}`, pairs));
    }
  }
  return rows;
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  for (let i = 0; i < ROUNDS; i += 1) await work();
  return (performance.now() - started) / ROUNDS;
}

function bare({ head, body }: Table, embed: (doc: jsPDF) => [string, string]): ArrayBuffer {
  const doc = new jsPDF({ unit: 'pt', format: 'a4', compress: true, putOnlyUsedFonts: true });
  const [regular, bold] = embed(doc);
  autoTable(doc, {
    theme: 'plain',
    head: [head],
    body,
    styles: { font: regular, fontStyle: 'normal', fontSize: 9 },
    headStyles: { font: bold, fontStyle: 'normal' },
  });
  return doc.output('arraybuffer');
}

const FILES = ['400Regular/NotoSans_400Regular.ttf', '700Bold/NotoSans_700Bold.ttf'].map((file) =>
  readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans/${file}`))).toString('base64'),
);

function whole(doc: jsPDF): [string, string] {
  FILES.forEach((file, i) => {
    doc.addFileToVFS(`${i}.ttf`, file);
    doc.addFont(`${i}.ttf`, `face${i}`, 'normal');
  });
  return ['face0', 'face1'];
}

function cut(doc: jsPDF, codes: ReadonlySet<number>): [string, string] {
  addFonts(doc, codes);
  return ['WEBDOC+NotoSans-Regular', 'WEBDOC+NotoSans-Bold'];
}

async function tableOf({ document, company, today }: PdfInput): Promise<Table> {
  const words = await loadCatalogue(document.content.language);
  const codes = new Set<number>();
  const sheet = printableCopy(sheetOf(document, words, today, company.timeZone, document.content), () => true, codes);
  const body = sheet.rows.map((row) =>
    sheet.columns.map(({ key }, i) => [row.cells[key] ?? '', ...(i === 0 ? row.details : [])].join('\n')),
  );
  return { head: sheet.columns.map(({ label }) => label), body, codes };
}

if (import.meta.main) print(await measurePdf());
