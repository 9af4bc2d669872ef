import type { DraftLine, DraftOp } from '../../../shared/draft.ts';
import type { WireEvent } from '../../../shared/events.ts';
import { keyOf, type Key } from './ops.ts';

/** How long what somebody else has just written stands out, in milliseconds. */
const MARKED_MS = 2500;

/** What was heard of a draft since it was opened: who wrote what, what was taken out, and what has only just changed. */
export class Heard {
  /** What somebody else has just written, and who. */
  marks = $state.raw<ReadonlyMap<Key, string>>(new Map());
  readonly #document: string;
  readonly #own: string;
  readonly #writers = new Map<Key, string>();
  readonly #removed = new Map<string, DraftLine>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /** @param own the reader's name: what they have written themselves does not stand out */
  constructor(document: string, own: string) {
    this.#document = document;
    this.#own = own;
  }

  /** Who wrote a field last, or took out a line. */
  writer(key: Key): string | null {
    return this.#writers.get(key) ?? null;
  }

  /** A line as it was when it was taken out. */
  removed(line: string): DraftLine | undefined {
    return this.#removed.get(line);
  }

  events(events: readonly WireEvent[]): void {
    const fresh = new Map<Key, string>();
    for (const { type, document, actor, data } of events) {
      if (type !== 'draft.edited' || document !== this.#document) continue;
      const name = actor?.name ?? '';
      for (const op of data.ops) {
        const key = lineOrField(op);
        if (op.op === 'remove') this.#removed.set(op.line.id, op.line);
        this.#writers.set(key, name);
        if (op.op !== 'remove' && name !== this.#own) fresh.set(key, name);
      }
    }
    if (fresh.size > 0) this.#mark(fresh);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #mark(fresh: ReadonlyMap<Key, string>): void {
    this.marks = new Map([...this.marks, ...fresh]);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.marks = new Map([...this.marks].filter(([key]) => !fresh.has(key)));
    }, MARKED_MS);
    this.#timers.add(timer);
  }
}

function lineOrField(op: DraftOp): Key {
  return keyOf(op) ?? (op.op === 'move' ? op.line : op.op === 'insert' || op.op === 'remove' ? op.line.id : '');
}
