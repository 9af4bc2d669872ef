import { UNWANTED } from '../../../shared/text.ts';
import { htmlToText } from './html.ts';
import { PICTURE_BEGINS, PICTURE_ENDS, QUOTE_BEGINS, SIGNATURE } from './marks.ts';
import {
  ANSWERS_INSIDE,
  ATTRIBUTIONS,
  EXACT,
  FOOTERS,
  FORWARDED,
  HEAD_DATE,
  HEAD_FROM,
  HEAD_LINES,
  HEAD_SUBJECT,
  MARKED_LINES,
  NAMELY,
  RULE,
  SEPARATOR,
  SIGNATURE_LINES,
} from './quotes.ts';
import type { Mail } from './read.ts';

/** What somebody wrote in a mail, without what they quoted. */
export interface Written {
  text: string;
  /** Content-IDs of the pictures that stand in what they wrote; null where nothing says which (there is no HTML). */
  pictures: ReadonlySet<string> | null;
}

/** Where no quote has begun by then there is none to be found. */
const MAX_LINES = 5000;
/** No announcement of a quote is longer, nor wrapped over more lines. */
const MAX_LINE = 400;
const WRAPPED = 3;
const PICTURE = new RegExp(`${PICTURE_BEGINS}([^${PICTURE_ENDS}]*)${PICTURE_ENDS}`, 'g');
/** What Outlook and Gmail write into the plain text where a picture is. */
const PICTURE_IN_TEXT = /\[(?:cid|image):[^\]\n]{1,300}\]/gi;

/** What the sender of a mail wrote: from its plain text where that says something, else from its HTML. */
export function writtenIn(mail: Mail): Written {
  const html = mail.html === '' ? null : visible(htmlToText(mail.html));
  const pictures = html === null ? null : new Set([...html.matchAll(PICTURE)].map((match) => match[1] ?? ''));
  const plain = mail.text.replace(/\r\n?/g, '\n').replace(PICTURE_IN_TEXT, '');
  const text = visible(plain.replace(UNWANTED, ''));
  return { text: text === '' && html !== null ? html.replace(PICTURE, '').trim() : text, pictures };
}

/**
 * The text above the quote. Where somebody wrote between or below the quoted lines everything is kept: rather a line too many than
 * one lost.
 */
export function visible(text: string): string {
  const lines = cleaned(text).split('\n');
  const quote = findQuote(lines);
  if (quote === null) return tidy(withoutEnding(lines));
  const above = lines.slice(0, quote.at);
  const keepsAll = quote.marked ? writesInside(lines, quote.at) : above.some((line) => ANSWERS_INSIDE.test(line));
  return tidy(keepsAll ? lines.filter((line) => line !== QUOTE_BEGINS) : withoutEnding(above));
}

/** Characters that no message may have go; the marks of our own reading of HTML stay. */
function cleaned(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(UNWANTED, (found) => (found === QUOTE_BEGINS || found === PICTURE_BEGINS || found === PICTURE_ENDS ? found : ''));
}

