import type { Language } from '../../shared/document.ts';
import { UNWANTED } from '../../shared/text.ts';
import type { LetterFile } from './letter.ts';

/**
 * A mail as what it says, in order. The HTML and the text part are both drawn from this, so that they cannot say different
 * things. All of it is text; nothing here is HTML.
 */
export interface Outline {
  language: Language;
  /** `#rrggbb`, as the company chose it. */
  accent: string;
  /** Without the sender: "Devis D-2026-012 accepté". */
  about: string;
  /** Whom the reader hears from: the company, or for its own users the client. */
  sender: string;
  /** What an inbox shows beside the subject: the thing that matters most. */
  preheader: string;
  /** The line above the heading; the sender, unless more is to be said. */
  lead?: string;
  heading: string;
  blocks: Block[];
  button: { label: string; url: string };
  /** The last lines, small: why this mail, how to answer. */
  foot: string[];
  /** Below it, where one says that one wants no more of these. */
  unsubscribe?: { label: string; url: string };
}

export type Block =
  /** Our own words, one paragraph an entry. */
  | { is: 'text'; paragraphs: string[] }
  /** What somebody wrote, under their name. */
  | { is: 'message'; by: string; at: string; text: string; files: LetterFile[] }
  /** What the owner wrote to go with the document, signed. */
  | { is: 'cover'; text: string; by: string }
  | { is: 'facts'; facts: Fact[] }
  | { is: 'files'; label: string; files: LetterFile[] }
  /** A page of somebody else's, such as a receipt. */
  | { is: 'link'; label: string; url: string }
  /** A decision as it is stamped on the sheet. */
  | { is: 'stamp'; text: string; tone: 'good' | 'bad' | 'wait' };

export interface Fact {
  label: string;
  value: string;
  /** The one number people look for. */
  strong?: boolean;
  /** Text that needs lines of its own. */
  long?: boolean;
}

/** What somebody wrote, as paragraphs of lines: a blank line parts paragraphs, every other break is kept. */
export function paragraphsOf(text: string): string[][] {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(UNWANTED, '')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split('\n').map((line) => line.trimEnd()))
    .map((lines) => lines.filter((line) => line !== ''))
    .filter((lines) => lines.length > 0);
}

/** Text cut after at most `max` characters as people count them, at a blank where there is one near; `…` says that it was. */
export function shortened(text: string, max: number): string {
  const chars = [...new Intl.Segmenter().segment(text.slice(0, max * 16))].map(({ segment }) => segment);
  if (chars.length <= max) return text;
  const cut = chars.slice(0, max - 1).join('');
  const blank = cut.lastIndexOf(' ');
  return `${(blank > cut.length * 0.7 ? cut.slice(0, blank) : cut).trimEnd()}…`;
}
