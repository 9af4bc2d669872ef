import type { DocumentList } from '../../shared/console.ts';
import { isExpired, isOverdue, type Day } from '../../shared/document.ts';
import type { DocumentRow } from '../../shared/events.ts';
import type { Refusal } from '../../shared/refusal.ts';
import { read, refusalOf } from './api.ts';
import type { Feed } from './feed.svelte.ts';

export interface Filter {
  q: string;
  kind: string;
  state: string;
}

/** Whether a row that has just changed belongs to what is looked for. The same rule as the server's. */
export function matches(row: DocumentRow, filter: Filter, today: Day): boolean {
  const wanted = filter.q.trim().toLocaleLowerCase();
  const found = wanted === '' || row.client.toLocaleLowerCase().includes(wanted) || (row.number ?? '').toLocaleLowerCase().includes(wanted);
  if (!found || (filter.kind !== '' && row.kind !== filter.kind)) return false;
  if (filter.state === 'overdue') return isOverdue(row, today);
  if (filter.state === 'expired') return isExpired(row, today);
  return filter.state === '' || row.status === filter.state || row.progress === filter.state;
}

/** The documents list: pages as read, with the feed's newer rows laid over them. */
export class Documents {
  loading = $state(false);
  failed = $state.raw<Refusal | null>(null);
  next = $state<string | null>(null);
  #filter = $state.raw<Filter>({ q: '', kind: '', state: '' });
  #pages = $state.raw<{ row: DocumentRow; head: number }[]>([]);
  #head = $state(0);
  #loaded = $state(false);
  #asked = 0;
  readonly #feed: Feed;

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** The rows to show, as they stand now. */
  rows(today: Day): DocumentRow[] {
    const { rows: newer, deleted } = this.#feed;
    const known = new Set(this.#pages.map(({ row }) => row.id));
    const listed = this.#pages.map(({ row, head }) => {
      const live = newer.get(row.id);
      return live && live.seq > head ? { row: live.row, moved: true } : { row, moved: false };
    });
    const added = [...newer.values()].filter(({ row, seq }) => seq > this.#head && !known.has(row.id)).sort((a, b) => b.seq - a.seq);
    return [
      ...added.map(({ row }) => row).filter((row) => matches(row, this.#filter, today)),
      ...listed.filter(({ row, moved }) => !moved || matches(row, this.#filter, today)).map(({ row }) => row),
    ].filter(({ id }) => !deleted.has(id));
  }

  /** Reads the first page of what is looked for. */
  async find(filter: Filter): Promise<void> {
    await this.#read(filter, null);
  }

  /** Adds the next page. */
  async more(): Promise<void> {
    if (this.next !== null) await this.#read(this.#filter, this.next);
  }

  async #read(filter: Filter, cursor: string | null): Promise<void> {
    const asked = ++this.#asked;
    this.loading = true;
    try {
      const query = new URLSearchParams(Object.entries({ ...filter, cursor: cursor ?? '' }).filter(([, value]) => value !== ''));
      const list = await read<DocumentList>(`/console/documents?${query.toString()}`);
      if (asked !== this.#asked) return;
      const rows = list.rows.map((row) => ({ row, head: list.head }));
      if (cursor === null) {
        this.#filter = filter;
        this.#head = list.head;
      }
      this.#pages = cursor === null ? rows : [...this.#pages, ...rows];
      this.next = list.next;
      this.failed = null;
      this.#loaded = true;
    } catch (thrown) {
      if (asked === this.#asked) this.failed = refusalOf(thrown);
    } finally {
      if (asked === this.#asked) this.loading = false;
    }
  }
}
