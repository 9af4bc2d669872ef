import type { Address, Party } from '../../shared/document.ts';
import { addressOrNull, countryCode, distinctIds, schemeLabel } from './parties.ts';
import { codeAt, distinct, oneLine, textAt } from './text.ts';
import { all, attribute, first, firstOf, type XmlElement } from './tree.ts';

/**
 * A UBL party with what its wrapper (CustomerParty, SupplierParty) adds; the name is the trading name, else the registered
 * one, else whatever identifies it. null where there is nothing to name it by.
 */
export function ublParty(wrapper: XmlElement | null): Party | null {
  const party = first(wrapper, 'cac:Party') ?? wrapper;
  if (party === null) return null;
  const vat = vatSchemeOf(party);
  const vatId = textAt(vat, 'cbc:CompanyID', 100);
  const contact = ublContacts(wrapper)[0] ?? null;
  const ids = distinctIds(idsOf(party, wrapper, vat), vatId);
  const registered = textAt(party, 'cac:PartyLegalEntity/cbc:RegistrationName') ?? textAt(party, 'cac:PartyTaxScheme/cbc:RegistrationName');
  const name =
    textAt(party, 'cac:PartyName/cbc:Name') ??
    registered ??
    personName(first(party, 'cac:Person')) ??
    contact?.name ??
    ids[0]?.value ??
    null;
  if (name === null) return null;
  const place = firstOf(party, 'cac:PostalAddress', 'cac:PhysicalLocation/cac:Address', 'cac:PartyLegalEntity/cac:RegistrationAddress');
  return { name, legalName: registered === name ? null : registered, legalForm: null, address: ublAddress(place), vatId, ids, contact };
}

/** The people named at a party and its wrapper, the party's own contact first. */
export function ublContacts(wrapper: XmlElement | null): NonNullable<Party['contact']>[] {
  const party = first(wrapper, 'cac:Party') ?? wrapper;
  const places = [
    ...all(party, 'cac:Contact'),
    ...['BuyerContact', 'AccountingContact', 'SellerContact', 'DeliveryContact', 'DespatchContact'].flatMap((name) =>
      all(wrapper, `cac:${name}`),
    ),
    ...all(party, 'cac:Person/cac:Contact'),
  ];
  return places.flatMap((place) => {
    const isPerson = place.parent?.local === 'Person';
    const found = {
      name: textAt(place, 'cbc:Name') ?? (isPerson ? personName(place.parent) : null),
      email: textAt(place, 'cbc:ElectronicMail'),
      phone: textAt(place, 'cbc:Telephone'),
    };
    return found.name === null && found.email === null && found.phone === null ? [] : [found];
  });
}

/** A UBL address in every form it takes: named parts, free lines, or both. */
export function ublAddress(element: XmlElement | null): Address | null {
  if (element === null) return null;
  const at = (name: string) => textAt(element, `cbc:${name}`);
  const country = countryCode(codeAt(element, 'cac:Country/cbc:IdentificationCode'));
  const lines = distinct([
    at('Department'),
    at('MarkAttention'),
    at('MarkCare'),
    at('InhouseMail'),
    at('BuildingName'),
    street(at('StreetName'), at('BuildingNumber'), country),
    at('AdditionalStreetName'),
    at('BlockName'),
    [at('Floor'), at('Room')].filter(Boolean).join(', ') || null,
    ...all(element, 'cac:AddressLine/cbc:Line').map((line) => oneLine(line.text)),
    at('Postbox'),
    at('CitySubdivisionName'),
    at('District'),
    country === null ? textAt(element, 'cac:Country/cbc:Name') : null,
  ]);
  const region = at('CountrySubentity') ?? at('Region') ?? at('CountrySubentityCode');
  return addressOrNull({ lines, postcode: at('PostalZone'), city: at('CityName'), region, country });
}

/** Countries where the number stands before the street. */
const NUMBER_FIRST: ReadonlySet<string> = new Set(['FR', 'LU', 'MC', 'GB', 'IE', 'US', 'CA', 'AU', 'NZ', 'IN', 'ZA']);

function street(name: string | null, number: string | null, country: string | null): string | null {
  if (name === null || number === null) return name ?? number;
  return NUMBER_FIRST.has(country ?? '') ? `${number} ${name}` : `${name} ${number}`;
}

/** The tax scheme that is VAT: by its id, in older files "UK VAT" or a type code, else the only one there is. */
function vatSchemeOf(party: XmlElement): XmlElement | null {
  const schemes = all(party, 'cac:PartyTaxScheme').filter((scheme) => first(scheme, 'cbc:CompanyID') !== null);
  const named = (scheme: XmlElement) => [
    textAt(scheme, 'cac:TaxScheme/cbc:ID'),
    textAt(scheme, 'cac:TaxScheme/cbc:TaxTypeCode'),
    textAt(scheme, 'cac:TaxScheme/cbc:Name'),
  ];
  const exact = schemes.find((scheme) => textAt(scheme, 'cac:TaxScheme/cbc:ID')?.toUpperCase() === 'VAT');
  const alike = schemes.find((scheme) => named(scheme).some((name) => /\b(VAT|TVA|MOMS|MVA|IVA|BTW|UST)\b/i.test(name ?? '')));
  const unnamed = schemes.find((scheme) => named(scheme).every((name) => name === null));
  return exact ?? alike ?? unnamed ?? null;
}

function idsOf(party: XmlElement, wrapper: XmlElement | null, vat: XmlElement | null): { label: string; value: string | null }[] {
  const labelled = (element: XmlElement) => ({ label: schemeLabel(attribute(element, 'schemeID')), value: oneLine(element.text) });
  const account = textAt(wrapper, 'cbc:SupplierAssignedAccountID');
  return [
    ...all(party, 'cac:PartyLegalEntity/cbc:CompanyID').map(labelled),
    ...all(party, 'cac:PartyIdentification/cbc:ID').map(labelled),
    ...all(party, 'cac:PartyTaxScheme')
      .filter((scheme) => scheme !== vat)
      .map((scheme) => ({ label: textAt(scheme, 'cac:TaxScheme/cbc:ID', 100) ?? 'ID', value: textAt(scheme, 'cbc:CompanyID') })),
    ...all(party, 'cbc:EndpointID').map(labelled),
    { label: 'ID', value: account },
  ];
}

function personName(person: XmlElement | null): string | null {
  const parts = ['Title', 'FirstName', 'MiddleName', 'FamilyName', 'NameSuffix'].map((name) => textAt(person, `cbc:${name}`));
  return oneLine(parts.filter(Boolean).join(' '));
}
