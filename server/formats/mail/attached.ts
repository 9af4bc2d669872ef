import type { Mail, MailPart } from './read.ts';
import type { Written } from './visible.ts';

/** Pictures in the text smaller than this are logos and icons of signatures. */
const LOGO_BYTES = 30_000;
/** What programs add for programs: seals and keys. */
const SEALS: ReadonlySet<string> = new Set([
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'application/pgp-signature',
  'application/pgp-keys',
]);

/**
 * The files somebody sent along with what they wrote: what they attached, and the pictures they pasted. Not the logo of a signature,
 * unless there is nothing else; not the pictures of the mails they quote; not our own mail handed back.
 */
export function attachedTo(mail: Mail, written: Written): MailPart[] {
  const sent = mail.parts.filter((part) => part.bytes.byteLength > 0 && !SEALS.has(part.mediaType) && !isOwnMail(part));
  const own = sent.filter((part) => !standsIn(mail, part) || written.pictures?.has(part.cid ?? ''));
  const files = own.filter((part) => !(standsIn(mail, part) && part.bytes.byteLength < LOGO_BYTES));
  return written.text === '' && files.length === 0 ? own : files;
}

/** Whether a part is a picture that the HTML shows in its text. */
function standsIn(mail: Mail, part: MailPart): boolean {
  return part.cid !== null && part.mediaType.startsWith('image/') && mail.html.includes(`cid:${part.cid}`);
}

/** Some programs attach the mail they answer: it holds somebody's secret link. Its head shows that it is ours. */
function isOwnMail(part: MailPart): boolean {
  if (part.mediaType !== 'message/rfc822') return false;
  return /^Message-ID:\s*<r\.[a-z2-7]{42}@/im.test(Buffer.from(part.bytes.subarray(0, 64 * 1024)).toString('latin1'));
}
