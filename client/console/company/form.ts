import type { CommandInputs } from '../../../shared/commands.ts';
import type { CompanyProfile } from '../../../shared/company.ts';
import { KINDS, LANGUAGES, type Kind } from '../../../shared/document.ts';
import { writtenIban } from '../../../shared/identifiers.ts';
import type { Fault } from '../../../shared/refusal.ts';
import { ADDRESS_FIELDS, addressField, addressOf, addressTexts } from '../address.ts';
import type { ReminderKind } from '../../../shared/reminders.ts';
import { daysIn, daysText } from './plan.ts';
import { grouped, orNull, paragraphsOf, textOf, touched, type Texts } from '../typed.ts';

export const FIELDS = [
  'name',
  'legalName',
  'legalForm',
  'siren',
  'siret',
  'vatId',
  ...ADDRESS_FIELDS,
  'contactName',
  'contactEmail',
  'contactPhone',
  'accent',
  'language',
  'timeZone',
  'currency',
  'validityDays',
  'paymentDays',
  'iban',
  'bic',
  'terms',
  'mentions',
  'remindInvoices',
  'remindInvoiceDays',
  'remindQuotes',
  'remindQuoteDays',
  ...KINDS,
] as const;
export type Field = (typeof FIELDS)[number];

/** The fields of each plan of reminders: whether it is on ('' or 'on'), and its days. */
export const PLAN_FIELDS = {
  due: { on: 'remindInvoices', days: 'remindInvoiceDays' },
  expiring: { on: 'remindQuotes', days: 'remindQuoteDays' },
} as const satisfies Record<ReminderKind, { on: Field; days: Field }>;

type Changes = CommandInputs['saveCompany']['changes'];

/** The company as the form shows it. */
export function textsOf(company: CompanyProfile): Texts<Field> {
  const { contact, numbering, reminders } = company;
  return {
    name: company.name,
    legalName: company.legalName ?? '',
    legalForm: company.legalForm ?? '',
    siren: grouped(company.siren, [3, 3]),
    siret: grouped(company.siret, [3, 3, 3]),
    vatId: company.vatId ?? '',
    ...addressTexts(company.address),
    contactName: contact.name ?? '',
    contactEmail: contact.email ?? '',
    contactPhone: contact.phone ?? '',
    accent: company.accent,
    language: company.language,
    timeZone: company.timeZone,
    currency: company.currency,
    validityDays: String(company.validityDays),
    paymentDays: String(company.paymentDays),
    iban: writtenIban(company.iban ?? ''),
    bic: company.bic ?? '',
    terms: textOf(company.terms),
    mentions: textOf(company.mentions),
    remindInvoices: reminders.invoices.on ? 'on' : '',
    remindInvoiceDays: daysText(reminders.invoices.days),
    remindQuotes: reminders.quotes.on ? 'on' : '',
    remindQuoteDays: daysText(reminders.quotes.days),
    ...numbering,
  };
}

/** Which field of the company each field of the form belongs to: one is sent whole when any of its own was touched. */
function ownerOf(field: Field): keyof Changes {
  if (field === 'contactName' || field === 'contactEmail' || field === 'contactPhone') return 'contact';
  if (ADDRESS_FIELDS.some((one) => one === field)) return 'address';
  if (KINDS.some((one) => one === field)) return 'numbering';
  if (Object.values(PLAN_FIELDS).some(({ on, days }) => field === on || field === days)) return 'reminders';
  return field as keyof Changes;
}

/** What the command is sent: the fields that were touched alone, each whole. A number of days that is none is left to the server to refuse. */
export function changesOf(texts: Texts<Field>, before: Texts<Field>): Changes {
  const whole: Required<Changes> = {
    name: texts.name,
    legalName: orNull(texts.legalName),
    legalForm: orNull(texts.legalForm),
    siren: orNull(texts.siren),
    siret: orNull(texts.siret),
    vatId: orNull(texts.vatId),
    address: addressOf(texts),
    contact: { name: orNull(texts.contactName), email: orNull(texts.contactEmail), phone: orNull(texts.contactPhone) },
    accent: texts.accent.trim(),
    language: LANGUAGES.find((one) => one === texts.language) ?? 'fr',
    timeZone: texts.timeZone,
    currency: texts.currency,
    validityDays: daysOf(texts.validityDays),
    paymentDays: daysOf(texts.paymentDays),
    iban: orNull(texts.iban),
    bic: orNull(texts.bic),
    terms: paragraphsOf(texts.terms),
    mentions: paragraphsOf(texts.mentions),
    reminders: {
      invoices: { on: texts.remindInvoices !== '', days: daysIn(texts.remindInvoiceDays) },
      quotes: { on: texts.remindQuotes !== '', days: daysIn(texts.remindQuoteDays) },
    },
    numbering: Object.fromEntries(KINDS.map((kind) => [kind, texts[kind].trim()])) as Record<Kind, string>,
  };
  const owners = new Set(touched(texts, before).map(ownerOf));
  return Object.fromEntries(Object.entries(whole).filter(([key]) => owners.has(key as keyof Changes))) as Changes;
}

function daysOf(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : -1;
}

/** The field a fault stands at, and its rule. `/changes/address/city` → city; the whole of the numbering → its first format. */
export function faultOf({ pointer, rule }: Fault): { field: Field; rule: string } | null {
  const [, , name = '', part] = pointer.split('/');
  if (name === 'address') return { field: addressField(part), rule };
  if (name === 'contact') return { field: part === 'name' ? 'contactName' : part === 'phone' ? 'contactPhone' : 'contactEmail', rule };
  if (name === 'reminders') {
    const quotes = part === 'quotes';
    return { field: PLAN_FIELDS[quotes ? 'expiring' : 'due'].days, rule: quotes ? 'reminder_quotes' : 'reminder_invoices' };
  }
  if (name === 'numbering') return { field: KINDS.find((kind) => kind === part) ?? 'quote', rule };
  const days = name === 'validityDays' || name === 'paymentDays';
  const field = FIELDS.find((one) => one === name);
  return field === undefined ? null : { field, rule: days ? 'days' : rule };
}
