import Big from 'big.js';
import type { Stated } from './reading.ts';
import type { XmlElement } from './tree.ts';

/** Notes that a rule failed on the amount at `element`. */
export type Say = (rule: string, element: XmlElement, expected: string, stated: string) => void;

/** The sum of what is stated; what is missing counts nothing, as in XPath `sum()`. */
export function sum(amounts: (Stated | null)[]): Big {
  return amounts.reduce((total, amount) => (amount === null ? total : total.plus(amount.value)), new Big(0));
}

/** XPath `round(x * 100) div 100`: the half goes up, also below zero (−2.5 becomes −2). */
export function roundXpath(value: Big, digits: number): Big {
  const down = value.round(digits, Big.roundDown);
  const step = new Big(10).pow(-digits);
  const floor = down.gt(value) ? down.minus(step) : down;
  return value.minus(floor).times(2).gte(step) ? floor.plus(step) : floor;
}

/** A decimal with at least `digits` decimals, and more where it has more. */
export function plain(value: Big, digits: number): string {
  return value.eq(value.round(digits, Big.roundDown)) ? value.toFixed(digits) : value.toFixed();
}
