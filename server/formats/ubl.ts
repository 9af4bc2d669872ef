import { adjustmentOf } from './adjustment.ts';
import { assemble, type Parts } from './assemble.ts';
import { isEn16931 } from './en16931.ts';
import type { ImportedDocument } from './imported.ts';
import { languageOf } from './language.ts';
import { lookup } from './lookup.ts';
import { monetaryTotal } from './monetary-total.ts';
import { sortNotes } from './notes.ts';
import { contactsOf } from './parties.ts';
import { dayOf, fault, required, type Reading } from './reading.ts';
import { codeAt, oneLine, paragraphsAt, textAt } from './text.ts';
import { all, attribute, first, firstOf, missingAt, type XmlElement } from './tree.ts';
import { ublAdjustments, ublTaxes } from './ubl-amounts.ts';
import { deliveryOf } from './ubl-delivery.ts';
import { UBL_FORMS, type UblForm } from './ubl-forms.ts';
import { ublLine, ublPeriod } from './ubl-line.ts';
import { ublContacts, ublParty } from './ubl-party.ts';
import { ublPayment } from './ubl-payment.ts';
import { ublReceipt } from './ubl-receipt.ts';
import { ublReferences } from './ubl-references.ts';
import { wordsOf } from './words.ts';

/** How a document with this root is read, or null when it is no UBL 2.x document we know. */
export function ublFormOf(root: XmlElement): UblForm | null {
  const form = lookup(UBL_FORMS, root.local);
  return form !== undefined && root.uri === `urn:oasis:names:specification:ubl:schema:xsd:${root.local}-2` ? form : null;
}

/**
 * Reads a UBL 2.0 – 2.4 Quotation, Order, DespatchAdvice, ReceiptAdvice, Invoice or CreditNote as stated. Throws `Refusal`:
 * `invalid_input` where something mandatory is missing or unreadable, `en16931_failed` where the file promises EN 16931.
 */
export function readUbl(root: XmlElement, form: UblForm): ImportedDocument {
  const customisation = textAt(root, 'cbc:CustomizationID', 200);
  const sellerElement = firstOf(root, ...form.seller);
  const buyerElement = firstOf(root, ...form.buyer);
  const seller = ublParty(sellerElement);
  const buyer = ublParty(buyerElement);
  const language = languageOf(root, null, [buyer?.address?.country, seller?.address?.country]);
  const r: Reading = {
    en16931: form.invoice && isEn16931(customisation),
    currency: 'XXX',
    language,
    invalid: [],
    failed: [],
    warnings: [],
  };
  const words = wordsOf(language);
  const lineElements = all(root, form.lines.path);
  r.currency = currencyOf(r, root, form);

  const number = required(r, textAt(root, 'cbc:ID'), missingAt(root, 'cbc:ID'));
  const issueDate = dayOf(r, first(root, 'cbc:IssueDate'));
  if (issueDate === null && !first(root, 'cbc:IssueDate')?.text.trim())
    fault(r, missingAt(root, 'cbc:IssueDate'), 'required', 'missing or empty');
  required(r, seller, missingAt(root, form.seller[0] ?? ''));
  required(r, buyer, missingAt(root, form.buyer[0] ?? ''));
  if (lineElements.length === 0) fault(r, missingAt(root, form.lines.path), 'required', 'the document has no lines');

  const references = ublReferences(r, root, lineElements);
  const lines = lineElements.map((element, i) => ublLine(r, element, i, form.lines, references, words));
  const adjustments = ublAdjustments(r, root, 'document');
  const totals = monetaryTotal(r, totalsElement(r, root, form), 'ubl');
  if (form.invoice && totals !== null && !r.en16931) required(r, totals.due, missingAt(totals.element, 'cbc:PayableAmount'));
  const sorted = sortNotes(paragraphsAt(root, 'cbc:Note').map((text) => ({ text, subject: null })));
  const payment = ublPayment(root, words);
  const type = lookup(words.types, codeAt(root, 'cbc:InvoiceTypeCode') ?? codeAt(root, 'cbc:CreditNoteTypeCode'));
  const legalForms = all(sellerElement, 'cac:Party/cac:PartyLegalEntity/cbc:CompanyLegalForm').map((x) => oneLine(x.text, 5000));

  const parts: Parts = {
    kind: form.kind,
    number,
    uuid: textAt(root, 'cbc:UUID', 100),
    origin: customisation ?? `UBL ${codeAt(root, 'cbc:UBLVersionID') ?? '2'}`,
    issueDate,
    validUntil: form.kind === 'quote' ? dayOf(r, first(root, 'cac:ValidityPeriod/cbc:EndDate')) : null,
    dueDate: form.invoice
      ? dayOf(r, firstOf(root, 'cbc:DueDate', 'cac:PaymentMeans/cbc:PaymentDueDate', 'cac:PaymentTerms/cbc:PaymentDueDate'))
      : null,
    reference: referenceOf(root),
    seller,
    buyer,
    ...deliveryOf(r, root, form, buyer),
    lines,
    adjustments: adjustments.map(adjustmentOf),
    amounts: { syntax: 'ubl', root, lines, adjustments, ...ublTaxes(r, root), totals },
    oddNet: /^OIOUBL-2\.0/i.test(customisation ?? ''),
    references,
    payment: payment.payment,
    notes: [...sorted.notes, ...(ublPeriod(r, first(root, 'cac:InvoicePeriod'), words) ?? '').split('\n').filter(Boolean)],
    terms: [...sorted.terms, ...TERMS.flatMap((path) => paragraphsAt(root, path)), ...payment.lines],
    mentions: [...(type === undefined ? [] : [type]), ...sorted.mentions, ...legalForms.filter((text): text is string => text !== null)],
    contacts: contactsOf(ublContacts(buyerElement)),
    receipt: form.kind === 'receipt_advice' && issueDate !== null ? ublReceipt(r, root, lineElements, lines, issueDate) : null,
  };
  return assemble(r, parts);
}

