import { type Language, LANGUAGES } from '../document.ts';
import type { Catalogue } from './fr.ts';

export type { Catalogue };

/** Loads one language. The page loads only its own; a third language is one more file and one more line here. */
const LOADERS: { readonly [L in Language]: () => Promise<Catalogue> } = {
  fr: async () => (await import('./fr.ts')).fr,
  en: async () => (await import('./en.ts')).en,
};

/** The catalogue of a language. Throws only if the file itself cannot be loaded. */
export function loadCatalogue(language: Language): Promise<Catalogue> {
  return LOADERS[language]();
}

/** The language of a browser from its Accept-Language header, by quality; null when it wants none of ours. (RFC 9110, 12.5.4) */
export function preferredLanguage(header: string | undefined): Language | null {
  const wanted = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().split(';');
      const q = params.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((x) => x !== undefined);
      return { tag: tag.toLowerCase().split('-')[0], q: q === undefined ? 1 : Number(q) };
    })
    .filter((w) => w.q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of wanted) {
    const found = LANGUAGES.find((language) => language === tag);
    if (found) return found;
  }
  return null;
}
