import type { Language } from '../../shared/document.ts';
import type { Change } from '../../shared/changes.ts';
import type { WireEvent } from '../../shared/events.ts';
import { day, money, timeOf } from '../../shared/format.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { Minor } from '../../shared/money.ts';
import { outcomeOf } from '../../shared/outcome.ts';
import type { DealView } from '../../shared/view.ts';
import { changeSentences, extendedTo } from './change-words.ts';
import { askedFor } from './proposal-words.ts';

/** A sentence about something that happened while the page was open. */
export interface Notice {
  key: number;
  text: string;
  /** What changed, one sentence each. */
  changes: string[];
  /** The document to go to, when it is another one than the one on the screen. */
  document: string | null;
  /** It is answered in the conversation of its document: that is where it leads. */
  talk: boolean;
}

interface Reading {
  /** The view after the event. */
  view: DealView;
  /** The document on the screen. */
  document: string;
  me: string | null;
  words: Catalogue;
  language: Language;
}

/** What to say about an event: who did what, and when. null for what speaks for itself, such as a message. */
export function noticeOf(event: WireEvent, { view, document, me, words, language }: Reading): Notice | null {
  const subject = view.documents.find((doc) => doc.id === event.document);
  if (!subject) return null;
  const { page } = words;
  const here = subject.id === document;
  const what = here ? page.thisKind[subject.kind] : `${page.theKind[subject.kind]} ${subject.number ?? ''}`;
  const at = timeOf(event.at, language, view.company.timeZone);
  const mine = event.actor !== null && event.actor.person !== null && event.actor.person === me;
  const who = mine ? page.you : (event.actor?.name ?? page.someone);
  const say = (text: string, changes: string[] = []): Notice => ({
    key: event.seq,
    text,
    changes,
    document: here ? null : subject.id,
    talk: false,
  });
  const { happened: paying } = words.paying;
  const amount = (of: Minor) => money(Math.abs(of), subject.content.currency ?? 'EUR', language);
  switch (event.type) {
    case 'document.accepted':
    case 'document.refused':
    case 'document.held':
      return say(page.done[outcomeOf(event.data.decision)](mine ? page.you : event.data.decision.name, what, at));
    case 'document.revised': {
      const until = extendedTo(subject);
      if (here && until !== null) return say(words.chain.notice.extended(who, day(until, language), at));
      const list: Change[] = subject.revisions.at(-1)?.changes ?? [];
      return here ? say(page.revised(who, subject.revision, at), changeSentences(list, subject.content.currency, words, language)) : null;
    }
    case 'document.issued':
      return here ? null : say(page.issued(words.kinds[subject.kind], subject.number ?? ''));
    case 'receipt.recorded':
      return say(page.received(words.kinds[subject.kind], subject.number ?? ''));
    case 'document.withdrawn':
      return say(words.chain.notice.withdrawn(who, what, at));
    case 'document.reopened':
      return say(words.chain.notice.reopened(who, what, at, event.data.act.reason ?? ''));
    case 'invoice.credited':
      return say(words.chain.notice.credited(subject.number ?? '', money(event.data.amount, subject.content.currency ?? 'EUR', language)));
    case 'payment.started':
      return mine ? null : say(paying.started(who || page.someone, amount(event.data.checkout.amount)));
    case 'payment.processing':
      return say(paying.processing(what, amount(event.data.checkout.amount)));
    case 'payment.failed':
      return say(paying.failed(what, amount(event.data.checkout.amount)));
    case 'payment.received': {
      const { entry, due } = event.data;
      return say([paying.received(what, amount(entry.amount)), ...(due < 0 ? [paying.over(amount(due))] : [])].join(' '));
    }
    case 'payment.reversed':
      return say(paying.reversed(what, amount(event.data.entry.amount)));
    case 'payment.refunded':
      return say(paying.refunded(what, amount(event.data.entry.amount)));
    case 'refund.failed':
      return say(paying.refundFailed(what, amount(event.data.entry.amount)));
    case 'payment.disputed':
      return say(paying.disputed(what));
    case 'dispute.closed':
      return say(paying.disputeClosed(what));
    case 'options.chosen':
      return mine ? null : say(words.chain.notice[event.data.chosen ? 'chosen' : 'unchosen'](who, event.data.description, at));
    case 'message.posted': {
      const { proposal } = event.data.message;
      return proposal && { ...say(`${who} ${askedFor(proposal, words, language)}`), document: subject.id, talk: true };
    }
    case 'file.attached':
      return say(page.fileAttached(who, event.data.file.name, at));
    case 'file.removed':
      return say(page.fileRemoved(who, event.data.name, at));
    default:
      return null;
  }
}
