import { invoiceStatus } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Document } from '../entities/index.ts';
import { amountsOf, applyContent } from '../model/columns.ts';
import { datesAtIssue } from '../model/dates.ts';
import { documentView } from '../model/document-view.ts';
import { contentOf, revisionOf } from '../model/find.ts';
import { checkQuantities, creditInvoice, leaveBackorder, roundLastCredit, sayProgress, warnOfMore } from './chain.ts';
import { addEntry, PLAIN } from './ledger.ts';
import { addLink } from './links.ts';
import type { DealScope, Result } from './scope.ts';
import { settleDraft } from './settle.ts';

/** Issues a draft of the deal and makes its first link, for the contact it is addressed to, where there is one. */
export function issue(scope: DealScope, document: Document): Result {
  const { loaded, now } = scope;
  settleDraft(scope, document);
  settleDates(scope, document);
  if (document.number === null) giveNumber(scope, document);
  document.status = document.kind === 'invoice' ? invoiceStatus(amountsOf(document)) : 'issued';
  document.issuedAt = now;
  document.updatedAt = now;
  roundLastCredit(scope, document);
  checkQuantities(scope, document);
  warnOfMore(scope, document);
  revisionOf(loaded, document).issuedAt = now;
  leaveBackorder(scope, document);
  openLedger(scope, document);
  scope.say('document.issued', document.id, { document: documentView(loaded, document) });
  if (document.kind === 'credit_note') creditInvoice(scope, document);
  sayProgress(scope);
  const listed = loaded.contacts.filter((one) => one.removedAt === null);
  const contact = listed.find((one) => one.name === contentOf(loaded, document).buyer.contact?.name) ?? listed[0];
  const link = addLink(scope, document, contact?.id ?? null, null);
  return { document: document.id, link: link.id };
}

/** A draft may be issued days after it was made: the dates nobody stated are those of the day of issue. */
function settleDates(scope: DealScope, document: Document): void {
  if (document.openDates.length === 0) return;
  const { dates, faults } = datesAtIssue(document, scope.loaded.company, scope.now);
  if (faults.length > 0) throw new Refusal('invalid_input', { faults });
  document.openDates = [];
  const revision = revisionOf(scope.loaded, document);
  revision.content = { ...revision.content, ...dates };
  applyContent(document, revision.content);
}

/** A day before the last one of its series is the sender's to answer for, and the owner is told. */
function giveNumber(scope: DealScope, document: Document): void {
  const { number, before } = scope.number(document.kind, document.issueDate);
  document.number = number;
  if (before === null) return;
  const detail = `dated ${document.issueDate}, after a document of the same series dated ${before}: numbers and days should follow each other`;
  document.warnings = [...document.warnings, { code: 'not_chronological', detail }];
}

/** What was paid before the invoice came in is the opening entry of its ledger. */
function openLedger(scope: DealScope, document: Document): void {
  if (document.kind !== 'invoice' || document.paid === 0) return;
  const { paid: amount, issueDate: day } = document;
  addEntry(scope, document, { ...PLAIN, kind: 'payment', amount, method: 'opening', day });
}
