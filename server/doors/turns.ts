/** Lets only so many pieces of work run at once; the others wait in the order they came. */
export function createTurns(wide: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return async (work) => {
    if (inside >= wide) await new Promise<void>((go) => waiting.push(go));
    else inside += 1;
    try {
      return await work();
    } finally {
      // Hands the place over, or gives it back.
      const next = waiting.shift();
      if (next) next();
      else inside -= 1;
    }
  };
}
