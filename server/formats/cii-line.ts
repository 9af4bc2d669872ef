import Big from 'big.js';
import type { Decimal } from '../../shared/money.ts';
import * as format from '../../shared/format.ts';
import { adjustmentOf } from './adjustment.ts';
import { priceBaseFault, type ReadLine } from './assemble.ts';
import { ciiAdjustments, ciiCategory } from './cii-amounts.ts';
import { ciiDay } from './cii-dates.ts';
import { ciiPlace } from './cii-party.ts';
import { ciiLineReference } from './cii-references.ts';
import { amountOf, decimalOf, required, warn, type Reading } from './reading.ts';
import type { Found } from './references.ts';
import { codeAt, distinct, paragraphsAt, textAt } from './text.ts';
import { all, attribute, first, firstOf, missingAt, xpathOf, type XmlElement } from './tree.ts';
import type { Words } from './words.ts';

const NET = 'ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount';

/** One line of a CII invoice; `index` counts from 0 and numbers a line that has no number. */
export function ciiLine(r: Reading, element: XmlElement, index: number, headers: Found[], words: Words): ReadLine {
  const settlement = first(element, 'ram:SpecifiedLineTradeSettlement');
  const product = first(element, 'ram:SpecifiedTradeProduct');
  const about = first(element, 'ram:AssociatedDocumentLineDocument');
  const quantity = first(element, 'ram:SpecifiedLineTradeDelivery/ram:BilledQuantity');
  // Factur-X EXTENDED: headings with a subtotal, and remarks, are lines that count for nothing.
  const isInformation = /^(?:GROUP|INFORMATION)$/i.test(codeAt(about, 'ram:LineStatusReasonCode') ?? '');
  const net = first(element, NET);
  if (!isInformation) required(r, net, missingAt(element, NET));
  const price = isInformation ? { unitPrice: null, base: '1', details: [] } : priceOf(r, element, words);
  const number = textAt(about, 'ram:LineID', 100) ?? String(index + 1);
  const descriptions = paragraphsAt(product, 'ram:Description', 5000);
  const notes = paragraphsAt(about, 'ram:IncludedNote/ram:Content', 5000);
  const codes = itemCodes(r, product, words);
  const description = textAt(product, 'ram:Name', 5000) ?? descriptions[0] ?? notes[0] ?? codes[0] ?? number;
  const details = distinct([
    ...descriptions,
    ...codes,
    ...notes,
    ciiPeriod(r, first(settlement, 'ram:BillingSpecifiedPeriod'), words),
    delivery(r, element, words),
    ...price.details,
  ]);
  return {
    type: 'item',
    optional: false,
    number,
    description,
    details: details.filter((detail) => detail !== description).slice(0, 100),
    quantity: decimalOf(r, quantity),
    unit: attribute(quantity, 'unitCode')?.trim().slice(0, 20) || null,
    unitPrice: price.unitPrice,
    priceBase: price.base,
    adjustments: isInformation ? [] : ciiAdjustments(r, settlement, 'line').map(adjustmentOf),
    vat: isInformation ? null : ciiCategory(r, first(settlement, 'ram:ApplicableTradeTax')),
    backorder: null,
    net: isInformation ? null : amountOf(r, net, 'BR-DEC-23'),
    isInformation,
    from: ciiLineReference(element, headers),
  };
}

/** A billing period as "start – end", or null. */
export function ciiPeriod(r: Reading, element: XmlElement | null, words: Words): string | null {
  const days = [ciiDay(r, first(element, 'ram:StartDateTime')), ciiDay(r, first(element, 'ram:EndDateTime'))].flatMap((day) =>
    day ? [format.day(day, r.language)] : [],
  );
  return days.length === 0 ? null : `${words.period} ${days.join(' – ')}`;
}

function itemCodes(r: Reading, product: XmlElement | null, words: Words): string[] {
  const labelled = (label: string, path: string) => {
    const id = textAt(product, path);
    return id === null ? null : `${label} ${id}`;
  };
  const properties = all(product, 'ram:ApplicableProductCharacteristic').map((property) => {
    const value = textAt(property, 'ram:Value') ?? textAt(property, 'ram:ValueMeasure');
    return value === null ? null : [textAt(property, 'ram:Description'), value].filter(Boolean).join(': ');
  });
  const instances = all(product, 'ram:IndividualTradeProductInstance').flatMap((instance) => {
    const batch = textAt(instance, 'ram:BatchID');
    const serial = textAt(instance, 'ram:SupplierAssignedSerialID') ?? textAt(instance, 'ram:SerialID');
    const expiry = ciiDay(r, firstOf(instance, 'ram:ExpiryDateTime', 'ram:BestBeforeDateTime'));
    const until = expiry === null ? null : `${words.expiry} ${format.day(expiry, r.language)}`;
    return [[batch && `${words.lot} ${batch}`, until].filter(Boolean).join(', '), serial && `${words.serial} ${serial}`];
  });
  return distinct([
    labelled(words.sellerItem, 'ram:SellerAssignedID'),
    labelled(words.buyerItem, 'ram:BuyerAssignedID'),
    labelled(words.makerItem, 'ram:ManufacturerAssignedID'),
    labelled(words.standardItem, 'ram:GlobalID'),
    textAt(product, 'ram:BrandName'),
    ...properties,
    ...instances,
  ]);
}

/** The net price (BT-146) and the quantity it is for (BT-149). */
function priceOf(r: Reading, line: XmlElement, words: Words): { unitPrice: Decimal | null; base: Decimal; details: string[] } {
  const agreement = first(line, 'ram:SpecifiedLineTradeAgreement');
  const price = firstOf(agreement, 'ram:NetPriceProductTradePrice', 'ram:GrossPriceProductTradePrice');
  const element = first(price, 'ram:ChargeAmount');
  const baseElement = first(price, 'ram:BasisQuantity');
  const unitPrice = decimalOf(r, element);
  const stated = decimalOf(r, baseElement) ?? '1';
  const base = new Big(stated).toFixed();
  if (baseElement !== null && new Big(stated).lte(0)) priceBaseFault(r, xpathOf(baseElement), stated);
  const currency = attribute(element, 'currencyID')?.trim().toUpperCase() || r.currency;
  if (unitPrice === null || element === null || currency === r.currency) return { unitPrice, base, details: [] };
  warn(r, 'price_currency', `${xpathOf(element)}: the price is in ${currency.slice(0, 10)}`);
  return { unitPrice: null, base: '1', details: [`${words.price} ${unitPrice} ${currency.slice(0, 10)}`] };
}

function delivery(r: Reading, line: XmlElement, words: Words): string | null {
  const delivered = first(line, 'ram:SpecifiedLineTradeDelivery');
  const day = ciiDay(r, first(delivered, 'ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime'));
  const place = ciiPlace(first(delivered, 'ram:ShipToTradeParty'));
  const parts = [
    day === null ? null : format.day(day, r.language),
    place?.name,
    ...(place?.address?.lines ?? []),
    place?.address?.city,
  ].filter(Boolean);
  return parts.length === 0 ? null : `${words.delivery} ${parts.join(', ')}`;
}
