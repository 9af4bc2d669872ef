/** One measure beside its floor: the least that the same work can cost, measured in the same run on the same machine. */
export interface Row {
  what: string;
  floor: number;
  ours: number;
  /** `ours / floor`. */
  ratio: number;
  /** The lowest and the highest ratio of the pairs. */
  spread: [number, number];
  /** What the ratio should be, in words such as `≤ 1.2` or `≥ 0.5`. */
  goal: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** The value below which `part` of them are. */
export function quantile(values: readonly number[], part: number): number {
  return [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
}

/**
 * A row of pairs measured in turn. The ratio is the median of the ratios: what disturbs the machine for a while then disturbs both halves
 * of a pair.
 */
export function rowOf(what: string, goal: string, pairs: readonly { floor: number; ours: number }[]): Row {
  const ratios = pairs.map((pair) => pair.ours / pair.floor);
  return {
    what,
    floor: median(pairs.map((pair) => pair.floor)),
    ours: median(pairs.map((pair) => pair.ours)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    goal,
  };
}

export function print(rows: readonly Row[]): void {
  const short = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  for (const { what, floor, ours, ratio, spread, goal } of rows)
    process.stdout.write(
      `${what}: floor ${short(floor)}, ours ${short(ours)}, ratio ${ratio.toFixed(2)} (${spread[0].toFixed(2)}–${spread[1].toFixed(2)}; goal ${goal})\n`,
    );
}
