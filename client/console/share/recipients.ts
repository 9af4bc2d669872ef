import type { Language } from '../../../shared/document.ts';
import type { ContactView, LinkView, MailView } from '../../../shared/view.ts';

/** Who is proposed for a mail: the contacts who have an open link, else the first who has an address. */
export function proposed(contacts: readonly ContactView[], links: readonly LinkView[]): string[] {
  const reachable = contacts.filter((contact) => contact.email !== null);
  const linked = reachable.filter(({ id }) => links.some((link) => link.contact?.id === id && link.revokedAt === null));
  return (linked.length > 0 ? linked : reachable.slice(0, 1)).map(({ id }) => id);
}

/** Whether the recipient's mail server has refused the last mail of a deal that it was handed. One that waits says nothing yet. */
export function isFailing(address: string, mails: readonly MailView[]): boolean {
  const judged = mails.filter((mail) => mail.state === 'delivered' || mail.cause === 'refused');
  return lastTo(address, judged)?.cause === 'refused';
}

/** The mail a document's head tells of: the last one that did not reach somebody whom none has reached since, else the last. null: none was ever sent. */
export function telling(mails: readonly MailView[]): MailView | null {
  const meant = mails.filter((mail) => mail.state !== 'waiting' && mail.cause !== 'link_revoked');
  const failed = meant.filter((mail) => mail.state === 'failed' && lastTo(mail.address, meant) === mail);
  return failed.at(-1) ?? mails.at(-1) ?? null;
}

function lastTo(address: string, mails: readonly MailView[]): MailView | null {
  const to = mails.filter((mail) => sameAddress(mail.address, address));
  return to.reduce<MailView | null>((newest, mail) => (newest === null || mail.at >= newest.at ? mail : newest), null);
}

/** The language a mail to these contacts is begun in: of the first of them who has one, else the document's. */
export function languageFor(chosen: readonly ContactView[], document: Language): Language {
  return chosen[0]?.language ?? document;
}

/** The part of an address its mail server is known by. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
