import { type Language, LANGUAGES } from '../document.ts';
import type { Catalogue } from './fr.ts';
import type { FrameWords } from './frame/fr.ts';

export type { Catalogue, FrameWords };

interface Loaders {
  all: () => Promise<Catalogue>;
  frame: () => Promise<FrameWords>;
}

/** Loads one language. A page loads only its own; a third language is two more files, its frame and the rest, and a line here. */
const LOADERS: { readonly [L in Language]: Loaders } = {
  fr: { all: async () => (await import('./fr.ts')).fr, frame: async () => (await import('./frame/fr.ts')).frame },
  en: { all: async () => (await import('./en.ts')).en, frame: async () => (await import('./frame/en.ts')).frame },
};

/** The catalogue of a language. Throws only if the file itself cannot be loaded. */
export function loadCatalogue(language: Language): Promise<Catalogue> {
  return LOADERS[language].all();
}

/** The part of it that the client's page speaks from its first moment. */
export function loadFrameWords(language: Language): Promise<FrameWords> {
  return LOADERS[language].frame();
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
