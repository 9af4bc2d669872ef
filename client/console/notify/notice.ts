import type { Language } from '../../../shared/document.ts';
import type { FeedEvent } from '../../../shared/events.ts';
import type { Catalogue } from '../../../shared/i18n/index.ts';
import { sentenceOf } from '../sentence.ts';

/** What a notification of the browser says, and where a click on it leads. */
export interface Notice {
  title: string;
  body: string;
  /** One a document: the newest takes the place of the one before. */
  tag: string;
  /** The document's screen, with the conversation open for what was said there. */
  address: string;
}

/** Characters of a body: systems cut it somewhere near, and not all of them well. */
const BODY = 160;
/** After a long absence a few say enough. */
const MOST = 4;

/** What of a batch is worth a notification: one a document, the newest; the oldest first. */
export function noticesOf(events: readonly FeedEvent[], words: Catalogue, language: Language): Notice[] {
  const newest = new Map<string, Notice>();
  for (const event of events) {
    const notice = noticeOf(event, words, language);
    if (notice === null) continue;
    newest.delete(notice.tag);
    newest.set(notice.tag, notice);
  }
  return [...newest.values()].slice(-MOST);
}

function noticeOf(event: FeedEvent, words: Catalogue, language: Language): Notice | null {
  if (event.document === null || !isWorthy(event)) return null;
  const { name, did, quote, note } = sentenceOf({ event, count: 1 }, words, language);
  const what = event.row === null ? '' : ` · ${words.kinds[event.row.kind]} ${event.row.number ?? ''}`.trimEnd();
  const body = [...[note ?? '', quote ?? ''].filter((part) => part !== '').join('\n')];
  return {
    title: `${name} ${did}${what}`,
    body: body.length > BODY ? `${body.slice(0, BODY - 1).join('')}…` : body.join(''),
    tag: `document:${event.document}`,
    address: `/documents/${event.document}${event.type === 'message.posted' ? '#talk' : ''}`,
  };
}

/** What the client did, and what keeps them from hearing of the owner. */
function isWorthy(event: FeedEvent): boolean {
  switch (event.type) {
    case 'document.accepted':
    case 'document.refused':
    case 'document.held':
      return true;
    case 'mail.failed':
      return event.data.cause !== 'no_access' && event.data.cause !== 'overtaken';
    case 'message.posted':
      return event.data.message.side === 'client';
    case 'file.attached':
      return event.data.file.side === 'client';
    default:
      return false;
  }
}
