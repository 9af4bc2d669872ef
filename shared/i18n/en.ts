import type { Kind, Status } from '../document.ts';
import type { Catalogue } from './fr.ts';

const plural = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`;
const the: Record<Kind, string> = { quote: 'quote', order: 'order', delivery: 'delivery note', invoice: 'invoice', credit_note: 'credit note' };

/** English. */
export const en: Catalogue = {
  languageName: 'English',

  kinds: { quote: 'Quote', order: 'Order', delivery: 'Delivery note', invoice: 'Invoice', credit_note: 'Credit note' },
  shortKinds: { quote: 'Quote', order: 'Order', delivery: 'Delivery', invoice: 'Invoice', credit_note: 'Credit note' },

  state(_kind, status) {
    const words: Record<Status | 'expired' | 'overdue', string> = {
      draft: 'Draft',
      issued: 'Issued',
      on_hold: 'On hold',
      accepted: 'Accepted',
      refused: 'Refused',
      withdrawn: 'Withdrawn',
      part_paid: 'Part-paid',
      paid: 'Paid',
      expired: 'Expired',
      overdue: 'Overdue',
    };
    return words[status];
  },

  actions: { accept: 'Accept', refuse: 'Refuse', hold: 'Put on hold' },

  document: {
    number: 'Number',
    date: 'Date',
    validUntil: 'Valid until',
    dueDate: 'Due date',
    deliveryDate: 'Delivery date',
    reference: 'Your reference',
    from: 'From',
    to: 'To',
    deliverTo: 'Delivered to',
    description: 'Description',
    quantity: 'Qty',
    unit: 'Unit',
    unitPrice: 'Unit price',
    discount: 'Discount',
    vatRate: 'VAT',
    lineNet: 'Net amount',
    backorder: (quantity) => `Left to deliver: ${quantity}`,
    allowance: 'Allowance',
    charge: 'Charge',
    linesTotal: 'Sum of lines',
    net: 'Total without VAT',
    vat: 'VAT',
    gross: 'Total with VAT',
    prepaid: 'Already paid',
    rounding: 'Rounding',
    due: 'Net to pay',
    vatTable: 'VAT breakdown',
    vatCategory: 'Category',
    vatBase: 'Taxable amount',
    vatAmount: 'Amount',
    exemption: 'Exemption reason',
    notes: 'Notes',
    terms: 'Terms',
    mentions: 'Legal notices',
    payment: 'Payment by bank transfer',
    iban: 'IBAN',
    bic: 'BIC',
    paymentReference: 'Reference to quote',
    references: 'References',
    contract: 'Contract',
    otherDocument: 'Document',
    vatId: 'VAT no.',
    phone: 'Tel.',
    revision: (n) => `Revision ${n}`,
    page: (page, pages) => `Page ${page} of ${pages}`,
    receipt: (number) => `Receipt advice ${number}`,
    received: 'Received',
    short: 'Short',
    rejected: 'Rejected',
    currency: (code) => `Amounts in ${code}`,
    stamp: (state, day, name) => [state, day, name].filter((x) => x !== null).join(' · '),
    vatCategories: {
      S: 'Standard rate', Z: 'Zero rated', E: 'Exempt', AE: 'Reverse charge', K: 'Intra-community supply', G: 'Export', O: 'Outside scope', L: 'IGIC', M: 'IPSI', B: 'Transferred VAT',
    },
    units: {
      C62: 'pc', EA: 'pc', H87: 'pc', XPP: 'pc', HUR: 'h', DAY: 'd', MON: 'month', WEE: 'week', ANN: 'year', MIN: 'min',
      KGM: 'kg', GRM: 'g', TNE: 't', LTR: 'l', MTR: 'm', MTK: 'm²', MTQ: 'm³', CMT: 'cm', KMT: 'km', KWH: 'kWh', SET: 'set',
      PR: 'pair', BX: 'box', XBX: 'box', XCT: 'carton', P1: '%', LS: 'lump sum', E48: 'service', ZZ: '',
    },
  },

  consent: {
    accept: (kind, number, total) => `I accept ${the[kind]} ${number}${total === null ? '' : ` for ${total} including VAT`} and its terms.`,
    refuse: (kind, number) => `I refuse ${the[kind]} ${number}.`,
    hold: (_kind, number) => `I put quote ${number} on hold; it is neither accepted nor refused.`,
  },

  changes: {
    lineAdded: (description) => `Line added: ${description}`,
    lineRemoved: (description) => `Line removed: ${description}`,
    lineChanged: (description, field, before, after) => `${description} — ${field}: ${before} → ${after}`,
    fieldChanged: (field, before, after) => `${field}: ${before} → ${after}`,
    none: '—',
    lineFields: { description: 'description', quantity: 'quantity', unitPrice: 'unit price', net: 'amount', vat: 'VAT' },
    fields: { validUntil: 'Valid until', dueDate: 'Due date', reference: 'Reference', net: 'Total without VAT', gross: 'Total with VAT', due: 'Net to pay', notes: 'Notes', terms: 'Terms' },
  },

  refusals: {
    malformed: 'The request could not be read.',
    unauthorized: 'Sign in to continue.',
    bad_credentials: 'Wrong address or password.',
    forbidden: 'You are not allowed to do this.',
    bad_origin: 'The request came from another page; load this one again and retry.',
    not_found: 'Not found.',
    method_not_allowed: 'There is no such action at this address.',
    revision_changed: 'The document has changed meanwhile. Read it again before you decide; nothing was recorded.',
    already_decided: 'A decision has already been made on this document.',
    quote_expired: 'This quote is no longer valid; ask for a new version.',
    action_not_allowed: 'This action is not possible on this document.',
    not_issued: 'This document is not issued yet.',
    already_issued: 'This document is already issued.',
    number_taken: 'This number already exists for this origin.',
    already_revoked: 'This link is already revoked.',
    revision_not_allowed: 'This document cannot be revised in its state.',
    already_set_up: 'This server is already set up.',
    protocol_mismatch: 'A new version is online; load the page again.',
    too_large: 'This is too large.',
    unsupported_media_type: 'This format is not taken here.',
    invalid_input: 'Some fields need correction.',
    id_reused: 'This id was already used for another request.',
    name_required: 'Give your name.',
    client_without_email: 'This client has no e-mail address and cannot be notified.',
    xml_not_wellformed: 'This XML file is not well-formed.',
    xml_forbidden: 'This XML file contains forbidden parts (DOCTYPE, entities, depth).',
    xml_unknown: 'This kind of XML document is not known.',
    en16931_failed: 'The totals of this invoice do not meet EN 16931.',
    reference_not_found: 'The document this one refers to was not found.',
    rate_limited: 'Too many attempts; try again in a moment.',
    internal: 'Something went wrong on our side. Nothing was recorded.',
    unavailable: 'The service is unavailable for a moment.',
  },

  page: {
    openPdf: 'Open PDF',
    messages: (n) => plural(n, 'message', 'messages'),
  },

  console: {
    title: 'webdocument',
  },
};
