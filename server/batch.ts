/** Asks for one thing, together with what others ask for at the same time. */
export type Ask<K, V> = (key: K) => Promise<V>;

/**
 * Reads together what is asked for while the last reading is under way: what many ask for at once, as when all pages come back after a restart, costs
 * one statement instead of one each. Alone, nobody waits. `read` answers in the order of the keys.
 */
export function createBatch<K, V>(read: (keys: K[]) => Promise<V[]>, { most = 200, atOnce = 2 } = {}): Ask<K, V> {
  const waiting: { key: K; resolve: (value: V) => void; reject: (error: unknown) => void }[] = [];
  let reading = 0;
  let scheduled = false;

  function schedule(): void {
    if (scheduled || waiting.length === 0 || reading >= atOnce) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      void next();
      schedule();
    });
  }

  async function next(): Promise<void> {
    const taken = waiting.splice(0, most);
    reading += 1;
    try {
      const values = await read(taken.map(({ key }) => key));
      if (values.length !== taken.length) throw new Error(`${values.length} answers to ${taken.length} questions`);
      taken.forEach(({ resolve }, i) => resolve(values[i] as V));
    } catch (error) {
      for (const { reject } of taken) reject(error);
    } finally {
      reading -= 1;
      schedule();
    }
  }

  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      schedule();
    });
}
