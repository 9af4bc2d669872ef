import type { Language } from '../../shared/document.ts';

/** "Anne, Bob et Luc", as the readers of the language write it. */
export function listOf(names: readonly string[], language: Language): string {
  return new Intl.ListFormat(language === 'en' ? 'en-GB' : language, { type: 'conjunction' }).format(names);
}
