import PostalMime, { addressParser, decodeWords, type Email } from 'postal-mime';
import { Refusal } from '../../../shared/refusal.ts';

/** A mail as it came in, as far as we look at it. Plain data: it may have been read in another thread. */
export interface Mail {
  /** Names in small letters and values unfolded, in order. */
  headers: { name: string; value: string }[];
  /** Every address the From headers name, as written; a mail of one person has exactly one. */
  from: string[];
  /** Whether the mailbox it came from says that nobody sent it, as of bounces. */
  fromNobody: boolean;
  subject: string;
  /** Without its angle brackets; null when it states none. */
  messageId: string | null;
  /** What its text/plain parts say; empty without any. */
  text: string;
  /** What its text/html parts say; empty without any. */
  html: string;
  parts: MailPart[];
}

/** An attached file or an embedded picture. */
export interface MailPart {
  name: string | null;
  mediaType: string;
  /** What the HTML refers to it by, without angle brackets. */
  cid: string | null;
  bytes: Uint8Array;
}

const MAX_DEPTH = 20;
const MAX_HEADERS = 256 * 1024;
/** Parts are found between lines that begin with two dashes. More such lines than this are no mail that a person wrote. */
const MAX_DASHED_LINES = 20_000;
/** Longer texts are only quotes and machines: what a person wrote stands at the top. */
const MAX_TEXT = 400_000;
const MAX_HTML = 1_000_000;

/** Reads a raw message (RFC 5322, MIME). Throws Refusal `malformed` for whatever is none; never anything else. */
export async function readMail(raw: Uint8Array): Promise<Mail> {
  const bytes = raw.subarray(envelopeLine(raw));
  if (dashedLines(bytes) > MAX_DASHED_LINES) throw malformed('this message has too many parts');
  let email: Email;
  try {
    // A message within the message is a file of its own: its words are not the sender's.
    email = await PostalMime.parse(bytes, { forceRfc822Attachments: true, maxNestingDepth: MAX_DEPTH, maxHeadersSize: MAX_HEADERS });
  } catch {
    throw malformed('this message cannot be read');
  }
  const headers = email.headers.map((one) => ({ name: one.key, value: one.value }));
  const all = (name: string) => valuesOf({ headers }, name);
  const from = all('from');
  if (from.length === 0 && all('to').length === 0 && all('subject').length === 0) throw malformed('this is not a mail');
  return {
    headers,
    from: addressesIn(from),
    fromNobody: /^From (?:MAILER-DAEMON|<>)\s/i.test(Buffer.from(raw.subarray(0, 100)).toString('latin1')),
    subject: decodeWords(all('subject')[0] ?? ''),
    messageId: /<([^<>\s]+)>/.exec(all('message-id')[0] ?? '')?.[1] ?? (all('message-id')[0]?.trim() || null),
    text: (email.text ?? '').slice(0, MAX_TEXT),
    html: (email.html ?? '').slice(0, MAX_HTML),
    parts: email.attachments.map((one) => ({
      name: one.filename,
      mediaType: one.mimeType,
      cid: one.contentId?.replace(/^<|>$/g, '').trim() || null,
      bytes: typeof one.content === 'string' ? Buffer.from(one.content) : new Uint8Array(one.content),
    })),
  };
}

/** Every value of a header, in order. `name` in small letters. */
export function valuesOf(mail: Pick<Mail, 'headers'>, name: string): string[] {
  return mail.headers.filter((one) => one.name === name).map((one) => one.value);
}

/** The addresses in header values, whatever names stand beside them. */
function addressesIn(values: string[]): string[] {
  return values
    .flatMap((value) => addressParser(value, { flatten: true }))
    .flatMap((one) => (one.address?.includes('@') ? [one.address] : []));
}

/** Where the message begins: a mailbox's own first line ("From someone Tue Nov 24 …"), which procmail hands on, is none of it. */
function envelopeLine(raw: Uint8Array): number {
  const head = Buffer.from(raw.subarray(0, 2000)).toString('latin1');
  return /^From [^\n]*\n/.exec(head)?.[0].length ?? 0;
}

function dashedLines(bytes: Uint8Array): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found = 0;
  for (let at = buffer.indexOf('\n--'); at >= 0 && found <= MAX_DASHED_LINES; at = buffer.indexOf('\n--', at + 3)) found += 1;
  return found;
}

function malformed(detail: string): Refusal {
  return new Refusal('malformed', { detail });
}
