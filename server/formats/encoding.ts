import { Refusal } from '../../shared/refusal.ts';
import { lookup } from './lookup.ts';

/** Encodings a document may declare → what TextDecoder is asked for. (XML 1.0, 4.3.3; ASCII is read as its superset.) */
const DECLARED: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  'iso-8859-1': 'iso-8859-1',
  latin1: 'iso-8859-1',
  'iso-8859-15': 'iso-8859-15',
  'windows-1252': 'windows-1252',
  'utf-16': 'utf-16',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

/**
 * The encoding of a document: its byte order mark, else its XML declaration, else UTF-8. A declaration that contradicts
 * the bytes is an error, not a hint. Throws `Refusal('xml_not_wellformed')`.
 */
export function encodingOf(bytes: Uint8Array): string {
  const mark = markOf(bytes);
  const head = new TextDecoder(mark ?? 'latin1').decode(bytes.subarray(0, 400));
  const stated = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'<>]*)["']/.exec(head.replace(/^\uFEFF/, ''))?.[1];
  if (stated === undefined) return mark ?? 'utf-8';
  const declared = lookup(DECLARED, stated.toLowerCase());
  if (declared === undefined) throw wrong(`the declared encoding is not supported: ${stated.slice(0, 40)}`);
  const wide = declared.startsWith('utf-16');
  if (mark === null && wide) throw wrong('the document declares UTF-16 and is not');
  if (mark === null) return declared;
  if (mark !== declared && !(declared === 'utf-16' && mark.startsWith('utf-16')))
    throw wrong(`the bytes are ${mark}, the document declares ${stated}`);
  return mark;
}

/** UTF-16 without a mark is recognised by its first character, which is always `<`. (XML 1.0, appendix F.) */
function markOf([a, b, c]: Uint8Array): string | null {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if ((a === 0xff && b === 0xfe) || (a === 0x3c && b === 0)) return 'utf-16le';
  if ((a === 0xfe && b === 0xff) || (a === 0 && b === 0x3c)) return 'utf-16be';
  return null;
}

function wrong(detail: string): Refusal {
  return new Refusal('xml_not_wellformed', { detail, faults: [{ pointer: 'line 1, column 1', rule: 'encoding', detail }] });
}
