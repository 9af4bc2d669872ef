import { FILE_MAX } from '../../../shared/files.ts';
import { REFUSALS, type RefusalCode } from '../../../shared/refusal.ts';
import type { FileView } from '../../../shared/view.ts';
import { backoff } from '../../live/backoff.ts';
import { listen, realClock, type Clock } from '../../live/browser.ts';
import { newId } from '../../live/id.ts';
import { triesByItself, type UploadFault } from './faults.ts';

/** One file on its way. A new object at each change, so that it can be compared by identity. */
export interface Upload {
  /** The file's id for good, made once: however often it is sent, it is one file. */
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly state: 'waiting' | 'sending' | 'done' | 'failed' | 'cancelled';
  /** 0 to 1. */
  readonly progress: number;
  readonly fault: UploadFault | null;
  /** What the server made of it. */
  readonly file: FileView | null;
}

/** What was not even begun, and why. */
export interface Left {
  /** Names of files above the limit. */
  tooLarge: string[];
  /** How many there were too many. */
  tooMany: number;
}

export interface Uploading {
  /** In the order chosen; without what was taken away. */
  readonly list: readonly Upload[];
  /** Begins with files somebody chose. null: all of them were taken. */
  add(files: readonly File[]): Left | null;
  /** Takes one away, wherever it is on its way. */
  remove(id: string): void;
  /** Sends a failed one again, under its id. */
  retry(id: string): void;
  /** Sends what failed for want of a connection again: it is back. */
  resume(): void;
}

export interface UploadOptions {
  url: string;
  onChange: (list: readonly Upload[]) => void;
  /** How many more files there may be. */
  room: () => number;
  /** How many are sent at the same time: they share the line. One at a time arrive in the order chosen. */
  atOnce?: number;
  request?: () => XMLHttpRequest;
  window?: EventTarget | null;
  clock?: Clock;
}

/** Milliseconds without a sign of life after which a connection counts as dead. */
const STALLED = 60_000;
const RETRY_FIRST = 2_000;
const RETRY_MOST = 30_000;

interface Entry {
  upload: Upload;
  body: File;
  request: XMLHttpRequest | null;
  tries: number;
}

/**
 * Sends files one by one to `url` as multipart forms: the field `id`, then the part `file`. Over XMLHttpRequest, which alone tells how far
 * an upload is.
 * @param options.window where the connection's return is heard, and where leaving is warned of as long as something is on its way
 */
