import { factsOf, whatOf, whenOf, wordsOf } from '../facts.ts';
import { footOf } from '../foot.ts';
import type { Letter, LetterMessage } from '../letter.ts';
import { paragraphsOf, type Block, type Outline } from '../outline.ts';

/** Characters of messages in one mail: webmails cut what is much larger, and the button would be behind the cut. */
const MAX_CHARS = 30_000;

/** What has not been read on the page, from either side. */
export function message(letter: Letter): Outline {
  const words = wordsOf(letter).mail;
  const { company, messages, side } = letter;
  const names = [...new Set(messages.map((one) => one.name))];
  const sender = side === 'owner' ? letter.client : company.name;
  return {
    language: letter.language,
    accent: company.accent,
    about: words.about.message(whatOf(letter), messages.length),
    sender,
    preheader: messages.map((one) => glimpse(one, names.length > 1, letter)).join(' · '),
    heading: words.message.heading(
      new Intl.ListFormat(letter.language, { type: 'conjunction' }).format(names.length > 0 ? names : [sender]),
      names.length,
    ),
    blocks: [...shown(letter), factsOf(letter)],
    button: { label: words.answer, url: letter.talkUrl },
    foot: footOf(letter, words.why.message),
  };
}

function glimpse(one: LetterMessage, named: boolean, letter: Letter): string {
  const text = paragraphsOf(one.text).flat().join(' ');
  const what = text === '' ? one.files.map((file) => file.name).join(', ') : text;
  return named ? wordsOf(letter).mail.fact(one.name, what) : what;
}

/** From the oldest on, as many as fit; the rest is counted. */
function shown(letter: Letter): Block[] {
  const words = wordsOf(letter).mail.message;
  const blocks: Block[] = [];
  let left = MAX_CHARS;
  for (const [i, one] of letter.messages.entries()) {
    if (left <= 0) return [...blocks, { is: 'text', paragraphs: [words.more(letter.messages.length - i)] }];
    const text = one.text.slice(0, left);
    blocks.push({ is: 'message', by: one.name, at: whenOf(letter, one.at), text, files: one.files });
    if (text !== one.text) blocks.push({ is: 'text', paragraphs: [words.cut] });
    left -= one.text.length;
  }
  return blocks;
}
