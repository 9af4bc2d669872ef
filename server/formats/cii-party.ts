import type { Address, Party } from '../../shared/document.ts';
import { addressOrNull, countryCode, distinctIds, schemeLabel } from './parties.ts';
import { codeAt, distinct, oneLine, textAt } from './text.ts';
import { all, attribute, first, firstOf, type XmlElement } from './tree.ts';

/** A CII trade party. Its Name is the registered one (BT-27, BT-44), the trading name stands with the legal organisation. */
export function ciiParty(party: XmlElement | null): Party | null {
  if (party === null) return null;
  const registered = textAt(party, 'ram:Name') ?? textAt(party, 'ram:SpecifiedLegalOrganization/ram:Name');
  const contact = ciiContacts(party)[0] ?? null;
  const registrations = all(party, 'ram:SpecifiedTaxRegistration/ram:ID');
  const vat = registrations.find((id) => attribute(id, 'schemeID')?.toUpperCase() === 'VA') ?? null;
  const vatId = oneLine(vat?.text ?? '', 100);
  const labelled = (element: XmlElement) => ({ label: schemeLabel(attribute(element, 'schemeID')), value: oneLine(element.text) });
  const ids = distinctIds(
    [
      ...all(party, 'ram:SpecifiedLegalOrganization/ram:ID'),
      ...all(party, 'ram:GlobalID'),
      ...all(party, 'ram:ID'),
      ...registrations.filter((id) => id !== vat),
      ...all(party, 'ram:URIUniversalCommunication/ram:URIID'),
    ].map(labelled),
    vatId,
  );
  const name =
    textAt(party, 'ram:SpecifiedLegalOrganization/ram:TradingBusinessName') ?? registered ?? contact?.name ?? ids[0]?.value ?? null;
  if (name === null) return null;
  const place = firstOf(party, 'ram:PostalTradeAddress', 'ram:SpecifiedLegalOrganization/ram:PostalTradeAddress');
  return { name, legalName: registered === name ? null : registered, legalForm: null, address: ciiAddress(place), vatId, ids, contact };
}

export function ciiContacts(party: XmlElement | null): NonNullable<Party['contact']>[] {
  return all(party, 'ram:DefinedTradeContact').flatMap((contact) => {
    const found = {
      name: textAt(contact, 'ram:PersonName') ?? textAt(contact, 'ram:DepartmentName'),
      email:
        textAt(contact, 'ram:EmailURIUniversalCommunication/ram:URIID') ??
        textAt(contact, 'ram:EmailURIUniversalCommunication/ram:CompleteNumber'),
      phone: textAt(contact, 'ram:TelephoneUniversalCommunication/ram:CompleteNumber'),
    };
    return found.name === null && found.email === null && found.phone === null ? [] : [found];
  });
}

export function ciiAddress(element: XmlElement | null): Address | null {
  if (element === null) return null;
  const at = (name: string) => textAt(element, `ram:${name}`);
  const country = countryCode(codeAt(element, 'ram:CountryID'));
  const lines = distinct([
    at('AttentionOf'),
    at('CareOf'),
    at('DepartmentName'),
    at('BuildingName'),
    at('LineOne'),
    [at('BuildingNumber'), at('StreetName')].filter(Boolean).join(' ') || null,
    at('LineTwo'),
    at('LineThree'),
    at('LineFour'),
    at('LineFive'),
    at('AdditionalStreetName'),
    at('PostOfficeBox'),
    at('CitySubDivisionName'),
    country === null ? at('CountryName') : null,
  ]);
  return addressOrNull({
    lines,
    postcode: at('PostcodeCode'),
    city: at('CityName'),
    region: at('CountrySubDivisionName') ?? at('CountrySubDivisionID'),
    country,
  });
}

/** The name and place of a party named only for the place. */
export function ciiPlace(party: XmlElement | null): Party | null {
  const read = ciiParty(party);
  if (read !== null || party === null) return read;
  const address = ciiAddress(first(party, 'ram:PostalTradeAddress'));
  return address === null ? null : { name: '', legalName: null, legalForm: null, address, vatId: null, ids: [], contact: null };
}
