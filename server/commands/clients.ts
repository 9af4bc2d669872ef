import { randomUUID } from 'node:crypto';
import type { ClientProfile } from '../../shared/company.ts';
import type { CommandInputs } from '../../shared/commands.ts';
import { Refusal, type Fault } from '../../shared/refusal.ts';
import { ContactSchema, type Contact } from '../entities/index.ts';
import { applyClientProfile, clientProfile } from '../model/client.ts';
import { contactViews } from '../model/document-view.ts';
import { wantsReminders } from '../model/recipients.ts';
import { isSame } from '../model/same.ts';
import type { ClientScope, Result } from './scope.ts';

type Input = CommandInputs['saveClient'];
type GivenContact = Input['profile']['contacts'][number];

/**
 * A client with its contacts, new or changed: each of its deals is told. Contacts that are left out are off the list from now on; links made
 * for them stay theirs. Throws `invalid_input` where a contact is named that is not on the list.
 */
export function saveClient(scope: ClientScope, { client: known, profile }: Input): Result {
  const { client, contacts: all } = scope.loaded;
  const { contacts: given, ...own } = profile;
  checkContacts(all, given);
  const before = [clientProfile(client), contactViews(all)];
  applyClientProfile(client, own satisfies ClientProfile);
  const contacts = changeContacts(scope, given);
  const result = { client: client.id };
  if (known === null) {
    scope.say('client.created', null, { client: client.id, name: client.name });
    return result;
  }
  if (isSame(before, [clientProfile(client), contacts])) return result;
  client.changedAt = scope.now;
  const data = { client: client.id, name: client.name };
  scope.say('client.changed', null, data);
  for (const deal of scope.loaded.deals) scope.say('deal.client_changed', deal, { ...data, contacts });
  return result;
}

function checkContacts(all: Contact[], given: readonly GivenContact[]): void {
  const seen = new Set<string>();
  const faults = given.flatMap(({ id }, i): Fault[] => {
    if (id === null) return [];
    const pointer = `/profile/contacts/${i}/id`;
    if (seen.has(id)) return [{ pointer, rule: 'repeated', detail: 'this contact is there twice' }];
    seen.add(id);
    const listed = all.some((one) => one.id === id && one.removedAt === null);
    return listed ? [] : [{ pointer, rule: 'unknown_contact', detail: 'no contact of this client has this id' }];
  });
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });
}

function changeContacts(scope: ClientScope, given: readonly GivenContact[]) {
  const { loaded, now } = scope;
  const kept = new Map(given.flatMap((one) => (one.id === null ? [] : [[one.id, one] as const])));
  for (const contact of loaded.contacts) {
    const changed = kept.get(contact.id);
    if (changed) {
      Object.assign(contact, fieldsOf(changed));
      const others = loaded.contacts.filter((one) => one !== contact);
      contact.reminders &&= changed.reminders && wantsReminders(others, contact.email);
    } else contact.removedAt ??= now;
  }
  const added = given
    .filter(({ id }) => id === null)
    .map((one, i) =>
      scope.add(ContactSchema, {
        id: randomUUID(),
        client: loaded.client.id,
        ...fieldsOf(one),
        // They are listed in the order of their making: here, in the order they were given in.
        createdAt: new Date(now.getTime() + i),
        removedAt: null,
        reminders: one.reminders && wantsReminders(loaded.contacts, one.email),
      }),
    );
  loaded.contacts.push(...added);
  return contactViews(loaded.contacts);
}

function fieldsOf({ name, email, phone, language }: GivenContact) {
  return { name, email, phone, language };
}
