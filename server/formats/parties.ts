import type { Address, Party } from '../../shared/document.ts';
import type { ImportedDocument } from './imported.ts';
import { lookup } from './lookup.ts';
import { oneLine } from './text.ts';

/** ISO 6523 codes of identifiers that people know by a name; the others are labelled with their code. */
const SCHEMES: Readonly<Record<string, string>> = {
  '0002': 'SIREN',
  '0009': 'SIRET',
  '0060': 'DUNS',
  '0088': 'GLN',
  '0106': 'KvK',
  '0190': 'OIN',
  '0192': 'Org.nr',
  '0208': 'BCE/KBO',
  EM: 'E-mail',
};

/** The label of an identifier from its scheme id; without one it is just an identifier. */
export function schemeLabel(scheme: string | null): string {
  const code = oneLine(scheme ?? '', 100);
  return code === null ? 'ID' : (lookup(SCHEMES, code) ?? code);
}

/** Identifiers without repetition, the VAT id and whatever is already named left out; named ones are preferred. */
export function distinctIds(ids: { label: string; value: string | null }[], vatId: string | null): Party['ids'] {
  const plain = (value: string) => value.replace(/[\s.]/g, '').toUpperCase();
  const seen = new Map<string, number>();
  const kept: Party['ids'] = [];
  for (const { label, value } of ids) {
    if (value === null || (vatId !== null && plain(value) === plain(vatId))) continue;
    const at = seen.get(plain(value));
    if (at === undefined) {
      seen.set(plain(value), kept.length);
      kept.push({ label, value });
    } else if (kept[at]?.label === 'ID') kept[at] = { label, value };
  }
  return kept;
}

/** ISO 3166-1 alpha-2, the two codes that are often written otherwise put right; null for anything else. */
export function countryCode(text: string | null): string | null {
  const code = text?.toUpperCase() ?? '';
  if (!/^[A-Z]{2}$/.test(code)) return null;
  return { UK: 'GB', EL: 'GR' }[code] ?? code;
}

/** The address, or null when there is nothing in it. */
export function addressOrNull(address: Address): Address | null {
  const { lines, ...rest } = address;
  return lines.length === 0 && Object.values(rest).every((value) => value === null) ? null : address;
}

export function sameAddress(a: Address | null, b: Address | null): boolean {
  const key = (x: Address | null) => JSON.stringify([x?.lines, x?.postcode, x?.city, x?.country]).toLowerCase();
  return key(a) === key(b);
}

/** Where it is delivered, if that is another place or another party than the buyer. */
export function deliverToOrNull(place: Party | null, buyer: Party | null): Party | null {
  if (place === null) return null;
  const samePlace = place.address === null || sameAddress(place.address, buyer?.address ?? null);
  const sameName = place.name === '' || place.name === buyer?.name || place.name === buyer?.legalName;
  if (samePlace && sameName) return null;
  return place.name === '' ? { ...place, name: buyer?.name ?? '' } : place;
}

/** An e-mail address, or null for what only stands in its place. */
export function emailOf(text: string | null): string | null {
  const address = text?.replace(/^mailto:/i, '') ?? '';
  return address.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/.test(address) ? address : null;
}

/** The people of a party who can be written to or named: with a name or an e-mail address, each once. */
export function contactsOf(people: (Party['contact'] | undefined)[]): ImportedDocument['contacts'] {
  const found = new Map<string, ImportedDocument['contacts'][number]>();
  for (const person of people) {
    const email = emailOf(person?.email ?? null);
    const name = person?.name?.slice(0, 200) ?? email;
    if (name !== null && name !== undefined) found.set((email ?? name).toLowerCase(), { name, email, language: null });
  }
  return [...found.values()];
}
