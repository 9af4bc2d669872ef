import type { DocumentContent } from '../../shared/document.ts';
import type { Minor } from '../../shared/money.ts';
import { withChosen } from '../../shared/totals.ts';
import type { Document } from '../entities/index.ts';

/** The columns beside a content: what lists and rules need of it, with the options the client has chosen. */
export function applyContent(document: Document, content: DocumentContent): void {
  const { totals } = content;
  document.clientName = content.buyer.name;
  document.issueDate = content.issueDate;
  document.validUntil = content.validUntil;
  document.dueDate = content.dueDate;
  document.currency = content.currency;
  document.chosen = document.chosen.filter((id) => content.lines.some((line) => line.id === id && line.optional));
  const counted = totals && document.chosen.length > 0 ? withChosen({ ...content, totals }, document.chosen).totals : totals;
  document.gross = counted?.gross ?? null;
  document.due = counted?.due ?? null;
  document.paid = totals?.prepaid ?? 0;
}

/** What the status of an invoice hangs on. */
export function amountsOf({ gross, due, paid, credited }: Document): { gross: Minor; due: Minor; paid: Minor; credited: Minor } {
  return { gross: gross ?? 0, due: due ?? 0, paid, credited };
}
