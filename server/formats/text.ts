import { oneLineOf, UNWANTED } from '../../shared/text.ts';
import { all, first, type XmlElement } from './tree.ts';

/** Text on one line, cut at `max` characters; null when nothing is left. */
export function oneLine(raw: string, max = 500): string | null {
  return cut(oneLineOf(raw), max);
}

/** Text that may have several lines: each line trimmed, blank lines at most one at a time; null when nothing is left. */
export function paragraph(raw: string, max = 20_000): string | null {
  const lines = raw.replace(/\r\n?/g, '\n').replace(UNWANTED, '').split('\n');
  return cut(
    lines
      .map((line) => line.replace(/[^\S\n]+/g, ' ').trim())
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    max,
  );
}

/** One line of text at a path, or null. */
export function textAt(element: XmlElement | null, path: string, max = 500): string | null {
  return (
    all(element, path)
      .map((found) => oneLine(found.text, max))
      .find((found) => found !== null) ?? null
  );
}

/** Paragraphs at a path, one an element, empty ones left out. */
export function paragraphsAt(element: XmlElement | null, path: string, max = 20_000): string[] {
  return all(element, path).flatMap((found) => paragraph(found.text, max) ?? []);
}

/** A code at a path: one line, cut to what a code may be. */
export function codeAt(element: XmlElement | null, path: string, max = 20): string | null {
  return oneLine(first(element, path)?.text ?? '', max);
}

/** Strings without repetition, blanks and case aside, in order. */
export function distinct(texts: (string | null)[]): string[] {
  const seen = new Set<string>();
  return texts.flatMap((text) => {
    const key = text?.toLowerCase().replace(/\s+/g, ' ') ?? '';
    if (text === null || key === '' || seen.has(key)) return [];
    seen.add(key);
    return [text];
  });
}

function cut(text: string, max: number): string | null {
  if (text === '') return null;
  return text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`;
}
