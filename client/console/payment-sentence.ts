import type { EventData, EventType, FeedEvent } from '../../shared/events.ts';
import type { Language } from '../../shared/document.ts';
import { money } from '../../shared/format.ts';
import type { Catalogue } from '../../shared/i18n/index.ts';
import type { Minor } from '../../shared/money.ts';
import type { Say, Sentence } from './said.ts';

/** What becomes of money; each has its sentence here. */
export const PAYMENTS = [
  'payment.started',
  'payment.processing',
  'payment.failed',
  'payment.received',
  'payment.reversed',
  'payment.refunded',
  'refund.failed',
  'payment.disputed',
  'dispute.closed',
  'payment.unmatched',
  'payment.blocked',
  'refund.requested',
  'refund.refused',
] as const satisfies readonly EventType[];

type PaymentEvent = Extract<FeedEvent, { type: (typeof PAYMENTS)[number] }>;

const TYPES: ReadonlySet<EventType> = new Set<EventType>(PAYMENTS);
const STRIPE = 'Stripe';

export function isPayment(event: FeedEvent): event is PaymentEvent {
  return TYPES.has(event.type);
}

/** Whose name stands before it: the user who did it, the client whose money it is, or Stripe. null: the event's own actor. */
export function payerName(event: PaymentEvent): string | null {
  switch (event.type) {
    case 'payment.refunded':
      return event.data.entry.by ?? STRIPE;
    case 'refund.failed':
    case 'dispute.closed':
    case 'refund.refused':
      return STRIPE;
    case 'payment.received':
      return event.data.entry.by ?? event.row?.client ?? null;
    case 'payment.started':
      return event.actor?.name || (event.row?.client ?? null);
    case 'payment.reversed':
    case 'refund.requested':
      return null;
    default:
      return event.row?.client ?? null;
  }
}

/** What happened to the money of an invoice, in words. */
export function paymentSentence(event: PaymentEvent, say: Say, words: Catalogue, language: Language): Sentence {
  const { feed } = words.paying;
  const currency = event.row?.currency ?? 'EUR';
  const amount = (of: Minor) => money(Math.abs(of), currency, language);
  switch (event.type) {
    case 'payment.started':
      return say(feed.started(amount(event.data.checkout.amount)));
    case 'payment.processing':
      return say(feed.processing(amount(event.data.checkout.amount), event.data.checkout.method), 'wait');
    case 'payment.failed':
      return { ...say(feed.failed(amount(event.data.checkout.amount)), 'bad', null, event.data.reason), alarm: true };
    case 'payment.received':
      return received(event.data, say, words, amount);
    case 'payment.reversed':
      return say(feed.reversed(amount(event.data.entry.amount)), 'wait', event.data.entry.reason);
    case 'payment.refunded':
      return say(feed.refunded(amount(event.data.entry.amount)), 'wait', event.data.entry.reason);
    case 'refund.failed':
      return { ...say(feed.refundFailed(amount(event.data.entry.amount)), 'bad'), alarm: true };
    case 'payment.disputed': {
      const { amount: taken, reason } = event.data.entry;
      return { ...say(taken === 0 ? feed.asked : feed.disputed(amount(taken)), 'bad', null, reason), alarm: true };
    }
    case 'dispute.closed':
      return event.data.entry.kind === 'dispute_lost' ? say(feed.disputeLost, 'bad') : say(feed.disputeWon, 'good');
    case 'payment.unmatched':
      return { ...say(feed.unmatched(money(event.data.amount, event.data.currency, language)), 'bad'), alarm: true };
    case 'payment.blocked':
      return { ...say(feed.blocked, 'bad', null, event.data.detail), alarm: true };
    case 'refund.requested':
      return say(feed.refundAsked(amount(event.data.refund.amount)));
    case 'refund.refused':
      return { ...say(feed.refundRefused(amount(event.data.refund.amount)), 'bad', null, event.data.refund.detail), alarm: true };
  }
}

/** With what is left, or too much. */
function received({ entry, due }: EventData['payment.received'], say: Say, words: Catalogue, amount: (of: Minor) => string): Sentence {
  const { feed } = words.paying;
  const did = (entry.by === null ? feed.received : feed.recorded)(amount(entry.amount), entry.method);
  const note = due === 0 ? feed.paidInFull : due < 0 ? feed.over(amount(due)) : feed.left(amount(due));
  return say(did, due < 0 ? 'wait' : 'good', null, note);
}
