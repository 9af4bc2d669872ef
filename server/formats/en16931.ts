import type Big from 'big.js';
import { digitsOf } from '../../shared/money.ts';
import type { Fault } from '../../shared/refusal.ts';
import { TOTAL_PATHS, type Amounts, type MonetaryTotal } from './amounts.ts';
import { checkSubtotals } from './en16931-vat.ts';
import { plain, roundXpath, sum, type Say } from './exact.ts';
import type { Stated } from './reading.ts';
import { missingAt, xpathOf } from './tree.ts';

/**
 * True for a customisation id that promises EN 16931 in full: the norm itself and what complies or conforms to it (Peppol
 * BIS, XRechnung, Factur-X BASIC, EN 16931, EXTENDED). MINIMUM and BASIC WL do not: they have no lines.
 */
export function isEn16931(customisation: string | null): boolean {
  return customisation !== null && /^urn:cen\.eu:en16931:2017(?:[#:]|$)/.test(customisation);
}

/**
 * The calculation rules of EN 16931 on the amounts of a file, as the official schematron of its syntax writes them
 * (ConnectingEurope/eInvoicing-EN16931: BR-CO-10 … BR-CO-17, BR-12 … BR-15, and the category sums BR-S-08, BR-Z-08, …).
 * One fault for each rule that fails and amount it fails on; none when the file is right.
 */
export function checkEn16931(amounts: Amounts, currency: string): Fault[] {
  const faults: Fault[] = [];
  const digits = Math.max(2, digitsOf(currency));
  const say: Say = (rule, element, expected, stated) => {
    faults.push({ pointer: xpathOf(element), rule, detail: `expected ${expected}, stated ${stated}` });
  };
  if (amounts.totals !== null) {
    checkPresence(amounts, amounts.totals, faults);
    checkSums(amounts, amounts.totals, digits, say);
    checkGross(amounts, amounts.totals, currency, digits, say);
  }
  checkTax(amounts, digits, say);
  checkSubtotals(amounts, digits, say);
  return faults;
}

const MANDATORY = [
  ['BR-12', 'lines'],
  ['BR-13', 'net'],
  ['BR-14', 'gross'],
  ['BR-15', 'due'],
] as const;

function checkSums({ lines, adjustments, syntax }: Amounts, totals: MonetaryTotal, digits: number, say: Say): void {
  if (totals.lines) equal(say, 'BR-CO-10', totals.lines, roundXpath(sum(lines.map((line) => line.net)), digits), digits);

  for (const [rule, key, charge] of [
    ['BR-CO-11', 'allowances', false],
    ['BR-CO-12', 'charges', true],
  ] as const) {
    const parts = adjustments.filter((a) => a.charge === charge).map((a) => a.amount);
    const expected = roundXpath(sum(parts), digits);
    const stated = totals[key];
    if (stated) equal(say, rule, stated, expected, digits);
    else if (parts.length > 0) say(rule, totals.element, `${TOTAL_PATHS[syntax][key]} ${expected.toFixed(digits)}`, 'none');
  }

  if (totals.net && totals.lines) {
    const expected = totals.lines.value.minus(totals.allowances?.value ?? 0).plus(totals.charges?.value ?? 0);
    equal(say, 'BR-CO-13', totals.net, roundXpath(expected, digits), digits);
  }
  if (totals.due && totals.gross) {
    const expected = totals.gross.value.minus(totals.prepaid?.value ?? 0).plus(totals.rounding?.value ?? 0);
    equal(say, 'BR-CO-16', totals.due, roundXpath(expected, digits), digits);
  }
}

function checkPresence({ syntax }: Amounts, totals: MonetaryTotal, faults: Fault[]): void {
  for (const [rule, key] of MANDATORY) {
    if (totals[key] === null) faults.push({ pointer: missingAt(totals.element, TOTAL_PATHS[syntax][key]), rule, detail: 'missing' });
  }
}

function checkTax({ taxTotals, syntax }: Amounts, digits: number, say: Say): void {
  for (const { amount, parts } of taxTotals) {
    // In UBL a TaxTotal without a breakdown (the accounting currency) is not summed; in CII the breakdown stands beside it.
    if (parts === null || (syntax === 'ubl' && parts.length === 0)) continue;
    equal(say, 'BR-CO-14', amount, roundXpath(sum(parts.map((part) => part.tax)), digits), digits);
  }
}

function checkGross({ taxTotals, syntax, root }: Amounts, totals: MonetaryTotal, currency: string, digits: number, say: Say): void {
  if (!totals.gross || !totals.net) return;
  // CII alone lets the total with VAT equal the total without.
  if (syntax === 'cii' && totals.gross.value.eq(totals.net.value)) return;
  const own = taxTotals.filter((total) => total.currency === currency);
  const [only] = own;
  if (own.length !== 1 || only === undefined) return say('BR-CO-15', root, `one total VAT amount in ${currency}`, String(own.length));
  equal(say, 'BR-CO-15', totals.gross, roundXpath(totals.net.value.plus(only.amount.value), digits), digits);
}

function equal(say: Say, rule: string, stated: Stated, expected: Big, digits: number): void {
  if (!stated.value.eq(expected)) say(rule, stated.element, expected.toFixed(digits), plain(stated.value, digits));
}