function tidy(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

interface Quote {
  at: number;
  /** Its lines are marked with `>`, so that others among them can be told from it. */
  marked: boolean;
}

/** Where the quote begins, its announcement included; null without one, and where something is passed on. */
function findQuote(lines: readonly string[]): Quote | null {
  for (let i = 0; i < Math.min(lines.length, MAX_LINES); i += 1) {
    const raw = lines[i] ?? '';
    const line = bare(raw);
    if (raw === QUOTE_BEGINS) return { at: i, marked: false };
    if (FORWARDED.test(line)) return null;
    if (isMarked(raw)) {
      const end = endOfMarked(lines, i);
      const run = lines.slice(i, end).filter((one) => bare(one) !== '');
      const announced = run.slice(0, 3).some((_, k) => attribution(run, k) !== null || isHead(run, k) || SEPARATOR.test(bare(run[k])));
      if (announced || run.length >= MARKED_LINES)
        return run.slice(0, 3).some((one) => FORWARDED.test(bare(one))) ? null : { at: i, marked: true };
      i = end - 1;
      continue;
    }
    if (SEPARATOR.test(line)) return { at: i, marked: false };
    if (isHead(lines, i)) return { at: withRule(lines, i), marked: false };
    const said = attribution(lines, i);
    if (said === null) continue;
    if (isMarked(nextText(lines, i + said.lines))) return { at: i, marked: true };
    if (said.exact) return { at: i, marked: false };
  }
  return null;
}

/** Whether somebody wrote among the marked lines or below them; signatures, and what programs add, are not writing. */
function writesInside(lines: readonly string[], from: number): boolean {
  let signed = false;
  for (let i = from; i < lines.length; i += 1) {
    const raw = lines[i] ?? '';
    const line = bare(raw);
    if (raw === SIGNATURE) signed = true;
    if (isMarked(raw)) signed = false;
    if (signed || line === '' || isMarked(raw) || RULE.test(line) || isFooter(line)) continue;
    const said = attribution(lines, i);
    if (said !== null) {
      i += said.lines - 1;
      continue;
    }
    // What is quoted further down in the way of Outlook is not marked, and nobody's writing of now.
    return !(raw === QUOTE_BEGINS || SEPARATOR.test(line) || isHead(lines, i));
  }
  return false;
}

/** The lines without a signature and without what a phone adds. */
function withoutEnding(lines: readonly string[]): string[] {
  const trimmed = withoutFooters(lines);
  const signature = trimmed.indexOf(SIGNATURE);
  const below = trimmed.slice(signature + 1).filter((line) => line.trim() !== '').length;
  return signature < 0 || below > SIGNATURE_LINES ? trimmed : withoutFooters(trimmed.slice(0, signature));
}

function withoutFooters(lines: readonly string[]): string[] {
  const last = lines.findLastIndex((line) => line.trim() !== '' && !isFooter(bare(line)));
  return lines.slice(0, last + 1);
}

function isFooter(line: string): boolean {
  return FOOTERS.some((footer) => footer.test(line));
}

/** Whether a line says who wrote what is below, over how many lines it goes, and whether so exactly that it needs no quotation marks. */
function attribution(lines: readonly string[], at: number): { lines: number; exact: boolean } | null {
  let joined = '';
  for (let k = 0; k < WRAPPED; k += 1) {
    const line = bare(lines[at + k]);
    if (line === '') return null;
    joined = k === 0 ? line : `${joined} ${line}`;
    if (joined.length > MAX_LINE) return null;
    if (!/:$|^Message du/i.test(joined)) continue;
    const dated = /\d/.test(joined) && ATTRIBUTIONS.some((one) => one.test(joined));
    // A sentence of one's own may end in "wrote:" three lines further down, but it does not state an address or a minute.
    if (dated && (k === 0 || EXACT.test(joined))) return { lines: k + 1, exact: EXACT.test(joined) };
    if (k === 0 && NAMELY.test(joined)) return { lines: 1, exact: false };
  }
  return null;
}

function isHead(lines: readonly string[], at: number): boolean {
  if (!HEAD_FROM.test(bare(lines[at]))) return false;
  const below = lines.slice(at + 1, at + HEAD_LINES).map(bare);
  return below.some((line) => HEAD_DATE.test(line)) && below.some((line) => HEAD_SUBJECT.test(line));
}

/** The head of a quote, or the rule above it. */
function withRule(lines: readonly string[], at: number): number {
  const above = lines.slice(0, at).findLastIndex((line) => line.trim() !== '');
  return above >= 0 && RULE.test(bare(lines[above])) ? above : at;
}

function nextText(lines: readonly string[], from: number): string | undefined {
  let at = from;
  while (lines[at]?.trim() === '') at += 1;
  return lines[at];
}

function endOfMarked(lines: readonly string[], from: number): number {
  let end = from;
  while (end < lines.length && (isMarked(lines[end]) || lines[end]?.trim() === '')) end += 1;
  return end;
}

function isMarked(line: string | undefined): boolean {
  return line !== undefined && /^\s{0,3}>/.test(line);
}

/** A line as the tables expect it: without marks, plain blanks, no asterisks of bold type. */
function bare(line = ''): string {
  const start = line.slice(0, MAX_LINE + 1);
  return start
    .replace(/^(?:\s*>)+/, '')
    .replace(/\*/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}
