import type { Catalogue } from '../../../shared/i18n/index.ts';
import { UNWANTED } from '../../../shared/text.ts';
import type { DocumentView } from '../../../shared/view.ts';

/** Bytes of UTF-8; file systems take 255, and browsers add " (1)". */
const MAX_BYTES = 180;

/**
 * `Devis-D-2026-012.pdf`: kind and number in letters, digits, `.`, `_` and `-` only, whatever the number contains, so that no file
 * system, shell or header can read anything else in it. A draft has its word in place of the number.
 */
export function pdfFileName(document: Pick<DocumentView, 'kind' | 'number'>, words: Catalogue): string {
  const kind = safe(words.kinds[document.kind]);
  const number = safe(document.number ?? words.state(document.kind, 'draft'));
  return `${shortened([kind, number].filter((part) => part !== '').join('-'))}.pdf`;
}

/** `Reçu-de-paiement-F-2026-012.pdf`, made safe in the same way; `place` is written from the second one on. */
export function receiptFileName(title: string, number: string, place: number): string {
  const parts = [title, number, place > 1 ? String(place) : ''].map(safe);
  return `${shortened(parts.filter((part) => part !== '').join('-'))}.pdf`;
}

/**
 * A Content-Disposition header with an ASCII name for old readers and the full one beside it (RFC 6266, RFC 8187): one that any system
 * can save under.
 */
export function contentDisposition(kind: 'inline' | 'attachment', given: string): string {
  const name = savable(given);
  const ascii = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]/g, '_')
    .replace(/["\\%]/g, '_');
  if (ascii === name) return `${kind}; filename="${ascii}"`;
  const extended = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${extended}`;
}

/** No path, nothing hidden, nothing that turns the reading direction, and no device of Windows. */
function savable(given: string): string {
  const name = given
    .toWellFormed()
    .replace(UNWANTED, '')
    .replace(/[\p{Cc}<>:"/\\|?*]/gu, '_')
    .replace(/^[\s.]+/, '_')
    .replace(/[\s.]+$/, '');
  if (name === '') return 'file';
  return /^(con|prn|aux|nul|con(in|out)\$|(com|lpt)[\d¹²³])\s*(\.|$)/i.test(name) ? `_${name}` : name;
}

function safe(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '-')
    .replace(/-[-.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}

function shortened(text: string): string {
  let kept = '';
  for (const char of text) {
    if (Buffer.byteLength(kept + char) > MAX_BYTES) break;
    kept += char;
  }
  return kept.replace(/[-.]+$/, '');
}
