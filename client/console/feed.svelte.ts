import { SvelteSet } from 'svelte/reactivity';
import type { FeedPage } from '../../shared/console.ts';
import { FEED_TYPES, type DocumentRow, type FeedEvent } from '../../shared/events.ts';
import type { FeedPresent } from '../../shared/protocol.ts';
import type { Refusal } from '../../shared/refusal.ts';
import type { Live } from '../live/connection.ts';
import type { Following } from '../live/following.ts';
import { read, refusalOf } from './api.ts';
import { isNews, readUpTo } from './group.ts';

const PAGE = 60;
const MARK_AFTER_MS = 800;

interface Reader {
  company: string;
  user: string;
  userName: string;
  readSeq: number;
}

/** The feed of the whole company, kept for as long as one is signed in, whichever screen is shown. */
export class Feed {
  /** Newest first. */
  events = $state.raw<FeedEvent[]>([]);
  /** Arrived while one reads further down; shown when asked for. Newest first. */
  held = $state.raw<FeedEvent[]>([]);
  present = $state.raw<FeedPresent[]>([]);
  /** Each document as it stands after the newest event that carried it. */
  rows = $state.raw<ReadonlyMap<string, { row: DocumentRow; seq: number }>>(new Map());
  /** Drafts that are no more. */
  deleted = $state.raw<ReadonlySet<string>>(new Set());
  readSeq = $state(0);
  more = $state(false);
  loaded = $state(false);
  failed = $state.raw<Refusal | null>(null);
  /** Set by the screen: whether new events wait under the pill. */
  holding = false;
  /** Counts changes of API keys and sessions, so that the settings can read them again. */
  settingsChanged = $state(0);
  readonly unread: FeedEvent[] = $derived([...this.held, ...this.events].filter((event) => this.isUnread(event)));

  readonly #live: Live;
  readonly #listeners = new Set<(events: readonly FeedEvent[]) => void>();
  readonly #reader: Reader;
  /** Read here already, though something older is not, so that the server's cursor stays below it. */
  readonly #seen = new SvelteSet<number>();
  #following: Following | null = null;
  #marking: ReturnType<typeof setTimeout> | undefined;

  constructor(live: Live, reader: Reader) {
    this.#live = live;
    this.#reader = reader;
    this.readSeq = reader.readSeq;
  }

  /** Reads the newest page, then follows the company's stream from there. */
  async start(): Promise<void> {
    this.failed = null;
    try {
      const page = await read<FeedPage>(`/console/feed?limit=${String(PAGE)}`);
      this.present = page.present;
      this.#append(page);
      this.loaded = true;
      this.#following ??= this.#live.follow(`company:${this.#reader.company}`, {
        cursor: page.head,
        document: null,
        apply: (events) => this.#apply(events as FeedEvent[]),
        present: (list) => (this.present = list.filter((one): one is FeedPresent => 'deal' in one)),
        typing: () => undefined,
      });
    } catch (thrown) {
      this.failed = refusalOf(thrown);
    }
  }

  /** Adds the next older page. Throws a Refusal. */
  async older(): Promise<void> {
    const last = this.events.at(-1);
    if (last) this.#append(await read<FeedPage>(`/console/feed?limit=${String(PAGE)}&before=${String(last.seq)}`));
  }

  /** Shows what waited under the pill. */
  release(): void {
    this.events = [...this.held, ...this.events];
    this.held = [];
  }

  /** These events were on the screen long enough to be read. */
  saw(events: readonly FeedEvent[]): void {
    for (const event of events) this.#seen.add(event.seq);
    clearTimeout(this.#marking);
    this.#marking = setTimeout(() => this.#mark(readUpTo(this.#news(), this.#seen, this.readSeq)), MARK_AFTER_MS);
  }

  /** Everything up to the newest event is read. */
  markAll(): void {
    this.#mark(this.#news().reduce((newest, event) => Math.max(newest, event.seq), this.readSeq));
  }

  /** What the console knows of a document from the feed; null if it was never in it. */
  rowOf(document: string | null): DocumentRow | null {
    return document === null ? null : (this.rows.get(document)?.row ?? null);
  }

  /** Whether this user has yet to read it. */
  isUnread(event: FeedEvent): boolean {
    return event.seq > this.readSeq && !this.#seen.has(event.seq) && isNews(event, this.#reader.userName);
  }

  /** Calls `listener` with each batch as it arrives, types that the feed does not show included; returns how to stop. */
  onEvents(listener: (events: readonly FeedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    clearTimeout(this.#marking);
    this.#following?.stop();
  }

  /** What stands above the server's cursor. */
  #news(): FeedEvent[] {
    return [...this.held, ...this.events].filter((event) => event.seq > this.readSeq && isNews(event, this.#reader.userName));
  }

  #mark(upTo: number | null): void {
    if (upTo === null || upTo <= this.readSeq) return;
    this.readSeq = upTo;
    this.#live.send('markFeedRead', { upTo });
  }

  #append(page: FeedPage): void {
    const known = new Set(this.events.map((event) => event.seq));
    this.events = [...this.events, ...page.events.filter((event) => !known.has(event.seq))];
    this.more = page.more;
    this.#learn(page.events);
  }

  #apply(events: readonly FeedEvent[]): void {
    this.#learn(events);
    for (const event of events) {
      if (event.type === 'feed.read' && event.data.user === this.#reader.user) this.readSeq = Math.max(this.readSeq, event.data.upTo);
      if (event.type === 'api_key.created' || event.type === 'api_key.revoked' || event.type === 'session.ended') this.settingsChanged += 1;
    }
    const fresh = events.filter((event) => FEED_TYPES.has(event.type)).toReversed();
    if (fresh.length > 0) {
      if (this.holding) this.held = [...fresh, ...this.held];
      else this.events = [...fresh, ...this.events];
    }
    for (const listener of this.#listeners) listener(events);
  }

  #learn(events: readonly FeedEvent[]): void {
    const rows = new Map(this.rows);
    for (const { row, seq } of events) {
      if (row !== null && seq > (rows.get(row.id)?.seq ?? 0)) rows.set(row.id, { row, seq });
    }
    this.rows = rows;
    const gone = events.flatMap(({ type, document }) => (type === 'document.deleted' && document !== null ? [document] : []));
    if (gone.length > 0) this.deleted = new Set([...this.deleted, ...gone]);
  }
}
