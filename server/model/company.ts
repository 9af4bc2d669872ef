import type { CompanyProfile } from '../../shared/company.ts';
import type { Party } from '../../shared/document.ts';
import type { CompanyView } from '../../shared/view.ts';
import type { Company } from '../entities/index.ts';
import { registrationsOf, withRegistrations } from './registrations.ts';

/** The company as its page shows and changes it: identifiers without blanks. */
export function profileOf(company: Company): CompanyProfile {
  const { identity, payment } = company;
  return {
    name: company.name,
    legalName: identity.legalName,
    legalForm: identity.legalForm,
    ...registrationsOf(identity),
    vatId: identity.vatId,
    address: identity.address,
    contact: identity.contact ?? { name: null, email: null, phone: null },
    logo: company.logo,
    accent: company.accent,
    language: company.language,
    timeZone: company.timeZone,
    currency: company.currency,
    iban: payment?.iban?.replace(/\s/g, '') ?? null,
    bic: payment?.bic ?? null,
    terms: company.terms,
    mentions: company.mentions,
    numbering: company.numbering,
    validityDays: company.validityDays,
    paymentDays: company.paymentDays,
    reminders: company.reminders,
  };
}

/** The company as every page of it may know it. */
export function companyView({ id, name, language, timeZone, accent, online }: Company): CompanyView {
  return { id, name, language, timeZone, accent, online };
}

/** Puts a profile where it is kept: what is printed stands together in `identity`, the account in `payment`. The logo has a way of its own. */
export function applyProfile(company: Company, profile: CompanyProfile): void {
  company.name = profile.name;
  company.identity = identityOf(company.identity, profile);
  company.accent = profile.accent;
  company.language = profile.language;
  company.timeZone = profile.timeZone;
  company.currency = profile.currency;
  company.payment = paymentOf(company, profile);
  company.terms = profile.terms;
  company.mentions = profile.mentions;
  company.numbering = profile.numbering;
  company.validityDays = profile.validityDays;
  company.paymentDays = profile.paymentDays;
  company.reminders = profile.reminders;
}

function identityOf(before: Party, profile: CompanyProfile): Party {
  const { name, legalName, legalForm, address, vatId, contact } = profile;
  const silent = contact.name === null && contact.email === null && contact.phone === null;
  return { name, legalName, legalForm, address, vatId, ids: withRegistrations(before.ids, profile), contact: silent ? null : contact };
}

function paymentOf({ payment }: Company, { name, legalName, iban, bic }: CompanyProfile): Company['payment'] {
  if (iban === null && bic === null) return null;
  return { iban, bic, reference: payment?.reference ?? null, accountName: legalName ?? name };
}
