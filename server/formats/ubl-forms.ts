import type { ImportedDocument } from './imported.ts';
import type { LineForm } from './ubl-line.ts';

/** Where each kind of UBL document keeps its parties, lines and totals; of several places the first present counts. */
export interface UblForm {
  kind: ImportedDocument['kind'];
  /** Invoices and credit notes: amounts are mandatory, EN 16931 may apply. */
  invoice: boolean;
  seller: string[];
  buyer: string[];
  lines: LineForm;
  totals: string[];
}

const ACCOUNTING = {
  invoice: true,
  seller: ['cac:AccountingSupplierParty', 'cac:SellerSupplierParty'],
  buyer: ['cac:AccountingCustomerParty', 'cac:BuyerCustomerParty'],
  totals: ['cac:LegalMonetaryTotal'],
};

const DESPATCH = {
  invoice: false,
  seller: ['cac:SellerSupplierParty', 'cac:DespatchSupplierParty'],
  buyer: ['cac:BuyerCustomerParty', 'cac:DeliveryCustomerParty'],
  totals: [],
};

/** By root element. (UBL 2.0 – 2.4, maindoc schemas.) */
export const UBL_FORMS: Readonly<Record<string, UblForm>> = {
  Quotation: {
    kind: 'quote',
    invoice: false,
    seller: ['cac:SellerSupplierParty'],
    buyer: ['cac:BuyerCustomerParty', 'cac:OriginatorCustomerParty'],
    lines: { path: 'cac:QuotationLine', quantity: 'cbc:Quantity', nested: true, net: false },
    totals: ['cac:QuotedMonetaryTotal'],
  },
  Order: {
    kind: 'order',
    invoice: false,
    seller: ['cac:SellerSupplierParty'],
    buyer: ['cac:BuyerCustomerParty', 'cac:AccountingCustomerParty', 'cac:OriginatorCustomerParty'],
    lines: { path: 'cac:OrderLine', quantity: 'cbc:Quantity', nested: true, net: false },
    totals: ['cac:AnticipatedMonetaryTotal'],
  },
  DespatchAdvice: {
    kind: 'delivery',
    ...DESPATCH,
    lines: { path: 'cac:DespatchLine', quantity: 'cbc:DeliveredQuantity', nested: false, net: false },
  },
  ReceiptAdvice: {
    kind: 'receipt_advice',
    ...DESPATCH,
    lines: { path: 'cac:ReceiptLine', quantity: 'cbc:ReceivedQuantity', nested: false, net: false },
  },
  Invoice: {
    kind: 'invoice',
    ...ACCOUNTING,
    lines: { path: 'cac:InvoiceLine', quantity: 'cbc:InvoicedQuantity', nested: false, net: true },
  },
  CreditNote: {
    kind: 'credit_note',
    ...ACCOUNTING,
    lines: { path: 'cac:CreditNoteLine', quantity: 'cbc:CreditedQuantity', nested: false, net: false },
  },
};
