import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Language } from '../../shared/document.ts';
import type { JoinView, Role } from '../../shared/company.ts';
import type { MailChoice } from '../../shared/mail.ts';
import { CompanySchema } from './company.ts';

/** Someone who signs in for a company. `email` is kept in lower case and is unique on the server. */
export const UserSchema = defineEntity({
  name: 'User',
  tableName: 'users',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    email: p.text().unique(),
    name: p.text(),
    passwordHash: p.text(),
    role: p.text().$type<Role>(),
    language: p.text().$type<Language>(),
    /** What mails are wanted for. */
    mails: p.json<MailChoice[]>(),
    /** Feed sequence up to which this user has read. */
    feedReadSeq: p.bigint('number'),
    createdAt: p.datetime(3),
    /** They can do nothing any more; what they did keeps their name. */
    removedAt: p.datetime(3).strictNullable(),
  },
});
export type User = InferEntity<typeof UserSchema>;

/** A signed-in browser. `id` is the SHA-256 of the cookie's value: the table opens nothing. */
export const SessionSchema = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    id: p.text().primary(),
    user: () => p.manyToOne(UserSchema).mapToPk(),
    createdAt: p.datetime(3),
    lastSeenAt: p.datetime(3),
    expiresAt: p.datetime(3),
    endedAt: p.datetime(3).strictNullable(),
    userAgent: p.text().strictNullable(),
    ip: p.text().strictNullable(),
  },
});
export type Session = InferEntity<typeof SessionSchema>;

/** A key of the REST API. Its secret is an HMAC of `id` under SECRET, so it is not stored anywhere. */
export const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk(),
    user: () => p.manyToOne(UserSchema).mapToPk(),
    label: p.text(),
    createdAt: p.datetime(3),
    lastUsedAt: p.datetime(3).strictNullable(),
    revokedAt: p.datetime(3).strictNullable(),
  },
});
export type ApiKey = InferEntity<typeof ApiKeySchema>;

/** Somebody asked to join the company. The letter's link is an HMAC of `id` under SECRET: the table alone opens nothing. */
export const JoinSchema = defineEntity({
  name: 'Join',
  tableName: 'joins',
  properties: {
    id: p.uuid().primary(),
    company: () => p.manyToOne(CompanySchema).mapToPk().index(),
    name: p.text(),
    /** In lower case. */
    email: p.text(),
    role: p.text().$type<Role>(),
    language: p.text().$type<Language>(),
    by: () => p.manyToOne(UserSchema).mapToPk(),
    createdAt: p.datetime(3),
    expiresAt: p.datetime(3),
    /** When they joined, or were uninvited. */
    endedAt: p.datetime(3).strictNullable(),
    mail: p.text().$type<JoinView['mail']>(),
  },
});
export type Join = InferEntity<typeof JoinSchema>;
