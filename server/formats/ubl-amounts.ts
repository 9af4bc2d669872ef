import type { VatRate } from '../../shared/document.ts';
import { percentOfFactor, type StatedAdjustment } from './adjustment.ts';
import type { Subtotal, TaxTotal } from './amounts.ts';
import { amountOf, decimalOf, fault, foreignAmountOf, required, type Reading } from './reading.ts';
import { codeAt, distinct, textAt } from './text.ts';
import { all, attribute, first, missingAt, xpathOf, type XmlElement } from './tree.ts';

/** The rules on the decimals of an allowance's or charge's amount and base, at document and at line level. */
const DECIMAL_RULES = {
  document: { false: ['BR-DEC-01', 'BR-DEC-02'], true: ['BR-DEC-05', 'BR-DEC-06'] },
  line: { false: ['BR-DEC-24', 'BR-DEC-25'], true: ['BR-DEC-27', 'BR-DEC-28'] },
} as const;

/** The allowances and charges directly below a document or a line. */
export function ublAdjustments(r: Reading, parent: XmlElement, level: 'document' | 'line'): StatedAdjustment[] {
  return all(parent, 'cac:AllowanceCharge').flatMap((element) => {
    const charge = indicator(r, element);
    if (charge === null) return [];
    const [rule, baseRule] = DECIMAL_RULES[level][charge ? 'true' : 'false'];
    const amount = amountOf(r, required(r, first(element, 'cbc:Amount'), missingAt(element, 'cbc:Amount')), rule);
    const base = amountOf(r, first(element, 'cbc:BaseAmount'), baseRule);
    const factor = decimalOf(r, first(element, 'cbc:MultiplierFactorNumeric'));
    if (amount === null) return [];
    const reason =
      distinct(all(element, 'cbc:AllowanceChargeReason').map((x) => textAt(x.parent, 'cbc:AllowanceChargeReason'))).join(', ') || null;
    const percent = percentOfFactor(factor, amount, base, r.en16931);
    return [{ charge, reason, amount, base, percent, vat: ublCategory(r, first(element, 'cac:TaxCategory')) }];
  });
}

/** A tax category with its rate; `?` where a file names none. Older files state the rate one level up. */
export function ublCategory(r: Reading, element: XmlElement | null): VatRate | null {
  if (element === null) return null;
  const category = codeAt(element, 'cbc:ID') ?? codeAt(element, 'cac:TaxScheme/cbc:ID') ?? '?';
  const above = element.parent?.local === 'TaxSubtotal' ? element.parent : null;
  const rate = decimalOf(r, first(element, 'cbc:Percent') ?? first(above, 'cbc:Percent'));
  return { category, rate };
}

/** All TaxTotals of a document and the rows below them, whatever their currency. */
export function ublTaxes(r: Reading, root: XmlElement): { taxTotals: TaxTotal[]; subtotals: Subtotal[] } {
  const taxTotals: TaxTotal[] = [];
  const subtotals: Subtotal[] = [];
  for (const element of all(root, 'cac:TaxTotal')) {
    const stated = required(r, first(element, 'cbc:TaxAmount'), missingAt(element, 'cbc:TaxAmount'));
    const currency = attribute(stated, 'currencyID')?.trim().toUpperCase() || null;
    const own = currency === null || currency === r.currency;
    const amount = own ? amountOf(r, stated, 'BR-DEC-13') : foreignAmountOf(r, stated);
    const parts = all(element, 'cac:TaxSubtotal').map((row) => subtotal(r, row, own));
    subtotals.push(...parts);
    if (amount !== null) taxTotals.push({ amount, currency, parts });
  }
  return { taxTotals, subtotals };
}

function subtotal(r: Reading, element: XmlElement, own: boolean): Subtotal {
  const read = (path: string, rule: string) => (own ? amountOf(r, first(element, path), rule) : foreignAmountOf(r, first(element, path)));
  const category = first(element, 'cac:TaxCategory');
  const reasons = all(category, 'cbc:TaxExemptionReason').map((reason) => reason.text.replace(/\s+/g, ' ').trim());
  return {
    element,
    taxable: read('cbc:TaxableAmount', 'BR-DEC-19'),
    tax: read('cbc:TaxAmount', 'BR-DEC-20'),
    vat: ublCategory(r, category) ?? { category: '?', rate: decimalOf(r, first(element, 'cbc:Percent')) },
    isVat: textAt(category, 'cac:TaxScheme/cbc:ID')?.toUpperCase() === 'VAT',
    reason: distinct(reasons).join(' ').slice(0, 2000) || textAt(category, 'cbc:TaxExemptionReasonCode'),
    shown: own,
  };
}

/** `true`, `false`, `1` or `0` (xs:boolean). */
function indicator(r: Reading, element: XmlElement): boolean | null {
  const stated = required(r, first(element, 'cbc:ChargeIndicator'), missingAt(element, 'cbc:ChargeIndicator'));
  if (stated === null) return null;
  const text = stated.text.trim();
  if (/^(?:true|1)$/.test(text)) return true;
  if (/^(?:false|0)$/.test(text)) return false;
  fault(r, xpathOf(stated), 'boolean', `neither true nor false: ${text.slice(0, 40)}`);
  return null;
}
