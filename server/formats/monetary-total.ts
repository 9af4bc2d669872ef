import { TOTAL_PATHS, type Amounts, type MonetaryTotal } from './amounts.ts';
import { amountOf, type Reading, type Stated } from './reading.ts';
import { first, type XmlElement } from './tree.ts';

/** Reads BT-106 … BT-115 below a monetary summation; null where the file has none. */
export function monetaryTotal(r: Reading, element: XmlElement | null, syntax: Amounts['syntax']): MonetaryTotal | null {
  if (element === null) return null;
  const paths = TOTAL_PATHS[syntax];
  const read = (path: string, rule: string): Stated | null => amountOf(r, first(element, path), rule);
  return {
    element,
    lines: read(paths.lines, 'BR-DEC-09'),
    allowances: read(paths.allowances, 'BR-DEC-10'),
    charges: read(paths.charges, 'BR-DEC-11'),
    net: read(paths.net, 'BR-DEC-12'),
    gross: read(paths.gross, 'BR-DEC-14'),
    prepaid: read(paths.prepaid, 'BR-DEC-16'),
    rounding: read(paths.rounding, 'BR-DEC-17'),
    due: read(paths.due, 'BR-DEC-18'),
  };
}
