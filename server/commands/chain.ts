import type { Fault } from '../../shared/refusal.ts';
import { isZero, within } from '../../shared/decimal.ts';
import { invoiceStatus } from '../../shared/document.ts';
import type { Minor } from '../../shared/money.ts';
import { Refusal } from '../../shared/refusal.ts';
import { vatKey } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';
import { chainOfDeal, depositLeft } from '../model/chain.ts';
import { amountsOf, applyContent } from '../model/columns.ts';
import { depositRoom } from '../model/deductions.ts';
import { depositsOf } from '../model/deposit.ts';
import { contentOf, revisionOf } from '../model/find.ts';
import { closeBeyond } from './ledger.ts';
import type { DealScope } from './scope.ts';
import { checkSources } from './sources.ts';

/**
 * What a document takes must be there: Σ delivered ≤ ordered, Σ invoiced ≤ ordered and ≤ delivered, Σ credited ≤ invoiced, deposits ≤ the
 * quote. Asked under the deal's lock, with the document counted. What another program has issued is as it is, and the owner is warned.
 */
export function checkQuantities(scope: DealScope, document: Document): void {
  const faults = [...overTaken(scope, document), ...overCredited(scope, document), ...overDeducted(scope, document)];
  const [first] = faults;
  if (document.origin !== '') {
    if (first) document.warnings = [...document.warnings, { code: 'quantity_exceeded', detail: first.detail.slice(0, 2000) }];
    return;
  }
  checkSources(scope, document);
  if (first) throw new Refusal('quantity_exceeded', { faults });
  checkDeposit(scope, document);
}

/** More may be ordered than was quoted, as long as the owner knows. What another program has issued is warned of otherwise. */
export function warnOfMore({ loaded }: DealScope, document: Document): void {
  if (document.kind !== 'order' || document.origin !== '') return;
  const chain = chainOfDeal(loaded);
  const more = contentOf(loaded, document).lines.flatMap(({ from, description }) => {
    const quote = loaded.documents.find((one) => one.id === from?.document && one.kind === 'quote');
    const quoted = quote && contentOf(loaded, quote).lines.find((one) => one.id === from?.line)?.quantity;
    const ordered = from ? chain.taken(from.line).ordered : '0';
    return quoted && !within(ordered, quoted) ? [`of "${description}" ${ordered} are ordered, ${quoted} were quoted`] : [];
  });
  const warnings = more.map((detail) => ({ code: 'more_than_quoted', detail: detail.slice(0, 2000) }));
  document.warnings = [...document.warnings, ...warnings];
}

function overTaken({ loaded }: DealScope, document: Document): Fault[] {
  const { lines } = contentOf(loaded, document);
  return chainOfDeal(loaded)
    .exceeded(document.id)
    .map(({ line, most }) => {
      const at = lines.findIndex((one) => one.id === line);
      const detail = `of "${lines[at]?.description ?? ''}" at most ${most} is left`;
      return { pointer: `/lines/${at}/quantity`, rule: 'exceeded', detail, most };
    });
}

/** The issued invoice that a credit note takes back from, where their currencies are one. */
function creditedInvoice({ loaded }: DealScope, document: Document): Document | undefined {
  if (document.kind !== 'credit_note') return undefined;
  const invoice = loaded.documents.find((one) => one.id === document.follows && one.kind === 'invoice' && one.status !== 'draft');
  return invoice?.currency === document.currency ? invoice : undefined;
}

/** What a credit note takes back: its total with VAT, rounded as it says. */
function creditOf({ loaded }: DealScope, document: Document): Minor {
  return (document.gross ?? 0) + (contentOf(loaded, document).totals?.rounding ?? 0);
}

/**
 * The credit note that takes back the last of an invoice takes back all of it: where the VAT of the parts was rounded another way than
 * that of the whole, the cents between them are its rounding. (EN 16931 BT-114.) A cent a credit note at most.
 */
