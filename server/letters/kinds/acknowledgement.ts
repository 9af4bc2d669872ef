import { outcomeOf } from '../../../shared/outcome.ts';
import { factsOf, filesOf, numberOf, theKindOf, whatOf, whenOf, wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter } from '../letter.ts';
import type { Fact, Outline } from '../outline.ts';
import { acceptedOf, givenDecision, reasonOf, remindOf, stampOf } from './decided.ts';

/** To who has decided: what was decided, on what, and the PDF to keep. (Code civil 1127-2) */
export function acknowledgement(letter: Letter): Outline {
  const words = wordsOf(letter).mail;
  const { company } = letter;
  const decision = givenDecision(letter);
  const { name, at } = decision;
  const outcome = outcomeOf(decision);
  const about = words.about[outcome](whatOf(letter));
  const sentence = words.acknowledgement[outcome](
    name,
    theKindOf(letter),
    numberOf(letter),
    whenOf(letter, at),
    letter.document.content.terms.length > 0,
  );
  return {
    language: letter.language,
    accent: company.accent,
    about,
    sender: company.name,
    preheader: sentence,
    heading: about,
    blocks: [
      stampOf(letter),
      { is: 'text', paragraphs: [sentence, words.acknowledgement.pdf] },
      factsOf(letter, ...acceptedOf(letter), reasonOf(letter), remindOf(letter), contactOf(letter)),
      ...filesOf(letter),
      { is: 'text', paragraphs: [words.acknowledgement.mistake(company.name)] },
    ],
    button: { label: words.read(theKindOf(letter)), url: letter.url },
    foot: footOf(letter, words.why.acknowledgement),
  };
}

/** How to reach the company, as it stands on the document. */
function contactOf(letter: Letter): Fact | null {
  const contact = letter.document.content.seller.contact;
  const ways = [contact?.phone ?? '', contact?.email ?? ''].filter((way) => way !== '');
  return ways.length === 0 ? null : { label: wordsOf(letter).mail.contact(letter.company.name), value: ways.join('\n'), long: true };
}
