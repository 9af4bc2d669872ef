import { day } from '../../../shared/format.ts';
import { filesOf, numberOf, whatOf, wordsOf } from '../facts.ts';
import type { Letter } from '../letter.ts';
import type { Outline } from '../outline.ts';
import { amountFact, givenReminder, reminderFoot } from './reminded.ts';

/** A quote nobody has decided on is about to expire. */
export function expiring(letter: Letter): Outline {
  const words = wordsOf(letter);
  const m = words.mail.reminders.expiring;
  const news = givenReminder(letter);
  const deadline = day(news.deadline, letter.language);
  const number = numberOf(letter);
  const about = m.about(whatOf(letter), deadline);
  const text = news.nth === 1 ? m.text(number, deadline) : m.again(number, deadline);
  return {
    language: letter.language,
    accent: letter.company.accent,
    about,
    sender: letter.company.name,
    preheader: [text, m.decide].join(' '),
    heading: about,
    blocks: [
      { is: 'text', paragraphs: [text, m.decide] },
      {
        is: 'facts',
        facts: [
          { label: words.kinds.quote, value: number },
          { label: words.document.date, value: day(letter.document.content.issueDate, letter.language) },
          { label: words.document.validUntil, value: deadline },
          amountFact(letter, words.page.total),
        ].filter((fact) => fact !== null),
      },
      ...filesOf(letter),
    ],
    button: { label: words.mail.decide, url: letter.url },
    ...reminderFoot(letter),
  };
}
