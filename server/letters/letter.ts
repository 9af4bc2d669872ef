import type { MailKind } from '../../shared/mail.ts';
import type { Instant, Language } from '../../shared/document.ts';
import type { PaymentNews, ReminderNews } from '../entities/index.ts';
import type { Receipted } from '../../shared/payment-receipt.ts';
import type { CompanyView, DecisionView, DocumentView, Side } from '../../shared/view.ts';

/** A file as a mail shows it: its name, size, and where it can be fetched. */
export interface LetterFile {
  name: string;
  bytes: number;
  url: string;
}

export interface LetterMessage {
  /** Who wrote it. */
  name: string;
  side: Side;
  text: string;
  at: Instant;
  files: LetterFile[];
}

/** All that a mail says, before it is put into words and made a message of. */
export interface Letter {
  kind: MailKind;
  /** Whose side it goes to. */
  side: Side;
  language: Language;
  to: { name: string; address: string };
  company: CompanyView;
  /** The client's name. */
  client: string;
  document: DocumentView;
  /** Files attached to the document itself. */
  files: LetterFile[];
  /** `decision`, `acknowledgement`, `reminder`: what was decided. */
  decision: DecisionView | null;
  /** `message`: what has not been read, oldest first. */
  messages: LetterMessage[];
  /** `invitation`: what the owner wrote, and their name. */
  invitation: { text: string; from: string } | null;
  /** `payment`: what has become of one. */
  payment: PaymentNews | null;
  /** What its receipt, which goes with it, is of: the ledger up to it. */
  receipt: Receipted | null;
  /** `due`, `expiring`: what it reminds of. */
  reminder: ReminderNews | null;
  /** Where its reader says that they want no more of its kind; null on all but reminders. */
  unsubscribeUrl: string | null;
  /** Whether a reply to this mail is taken into the conversation. */
  repliable: boolean;
  /** The document's page: the client's behind their link, or the owner's in the console. */
  url: string;
  /** The same, with the conversation open. */
  talkUrl: string;
}

/** A letter in words. `html` is a whole document; nothing in it is loaded from anywhere. */
export interface Written {
  subject: string;
  html: string;
  text: string;
}
