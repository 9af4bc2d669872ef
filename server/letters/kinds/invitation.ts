import { next } from '../../../shared/document.ts';
import { amountOf, deadlineOf, factsOf, filesOf, theKindOf, whatOf, wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter } from '../letter.ts';
import { paragraphsOf, type Outline } from '../outline.ts';

/** The owner sends a document: their own words first, then what it is. */
export function invitation(letter: Letter): Outline {
  const words = wordsOf(letter).mail;
  const { company, document } = letter;
  const text = letter.invitation?.text ?? '';
  const from = letter.invitation?.from ?? company.name;
  const decidable = next(document.kind, document.status, 'accept') !== null;
  const facts = [amountOf(letter), deadlineOf(letter)].filter((fact) => fact !== null).map(({ label, value }) => words.fact(label, value));
  return {
    language: letter.language,
    accent: company.accent,
    about: whatOf(letter),
    sender: company.name,
    preheader: [...facts, paragraphsOf(text).flat().join(' ')].filter((part) => part !== '').join(' · '),
    lead: wordsOf(letter).page.sentBy(company.name),
    heading: whatOf(letter),
    blocks: [
      ...(paragraphsOf(text).length === 0
        ? []
        : [{ is: 'cover' as const, text, by: from === company.name ? from : `${from}, ${company.name}` }]),
      factsOf(letter),
      ...filesOf(letter),
      { is: 'text', paragraphs: [decidable ? words.invitation.decide : words.invitation.ask] },
    ],
    button: { label: words.read(theKindOf(letter)), url: letter.url },
    foot: footOf(letter, words.why.invitation(from, company.name)),
  };
}
