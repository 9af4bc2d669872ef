/** HTML that may stand as it is: made by the tag below, from nothing but its own literals and escaped text. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The one way of writing HTML here: whatever is put in as text is escaped, in elements and in quoted attributes alike. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return { markup: literals.map((literal, i) => literal + (i < parts.length ? markupOf(parts[i] ?? '') : '')).join('') };
}

function markupOf(part: Part): string {
  if (typeof part === 'string') return part.toWellFormed().replace(/[&<>"']/g, (char) => ENTITIES[char] ?? '');
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map((one) => one.markup).join('');
}

/** An address that may stand behind a link, written out in full; null for anything but http and https. */
export function webAddress(address: string): string | null {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null;
}
