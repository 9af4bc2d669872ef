import type { Parts } from './assemble.ts';
import { assemble } from './assemble.ts';
import { adjustmentOf } from './adjustment.ts';
import { ciiAdjustments, ciiTaxes } from './cii-amounts.ts';
import { ciiDay } from './cii-dates.ts';
import { ciiLine, ciiPeriod } from './cii-line.ts';
import { ciiContacts, ciiParty, ciiPlace } from './cii-party.ts';
import { ciiReferences } from './cii-references.ts';
import { isEn16931 } from './en16931.ts';
import type { ImportedDocument } from './imported.ts';
import { languageOf } from './language.ts';
import { lookup } from './lookup.ts';
import { monetaryTotal } from './monetary-total.ts';
import { sortNotes } from './notes.ts';
import { contactsOf, deliverToOrNull } from './parties.ts';
import { paymentOf } from './payment.ts';
import { fault, required, type Reading } from './reading.ts';
import { codeAt, oneLine, paragraphsAt, textAt } from './text.ts';
import { all, first, missingAt, type XmlElement } from './tree.ts';
import { wordsOf, type Words } from './words.ts';

/** UNTDID 1001 codes that are credit notes. (EN 16931 code list of BT-3, BR-CL-01.) */
const CREDIT_NOTES: ReadonlySet<string> = new Set([
  '81',
  '83',
  '261',
  '262',
  '296',
  '308',
  '381',
  '396',
  '420',
  '458',
  '502',
  '503',
  '532',
]);

const DOCUMENT = 'rsm:ExchangedDocument';
const TRANSACTION = 'rsm:SupplyChainTradeTransaction';
const AGREEMENT = `${TRANSACTION}/ram:ApplicableHeaderTradeAgreement`;
const DELIVERY = `${TRANSACTION}/ram:ApplicableHeaderTradeDelivery`;
const SETTLEMENT = `${TRANSACTION}/ram:ApplicableHeaderTradeSettlement`;
const LINE = `${TRANSACTION}/ram:IncludedSupplyChainTradeLineItem`;
const SUMMATION = 'ram:SpecifiedTradeSettlementHeaderMonetarySummation';
const GUIDELINE = 'rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID';

export function isCii(root: XmlElement): boolean {
  return root.local === 'CrossIndustryInvoice' && root.uri === 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100';
}

/**
 * Reads a UN/CEFACT Cross Industry Invoice (D16B, the syntax inside Factur-X) as stated. Throws `Refusal`: `invalid_input`
 * where something mandatory is missing or unreadable, `en16931_failed` where the file promises EN 16931.
 */
