import { outcomeOf } from '../../../shared/outcome.ts';
import { amountOf, factsOf, numberOf, theKindOf, whatOf, whenOf, wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter } from '../letter.ts';
import type { Outline } from '../outline.ts';
import { acceptedOf, givenDecision, reasonOf, remindOf, stampOf } from './decided.ts';

/** The client has decided: to the owner's users. */
export function decision(letter: Letter): Outline {
  const words = wordsOf(letter).mail;
  const decided = givenDecision(letter);
  const { name, reason, at } = decided;
  const outcome = outcomeOf(decided);
  const heading = words.decision[outcome](name, theKindOf(letter), numberOf(letter));
  return {
    language: letter.language,
    accent: letter.company.accent,
    about: words.about[outcome](whatOf(letter)),
    sender: letter.client,
    preheader: [heading, amountOf(letter)?.value ?? '', reason ?? ''].filter((part) => part !== '').join(' · '),
    heading,
    blocks: [
      stampOf(letter),
      { is: 'text', paragraphs: [words.recorded(whenOf(letter, at))] },
      factsOf(letter, ...acceptedOf(letter), reasonOf(letter), remindOf(letter)),
    ],
    button: { label: words.read(theKindOf(letter)), url: letter.url },
    foot: footOf(letter, words.why.decision),
  };
}
