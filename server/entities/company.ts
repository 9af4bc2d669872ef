import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Kind, Language, Party, PaymentTerms } from '../../shared/document.ts';
import type { OnlineView } from '../../shared/payment.ts';
import type { NumberFormat } from '../../shared/numbering.ts';
import type { Reminders } from '../../shared/reminders.ts';

/** The owner: who issues documents. `seq` counts the company's events, gapless. */
export const CompanySchema = defineEntity({
  name: 'Company',
  tableName: 'companies',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    language: p.text().$type<Language>(),
    timeZone: p.text(),
    currency: p.text(),
    accent: p.text(),
    identity: p.json<Party>(),
    /** SHA-256 of the logo's PNG, kept with the blobs. */
    logo: p.text().strictNullable(),
    numbering: p.json<Record<Kind, NumberFormat>>(),
    payment: p.json<PaymentTerms>().strictNullable(),
    /** Which online methods are offered; the keys stand apart (`StripeKeys`). null: none. */
    online: p.json<OnlineView>().strictNullable(),
    terms: p.json<string[]>(),
    mentions: p.json<string[]>(),
    validityDays: p.integer(),
    paymentDays: p.integer(),
    reminders: p.json<Reminders>(),
    /** How many bytes all its files have together. */
    fileBytes: p.bigint('number'),
    seq: p.bigint('number'),
    createdAt: p.datetime(3),
  },
});
export type Company = InferEntity<typeof CompanySchema>;