export function createUploads(options: UploadOptions): Uploading {
  const { url, onChange, room, atOnce = 2, request = () => new XMLHttpRequest(), clock = realClock } = options;
  const page = options.window === undefined ? (typeof window === 'undefined' ? null : window) : options.window;
  let entries: Entry[] = [];
  let list: readonly Upload[] = [];
  let endPause: (() => void) | null = null;
  let stopWatching: (() => void) | null = null;

  function publish(): void {
    list = entries.map((entry) => entry.upload);
    watch(entries.some((entry) => isUnderWay(entry.upload)));
    onChange(list);
  }

  function watch(busy: boolean): void {
    if (busy === (stopWatching !== null)) return;
    stopWatching?.();
    stopWatching = null;
    if (!busy || page === null) return;
    const offs = [listen(page, ['online'], resume), warnOfLeaving(page)];
    stopWatching = () => {
      for (const off of offs) off();
    };
  }

  function edit(entry: Entry, change: Partial<Upload>): void {
    entry.upload = { ...entry.upload, ...change };
  }

  function pump(): void {
    const free = atOnce - entries.filter((entry) => entry.upload.state === 'sending').length;
    for (const entry of entries.filter((one) => one.upload.state === 'waiting').slice(0, Math.max(0, free))) send(entry);
    publish();
  }

  function send(entry: Entry): void {
    const sending = request();
    entry.request = sending;
    edit(entry, { state: 'sending', progress: 0, fault: null });
    let endStall = () => {};
    const alive = () => {
      endStall();
      endStall = clock.after(STALLED, () =>
        heard(() => {
          sending.abort();
          failed(entry, 'network');
        }),
      );
    };
    // Whatever comes of a request that is no longer this entry's is not heard.
    const heard = (what: () => void) => {
      if (entry.request !== sending) return;
      endStall();
      entry.request = null;
      what();
    };
    sending.upload.onprogress = ({ loaded, total }) => {
      if (entry.request !== sending) return;
      alive();
      edit(entry, { progress: total > 0 ? Math.min(1, loaded / total) : 0 });
      publish();
    };
    sending.onload = () => heard(() => answered(entry, sending.status, sending.responseText));
    sending.onerror = () => heard(() => void broken(entry));
    sending.open('POST', url);
    sending.setRequestHeader('accept', 'application/json');
    const form = new FormData();
    form.append('id', entry.upload.id);
    form.append('file', entry.body, entry.upload.name);
    alive();
    sending.send(form);
  }

  function answered(entry: Entry, status: number, text: string): void {
    const body = parsed(text);
    const file = status >= 200 && status < 300 ? body.file : undefined;
    if (!file) return failed(entry, codeOf(status, body));
    edit(entry, { state: 'done', progress: 1, file: file as FileView });
    pump();
  }

  /** Broken off by the network, or because the file is not on the disk any more: the browser does not say which. */
  async function broken(entry: Entry): Promise<void> {
    const readable = await entry.body
      .slice(0, 1)
      .arrayBuffer()
      .then(
        () => true,
        () => false,
      );
    if (entry.upload.state === 'sending' && entry.request === null) failed(entry, readable ? 'network' : 'unreadable');
  }

  function failed(entry: Entry, fault: UploadFault): void {
    entry.tries += 1;
    edit(entry, { state: 'failed', progress: 0, fault });
    if (triesByItself(entry.upload)) endPause ??= clock.after(backoff(entry.tries, RETRY_FIRST, RETRY_MOST), resume);
    pump();
  }

  function resume(): void {
    endPause?.();
    endPause = null;
    for (const entry of entries) if (triesByItself(entry.upload)) edit(entry, { state: 'waiting', fault: null });
    pump();
  }

  return {
    get list() {
      return list;
    },
    add(files) {
      const tooLarge = files.filter((file) => file.size > FILE_MAX).map((file) => file.name);
      const fitting = files.filter((file) => file.size <= FILE_MAX);
      const taken = fitting.slice(0, Math.max(0, room()));
      for (const body of taken) {
        const { name, size: bytes, type: mediaType } = body;
        const upload: Upload = { id: newId(), name, bytes, mediaType, state: 'waiting', progress: 0, fault: null, file: null };
        entries.push({ upload, body, request: null, tries: 0 });
      }
      pump();
      const tooMany = fitting.length - taken.length;
      return tooLarge.length === 0 && tooMany === 0 ? null : { tooLarge, tooMany };
    },
    remove(id) {
      const entry = entries.find((one) => one.upload.id === id);
      if (!entry) return;
      const { request: under } = entry;
      entry.request = null;
      under?.abort();
      edit(entry, { state: 'cancelled' });
      entries = entries.filter((one) => one !== entry);
      pump();
    },
    retry(id) {
      const entry = entries.find((one) => one.upload.id === id);
      if (entry?.upload.state !== 'failed') return;
      edit(entry, { state: 'waiting', fault: null });
      pump();
    },
    resume,
  };
}

/** Whether leaving the page now would lose it. */
function isUnderWay(upload: Upload): boolean {
  return upload.state === 'waiting' || upload.state === 'sending' || triesByItself(upload);
}

function warnOfLeaving(page: EventTarget): () => void {
  // Not through `listen`: its listeners are passive, and this one must be heard.
  const warn = (event: Event) => event.preventDefault();
  page.addEventListener('beforeunload', warn);
  return () => page.removeEventListener('beforeunload', warn);
}

function parsed(text: string): { file?: unknown; code?: unknown } {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** The code of a problem document (RFC 9457); what is not one, as from a proxy in between, is judged by its status. */
function codeOf(status: number, { code }: { code?: unknown }): UploadFault {
  if (typeof code === 'string' && Object.hasOwn(REFUSALS, code)) return code as RefusalCode;
  const byStatus: Record<number, UploadFault> = {
    0: 'network',
    401: 'unauthorized',
    403: 'forbidden',
    404: 'not_found',
    413: 'too_large',
    429: 'rate_limited',
    507: 'storage_full',
  };
  return byStatus[status] ?? (status >= 502 && status <= 504 ? 'unavailable' : status >= 500 || status < 300 ? 'internal' : 'malformed');
}
