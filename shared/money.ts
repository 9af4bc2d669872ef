import Big from 'big.js';

/**
 * Money is an integer in the currency's minor unit (cents for EUR, yen for JPY, fils for BHD).
 * Quantities, unit prices and rates are exact decimals, carried as strings. No floating point anywhere near money.
 */
export type Minor = number;

/** An exact decimal as a string: optional minus, digits, optional point and digits. Never an exponent. */
export type Decimal = string;

const DECIMAL = /^-?\d{1,18}(\.\d{1,12})?$/;

/** ISO 4217 currencies whose minor unit is not 1/100. (ISO 4217 table A.1) */
const DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** Amounts with four decimals are not written anywhere here. (ISO 4217: units of account.) */
const FOUR_DECIMALS: readonly string[] = ['CLF', 'UYW'];

let currencies: ReadonlySet<string> | undefined;

/** True for the code of a currency whose minor unit is known. (ISO 4217) */
export function isCurrency(code: string): boolean {
  currencies ??= new Set([...Intl.supportedValuesOf('currency'), ...Object.keys(DIGITS)].filter((one) => !FOUR_DECIMALS.includes(one)));
  return currencies.has(code);
}

/** How many decimals the currency's minor unit has: 2 unless ISO 4217 says otherwise. */
export function digitsOf(currency: string): number {
  return DIGITS[currency] ?? 2;
}

/** True for the form `Decimal` describes. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** Rounds an exact decimal to minor units, half away from zero (EN 16931, as the official schematron rounds). */
export function toMinor(amount: Decimal | Big, currency: string): Minor {
  const value = new Big(amount).times(new Big(10).pow(digitsOf(currency))).round(0, Big.roundHalfUp);
  const minor = Number(value.toFixed(0));
  if (!Number.isSafeInteger(minor)) throw new RangeError(`amount out of range: ${String(amount)}`);
  return minor === 0 ? 0 : minor;
}

/** True when the decimal has no digits below the currency's minor unit. */
export function isWholeMinor(amount: Decimal, currency: string): boolean {
  const scaled = new Big(amount).times(new Big(10).pow(digitsOf(currency)));
  return scaled.eq(scaled.round(0, Big.roundDown));
}

/** Minor units back to a plain decimal string with the currency's digits, e.g. `(1050, 'EUR')` → `"10.50"`. */
export function fromMinor(minor: Minor, currency: string): Decimal {
  const digits = digitsOf(currency);
  // By text alone: exact, and the browser's pages, which only ever write money, need no decimal arithmetic.
  const whole = String(Math.abs(minor)).padStart(digits + 1, '0');
  const cut = whole.length - digits;
  return `${minor < 0 ? '-' : ''}${whole.slice(0, cut)}${digits === 0 ? '' : `.${whole.slice(cut)}`}`;
}

/** quantity × unitPrice ÷ base, unrounded. `base` is the quantity the price is for (EN 16931 BT-149), 1 when absent. */
export function multiply(quantity: Decimal, unitPrice: Decimal, base: Decimal = '1'): Big {
  const divisor = new Big(base);
  if (divisor.eq(0)) throw new RangeError('base quantity is zero');
  return new Big(quantity).times(unitPrice).div(divisor);
}

/** `percent` % of an integer amount, rounded half away from zero to the minor unit. */
export function percentOf(amount: Minor, percent: Decimal): Minor {
  const value = Number(new Big(amount).times(percent).div(100).round(0, Big.roundHalfUp).toFixed(0));
  return value === 0 ? 0 : value;
}
