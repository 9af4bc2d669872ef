import { tick } from 'svelte';
import type { LineType } from '../../../shared/document.ts';
import type { DraftLine } from '../../../shared/draft.ts';
import { newId } from '../../live/id.ts';
import { announce } from '../announce.svelte.ts';
import { speech } from '../words.svelte.ts';
import type { EditorState } from './editor.svelte.ts';
import { before, copyOf, neighbour, newLine, step } from './lines.ts';

/** How long a line that was removed can be taken back, in milliseconds. */
const UNDO_MS = 30_000;

/** What is done with whole lines, by whatever means; each is said politely, and the focus goes where one goes on. */
export class LineActs {
  /** What was removed last and can still be put back. */
  removed = $state.raw<{ line: DraftLine; after: string | null } | null>(null);
  readonly #editor: EditorState;
  readonly #priced: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(editor: EditorState, priced: () => boolean) {
    this.#editor = editor;
    this.#priced = priced;
  }

  /** Counted from 1. */
  place(id: string): number {
    return this.#lines.findIndex((one) => one.id === id) + 1;
  }

  insert(type: LineType, after: string | null): void {
    const made = newLine(newId(), type, this.#editor.document.kind, this.#lines, after);
    // On a delivery that is to have prices after all.
    const bare = this.#priced() && type === 'item' && made.vatCategory === '';
    this.#editor.write({ op: 'insert', line: bare ? { ...made, vatCategory: 'S', vatRate: '20' } : made, after });
    announce(this.#words.added(this.place(made.id)));
    void focusLine(made.id);
  }

  copy(line: DraftLine): void {
    const made = copyOf(line, newId());
    this.#editor.write({ op: 'insert', line: made, after: line.id });
    announce(this.#words.duplicated(this.place(made.id)));
    void focusLine(made.id);
  }

  move(id: string, after: string | null): void {
    if (after !== before(this.#lines, id)) this.#editor.write({ op: 'move', line: id, after });
    announce(this.#words.moved(this.place(id), this.#lines.length));
  }

  /** One step up or down; what has the focus keeps it. */
  async shift(id: string, by: -1 | 1): Promise<void> {
    const after = step(this.#lines, id, by);
    if (after === undefined) return announce(this.#words.cannotMove);
    const focused = document.activeElement;
    this.move(id, after);
    await tick();
    // A browser takes the focus away from what is put elsewhere.
    if (!(focused instanceof HTMLElement)) return;
    focused.focus();
    focused.closest('[data-line]')?.scrollIntoView({ block: 'nearest' });
  }

  remove(line: DraftLine): void {
    const next = neighbour(this.#lines, line.id);
    this.removed = { line, after: before(this.#lines, line.id) };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.removed = null), UNDO_MS);
    this.#editor.write({ op: 'remove', line });
    announce(this.saidOf(line, 80));
    void focusLine(next);
  }

  saidOf({ description }: DraftLine, most = 500): string {
    return description.trim() === '' ? this.#words.removedNameless : this.#words.removed(description.slice(0, most));
  }

  undo(): void {
    if (!this.removed) return;
    const { line, after } = this.removed;
    this.#editor.write({ op: 'insert', line, after });
    this.removed = null;
    announce(this.#words.undone);
    void focusLine(line.id);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  get #lines(): readonly DraftLine[] {
    return this.#editor.body.lines;
  }

  get #words() {
    return speech.words.console.editor;
  }
}

/** The quantity of a line, in the middle of the screen; nothing where the line is not there. */
export function showLine(id: string): void {
  const target = document.getElementById(`f-${id}.quantity`) ?? document.getElementById(`f-${id}.description`);
  target?.focus({ preventScroll: true });
  target?.closest('[data-line]')?.scrollIntoView({ block: 'center' });
}

/** A field of a line; where that is not there its description; where the line is not, the button that adds one. */
export async function focusLine(id: string | null, field = 'description'): Promise<void> {
  await tick();
  const target = id === null ? null : (document.getElementById(`f-${id}.${field}`) ?? document.getElementById(`f-${id}.description`));
  (target ?? document.getElementById('add-line'))?.focus();
}
