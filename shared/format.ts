import { digitsOf, fromMinor, type Decimal, type Minor } from './money.ts';
import type { Day, Instant, Language } from './document.ts';

/** BCP 47 locale of each language: numbers, dates and money are written as its readers expect. */
const LOCALES: { readonly [L in Language]: string } = { fr: 'fr-FR', en: 'en-GB' };

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** With the minus sign of print, which is as wide as a digit; `parseDecimal` reads it back. */
function written(format: Intl.NumberFormat, value: string): string {
  return format.format(value as Intl.StringNumericLiteral).replace('-', '\u2212');
}

/** Money with its currency, exact: the decimal string goes to Intl, never a float. */
export function money(amount: Minor, currency: string, language: Language): string {
  const digits = digitsOf(currency);
  return written(
    number(language, { style: 'currency', currency, minimumFractionDigits: digits, maximumFractionDigits: digits }),
    fromMinor(amount, currency),
  );
}

/** An amount without its currency, with the currency's digits: for columns whose head names the currency. */
export function amount(value: Minor, currency: string, language: Language): string {
  const digits = digitsOf(currency);
  return written(number(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }), fromMinor(value, currency));
}

/** A quantity or rate with the digits it was given, trailing zeros dropped. */
export function decimal(value: Decimal, language: Language): string {
  return written(number(language, { maximumFractionDigits: 12 }), value);
}

/** A unit price: at least the currency's digits, more where it has more. */
export function unitPrice(value: Decimal, currency: string, language: Language): string {
  return written(number(language, { minimumFractionDigits: digitsOf(currency), maximumFractionDigits: 12 }), value);
}

/** A calendar day, e.g. "24 nov. 2026". `long` writes the month out. */
export function day(value: Day, language: Language, month: 'short' | 'long' = 'short'): string {
  return dated(language, { day: 'numeric', month, year: 'numeric', timeZone: 'UTC' }, `${value}T00:00:00Z`);
}

/** The day of an instant in a time zone. */
export function dayOf(value: Instant, language: Language, timeZone: string): string {
  return dated(language, { day: 'numeric', month: 'short', year: 'numeric', timeZone }, value);
}

/** Hours and minutes of an instant in a time zone. */
export function timeOf(value: Instant, language: Language, timeZone: string): string {
  return date(language, { hour: '2-digit', minute: '2-digit', timeZone }).format(new Date(value));
}

/** Day and time of an instant in a time zone. */
export function dateTime(value: Instant, language: Language, timeZone: string): string {
  return dated(language, { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone }, value);
}

/** With its day: French counts the first of a month ("1er"), which Intl does not know. */
function dated(language: Language, options: Intl.DateTimeFormatOptions, at: Instant): string {
  const text = date(language, options).format(new Date(at));
  return language === 'fr' ? text.replace(/^1(?=\s)/, '1er') : text;
}

/** The name of a country from its ISO 3166-1 code; a code nobody knows stays as it is. */
export function country(code: string, language: Language): string {
  try {
    return new Intl.DisplayNames(LOCALES[language], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** "5 minutes ago", from two instants; "5 min. ago" where `style` is short. */
export function ago(value: Instant, now: Instant, language: Language, style: 'long' | 'short' = 'long'): string {
  const seconds = Math.round((Date.parse(value) - Date.parse(now)) / 1000);
  const format = new Intl.RelativeTimeFormat(LOCALES[language], { numeric: 'auto', style });
  const size = Math.abs(seconds);
  if (size < 60) return format.format(Math.min(seconds, 0), 'second');
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}

function number(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return cached(`n${language}${JSON.stringify(options)}`, () => new Intl.NumberFormat(LOCALES[language], options));
}

function date(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cached(`d${language}${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(LOCALES[language], options));
}

function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = cache.get(key) as T | undefined;
  if (known) return known;
  const made = make();
  cache.set(key, made);
  return made;
}
