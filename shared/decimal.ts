import type { Decimal } from './money.ts';

/** Exact sums of quantities without a library: pages show them, and their first load is small. Amounts are integers and need none of it. */

/** The digits kept behind the point: as many as a `Decimal` may have. */
const SCALE = 12;

/** The sum of decimals, without trailing zeros. */
export function sum(...values: Decimal[]): Decimal {
  return written(values.reduce((total, value) => total + scaled(value), 0n));
}

/** `a − b`. */
export function minus(a: Decimal, b: Decimal): Decimal {
  return written(scaled(a) - scaled(b));
}

/** Less than, equal to or greater than zero as `a` is to `b`. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const [x, y] = [scaled(a), scaled(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

export function isZero(a: Decimal): boolean {
  return scaled(a) === 0n;
}

/** The one nearer to zero of two that have the same sign; zero where their signs differ. */
export function nearer(a: Decimal, b: Decimal): Decimal {
  const [x, y] = [scaled(a), scaled(b)];
  if (x === 0n || y === 0n || x > 0n !== y > 0n) return '0';
  return (x > 0n ? x < y : x > y) ? a : b;
}

/** Whether `part` is within `whole`: of the same sign and not further from zero. Zero is within everything. */
export function within(part: Decimal, whole: Decimal): boolean {
  const [x, y] = [scaled(part), scaled(whole)];
  return y >= 0n ? x >= 0n && x <= y : x <= 0n && x >= y;
}

function scaled(value: Decimal): bigint {
  const [, sign = '', whole = '0', part = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  return BigInt(`${sign}${whole}${part.padEnd(SCALE, '0')}`);
}

function written(value: bigint): Decimal {
  const digits = String(value < 0n ? -value : value).padStart(SCALE + 1, '0');
  const part = digits.slice(-SCALE).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${part === '' ? '' : `.${part}`}`;
}
