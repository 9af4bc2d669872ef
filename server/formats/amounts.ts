import type { VatRate } from '../../shared/document.ts';
import type { Stated } from './reading.ts';
import type { XmlElement } from './tree.ts';

/** The amounts of a file as stated, the same shape for UBL and CII: what the checks and the totals are made from. */
export interface Amounts {
  syntax: 'ubl' | 'cii';
  root: XmlElement;
  lines: { net: Stated | null; vat: VatRate | null }[];
  /** At document level. */
  adjustments: { charge: boolean; amount: Stated; vat: VatRate | null }[];
  /** Every TaxTotal (UBL) or TaxTotalAmount (CII), in whatever currency. */
  taxTotals: TaxTotal[];
  subtotals: Subtotal[];
  totals: MonetaryTotal | null;
}

export interface TaxTotal {
  amount: Stated;
  /** As stated; null where it is not. */
  currency: string | null;
  /** What its amount is the sum of; null where nothing says so. */
  parts: Subtotal[] | null;
}

/** One row of the VAT breakdown (BG-23). */
export interface Subtotal {
  element: XmlElement;
  taxable: Stated | null;
  tax: Stated | null;
  vat: VatRate;
  /** Whether the tax scheme says VAT. */
  isVat: boolean;
  reason: string | null;
  /** Whether it belongs to the breakdown in the document's currency. */
  shown: boolean;
}

/** BT-106 … BT-115 as stated. */
export interface MonetaryTotal {
  element: XmlElement;
  lines: Stated | null;
  allowances: Stated | null;
  charges: Stated | null;
  net: Stated | null;
  gross: Stated | null;
  prepaid: Stated | null;
  rounding: Stated | null;
  due: Stated | null;
}

/** Where each total stands below the monetary summation, by syntax. */
export const TOTAL_PATHS: { readonly [S in Amounts['syntax']]: { readonly [K in Exclude<keyof MonetaryTotal, 'element'>]: string } } = {
  ubl: {
    lines: 'cbc:LineExtensionAmount',
    allowances: 'cbc:AllowanceTotalAmount',
    charges: 'cbc:ChargeTotalAmount',
    net: 'cbc:TaxExclusiveAmount',
    gross: 'cbc:TaxInclusiveAmount',
    prepaid: 'cbc:PrepaidAmount',
    rounding: 'cbc:PayableRoundingAmount',
    due: 'cbc:PayableAmount',
  },
  cii: {
    lines: 'ram:LineTotalAmount',
    allowances: 'ram:AllowanceTotalAmount',
    charges: 'ram:ChargeTotalAmount',
    net: 'ram:TaxBasisTotalAmount',
    gross: 'ram:GrandTotalAmount',
    prepaid: 'ram:TotalPrepaidAmount',
    rounding: 'ram:RoundingAmount',
    due: 'ram:DuePayableAmount',
  },
};
