import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Action, Day } from '../../shared/document.ts';
import type { Proposal, Reserve, Side } from '../../shared/view.ts';
import { BlobSchema } from './blob.ts';
import { ContactSchema, DealSchema, PersonSchema } from './deal.ts';
import { DocumentSchema } from './document.ts';

/** A secret link to a document. Its token is an HMAC of `id` under SECRET: the table alone opens nothing. */
export const LinkSchema = defineEntity({
  name: 'Link',
  tableName: 'links',
  properties: {
    id: p.uuid().primary(),
    deal: () => p.manyToOne(DealSchema).mapToPk().index(),
    document: () => p.manyToOne(DocumentSchema).mapToPk(),
    contact: () => p.manyToOne(ContactSchema).mapToPk().strictNullable(),
    label: p.text().strictNullable(),
    position: p.integer(),
    createdAt: p.datetime(3),
    revokedAt: p.datetime(3).strictNullable(),
  },
});
export type Link = InferEntity<typeof LinkSchema>;

/** A decision with its evidence (eIDAS simple signature). Append-only. */
export const DecisionSchema = defineEntity({
  name: 'Decision',
  tableName: 'decisions',
  properties: {
    id: p.uuid().primary(),
    document: () => p.manyToOne(DocumentSchema).mapToPk().index(),
    revision: p.integer(),
    action: p.text().$type<Action>(),
    /** As typed. */
    name: p.text(),
    reason: p.text().strictNullable(),
    remindOn: p.date().$type<Day>().strictNullable(),
    orderNumber: p.text().strictNullable(),
    reserves: p.json<Reserve[]>(),
    chosen: p.json<string[]>(),
    person: () => p.manyToOne(PersonSchema).mapToPk(),
    /** How the person was known: by the link's id, and the contact it was made for. */
    identifiedBy: p.text(),
    /** The sentence that was on the screen. */
    consent: p.text(),
    /** SHA-256 of the terms shown. */
    termsHash: p.text(),
    /** The exact PDF of the revision decided on. */
    pdf: () => p.manyToOne(BlobSchema).mapToPk(),
    position: p.integer(),
    at: p.datetime(3),
    ip: p.text().strictNullable(),
    userAgent: p.text().strictNullable(),
  },
});
export type Decision = InferEntity<typeof DecisionSchema>;

export const MessageSchema = defineEntity({
  name: 'Message',
  tableName: 'messages',
  properties: {
    id: p.uuid().primary(),
    deal: () => p.manyToOne(DealSchema).mapToPk(),
    document: () => p.manyToOne(DocumentSchema).mapToPk(),
    person: () => p.manyToOne(PersonSchema).mapToPk(),
    side: p.text().$type<Side>(),
    name: p.text(),
    text: p.text(),
    notify: p.boolean(),
    proposal: p.json<Proposal>().strictNullable(),
    /** The deal sequence of its event. */
    seq: p.bigint('number'),
    at: p.datetime(3),
  },
  uniques: [{ properties: ['deal', 'seq'] }],
});
export type Message = InferEntity<typeof MessageSchema>;

/** One look of the client at a document, once a visit, never the owner's. */
export const VisitSchema = defineEntity({
  name: 'Visit',
  tableName: 'visits',
  properties: {
    id: p.uuid().primary(),
    document: () => p.manyToOne(DocumentSchema).mapToPk(),
    link: () => p.manyToOne(LinkSchema).mapToPk(),
    name: p.text().strictNullable(),
    at: p.datetime(3),
    ip: p.text().strictNullable(),
    userAgent: p.text().strictNullable(),
    position: p.integer(),
  },
  indexes: [{ properties: ['document', 'position'] }],
});
export type Visit = InferEntity<typeof VisitSchema>;
