import type { Kind, LineType } from '../../../shared/document.ts';
import type { DraftLine } from '../../../shared/draft.ts';
import { blank } from './unsent.ts';

/** A new line: with the VAT of the item before it, so that it is chosen once. Deliveries have no prices unless they are asked for. */
export function newLine(id: string, type: LineType, kind: Kind, lines: readonly DraftLine[], after: string | null): DraftLine {
  const line = { ...blank(id), type };
  if (type !== 'item') return { ...line, unit: '' };
  const before = lines.slice(0, lines.findIndex((one) => one.id === after) + 1);
  const like = before.findLast(isItem) ?? lines.find(isItem);
  const priced = kind !== 'delivery' || like?.vatCategory;
  const vat = priced ? { vatCategory: like?.vatCategory || 'S', vatRate: like?.vatCategory ? like.vatRate : '20' } : {};
  return { ...line, quantity: '1', ...vat, vatReason: like?.vatReason ?? '' };
}

/** The same line once more: it came from nothing. */
export function copyOf(line: DraftLine, id: string): DraftLine {
  return { ...line, id, from: null };
}

/** Behind which line one stands: null for the first. */
export function before(lines: readonly DraftLine[], id: string): string | null {
  const at = lines.findIndex((one) => one.id === id);
  return lines[at - 1]?.id ?? null;
}

/** Behind which line one stands after a step up or down; undefined where there is no further. */
export function step(lines: readonly DraftLine[], id: string, by: -1 | 1): string | null | undefined {
  const at = lines.findIndex((one) => one.id === id);
  const to = at + by;
  if (at < 0 || to < 0) return undefined;
  return by === 1 ? lines[to]?.id : (lines[to - 1]?.id ?? null);
}

/** Where the focus goes when a line is gone: the one that took its place, else the last one. */
export function neighbour(lines: readonly DraftLine[], id: string): string | null {
  const at = lines.findIndex((one) => one.id === id);
  return lines[at + 1]?.id ?? lines[at - 1]?.id ?? null;
}

/**
 * Behind which line one is let go of: the last of the others whose middle is above. `rows` are the others from top to bottom, in
 * the coordinates of `y`, the leading edge of what is dragged.
 */
export function dropAfter(rows: readonly { id: string; top: number; bottom: number }[], y: number): string | null {
  return rows.findLast(({ top, bottom }) => (top + bottom) / 2 < y)?.id ?? null;
}

/** What a subtotal prints: the sum of what counts since the last heading or subtotal. */
export function sectionSum(lines: readonly { id: string; type: LineType; net: number | null; optional: boolean }[], id: string): number {
  const at = lines.findIndex((one) => one.id === id);
  const from = lines.slice(0, Math.max(0, at)).findLastIndex(({ type }) => type !== 'item') + 1;
  return lines.slice(from, at).reduce((sum, { net, optional }) => sum + (optional ? 0 : (net ?? 0)), 0);
}

function isItem({ type }: DraftLine): boolean {
  return type === 'item';
}
