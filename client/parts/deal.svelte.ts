import type { CommandInputs } from '../../shared/commands.ts';
import type { Action, Day, Language } from '../../shared/document.ts';
import type { EventType, WireEvent } from '../../shared/events.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { CommandAnswer, Present } from '../../shared/protocol.ts';
import type { RefusalBody } from '../../shared/refusal.ts';
import { fold, type DealView, type DocumentView, type FileView, type FoldDraft, type Side } from '../../shared/view.ts';
import type { Live, LiveState } from '../live/connection.ts';
import { browserStorage } from '../live/browser.ts';
import { createDraft, type Draft } from '../live/draft.ts';
import type { Following } from '../live/following.ts';
import type { OutboxItem } from '../live/outbox.ts';
import type { Attaching } from './files/attaching.svelte.ts';
import { lostFiles } from './files/lost.ts';
import { createSentFiles, type SentFiles } from './files/sent.ts';
import { lastHeard, unreadCount } from './unread.ts';

export interface DealOptions {
  view: DealView;
  /** The document on the screen. */
  document: string;
  /** The reader, as far as known: the id in the deal's people and the name. */
  person: string | null;
  name: string | null;
  /** null: not fetched yet. They are there before anything that speaks them is. */
  words: Catalogue | null;
  language: Language;
  /** Today in the company's time zone. */
  today: Day;
  /** Where a document's files are sent to and read from (`files/address.ts`); null where nothing can be attached or opened. */
  filesAt?: ((document: string) => string) | null;
  /** How drafts are moved on: the console's own, for only its pages are told of them. */
  foldDraft?: FoldDraft | null;
}

interface Typist {
  key: string;
  side: Side;
  name: string | null;
}

export type DecisionItem = OutboxItem & { name: 'acceptDocument' | 'refuseDocument' | 'holdQuote' };

/** All that a decision may say; each takes what belongs to it. */
export type Deciding = CommandInputs['holdQuote'] & CommandInputs['acceptDocument'];

const TOLD: ReadonlySet<EventType> = new Set<EventType>([
  'document.accepted',
  'document.refused',
  'document.held',
  'document.revised',
  'document.issued',
  'document.withdrawn',
  'document.reopened',
  'invoice.credited',
  'options.chosen',
  'payment.started',
  'payment.processing',
  'payment.failed',
  'payment.received',
  'payment.reversed',
  'payment.refunded',
  'refund.failed',
  'payment.disputed',
  'dispute.closed',
  'receipt.recorded',
  'file.attached',
  'file.removed',
]);
const MOST_TOLD = 3;

