import type { CommandInputs } from '../../../shared/commands.ts';
import type { ClientProfile } from '../../../shared/company.ts';
import { LANGUAGES } from '../../../shared/document.ts';
import type { Fault } from '../../../shared/refusal.ts';
import type { ContactView } from '../../../shared/view.ts';
import { ADDRESS_FIELDS, addressField, addressOf, addressTexts } from '../address.ts';
import { follow, grouped, orNull, touched, type Texts } from '../typed.ts';

export const FIELDS = ['name', 'legalName', 'vatId', 'siren', 'siret', ...ADDRESS_FIELDS, 'remindersOff'] as const;
export type Field = (typeof FIELDS)[number];

export const CONTACT_FIELDS = ['name', 'email', 'phone', 'language'] as const;
export type ContactField = (typeof CONTACT_FIELDS)[number];

/** A contact as the form shows it. `key` is its own in the form; `before` null for one that is new. */
export interface ContactForm {
  key: string;
  id: string | null;
  texts: Texts<ContactField>;
  before: Texts<ContactField> | null;
  /** They have unsubscribed from reminders: their choice, not a field. */
  unsubscribed: boolean;
}

/** A client as the form shows it. */
export interface ClientForm {
  texts: Texts<Field>;
  contacts: ContactForm[];
}

type Profile = CommandInputs['saveClient']['profile'];

export const EMPTY: ClientProfile = {
  name: '',
  legalName: null,
  siren: null,
  siret: null,
  vatId: null,
  address: null,
  remindersOff: false,
};

/** A client as it stands. */
export function formOf(profile: ClientProfile, contacts: readonly ContactView[]): ClientForm {
  return {
    texts: {
      name: profile.name,
      legalName: profile.legalName ?? '',
      vatId: profile.vatId ?? '',
      siren: grouped(profile.siren, [3, 3]),
      siret: grouped(profile.siret, [3, 3, 3]),
      ...addressTexts(profile.address),
      remindersOff: profile.remindersOff ? 'on' : '',
    },
    contacts: contacts.map((contact) => {
      const texts = contactTexts(contact);
      return { key: contact.id, id: contact.id, texts, before: { ...texts }, unsubscribed: !contact.reminders };
    }),
  };
}

function contactTexts({ name, email, phone, language }: ContactView): Texts<ContactField> {
  return { name, email: email ?? '', phone: phone ?? '', language: language ?? '' };
}

/** One more contact. `key` must be its own. */
export function newContact(key: string): ContactForm {
  return { key, id: null, texts: { name: '', email: '', phone: '', language: '' }, before: null, unsubscribed: false };
}

/** What the command is sent: the client whole. A contact in which nothing was written is none. */
export function profileOf({ texts, contacts }: ClientForm): Profile {
  return {
    name: texts.name,
    legalName: orNull(texts.legalName),
    vatId: orNull(texts.vatId),
    siren: orNull(texts.siren),
    siret: orNull(texts.siret),
    address: addressOf(texts),
    remindersOff: texts.remindersOff !== '',
    contacts: sent(contacts).map(({ id, texts: one, unsubscribed }) => ({
      id,
      name: one.name,
      email: orNull(one.email),
      phone: orNull(one.phone),
      language: LANGUAGES.find((language) => language === one.language) ?? null,
      reminders: !unsubscribed,
    })),
  };
}

/** The contacts that are sent, in their order. */
export function sent(contacts: readonly ContactForm[]): ContactForm[] {
  return contacts.filter(({ id, texts }) => id !== null || CONTACT_FIELDS.some((field) => texts[field].trim() !== ''));
}

/** Whether the form says anything that does not stand there. */
export function isDirty(form: ClientForm, before: ClientForm): boolean {
  return (
    touched(form.texts, before.texts).length > 0 ||
    sent(form.contacts).some((one) => one.before === null || touched(one.texts, one.before).length > 0) ||
    before.contacts.some((one) => !form.contacts.some(({ id }) => id === one.id))
  );
}

/** The form after somebody else has saved the same client: what is being typed stays, all else follows. `now` is what stands there. */
export function followed(form: ClientForm, before: ClientForm, now: ClientForm): ClientForm {
  const kept = form.contacts.flatMap((one): ContactForm[] => {
    const fresh = now.contacts.find(({ id }) => id === one.id);
    if (one.id === null || one.before === null) return [one];
    // Somebody else has taken them off the list: what was typed for them is for nobody.
    if (!fresh) return [];
    return [
      { ...one, texts: follow(one.texts, one.before, fresh.texts).typed, before: { ...fresh.texts }, unsubscribed: fresh.unsubscribed },
    ];
  });
  const added = now.contacts.filter(({ id }) => !before.contacts.some((one) => one.id === id) && !kept.some((one) => one.id === id));
  return { texts: follow(form.texts, before.texts, now.texts).typed, contacts: [...kept, ...added] };
}

/** Where a fault stands: in a field of the client, or of the so-many-th contact that was sent. */
export function faultOf({ pointer }: Fault): { field: Field } | { contact: number; field: ContactField } | null {
  const [, , name = '', part, of] = pointer.split('/');
  if (name === 'contacts') return { contact: Number(part), field: CONTACT_FIELDS.find((one) => one === of) ?? 'name' };
  if (name === 'address') return { field: addressField(part) };
  const field = FIELDS.find((one) => one === name);
  return field === undefined ? null : { field };
}
