import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Language } from '../../shared/document.ts';
import type { MailCause, MailKind, MailState } from '../../shared/mail.ts';
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
