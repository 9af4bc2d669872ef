import { SOURCES } from '../../shared/chain.ts';
import { counts } from '../../shared/follows.ts';
import { isAccepted } from '../../shared/document.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { Document } from '../entities/index.ts';
import { contentOf } from '../model/find.ts';
import type { DealScope } from './scope.ts';

/**
 * What a document of ours goes on from must allow it now, whatever it was when the draft was begun: lines come from documents of the
 * right kind that stand; a deposit is on an accepted quote; a credit note takes back lines of the one invoice it follows.
 */
export function checkSources(scope: DealScope, document: Document): void {
  const { loaded } = scope;
  const content = contentOf(loaded, document);
  const byId = (id: string | null | undefined) => loaded.documents.find((one) => one.id === id);
  const follows = byId(document.follows);
  if (follows?.status === 'draft') throw closed(follows);
  const quote = byId(content.deposit?.document);
  if (quote && !isAccepted(quote.status)) throw closed(quote);
  for (const [i, line] of content.lines.entries()) {
    const source = byId(line.from?.document);
    if (source && !allows(scope, source, document)) throw closed(source);
    if (source && source.currency !== null && content.currency !== null && source.currency !== content.currency)
      throw invalid(`/lines/${i}/from`, 'currency', `what it comes from is in ${source.currency}`);
  }
  if (document.kind === 'credit_note') checkCredit(scope, document, follows);
}

function allows({ loaded }: DealScope, source: Document, document: Document): boolean {
  // A line that deducts a deposit comes from the deposit's own.
  if (document.kind === 'invoice' && source.kind === 'invoice') return contentOf(loaded, source).deposit !== null && counts(source);
  // What the owner has opened again is agreed on again first. Whether any other quote was accepted is asked where the next document is
  // begun: what a program sends may have been agreed elsewhere.
  if (
    source.kind === 'quote' &&
    !isAccepted(source.status) &&
    loaded.acts.some((act) => act.document === source.id && act.act === 'reopened')
  )
    return false;
  return counts(source) && SOURCES[document.kind].includes(source.kind) && (document.kind !== 'credit_note' || source.kind === 'invoice');
}

function checkCredit({ loaded }: DealScope, document: Document, follows: Document | undefined): void {
  const { lines } = contentOf(loaded, document);
  if (follows?.kind === 'invoice' && (document.gross ?? 0) < 0)
    throw invalid('/lines', 'credit_negative', 'less than nothing cannot be taken back of an invoice');
  const other = lines.findIndex((line) => line.from !== null && line.from.document !== follows?.id);
  if (other >= 0) throw invalid(`/lines/${other}/from`, 'other_invoice', 'a credit note takes back lines of the invoice it follows');
  const free = lines.findIndex((line) => line.type === 'item' && line.from === null);
  if (follows?.kind === 'invoice' && contentOf(loaded, follows).deposit !== null && free >= 0)
    throw invalid(`/lines/${free}/from`, 'required', 'of a deposit only its own lines are credited');
}

function closed({ id, kind, status }: Document): Refusal {
  return new Refusal('cannot_follow', { data: { document: id, kind, status } });
}

function invalid(pointer: string, rule: string, detail: string): Refusal {
  return new Refusal('invalid_input', { faults: [{ pointer, rule, detail }] });
}
