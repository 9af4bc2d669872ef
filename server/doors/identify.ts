import type { Role } from '../../shared/company.ts';
import type { ActingUser } from '../commands/scope.ts';
import type { Em } from '../db.ts';
import {
  ApiKeySchema,
  CompanySchema,
  ContactSchema,
  DealSchema,
  LinkSchema,
  PersonSchema,
  UserSchema,
  type Company,
  type Link,
} from '../entities/index.ts';
import type { Tokens } from '../secrets.ts';

/** A secret link that opens something now. */
export interface OpenLink {
  link: Link;
  company: Company;
  deal: string;
  /** The contact it was made for. */
  contact: { id: string; name: string; email: string | null; language: 'fr' | 'en' | null } | null;
}

/** What a token opens, or null: unknown, revoked and mistyped links look the same. */
export async function openLink(em: Em, tokens: Tokens, token: string): Promise<OpenLink | null> {
  const id = tokens.read('link', token);
  if (id === null) return null;
  const link = await em.findOne(LinkSchema, { id, revokedAt: null });
  if (link === null) return null;
  const deal = await em.findOneOrFail(DealSchema, { id: link.deal });
  const company = await em.findOneOrFail(CompanySchema, { id: deal.company });
  const contact = link.contact === null ? null : await em.findOne(ContactSchema, { id: link.contact });
  return {
    link,
    company,
    deal: deal.id,
    contact: contact ? { id: contact.id, name: contact.name, email: contact.email, language: contact.language } : null,
  };
}

/** The person a link's holder is in this browser, as far as known. */
export async function personOf(
  em: Em,
  open: OpenLink,
  browser: string,
): Promise<{ id: string; name: string; email: string | null } | null> {
  const who = open.contact ? { contact: open.contact.id } : { link: open.link.id, browser };
  const person = await em.findOne(PersonSchema, { deal: open.deal, ...who });
  return person && { id: person.id, name: person.name, email: person.email };
}

/** Who a bearer key acts for, and what they may do; or null. */
export async function openKey(em: Em, tokens: Tokens, header: string | undefined): Promise<(ActingUser & { role: Role }) | null> {
  const [, key = ''] = /^Bearer\s+(\S+)$/i.exec(header ?? '') ?? [];
  const id = tokens.read('key', key);
  if (id === null) return null;
  const found = await em.findOne(ApiKeySchema, { id, revokedAt: null });
  if (found === null) return null;
  const user = await em.findOne(UserSchema, { id: found.user, removedAt: null });
  if (user === null) return null;
  return { as: 'user', company: found.company, user: user.id, name: user.name, session: null, key: found.id, role: user.role };
}
