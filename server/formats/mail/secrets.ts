/** A secret link, plain or within the address of a scanner that was put in front of it. */
const LINK = /(\/d\/|%2Fd%2F)[\w-]{43}/gi;
/** Where an answer to one of our mails goes, and what such a mail is called. */
const REPLY = /(\+|<r\.)[a-z2-7]{42}(?=@)/gi;

/**
 * Text without what opens somebody's page or lets others write in their name: a quote that is kept repeats what stood in the mail to
 * one person, and the conversation has more readers.
 */
export function withoutSecrets(text: string): string {
  return text.replace(LINK, '$1•••').replace(REPLY, '$1•••');
}
