import { KINDS, type Kind, type Language } from './document.ts';

/**
 * How a number of our own series is written: `{yyyy}` or `{yy}` for the year, `{0000}` for the count with at least as many digits as it has
 * zeros, everything else as it stands: `D-{yyyy}-{0000}` → `D-2026-0012`.
 */
export type NumberFormat = string;

const PREFIX: { readonly [L in Language]: { readonly [K in Kind]: string } } = {
  fr: { quote: 'D', order: 'BC', delivery: 'BL', invoice: 'F', credit_note: 'A' },
  en: { quote: 'Q', order: 'SO', delivery: 'DN', invoice: 'INV', credit_note: 'CN' },
};

/** The formats of a new company. */
export function defaultNumbering(language: Language): Record<Kind, NumberFormat> {
  return Object.fromEntries(KINDS.map((kind) => [kind, `${PREFIX[language][kind]}-{yyyy}-{000}`])) as Record<Kind, NumberFormat>;
}

const COUNT = /\{(0{1,9})\}/g;
const YEAR = /\{yyyy\}|\{yy\}/g;

/** What is wrong with a format: `count` missing or twice, no `year` (a series begins anew each year), braces of anything `unknown`, too `long`. */
export function formatFault(format: NumberFormat): 'count' | 'year' | 'unknown' | 'long' | null {
  if (format.length > 60) return 'long';
  if ((format.match(COUNT) ?? []).length !== 1) return 'count';
  if (!format.match(YEAR)) return 'year';
  return /[{}\p{C}]/u.test(format.replace(COUNT, '').replace(YEAR, '')) ? 'unknown' : null;
}

/** The number of a format. */
export function writeNumber(format: NumberFormat, year: number, count: number): string {
  return format
    .replaceAll('{yyyy}', String(year))
    .replaceAll('{yy}', String(year).slice(-2))
    .replace(COUNT, (_, zeros: string) => String(count).padStart(zeros.length, '0'));
}
