/** A client that is made together with its first document. */
export interface NewClient {
  name: string;
  contact: string;
  email: string;
}

export type ClientFault = 'nameRequired' | 'contactRequired' | 'emailInvalid';

/** What must be mended: in which field, and why. A contact may be left out; an address needs a name with it. */
export function faultsIn({ name, contact, email }: NewClient): Partial<Record<keyof NewClient, ClientFault>> {
  const address = email.trim();
  return {
    ...(name.trim() === '' ? { name: 'nameRequired' as const } : {}),
    ...(contact.trim() === '' && address !== '' ? { contact: 'contactRequired' as const } : {}),
    ...(address === '' || /^\S+@\S+\.\S+$/.test(address) ? {} : { email: 'emailInvalid' as const }),
  };
}

/** As the command takes it. */
export function inputOf({ name, contact, email }: NewClient) {
  const person = { id: null, name: contact.trim(), email: email.trim() || null, phone: null, language: null, reminders: true };
  return {
    client: null,
    profile: {
      name: name.trim(),
      legalName: null,
      siren: null,
      siret: null,
      vatId: null,
      address: null,
      remindersOff: false,
      contacts: contact.trim() === '' ? [] : [person],
    },
  };
}
