import { decodeEntities } from './html-entities.ts';
import { QUOTE_BEGINS, PICTURE_BEGINS, PICTURE_ENDS, SIGNATURE } from './marks.ts';

/** What an element means for its text. */
interface Open {
  name: string;
  /** Its text is somebody else's, said before. */
  quoted: boolean;
  /** Nobody sees it. */
  hidden: boolean;
  /** Its blanks count. */
  pre: boolean;
  /** There is space around it. */
  spaced: boolean;
}

const BLOCKS: ReadonlySet<string> = new Set(
  'address article aside blockquote body caption center dd details dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody tfoot thead tr ul'.split(
    ' ',
  ),
);
/** Blocks with space around them. */
const SPACED: ReadonlySet<string> = new Set('h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));
const VOID: ReadonlySet<string> = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** What stands in them is no text at all, whatever it looks like. */
const RAW: ReadonlySet<string> = new Set('script style title textarea xmp noembed noframes iframe object'.split(' '));
/** Elements that end where the next of their kind begins. */
const SELF_CLOSING: ReadonlySet<string> = new Set('p li tr td th dt dd option'.split(' '));
const HIDDEN_STYLE = /display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all/i;
/** Elements that hold what was said before, and those that say who said it: Gmail, Thunderbird, Yahoo. */
const QUOTING_CLASS = /(?:^|\s)(?:gmail_attr|moz-cite-prefix|yahoo_quoted)(?:\s|$)/;
/** Elements after which all is quoted, without being inside of anything: Outlook on the web, on a phone, on a Mac. */
const QUOTE_POINT = /^(?:x_)*(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container)$|(?:^|\s)OutlookMessageHeader(?:\s|$)/;
const SIGNATURE_CLASS = /(?:^|\s)(?:gmail_signature_prefix)(?:\s|$)/;
const MAX_DEPTH = 300;
/** Deeper quotes are marked no further. */
const MAX_MARKS = 5;
const MAX_TAG = 20_000;
const TAG = /<(\/?)([a-z][\w:-]{0,60})/iy;

/**
 * HTML as lines of text: what nobody sees left out, quotes marked with `>` as in a plain mail, the place where Outlook's quotes
 * begin and embedded pictures marked by characters that no text has. One pass, whatever it is given.
 */
export function htmlToText(html: string): string {
  const lines: string[] = [];
  const open: Open[] = [];
  let line = '';
  /** Whether a blank at the beginning of what comes would be one too many. */
  let ended = true;
  let wantsBlank = false;
  /** The link that is open, and the words in it so far. */
  let link: { url: string; words: string } | null = null;

  const depthOf = (what: 'quoted' | 'hidden' | 'pre') => open.reduce((sum, one) => sum + Number(one[what]), 0);
  let quoted = 0;
  let hidden = 0;
  let pre = 0;
  const count = () => {
    quoted = depthOf('quoted');
    hidden = depthOf('hidden');
    pre = depthOf('pre');
  };

  function flush(): void {
    const text = line === SIGNATURE ? line : line.trimEnd();
    const marks = '> '.repeat(Math.min(quoted, MAX_MARKS));
    const above = lines.at(-1)?.replace(/[> ]/g, '') ?? '';
    if (wantsBlank && text !== '' && above !== '') lines.push(marks.trimEnd());
    if (text !== '') wantsBlank = false;
    lines.push(marks === '' ? text : `${marks}${text}`.trimEnd());
    line = '';
    ended = true;
  }
  /** Ends the line where there is one; Word's empty lines hold a blank that does not break. */
  function breakBlock(): void {
    if (line !== '' && /[^ \t\n]/.test(line)) flush();
    line = '';
    ended = true;
  }
  function write(text: string): void {
    if (hidden > 0 || text === '') return;
    if (link !== null && link.words.length < 600) link.words += text;
    if (pre > 0) {
      const [first = '', ...rest] = text.split('\n');
      line += first;
      for (const one of rest) {
        flush();
        line = one;
      }
      return;
    }
    const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ');
    line += ended ? collapsed.replace(/^ /, '') : collapsed;
    ended = collapsed.endsWith(' ');
  }
  function close(from: number): void {
    const closed = open.splice(from);
    const state = closed.some((one) => one.quoted || one.hidden || one.pre);
    if (state || closed.some((one) => BLOCKS.has(one.name))) breakBlock();
    if (closed.some((one) => one.spaced)) wantsBlank = true;
    if (state) count();
  }

  for (const token of tokens(html)) {
    if (typeof token === 'string') {
      write(decodeEntities(token).replace(/\p{Cc}/gu, (c) => (/[\t\n\r\f]/.test(c) ? c : '')));
      continue;
    }
    const { name, end, attributes } = token;
    if (end) {
      if (name === 'a' && link !== null) {
        const behind = addressBehind(link);
        link = null;
        write(behind);
      }
      const at = open.findLastIndex((one) => one.name === name);
      if (at >= 0) close(at);
      continue;
    }
    if (name === 'br') {
      if (hidden === 0) flush();
      continue;
    }
    const has = attributes();
    if (name === 'img') {
      write(picture(has));
      continue;
    }
    if (name === 'a') link = { url: has.get('href') ?? '', words: '' };
    const last = open.length - 1;
    if (SELF_CLOSING.has(name) && open[last]?.name === name) close(last);
    // Word's paragraphs are lines.
    const spaced = SPACED.has(name) && !/^Mso/.test(has.get('class') ?? '');
    if (BLOCKS.has(name)) breakBlock();
    if (spaced) wantsBlank = true;
    if (QUOTE_POINT.test(has.get('id') ?? '') || QUOTE_POINT.test(has.get('class') ?? '')) {
      breakBlock();
      if (hidden === 0) lines.push(QUOTE_BEGINS);
    }
    if (SIGNATURE_CLASS.test(has.get('class') ?? '')) breakBlock();
    if (name === 'td' || name === 'th') write(line === '' ? '' : ' ');
    if (name === 'li') write('- ');
    if (VOID.has(name) || open.length >= MAX_DEPTH) continue;
    const style = has.get('style') ?? '';
    const made: Open = {
      name,
      quoted: (name === 'blockquote' && !/border(?:-left)?\s*:\s*none/i.test(style)) || QUOTING_CLASS.test(has.get('class') ?? ''),
      hidden: has.has('hidden') || HIDDEN_STYLE.test(style) || name === 'head' || name === 'template',
      spaced,
      pre: name === 'pre' || /white-space\s*:\s*pre(?:-wrap)?\b/i.test(style),
    };
    if (made.quoted) breakBlock();
    open.push(made);
    if (made.quoted || made.hidden || made.pre) count();
  }
  breakBlock();
  return lines.join('\n');
}

interface Tag {
  name: string;
  end: boolean;
  attributes: () => Map<string, string>;
}

/** Tags and the text between them. Each character is looked at once or twice: an unclosed tag ends the document. */
function* tokens(html: string): Generator<string | Tag> {
  const low = html.toLowerCase();
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    if (next < 0) {
      yield html.slice(at);
      return;
    }
    if (next > at) yield html.slice(at, next);
    if (html.startsWith('<!--', next)) {
      const end = html.indexOf('-->', next + 4);
      if (end < 0) return;
      at = end + 3;
      continue;
    }
    TAG.lastIndex = next;
    const named = TAG.exec(html);
    if (!named) {
      // A declaration, an instruction, or a sign that is only text.
      const isMarkup = /[!?/]/.test(html[next + 1] ?? '');
      const end = isMarkup ? html.indexOf('>', next) : next;
      if (end < 0) return;
      if (!isMarkup) yield '<';
      at = end + 1;
      continue;
    }
    const begin = next + named[0].length;
    const end = endOfTag(html, begin);
    if (end < 0) return;
    const name = (named[2] ?? '').toLowerCase();
    const inside = html.slice(begin, Math.min(end, begin + MAX_TAG));
    at = end + 1;
    if (RAW.has(name) && named[1] === '' && !inside.endsWith('/')) {
      const over = low.indexOf(`</${name}`, at);
      if (over < 0) return;
      at = over;
      continue;
    }
    yield { name, end: named[1] === '/', attributes: () => attributesOf(inside) };
  }
}

