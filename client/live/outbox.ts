import type { CommandInputs, CommandName } from '../../shared/commands.ts';
import type { CommandAnswer, CommandRequest } from '../../shared/protocol.ts';
import type { RefusalBody } from '../../shared/refusal.ts';
import { realClock, type Clock, type StorageLike } from './browser.ts';
import { newId } from './id.ts';
import { createOutboxStore, type StoredItem } from './outbox-store.ts';
import { createSender } from './sender.ts';

/** A command on its way, as a page shows it. A new object at each change, so that it can be compared by identity. */
export type OutboxItem = CommandRequest & {
  /** When it was made, in milliseconds since 1970. */
  at: number;
  state: 'waiting' | 'sending' | 'refused';
  refusal: RefusalBody | null;
  /** false: the storage did not take it (full, or a private window); it lives as long as this page. */
  kept: boolean;
};

/** `done` never rejects; it waits as long as it takes, and for ever when the page is closed first. */
export interface Sent {
  id: string;
  done: Promise<CommandAnswer>;
}

/** What a page may do with the outbox. */
export interface Outbox {
  /** In order of making; without what nobody needs to see (`quiet`). */
  readonly items: readonly OutboxItem[];
  onChange(listener: (items: readonly OutboxItem[]) => void): () => void;
  /**
   * Sends a refused item again, at the end of the queue; `input` replaces what it said. null: there is no such refused item.
   *
   * The id stays the same as long as the payload does. A refusal is not remembered by the server (rule 5), so the old id is free to be
   * tried again; and should another tab's copy of the very same item have got through meanwhile, the old id gives that answer back,
   * where a new one would do the thing twice. A new id is made only after a final refusal whose id cannot serve again: the payload is
   * another one now, or the refusal was `id_reused`.
   */
  retry(id: string, input?: CommandInputs[CommandName]): Sent | null;
  /** Forgets a refused item. Any other cannot be taken back: it may have arrived already. false: there is no such refused item. */
  dismiss(id: string): boolean;
}

/** What the connection does with it. */
export interface OutboxControl extends Outbox {
  /** `quiet`: nobody typed this; it is not shown, not kept across a reload, and forgotten when refused. */
  put<N extends CommandName>(name: N, input: CommandInputs[N], options?: { quiet?: boolean }): Sent;
  /** The connection is there and the page up to date: send. */
  start(): void;
  /** The connection has gone: what was under way is sent again with the next `start`. */
  stop(): void;
  /** Reads the storage again, where storage events may have been missed (a page kept in memory hears none). */
  sync(): void;
  close(): void;
}

/** What another tab has just made is that tab's to send; after this long it is taken over, for that tab may be gone. */
const ADOPT_AFTER = 5_000;

interface Entry {
  item: OutboxItem;
  quiet: boolean;
  /** Since when another tab has been at it, in milliseconds; null: it is ours to send. */
  foreignSince: number | null;
  tries: number;
  /** Acknowledged by the server; only the list still has it, until the change itself has arrived. */
  answered: boolean;
  /** Acknowledged to another tab; sent once more all the same, because someone here waits for the answer. */
  elsewhere: boolean;
  resolvers: ((answer: CommandAnswer) => void)[];
}

/**
 * The unacknowledged commands of one scope: kept, and sent one after the other in the order they were made, each with one id until it
 * is answered; across cuts, reloads, and the closing of the tab.
 * @param options.transmit sends once; rejects when no answer came
 * @param options.arrived resolves when the change with this sequence is on the screen, so that an item is not gone before it is there
 * @param options.window where other tabs' storage events are heard
 */
