import { LANGUAGES, type Language } from '../../shared/document.ts';
import { isCurrency } from '../../shared/money.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';

export interface Option {
  value: string;
  label: string;
  lang?: string;
}

/** Codes that have a name and are no country one has an address in. */
const NO_COUNTRY: ReadonlySet<string> = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ', 'AC', 'CP', 'DG', 'EA', 'IC', 'TA', 'CQ']);
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The countries there are, by their names in this language. (ISO 3166-1) */
export function countries(language: Language, none: string): Option[] {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  const found = LETTERS.flatMap((a) => LETTERS.map((b) => a + b)).flatMap((value) => {
    const label = NO_COUNTRY.has(value) ? undefined : names.of(value);
    return label === undefined ? [] : [{ value, label }];
  });
  // A code that has been replaced has the name of its successor.
  const first = found.filter((one, i) => found.findIndex((other) => other.label === one.label) === i);
  return [{ value: '', label: none }, ...first.sort((a, b) => a.label.localeCompare(b.label, language))];
}

/** The currencies in use, by their codes. */
export function currencies(language: Language): Option[] {
  const names = new Intl.DisplayNames(language, { type: 'currency' });
  return Intl.supportedValuesOf('currency')
    .filter(isCurrency)
    .map((value) => ({ value, label: `${value} · ${names.of(value) ?? ''}` }));
}

export function timeZones(): Option[] {
  return Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}

/** Our own languages, each in itself. */
export function languages(words: Catalogue): Option[] {
  return LANGUAGES.map((value) => ({ value, label: words.page.languages[value], lang: value }));
}
