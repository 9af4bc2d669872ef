/** Texts of a form by field. */
export type Texts<K extends string> = Record<K, string>;

/**
 * What somebody types into a form, while others change the same: fields that were not touched follow, the others keep what was typed, and
 * `moved` says what stands there now. `before` is what the form was filled from, `now` what stands there now.
 */
export function follow<K extends string>(typed: Texts<K>, before: Texts<K>, now: Texts<K>): { typed: Texts<K>; moved: Partial<Texts<K>> } {
  const next = { ...typed };
  const moved: Partial<Texts<K>> = {};
  for (const field of Object.keys(now) as K[]) {
    if (typed[field] === before[field]) next[field] = now[field];
    else if (now[field] !== before[field] && now[field] !== typed[field]) moved[field] = now[field];
  }
  return { typed: next, moved };
}

/** The fields in which two forms differ. */
export function touched<K extends string>(typed: Texts<K>, before: Texts<K>): K[] {
  return (Object.keys(typed) as K[]).filter((field) => typed[field] !== before[field]);
}

/** Paragraphs as one text: an empty line between each two. */
export function textOf(paragraphs: readonly string[]): string {
  return paragraphs.join('\n\n');
}

/** And back. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n[^\S\n]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

/** Digits in groups, as they are written on paper; what is no number stays as it stands. */
export function grouped(text: string | null, sizes: readonly number[]): string {
  const plain = (text ?? '').replace(/\s/g, '');
  if (!/^\d+$/.test(plain)) return text ?? '';
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(plain.slice(at, at + size));
    at += size;
  }
  return [...parts, plain.slice(at)].filter((part) => part !== '').join(' ');
}

/** What a text field says: null where it is empty. */
export function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
