import type { Party } from '../../shared/document.ts';

/** The numbers a French company is registered under, without blanks; null where there is none. */
export interface Registrations {
  siren: string | null;
  siret: string | null;
}

/** SIREN and SIRET among a party's identifiers. */
export function registrationsOf({ ids }: Party): Registrations {
  const valueOf = (label: string) => ids.find((one) => one.label === label)?.value.replace(/\s/g, '') ?? null;
  return { siren: valueOf('SIREN'), siret: valueOf('SIRET') };
}

/** A party's identifiers with these registrations, written as they are printed; identifiers of other kinds stay. */
export function withRegistrations(ids: Party['ids'], { siren, siret }: Registrations): Party['ids'] {
  return [
    ...(siren === null ? [] : [{ label: 'SIREN', value: grouped(siren) }]),
    ...(siret === null ? [] : [{ label: 'SIRET', value: grouped(siret) }]),
    ...ids.filter(({ label }) => label !== 'SIREN' && label !== 'SIRET'),
  ];
}

/** 12345678900012 → 123 456 789 00012 */
function grouped(digits: string): string {
  return [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6, 9), digits.slice(9)].filter((part) => part !== '').join(' ');
}
