import type { Address } from '../../shared/document.ts';
import { orNull, type Texts } from './typed.ts';

export const ADDRESS_FIELDS = ['street', 'postcode', 'city', 'region', 'country'] as const;
export type AddressField = (typeof ADDRESS_FIELDS)[number];

/** An address as a form shows it. */
export function addressTexts(address: Address | null): Texts<AddressField> {
  return {
    street: address?.lines.join('\n') ?? '',
    postcode: address?.postcode ?? '',
    city: address?.city ?? '',
    region: address?.region ?? '',
    country: address?.country ?? '',
  };
}

/** And back; null where nothing was written. */
export function addressOf(texts: Texts<AddressField>): Address | null {
  const lines = texts.street
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [postcode, city, region, country] = [texts.postcode, texts.city, texts.region, texts.country].map(orNull);
  if (lines.length === 0 && !postcode && !city && !region && !country) return null;
  return { lines, postcode: postcode ?? null, city: city ?? null, region: region ?? null, country: country ?? null };
}

/** The field of a form behind a part of an address in a fault's pointer. */
export function addressField(part: string | undefined): AddressField {
  return ADDRESS_FIELDS.find((field) => field === part) ?? 'street';
}
