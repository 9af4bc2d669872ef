import type { CommandInputs } from '../../shared/commands.ts';
import type { Action, Day, Language } from '../../shared/document.ts';
import type { EventType, WireEvent } from '../../shared/events.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { CommandAnswer, Present } from '../../shared/protocol.ts';
import { fold, type DealView, type DocumentView, type Side } from '../../shared/view.ts';
import type { Live, LiveState } from '../live/connection.ts';
import { browserStorage } from '../live/browser.ts';
import { createDraft, type Draft } from '../live/draft.ts';
import type { Following } from '../live/following.ts';
import type { OutboxItem } from '../live/outbox.ts';
import { lastHeard, unreadCount } from './unread.ts';

export interface DealOptions {
  view: DealView;
  /** The document on the screen. */
  document: string;
  /** The reader, as far as known: the id in the deal's people and the name. */
  person: string | null;
  name: string | null;
  words: Catalogue;
  language: Language;
  /** Today in the company's time zone. */
  today: Day;
}

interface Typist {
  key: string;
  side: Side;
  name: string | null;
}

export type DecisionItem = OutboxItem & { name: 'acceptDocument' | 'refuseDocument' | 'holdQuote' };

const TOLD: ReadonlySet<EventType> = new Set<EventType>([
  'document.accepted',
  'document.refused',
  'document.held',
  'document.revised',
  'document.issued',
  'receipt.recorded',
]);
const MOST_TOLD = 3;

/**
 * Everything a page about one deal knows and shows, on either side: the view moved forward by the log, what is still on its way, who
 * is here, who is typing. Nothing else in the pages patches a view. Made on the server too, where it never connects.
 */
export function createDealState(options: DealOptions): DealState {
  return new DealState(options);
}

