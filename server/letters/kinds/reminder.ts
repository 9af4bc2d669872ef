import { dayIn, isExpired } from '../../../shared/document.ts';
import { day, dayOf } from '../../../shared/format.ts';
import { amountOf, deadlineOf, factsOf, filesOf, numberOf, theKindOf, whatOf, wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter } from '../letter.ts';
import type { Outline } from '../outline.ts';
import { givenDecision, reasonOf } from './decided.ts';

/** The day on which both sides wanted to be reminded of a quote on hold. */
export function reminder(letter: Letter): Outline {
  const words = wordsOf(letter).mail;
  const { company, language, side } = letter;
  const { name, at, remindOn } = givenDecision(letter);
  const toOwner = side === 'owner';
  const over = wasOver(letter);
  const asked = toOwner
    ? over
      ? words.reminder.expiredToOwner
      : words.reminder.toOwner
    : over
      ? words.reminder.expiredToClient(company.name)
      : words.reminder.toClient;
  const heading = words.reminder.heading(capital(theKindOf(letter), language), numberOf(letter));
  const facts = [amountOf(letter), deadlineOf(letter)].filter((fact) => fact !== null).map(({ label, value }) => words.fact(label, value));
  return {
    language,
    accent: company.accent,
    about: words.about.reminder(whatOf(letter)),
    sender: toOwner ? letter.client : company.name,
    preheader: [...facts, asked].join(' · '),
    heading,
    blocks: [
      {
        is: 'text',
        paragraphs: [
          words.reminder.since(name, dayOf(at, language, company.timeZone), remindOn === null ? null : day(remindOn, language)),
          asked,
        ],
      },
      factsOf(letter, reasonOf(letter)),
      ...(toOwner ? [] : filesOf(letter)),
    ],
    button: { label: toOwner || over ? words.read(theKindOf(letter)) : words.decide, url: letter.url },
    foot: footOf(letter, words.why.reminder),
  };
}

/** Whether the quote's validity had passed on the day of the reminder: what a mail says must not depend on when it is rendered. */
function wasOver(letter: Letter): boolean {
  const { kind, status, content } = letter.document;
  const { remindOn, at } = givenDecision(letter);
  return isExpired({ kind, status, validUntil: content.validUntil }, remindOn ?? dayIn(letter.company.timeZone, new Date(at)));
}

function capital(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
