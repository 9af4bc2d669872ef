import { wordsOf } from './facts.ts';
import type { Letter } from './letter.ts';

/** The lines at the foot of a mail: why it came, how to answer it, and what the reader should know about its link or their choice. */
export function footOf(letter: Letter, why: string): string[] {
  const words = wordsOf(letter);
  const { reply, personalLink, choose } = words.mail;
  return [
    letter.repliable ? reply.byMail : reply.onPage,
    letter.side === 'client' ? personalLink : choose(words.console.nav.settings),
    why,
  ];
}
