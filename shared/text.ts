/**
 * What has no place in words on paper: control characters but tab and newline, marks without width, and the marks that turn
 * the direction of what follows (they can disguise a name). A joiner stays where scripts spell with it, not after Latin,
 * Greek or Cyrillic letters, digits and blanks, where it changes nothing that is seen.
 */
export const UNWANTED =
  /[^\P{Cc}\n\t]|[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF\uFFFE\uFFFF]|(?<=^|[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}\s])[\u200C\u200D]+/gu;

/** Text on one line: unwanted characters left out, blanks collapsed, trimmed. */
export function oneLineOf(raw: string): string {
  return raw
    .replace(/[^\S\uFEFF]+/g, ' ')
    .replace(UNWANTED, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Whether somebody can be called by it: at least one letter or digit. */
export function isName(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}
