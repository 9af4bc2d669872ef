import type { Kind, Reference } from '../../shared/document.ts';
import { lookup } from './lookup.ts';
import { dayOf, type Reading } from './reading.ts';
import { kindByCode, type Found, type LineReference } from './references.ts';
import { codeAt, textAt } from './text.ts';
import { all, first, type XmlElement } from './tree.ts';

/** What each reference of a UBL document refers to. (UBL 2.0 – 2.4; a DocumentTypeCode decides for the additional ones.) */
const KINDS: Readonly<Record<string, Reference['kind']>> = {
  QuotationDocumentReference: 'quote',
  OrderDocumentReference: 'order',
  DespatchDocumentReference: 'delivery',
  InvoiceDocumentReference: 'invoice',
  SelfBilledInvoiceDocumentReference: 'invoice',
  CreditNoteDocumentReference: 'credit_note',
  SelfBilledCreditNoteDocumentReference: 'credit_note',
  ContractDocumentReference: 'contract',
  Contract: 'contract',
  RequestForQuotationDocumentReference: 'other',
  ReceiptDocumentReference: 'other',
  OriginatorDocumentReference: 'other',
  StatementDocumentReference: 'other',
  DebitNoteDocumentReference: 'other',
  ReminderDocumentReference: 'other',
  ProjectReference: 'other',
};

/** The earlier documents a UBL document names, at its head and in its lines, in the order of the file. */
export function ublReferences(r: Reading, root: XmlElement, lines: XmlElement[]): Found[] {
  return [...root.children.flatMap((child) => referencesIn(r, child)), ...lines.flatMap((line) => lineDocuments(r, line))];
}

/** The line of an earlier document that a line came from: an invoice line names the order before the despatch. */
export function ublLineReference(line: XmlElement, headers: Found[]): LineReference {
  const candidates: [Kind, XmlElement | null, string, string][] = [
    ['invoice', billed(line), 'cac:InvoiceDocumentReference/cbc:ID', 'cac:BillingReferenceLine/cbc:ID'],
    ['order', first(line, 'cac:OrderLineReference'), 'cac:OrderReference/cbc:ID', 'cbc:LineID'],
    ['delivery', first(line, 'cac:DespatchLineReference'), 'cac:DocumentReference/cbc:ID', 'cbc:LineID'],
    ['quote', first(line, 'cac:QuotationLineReference'), 'cac:DocumentReference/cbc:ID', 'cbc:LineID'],
  ];
  for (const [kind, element, numberPath, linePath] of candidates) {
    const id = textAt(element, linePath, 100);
    if (id === null || /^n\/?a$/i.test(id)) continue;
    const named = headers.filter((found) => found.kind === kind && found.number !== null);
    const only = named.length === 1 ? (named[0]?.number ?? null) : null;
    return { kind, number: textAt(element, numberPath) ?? only, line: id };
  }
  return null;
}

function referencesIn(r: Reading, element: XmlElement): Found[] {
  if (element.local === 'OrderReference') return orderReference(r, element);
  if (element.local === 'BillingReference') return element.children.flatMap((child) => referencesIn(r, child));
  if (element.local === 'AdditionalDocumentReference') return [found(r, element, kindByCode(codeAt(element, 'cbc:DocumentTypeCode')))];
  if (element.local === 'SalesOrderID')
    return [{ kind: 'other', number: textAt(element.parent, 'cbc:SalesOrderID'), uuid: null, date: null }];
  const kind = lookup(KINDS, element.local);
  return kind === undefined ? [] : [found(r, element, kind)];
}

/** The buyer's order number; the seller's own where it is the only one (Peppol writes NA for the other). */
function orderReference(r: Reading, element: XmlElement): Found[] {
  const own = found(r, element, 'order');
  const sales = textAt(element, 'cbc:SalesOrderID');
  if (own.number === null || /^n\/?a$/i.test(own.number)) return [{ ...own, number: sales }];
  return [own, { kind: 'other', number: sales, uuid: null, date: null }];
}

function lineDocuments(r: Reading, line: XmlElement): Found[] {
  return [
    ...all(line, 'cac:OrderLineReference/cac:OrderReference').flatMap((element) => orderReference(r, element)),
    ...all(line, 'cac:DespatchLineReference/cac:DocumentReference').map((element) => found(r, element, 'delivery')),
    ...all(line, 'cac:QuotationLineReference/cac:DocumentReference').map((element) => found(r, element, 'quote')),
    ...all(line, 'cac:BillingReference').flatMap((element) => referencesIn(r, element)),
  ];
}

function billed(line: XmlElement): XmlElement | null {
  return all(line, 'cac:BillingReference').find((element) => first(element, 'cac:BillingReferenceLine') !== null) ?? null;
}

function found(r: Reading, element: XmlElement, kind: Reference['kind']): Found {
  return {
    kind,
    number: textAt(element, 'cbc:ID'),
    uuid: textAt(element, 'cbc:UUID', 100),
    date: dayOf(r, first(element, 'cbc:IssueDate')),
  };
}
