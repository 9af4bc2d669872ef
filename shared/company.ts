import type { Address, Instant, Kind, Language } from './document.ts';
import type { Reminders } from './reminders.ts';

/** What a user may do: everything; everything but the company, its users and its programs; nothing but look. Each may what the next may. */
export const ROLES = ['owner', 'member', 'reader'] as const;
export type Role = (typeof ROLES)[number];

/** Whether `role` has the rights of `needed`. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) <= ROLES.indexOf(needed);
}

/** The company as its page shows and changes it. */
export interface CompanyProfile {
  name: string;
  /** The registered name, where it is another one. */
  legalName: string | null;
  /** Legal form and capital as printed, e.g. "SARL au capital de 10 000 €". */
  legalForm: string | null;
  siren: string | null;
  siret: string | null;
  vatId: string | null;
  address: Address | null;
  contact: { name: string | null; email: string | null; phone: string | null };
  /** SHA-256 of the logo; null without one. Set by its own upload. */
  logo: string | null;
  /** `#rrggbb`. */
  accent: string;
  language: Language;
  /** IANA. */
  timeZone: string;
  /** ISO 4217. */
  currency: string;
  iban: string | null;
  bic: string | null;
  terms: string[];
  mentions: string[];
  /** How numbers are written (`numbering.ts`). */
  numbering: Record<Kind, string>;
  /** Days a quote is valid, and an invoice may be paid in, unless it says otherwise. */
  validityDays: number;
  paymentDays: number;
  /** When clients are reminded by themselves; off until it is set. */
  reminders: Reminders;
}

export interface UserView {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Instant;
}

/** Somebody asked to join. `mail`: what became of the letter. */
export interface JoinView {
  id: string;
  name: string;
  email: string;
  role: Role;
  language: Language;
  createdAt: Instant;
  expiresAt: Instant;
  mail: 'waiting' | 'delivered' | 'failed';
}

/** A client as the client's page shows and changes it. */
export interface ClientProfile {
  name: string;
  legalName: string | null;
  siren: string | null;
  siret: string | null;
  vatId: string | null;
  address: Address | null;
  /** Nobody there is reminded by itself. */
  remindersOff: boolean;
}

/** An endpoint of the owner's that is told of every event. (Standard Webhooks.) */
export interface WebhookView {
  id: string;
  url: string;
  label: string;
  /** The event types it wants; null: all of them. */
  types: string[] | null;
  createdAt: Instant;
  /** When and why it is not told any more; null while it is. `gone`: it answered 410. `off`: the owner turned it off. */
  disabledAt: Instant | null;
  disabledFor: 'gone' | 'off' | null;
}

/** What an endpoint is called: the name it was given, or the host of its address. */
export function endpointName({ label, url }: Pick<WebhookView, 'label' | 'url'>): string {
  return label || (URL.canParse(url) ? new URL(url).host : url);
}
