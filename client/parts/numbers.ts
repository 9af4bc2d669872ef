import type { Language } from '../../shared/document.ts';
import * as f from '../../shared/format.ts';
import { isDecimal, type Decimal } from '../../shared/money.ts';

/**
 * What people type as a number, as a `Decimal`; null where it is none. Spaces of any kind group, a comma or a point parts the decimals, as
 * they are used in `language`: "1,234" is a thousand in English, and one and a bit in French.
 */
export function parseDecimal(text: string, language: Language): Decimal | null {
  const clean = text
    .replace(/[\s'’€$£%]/g, '')
    .replace(/^[−–]/, '-')
    .replace(/^\+/, '');
  const [, sign = '', digits = ''] = /^(-?)([\d.,]+)$/.exec(clean) ?? [];
  const plain = digits === '' ? null : withPoint(digits, language);
  if (plain === null) return null;
  const [whole = '', part = ''] = plain.split('.');
  const number = `${whole.replace(/^0+(?=\d)/, '') || '0'}${part === '' ? '' : `.${part}`}`;
  const value = /[1-9]/.test(number) ? sign + number : number;
  return isDecimal(value) ? value : null;
}

/** Digits with a point before the decimals and nothing between the thousands; null where the marks make no number. */
function withPoint(digits: string, language: Language): string | null {
  const [commas, points] = [digits.split(',').length - 1, digits.split('.').length - 1];
  if (!/\d/.test(digits)) return null;
  if (commas > 0 && points > 0) {
    const mark = digits.lastIndexOf(',') > digits.lastIndexOf('.') ? ',' : '.';
    return apart(digits, mark, mark === ',' ? '.' : ',');
  }
  if (commas > 1 || points > 1) return grouped(digits, commas > 1 ? ',' : '.');
  if (commas === 1) return (language === 'en' ? grouped(digits, ',') : null) ?? digits.replace(',', '.');
  return digits;
}

function apart(digits: string, mark: string, group: string): string | null {
  const [whole = '', part = '', ...more] = digits.split(mark);
  if (more.length > 0 || part.includes(group)) return null;
  const joined = grouped(whole, group);
  return joined === null ? null : `${joined}.${part}`;
}

/** Thousands have three digits each. */
function grouped(digits: string, mark: string): string | null {
  const [first = '', ...rest] = digits.split(mark);
  const whole = first.length >= 1 && first.length <= 3 && first !== '0' && rest.every((group) => group.length === 3);
  return whole ? first + rest.join('') : null;
}

/** What goes into the draft: the number, or the text as it was typed while it is none. */
export function typed(text: string, language: Language): string {
  return parseDecimal(text, language) ?? text.trim();
}

/** What a field shows while nobody types in it. A price has at least the currency's digits. */
export function shown(value: string, language: Language, currency: string | null = null): string {
  if (!isDecimal(value)) return value;
  return currency === null ? f.decimal(value, language) : f.unitPrice(value, currency, language);
}

/** Something stands there that is no number. */
export function isNoNumber(value: string): boolean {
  return value !== '' && !isDecimal(value);
}
