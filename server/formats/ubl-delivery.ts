import type { Day, Party } from '../../shared/document.ts';
import { partyOf } from './assemble.ts';
import { deliverToOrNull, schemeLabel } from './parties.ts';
import { dayOf, type Reading } from './reading.ts';
import { oneLine, textAt } from './text.ts';
import { all, attribute, first, firstOf, type XmlElement } from './tree.ts';
import type { UblForm } from './ubl-forms.ts';
import { ublAddress, ublParty } from './ubl-party.ts';

/** When it is delivered, the nearest to what really happened first. */
const DAYS = [
  'cbc:ActualDeliveryDate',
  'cac:EstimatedDeliveryPeriod/cbc:EndDate',
  'cac:PromisedDeliveryPeriod/cbc:EndDate',
  'cbc:LatestDeliveryDate',
  'cac:RequestedDeliveryPeriod/cbc:EndDate',
  'cac:RequestedDeliveryPeriod/cbc:StartDate',
];

/** Where and when a UBL document says it is delivered; the place only where it is not the buyer's own. */
export function deliveryOf(
  r: Reading,
  root: XmlElement,
  form: UblForm,
  buyer: Party | null,
): { deliverTo: Party | null; deliveryDate: Day | null } {
  const deliveries = [...all(root, 'cac:Delivery'), ...all(root, 'cac:Shipment/cac:Delivery')];
  const places = deliveries.map(placeOf).filter((place) => place !== null);
  const receiver =
    form.kind === 'delivery' && first(root, 'cac:BuyerCustomerParty') !== null ? ublParty(first(root, 'cac:DeliveryCustomerParty')) : null;
  const day = deliveries.map((delivery) => firstOf(delivery, ...DAYS)).find((element) => element !== null) ?? null;
  return { deliverTo: deliverToOrNull(places[0] ?? receiver, buyer), deliveryDate: dayOf(r, day) };
}

function placeOf(delivery: XmlElement): Party | null {
  const party = ublParty(first(delivery, 'cac:DeliveryParty'));
  const location = first(delivery, 'cac:DeliveryLocation');
  const address = ublAddress(firstOf(delivery, 'cac:DeliveryAddress', 'cac:DeliveryLocation/cac:Address')) ?? party?.address ?? null;
  const id = first(location, 'cbc:ID');
  const value = oneLine(id?.text ?? '');
  const ids = value === null ? [] : [{ label: schemeLabel(attribute(id, 'schemeID')), value }];
  const name = party?.name ?? textAt(location, 'cbc:Name') ?? '';
  return address === null && name === '' ? null : partyOf({ name, address, ids });
}
