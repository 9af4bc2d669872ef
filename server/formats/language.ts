import type { Language } from '../../shared/document.ts';
import type { XmlElement } from './tree.ts';

const XML = 'http://www.w3.org/XML/1998/namespace';

/** Countries whose documents are read in French when nothing is stated. */
const FRENCH: ReadonlySet<string> = new Set(['FR', 'LU', 'MC']);

/** The language of a document: as stated by the first `xml:lang` or `languageID`, else by the first country known. */
export function languageOf(root: XmlElement, stated: string | null, countries: (string | null | undefined)[]): Language {
  const code = stated ?? statedIn(root);
  if (code !== null) return /^fr/i.test(code.trim()) ? 'fr' : 'en';
  const country = countries.find((known) => known);
  return country && FRENCH.has(country) ? 'fr' : 'en';
}

function statedIn(element: XmlElement): string | null {
  const own = element.attributes.find((a) => (a.local === 'lang' && a.uri === XML) || (a.local === 'languageID' && a.uri === ''))?.value;
  if (own?.trim()) return own;
  for (const child of element.children) {
    const found = statedIn(child);
    if (found !== null) return found;
  }
  return null;
}
