import type { ClientProfile } from '../../shared/company.ts';
import type { Client } from '../entities/index.ts';
import { registrationsOf, withRegistrations } from './registrations.ts';

/** A client as its page shows and changes it: identifiers without blanks. */
export function clientProfile({ name, identity, vatId, remindersOff }: Client): ClientProfile {
  return { name, legalName: identity.legalName, ...registrationsOf(identity), vatId, address: identity.address, remindersOff };
}

/** Puts a profile where it is kept. */
export function applyClientProfile(client: Client, profile: ClientProfile): void {
  const { name, legalName, vatId, address } = profile;
  client.name = name;
  client.vatId = vatId;
  client.remindersOff = profile.remindersOff;
  client.identity = {
    ...client.identity,
    name,
    legalName,
    vatId,
    address,
    ids: withRegistrations(client.identity.ids, profile),
    contact: null,
  };
}
