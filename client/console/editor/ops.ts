import {
  applyOps,
  type DraftBody,
  type DraftField,
  type DraftLine,
  type DraftLineField,
  type DraftOp,
  type DraftValue,
} from '../../../shared/draft.ts';

/** A field as it is called everywhere in the editor: `reference`, or `<line>.quantity`. */
export type Key = string;

export function keyFor(line: string | null, field: DraftField | DraftLineField): Key {
  return line === null ? field : `${line}.${field}`;
}

/** The field an operation writes; null for one that moves whole lines. */
export function keyOf(op: DraftOp): Key | null {
  return op.op === 'set' ? keyFor(null, op.field) : op.op === 'line' ? keyFor(op.line, op.field) : null;
}

/** What stands in a field; undefined where its line is gone. */
export function valueAt(body: DraftBody, line: string | null, field: DraftField | DraftLineField): DraftValue | undefined {
  if (line === null) return body[field as DraftField];
  return body.lines.find((one) => one.id === line)?.[field as DraftLineField];
}

/** The body with what is not acknowledged yet: one's own words win on one's own screen; what no longer fits is left out. */
export function overlaid(body: DraftBody, ops: readonly DraftOp[]): DraftBody {
  return ops.reduce((now, op) => {
    const fitting = fit(now, op);
    return fitting === null ? now : applyOps(now, [fitting]).body;
  }, body);
}

function fit(body: DraftBody, op: DraftOp): DraftOp | null {
  if (op.op === 'set') return { ...op, before: body[op.field] };
  if (op.op === 'insert') return op;
  const line = body.lines.find((one) => one.id === (op.op === 'remove' ? op.line.id : op.line));
  if (!line) return null;
  if (op.op === 'remove') return { op: 'remove', line };
  return op.op === 'line' ? { ...op, before: line[op.field] } : op;
}

/** What waits, with one more operation: what is written twice goes once, from what was seen first to what was written last. */
export function withOp(waiting: readonly DraftOp[], op: DraftOp): DraftOp[] {
  if (op.op === 'set' || op.op === 'line') return withValue(waiting, op);
  if (op.op === 'remove') return withRemoval(waiting, op);
  const last = waiting.at(-1);
  if (op.op === 'move' && last?.op === 'move' && last.line === op.line) return [...waiting.slice(0, -1), op];
  if (op.op === 'move' && last?.op === 'insert' && last.line.id === op.line) return [...waiting.slice(0, -1), { ...last, after: op.after }];
  return [...waiting, op];
}

function withValue(waiting: readonly DraftOp[], op: Extract<DraftOp, { op: 'set' | 'line' }>): DraftOp[] {
  const inserted = op.op === 'line' ? waiting.findIndex((one) => one.op === 'insert' && one.line.id === op.line) : -1;
  const insert = waiting[inserted];
  if (op.op === 'line' && insert?.op === 'insert')
    return waiting.with(inserted, { ...insert, line: { ...insert.line, [op.field]: op.after } as DraftLine });
  const key = keyOf(op);
  const at = waiting.findIndex((one) => keyOf(one) === key);
  const earlier = waiting[at];
  if (earlier?.op !== 'set' && earlier?.op !== 'line') return op.before === op.after ? [...waiting] : [...waiting, op];
  // Back to what it was: nothing to say.
  return earlier.before === op.after ? waiting.toSpliced(at, 1) : waiting.with(at, { ...earlier, after: op.after } as DraftOp);
}

/** A line that only waited to be there was never there. */
function withRemoval(waiting: readonly DraftOp[], op: Extract<DraftOp, { op: 'remove' }>): DraftOp[] {
  const { id } = op.line;
  const insert = waiting.find((one) => one.op === 'insert' && one.line.id === id);
  const rest = waiting.filter((one) => !(one === insert || ((one.op === 'line' || one.op === 'move') && one.line === id)));
  if (insert?.op !== 'insert') return [...rest, op];
  return rest.map((one) => ((one.op === 'insert' || one.op === 'move') && one.after === id ? { ...one, after: insert.after } : one));
}
