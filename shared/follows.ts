import type { DocumentContent, Kind, Status } from './document.ts';

/** What came of what, without its quantities: the first load of a page needs no more. */

/** Whether what a document says of quantities counts. A refused delivery brought nothing; a draft says nothing yet. */
export function counts({ status }: { status: Status }): boolean {
  return status !== 'draft' && status !== 'refused' && status !== 'withdrawn';
}

/** Whether a document was made from another one: follows it, takes lines of it, or is a deposit on it. */
export function comesFrom({ follows, content }: Followed, earlier: string): boolean {
  const { deposit, lines } = content;
  return follows === earlier || deposit?.document === earlier || lines.some((line) => line.from?.document === earlier);
}

interface Followed {
  follows: string | null;
  content: Pick<DocumentContent, 'deposit' | 'lines'>;
}

/**
 * Of a quote or an order from which the chain has gone on, a client can no longer say no or later: what came of it is there. Saying no to a
 * delivery is another matter, whatever was invoiced.
 */
export function isPastRefusing(document: { id: string; kind: Kind }, others: readonly (Followed & { status: Status })[]): boolean {
  return (document.kind === 'quote' || document.kind === 'order') && others.some((one) => counts(one) && comesFrom(one, document.id));
}
