import type { Catalogue } from '../../shared/i18n/index.ts';
import type { EventData, EventType, FEED, FeedEvent } from '../../shared/events.ts';
import type { Language } from '../../shared/document.ts';
import { day, money } from '../../shared/format.ts';
import type { Entry } from './group.ts';
import { extendedTo } from '../parts/change-words.ts';
import { askedFor } from '../parts/proposal-words.ts';
import { houseName, houseSentence, isHouse } from './house-sentence.ts';
import { listOf } from './list.ts';
import { isPayment, payerName, paymentSentence } from './payment-sentence.ts';
import type { Say, Sentence } from './said.ts';

/** An entry of the feed in words. */
export function sentenceOf(entry: Entry, words: Catalogue, language: Language): Sentence {
  const { event } = entry;
  const { did, remindOn } = words.console.feed;
  const { feed: chain } = words.chain;
  const say = (text: string, tone: Sentence['tone'] = 'neutral', quote: string | null = null, note: string | null = null): Sentence => ({
    name: nameOf(event, words),
    did: text,
    quote,
    note,
    tone,
    alarm: false,
  });
  if (isHouse(event)) return houseSentence(event, say, words, language);
  if (isPayment(event)) return paymentSentence(event, say, words, language);
  switch (event.type) {
    case 'document.drafted':
      return say(did.drafted);
    case 'document.issued':
      return say(did.issued);
    case 'document.revised': {
      const until = extendedTo(event.data.document);
      return say(until === null ? did.revised(event.data.document.revision) : chain.extended(day(until, language)));
    }
    case 'document.deleted':
      return say(chain.deleted(words.kinds[event.data.kind].toLocaleLowerCase(language)));
    case 'draft.started':
      return say(chain.revisionStarted);
    case 'draft.discarded':
      return say(chain.revisionDiscarded);
    case 'document.viewed':
      return say(did.viewed(entry.count), 'look');
    case 'document.accepted':
      return acceptedSentence(event.data, say, words);
    case 'document.refused':
      return say(did.refused, 'bad', event.data.decision.reason);
    case 'document.held': {
      const { reason, remindOn: on } = event.data.decision;
      return say(did.held, 'wait', reason, on === null ? null : remindOn(day(on, language)));
    }
    case 'document.withdrawn':
      return say(chain.withdrawn, 'bad', event.data.act.reason);
    case 'document.reopened':
      return say(chain.reopened, 'wait', event.data.act.reason);
    case 'invoice.credited':
      return say(chain.credited(money(event.data.amount, event.row?.currency ?? 'EUR', language)));
    case 'options.chosen':
      return say(event.data.chosen ? chain.chose(event.data.description) : chain.unchose(event.data.description), 'talk');
    case 'receipt.recorded':
      return say(did.receipt(event.data.receipt.number));
    case 'message.posted':
      return messageSentence(event.data.message, say, words, language);
    case 'link.created':
      return say(did.link(event.data.link.contact?.name ?? event.data.link.label));
    case 'link.revoked':
      return say(did.linkRevoked);
    case 'document.sent':
      return say(
        did.sent(
          listOf(
            event.data.to.map(({ name }) => name),
            language,
          ),
        ),
      );
    case 'mail.failed': {
      const { cause, detail, address } = event.data;
      const { linkRevoked, noAccess, overtaken } = words.console.share.mail;
      // Nobody waits for it: there is nothing to mend.
      if (cause === 'no_access' || cause === 'overtaken')
        return say(did.notReceived, 'neutral', cause === 'overtaken' ? overtaken : noAccess, address);
      return { ...say(did.notReceived, 'bad', cause === 'link_revoked' ? linkRevoked : detail || null, address), alarm: true };
    }
    case 'reminder.sent': {
      const { sentDue, sentExpiring } = words.console.reminders.feed;
      const names = listOf(
        event.data.to.map(({ name }) => name),
        language,
      );
      return say(event.data.kind === 'due' ? sentDue(names) : sentExpiring(names));
    }
    case 'file.attached':
      return say(did.attached(event.data.file.name), 'talk');
    case 'file.removed':
      return say(did.fileRemoved(event.data.name));
    default:
      // Whatever the feed shows has its words: the compiler says what is missing.
      return say(event.type satisfies Exclude<EventType, (typeof FEED)[number]>);
  }
}

/** With the client's own order number, and what they were not satisfied with. */
function acceptedSentence({ status, decision }: EventData['document.accepted'], say: Say, words: Catalogue): Sentence {
  const { orderNumber, reserves, reason } = decision;
  const note = orderNumber === null ? null : words.chain.feed.orderNumber(orderNumber);
  if (status !== 'accepted_with_reserves') return say(words.console.feed.did.accepted, 'good', reason, note);
  return say(words.chain.feed.accepted_with_reserves, 'wait', reserves.map(({ text }) => text).join('\n'), note);
}

/** Files alone need no "wrote". */
function messageSentence(
  { text, files, notify, proposal }: EventData['message.posted']['message'],
  say: Say,
  words: Catalogue,
  language: Language,
): Sentence {
  const { did, files: filesWord, notified } = words.console.feed;
  if (proposal !== null) return say(askedFor(proposal, words, language), 'talk', text || null);
  const notes = [...(text !== '' && files.length > 0 ? [filesWord(files.length)] : []), ...(notify ? [notified] : [])];
  const note = notes.length === 0 ? null : notes.join(' · ');
  return text === '' ? say(did.sentFiles(files.length), 'talk', null, note) : say(did.wrote, 'talk', text, note);
}

/** Who did it, as a name; "someone" for a holder of a link who has given none. */
function nameOf(event: FeedEvent, words: Catalogue): string {
  // Of a mail that came back, it matters whose it was.
  if (event.type === 'mail.failed') return event.data.name;
  const about = isHouse(event) ? houseName(event) : isPayment(event) ? payerName(event) : null;
  if (about !== null) return about;
  if (event.type === 'document.viewed') return event.data.name ?? words.console.someone;
  if (event.type === 'document.accepted' || event.type === 'document.refused' || event.type === 'document.held')
    return event.data.decision.name;
  if (event.actor === null || event.actor.side === 'system') return event.actor?.name || words.console.program;
  return event.actor.name || words.console.someone;
}
