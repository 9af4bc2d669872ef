import type { DraftConflict, DraftField, DraftLine, DraftLineField, DraftOp, DraftValue } from '../../../shared/draft.ts';
import { keyFor, keyOf, withOp, type Key } from './ops.ts';

/** Two have written the same field: what one wrote here. What stands there now is in the draft itself. */
export interface Conflict {
  key: Key;
  line: string | null;
  field: DraftField | DraftLineField;
  mine: DraftValue;
}

/** What was written here and the server does not have: it waits to be sent, or somebody must say what is to become of it. */
export interface Unsent {
  waiting: readonly DraftOp[];
  conflicts: readonly Conflict[];
  /** Lines that were written in here while somebody else took them out, as they would stand. */
  lost: readonly DraftLine[];
}

export const NOTHING: Unsent = { waiting: [], conflicts: [], lost: [] };

/** One more change made here. What is disputed stays so until somebody decides. */
export function written(unsent: Unsent, op: DraftOp): Unsent {
  const key = keyOf(op);
  if ((op.op === 'set' || op.op === 'line') && unsent.conflicts.some((one) => one.key === key))
    return { ...unsent, conflicts: unsent.conflicts.map((one) => (one.key === key ? { ...one, mine: op.after } : one)) };
  const conflicts = op.op === 'remove' ? unsent.conflicts.filter((one) => one.line !== op.line.id) : unsent.conflicts;
  return { ...unsent, conflicts, waiting: withOp(unsent.waiting, op) };
}

/** What was taken out by somebody else, as it stood. */
export type Removed = (line: string) => DraftLine | undefined;

/**
 * What becomes of operations the server has refused as a whole: what stands against others is a conflict, or a lost line, with the text
 * kept; the rest waits again, before what was written since. A line that somebody changed is not removed.
 */
export function takenBack(unsent: Unsent, ops: readonly DraftOp[], refused: readonly DraftConflict[], removed: Removed): Unsent {
  const disputed = new Map(refused.map((one) => [one.op, one]));
  let again: Unsent = { ...unsent, waiting: [] };
  let since = unsent.waiting;

  ops.forEach((op, i) => {
    const against = disputed.get(i);
    if (op.op !== 'set' && op.op !== 'line') {
      if (!against) again = { ...again, waiting: withOp(again.waiting, op) };
      return;
    }
    const key = keyOf(op);
    const newer = since.filter(isValue).find((one) => keyOf(one) === key);
    // It went on from an operation that is to be sent again: the refusal was of that one.
    if (newer?.after === op.before && newer.before !== op.after) {
      since = since.map((one) => (one === newer ? { ...newer, after: op.after } : one));
    } else if (
      isDecided(again, op) ||
      !against ||
      again.waiting.filter(isValue).some((one) => keyOf(one) === key && one.after === op.before)
    ) {
      again = put(again, op);
    } else {
      since = since.filter((one) => one !== newer);
      again = disputedBy(again, { ...op, after: newer?.after ?? op.after }, against, removed);
    }
  });
  return since.reduce(put, again);
}

type ValueOp = Extract<DraftOp, { op: 'set' | 'line' }>;

function isValue(op: DraftOp): op is ValueOp {
  return op.op === 'set' || op.op === 'line';
}

/** Whether it is known already that somebody must say what is to become of it. */
function isDecided({ conflicts, lost }: Unsent, op: ValueOp): boolean {
  return conflicts.some((one) => one.key === keyOf(op)) || (op.op === 'line' && lost.some((one) => one.id === op.line));
}

function put(unsent: Unsent, op: DraftOp): Unsent {
  const { lost } = unsent;
  if (op.op !== 'line' || !lost.some((one) => one.id === op.line)) return written(unsent, op);
  return { ...unsent, lost: lost.map((one) => (one.id === op.line ? ({ ...one, [op.field]: op.after } as DraftLine) : one)) };
}

function disputedBy(unsent: Unsent, op: ValueOp, against: DraftConflict, removed: Removed): Unsent {
  const line = op.op === 'line' ? op.line : null;
  // A field of a line is never null: the line is gone.
  if (line !== null && against.now === null) return put({ ...unsent, lost: [...unsent.lost, removed(line) ?? blank(line)] }, op);
  return { ...unsent, conflicts: [...unsent.conflicts, { key: keyFor(line, op.field), line, field: op.field, mine: op.after }] };
}

/** Mine: it is written over what stands there now, which has been seen. Theirs: nothing to send. */
export function settled(unsent: Unsent, conflict: Conflict, whose: 'mine' | 'theirs', now: DraftValue): Unsent {
  const rest = { ...unsent, conflicts: unsent.conflicts.filter((one) => one.key !== conflict.key) };
  if (whose === 'theirs') return rest;
  const { line, field, mine: after } = conflict;
  const op = line === null ? { op: 'set', field, before: now, after } : { op: 'line', line, field, before: now, after };
  return written(rest, op as DraftOp);
}

/** A lost line is put back, last, or let go. */
export function found(unsent: Unsent, id: string, whose: 'mine' | 'theirs', last: string | null): Unsent {
  const line = unsent.lost.find((one) => one.id === id);
  const rest = { ...unsent, lost: unsent.lost.filter((one) => one.id !== id) };
  return line && whose === 'mine' ? written(rest, { op: 'insert', line, after: last }) : rest;
}

/** A line of which nothing is known but what was typed. */
export function blank(id: string): DraftLine {
  return {
    id,
    type: 'item',
    optional: false,
    description: '',
    details: '',
    quantity: '',
    unit: 'C62',
    unitPrice: '',
    discount: '',
    discountIn: 'percent',
    discountReason: '',
    vatCategory: '',
    vatRate: '',
    vatReason: '',
    from: null,
  };
}
