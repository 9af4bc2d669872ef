import { MESSAGE_FILES_COUNT } from '../../../shared/files.ts';
import type { DealState } from '../deal.svelte.ts';
import { uploadAddress } from './address.ts';
import { triesByItself } from './faults.ts';
import type { Upload } from './upload.ts';
import { Uploads } from './uploads.svelte.ts';

/** How a message is to be sent. */
export interface Sending {
  notify: boolean;
  name: string | null;
}

/**
 * The files of the message being written under one document. What has arrived is handed to the draft, which survives a reload; a message
 * that is sent before waits for the last of them.
 */
export class Attaching {
  /** A message that goes by itself once its files are there. */
  queued = $state.raw<Sending | null>(null);
  /** A message was to be sent and could not, for a file that did not arrive. */
  blocked = $state(false);
  /** As the screen shows it whose message this is; another screen takes over. */
  deal: DealState;
  readonly uploads: Uploads;
  readonly #document: string;
  /** The place of each file among what was chosen: one that arrives early does not jump. */
  readonly #places = new Map<string, number>();
  readonly #inOrder = (a: { id: string }, b: { id: string }) => (this.#places.get(a.id) ?? -1) - (this.#places.get(b.id) ?? -1);

  /** @param base the deal's `filesAt` of the document */
  constructor(deal: DealState, document: string, base: string) {
    this.deal = deal;
    this.#document = document;
    const url = uploadAddress(base, 'message');
    this.uploads = new Uploads({ url, room: () => MESSAGE_FILES_COUNT - this.#count() }, (list) => this.#changed(list));
  }

  add(files: readonly File[]): void {
    this.uploads.add(files);
  }

  /** The chosen files in their order, what has arrived among them, for a list. */
  rows(arrived: readonly Upload[]): Upload[] {
    return [...arrived, ...this.uploads.list].sort(this.#inOrder);
  }

  /** Sends the message now, or as soon as its files have arrived; it stays where one of them has failed for good. */
  send(sending: Sending): void {
    const { list } = this.uploads;
    this.blocked = list.some(isStuck);
    if (this.blocked) return;
    this.uploads.left = null;
    if (list.length > 0) this.queued = sending;
    else this.#post(sending);
  }

  #post({ notify, name }: Sending): void {
    this.queued = null;
    this.deal.post(notify, name, this.#document);
  }

  #changed(list: readonly Upload[]): void {
    for (const { id } of list) if (!this.#places.has(id)) this.#places.set(id, this.#places.size);
    const arrived = list.find((upload) => upload.file !== null);
    // Taking it away changes the list, and this is called again.
    if (arrived?.file) {
      const files = [...this.deal.filesFor(this.#document), arrived.file];
      this.deal.keepFiles(this.#document, files.sort(this.#inOrder));
      return this.uploads.remove(arrived.id);
    }
    const stuck = list.some(isStuck);
    if (stuck && this.queued) this.blocked = true;
    if (!stuck) this.blocked = false;
    if (stuck) this.queued = null;
    else if (this.queued && list.length === 0) this.#post(this.queued);
  }

  #count(): number {
    return this.deal.filesFor(this.#document).length + this.uploads.list.length;
  }
}

function isStuck(upload: Upload): boolean {
  return upload.state === 'failed' && !triesByItself(upload);
}