const TERMS = [
  'cac:PaymentTerms/cbc:Note',
  'cac:PaymentMeans/cbc:InstructionNote',
  'cac:DeliveryTerms/cbc:SpecialTerms',
  'cac:TransactionConditions/cbc:Description',
];

/** The currency stated, else (UBL 2.0 has it optional) that of the amounts. Noted as missing where there are amounts. */
function currencyOf(r: Reading, root: XmlElement, form: UblForm): string {
  const stated =
    codeAt(root, 'cbc:DocumentCurrencyCode') ??
    (r.en16931 ? null : currencyOfAmounts(root, form)) ??
    (r.en16931 ? null : codeAt(root, 'cbc:PricingCurrencyCode'));
  const code = stated?.toUpperCase() ?? null;
  if (code !== null && /^[A-Z]{3}$/.test(code)) return code;
  if (code !== null) fault(r, missingAt(root, 'cbc:DocumentCurrencyCode'), 'currency', `not an ISO 4217 code: ${code}`);
  else if (form.invoice || form.totals.some((path) => first(root, path) !== null)) {
    fault(r, missingAt(root, 'cbc:DocumentCurrencyCode'), 'required', 'missing or empty');
  }
  return 'XXX';
}

function currencyOfAmounts(root: XmlElement, form: UblForm): string | null {
  const body = form.lines.nested ? `${form.lines.path}/cac:LineItem` : form.lines.path;
  const places = [
    ...form.totals.flatMap((path) => [`${path}/cbc:PayableAmount`, `${path}/cbc:LineExtensionAmount`]),
    `${body}/cbc:LineExtensionAmount`,
    'cac:TaxTotal/cbc:TaxAmount',
    `${body}/cac:Price/cbc:PriceAmount`,
  ];
  return attribute(firstOf(root, ...places), 'currencyID')?.trim() || null;
}

function totalsElement(r: Reading, root: XmlElement, form: UblForm): XmlElement | null {
  const element = firstOf(root, ...form.totals);
  return form.invoice ? required(r, element, missingAt(root, form.totals[0] ?? '')) : element;
}

/** What the client calls it: their reference, else their order number, else the request a quotation answers. */
function referenceOf(root: XmlElement): string | null {
  const order = textAt(root, 'cac:OrderReference/cbc:ID');
  const paths = ['cbc:BuyerReference', 'cbc:CustomerReference', 'cac:OrderReference/cbc:CustomerReference'];
  const own = paths.map((path) => textAt(root, path)).find((text) => text !== null);
  return (
    own ?? (order !== null && !/^n\/?a$/i.test(order) ? order : null) ?? textAt(root, 'cac:RequestForQuotationDocumentReference/cbc:ID')
  );
}
