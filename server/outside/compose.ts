import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { isAddress } from '../../shared/mail.ts';
import { oneLineOf } from '../../shared/text.ts';

/** Somebody in a header. */
export interface Mailbox {
  name: string | null;
  address: string;
}

/** A whole mail before it becomes bytes. */
export interface Composed {
  subject: string;
  html: string;
  text: string;
  from: Mailbox;
  to: Mailbox;
  /** null: answers go to `from`. */
  replyTo: Mailbox | null;
  date: Date;
  /** Without angle brackets, like the two below. */
  messageId: string;
  inReplyTo: string | null;
  /** Oldest first; what is no Message-ID is left out. */
  references: readonly string[];
  /** Where the reader's mail program unsubscribes them by itself, with a POST (RFC 8058); null: there is nothing to unsubscribe from. */
  unsubscribe: string | null;
  /** Nobody wrote it in person: other programs should not answer it. (RFC 3834, 5) */
  automatic: boolean;
  attachments: readonly { filename: string; contentType: string; content: Buffer }[];
}

export type Compose = typeof compose;

/** Characters; a header of a few hundred is cut by some servers, and nobody's name is that long. */
const MAX_NAME = 100;
const MAX_SUBJECT = 200;

/**
 * The raw message (RFC 5322, MIME): text and HTML as alternatives, attachments beside them. The same input gives the same bytes.
 * Throws for an address or Message-ID that is none; names and subjects may contain anything and stay names and subjects.
 */
export async function compose(mail: Composed): Promise<Buffer> {
  const composer = new MailComposer({
    from: mailbox(mail.from),
    to: mailbox(mail.to),
    ...(mail.replyTo === null ? {} : { replyTo: mailbox(mail.replyTo) }),
    subject: headerText(mail.subject, MAX_SUBJECT),
    date: mail.date,
    messageId: messageId(mail.messageId),
    ...(mail.inReplyTo === null ? {} : { inReplyTo: messageId(mail.inReplyTo) }),
    references: mail.references.filter(isAddress).map(messageId),
    headers: {
      ...(mail.automatic ? { 'Auto-Submitted': 'auto-generated' } : {}),
      // Asks Exchange for no out-of-office notes, receipts and the like: they would end up in a conversation.
      'X-Auto-Response-Suppress': 'All',
      ...unsubscribing(mail.unsubscribe),
    },
    text: linesOf(mail.text),
    html: linesOf(mail.html),
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({ filename: plain(filename), contentType, content })),
    baseBoundary: boundaryOf(mail),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

/** RFC 2369 and RFC 8058. */
function unsubscribing(url: string | null): Record<string, string> {
  if (url === null) return {};
  return { 'List-Unsubscribe': `<${new URL(url).href}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}

function mailbox({ name, address }: Mailbox): { name: string; address: string } {
  if (!isAddress(address)) throw new Error('not an e-mail address');
  return { name: headerText(name ?? '', MAX_NAME), address };
}

/** Text for a header, of a sane length. */
function headerText(text: string, max: number): string {
  const line = plain(text);
  const chars = [...line];
  return chars.length <= max
    ? line
    : `${chars
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/** On one line, and nothing in it that readers would decode once more. (RFC 2047) */
function plain(text: string): string {
  return oneLineOf(text.toWellFormed()).replaceAll('=?', '= ?');
}

/** It looks like an address, and is nothing more either. */
function messageId(id: string): string {
  if (!isAddress(id)) throw new Error('not a Message-ID');
  return `<${id}>`;
}

/** Every break a line feed: a carriage return alone is no break in a mail, and forbidden there. (RFC 5322, 2.3) */
function linesOf(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Depends on all that is between the boundaries, so that nobody can write a text that contains its own. */
function boundaryOf(mail: Composed): string {
  const hash = createHash('sha256').update(JSON.stringify([mail.messageId, mail.subject, mail.text, mail.html]));
  for (const { content } of mail.attachments) hash.update(content);
  return hash.digest('hex').slice(0, 24);
}
