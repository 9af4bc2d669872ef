import { SaxesParser } from 'saxes';
import { Refusal, type RefusalCode } from '../../shared/refusal.ts';
import { encodingOf } from './encoding.ts';
import type { XmlElement } from './tree.ts';

/** Bytes a document may have, embedded attachments included. */
export const XML_MAX_BYTES = 10 * 1024 * 1024;
/** Elements inside each other. The deepest document of the UBL and CII families has about fifteen. */
export const XML_MAX_DEPTH = 64;
/** Attributes of one element, namespace declarations included: more than any document has, few enough to stop early. */
export const XML_MAX_ATTRIBUTES = 256;
/** Elements and attributes together. */
export const XML_MAX_NODES = 200_000;

/** Small enough that a refusal costs next to nothing; also the most that may stand before the root element. */
const CHUNK = 64 * 1024;

/** Embedded files are kept with the imported bytes, not read: their text is dropped. */
const BINARY: ReadonlySet<string> = new Set([
  'EmbeddedDocumentBinaryObject',
  'AttachmentBinaryObject',
  'BinaryObject',
  'IncludedBinaryObject',
]);

/**
 * Reads a document into an element tree, or stops at the first thing that is not allowed. No DOCTYPE, so no entities but
 * the five predefined ones and character references; no processing instructions (`xml-stylesheet` is passed over); bounded
 * bytes, depth and number of nodes. Throws `Refusal` with `xml_forbidden`, `xml_not_wellformed` or `too_large`, each with
 * one fault whose pointer is `line n, column n`.
 */
export function parseXml(bytes: Uint8Array): XmlElement {
  if (bytes.byteLength > XML_MAX_BYTES) {
    throw refusal('too_large', 'line 1, column 1', 'bytes', `${bytes.byteLength} bytes, at most ${XML_MAX_BYTES}`);
  }
  const parser = new SaxesParser({ xmlns: true });
  const at = () => `line ${parser.line}, column ${parser.column}`;
  const stop = (code: RefusalCode, rule: string, detail: string) => refusal(code, at(), rule, detail);

  let root: XmlElement | null = null;
  let current: XmlElement | null = null;
  let depth = 0;
  let nodes = 0;
  let attributesHere = 0;
  const count = () => {
    nodes += 1;
    if (nodes > XML_MAX_NODES) throw stop('too_large', 'nodes', `more than ${XML_MAX_NODES} elements and attributes`);
  };

  parser.on('error', (error) => {
    const message = error.message.replace(/^(?:[^ ]*:)?\d+:\d+: /, '');
    if (/undefined entity|entity name/.test(message))
      throw stop('xml_forbidden', 'entity', 'only the five predefined entities are allowed');
    throw stop('xml_not_wellformed', 'wellformed', message);
  });
  parser.on('doctype', () => {
    throw stop('xml_forbidden', 'doctype', DOCTYPE);
  });
  parser.on('processinginstruction', ({ target }) => {
    if (target !== 'xml-stylesheet')
      throw stop('xml_forbidden', 'processing_instruction', `processing instructions are not allowed: ${target.slice(0, 40)}`);
  });
  parser.on('attribute', () => {
    count();
    attributesHere += 1;
    if (attributesHere > XML_MAX_ATTRIBUTES)
      throw stop('too_large', 'attributes', `more than ${XML_MAX_ATTRIBUTES} attributes on one element`);
  });
  parser.on('opentag', (tag) => {
    count();
    attributesHere = 0;
    depth += 1;
    if (depth > XML_MAX_DEPTH) throw stop('xml_forbidden', 'depth', `elements are nested deeper than ${XML_MAX_DEPTH}`);
    const attributes = Object.values(tag.attributes)
      .filter((a) => a.prefix !== 'xmlns' && a.name !== 'xmlns')
      .map(({ local, uri, value }) => ({ local, uri, value }));
    const element: XmlElement = { name: tag.name, local: tag.local, uri: tag.uri, attributes, children: [], text: '', parent: current };
    if (current === null) root = element;
    else current.children.push(element);
    current = element;
  });
  parser.on('closetag', () => {
    depth -= 1;
    current = current?.parent ?? null;
  });
  const text = (data: string) => {
    if (current !== null && !BINARY.has(current.local)) current.text += data;
  };
  parser.on('text', text);
  parser.on('cdata', text);

  feed(
    bytes,
    (chunk, isFirst) => {
      if (isFirst) checkProlog(chunk, bytes.byteLength <= CHUNK);
      parser.write(chunk);
    },
    at,
  );
  parser.close();
  if (root === null) throw stop('xml_not_wellformed', 'wellformed', 'document must contain a root element.');
  return root;
}

const DOCTYPE = 'a document type declaration is not allowed';

/** Decodes piece by piece, so that a refusal early in the document leaves the rest untouched. */
function feed(bytes: Uint8Array, write: (chunk: string, isFirst: boolean) => void, at: () => string): void {
  const decoder = new TextDecoder(encodingOf(bytes), { fatal: true });
  const decode = (piece: Uint8Array, stream: boolean) => {
    try {
      return decoder.decode(piece, { stream });
    } catch {
      throw refusal('xml_not_wellformed', at(), 'encoding', `bytes that are not ${decoder.encoding}`);
    }
  };
  for (let from = 0; from < bytes.byteLength; from += CHUNK) write(decode(bytes.subarray(from, from + CHUNK), true), from === 0);
  write(decode(new Uint8Array(), false), false);
}

/** Finds a DOCTYPE before the parser would read it to its end; what stands before the root must fit into one chunk. */
function checkProlog(text: string, isWhole: boolean): void {
  let i = 0;
  const lineAt = (index: number) => `line ${text.slice(0, index).split('\n').length}, column 1`;
  for (;;) {
    while (/\s/.test(text[i] ?? '')) i += 1;
    const end = text.startsWith('<!--', i) ? '-->' : text.startsWith('<?', i) ? '?>' : null;
    if (end === null) break;
    const close = text.indexOf(end, i + end.length);
    if (close < 0) break;
    i = close + end.length;
  }
  if (text.startsWith('<!DOCTYPE', i)) throw refusal('xml_forbidden', lineAt(i), 'doctype', DOCTYPE);
  const started = text[i] === '<' && text[i + 1] !== '!' && text[i + 1] !== '?';
  if (!started && !isWhole) throw refusal('too_large', lineAt(i), 'prolog', `no root element in the first ${CHUNK} bytes`);
}

function refusal(code: RefusalCode, pointer: string, rule: string, detail: string): Refusal {
  return new Refusal(code, { detail: `${pointer}: ${detail}`, faults: [{ pointer, rule, detail }] });
}
