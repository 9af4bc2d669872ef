import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { CheckoutState } from '../../shared/checkouts.ts';
import type { Day } from '../../shared/document.ts';
import type { EntryKind, OnlineMethod, PaymentMethod, RefundView } from '../../shared/payment.ts';
import { CompanySchema } from './company.ts';
import { DealSchema } from './deal.ts';
import { DocumentSchema } from './document.ts';

/** One entry of an invoice's ledger, append-only; amounts in minor units, signed. */
export const PaymentSchema = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    document: () => p.manyToOne(DocumentSchema).mapToPk().index(),
    kind: p.text().$type<EntryKind>(),
    amount: p.bigint('number'),
    method: p.text().$type<PaymentMethod>(),
    day: p.date().$type<Day>(),
    reference: p.text().strictNullable(),
    /** The payment a later entry is about. */
    of: p.uuid().strictNullable(),
    by: p.text().strictNullable(),
    reason: p.text().strictNullable(),
    receiptUrl: p.text().strictNullable(),
    test: p.boolean(),
    /** The payment page it came by. */
    checkout: p.uuid().strictNullable(),
    /** What it is at Stripe, such as `ch_…` or `re_…`: what is in the ledger once is never entered again. */
    external: p.text().strictNullable().unique(),
    position: p.integer(),
    at: p.datetime(3),
  },
});
export type Payment = InferEntity<typeof PaymentSchema>;

/** One try to pay online, from before the payment page is made until nothing more can come of it. */
export const CheckoutSchema = defineEntity({
  name: 'Checkout',
  tableName: 'checkouts',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    deal: () => p.manyToOne(DealSchema).mapToPk().index(),
    document: () => p.manyToOne(DocumentSchema).mapToPk(),
    amount: p.bigint('number'),
    currency: p.text(),
    state: p.text().$type<CheckoutState>(),
    method: p.text().$type<PaymentMethod>().strictNullable(),
    test: p.boolean(),
    /** Stripe's ids; null until the page is made, and until something is paid on it. */
    session: p.text().strictNullable().unique(),
    /** Where the page is, for who presses twice. */
    url: p.text().strictNullable(),
    intent: p.text().strictNullable(),
    /** Whose it is, to be written to. */
    link: p.uuid(),
    browser: p.text(),
    /** Money came in that does not fit: told once. */
    unmatched: p.boolean(),
    /** Place in its deal. */
    position: p.integer(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3),
    /** When Stripe was last asked about it. */
    checkedAt: p.datetime(3),
  },
  indexes: [{ properties: ['state', 'checkedAt'] }],
});
export type Checkout = InferEntity<typeof CheckoutSchema>;

/** A refund the owner has asked for, written down before Stripe is asked. */
export const RefundSchema = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    deal: () => p.manyToOne(DealSchema).mapToPk().index(),
    document: () => p.manyToOne(DocumentSchema).mapToPk(),
    /** The payment it is of. */
    payment: () => p.manyToOne(PaymentSchema).mapToPk(),
    amount: p.bigint('number'),
    reason: p.text().strictNullable(),
    by: p.text(),
    /** `made`: it is in the ledger. */
    state: p.text().$type<RefundView['state'] | 'made'>(),
    detail: p.text().strictNullable(),
    position: p.integer(),
    createdAt: p.datetime(3),
  },
  indexes: [{ properties: ['state'] }],
});
export type Refund = InferEntity<typeof RefundSchema>;

/** A company's keys at Stripe, sealed under a key from SECRET: a copy of the database alone pays nothing and proves nothing. */
export const StripeKeysSchema = defineEntity({
  name: 'StripeKeys',
  tableName: 'stripe_keys',
  properties: {
    company: () => p.manyToOne(CompanySchema).mapToPk().primary(),
    key: p.blob(),
    webhookSecret: p.blob().strictNullable(),
    /** The last characters of the key, to recognise it by. */
    hint: p.text(),
    test: p.boolean(),
    /** What the owner has ticked; offered once there is everything it needs (`Company.online`). */
    methods: p.json<OnlineMethod[]>(),
    partial: p.boolean(),
    /** Stripe's id of the account, once it was asked. */
    account: p.text().strictNullable(),
    changedAt: p.datetime(3),
    /** When a signed event last came in. */
    heardAt: p.datetime(3).strictNullable(),
  },
});
export type StripeKeys = InferEntity<typeof StripeKeysSchema>;
