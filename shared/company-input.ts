import * as v from 'valibot';
import { ROLES } from './company.ts';
import { parseColour } from './colour.ts';
import { KINDS, type Kind } from './document.ts';
import { address } from './document-input.ts';
import { isCurrency } from './money.ts';
import { formatFault, type NumberFormat } from './numbering.ts';
import { isBic, isIban, isSiren, isSiret } from './identifiers.ts';
import { EVENT_TYPES } from './events.ts';
import { inOrder, INVOICE_DAYS, MAX_STEPS, QUOTE_DAYS, type ReminderKind } from './reminders.ts';
import * as s from './schema.ts';

/** Text or nothing; an empty one is nothing. */
const maybe = (max: number) =>
  v.pipe(
    v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(max))),
    v.transform((text) => text || null),
  );
/** As `maybe`, without blanks, in capitals, and of the right form. */
const code = (max: number, isRight: (text: string) => boolean, rule: string) =>
  v.pipe(
    v.nullable(v.pipe(v.string(), v.maxLength(max))),
    v.transform((text) => text?.replace(/\s/g, '').toUpperCase() || null),
    v.check((text) => text === null || isRight(text), rule),
  );
const email = v.pipe(
  v.nullable(v.pipe(v.string(), v.trim())),
  v.transform((text) => text || null),
  v.nullable(s.email),
);
const paragraphs = (max: number) => v.pipe(v.array(v.unknown()), v.maxLength(100), v.array(v.pipe(v.string(), v.trim(), v.maxLength(max))));
const days = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3650));

/** The days of reminders, which are kept in the order of the calendar. */
const plan = (kind: ReminderKind, { min, max }: { min: number; max: number }) =>
  v.strictObject({
    on: v.boolean(),
    days: v.pipe(
      v.array(v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max))),
      v.minLength(1, 'required'),
      v.maxLength(MAX_STEPS),
      v.transform((given) => inOrder(kind, given)),
    ),
  });

const format = v.pipe(
  v.string(),
  v.trim(),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? formatFault(dataset.value) : null;
    if (fault !== null) addIssue({ message: `format_${fault}` });
  }),
);
const numbering = v.pipe(
  v.strictObject(Object.fromEntries(KINDS.map((kind) => [kind, format])) as Record<Kind, typeof format>),
  v.check((formats: Record<Kind, NumberFormat>) => new Set(Object.values(formats)).size === KINDS.length, 'format_repeated'),
);

const identity = {
  name: s.name(200),
  legalName: maybe(300),
  siren: code(20, isSiren, 'siren'),
  siret: code(25, isSiret, 'siret'),
  vatId: code(30, (text) => /^[A-Z]{2}[0-9A-Z+*.]{2,13}$/.test(text), 'vat_id'),
  address: v.nullable(address),
};

/** What `saveCompany` takes: the fields to change, each whole. */
export const companyChanges = v.partial(
  v.strictObject({
    ...identity,
    legalForm: maybe(300),
    contact: v.strictObject({ name: maybe(200), email, phone: maybe(50) }),
    accent: v.pipe(
      v.string(),
      v.check((colour) => parseColour(colour) !== null, 'colour'),
    ),
    language: s.language,
    timeZone: v.pipe(v.string(), v.check(isTimeZone, 'time_zone')),
    currency: v.pipe(v.string(), v.check(isCurrency, 'currency')),
    iban: code(45, isIban, 'iban'),
    bic: code(20, isBic, 'bic'),
    terms: paragraphs(20_000),
    mentions: paragraphs(5000),
    numbering,
    validityDays: days,
    paymentDays: days,
    reminders: v.strictObject({ invoices: plan('due', INVOICE_DAYS), quotes: plan('expiring', QUOTE_DAYS) }),
  }),
);

export const role = v.picklist(ROLES);

/** Who is asked to join. */
export const joinInput = v.strictObject({ name: s.name(200), email: s.email, role, language: s.language });

/** A client whole, with its contacts: those with an id are the ones there are, those left out are taken off the list. */
export const clientInput = v.strictObject({
  ...identity,
  remindersOff: v.optional(v.boolean(), false),
  contacts: v.pipe(
    v.array(v.unknown()),
    v.maxLength(100),
    v.array(
      v.strictObject({
        id: v.optional(v.nullable(s.id), null),
        name: s.name(200),
        email: v.optional(email, null),
        phone: v.optional(maybe(50), null),
        language: v.optional(v.nullable(s.language), null),
        /** False: they want no reminders. True changes nothing: whoever has unsubscribed asks for them again themselves. */
        reminders: v.optional(v.boolean(), true),
      }),
    ),
  ),
});

/** An endpoint: `types` null for every event. */
export const webhookInput = v.strictObject({
  url: v.pipe(v.string(), v.trim(), v.maxLength(2000), v.check(isEndpoint, 'endpoint')),
  label: v.pipe(v.string(), v.trim(), v.maxLength(200)),
  types: v.nullable(v.pipe(v.array(v.picklist(EVENT_TYPES)), v.minLength(1, 'required'))),
});

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** https, or http on this machine alone; no name or password in it. */
function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname));
}