export function roundLastCredit(scope: DealScope, document: Document): void {
  const invoice = creditedInvoice(scope, document);
  if (!invoice || document.origin !== '') return;
  const chain = chainOfDeal(scope.loaded);
  const open = contentOf(scope.loaded, invoice).lines.some(
    (line) => line.type === 'item' && !isZero(chain.left(line.id, 'credit_note') ?? '0'),
  );
  const between = (invoice.gross ?? 0) - invoice.credited - creditOf(scope, document);
  const parts = scope.loaded.documents.filter(
    (one) => one.kind === 'credit_note' && one.follows === invoice.id && one.status !== 'draft',
  ).length;
  if (open || between === 0 || Math.abs(between) > parts) return;
  const revision = revisionOf(scope.loaded, document);
  const { totals } = revision.content;
  if (totals === null) return;
  revision.content = { ...revision.content, totals: { ...totals, rounding: between, due: totals.gross - totals.prepaid + between } };
  applyContent(document, revision.content);
}

/** Of an invoice, at most what it came to can be taken back; also by lines that name none of its own. */
function overCredited(scope: DealScope, document: Document): Fault[] {
  const invoice = creditedInvoice(scope, document);
  if (!invoice) return [];
  const most = (invoice.gross ?? 0) - invoice.credited;
  if (creditOf(scope, document) <= most) return [];
  const detail = `of invoice ${invoice.number ?? ''} at most ${most} is left to be credited`;
  return [{ pointer: '/lines', rule: 'credit_exceeded', detail, most }];
}

/** Of a deposit, at most what is left of it can be deducted, or credited. */
function overDeducted({ loaded }: DealScope, document: Document): Fault[] {
  const left = depositLeft(loaded);
  return contentOf(loaded, document).lines.flatMap((line, i) => {
    const deposit = line.from ? left.get(line.from.line) : undefined;
    if (!deposit || deposit.left >= 0) return [];
    const most = Math.abs(line.net ?? 0) + deposit.left;
    const rule = document.kind === 'credit_note' ? 'deposit_deducted' : 'deposit_exceeded';
    const detail = `of deposit ${deposit.document.number ?? ''} at most ${most} is left`;
    return [{ pointer: `/lines/${i}/unitPrice`, rule, detail, most }];
  });
}

function checkDeposit({ loaded }: DealScope, document: Document): void {
  const { deposit, lines } = contentOf(loaded, document);
  const quote = loaded.documents.find((one) => one.id === deposit?.document);
  if (!quote) return;
  const before = depositsOf(loaded, quote.id) - (document.gross ?? 0);
  if (before + (document.gross ?? 0) > (quote.gross ?? 0))
    throw new Refusal('deposit_exceeded', { data: { most: (quote.gross ?? 0) - before } });
  // What was invoiced since it was begun cannot bear it any more. A cent is rounding.
  const room = depositRoom(loaded, quote);
  const over = lines.find((line) => line.vat && Math.sign(line.net ?? 0) * (room.get(vatKey(line.vat)) ?? 0) < -1);
  if (over) throw new Refusal('deposit_exceeded', { data: { most: 0 } });
}

/** On a delivery, what of the order is still to come after it, line by line. */
export function leaveBackorder(scope: DealScope, document: Document): void {
  if (document.kind !== 'delivery' || document.origin !== '') return;
  const chain = chainOfDeal(scope.loaded);
  const revision = revisionOf(scope.loaded, document);
  const lines = revision.content.lines.map((line) => {
    const left = line.from ? chain.left(line.from.line, 'delivery') : null;
    return { ...line, backorder: left !== null && !isZero(left) ? left : null };
  });
  revision.content = { ...revision.content, lines };
}

/** An issued credit note takes back what its invoice asks for. */
export function creditInvoice(scope: DealScope, creditNote: Document): void {
  const invoice = creditedInvoice(scope, creditNote);
  if (!invoice || invoice.due === null) return;
  const amount = creditOf(scope, creditNote);
  invoice.credited += amount;
  invoice.due -= amount;
  invoice.status = invoiceStatus(amountsOf(invoice));
  invoice.updatedAt = scope.now;
  const { credited, due, status } = invoice;
  scope.say('invoice.credited', invoice.id, { creditNote: creditNote.id, amount, credited, due, status });
  closeBeyond(scope, invoice);
}

/** How far the chain has gone on from each document of the deal: said of each for which it has changed. */
export function sayProgress(scope: DealScope): void {
  const chain = chainOfDeal(scope.loaded);
  for (const document of scope.loaded.documents) {
    if (document.status === 'draft') continue;
    const progress = chain.progress(document.id);
    if (progress === document.progress) continue;
    document.progress = progress;
    document.updatedAt = scope.now;
    scope.say('document.progressed', document.id, { progress });
  }
}