export function createOutbox(options: {
  scope: string;
  storage: StorageLike | null;
  transmit: (request: CommandRequest) => Promise<CommandAnswer>;
  arrived?: (seq: number) => Promise<void>;
  window?: EventTarget | null;
  clock?: Clock;
}): OutboxControl {
  const { arrived = () => Promise.resolve(), window = null, clock = realClock } = options;
  const store = createOutboxStore(options.storage, options.scope);
  const entries = new Map<string, Entry>();
  const listeners = new Set<(items: readonly OutboxItem[]) => void>();
  let items: readonly OutboxItem[] = [];

  const sender = createSender<Entry>({
    pick,
    transmit: ({ item: { id, name, input } }) => options.transmit({ id, name, input } as CommandRequest),
    underWay(entry, is) {
      edit(entry, { state: is ? 'sending' : 'waiting' });
      publish();
    },
    answered(entry, answer) {
      // Heard twice: late, over the connection before, and again over this one.
      if (entry.answered) return;
      if (answer.ok) acknowledged(entry, answer.seq);
      else refused(entry, answer.refusal);
      resolve(entry, answer);
      publish();
    },
    clock,
  });

  const ordered = (): Entry[] => [...entries.values()].sort((a, b) => a.item.at - b.item.at || (a.item.id < b.item.id ? -1 : 1));

  function pick(): Entry | number | null {
    const queue = ordered().filter((entry) => entry.item.state !== 'refused' && !entry.answered);
    const [first] = queue;
    if (first === undefined) return null;
    // Another tab's item that stands before one of ours must arrive before it: then nobody waits for that tab.
    if (queue.some((entry) => entry.foreignSince === null)) return first;
    const wait = (first.foreignSince ?? 0) + ADOPT_AFTER - clock.now();
    return wait > 0 ? wait : first;
  }

  function publish(): void {
    const now = ordered().flatMap((entry) => (entry.quiet || entry.elsewhere ? [] : [entry.item]));
    if (now.length === items.length && now.every((item, i) => item === items[i])) return;
    items = now;
    for (const listener of [...listeners]) listener(items);
  }

  function edit(entry: Entry, change: Partial<Pick<OutboxItem, 'at' | 'state' | 'refusal' | 'kept'>>): void {
    entry.item = { ...entry.item, ...change };
  }

  function keep(entry: Entry): void {
    if (entry.quiet) return;
    const { id, name, input, at, refusal } = entry.item;
    edit(entry, { kept: store.put({ id, name, input, at, refusal } as StoredItem) });
  }

  /** Strictly growing, also above what lies here from a time when the clock was ahead. */
  function nextAt(): number {
    return Math.max(clock.now(), ...[...entries.values()].map((entry) => entry.item.at + 1));
  }

  function promise(entry: Entry): Sent {
    return { id: entry.item.id, done: new Promise((resolve) => entry.resolvers.push(resolve)) };
  }

  function resolve(entry: Entry, answer: CommandAnswer): void {
    for (const settle of entry.resolvers.splice(0)) settle(answer);
  }

  function enter(item: OutboxItem, quiet: boolean, foreignSince: number | null): Entry {
    const entry: Entry = { item, quiet, foreignSince, tries: 0, answered: false, elsewhere: false, resolvers: [] };
    entries.set(item.id, entry);
    return entry;
  }

  function changed(): void {
    publish();
    sender.pump();
  }

  function put<N extends CommandName>(name: N, input: CommandInputs[N], { quiet = false } = {}): Sent {
    const request = { id: newId(clock.now()), name, input } as unknown as CommandRequest;
    const entry = enter({ ...request, at: nextAt(), state: 'waiting', refusal: null, kept: false }, quiet, null);
    keep(entry);
    const sent = promise(entry);
    changed();
    return sent;
  }

  function acknowledged(entry: Entry, seq: number): void {
    entry.answered = true;
    store.remove(entry.item.id);
    // There is room again, perhaps.
    for (const other of entries.values()) if (!other.item.kept && !other.answered) keep(other);
    void arrived(seq).then(() => {
      entries.delete(entry.item.id);
      publish();
    });
  }

  function refused(entry: Entry, refusal: RefusalBody): void {
    // Taken away by another tab meanwhile: not brought back.
    if (entries.get(entry.item.id) !== entry) return;
    if (entry.quiet) return void entries.delete(entry.item.id);
    entry.elsewhere = false;
    edit(entry, { state: 'refused', refusal });
    keep(entry);
  }

  /** Another tab has made, refused or retried an item, or one lies here from before (`foreignSince` null: ours to send). */
  function merge(stored: StoredItem, foreignSince: number | null): void {
    const state = stored.refusal === null ? 'waiting' : 'refused';
    const entry = entries.get(stored.id);
    if (entry === undefined) return void enter({ ...stored, state, kept: true }, false, foreignSince);
    // Under way here: our own answer says how it ended.
    if (sender.isSending(entry) || entry.answered || entry.item.state === state) return;
    edit(entry, { state, refusal: stored.refusal, at: stored.at });
    entry.foreignSince = foreignSince;
    entry.elsewhere = false;
    if (stored.refusal !== null) resolve(entry, { ok: false, refusal: stored.refusal });
  }

  /** Gone from the storage: acknowledged to another tab, or dismissed there after a refusal. */
  function removedElsewhere(entry: Entry): void {
    if (entry.answered) return;
    if (entry.resolvers.length > 0 && entry.item.state !== 'refused') entry.elsewhere = true;
    else entries.delete(entry.item.id);
  }

  function heard(event: Event): void {
    const change = store.heard(event as StorageEvent);
    if (change === null) return;
    const known = entries.get(change.id);
    if (change.item !== null) merge(change.item, clock.now());
    else if (known !== undefined) removedElsewhere(known);
    changed();
  }

  function forget(id: string): void {
    entries.delete(id);
    store.remove(id);
  }

  for (const stored of store.all()) merge(stored, null);
  publish();
  window?.addEventListener('storage', heard);

  return {
    get items() {
      return items;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    put,
    retry(id, input) {
      const entry = entries.get(id);
      if (entry?.item.state !== 'refused') return null;
      const said = entry.item.input;
      const other = input !== undefined && JSON.stringify(input) !== JSON.stringify(said);
      if (other || entry.item.refusal?.code === 'id_reused') {
        // The new one is kept before the old one goes: at no moment is the text nowhere.
        const sent = put(entry.item.name, input ?? said);
        forget(id);
        publish();
        return sent;
      }
      entry.foreignSince = null;
      edit(entry, { at: nextAt(), state: 'waiting', refusal: null });
      keep(entry);
      const sent = promise(entry);
      changed();
      return sent;
    },
    dismiss(id) {
      if (entries.get(id)?.item.state !== 'refused') return false;
      forget(id);
      publish();
      return true;
    },
    start: sender.start,
    stop: sender.stop,
    sync() {
      const stored = store.all();
      const ids = new Set(stored.map((item) => item.id));
      for (const item of stored) merge(item, clock.now());
      for (const entry of [...entries.values()]) if (entry.item.kept && !ids.has(entry.item.id)) removedElsewhere(entry);
      changed();
    },
    close() {
      sender.stop();
      window?.removeEventListener('storage', heard);
      listeners.clear();
    },
  };
}