export class DealState {
  view = $state.raw<DealView>() as DealView;
  document = $state('');
  /** Today in the company's time zone; whoever keeps the page open moves it on. */
  today = $state<Day>('');
  person = $state<string | null>(null);
  name = $state<string | null>(null);
  #readHere = $state(0);
  /** What was sent from this browser and is not in the view yet, also from before a reload. */
  outgoing = $state.raw<readonly OutboxItem[]>([]);
  present = $state.raw<Present[]>([]);
  typists = $state.raw<Typist[]>([]);
  /** The latest events worth a sentence (`noticeOf`) since the page was opened. */
  happened = $state.raw<readonly WireEvent[]>([]);
  /** null: not live (yet), as without JavaScript. */
  connection = $state<LiveState | null>(null);
  readonly words: Catalogue;
  readonly language: Language;
  readonly unread: number = $derived(unreadCount(this.view, this.person, this.#readHere));
  readonly shown: DocumentView | undefined = $derived(this.view.documents.find((doc) => doc.id === this.document));
  /** The other side's people who have a page of this deal in front of them. */
  readonly others: Present[] = $derived(this.present.filter((p) => p.side !== this.view.side));
  /** The decision on the shown document that is on its way, or came back refused. */
  readonly decision: DecisionItem | undefined = $derived(
    this.outgoing.filter(isDecision).findLast((item) => item.input.document === this.document),
  );
  #draft = $state('');
  #store: Draft | null = null;
  #scope = '';
  #live: Live | null = null;
  #following: Following | null = null;

  constructor({ view, document, person, name, words, language, today }: DealOptions) {
    this.view = view;
    this.document = document;
    this.person = person;
    this.name = name;
    this.words = words;
    this.language = language;
    this.today = today;
  }

  /** What is being written under the shown document; it survives the panel it is written in, and a reload. */
  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text;
    this.#store?.write(text);
  }

  /**
   * Follows the deal over `live`; drafts are kept under `scope`, the one `live` was made with. Returns what stops it; the connection
   * itself stays the caller's.
   */
  connect(live: Live, scope: string): () => void {
    this.#live = live;
    this.#scope = scope;
    this.#restoreDraft();
    this.connection = live.state;
    const off = live.onState(() => (this.connection = live.state));
    this.#collect(live.outbox.items);
    const offOutbox = live.outbox.onChange((items) => this.#collect(items));
    const following = live.follow(`deal:${this.view.deal}`, {
      cursor: this.view.seq,
      document: this.document,
      apply: (events, to) => this.#apply(events as WireEvent[], to),
      present: (list) => (this.present = list),
      typing: (state) => this.#typing(state),
    });
    this.#following = following;
    return () => {
      off();
      offOutbox();
      following.stop();
      this.#live = this.#following = null;
    };
  }

  /** Shows another document of the deal. */
  show(document: string): void {
    this.document = document;
    this.#restoreDraft();
    this.#following?.setDocument(document);
  }

  setHere(here: boolean): void {
    this.#following?.setHere(here);
  }

  setTyping(typing: boolean): void {
    this.#following?.setTyping(typing);
  }

  /** Posts what is written; it stands in the conversation at once and is resent until the server has it. */
  post(notify: boolean, given: string | null): void {
    const live = this.#live;
    const name = given ?? (this.person === null ? this.name : null);
    if (!live || !this.#store) return;
    this.setTyping(false);
    this.#store.handOver((text) => {
      const { done } = live.send('postMessage', { document: this.document, text, notify, files: [], name });
      void done.then((answer) => this.#introduce(name, answer));
    });
    this.#draft = '';
  }

  /** Sends a refused message again. */
  retry(id: string): void {
    this.#live?.outbox.retry(id);
  }

  /** Forgets something that was refused. */
  discard(id: string): void {
    this.#live?.outbox.dismiss(id);
  }

  /**
   * What stands in the conversation is read. The server is told once for each new message, for someone the deal knows; `counted` is
   * false for who only looks, such as the owner in the preview.
   */
  markRead(counted = true): void {
    const upTo = lastHeard(this.view);
    if (this.unread === 0) return;
    this.#readHere = upTo;
    if (counted) void this.#live?.send('markRead', { document: this.document, upTo });
  }

  /** Sends a decision. The change itself arrives as an event, for this page too. */
  async decide(action: Action, input: CommandInputs['holdQuote']): Promise<CommandAnswer> {
    if (!this.#live) return { ok: false, refusal: { code: 'unavailable', detail: null, faults: [], data: {} } };
    const { remindOn: _, ...decision } = input;
    const sent =
      action === 'hold'
        ? this.#live.send('holdQuote', input)
        : this.#live.send(action === 'accept' ? 'acceptDocument' : 'refuseDocument', decision);
    const answer = await sent.done;
    this.#introduce(input.name, answer);
    return answer;
  }

  /** The sentence about this event has been read. */
  dismiss(seq: number): void {
    this.happened = this.happened.filter((event) => event.seq !== seq);
  }

  /** A holder of a link for nobody in particular is known from the first thing they did on. */
  #introduce(name: string | null, answer: CommandAnswer): void {
    if (!answer.ok) return;
    this.name ??= name;
    if (this.person === null && typeof answer.result.person === 'string') this.person = answer.result.person;
  }

  #apply(events: WireEvent[], to: number): void {
    const before = this.view.seq;
    let view = this.view;
    for (const event of events) view = fold(view, event);
    this.view = view.seq < to ? { ...view, seq: to } : view;
    const told = events.filter((event) => event.seq > before && TOLD.has(event.type));
    // What is said of a document's state replaces what was said of it before.
    const stale = (event: WireEvent) => told.some((one) => one.document === event.document);
    if (told.length > 0) this.happened = [...this.happened.filter((event) => !stale(event)), ...told].slice(-MOST_TOLD);
    for (const event of events) if (event.type === 'message.posted') this.#stopTyping(event.data.message.name);
  }

  #typing({ key, side, name, typing }: Typist & { typing: boolean }): void {
    const others = this.typists.filter((t) => t.key !== key);
    this.typists = typing && side !== this.view.side ? [...others, { key, side, name }] : others;
  }

  #stopTyping(name: string): void {
    this.typists = this.typists.filter((t) => t.name !== name);
  }

  /** What was typed before the page was live wins over what lies in the storage. */
  #restoreDraft(): void {
    const typed = this.#store === null ? this.#draft : '';
    this.#store = createDraft({ storage: browserStorage(), scope: this.#scope, document: this.document });
    this.draft = typed === '' ? this.#store.read() : typed;
  }

  #collect(items: readonly OutboxItem[]): void {
    this.outgoing = items;
  }
}

function isDecision(item: OutboxItem): item is DecisionItem {
  return item.name === 'acceptDocument' || item.name === 'refuseDocument' || item.name === 'holdQuote';
}
