import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { DateField } from '../../shared/document-input.ts';
import type { DraftBody } from '../../shared/draft.ts';
import type { Day, DocumentContent, Kind, Progress, Status } from '../../shared/document.ts';
import type { Change } from '../../shared/changes.ts';
import type { ActView, ReceiptView, Warning } from '../../shared/view.ts';
import { BlobSchema } from './blob.ts';
import { CompanySchema } from './company.ts';
import { DealSchema } from './deal.ts';

/**
 * A document. What is printed is in its revisions; the columns beside are what lists, rules and searches need.
 * `origin` is '' for our own series; `copy` tells apart files that state a number their origin has already used.
 */
export const DocumentSchema = defineEntity({
  name: 'Document',
  tableName: 'documents',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    deal: () => p.manyToOne(DealSchema).mapToPk(),
    kind: p.text().$type<Kind>(),
    number: p.text().strictNullable(),
    origin: p.text(),
    copy: p.integer(),
    /** The document's own UUID as an imported file states it. */
    uuid: p.text().strictNullable(),
    status: p.text().$type<Status>(),
    revision: p.integer(),
    follows: p.uuid().strictNullable(),
    clientName: p.text(),
    currency: p.text().strictNullable(),
    gross: p.bigint('number').strictNullable(),
    /** What is left to pay and what is paid, kept in step with the ledger in the transaction that writes it. */
    due: p.bigint('number').strictNullable(),
    paid: p.bigint('number'),
    credited: p.bigint('number'),
    /** Derived from quantities (shared/chain.ts) in the transaction that moves them. */
    progress: p.text().$type<Progress>().strictNullable(),
    /** Of a quote, the optional lines the client has chosen. */
    chosen: p.json<string[]>(),
    issueDate: p.date().$type<Day>(),
    validUntil: p.date().$type<Day>().strictNullable(),
    dueDate: p.date().$type<Day>().strictNullable(),
    /** The dates the sender left to us: a draft gets them at its issue. */
    openDates: p.json<DateField[]>(),
    views: p.integer(),
    lastViewedAt: p.datetime(3).strictNullable(),
    warnings: p.json<Warning[]>(),
    source: () => p.manyToOne(BlobSchema).mapToPk().strictNullable(),
    /** Place in its deal, in order of making. */
    position: p.integer(),
    issuedAt: p.datetime(3).strictNullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
  uniques: [{ properties: ['company', 'kind', 'origin', 'number', 'copy'] }],
  indexes: [{ properties: ['deal'] }, { properties: ['company', 'createdAt', 'id'] }, { properties: ['company', 'number'] }],
});
export type Document = InferEntity<typeof DocumentSchema>;

/** What was printed at one revision: frozen at issue, kept for ever. A draft has revision 1 with `issuedAt` null. */
export const RevisionSchema = defineEntity({
  name: 'Revision',
  tableName: 'revisions',
  properties: {
    document: () => p.manyToOne(DocumentSchema).mapToPk().primary(),
    revision: p.integer().primary(),
    content: p.json<DocumentContent>(),
    changes: p.json<Change[]>(),
    issuedAt: p.datetime(3).strictNullable(),
  },
});
export type Revision = InferEntity<typeof RevisionSchema>;

/** What is being written: the document itself, or the next revision of a quote. `version` counts its changes. */
export const DraftSchema = defineEntity({
  name: 'Draft',
  tableName: 'drafts',
  properties: {
    document: () => p.manyToOne(DocumentSchema).mapToPk().primary(),
    version: p.integer(),
    /** The revision it was begun on. */
    revision: p.integer(),
    body: p.json<DraftBody>(),
  },
});
export type Draft = InferEntity<typeof DraftSchema>;

/** What the owner did to an issued document, for both sides to read. Append-only. */
export const ActSchema = defineEntity({
  name: 'Act',
  tableName: 'acts',
  properties: {
    id: p.uuid().primary(),
    document: () => p.manyToOne(DocumentSchema).mapToPk().index(),
    act: p.text().$type<ActView['act']>(),
    revision: p.integer(),
    user: p.uuid(),
    name: p.text(),
    reason: p.text().strictNullable(),
    position: p.integer(),
    at: p.datetime(3),
  },
});
export type Act = InferEntity<typeof ActSchema>;

/** A receipt advice of the client, recorded on its delivery. */
export const ReceiptSchema = defineEntity({
  name: 'Receipt',
  tableName: 'receipts',
  properties: {
    id: p.uuid().primary(),
    document: () => p.manyToOne(DocumentSchema).mapToPk().index(),
    receipt: p.json<ReceiptView>(),
    source: () => p.manyToOne(BlobSchema).mapToPk(),
    position: p.integer(),
    createdAt: p.datetime(3),
  },
});
export type Receipt = InferEntity<typeof ReceiptSchema>;
