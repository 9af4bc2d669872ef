import { valuesOf, type Mail } from './read.ts';

/** A sign that no person wrote a mail: a header whose value fits. `name` is what the log says. */
interface Sign {
  name: string;
  header: string;
  value: RegExp;
}

/** Each of these alone says it. (RFC 3834, RFC 2919, RFC 2369, RFC 6522, and what mail programs really send.) */
const CERTAIN: readonly Sign[] = [
  { name: 'auto-submitted', header: 'auto-submitted', value: /^(?!\s*no\s*(?:;|$))\s*\S/i },
  { name: 'precedence', header: 'precedence', value: /^\s*(?:bulk|junk|list|auto_?reply)\b/i },
  { name: 'autoreply', header: 'x-autoreply', value: /^\s*(?!no\b|false\b)\S/i },
  { name: 'autorespond', header: 'x-autorespond', value: /^\s*(?!no\b|false\b)\S/i },
  { name: 'list', header: 'list-id', value: /\S/ },
  { name: 'list', header: 'list-unsubscribe', value: /\S/ },
  { name: 'report', header: 'content-type', value: /^\s*multipart\/report\b/i },
  { name: 'bounce', header: 'return-path', value: /^\s*<\s*>\s*$/ },
  { name: 'bounce', header: 'x-failed-recipients', value: /\S/ },
];

const MACHINES = /^(?:mailer-daemon|postmaster)@/i;

/**
 * Only two of these together say it. `X-Auto-Response-Suppress` asks the reader's server not to answer by itself and says
 * nothing of who wrote the mail ([MS-OXCMAIL] 2.1.3.2.20): companies have it put on everything their people send. The words of a
 * subject are a person's to type. Together they are what Exchange sends for somebody who is away. When in doubt a mail is a
 * person's: an absence notice in the conversation is a nuisance, a lost answer is not to be mended, and nothing is ever
 * answered by itself that could go round in circles.
 */
const HINTS: readonly Sign[] = [
  { name: 'suppress', header: 'x-auto-response-suppress', value: /\b(?:all|oof|autoreply)\b/i },
  {
    name: 'subject',
    header: 'subject',
    value:
      /^\s*(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|réponse automatique|absence du bureau|absent du bureau|message d['’]absence)\b/iu,
  },
];

/** By which sign a mail is a machine's (an absence notice, a bounce, a receipt, a mailing list), or null: a person wrote it. */
export function automaticBy(mail: Mail): string | null {
  const shows = ({ header, value }: Sign) =>
    (header === 'subject' ? [mail.subject] : valuesOf(mail, header)).some((one) => value.test(one));
  const certain = CERTAIN.find(shows);
  if (certain) return certain.name;
  if (mail.fromNobody || mail.from.some((address) => MACHINES.test(address))) return 'daemon';
  return HINTS.every(shows) ? 'absence' : null;
}
