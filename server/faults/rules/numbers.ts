import type { Facts } from '../facts.ts';
import type { Entry } from '../history.ts';
import { by } from './entries.ts';

/** No number is given twice, and none is left out: as many documents of our own as the counters have given numbers for. */
export function numbers(_history: readonly Entry[], { documents, counters }: Facts): string[] {
  const ours = documents.filter((document) => document.origin === null && document.number !== null);
  const wrong = by(ours, (document) => `${document.kind} ${document.number}`)
    .entries()
    .toArray()
    .flatMap(([number, same]) => (same.length === 1 ? [] : [`doubled: ${number} was given ${same.length} times`]));
  for (const [kind, ofKind] of by(ours, (document) => document.kind)) {
    const given = counters.filter((counter) => counter.kind === kind).reduce((sum, counter) => sum + counter.last, 0);
    if (ofKind.length !== given) wrong.push(`there are ${ofKind.length} documents of kind ${kind}, and ${given} numbers were given`);
  }
  return wrong;
}