/** What is on its way to messages being written in this tab, by their scope and document: it outlives the screen it was begun on. */
const attachings = new Map<string, Attaching>();

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
  readonly language: Language;
  readonly filesAt: ((document: string) => string) | null;
  readonly #foldDraft: FoldDraft | null;
  /** Told of new events, each once, after the view has moved. */
  onEvents: ((events: readonly WireEvent[]) => void) | null = null;
  /** Files already uploaded for the message that is being written. */
  draftFiles = $state.raw<readonly FileView[]>([]);
  /** What is on its way to the message being written, by document; made when somebody first attaches something (`files/attach.ts`). */
  attachings = $state.raw<Readonly<Record<string, Attaching>>>({});
  /** The owner's choice for the message being written. */
  wantsNotify = $state(false);
  readonly unread: number = $derived(unreadCount(this.view, this.person, this.#readHere));
  readonly shown: DocumentView | undefined = $derived(this.view.documents.find((doc) => doc.id === this.document));
  /** The other side's people who have a page of this deal in front of them. */
  readonly others: Present[] = $derived(this.present.filter((p) => p.side !== this.view.side));
  /** The decision on the shown document that is on its way, or came back refused. */
  readonly decision: DecisionItem | undefined = $derived(
    this.outgoing.filter(isDecision).findLast((item) => item.input.document === this.document),
  );
  #words: Catalogue | null;
  #draft = $state('');
  readonly #drafts = new Map<string, Draft>();
  #sentFiles: SentFiles | null = null;
  #scope = '';
  #live: Live | null = null;
  #following: Following | null = null;

  constructor({ view, document, person, name, words, language, today, filesAt = null, foldDraft = null }: DealOptions) {
    this.view = view;
    this.document = document;
    this.person = person;
    this.name = name;
    this.#words = words;
    this.language = language;
    this.today = today;
    this.filesAt = filesAt;
    this.#foldDraft = foldDraft;
  }

  get words(): Catalogue {
    if (this.#words === null) throw new Error('spoken before the words were there');
    return this.#words;
  }

  set words(words: Catalogue) {
    this.#words = words;
  }

  /** What is being written under the shown document; it survives the panel it is written in, and a reload. */
  get draft(): string {
    return this.#draft;
  }

  set draft(text: string) {
    this.#draft = text;
    if (this.#scope !== '') this.#draftOf(this.document).write(text);
  }

  /**
   * Follows the deal over `live`; drafts are kept under `scope`, the one `live` was made with. Returns what stops it; the connection
   * itself stays the caller's.
   */
  connect(live: Live, scope: string): () => void {
    this.#live = live;
    // What was typed before the page was live wins over what lies in the storage.
    const typed = this.#scope === '' ? this.#draft : '';
    this.#scope = scope;
    this.#sentFiles = createSentFiles(browserStorage(), scope);
    for (const { id } of this.view.documents) this.#adopt(id);
    this.#readDraft();
    if (typed !== '') this.draft = typed;
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
      // Not `#live`: a message that waits for its files is sent when they are there, whatever is on the screen.
      this.#following = null;
    };
  }

  /** Shows another document of the deal. */
  show(document: string): void {
    this.document = document;
    this.#readDraft();
    this.#following?.setDocument(document);
  }

  setHere(here: boolean): void {
    this.#following?.setHere(here);
  }

  /** The line of a draft that is being written in. */
  setAt(line: string | null): void {
    this.#following?.setAt(line);
  }

  setTyping(typing: boolean): void {
    this.#following?.setTyping(typing);
  }

  /** Posts what is written, with its files; it stands in the conversation at once and is resent until the server has it. */
  post(notify: boolean, given: string | null, document = this.document): void {
    if (!this.#live) return;
    this.setTyping(false);
    this.#draftOf(document).handOver((text, files) => {
      this.#sentFiles?.add(files);
      this.say(text, given, { document, notify, files: files.map((file) => file.id) });
    });
    if (document === this.document) this.wantsNotify = false;
    this.#readDraft();
  }

  /** Posts words that are no draft. */
  say(
    text: string,
    given: string | null,
    { document = this.document, notify = false, files = [] as string[], proposal = null as CommandInputs['postMessage']['proposal'] } = {},
  ): void {
    const name = given ?? (this.person === null ? this.name : null);
    // What has been read is said by `markRead`, when it is.
    const sent = this.#live?.send('postMessage', { document, text, notify, files, proposal, readUpTo: 0, name });
    void sent?.done.then((answer) => this.#introduce(name, answer));
  }

  attachTo(document: string, attaching: Attaching): void {
    attachings.set(`${this.#scope} ${document}`, attaching);
    this.attachings = { ...this.attachings, [document]: attaching };
  }

  /** The uploaded files of the message being written under a document; they survive a reload. */
  filesFor(document: string): readonly FileView[] {
    return this.#draftOf(document).files;
  }

  keepFiles(document: string, files: readonly FileView[]): void {
    this.#draftOf(document).writeFiles(files);
    this.#readDraft();
  }

  /** A file that went with a message from this browser and has not arrived yet, by its id. */
  sentFile(id: string): FileView | undefined {
    return this.#sentFiles?.get(id);
  }

  /** Sends a refused message again. */
  retry(id: string): void {
    this.#live?.outbox.retry(id);
  }

  /** Takes a refused message back into what is being written, with those of its files that can still be sent. */
  takeBack(id: string): void {
    const item = this.outgoing.find((one) => one.id === id);
    if (item?.name !== 'postMessage') return;
    const { document, text, files } = item.input;
    const draft = this.#draftOf(document);
    const lost = lostFiles(item);
    const still = files.flatMap((file, i) => (lost.has(i) ? [] : (this.sentFile(file) ?? [])));
    draft.write([draft.read(), text].filter((part) => part.trim() !== '').join('\n'));
    draft.writeFiles([...draft.files, ...still]);
    this.#readDraft();
    this.discard(id);
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
  async decide(action: Action, input: Deciding): Promise<CommandAnswer> {
    if (!this.#live) return { ok: false, refusal: { code: 'unavailable', detail: null, faults: [], data: {} } };
    const { remindOn, orderNumber, reserves, chosen, ...decision } = input;
    const sent =
      action === 'hold'
        ? this.#live.send('holdQuote', { ...decision, remindOn })
        : action === 'accept'
          ? this.#live.send('acceptDocument', { ...decision, orderNumber, reserves, chosen })
          : this.#live.send('refuseDocument', decision);
    const answer = await sent.done;
    this.#introduce(input.name, answer);
    return answer;
  }

  /** Ticks or unticks an optional line of the shown quote: the total moves when the server has it. Answers why it could not. */
  async choose(line: string, chosen: boolean): Promise<RefusalBody | null> {
    const { shown } = this;
    if (!shown || !this.#live || this.choosing(line)) return null;
    const sent = this.#live.send('chooseOption', { document: shown.id, revision: shown.revision, line, chosen });
    const answer = await sent.done;
    this.#introduce(null, answer);
    if (answer.ok) return null;
    this.discard(sent.id);
    return answer.refusal;
  }

  /** Whether a tick of this line is on its way. */
  choosing(line: string): boolean {
    return this.outgoing.some((item) => item.name === 'chooseOption' && item.input.line === line && item.state !== 'refused');
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
    for (const event of events) view = fold(view, event, this.#foldDraft);
    this.view = view.seq < to ? { ...view, seq: to } : view;
    // Files that one's own side attaches, changes it asks for, and options one ticks, speak for themselves where they are.
    const own = (event: WireEvent) =>
      topicOf(event) === 'state' ? event.type === 'options.chosen' && this.#isMine(event) : event.actor?.side === this.view.side;
    const told = events.filter((event) => event.seq > before && isTold(event) && !own(event));
    // What is said of a document's state replaces what was said of it before, and so with its files and what is asked for.
    const stale = (event: WireEvent) => told.some((one) => one.document === event.document && topicOf(one) === topicOf(event));
    if (told.length > 0) this.happened = [...this.happened.filter((event) => !stale(event)), ...told].slice(-MOST_TOLD);
    for (const event of events) if (event.type === 'message.posted') this.#stopTyping(event.data.message.name);
    this.onEvents?.(events.filter((event) => event.seq > before));
  }

  /** One's own tick: by who one is, or, before that is known, because it is still on its way. */
  #isMine(event: WireEvent & { type: 'options.chosen' }): boolean {
    const person = event.actor?.person ?? null;
    return this.person === null ? this.choosing(event.data.line) : person === this.person;
  }

  #typing({ key, side, name, typing }: Typist & { typing: boolean }): void {
    const others = this.typists.filter((t) => t.key !== key);
    this.typists = typing && side !== this.view.side ? [...others, { key, side, name }] : others;
  }

  #stopTyping(name: string): void {
    this.typists = this.typists.filter((t) => t.name !== name);
  }

  #readDraft(): void {
    if (this.#scope === '') return;
    const draft = this.#draftOf(this.document);
    this.#draft = draft.read();
    this.draftFiles = draft.files;
  }

  #draftOf(document: string): Draft {
    const known = this.#drafts.get(document);
    if (known) return known;
    const made = createDraft({ storage: browserStorage(), scope: this.#scope, document });
    this.#drafts.set(document, made);
    return made;
  }

  /** Goes on with what another screen of this tab has begun to attach. */
  #adopt(document: string): void {
    const running = attachings.get(`${this.#scope} ${document}`);
    if (!running || running.uploads.list.length === 0) return;
    const draft = running.deal.#drafts.get(document);
    if (draft) this.#drafts.set(document, draft);
    if (document === this.document) this.wantsNotify = running.deal.wantsNotify;
    running.deal = this;
    this.attachTo(document, running);
  }

  #collect(items: readonly OutboxItem[]): void {
    this.#sentFiles?.keep(items.flatMap((item) => (item.name === 'postMessage' ? item.input.files : [])));
    this.outgoing = items;
  }
}

/** A message speaks for itself in the conversation; what it asks for is told. */
function isTold(event: WireEvent): boolean {
  return event.type === 'message.posted' ? event.data.message.proposal !== null : TOLD.has(event.type);
}

function topicOf({ type }: WireEvent): 'files' | 'asked' | 'state' {
  if (type === 'message.posted') return 'asked';
  return type === 'file.attached' || type === 'file.removed' ? 'files' : 'state';
}

function isDecision(item: OutboxItem): item is DecisionItem {
  return item.name === 'acceptDocument' || item.name === 'refuseDocument' || item.name === 'holdQuote';
}
