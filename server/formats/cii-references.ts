import type { Kind, Reference } from '../../shared/document.ts';
import { ciiDay } from './cii-dates.ts';
import type { Reading } from './reading.ts';
import { kindByCode, type Found, type LineReference } from './references.ts';
import { codeAt, textAt } from './text.ts';
import { all, first, firstOf, type XmlElement } from './tree.ts';

const AGREEMENT = 'ram:ApplicableHeaderTradeAgreement';
const DELIVERY = 'ram:ApplicableHeaderTradeDelivery';
const SETTLEMENT = 'ram:ApplicableHeaderTradeSettlement';

/** Where a CII transaction names earlier documents, and what they are. */
const PLACES: readonly (readonly [string, Reference['kind']])[] = [
  [`${AGREEMENT}/ram:QuotationReferencedDocument`, 'quote'],
  [`${AGREEMENT}/ram:BuyerOrderReferencedDocument`, 'order'],
  [`${AGREEMENT}/ram:SellerOrderReferencedDocument`, 'other'],
  [`${AGREEMENT}/ram:ContractReferencedDocument`, 'contract'],
  [`${DELIVERY}/ram:DespatchAdviceReferencedDocument`, 'delivery'],
  [`${DELIVERY}/ram:DeliveryNoteReferencedDocument`, 'delivery'],
  [`${DELIVERY}/ram:ReceivingAdviceReferencedDocument`, 'other'],
  [`${SETTLEMENT}/ram:InvoiceReferencedDocument`, 'invoice'],
  [`${AGREEMENT}/ram:AdditionalReferencedDocument`, 'other'],
];

/** The earlier documents a CII invoice names, at its head and in its lines. */
export function ciiReferences(r: Reading, transaction: XmlElement | null, lines: XmlElement[]): Found[] {
  const heads = PLACES.flatMap(([path, kind]) => all(transaction, path).map((element) => found(r, element, kind)));
  const project = textAt(transaction, `${AGREEMENT}/ram:SpecifiedProcuringProject/ram:ID`);
  const inLines = lines.flatMap((line) => LINE_PLACES.flatMap(([kind, path]) => all(line, path).map((element) => found(r, element, kind))));
  return [...heads, { kind: 'other', number: project, uuid: null, date: null }, ...inLines];
}

/** The line of an earlier document that a line came from: the invoice it corrects, else the order, the delivery, the quote. */
export function ciiLineReference(line: XmlElement, headers: Found[]): LineReference {
  for (const [kind, path] of LINE_PLACES) {
    const element = first(line, path);
    const id = textAt(element, 'ram:LineID', 100);
    if (id === null) continue;
    const named = headers.filter((header) => header.kind === kind && header.number !== null);
    const only = named.length === 1 ? (named[0]?.number ?? null) : null;
    return { kind, number: textAt(element, 'ram:IssuerAssignedID') ?? only, line: id };
  }
  return null;
}

const LINE_PLACES: readonly (readonly [Kind, string])[] = [
  ['invoice', 'ram:SpecifiedLineTradeSettlement/ram:InvoiceReferencedDocument'],
  ['order', 'ram:SpecifiedLineTradeAgreement/ram:BuyerOrderReferencedDocument'],
  ['delivery', 'ram:SpecifiedLineTradeDelivery/ram:DespatchAdviceReferencedDocument'],
  ['delivery', 'ram:SpecifiedLineTradeDelivery/ram:DeliveryNoteReferencedDocument'],
  ['quote', 'ram:SpecifiedLineTradeAgreement/ram:QuotationReferencedDocument'],
];

function found(r: Reading, element: XmlElement, kind: Reference['kind']): Found {
  const byCode = kindByCode(codeAt(element, 'ram:TypeCode'));
  const date = ciiDay(r, firstOf(element, 'ram:FormattedIssueDateTime', 'ram:IssueDateTime'));
  const uuid = textAt(element, 'ram:GlobalID', 100);
  return {
    kind: (kind === 'other' || kind === 'invoice') && byCode !== 'other' ? byCode : kind,
    number: textAt(element, 'ram:IssuerAssignedID'),
    uuid,
    date,
  };
}
