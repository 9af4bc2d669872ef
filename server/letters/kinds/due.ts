import { onlineMethods } from '../../../shared/payment.ts';
import type { ReminderTone } from '../../../shared/i18n/letters/fr.ts';
import { day } from '../../../shared/format.ts';
import { writtenIban } from '../../../shared/identifiers.ts';
import { transferOf, type Transfer } from '../../../shared/transfer.ts';
import type { ReminderNews } from '../../entities/index.ts';
import { numberOf, theKindOf, whatOf, wordsOf } from '../facts.ts';
import type { Letter } from '../letter.ts';
import type { Block, Outline } from '../outline.ts';
import { amountFact, amountIn, givenReminder, reminderFoot } from './reminded.ts';

/** An invoice is to be paid, or is late: what is left, since when, and how to pay it. Friendly however often; nothing is threatened with. */
export function due(letter: Letter): Outline {
  const words = wordsOf(letter);
  const m = words.mail.reminders.due;
  const news = givenReminder(letter);
  const tone = toneOf(news);
  const deadline = day(news.deadline, letter.language);
  const of = { company: letter.company.name, number: numberOf(letter), deadline, amount: amountIn(letter, news.amount ?? 0) };
  const about = m.about[tone](whatOf(letter), of);
  const text = [...m.text[tone](of), tone === 'ahead' ? m.paidAlready : m.paidMeanwhile];
  const way = transferIn(letter, news);
  const online = onlineMethods(letter.document, letter.company.online).length > 0;
  return {
    language: letter.language,
    accent: letter.company.accent,
    about,
    sender: letter.company.name,
    preheader: text.join(' '),
    heading: about,
    blocks: [
      { is: 'text', paragraphs: text },
      {
        is: 'facts',
        facts: [
          { label: words.kinds.invoice, value: of.number },
          { label: words.document.date, value: day(letter.document.content.issueDate, letter.language) },
          { label: words.document.dueDate, value: deadline },
          amountFact(letter, words.page.leftToPay),
        ].filter((fact) => fact !== null),
      },
      ...waysOf(letter, way, online),
    ],
    button: { label: online || way !== null ? words.mail.payment.pay : words.mail.read(theKindOf(letter)), url: letter.url },
    ...reminderFoot(letter),
  };
}

function toneOf({ deadline, today, nth }: ReminderNews): ReminderTone {
  if (today <= deadline) return 'ahead';
  return nth === 1 ? 'first' : nth === 2 ? 'second' : 'later';
}

/** To which account, whatever has been paid since. */
function transferIn({ document }: Letter, { amount }: ReminderNews): Transfer | null {
  return transferOf({ ...document, status: 'issued', due: amount, checkouts: [] });
}

function waysOf(letter: Letter, way: Transfer | null, online: boolean): Block[] {
  const words = wordsOf(letter);
  const { due: m } = words.mail.reminders;
  const { transfer } = words.payment;
  if (way === null) return online ? [{ is: 'text', paragraphs: [m.online] }] : [];
  const { accountName, iban, bic, reference } = way;
  const facts = [
    { label: transfer.accountName, value: accountName },
    { label: words.document.iban, value: writtenIban(iban) },
    { label: words.document.bic, value: bic },
    { label: words.document.paymentReference, value: reference },
  ].flatMap(({ label, value }) => (value === null ? [] : [{ label, value }]));
  return [
    { is: 'text', paragraphs: [online ? m.onlineOrTransfer : m.byTransfer] },
    { is: 'facts', facts },
  ];
}
