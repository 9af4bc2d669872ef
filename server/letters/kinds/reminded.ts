import { money } from '../../../shared/format.ts';
import type { ReminderNews } from '../../entities/index.ts';
import { wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter } from '../letter.ts';
import type { Fact, Outline } from '../outline.ts';

/** What a letter reminds of. Throws where it is no reminder. */
export function givenReminder({ reminder, kind }: Letter): ReminderNews {
  if (reminder === null) throw new Error(`a letter of kind ${kind} needs what it reminds of`);
  return reminder;
}

/** An amount of its document. */
export function amountIn({ document, language }: Letter, amount: number): string {
  return money(amount, document.content.currency ?? 'EUR', language);
}

/** What a quote comes to, or what is left of an invoice, as it was when the reminder was decided. */
export function amountFact(letter: Letter, label: string): Fact | null {
  const { amount } = givenReminder(letter);
  return amount === null ? null : { label, value: amountIn(letter, amount), strong: true };
}

/** The foot of a reminder: of all mails, these alone can be unsubscribed from. */
export function reminderFoot(letter: Letter): Pick<Outline, 'foot' | 'unsubscribe'> {
  const words = wordsOf(letter).mail.reminders;
  const { unsubscribeUrl: url } = letter;
  return {
    foot: footOf(letter, words.why(letter.company.name)),
    ...(url === null ? {} : { unsubscribe: { label: words.unsubscribe, url } }),
  };
}
