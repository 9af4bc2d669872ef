import Big from 'big.js';
import type { Amounts, Subtotal } from './amounts.ts';
import { plain, roundXpath, sum, type Say } from './exact.ts';
import { lookup } from './lookup.ts';

/** Categories whose sums are taken per rate, and those taken as one, with the letters their rules are named by. */
const PER_RATE: Readonly<Record<string, string>> = { S: 'S', L: 'AF', M: 'AG' };
const AS_ONE: Readonly<Record<string, string>> = { Z: 'Z', E: 'E', AE: 'AE', K: 'IC', G: 'G', O: 'O' };

/** BR-CO-17 and the rules on the sums (…-08) and amounts (…-09) of each VAT category, on every row of the breakdown. */
export function checkSubtotals(amounts: Amounts, digits: number, say: Say): void {
  for (const subtotal of amounts.subtotals) {
    const right = checkAmount(amounts, subtotal, digits, say);
    // VATS and VATZ in the CII schematron do not look at the tax scheme; every other context does.
    const applies = subtotal.isVat || (amounts.syntax === 'cii' && /^[SZ]$/.test(subtotal.vat.category));
    if (!applies) continue;
    checkBase(amounts, subtotal, digits, say);
    if (right) checkZero(amounts, subtotal, digits, say);
  }
}

/** BR-CO-17: amount = base × rate, give or take one unit of the currency: less than one in UBL, at most one in CII. */
function checkAmount({ syntax }: Amounts, { tax, taxable, vat, isVat }: Subtotal, digits: number, say: Say): boolean {
  if (tax === null) return true;
  const rate = isVat && vat.rate !== null ? new Big(vat.rate) : null;
  if (rate === null || roundXpath(rate, 0).eq(0)) {
    if (roundXpath(tax.value, 0).eq(0)) return true;
    say('BR-CO-17', tax.element, new Big(0).toFixed(digits), plain(tax.value, digits));
    return false;
  }
  if (taxable === null) return true;
  const expected = roundXpath(taxable.value.abs().times(rate).div(100), digits);
  const off = tax.value.abs().minus(expected).abs();
  if (off.lt(1) || (syntax === 'cii' && off.eq(1))) return true;
  const signed = taxable.value.lt(0) ? expected.times(-1) : expected;
  say('BR-CO-17', tax.element, `${signed.toFixed(digits)} ± 1`, plain(tax.value, digits));
  return false;
}

/** BR-S-08 and its family: the base of a row = lines − allowances + charges of its category (and rate). */
function checkBase(amounts: Amounts, { taxable, vat }: Subtotal, digits: number, say: Say): void {
  const { category } = vat;
  const perRate = lookup(PER_RATE, category);
  const name = perRate ?? lookup(AS_ONE, category);
  if (name === undefined || taxable === null || (perRate !== undefined && vat.rate === null)) return;
  const rate = perRate === undefined || vat.rate === null ? null : new Big(vat.rate);
  const belongs = (other: { vat: Subtotal['vat'] | null }) =>
    other.vat?.category === category && (rate === null || (other.vat.rate !== null && rate.eq(other.vat.rate)));

  const lines = amounts.lines.filter(belongs);
  const adjustments = amounts.adjustments.filter(belongs);
  const part = (charge: boolean) => roundXpath(sum(adjustments.filter((a) => a.charge === charge).map((a) => a.amount)), digits);
  const expected = roundXpath(sum(lines.map((line) => line.net)), digits)
    .plus(part(true))
    .minus(part(false));

  const off = taxable.value.minus(expected).abs();
  const none = amounts.syntax === 'ubl' && category === 'S' && lines.length + adjustments.length === 0;
  const near = isNear(amounts.syntax, category);
  if (none || (near ? off.gte(1) : off.gt(0))) {
    say(`BR-${name}-08`, taxable.element, `${expected.toFixed(digits)}${near ? ' ± 1' : ''}`, plain(taxable.value, digits));
  }
}

/** Where the schematron allows less than one unit of difference: UBL for S, L, M; CII for Z, E, AE, K, G. Elsewhere none. */
function isNear(syntax: Amounts['syntax'], category: string): boolean {
  return syntax === 'ubl' ? Object.hasOwn(PER_RATE, category) : Object.hasOwn(AS_ONE, category) && category !== 'O';
}

/** BR-Z-09 and its family: no VAT where there is none; BR-S-09 in CII: less than one unit, stricter than BR-CO-17 there. */
function checkZero({ syntax }: Amounts, { tax, taxable, vat }: Subtotal, digits: number, say: Say): void {
  if (tax === null) return;
  const name = lookup(AS_ONE, vat.category);
  if (name !== undefined && !tax.value.eq(0)) say(`BR-${name}-09`, tax.element, new Big(0).toFixed(digits), plain(tax.value, digits));
  if (syntax !== 'cii' || vat.category !== 'S' || vat.rate === null || taxable === null) return;
  const expected = roundXpath(taxable.value.abs().times(vat.rate).div(100), digits);
  if (tax.value.abs().minus(expected).abs().gte(1))
    say('BR-S-09', tax.element, `${expected.toFixed(digits)} ± 1`, plain(tax.value, digits));
}
