import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Language, Party } from '../../shared/document.ts';
import type { Side } from '../../shared/view.ts';
import { CompanySchema } from './company.ts';
import { UserSchema } from './user.ts';

/** Who receives documents. */
export const ClientSchema = defineEntity({
  name: 'Client',
  tableName: 'clients',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    name: p.text(),
    /** As it is printed on what is written for it from now on, without a contact. */
    identity: p.json<Party>(),
    vatId: p.text().strictNullable(),
    createdAt: p.datetime(3),
    /** When the owner last changed it; drafts from before take that over at their issue. */
    changedAt: p.datetime(3).strictNullable(),
    /** The owner wants nobody there to be reminded by itself. */
    remindersOff: p.boolean(),
  },
});
export type Client = InferEntity<typeof ClientSchema>;

export const ContactSchema = defineEntity({
  name: 'Contact',
  tableName: 'contacts',
  properties: {
    id: p.uuid().primary(),
    client: () => p.manyToOne(ClientSchema).mapToPk(),
    name: p.text(),
    email: p.text().strictNullable(),
    phone: p.text().strictNullable(),
    language: p.text().$type<Language>().strictNullable(),
    createdAt: p.datetime(3),
    /** Off the list; links made for them stay theirs. */
    removedAt: p.datetime(3).strictNullable(),
    /** False: they have unsubscribed from reminders. */
    reminders: p.boolean(),
  },
});
export type Contact = InferEntity<typeof ContactSchema>;

/** One commercial chain with one client. `seq` counts the deal's events, gapless. */
export const DealSchema = defineEntity({
  name: 'Deal',
  tableName: 'deals',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    client: () => p.manyToOne(ClientSchema).mapToPk(),
    seq: p.bigint('number'),
    createdAt: p.datetime(3),
  },
});
export type Deal = InferEntity<typeof DealSchema>;

/**
 * Someone on the page: a user of the company, a contact (through any link made for them), or the named holder of a link
 * made for nobody in particular, who is known by the link and the browser.
 */
export const PersonSchema = defineEntity({
  name: 'Person',
  tableName: 'people',
  properties: {
    id: p.uuid().primary(),
    deal: () => p.manyToOne(DealSchema).mapToPk(),
    side: p.text().$type<Side>(),
    user: () => p.manyToOne(UserSchema).mapToPk().strictNullable(),
    contact: () => p.manyToOne(ContactSchema).mapToPk().strictNullable(),
    /** Link id and browser id of an anonymous holder. */
    link: p.uuid().strictNullable(),
    browser: p.text().strictNullable(),
    name: p.text(),
    /** The address they gave when they last decided; a contact's own stands with the contact, and before this one. */
    email: p.text().strictNullable(),
    /** Deal sequence up to which this person has read the conversation. */
    readSeq: p.bigint('number'),
    position: p.integer(),
    createdAt: p.datetime(3),
    /** False: they have unsubscribed from reminders. A contact's own stands with the contact. */
    reminders: p.boolean(),
  },
  uniques: [{ properties: ['deal', 'user'] }, { properties: ['deal', 'contact'] }, { properties: ['deal', 'link', 'browser'] }],
});
export type Person = InferEntity<typeof PersonSchema>;
