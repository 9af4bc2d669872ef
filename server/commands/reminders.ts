import { Refusal } from '../../shared/refusal.ts';
import type { Day } from '../../shared/document.ts';
import { contactViews } from '../model/document-view.ts';
import { findIssued } from '../model/find.ts';
import { isAlike } from '../model/recipients.ts';
import { reminderOf } from '../model/reminders.ts';
import { addMail } from './mails.ts';
import type { ClientScope, DealScope, Result } from './scope.ts';

/** A step of the company's plan, towards one deadline of a document. */
export interface ClientReminder {
  document: string;
  deadline: Day;
  step: number;
}

/** `of`: the id of a contact, or of somebody who is known by a link alone. */
export interface ReminderChoice {
  of: string;
  on: boolean;
}

/**
 * The day of a reminder has come: whoever can be reached on the client's side is written to, if there still is something to remind of. The
 * command's id follows from the step, so that each is done once.
 */
export function remindClient(scope: DealScope, input: ClientReminder): Result {
  const document = findIssued(scope.loaded, input.document);
  const reminder = reminderOf(scope.loaded, document, scope.now);
  if (reminder === null || reminder.news.step !== input.step || reminder.news.deadline !== input.deadline)
    throw new Refusal('nothing_left');
  const { kind, news, to } = reminder;
  scope.say('reminder.sent', document.id, { kind, step: news.step, to: to.map(({ name, address }) => ({ name, address })) });
  for (const one of to) addMail(scope, document, kind, one, { reminder: news });
  return { sent: to.length };
}

/** Somebody wants no more reminders of this client's documents, or wants them again: under whichever name their address stands. */
export function setReminders(scope: ClientScope, { of, on }: ReminderChoice): Result {
  const { client, contacts, people, deals } = scope.loaded;
  const who = [...contacts, ...people].find((one) => one.id === of);
  if (!who) throw new Refusal('not_found');
  const { email } = who;
  const isTheirs = (one: { id: string; email: string | null }) =>
    one.id === of || (email !== null && one.email !== null && isAlike(one.email, email));
  const changed = [...contacts, ...people].filter((one) => isTheirs(one) && one.reminders !== on);
  if (changed.length === 0) return { on };
  for (const one of changed) one.reminders = on;
  scope.say('contact.reminders', null, { client: client.id, name: client.name, contact: who.name, on });
  const data = { client: client.id, name: client.name, contacts: contactViews(contacts) };
  for (const deal of deals) scope.say('deal.client_changed', deal, data);
  return { on };
}
