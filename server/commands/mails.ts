import { randomUUID } from 'node:crypto';
import type { CommandInputs } from '../../shared/commands.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { MailCause, MailKind } from '../../shared/mail.ts';
import type { Side } from '../../shared/view.ts';
import { ContactSchema, MailSchema, type Document, type MailAbout, type Message } from '../entities/index.ts';
import { contactView, mailView } from '../model/document-view.ts';
import { findDocument, findIssued } from '../model/find.ts';
import { clientsOf, holders, mailedSeq, recipientOf, usersWanting, wantsReminders, type Recipient } from '../model/recipients.ts';
import { addLink } from './links.ts';
import type { DealScope, Result } from './scope.ts';

/** How a mail ended, as the job that sent it found out. `detail`: the mail server's words, or those of what kept us from it. */
export type MailEnd = { state: 'delivered'; cause: null; detail: null } | { state: 'failed'; cause: MailCause; detail: string | null };
export type MailOutcome = MailEnd & { document: string; mail: string };

export interface Unread {
  document: string;
  /** Whose readers are to be told. */
  side: Side;
  /** The message that has been there long enough to have been read. */
  seq: number;
}

export interface HoldReminder {
  document: string;
  decision: string;
}

/** A mail to one person, sent by a job once this is committed. Of a past that is only told, nobody is written to. */
export function addMail(scope: DealScope, document: Document, kind: MailKind, to: Recipient, about: MailAbout): void {
  if (scope.past) return;
  const { side, user, contact, person, link, name, address, language } = to;
  const mail = scope.add(MailSchema, {
    id: randomUUID(),
    company: scope.loaded.company.id,
    deal: scope.loaded.deal.id,
    document: document.id,
    kind,
    about,
    side,
    user,
    contact,
    person,
    link,
    name,
    address,
    language,
    messageId: null,
    sealed: null,
    state: 'waiting',
    cause: null,
    detail: null,
    position: scope.loaded.mails.length,
    createdAt: scope.now,
    endedAt: null,
  });
  scope.loaded.mails.push(mail);
  scope.later({ name: 'letter', data: { mail: mail.id }, after: null });
  if (side === 'client') scope.say('mail.queued', document.id, { mail: mailView(mail) });
}

/** The owner sends a document: each contact gets a mail with a link of their own, made where there is none. */
export function sendDocument(scope: DealScope, input: CommandInputs['sendDocument']): Result {
  const { loaded, acting } = scope;
  const document = findIssued(loaded, input.document);
  const contacts = [...new Set(input.contacts)].map((id, i) => {
    const contact = loaded.contacts.find((one) => one.id === id && one.removedAt === null);
    const pointer = `/contacts/${i}`;
    if (!contact)
      throw new Refusal('invalid_input', {
        faults: [{ pointer, rule: 'unknown_contact', detail: 'no contact of this client has this id' }],
      });
    if (contact.email === null)
      throw new Refusal('contact_without_email', {
        faults: [{ pointer, rule: 'without_email', detail: `${contact.name} has no e-mail address` }],
      });
    return { ...contact, email: contact.email };
  });
  const from = acting.as === 'user' ? acting.name : loaded.company.name;
  scope.say('document.sent', document.id, { to: contacts.map(({ name, email }) => ({ name, address: email })) });
  for (const contact of contacts) {
    const mine = loaded.links.find((one) => one.document === document.id && one.contact === contact.id && one.revokedAt === null);
    const link = mine ?? addLink(scope, document, contact.id, null);
    const [to] = holders(loaded, link);
    if (!to) throw new Refusal('contact_without_email');
    addMail(scope, document, 'invitation', to, { text: input.text, from, ...(acting.as === 'user' ? { user: acting.user } : {}) });
  }
  document.updatedAt = scope.now;
  return { document: document.id };
}

