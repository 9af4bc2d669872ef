import Big from 'big.js';
import type { Decimal } from '../../shared/money.ts';
import * as format from '../../shared/format.ts';
import { adjustmentOf } from './adjustment.ts';
import { priceBaseFault, type ReadLine } from './assemble.ts';
import { amountOf, dayOf, decimalOf, required, warn, type Reading } from './reading.ts';
import type { Found } from './references.ts';
import { codeAt, distinct, paragraphsAt, textAt } from './text.ts';
import { all, attribute, first, firstOf, missingAt, xpathOf, type XmlElement } from './tree.ts';
import { ublAdjustments, ublCategory } from './ubl-amounts.ts';
import { ublAddress } from './ubl-party.ts';
import { ublLineReference } from './ubl-references.ts';
import type { Words } from './words.ts';

/** How the lines of one kind of document are written. */
export interface LineForm {
  path: string;
  quantity: string;
  /** Orders and quotations keep the line's content one level down. */
  nested: boolean;
  /** Whether the line net is mandatory. */
  net: boolean;
}

/** One line of a UBL document; `index` counts from 0 and numbers a line that has no number. */
export function ublLine(r: Reading, element: XmlElement, index: number, form: LineForm, headers: Found[], words: Words): ReadLine {
  const body = (form.nested ? first(element, 'cac:LineItem') : null) ?? element;
  const item = first(body, 'cac:Item');
  const quantity = firstOf(body, form.quantity) ?? first(element, form.quantity);
  const net = firstOf(body, 'cbc:LineExtensionAmount') ?? first(element, 'cbc:LineExtensionAmount');
  if (form.net || r.en16931) required(r, net, missingAt(body, 'cbc:LineExtensionAmount'));
  const price = priceOf(r, body, words);
  const name = textAt(item, 'cbc:Name', 5000);
  const descriptions = paragraphsAt(item, 'cbc:Description', 5000);
  const number = textAt(body, 'cbc:ID', 100) ?? textAt(element, 'cbc:ID', 100) ?? String(index + 1);
  const notes = [...paragraphsAt(element, 'cbc:Note', 5000), ...(body === element ? [] : paragraphsAt(body, 'cbc:Note', 5000))];
  const codes = ublItemCodes(r, item, words);
  const description = name ?? descriptions[0] ?? notes[0] ?? codes[0] ?? number;
  const details = distinct([
    ...descriptions,
    ...codes,
    ...notes,
    ...deliveries(r, body, words),
    ...price.details,
    ...backorderReasons(element),
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
    adjustments: ublAdjustments(r, body, 'line').map(adjustmentOf),
    vat: ublCategory(r, firstOf(item, 'cac:ClassifiedTaxCategory') ?? first(body, 'cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory')),
    backorder: decimalOf(r, firstOf(element, 'cbc:BackorderQuantity', 'cbc:OutstandingQuantity')),
    net: amountOf(r, net, 'BR-DEC-23'),
    isInformation: false,
    from: ublLineReference(element, headers),
  };
}

/** What identifies an item: its numbers with seller, buyer, maker and standard, properties, lots and serial numbers. */
export function ublItemCodes(r: Reading, item: XmlElement | null, words: Words): string[] {
  const labelled = (label: string, path: string) =>
    all(item, path)
      .flatMap((x) => textAt(x, 'cbc:ID') ?? [])
      .map((id) => `${label} ${id}`);
  const properties = all(item, 'cac:AdditionalItemProperty').flatMap((property) => {
    const value = textAt(property, 'cbc:Value') ?? textAt(property, 'cbc:ValueQuantity');
    return value === null ? [] : [[textAt(property, 'cbc:Name'), value].filter(Boolean).join(': ')];
  });
  const instances = all(item, 'cac:ItemInstance').flatMap((instance) => {
    const lot = textAt(instance, 'cac:LotIdentification/cbc:LotNumberID');
    const expiry = dayOf(r, firstOf(instance, 'cac:LotIdentification/cbc:ExpiryDate', 'cbc:BestBeforeDate'));
    const serial = textAt(instance, 'cbc:SerialID');
    const until = expiry === null ? null : `${words.expiry} ${format.day(expiry, r.language)}`;
    return [[lot && `${words.lot} ${lot}`, until].filter(Boolean).join(', '), serial && `${words.serial} ${serial}`];
  });
  return distinct([
    ...labelled(words.sellerItem, 'cac:SellersItemIdentification'),
    ...labelled(words.buyerItem, 'cac:BuyersItemIdentification'),
    ...labelled(words.makerItem, 'cac:ManufacturersItemIdentification'),
    ...labelled(words.standardItem, 'cac:StandardItemIdentification'),
    [textAt(item, 'cbc:BrandName'), textAt(item, 'cbc:ModelName')].filter(Boolean).join(' ') || null,
    ...properties,
    ...instances,
  ]);
}

/** A period as "start – end", or null. */
export function ublPeriod(r: Reading, element: XmlElement | null, words: Words): string | null {
  const days = [dayOf(r, first(element, 'cbc:StartDate')), dayOf(r, first(element, 'cbc:EndDate'))].flatMap((day) =>
    day ? [format.day(day, r.language)] : [],
  );
  return days.length === 0 ? null : `${words.period} ${days.join(' – ')}`;
}

function priceOf(r: Reading, body: XmlElement, words: Words): { unitPrice: Decimal | null; base: Decimal; details: string[] } {
  const element = first(body, 'cac:Price/cbc:PriceAmount');
  const baseElement = first(body, 'cac:Price/cbc:BaseQuantity');
  const unitPrice = decimalOf(r, element);
  const stated = decimalOf(r, baseElement) ?? '1';
  const base = new Big(stated).toFixed();
  if (baseElement !== null && new Big(stated).lte(0)) priceBaseFault(r, xpathOf(baseElement), stated);
  const currency = attribute(element, 'currencyID')?.trim().toUpperCase() || r.currency;
  if (unitPrice === null || element === null || currency === r.currency) return { unitPrice, base, details: [] };
  // A price list in another currency: as a unit price it would be shown as what it is not.
  warn(r, 'price_currency', `${xpathOf(element)}: the price is in ${currency.slice(0, 10)}`);
  return {
    unitPrice: null,
    base: '1',
    details: [`${words.price} ${unitPrice} ${currency.slice(0, 10)}${base === '1' ? '' : ` / ${base}`}`],
  };
}

function deliveries(r: Reading, body: XmlElement, words: Words): (string | null)[] {
  const places = all(body, 'cac:Delivery').map((delivery) => {
    const day = dayOf(
      r,
      firstOf(delivery, 'cbc:ActualDeliveryDate', 'cac:PromisedDeliveryPeriod/cbc:EndDate', 'cac:RequestedDeliveryPeriod/cbc:EndDate'),
    );
    const address = ublAddress(firstOf(delivery, 'cac:DeliveryAddress', 'cac:DeliveryLocation/cac:Address'));
    const place =
      address === null ? null : [...address.lines, [address.postcode, address.city].filter(Boolean).join(' ')].filter(Boolean).join(', ');
    const parts = [day === null ? null : format.day(day, r.language), place].filter(Boolean);
    return parts.length === 0 ? null : `${words.delivery} ${parts.join(' · ')}`;
  });
  const parts = [...all(body, 'cac:SubInvoiceLine'), ...all(body, 'cac:SubCreditNoteLine')].map((part) => {
    const quantity = codeAt(part, 'cbc:InvoicedQuantity') ?? codeAt(part, 'cbc:CreditedQuantity');
    return [quantity && `${quantity} ×`, textAt(part, 'cac:Item/cbc:Name')].filter(Boolean).join(' ');
  });
  return [ublPeriod(r, first(body, 'cac:InvoicePeriod'), words), ...places, ...parts];
}

function backorderReasons(line: XmlElement): string[] {
  return [...paragraphsAt(line, 'cbc:BackorderReason', 5000), ...paragraphsAt(line, 'cbc:OutstandingReason', 5000)];
}
