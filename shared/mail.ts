/** Why a mail is written. */
export const MAIL_KINDS = ['invitation', 'message', 'decision', 'acknowledgement', 'reminder'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** `waiting`: not accepted by the recipient's mail server yet; it is tried again by itself. `delivered`: accepted. `failed`: refused for good. */
export const MAIL_STATES = ['waiting', 'delivered', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** What a user of the company may be written to about: decisions of the client by kind, their messages, reminders of quotes on hold. */
export const MAIL_CHOICES = ['accepted', 'refused', 'held', 'message', 'reminder'] as const;
export type MailChoice = (typeof MAIL_CHOICES)[number];
