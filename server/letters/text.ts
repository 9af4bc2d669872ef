import { sizeOf } from './facts.ts';
import { webAddress } from './html.ts';
import type { LetterFile } from './letter.ts';
import { paragraphsOf, type Block, type Fact, type Outline } from './outline.ts';
import { WORDS } from '../words.ts';

/** Characters of a line, so that it can be quoted in a reply and still fit. */
const WIDTH = 72;

/** The plain-text part: everything the HTML says, addresses on lines of their own. */
export function textOf(outline: Outline): string {
  const { fact } = WORDS[outline.language].mail;
  const parts = [
    wrap(outline.lead ?? outline.sender),
    wrap(outline.heading),
    ...outline.blocks.map((block) => blockText(block, outline)),
    `${wrap(fact(outline.button.label, '').trimEnd())}\n${webAddress(outline.button.url) ?? ''}`,
    `-- \n${[...outline.foot.map((line) => wrap(line)), ...unsubscribeText(outline)].join('\n\n')}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function unsubscribeText({ unsubscribe, language }: Outline): string[] {
  const address = unsubscribe ? webAddress(unsubscribe.url) : null;
  return unsubscribe && address !== null ? [`${wrap(WORDS[language].mail.fact(unsubscribe.label, '').trimEnd())}\n${address}`] : [];
}

function blockText(block: Block, outline: Outline): string {
  switch (block.is) {
    case 'text':
      return block.paragraphs.map((paragraph) => wrap(paragraph)).join('\n\n');
    case 'cover':
      return `${prose(block.text)}\n\n${wrap(block.by)}`;
    case 'message':
      return [wrap(`${block.by} · ${block.at}`), prose(block.text, '  '), list(block.files, outline, '  ')]
        .filter((part) => part !== '')
        .join('\n\n');
    case 'facts':
      return block.facts.map((fact) => factText(fact, outline)).join('\n');
    case 'files':
      return `${wrap(block.label)}\n\n${list(block.files, outline, '  ')}`;
    case 'link':
      return `${wrap(WORDS[outline.language].mail.fact(block.label, '').trimEnd())}\n${webAddress(block.url) ?? ''}`.trimEnd();
    case 'stamp':
      return wrap(`[ ${block.text} ]`);
  }
}

function factText({ label, value, long }: Fact, outline: Outline): string {
  const { fact } = WORDS[outline.language].mail;
  if (!long) return wrap(fact(label, value), '  ');
  return `${wrap(fact(label, '').trimEnd(), '  ')}\n${prose(value, '    ')}`;
}

function list(files: LetterFile[], outline: Outline, indent: string): string {
  return files
    .map(({ name, bytes, url }) =>
      `${wrap(`${name} (${sizeOf(bytes, outline.language)})`, indent)}\n${indent}${webAddress(url) ?? ''}`.trimEnd(),
    )
    .join('\n\n');
}

function prose(text: string, indent = ''): string {
  return paragraphsOf(text)
    .map((lines) => lines.map((line) => wrap(line, indent)).join('\n'))
    .join('\n\n');
}

/** Breaks at blanks; a word longer than a line stays whole, for it may be an address. */
function wrap(text: string, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/)) {
    if (line !== '' && line.length + 1 + word.length > WIDTH - indent.length) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => indent + one).join('\n');
}