/** Where a tag closes: the first `>` outside of quotation marks. */
function endOfTag(html: string, from: number): number {
  let mark = '';
  for (let i = from; i < html.length; i += 1) {
    const c = html[i] ?? '';
    if (mark !== '') mark = c === mark ? '' : mark;
    else if (c === '>') return i;
    else if ((c === '"' || c === "'") && html[i - 1] === '=') mark = c;
  }
  return -1;
}

function attributesOf(inside: string): Map<string, string> {
  const found = new Map<string, string>();
  if (!inside.includes('=') && !inside.includes('hidden')) return found;
  for (const [, name = '', double, single, bare] of inside.matchAll(/([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, decodeEntities(double ?? single ?? bare ?? ''));
  }
  return found;
}

/** A picture within the mail is remembered at its place; of others only what is written instead of an emoji is text. */
function picture(has: Map<string, string>): string {
  const cid = /^cid:(.{1,300})$/is.exec(has.get('src')?.trim() ?? '')?.[1];
  if (cid !== undefined) return `${PICTURE_BEGINS}${withoutControls(safeDecode(cid))}${PICTURE_ENDS}`;
  const alt = has.get('alt') ?? '';
  return /^\p{Extended_Pictographic}/u.test(alt) && alt.length <= 16 ? alt : '';
}

/** The address of a link whose words do not show it. */
function addressBehind({ url, words }: { url: string; words: string }): string {
  if (!/^https?:\/\/\S+$/i.test(url) || url.length > 500) return '';
  const bare = (text: string) =>
    text
      .replace(/^https?:\/\/(?:www\.)?/i, '')
      .replace(/\/$/, '')
      .trim();
  return words.trim() === '' || bare(url).startsWith(bare(words)) || /^(?:https?:\/\/|www\.)/i.test(words.trim()) ? '' : ` (${url})`;
}

function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
