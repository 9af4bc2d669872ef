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
const KEPT_BYTES = 32 * 1024 * 1024;
const WAITING = 100;

/**
 * Keeps the newest drawings by what they show, so that the same document asked for many times is drawn once; a decision then
 * finds its PDF ready. No more than so many, and so many bytes. Throws `unavailable` when too many different ones wait.
 */
export function keepDrawings<Input extends { document: DocumentView }>(
  draw: (input: Input) => Promise<Uint8Array>,
  most: number = KEPT_BYTES,
): (input: Input) => Promise<Uint8Array> {
  const kept = new Map<string, { made: Promise<Uint8Array>; size: number }>();
  let waiting = 0;
  let bytes = 0;

  function drop(key: string): void {
    bytes -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  }

  /** The oldest make room. */
  function shrink(): void {
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT && bytes <= most) break;
      drop(oldest);
    }
  }

  return (input) => {
    // What only the owner's side knows (views, links) is not on the paper.
    const key = sha256(JSON.stringify({ ...input, document: { ...input.document, owner: null } }));
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known.made;
    }
    if (waiting >= WAITING) return Promise.reject(new Refusal('unavailable'));
    waiting += 1;
    const made = draw(input).finally(() => (waiting -= 1));
    const entry = { made, size: 0 };
    kept.set(key, entry);
    made.then(
      (pdf) => {
        if (kept.get(key) !== entry) return;
        entry.size = pdf.byteLength;
        bytes += entry.size;
        shrink();
      },
      () => drop(key),
    );
    shrink();
    return made;
  };
}
