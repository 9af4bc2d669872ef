import type { ReminderWords } from './fr.ts';

/** English. */
export const reminders: ReminderWords = {
  title: 'Reminders',
  text: 'Polite mails, sent by themselves in the client’s language, between 8 am and 6 pm. They stop as soon as it is paid or decided, and anybody can unsubscribe. The feed tells you of them.',
  invoices: {
    on: 'Remind of invoices to be paid',
    days: 'Days after the due date',
    hint: 'Six at most, such as 3, 10, 20. 0 is the day itself, −3 is three days before.',
  },
  quotes: {
    on: 'Remind of quotes about to expire',
    days: 'Days before the end of validity',
    hint: 'Six at most, such as 7, 2. 0 is the last day.',
  },
  onWord: 'yes',
  offWord: 'no',
  previews: 'Read these mails before your clients do',
  step: {
    due: (days) =>
      days === 0
        ? 'On the due date'
        : days < 0
          ? `${-days === 1 ? '1 day' : `${-days} days`} before the due date`
          : `${days === 1 ? '1 day' : `${days} days`} after the due date`,
    expiring: (days) =>
      days === 0 ? 'On the last day of validity' : `${days === 1 ? '1 day' : `${days} days`} before the end of validity`,
  },
  previewOf: (step, language) => `${language}: ${step.toLowerCase()} (new tab)`,

  client: {
    title: 'Reminders',
    off: 'Never remind this client by mail',
    hint: 'Neither of invoices nor of quotes. Nothing else changes.',
    unsubscribed: 'Wants no more reminders',
  },

  feed: {
    sentDue: (names) => `reminded ${names} of this invoice`,
    sentExpiring: (names) => `reminded ${names} of this quote`,
    unsubscribed: 'wants no more reminders by mail',
    subscribed: 'wants reminders by mail again',
  },
};
