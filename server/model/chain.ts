import { chainOf, type Chain } from '../../shared/chain.ts';
import type { Document } from '../entities/index.ts';
import { contentOf } from './find.ts';
import type { LoadedDeal } from './loaded.ts';

/** The quantities of a deal as they stand. Needs it loaded with contents. */
export function chainOfDeal(loaded: LoadedDeal): Chain {
  return chainOf(
    loaded.documents.map((document) => {
      const content = contentOf(loaded, document);
      const { id, kind, status, chosen } = document;
      return { id, kind, status, chosen, lines: content.lines, deposit: content.deposit !== null };
    }),
  );
}

/** A document and those it came from, nearest first: what it follows, and what its lines come from. */
export function ancestorsOf(loaded: LoadedDeal, document: Document): Document[] {
  const found: Document[] = [];
  const open = [document];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const ids = new Set([next.follows, ...contentOf(loaded, next).lines.map((line) => line.from?.document ?? null)]);
    for (const one of loaded.documents) {
      if (!ids.has(one.id) || one === document || found.includes(one)) continue;
      found.push(one);
      open.push(one);
    }
  }
  return found;
}

/**
 * How much is left of a deposit's line to be deducted, in minor units without a sign, by its line: less what was credited and deducted
 * already.
 */
export function depositLeft(loaded: LoadedDeal, except: string | null = null): Map<string, { document: Document; left: number }> {
  const all = loaded.documents.filter((doc) => doc.status !== 'draft' && doc.id !== except);
  const left = new Map<string, { document: Document; left: number }>();
  for (const document of all) {
    const content = contentOf(loaded, document);
    if (document.kind === 'invoice' && content.deposit !== null)
      for (const line of content.lines) left.set(line.id, { document, left: Math.abs(line.net ?? 0) });
  }
  for (const document of all) {
    for (const line of contentOf(loaded, document).lines) {
      const deposit = line.from && left.get(line.from.line);
      if (deposit) deposit.left -= Math.abs(line.net ?? 0);
    }
    // A deduction that was credited itself may be made again.
    if (document.kind !== 'credit_note') continue;
    for (const line of contentOf(loaded, document).lines) {
      const deducted = all.flatMap((one) => contentOf(loaded, one).lines).find((one) => one.id === line.from?.line);
      const deposit = deducted?.from && left.get(deducted.from.line);
      if (deposit) deposit.left += Math.abs(line.net ?? 0);
    }
  }
  return left;
}
