import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Day, Language } from '../../shared/document.ts';
import type { MailCause, MailKind, MailState } from '../../shared/mail.ts';
import type { Minor } from '../../shared/money.ts';
import type { PaymentMethod } from '../../shared/payment.ts';
import type { Side } from '../../shared/view.ts';
import { CompanySchema } from './company.ts';
import { ContactSchema, DealSchema, PersonSchema } from './deal.ts';
import { DocumentSchema } from './document.ts';
import { LinkSchema } from './page.ts';
import { UserSchema } from './user.ts';

/** What a mail is about, as far as its kind needs it. */
export interface MailAbout {
  /** `decision`, `acknowledgement`, `reminder`: the decision. */
  decision?: string;
  /** `message`: the messages above `after` up to and including `upTo`, in deal sequences. */
  after?: number;
  upTo?: number;
  /** `invitation`: what the owner wrote, and who: their name, and their id. */
  text?: string;
  from?: string;
  user?: string;
  /** `payment`: what happened, to which entry of the ledger or which payment page. */
  payment?: PaymentNews;
  /** `due`, `expiring`: what it reminds of, as it was then. */
  reminder?: ReminderNews;
}

/** What a reminder says, as it was when it was decided. */
export interface ReminderNews {
  /** Of the company's plan: days after the due date, or before the last day of validity. */
  step: number;
  /** The how-manieth about this deadline, from 1. */
  nth: number;
  /** The due date, or the last day of validity. */
  deadline: Day;
  today: Day;
  /** What is left to pay of an invoice, or what a quote comes to with the options that are chosen; in minor units, null without prices. */
  amount: Minor | null;
}

/** What a mail about a payment says, as it was when it happened. Amounts in the currency's minor unit. */
export interface PaymentNews {
  what:
    | 'received'
    | 'reversed'
    | 'refunded'
    | 'refund_failed'
    | 'disputed'
    | 'dispute_won'
    | 'dispute_lost'
    | 'processing'
    | 'failed'
    | 'unmatched'
    | 'refund_refused'
    | 'blocked';
  /** The entry of the ledger; null where there is none. */
  entry: string | null;
  amount: Minor;
  method: PaymentMethod | null;
  day: Day;
  /** What was left to pay after it; below zero: paid too much. */
  due: Minor;
  /** What the owner or the bank gave; of `unmatched`, the currency the amount is in. */
  reason: string | null;
  receiptUrl: string | null;
  test: boolean;
}

/**
 * A mail to one person, made in the transaction of what causes it. It is rendered once, when it is first tried, and kept as it is
 * (`sealed`, under a key from SECRET, for it holds a secret link) until it has been accepted or refused.
 */
export const MailSchema = defineEntity({
  name: 'Mail',
  tableName: 'mails',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    deal: () => p.manyToOne(DealSchema).mapToPk(),
    document: () => p.manyToOne(DocumentSchema).mapToPk(),
    kind: p.text().$type<MailKind>(),
    about: p.json<MailAbout>(),
    /** Whose side it goes to; then exactly one of user, contact and person says to whom. */
    side: p.text().$type<Side>(),
    user: () => p.manyToOne(UserSchema).mapToPk().strictNullable(),
    contact: () => p.manyToOne(ContactSchema).mapToPk().strictNullable(),
    person: () => p.manyToOne(PersonSchema).mapToPk().strictNullable(),
    /** The secret link it carries; null on the owner's side. */
    link: () => p.manyToOne(LinkSchema).mapToPk().strictNullable(),
    name: p.text(),
    address: p.text(),
    language: p.text().$type<Language>(),
    /** Message-ID without its angle brackets, once rendered. */
    messageId: p.text().strictNullable(),
    sealed: p.blob().lazy().strictNullable(),
    state: p.text().$type<MailState>(),
    /** Only of one that has failed. */
    cause: p.text().$type<MailCause>().strictNullable(),
    detail: p.text().strictNullable(),
    /** Place in its deal. */
    position: p.integer(),
    createdAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
  },
  indexes: [{ properties: ['deal', 'position'] }, { properties: ['endedAt'] }],
});
export type Mail = InferEntity<typeof MailSchema>;
