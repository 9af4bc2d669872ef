/** Why a mail is written. `reminder`: of a hold, as whoever held it has asked. `due` and `expiring`: by the company's plan of reminders. */
export const MAIL_KINDS = ['invitation', 'message', 'decision', 'acknowledgement', 'reminder', 'payment', 'due', 'expiring'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

/** `waiting`: not accepted by the recipient's mail server yet; it is tried again by itself. `delivered`: accepted. `failed`: will not go out. */
export const MAIL_STATES = ['waiting', 'delivered', 'failed'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/**
 * Why a mail has failed. `refused`: the recipient's mail server will not have it, now or later. `unsent`: given up after all tries, whoever's
 * fault it was. `link_revoked`: the link it was to carry was revoked before it went out. `no_access`: the user it was for was removed. `overtaken`: a
 * reminder of what was paid or decided, or to somebody who had unsubscribed, before it went out.
 */
export const MAIL_CAUSES = ['refused', 'unsent', 'link_revoked', 'no_access', 'overtaken'] as const;
export type MailCause = (typeof MAIL_CAUSES)[number];

/** What a user of the company may be written to about: decisions of the client by kind, payments and what becomes of them, messages, reminders of quotes on hold. */
export const MAIL_CHOICES = ['accepted', 'refused', 'held', 'payment', 'message', 'reminder'] as const;
export type MailChoice = (typeof MAIL_CHOICES)[number];

/** `a•••@example.com`: enough to know one's own address again, too little for whoever else holds the link. */
export function hiddenAddress(address: string): string {
  return address.replace(/^(.)[^@]*/su, '$1•••');
}

/** Characters; RFC 5321, 4.5.3.1.3. */
const ADDRESS_MAX = 254;
/**
 * One address as people have them, in any script, and nothing that could be read as a second one, a comment, a route or another header.
 * Without a dot in the domain only this machine is meant: anything else is a slip.
 */
const ADDRESS = /^[^\s"(),:;<>@[\\\]\p{C}]+@(localhost|[^\s"(),:;<>@[\\\]\p{C}.]+(\.[^\s"(),:;<>@[\\\]\p{C}.]+)+)$/iu;

/** Whether a mail can be addressed to it. The same for what is typed, what came in with a file, and what is sent. */
export function isAddress(text: string): boolean {
  return text.length <= ADDRESS_MAX && ADDRESS.test(text);
}
