import type { VatRate } from '../../shared/document.ts';
import type { StatedAdjustment } from './adjustment.ts';
import type { Subtotal, TaxTotal } from './amounts.ts';
import { amountOf, decimalOf, fault, foreignAmountOf, required, type Reading } from './reading.ts';
import { codeAt, textAt } from './text.ts';
import { all, attribute, first, missingAt, xpathOf, type XmlElement } from './tree.ts';

const DECIMAL_RULES = {
  document: { false: ['BR-DEC-01', 'BR-DEC-02'], true: ['BR-DEC-05', 'BR-DEC-06'] },
  line: { false: ['BR-DEC-24', 'BR-DEC-25'], true: ['BR-DEC-27', 'BR-DEC-28'] },
} as const;

/**
 * The allowances and charges below a settlement. Logistics service charges (Factur-X EXTENDED) are charges too: they are part
 * of ChargeTotalAmount.
 */
export function ciiAdjustments(r: Reading, settlement: XmlElement | null, level: 'document' | 'line'): StatedAdjustment[] {
  const plain = all(settlement, 'ram:SpecifiedTradeAllowanceCharge').flatMap((element) => {
    const charge = indicator(r, element);
    if (charge === null) return [];
    const [rule, baseRule] = DECIMAL_RULES[level][charge ? 'true' : 'false'];
    const amount = amountOf(r, required(r, first(element, 'ram:ActualAmount'), missingAt(element, 'ram:ActualAmount')), rule);
    const base = amountOf(r, first(element, 'ram:BasisAmount'), baseRule);
    const percent = decimalOf(r, first(element, 'ram:CalculationPercent'));
    const vat = ciiCategory(r, first(element, 'ram:CategoryTradeTax'));
    return amount === null ? [] : [{ charge, reason: textAt(element, 'ram:Reason', 2000), amount, base, percent, vat }];
  });
  const logistics = all(settlement, 'ram:SpecifiedLogisticsServiceCharge').flatMap((element) => {
    const amount = amountOf(r, first(element, 'ram:AppliedAmount'), 'BR-DEC-05');
    const vat = ciiCategory(r, first(element, 'ram:AppliedTradeTax'));
    return amount === null
      ? []
      : [{ charge: true, reason: textAt(element, 'ram:Description', 2000), amount, base: null, percent: null, vat }];
  });
  return [...plain, ...logistics];
}

export function ciiCategory(r: Reading, element: XmlElement | null): VatRate | null {
  if (element === null) return null;
  return { category: codeAt(element, 'ram:CategoryCode') ?? '?', rate: decimalOf(r, first(element, 'ram:RateApplicablePercent')) };
}

/** The breakdown (BG-23) and the TaxTotalAmounts, the one in the document's currency and the one for the accounts. */
export function ciiTaxes(
  r: Reading,
  settlement: XmlElement | null,
  summation: XmlElement | null,
): { taxTotals: TaxTotal[]; subtotals: Subtotal[] } {
  const subtotals = all(settlement, 'ram:ApplicableTradeTax').map((element): Subtotal => ({
    element,
    taxable: amountOf(r, first(element, 'ram:BasisAmount'), 'BR-DEC-19'),
    tax: amountOf(r, first(element, 'ram:CalculatedAmount'), 'BR-DEC-20'),
    vat: ciiCategory(r, element) ?? { category: '?', rate: null },
    isVat: codeAt(element, 'ram:TypeCode')?.toUpperCase() === 'VAT',
    reason: textAt(element, 'ram:ExemptionReason', 2000) ?? textAt(element, 'ram:ExemptionReasonCode', 2000),
    shown: true,
  }));
  const taxTotals = all(summation, 'ram:TaxTotalAmount').flatMap((element): TaxTotal[] => {
    const currency = attribute(element, 'currencyID')?.trim().toUpperCase() || null;
    const own = currency === null || currency === r.currency;
    const amount = own ? amountOf(r, element, 'BR-DEC-13') : foreignAmountOf(r, element);
    return amount === null ? [] : [{ amount, currency, parts: currency === r.currency ? subtotals : null }];
  });
  return { taxTotals, subtotals };
}

function indicator(r: Reading, element: XmlElement): boolean | null {
  const path = 'ram:ChargeIndicator/udt:Indicator';
  const stated = required(r, first(element, path), missingAt(element, path));
  if (stated === null) return null;
  const text = stated.text.trim();
  if (/^(?:true|1)$/.test(text)) return true;
  if (/^(?:false|0)$/.test(text)) return false;
  fault(r, xpathOf(stated), 'boolean', `neither true nor false: ${text.slice(0, 40)}`);
  return null;
}
