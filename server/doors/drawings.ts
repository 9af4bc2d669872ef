import type { Day, DocumentContent } from '../../shared/document.ts';
import type { Receipted } from '../../shared/payment-receipt.ts';
import { Refusal } from '../../shared/refusal.ts';
import type { ChoiceView, CompanyView, DocumentView } from '../../shared/view.ts';
import { sha256 } from '../secrets.ts';

/** Draws a document as PDF. */
export type DrawPdf = (input: Drawing) => Promise<Uint8Array>;

/** Draws the receipt of a payment or a refund as PDF. Rejects where the entry has none (`hasReceipt`). */
export type DrawReceipt = (input: ReceiptDrawing) => Promise<Uint8Array>;

export interface ReceiptDrawing extends Receipted {
  company: CompanyView;
}

export interface Drawing {
  document: DocumentView;
  company: CompanyView;
  today: Day;
  revision?: OlderRevision | null;
}

/** An older revision to be drawn instead of the current one. */
export interface OlderRevision {
  number: number;
  content: DocumentContent;
  /** The options that the last decision on it names. */
  choice: ChoiceView | null;
}

const KEPT = 200;
const WAITING = 100;

/**
 * Keeps the newest drawings by what they show, so that the same document asked for many times is drawn once; a decision then
 * finds its PDF ready. Throws `unavailable` when too many different ones wait.
 */
export function keepDrawings<Input extends { document: DocumentView }>(draw: (input: Input) => Promise<Uint8Array>): typeof draw {
  const kept = new Map<string, Promise<Uint8Array>>();
  let waiting = 0;
  return (input) => {
    // What only the owner's side knows (views, links) is not on the paper.
    const key = sha256(JSON.stringify({ ...input, document: { ...input.document, owner: null } }));
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    if (waiting >= WAITING) return Promise.reject(new Refusal('unavailable'));
    waiting += 1;
    const made = draw(input).finally(() => (waiting -= 1));
    made.catch(() => kept.delete(key));
    kept.set(key, made);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return made;
  };
}
