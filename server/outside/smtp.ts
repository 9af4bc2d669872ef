import { createTransport } from 'nodemailer';

/** A message as it goes out: the same bytes at every try. */
export interface Outgoing {
  from: string;
  to: string;
  raw: Uint8Array;
}

/** `accepted`: the recipient's side has it. `refused`: this recipient, or this message, for good. */
export type Posted = { outcome: 'accepted' } | { outcome: 'refused'; detail: string };

export interface Post {
  /** Sends once. Rejects with PostError for whatever may be better another time. */
  send(message: Outgoing): Promise<Posted>;
  /** Connects, says who we are, and leaves. Rejects with PostError. */
  verify(): Promise<void>;
}

export type Trouble =
  /** The server's name is not known, nobody answers, or not in time. */
  | 'unknown_host'
  | 'no_answer'
  | 'timeout'
  | 'tls'
  /** The user or password of SMTP_URL, or that it has none. */
  | 'login'
  /** The server does not let us send as MAIL_FROM. */
  | 'sender'
  | 'later'
  | 'other';

/** Why nothing could be sent now; `detail` is the server's own words, or the system's. */
export class PostError extends Error {
  readonly trouble: Trouble;
  readonly detail: string;
  constructor(trouble: Trouble, detail: string) {
    super(`${trouble}: ${detail}`);
    this.name = 'PostError';
    this.trouble = trouble;
    this.detail = detail;
  }
}

/** Milliseconds: a mail server that hangs is left and tried again later. SMTP_URL may say otherwise in its query. */
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, dnsTimeout: 15_000, socketTimeout: 40_000 };
/** Characters of a server's words that are kept. */
const MAX_DETAIL = 500;

/** Sends by the server of an `smtp://` or `smtps://` address, one connection a message. */
export function createPost(url: string): Post {
  const given = new Set(new URL(url).searchParams.keys());
  const timeouts = Object.fromEntries(Object.entries(TIMEOUTS).filter(([name]) => !given.has(name)));
  const transport = createTransport({ url, ...timeouts });
  return {
    async send({ from, to, raw }) {
      try {
        await transport.sendMail({ envelope: { from, to }, raw: Buffer.from(raw) });
        return { outcome: 'accepted' };
      } catch (error) {
        if (isRefusal(error)) return { outcome: 'refused', detail: detailOf(error) };
        throw troubleOf(error);
      }
    },
    async verify() {
      try {
        await transport.verify();
      } catch (error) {
        throw troubleOf(error);
      }
    },
  };
}

interface SmtpError {
  code?: unknown;
  command?: unknown;
  responseCode?: unknown;
  response?: unknown;
  message?: unknown;
}

/**
 * Whether the server refused this recipient or this message for good (RFC 5321, 4.2.1: 5yz). A refused login or sender is
 * our settings' fault, and 503 the session's: those are mended, and the mail goes out then.
 */
function isRefusal(error: unknown): boolean {
  const { responseCode, command } = (error ?? {}) as SmtpError;
  if (typeof responseCode !== 'number' || responseCode < 500 || responseCode > 599 || responseCode === 503) return false;
  return (command === 'RCPT TO' && !wantsLogin(error)) || command === 'DATA';
}

/** Answers of servers that want to know first who we are. (RFC 4954, 6) */
const WANTS_LOGIN = new Set<unknown>([530, 534, 535, 538]);

/**
 * Whether what is wrong with a recipient is who we are: servers take mail for others only from those they know, and many say it by `relaying
 * denied` rather than by a code.
 */
function wantsLogin(error: unknown): boolean {
  const { responseCode } = (error ?? {}) as SmtpError;
  return WANTS_LOGIN.has(responseCode) || (/^55\d$/.test(String(responseCode)) && /relay|authenti/i.test(detailOf(error)));
}

function troubleOf(error: unknown): PostError {
  const { code, command, responseCode } = (error ?? {}) as SmtpError;
  const detail = detailOf(error);
  const kind = (): Trouble => {
    if (code === 'EDNS' || /ENOTFOUND|EAI_AGAIN/.test(detail)) return 'unknown_host';
    if (code === 'EAUTH' || code === 'ENOAUTH' || (typeof command === 'string' && command.startsWith('AUTH'))) return 'login';
    if (command === 'RCPT TO' && wantsLogin(error)) return 'login';
    if (code === 'ETLS' || /certificate|SSL|TLS|wrong version number/i.test(detail)) return 'tls';
    if (code === 'ETIMEDOUT') return 'timeout';
    if (command === 'MAIL FROM') return 'sender';
    if (typeof responseCode === 'number' && responseCode >= 400 && responseCode < 500) return 'later';
    if (code === 'ECONNECTION' || code === 'ESOCKET') return 'no_answer';
    return 'other';
  };
  return new PostError(kind(), detail);
}

function detailOf(error: unknown): string {
  const { response, message } = (error ?? {}) as SmtpError;
  const text = typeof response === 'string' && response !== '' ? response : String(message ?? error);
  return text.replace(/\s+/g, ' ').trim().slice(0, MAX_DETAIL);
}
