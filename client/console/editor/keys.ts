/** What a key asks of the line the focus is in. */
export type LineKey = 'insert' | 'next' | 'up' | 'down' | 'copy' | 'remove';

export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  /** While an input method composes a character, Enter ends that. */
  isComposing: boolean;
}

/** The field that has the focus. */
export interface At {
  /** Enter goes to a new line within it. */
  multiline: boolean;
  /** The last field of its line. */
  last: boolean;
  /** Nothing in it that a key could delete. */
  empty: boolean;
  button: boolean;
}

/** What a key means in a line; null where it means what it always does. Cmd is the Ctrl of a Mac. */
export function lineKey(press: KeyPress, at: At): LineKey | null {
  const { key, code, shiftKey, altKey, isComposing } = press;
  const ctrl = press.ctrlKey || press.metaKey;
  if (isComposing) return null;
  if (altKey && !ctrl && !shiftKey && key === 'ArrowUp') return 'up';
  if (altKey && !ctrl && !shiftKey && key === 'ArrowDown') return 'down';
  if (altKey) return null;
  if (key === 'Enter' && ctrl) return 'insert';
  if (key === 'Enter' && !shiftKey && !at.button) return at.last ? 'insert' : at.multiline ? null : 'next';
  if (ctrl && shiftKey && code === 'KeyD') return 'copy';
  // In a text these delete a word, as they do everywhere.
  if (ctrl && key === 'Backspace' && (shiftKey || (at.empty && !at.button))) return 'remove';
  return null;
}
