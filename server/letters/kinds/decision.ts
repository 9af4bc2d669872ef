import { amountOf, factsOf, numberOf, theKindOf, whatOf, whenOf, wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter } from '../letter.ts';
import type { Outline } from '../outline.ts';
import { acceptedOf, givenDecision, reasonOf, remindOf, stampOf } from './decided.ts';

/** The client has decided: to the owner's users. */
export function decision(letter: Letter): Outline {
  const words = wordsOf(letter).mail;
  const { action, name, reason, at } = givenDecision(letter);
  const heading = words.decision[action](name, theKindOf(letter), numberOf(letter));
  return {
    language: letter.language,
    accent: letter.company.accent,
    about: words.about[action](whatOf(letter)),
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