/** One more contact of the client, to send documents to. */
export function addContact(scope: DealScope, input: CommandInputs['addContact']): Result {
  const { loaded } = scope;
  const document = findDocument(loaded, input.document);
  const known = loaded.contacts.find((one) => one.removedAt === null && one.email?.toLowerCase() === input.email.toLowerCase());
  if (known) return { contact: known.id };
  const contact = scope.add(ContactSchema, {
    id: randomUUID(),
    client: loaded.client.id,
    name: input.name,
    email: input.email,
    phone: null,
    language: input.language,
    createdAt: scope.now,
    removedAt: null,
    reminders: wantsReminders(loaded.contacts, input.email),
  });
  loaded.contacts.push(contact);
  scope.say('contact.added', document.id, { contact: contactView(contact) });
  return { contact: contact.id };
}

/**
 * Decided late: writes to those of one side who have not read the other's message `seq`, or one before it, by now; all they have not read goes in one mail. To the
 * client only where the owner chose to notify. (Rule 8.) What came on this document since has left no job of its own, for this one waited: it has its time now.
 */
export function notifyUnread(scope: DealScope, input: Unread): Result {
  const { loaded } = scope;
  const document = findIssued(loaded, input.document);
  const recipients = input.side === 'owner' ? usersWanting(loaded, 'message') : clientsOf(loaded, document);
  const messages = loaded.messages.filter((message) => message.side !== input.side);
  const asks = (message: Message) => input.side === 'owner' || message.notify;
  // Where nobody can be reached, somebody may be by then.
  let known = recipients.length === 0 ? 0 : Infinity;
  for (const to of recipients) {
    const after = Math.max(to.readSeq, mailedSeq(loaded.mails, to));
    const unread = messages.filter((message) => message.seq > after);
    const upTo = unread.at(-1)?.seq ?? after;
    const isTime = unread.some((message) => asks(message) && message.seq <= input.seq);
    if (isTime) addMail(scope, document, 'message', to, { after, upTo });
    known = Math.min(known, isTime ? upTo : after);
  }
  const next = messages.find((message) => message.document === document.id && asks(message) && message.seq > Math.max(input.seq, known));
  if (next) askWhetherRead(scope, input.side, next);
  return {};
}

/** Whether `side` has read a message by then is asked once it has been there for a while. */
export function askWhetherRead(scope: DealScope, side: Side, { document, seq, at }: Pick<Message, 'document' | 'seq' | 'at'>): void {
  scope.later({
    name: 'conversation',
    data: { company: scope.loaded.company.id, document, side, seq },
    after: new Date(at.getTime() + scope.graceMs),
  });
}

/** The day of a hold's reminder has come: both sides are reminded, if the quote is still on hold by that decision. */
export function remindHold(scope: DealScope, input: HoldReminder): Result {
  const { loaded } = scope;
  const document = findIssued(loaded, input.document);
  const last = loaded.decisions.filter((one) => one.document === document.id).at(-1);
  if (document.status !== 'on_hold' || last?.id !== input.decision) return {};
  const person = loaded.people.find((one) => one.id === last.person);
  const client = person ? recipientOf(loaded, person) : null;
  for (const to of [...usersWanting(loaded, 'reminder'), ...(client ? [client] : [])])
    addMail(scope, document, 'reminder', to, { decision: last.id });
  return {};
}

/** Accepted by the recipient's mail server, or failed for good: the owner sees it on the document; a failure stands in the feed. */
export function recordMail(scope: DealScope, input: MailOutcome): Result {
  const mail = scope.loaded.mails.find((one) => one.id === input.mail && one.document === input.document);
  if (!mail) throw new Refusal('not_found');
  if (mail.state !== 'waiting') return {};
  mail.state = input.state;
  mail.cause = input.cause;
  mail.detail = input.detail;
  mail.endedAt = scope.now;
  // It held a secret link: what has been sent is kept by who received it.
  mail.sealed = null;
  if (input.state === 'failed') {
    const { id, name, address } = mail;
    scope.say('mail.failed', mail.document, { mail: id, name, address, cause: input.cause, detail: input.detail ?? '' });
  } else if (mail.side === 'client') scope.say('mail.delivered', mail.document, { mail: mail.id });
  return {};
}
