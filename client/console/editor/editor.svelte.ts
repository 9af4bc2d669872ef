import type { DocumentContent } from '../../../shared/document.ts';
import type { DraftBody, DraftConflict, DraftField, DraftLine, DraftLineField, DraftOp, DraftValue } from '../../../shared/draft.ts';
import type { Present } from '../../../shared/protocol.ts';
import type { RefusalBody, RefusalCode } from '../../../shared/refusal.ts';
import type { DocumentView } from '../../../shared/view.ts';
import type { Live } from '../../live/connection.ts';
import type { OutboxItem } from '../../live/outbox.ts';
import type { DealState } from '../../parts/deal.svelte.ts';
import { faultsOf, without, type FieldFault } from './faults.ts';
import { Heard } from './heard.svelte.ts';
import type { Kept } from './kept.ts';
import { keyFor, keyOf, overlaid, valueAt } from './ops.ts';
import { contentNow, documentNow, type Rules } from './preview.ts';
import { found, NOTHING, settled, takenBack, written, type Conflict, type Unsent } from './unsent.ts';

export interface EditorOptions {
  deal: DealState;
  document: DocumentView;
  live: Live;
  /** Who is writing: told apart from the others of the same company. */
  user: { id: string; name: string };
  kept: Kept;
}

export type SaveState = 'saved' | 'saving' | 'waits' | 'disputed' | 'failed';

type Edit = OutboxItem & { name: 'editDraft' };

/** Typing has paused for so long, … */
const PAUSE_MS = 500;
/** … or goes on for so long: what was written is sent. */
const LONGEST_MS = 2000;
const AT_MS = 150;
/** What one command may carry. */
const MOST_OPS = 500;
const GONE: ReadonlySet<RefusalCode> = new Set<RefusalCode>(['not_a_draft', 'not_found']);

/**
 * A draft as it is written here: what the server has, moved on by the log; over it what is on its way, and what waits. One batch is
 * on its way at a time, so that a refusal is of one thing; the outbox keeps it across reloads.
 */
