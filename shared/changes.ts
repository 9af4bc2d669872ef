import { sum } from './decimal.ts';
import type { DocumentContent, Line } from './document.ts';
import type { Decimal } from './money.ts';

/** One difference between two revisions. Values are as stated in the document; the page formats them. */
export type Change =
  | { what: 'line_added' | 'line_removed'; line: string; description: string }
  | { what: 'line_changed'; line: string; description: string; field: LineField; before: string | null; after: string | null }
  | { what: 'field_changed'; field: Field; before: string | null; after: string | null };

export type LineField = 'description' | 'quantity' | 'unitPrice' | 'net' | 'vat';
export type Field = 'validUntil' | 'dueDate' | 'reference' | 'net' | 'gross' | 'due' | 'notes' | 'terms';

/** What changed from one revision to the next: lines matched by their id, then the fields a decision hangs on. */
export function changes(before: DocumentContent, after: DocumentContent): Change[] {
  return [...lineChanges(before.lines, after.lines), ...fieldChanges(before, after)];
}

function lineChanges(before: Line[], after: Line[]): Change[] {
  const old = new Map(before.map((line) => [line.id, line]));
  const kept = new Set(after.map((line) => line.id));
  const list: Change[] = [];
  for (const line of after) {
    const was = old.get(line.id);
    if (!was) list.push({ what: 'line_added', line: line.id, description: line.description });
    else list.push(...changesOfLine(was, line));
  }
  for (const line of before) {
    if (!kept.has(line.id)) list.push({ what: 'line_removed', line: line.id, description: line.description });
  }
  return list;
}

function changesOfLine(before: Line, after: Line): Change[] {
  const values = (line: Line): [LineField, string | null][] => [
    ['description', line.description],
    ['quantity', plain(line.quantity)],
    ['unitPrice', plain(line.unitPrice)],
    ['net', text(line.net)],
    ['vat', line.vat === null ? null : `${line.vat.category} ${line.vat.rate ?? ''}`.trim()],
  ];
  const now = values(after);
  return values(before).flatMap(([field, was], i) => {
    const is = now[i]?.[1] ?? null;
    return was === is
      ? []
      : [{ what: 'line_changed' as const, line: after.id, description: after.description, field, before: was, after: is }];
  });
}

function fieldChanges(before: DocumentContent, after: DocumentContent): Change[] {
  const values = (content: DocumentContent): [Field, string | null][] => [
    ['validUntil', content.validUntil],
    ['dueDate', content.dueDate],
    ['reference', content.reference],
    ['net', text(content.totals?.net ?? null)],
    ['gross', text(content.totals?.gross ?? null)],
    ['due', text(content.totals?.due ?? null)],
    ['notes', content.notes.join('\n')],
    ['terms', content.terms.join('\n')],
  ];
  const now = values(after);
  return values(before).flatMap(([field, was], i) => {
    const is = now[i]?.[1] ?? null;
    return was === is ? [] : [{ what: 'field_changed' as const, field, before: was, after: is }];
  });
}

/** "58" and "58.00" are one price. */
function plain(value: Decimal | null): Decimal | null {
  return value === null ? null : sum(value);
}

function text(amount: number | null): string | null {
  return amount === null ? null : String(amount);
}
