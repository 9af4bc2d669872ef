import { isAddress, type MailChoice } from '../../shared/mail.ts';
import type { Language } from '../../shared/document.ts';
import type { Side } from '../../shared/view.ts';
import type { Contact, Document, Link, Mail, Person } from '../entities/index.ts';
import type { LoadedDeal } from './loaded.ts';

/** Somebody a mail can reach. Exactly one of `user`, `contact` and `person` is given. */
export interface Recipient {
  side: Side;
  user: string | null;
  contact: string | null;
  person: string | null;
  /** The link they open; null for a user, who signs in. */
  link: string | null;
  name: string;
  address: string;
  language: Language;
  /** Deal sequence up to which they have read. */
  readSeq: number;
}

/** The company's users who want to be written to about something. */
export function usersWanting(loaded: LoadedDeal, choice: MailChoice): Recipient[] {
  return loaded.users
    .filter((user) => user.mails.includes(choice))
    .map((user) => ({
      side: 'owner' as const,
      user: user.id,
      contact: null,
      person: null,
      link: null,
      name: user.name,
      address: user.email,
      language: user.language,
      readSeq: loaded.people.find((one) => one.user === user.id)?.readSeq ?? 0,
    }));
}

/**
 * Who on the client's side can be written to about a document: holders of its open links with a known address; where there
 * are none, those of the deal's other documents, whose links open this one too.
 */
export function clientsOf(loaded: LoadedDeal, document: Document): Recipient[] {
  const open = loaded.links.filter((link) => link.revokedAt === null);
  const own = reachable(
    loaded,
    open.filter((link) => link.document === document.id),
  );
  return own.length > 0 ? own : reachable(loaded, open);
}

/**
 * Those of `clientsOf` who may be reminded: not where the owner wants the client left alone, nor anybody who has unsubscribed, under whichever
 * name their address stands.
 */
export function remindedOf(loaded: LoadedDeal, document: Document): Recipient[] {
  if (loaded.client.remindersOff) return [];
  const silent = [...loaded.contacts, ...loaded.people].filter((one) => !one.reminders);
  const isSilent = (to: Recipient) =>
    silent.some((one) => one.id === (to.contact ?? to.person) || (one.email !== null && isAlike(one.email, to.address)));
  return clientsOf(loaded, document).filter((to) => !isSilent(to));
}

/** Whether somebody who is put on the list may be reminded: not when they have unsubscribed before, and were taken off it. */
export function wantsReminders(contacts: readonly Contact[], address: string | null): boolean {
  return address === null || !contacts.some(({ reminders, email }) => !reminders && email !== null && isAlike(email, address));
}

/** Mail servers do not tell capitals apart. */
export function isAlike(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Who on the client's side one of the deal's people is, for mails; null without an address or an open link. */
export function recipientOf(loaded: LoadedDeal, person: Person, address: string | null = null): Recipient | null {
  const open = loaded.links.filter((link) => link.revokedAt === null);
  const link = open.find((one) => (person.contact === null ? one.id === person.link : one.contact === person.contact));
  const found = link === undefined ? undefined : holders(loaded, link, address).find((one) => isPerson(one, person));
  return found ?? null;
}

function isPerson(one: Recipient, person: Person): boolean {
  return person.contact === null ? one.person === person.id : one.contact === person.contact;
}

function reachable(loaded: LoadedDeal, links: Link[]): Recipient[] {
  const found = links.flatMap((link) => holders(loaded, link));
  return found.filter((one, i) => found.findIndex((other) => isAlike(other.address, one.address)) === i);
}

/** Whom a link leads to and who can be written to: its contact, or those who gave an address when they used it. `given` stands before what is known. */
export function holders(loaded: LoadedDeal, link: Link, given: string | null = null): Recipient[] {
  const common = { side: 'client' as const, user: null, link: link.id };
  const contact = loaded.contacts.find((one) => one.id === link.contact);
  // Off the list they are not written to, but what they decide is acknowledged to the address they give.
  if (contact && contact.removedAt !== null && given === null) return [];
  if (contact) {
    const person = loaded.people.find((one) => one.contact === contact.id);
    const address = [given, contact.email, person?.email].find(known) ?? null;
    const language = contact.language ?? languageOf(loaded, link.document);
    const readSeq = person?.readSeq ?? 0;
    return address === null ? [] : [{ ...common, contact: contact.id, person: null, name: contact.name, address, language, readSeq }];
  }
  return loaded.people.flatMap((person) => {
    const address = given ?? person.email;
    if (person.link !== link.id || !known(address)) return [];
    const language = languageOf(loaded, link.document);
    return [{ ...common, contact: null, person: person.id, name: person.name, address, language, readSeq: person.readSeq }];
  });
}

/** What came in with a file may be anything. */
function known(given: string | null | undefined): given is string {
  return typeof given === 'string' && isAddress(given);
}

/** The document's own language where contents are loaded, else the company's. */
function languageOf(loaded: LoadedDeal, document: string): Language {
  return loaded.revisions.findLast((one) => one.document === document)?.content.language ?? loaded.company.language;
}

/** Deal sequence up to which somebody has been sent the messages by mail; what has failed never came to them. */
export function mailedSeq(mails: Mail[], to: Pick<Recipient, 'user' | 'contact' | 'person'>): number {
  const mine = mails.filter(
    (mail) =>
      mail.kind === 'message' &&
      mail.state !== 'failed' &&
      mail.user === to.user &&
      mail.contact === to.contact &&
      mail.person === to.person,
  );
  return Math.max(0, ...mine.map((mail) => mail.about.upTo ?? 0));
}
