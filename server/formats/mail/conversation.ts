import { valuesOf, type Mail } from './read.ts';

/** Where a mail server says whom a message was for. */
const RECIPIENTS = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to', 'x-forwarded-to'];
const IN_ADDRESS = /\+([a-z2-7]{42})@/gi;
const IN_MESSAGE_ID = /<r\.([a-z2-7]{42})@[^<>\s]*>/gi;

/**
 * Everything in a mail that has the form of one of our reply tokens, the most telling first: an address it was sent to, the mail
 * it says it answers, then the rest of its thread from the nearest. Whether we made them is for `readReply` to say.
 */
export function replyTokens(mail: Mail): string[] {
  const found = (headers: string[], pattern: RegExp) =>
    headers
      .flatMap((name) => valuesOf(mail, name))
      .flatMap((value) => [...value.matchAll(pattern)].map((match) => (match[1] ?? '').toLowerCase()));
  const thread = found(['references'], IN_MESSAGE_ID).reverse();
  return [...new Set([...found(RECIPIENTS, IN_ADDRESS), ...found(['in-reply-to'], IN_MESSAGE_ID), ...thread])];
}
