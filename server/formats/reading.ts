import Big from 'big.js';
import type { Day, Language } from '../../shared/document.ts';
import { digitsOf, toMinor, type Decimal, type Minor } from '../../shared/money.ts';
import type { Fault } from '../../shared/refusal.ts';
import { isDay } from '../../shared/schema.ts';
import type { Warning } from '../../shared/view.ts';
import { attribute, xpathOf, type XmlElement } from './tree.ts';

/** What is known while a file is read, and everything found wrong with it so far: all faults are told at once. */
export interface Reading {
  en16931: boolean;
  /** `XXX` (ISO 4217: no currency) once its absence has been noted. */
  currency: string;
  language: Language;
  /** Become `invalid_input`. */
  invalid: Fault[];
  /** Become `en16931_failed`. */
  failed: Fault[];
  warnings: Warning[];
}

/** An amount as stated: exact, and rounded to minor units. */
export interface Stated {
  element: XmlElement;
  value: Big;
  minor: Minor;
}

export function fault(r: Reading, pointer: string, rule: string, detail: string): void {
  r.invalid.push({ pointer, rule, detail });
}

/** A hundred remarks say enough: the owner reads them. */
export function warn(r: Reading, code: string, detail: string): void {
  if (r.warnings.length < 100) r.warnings.push({ code, detail: detail.slice(0, 2000) });
}

/** Notes the absence of something mandatory. */
export function required<T>(r: Reading, value: T | null, pointer: string): T | null {
  if (value === null) fault(r, pointer, 'required', 'missing or empty');
  return value;
}

/**
 * A decimal (XML Schema `xs:decimal`) as stated, trailing zeros kept, in the form of `Decimal`; more than twelve decimals
 * are rounded with a remark. A fault and null where it is none.
 */
export function decimalOf(r: Reading, element: XmlElement | null): Decimal | null {
  if (element === null) return null;
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(element.text.trim()) ?? [];
  const digits = whole.replace(/^0+(?=\d)/, '');
  if (whole + fraction === '' || digits.length > 18) {
    fault(r, xpathOf(element), 'decimal', `not a decimal number: ${element.text.trim().slice(0, 60)}`);
    return null;
  }
  const text = `${digits === '' ? '0' : digits}${fraction === '' ? '' : `.${fraction}`}`;
  const signed = sign === '-' && /[1-9]/.test(text) ? `-${text}` : text;
  if (fraction.length <= 12) return signed;
  warn(r, 'rounded', `${xpathOf(element)}: ${signed} has more than twelve decimals`);
  return new Big(signed).round(12, Big.roundHalfUp).toFixed();
}

/**
 * An amount in the document's currency. `rule` is the EN 16931 rule on its decimals (BR-DEC-…): more of them than the
 * minor unit fail an EN 16931 file and are rounded with a remark elsewhere. Another currency is a fault: it would be
 * shown as what it is not.
 */
export function amountOf(r: Reading, element: XmlElement | null, rule: string): Stated | null {
  const text = decimalOf(r, element);
  if (element === null || text === null) return null;
  const stated = attribute(element, 'currencyID')?.trim().toUpperCase();
  if (stated && stated !== r.currency && r.currency !== 'XXX') {
    fault(r, xpathOf(element), 'currency', `stated in ${stated.slice(0, 10)}, the document is in ${r.currency}`);
    return null;
  }
  checkDecimals(r, element, text, rule);
  return inMinor(r, element, text);
}

/** An amount of any currency, for checks and never shown. */
export function foreignAmountOf(r: Reading, element: XmlElement | null): Stated | null {
  const text = decimalOf(r, element);
  return element === null || text === null ? null : inMinor(r, element, text);
}

/** A calendar day (`xs:date`, its time zone left aside), a fault where it is none. */
export function dayOf(r: Reading, element: XmlElement | null): Day | null {
  const text = element?.text.trim() ?? '';
  if (element === null || text === '') return null;
  return validDay(r, element, text.replace(/(?:Z|[+-]\d{2}:\d{2})$/, ''));
}

/** `day` if it exists in the calendar, else a fault at the element. */
export function validDay(r: Reading, element: XmlElement, day: string): Day | null {
  if (isDay(day)) return day;
  fault(r, xpathOf(element), 'date', `not a calendar day: ${element.text.trim().slice(0, 40)}`);
  return null;
}

function checkDecimals(r: Reading, element: XmlElement, text: Decimal, rule: string): void {
  const digits = digitsOf(r.currency);
  const written = text.split('.')[1]?.length ?? 0;
  const exact = new Big(text).eq(new Big(text).round(digits, Big.roundDown));
  if (r.en16931 && (!exact || written > Math.max(2, digits))) {
    r.failed.push({ pointer: xpathOf(element), rule, detail: `expected at most ${digits} decimals, stated ${text}` });
  } else if (!exact) {
    warn(r, 'rounded', `${xpathOf(element)}: ${text} ${r.currency} rounded to ${digits} decimals`);
  }
}

function inMinor(r: Reading, element: XmlElement, text: Decimal): Stated | null {
  try {
    return { element, value: new Big(text), minor: toMinor(text, r.currency) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fault(r, xpathOf(element), 'range', `amount out of range: ${text}`);
    return null;
  }
}
