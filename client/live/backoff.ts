/**
 * Milliseconds to wait before the next try: doubling from `first` up to `most`, then somewhere between half of it and all of it, so
 * that many pages that failed together do not come back together. `failures` counts from 1.
 */
export function backoff(failures: number, first: number, most: number, random: () => number = Math.random): number {
  const full = Math.min(most, first * 2 ** Math.min(failures - 1, 20));
  return Math.round(full / 2 + (random() * full) / 2);
}
