import type { Entry } from '../history.ts';

type Of<W extends Entry['what']> = Extract<Entry, { what: W }>;

/** What happened of one kind, in order. */
export function all<W extends Entry['what']>(history: readonly Entry[], what: W): Of<W>[] {
  return history.filter((entry): entry is Of<W> => entry.what === what);
}

/** Things by a name of theirs; several may have the same. */
export function by<T>(things: readonly T[], name: (thing: T) => string): Map<string, T[]> {
  return Map.groupBy(things, name);
}