export function readCii(root: XmlElement): ImportedDocument {
  const guideline = textAt(root, GUIDELINE, 200);
  const settlement = first(root, SETTLEMENT);
  const sellerElement = first(root, `${AGREEMENT}/ram:SellerTradeParty`);
  const buyerElement = first(root, `${AGREEMENT}/ram:BuyerTradeParty`);
  const seller = ciiParty(sellerElement);
  const buyer = ciiParty(buyerElement);
  const language = languageOf(root, textAt(root, `${DOCUMENT}/ram:LanguageID`), [buyer?.address?.country, seller?.address?.country]);
  const r: Reading = { en16931: isEn16931(guideline), currency: 'XXX', language, invalid: [], failed: [], warnings: [] };
  const words = wordsOf(language);
  const lineElements = all(root, LINE);
  r.currency = currencyOf(r, root);

  const number = required(r, textAt(root, `${DOCUMENT}/ram:ID`), missingAt(root, `${DOCUMENT}/ram:ID`));
  const before = r.invalid.length;
  const issueDate = ciiDay(r, first(root, `${DOCUMENT}/ram:IssueDateTime`));
  if (issueDate === null && r.invalid.length === before)
    fault(r, missingAt(root, `${DOCUMENT}/ram:IssueDateTime`), 'required', 'missing or empty');
  required(r, seller, missingAt(root, `${AGREEMENT}/ram:SellerTradeParty/ram:Name`));
  required(r, buyer, missingAt(root, `${AGREEMENT}/ram:BuyerTradeParty/ram:Name`));
  if (lineElements.length === 0)
    fault(r, missingAt(root, LINE), 'required', `the document has no lines (${guideline ?? 'no profile stated'})`);

  const references = ciiReferences(r, first(root, TRANSACTION), lineElements);
  const lines = lineElements.map((element, i) => ciiLine(r, element, i, references, words));
  const adjustments = ciiAdjustments(r, settlement, 'document');
  const summation = required(r, first(settlement, SUMMATION), missingAt(root, `${SETTLEMENT}/${SUMMATION}`));
  const totals = monetaryTotal(r, summation, 'cii');
  if (totals !== null && !r.en16931) required(r, totals.due ?? totals.gross, missingAt(totals.element, 'ram:DuePayableAmount'));
  const type = codeAt(root, `${DOCUMENT}/ram:TypeCode`);
  const typeWord = lookup(words.types, type);
  const sorted = sortNotes(notesOf(root));
  const payment = ciiPayment(settlement, words);

  const parts: Parts = {
    kind: CREDIT_NOTES.has(type ?? '') ? 'credit_note' : 'invoice',
    number,
    uuid: null,
    origin: guideline ?? 'CII',
    issueDate,
    validUntil: null,
    dueDate: ciiDay(r, first(settlement, 'ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime')),
    reference:
      textAt(root, `${AGREEMENT}/ram:BuyerReference`) ?? textAt(root, `${AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID`),
    seller,
    buyer,
    deliverTo: deliverToOrNull(ciiPlace(first(root, `${DELIVERY}/ram:ShipToTradeParty`)), buyer),
    deliveryDate: ciiDay(r, first(root, `${DELIVERY}/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime`)),
    lines,
    adjustments: adjustments.map(adjustmentOf),
    amounts: { syntax: 'cii', root, lines, adjustments, ...ciiTaxes(r, settlement, summation), totals },
    oddNet: false,
    references,
    payment: payment.payment,
    notes: [...sorted.notes, ...[ciiPeriod(r, first(settlement, 'ram:BillingSpecifiedPeriod'), words)].filter((text) => text !== null)],
    terms: [...sorted.terms, ...paragraphsAt(settlement, 'ram:SpecifiedTradePaymentTerms/ram:Description'), ...payment.lines],
    mentions: [...(typeWord === undefined ? [] : [typeWord]), ...sorted.mentions, ...paragraphsAt(sellerElement, 'ram:Description', 5000)],
    contacts: contactsOf(ciiContacts(buyerElement)),
    receipt: null,
  };
  return assemble(r, parts);
}

function currencyOf(r: Reading, root: XmlElement): string {
  const path = `${SETTLEMENT}/ram:InvoiceCurrencyCode`;
  const code = required(r, codeAt(root, path), missingAt(root, path))?.toUpperCase() ?? null;
  if (code !== null && /^[A-Z]{3}$/.test(code)) return code;
  if (code !== null) fault(r, missingAt(root, path), 'currency', `not an ISO 4217 code: ${code}`);
  return 'XXX';
}

function notesOf(root: XmlElement): { text: string; subject: string | null }[] {
  return all(root, `${DOCUMENT}/ram:IncludedNote`).flatMap((note) => {
    const subject = codeAt(note, 'ram:SubjectCode');
    return paragraphsAt(note, 'ram:Content').map((text) => ({ text, subject }));
  });
}

function ciiPayment(settlement: XmlElement | null, words: Words): ReturnType<typeof paymentOf> {
  const accounts = all(settlement, 'ram:SpecifiedTradeSettlementPaymentMeans').flatMap((means) => {
    const account = first(means, 'ram:PayeePartyCreditorFinancialAccount');
    if (account === null) return [];
    const id = textAt(account, 'ram:IBANID', 100) ?? textAt(account, 'ram:ProprietaryID', 100);
    const bic = textAt(means, 'ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID', 100);
    return [{ id, bic, name: textAt(account, 'ram:AccountName'), bank: [] }];
  });
  const information = all(settlement, 'ram:SpecifiedTradeSettlementPaymentMeans/ram:Information').flatMap((x) => oneLine(x.text) ?? []);
  const { payment, lines } = paymentOf(
    accounts,
    textAt(settlement, 'ram:PaymentReference'),
    textAt(settlement, 'ram:PayeeTradeParty/ram:Name'),
    words,
  );
  return { payment, lines: [...information, ...lines] };
}