export class EditorState {
  readonly id: string;
  unsent = $state.raw<Unsent>(NOTHING);
  #sending = $state.raw<readonly DraftOp[]>([]);
  /** Why it cannot be saved just now. */
  refusal = $state.raw<RefusalBody | null>(null);
  faults = $state.raw<readonly FieldFault[]>([]);
  rules = $state.raw<Rules | null>(null);
  readonly #deal: DealState;
  readonly #live: Live;
  readonly #user: EditorOptions['user'];
  readonly #kept: Kept;
  readonly heard: Heard;
  #known: DocumentView;
  /** The document as the server has it; as it was last, once it is gone. */
  readonly document: DocumentView = $derived.by(() => {
    const now = this.#deal.view.documents.find((one) => one.id === this.id);
    if (now?.owner?.draft) this.#known = now;
    return this.#known;
  });
  readonly version: number = $derived(this.document.owner?.draft?.version ?? 0);
  readonly #server: DraftBody = $derived(bodyIn(this.document));
  /** What the server has, or will have when what is on its way has arrived. */
  readonly base: DraftBody = $derived(overlaid(this.#server, this.#sending));
  /** What stands on this screen. */
  readonly body: DraftBody = $derived(overlaid(this.base, [...this.unsent.waiting, ...this.unsent.conflicts.map(asOp)]));
  readonly content: DocumentContent = $derived.by(() => {
    const { view, today } = this.#deal;
    return contentNow({ document: this.document, body: this.body, contacts: view.client.contacts, today, rules: this.rules });
  });
  readonly preview: DocumentView = $derived(documentNow(this.document, this.content));
  readonly saving: SaveState = $derived.by(() => {
    const { waiting, conflicts, lost } = this.unsent;
    if (conflicts.length + lost.length > 0) return 'disputed';
    if (this.refusal !== null) return 'failed';
    if (waiting.length + this.#sending.length === 0) return 'saved';
    return this.#deal.connection === 'live' ? 'saving' : 'waits';
  });
  /** Others of the company who have this draft in front of them. */
  readonly others: Present[] = $derived.by(() => {
    const here = this.#deal.present.filter((one) => one.side === 'owner' && one.document === this.id && one.user !== this.#user.id);
    return [...new Map(here.map((one) => [`${one.user ?? one.key} ${one.at ?? ''}`, one])).values()];
  });

  readonly #ours = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitingSince: number | null = null;
  #atTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #off: (() => void)[] = [];
  /** Told when a line could not be removed. */
  onKept: () => void = () => {};

  constructor({ deal, document, live, user, kept }: EditorOptions) {
    this.id = document.id;
    this.#deal = deal;
    this.#known = document;
    this.#live = live;
    this.#user = user;
    this.#kept = kept;
    this.heard = new Heard(document.id, user.name);
  }

  /** Goes on with what was written before a reload, and follows what becomes of it. Returns how to stop. */
  start(): () => void {
    this.unsent = this.#kept.read();
    for (const item of this.#live.outbox.items) if (this.#isEdit(item)) this.#ours.add(item.id);
    this.#off.push(this.#live.outbox.onChange((items) => this.#collect(items)));
    this.#deal.onEvents = (events) => this.heard.events(events);
    this.#collect(this.#live.outbox.items);
    if (this.unsent.waiting.length > 0) this.#schedule(0);
    return () => {
      this.flush(true);
      clearTimeout(this.#timer);
      clearTimeout(this.#atTimer);
      this.#deal.onEvents = null;
      this.heard.stop();
      this.#deal.setAt(null);
      for (const off of this.#off.splice(0)) off();
    };
  }

  /** Writes a field of the head. */
  set<F extends DraftField>(field: F, after: DraftBody[F]): void {
    this.write({ op: 'set', field, before: this.body[field], after });
  }

  /** Writes a field of a line. */
  setLine<F extends DraftLineField>(line: string, field: F, after: DraftLine[F]): void {
    const before = valueAt(this.body, line, field);
    if (before !== undefined) this.write({ op: 'line', line, field, before, after });
  }

  /** Writes anything; what is removed is removed as the server has it. */
  write(op: DraftOp): void {
    const removed = op.op === 'remove' ? this.base.lines.find((one) => one.id === op.line.id) : undefined;
    this.#put(written(this.unsent, removed ? { op: 'remove', line: removed } : op));
    const key = keyOf(op);
    if (key !== null) this.faults = without(this.faults, [key, key.replace(/\.(vat|discount)(Category|Rate|In)$/, '.$1')]);
    if (op.op === 'insert') this.faults = without(this.faults, ['lines']);
    this.refusal = null;
    const since = (this.#waitingSince ??= Date.now());
    this.#schedule(Math.max(0, Math.min(PAUSE_MS, since + LONGEST_MS - Date.now())));
  }

  conflictAt(line: string | null, field: DraftField | DraftLineField): Conflict | undefined {
    const key = keyFor(line, field);
    return this.unsent.conflicts.find((one) => one.key === key);
  }

  /** What somebody else has written in a disputed field. */
  theirs({ line, field }: Conflict): DraftValue {
    return valueAt(this.base, line, field) ?? null;
  }

  decide(conflict: Conflict, whose: 'mine' | 'theirs'): void {
    this.#put(settled(this.unsent, conflict, whose, this.theirs(conflict)));
    this.#schedule(0);
  }

  decideLost(line: string, whose: 'mine' | 'theirs'): void {
    this.#put(found(this.unsent, line, whose, this.body.lines.at(-1)?.id ?? null));
    this.#schedule(0);
  }

  /** Where the focus is, for the others to see. */
  at(line: string | null): void {
    clearTimeout(this.#atTimer);
    this.#atTimer = setTimeout(() => this.#deal.setAt(line), AT_MS);
  }

  /** Hands over what waits; `now` also while something is on its way, for the page may be about to go. */
  flush(now = false): void {
    clearTimeout(this.#timer);
    if (this.#sending.length > 0 && !now) return;
    const ops = this.unsent.waiting.slice(0, MOST_OPS);
    if (ops.length === 0) return;
    this.#waitingSince = null;
    // In the outbox before it is forgotten here: at no moment is it nowhere.
    const { id } = this.#live.send('editDraft', { document: this.id, ops });
    this.#ours.add(id);
    this.#put({ ...this.unsent, waiting: this.unsent.waiting.slice(ops.length) });
    this.#collect(this.#live.outbox.items);
    if (now) this.flush(true);
  }

  retry(): void {
    this.refusal = null;
    this.flush();
  }

  /** Waits until the server has everything; false where that is not to be had now. */
  async settle(): Promise<boolean> {
    this.flush();
    for (const end = Date.now() + 15_000; this.saving === 'saving' && Date.now() < end;) await new Promise((done) => setTimeout(done, 40));
    return this.saving === 'saved' && this.#deal.connection === 'live';
  }

  /** Shows at their fields what the server found when it was to be issued. */
  blame(refusal: RefusalBody): void {
    this.faults = faultsOf(refusal, this.base);
  }

  #put(unsent: Unsent): void {
    this.unsent = unsent;
    this.#kept.write(unsent);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), ms);
  }

  #collect(items: readonly OutboxItem[]): void {
    const edits = items.filter((item): item is Edit => this.#isEdit(item));
    this.#sending = edits.filter(({ state }) => state !== 'refused').flatMap(({ input }) => input.ops);
    const refused = edits.find(({ id, state }) => state === 'refused' && this.#ours.has(id));
    if (refused?.refusal) this.#refused(refused, refused.refusal);
    else if (this.#sending.length === 0 && this.unsent.waiting.length > 0 && this.refusal === null)
      this.#schedule(this.#waitingSince === null ? 0 : PAUSE_MS);
  }

  #refused({ id, input }: Edit, refusal: RefusalBody): void {
    this.#ours.delete(id);
    // It is no draft any more: the page that shows what it has become keeps the text (`Unsaved.svelte`).
    if (GONE.has(refusal.code)) return;
    const against = refusal.code === 'draft_changed' ? (refusal.data['conflicts'] as DraftConflict[]) : [];
    this.#put(takenBack(this.unsent, input.ops, against, (line) => this.heard.removed(line)));
    if (refusal.code !== 'draft_changed') {
      this.refusal = refusal;
      this.faults = faultsOf(refusal, this.body);
    }
    if (against.some(({ op }) => input.ops[op]?.op === 'remove')) this.onKept();
    this.#live.outbox.dismiss(id);
  }

  #isEdit(item: OutboxItem): item is Edit {
    return item.name === 'editDraft' && item.input.document === this.id;
  }
}

function bodyIn(document: DocumentView): DraftBody {
  if (!document.owner?.draft) throw new Error('not a draft that is written here');
  return document.owner.draft.body;
}

function asOp({ line, field, mine }: Conflict): DraftOp {
  return (
    line === null ? { op: 'set', field, before: null, after: mine } : { op: 'line', line, field, before: '', after: mine }
  ) as DraftOp;
}
