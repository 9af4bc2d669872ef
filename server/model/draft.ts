import type { Kind, Line, Party } from '../../shared/document.ts';
import { DATE_FIELDS, documentInput, type DateField, type DocumentInput } from '../../shared/document-input.ts';
import type { DraftBody, DraftLine } from '../../shared/draft.ts';
import { PIECE } from '../../shared/draft-content.ts';
import type { Contact, Document } from '../entities/index.ts';
import { validate } from '../validate.ts';
import { contentOf } from './find.ts';
import type { LoadedDeal } from './loaded.ts';

/** The dates a body leaves to the day of issue. */
export function openDatesOf(body: DraftBody): DateField[] {
  return DATE_FIELDS.filter((field) => body[field] === null);
}

/**
 * A draft as whoever sends documents over the API would state it. Throws Refusal `invalid_input` with the place of every fault: the
 * pointers are those of the body, whose lines are in the same order.
 */
export function inputOf(kind: Kind, body: DraftBody): DocumentInput {
  return validate(documentInput, {
    kind,
    currency: body.currency.trim() || null,
    language: body.language,
    issueDate: body.issueDate,
    validUntil: kind === 'quote' ? body.validUntil : null,
    dueDate: kind === 'invoice' ? body.dueDate : null,
    deliveryDate: body.deliveryDate,
    reference: body.reference.trim() || null,
    deliverTo: body.deliverTo.trim() || null,
    lines: body.lines.map(lineInputOf),
    notes: paragraphsOf(body.notes),
    terms: paragraphsOf(body.terms),
  });
}

function paragraphsOf(text: string): string[] {
  return text.split(/\n[^\S\n]*\n/);
}

function lineInputOf(line: DraftLine): Record<string, unknown> {
  const common = { id: line.id, type: line.type, description: line.description };
  if (line.type !== 'item') return common;
  return {
    ...common,
    optional: line.optional,
    details: line.details
      .split('\n')
      .map((detail) => detail.trim())
      .filter((detail) => detail !== ''),
    quantity: line.quantity.trim() || null,
    unit: line.unit.trim() || PIECE,
    unitPrice: line.unitPrice.trim() || null,
    discount: discountOf(line),
    vat: line.vatCategory === '' ? null : { category: line.vatCategory, rate: rateOf(line), reason: line.vatReason.trim() || null },
    from: line.from?.line ?? null,
  };
}

function discountOf({ discount, discountIn, discountReason }: DraftLine): Record<string, unknown> | null {
  const value = discount.trim();
  return value === '' ? null : { [discountIn]: value, reason: discountReason.trim() || null };
}

function rateOf({ vatCategory, vatRate }: DraftLine): string | null {
  return vatCategory === 'O' ? null : vatRate.trim() || null;
}

/** A contact as a party names it. */
export function partyContact(contact: Contact | undefined): Party['contact'] {
  return contact ? { name: contact.name, email: contact.email, phone: contact.phone } : null;
}

/** The client as it is printed on what is written for it now. */
export function clientParty({ client, contacts }: LoadedDeal, contact: string | null): Party {
  return { ...client.identity, contact: partyContact(contacts.find((one) => one.id === contact)) };
}

/** Whether the owner has changed the client since: what stands there now wins over what was known then. */
export function isClientNewer({ client }: LoadedDeal, then: Date): boolean {
  return client.changedAt !== null && client.changedAt > then;
}

/** Whom a document is made out to that follows another one: to whom that one was, as long as the owner has not changed the client since. */
export function buyerAfter(loaded: LoadedDeal, earlier: Document): Party {
  const { buyer } = contentOf(loaded, earlier);
  const contact = contactFor(loaded, buyer);
  if (isClientNewer(loaded, earlier.createdAt)) return clientParty(loaded, contact?.id ?? null);
  return { ...buyer, contact: partyContact(contact) };
}

/** The contact a new document is addressed to: that of an earlier one while they are on the list, else the first. */
export function contactFor({ contacts }: LoadedDeal, earlier: Party | null): Contact | undefined {
  const listed = contacts.filter((one) => one.removedAt === null);
  return listed.find((one) => one.name === earlier?.contact?.name && one.email === earlier.contact.email) ?? listed[0];
}

/** A line of a document that is made here, before anything is typed. */
export function emptyLine(): Omit<Line, 'id' | 'description' | 'net'> {
  return {
    type: 'item',
    optional: false,
    number: '',
    details: [],
    quantity: null,
    unit: PIECE,
    unitPrice: null,
    priceBase: '1',
    adjustments: [],
    vat: null,
    from: null,
    backorder: null,
  };
}
