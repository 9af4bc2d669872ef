import Big from 'big.js';
import type { Adjustment, VatRate } from '../../shared/document.ts';
import type { Decimal } from '../../shared/money.ts';
import type { Stated } from './reading.ts';

/** An allowance or charge as a file states it. */
export interface StatedAdjustment {
  charge: boolean;
  reason: string | null;
  amount: Stated;
  base: Stated | null;
  percent: Decimal | null;
  vat: VatRate | null;
}

/** As it is shown: a negative allowance is a charge and the other way round, so that amounts are positive. */
export function adjustmentOf({ charge, reason, amount, base, percent, vat }: StatedAdjustment): Adjustment {
  const turned = amount.minor < 0;
  return { charge: charge !== turned, reason, amount: Math.abs(amount.minor), percent, base: base?.minor ?? null, vat };
}

/**
 * The percentage behind an allowance. EN 16931 writes it as such (10), older UBL as the factor it is multiplied by (0.10):
 * what fits the base decides, else what is likely.
 */
export function percentOfFactor(factor: Decimal | null, amount: Stated | null, base: Stated | null, isPercent: boolean): Decimal | null {
  if (factor === null || isPercent) return factor;
  const asPercent = new Big(factor).times(100).toFixed();
  if (base !== null && amount !== null && !base.value.eq(0)) {
    const rate = amount.value.div(base.value).abs();
    const off = (value: Decimal) => rate.times(100).minus(value).abs();
    return off(asPercent).lt(off(factor)) ? asPercent : factor;
  }
  return new Big(factor).abs().lte(1) ? asPercent : factor;
}
