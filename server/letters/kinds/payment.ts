import type { PaymentTurn, PaymentWordsOf } from '../../../shared/i18n/letters/fr.ts';
import { isCurrency } from '../../../shared/money.ts';
import { day, money } from '../../../shared/format.ts';
import type { PaymentNews } from '../../entities/index.ts';
import { numberOf, theKindOf, whatOf, wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter } from '../letter.ts';
import type { Block, Fact, Outline } from '../outline.ts';

/** After these the client is told what is left, in a sentence of its own. Of a refund it is the company's business: a credit note may follow. */
const TELLS_LEFT: ReadonlySet<PaymentTurn> = new Set(['part', 'reversed', 'disputed', 'dispute_lost']);
/** Their reason is what the owner wrote; of a dispute or a failure it is a code of the bank’s, which is no business of the client’s. */
const REASON_FOR_BOTH: ReadonlySet<PaymentTurn> = new Set(['reversed', 'refunded']);
/** Of these, what is left says nothing: the money is still on its way, or not on this invoice at all. */
const WITHOUT_LEFT: ReadonlySet<PaymentTurn> = new Set(['processing', 'unmatched']);
/** What only the company can see to. */
const OWNERS_ALONE: ReadonlySet<PaymentNews['what']> = new Set(['unmatched', 'refund_refused', 'blocked']);

/**
 * Something has become of a payment. It says what was so when it happened: nothing of the document's amounts as they are now. Throws where the
 * letter has no such news, and where news are not for its side.
 */
export function payment(letter: Letter): Outline {
  const words = wordsOf(letter);
  const m = words.mail.payment;
  const news = givenNews(letter);
  const turn = turnOf(news);
  const toOwner = letter.side === 'owner';
  const of = wordsFor(letter, news);
  const about = m.about[turn](whatOf(letter), of);
  const told = toOwner ? m.toOwner[turn](of) : m.toClient[turn](of);
  const left = news.due > 0 && TELLS_LEFT.has(turn) ? [m.left(amountIn(letter, news.due), of.number)] : [];
  const attached = letter.receipt !== null ? [m.attached] : [];
  return {
    language: letter.language,
    accent: letter.company.accent,
    about: news.test ? m.inTest(about) : about,
    sender: toOwner ? letter.client : letter.company.name,
    preheader: [...(news.test ? [words.payment.receipt.test] : []), ...told].join(' '),
    heading: about,
    blocks: [
      ...stampOf(letter, news, turn),
      { is: 'text', paragraphs: [...told, ...left, ...attached] },
      { is: 'facts', facts: factsOf(letter, news, turn) },
      ...(news.receiptUrl === null ? [] : [{ is: 'link' as const, label: m.stripeReceipt, url: news.receiptUrl }]),
    ],
    button: { label: turn === 'failed' && !toOwner ? m.pay : words.mail.read(theKindOf(letter)), url: letter.url },
    foot: footOf(letter, m.why),
  };
}

function givenNews({ payment: news, kind, side }: Letter): PaymentNews {
  if (news === null) throw new Error(`a letter of kind ${kind} needs news of a payment`);
  if (OWNERS_ALONE.has(news.what) && side === 'client') throw new Error(`of ${news.what} the company alone is told`);
  return news;
}

/** A dispute of nothing only asks: no money was taken. */
function turnOf({ what, due, amount }: PaymentNews): PaymentTurn {
  if (what === 'received') return due < 0 ? 'overpaid' : due > 0 ? 'part' : 'paid';
  if (amount === 0 && what === 'disputed') return 'inquired';
  if (amount === 0 && what === 'dispute_won') return 'inquiry_closed';
  return what;
}

function wordsFor(letter: Letter, news: PaymentNews): PaymentWordsOf {
  return {
    company: letter.company.name,
    client: letter.client,
    number: numberOf(letter),
    amount: amountOf(letter, news),
    over: amountIn(letter, Math.max(0, -news.due)),
  };
}

/** What fits nothing may be in another currency than the document. */
function amountOf(letter: Letter, { what, amount, reason }: PaymentNews): string {
  const currency = what === 'unmatched' && reason !== null && isCurrency(reason) ? reason : null;
  return currency === null ? amountIn(letter, Math.abs(amount)) : money(Math.abs(amount), currency, letter.language);
}

function amountIn({ document, language }: Letter, amount: number): string {
  return money(amount, document.content.currency ?? 'EUR', language);
}

/** "Payée · 24 nov. 2026", and what must not be overlooked of a trial. */
function stampOf(letter: Letter, news: PaymentNews, turn: PaymentTurn): Block[] {
  const words = wordsOf(letter);
  const paid = turn === 'paid' || turn === 'overpaid';
  const text = words.document.stamp(words.state('invoice', 'paid'), day(news.day, letter.language), null);
  return [
    ...(news.test ? [{ is: 'stamp' as const, text: words.payment.receipt.test, tone: 'wait' as const }] : []),
    ...(paid ? [{ is: 'stamp' as const, text, tone: 'good' as const }] : []),
  ];
}

function factsOf(letter: Letter, news: PaymentNews, turn: PaymentTurn): Fact[] {
  const words = wordsOf(letter);
  const m = words.mail.payment;
  const over = news.due < 0;
  const left = WITHOUT_LEFT.has(turn) || (turn === 'refunded' && letter.side === 'client');
  return [
    letter.side === 'owner' ? { label: words.mail.client, value: letter.client } : null,
    { label: words.kinds[letter.document.kind], value: numberOf(letter) },
    news.amount === 0 ? null : { label: m.amount, value: amountOf(letter, news), strong: true },
    news.method === null ? null : { label: words.payment.receipt.method, value: words.payment.methods[news.method] },
    { label: m.day, value: day(news.day, letter.language) },
    left ? null : { label: over ? words.payment.receipt.overpaid : words.page.leftToPay, value: amountIn(letter, Math.abs(news.due)) },
    !news.reason || turn === 'unmatched' || (letter.side === 'client' && !REASON_FOR_BOTH.has(turn))
      ? null
      : { label: words.page.reason, value: news.reason, long: true },
  ].filter((fact) => fact !== null);
}
