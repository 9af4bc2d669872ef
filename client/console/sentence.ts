import type { Catalogue } from '../../shared/i18n/index.ts';
import type { FeedEvent } from '../../shared/events.ts';
import type { Language } from '../../shared/document.ts';
import { day } from '../../shared/format.ts';
import type { Entry } from './group.ts';

/** One line of the feed: who did what, what they wrote, and a small remark after it. */
export interface Sentence {
  name: string;
  did: string;
  /** Their own words: a message, or the reason of a decision. */
  quote: string | null;
  note: string | null;
  tone: 'good' | 'bad' | 'wait' | 'talk' | 'look' | 'neutral';
}

/** An entry of the feed in words. */
export function sentenceOf(entry: Entry, words: Catalogue, language: Language): Sentence {
  const { event } = entry;
  const { did, remindOn, notified } = words.console.feed;
  const say = (text: string, tone: Sentence['tone'] = 'neutral', quote: string | null = null, note: string | null = null): Sentence => ({
    name: nameOf(event, words),
    did: text,
    quote,
    note,
    tone,
  });
  switch (event.type) {
    case 'document.drafted':
      return say(did.drafted);
    case 'document.issued':
      return say(did.issued);
    case 'document.revised':
      return say(did.revised(event.data.document.revision));
    case 'document.viewed':
      return say(did.viewed(entry.count), 'look');
    case 'document.accepted':
      return say(did.accepted, 'good', event.data.decision.reason);
    case 'document.refused':
      return say(did.refused, 'bad', event.data.decision.reason);
    case 'document.held': {
      const { reason, remindOn: on } = event.data.decision;
      return say(did.held, 'wait', reason, on === null ? null : remindOn(day(on, language)));
    }
    case 'receipt.recorded':
      return say(did.receipt(event.data.receipt.number));
    case 'message.posted':
      return say(did.wrote, 'talk', event.data.message.text, event.data.message.notify ? notified : null);
    case 'link.created':
      return say(did.link(event.data.link.contact?.name ?? event.data.link.label));
    case 'link.revoked':
      return say(did.linkRevoked);
    default:
      return say(event.type);
  }
}

/** Who did it, as a name; "someone" for a holder of a link who has given none. */
function nameOf(event: FeedEvent, words: Catalogue): string {
  if (event.type === 'document.viewed') return event.data.name ?? words.console.someone;
  if (event.type === 'document.accepted' || event.type === 'document.refused' || event.type === 'document.held')
    return event.data.decision.name;
  if (event.actor === null || event.actor.side === 'system') return event.actor?.name || words.console.program;
  return event.actor.name || words.console.someone;
}
