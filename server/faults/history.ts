import { writeFileSync } from 'node:fs';
import type { DealView, Side } from '../../shared/view.ts';

/** What the rig has seen, in order. The checker reads nothing else but this and the database. */
export type Happened =
  /** A command left somebody's hand. Sent again under the same id it is not said again. */
  | { what: 'sent'; who: string; id: string; name: string; input: Readonly<Record<string, unknown>> }
  /** `seq` null: said over the API, which does not tell it. */
  | { what: 'acknowledged'; who: string; id: string; seq: number | null; result: Readonly<Record<string, unknown>> }
  /** For good: whoever sent it has stopped. */
  | { what: 'refused'; who: string; id: string; code: string; data: Readonly<Record<string, unknown>> }
  /** A page was opened on a snapshot that stands at `from`. */
  | { what: 'opened'; who: string; deal: string; side: Side; from: number }
  /** A page took events: their sequences, in the order it took them. It stands at `to` then. */
  | { what: 'received'; who: string; to: number; seqs: readonly number[] }
  /** How a page ended up; `view` null where it was not drawn. `early`: closed in the middle of things. */
  | { what: 'left'; who: string; cursor: number; view: DealView | null; early: boolean }
  /** What a page shows that is opened only now. */
  | { what: 'fresh'; view: DealView }
  /** A mail server had all the bytes of a mail; whether it said 250. */
  | { what: 'mailed'; messageId: string; to: string; sha256: string; accepted: boolean }
  /** No mail may wait any more. */
  | { what: 'mails awaited' }
  /** Money that Stripe has taken: its charge, for which document, in minor units. */
  | { what: 'charged'; charge: string; document: string; amount: number }
  /** A file that was offered to somebody, and what came when it was asked for; `got` null: nothing. */
  | { what: 'offered'; file: string; name: string; sent: string; got: string | null }
  | { what: 'fault'; of: string }
  /** A server has ended: because we wanted it, or not. */
  | { what: 'ended'; server: string; code: number | string; wanted: boolean }
  /** A server was asked to stop by SIGTERM. `untold`: pages that were not told to come back. */
  | { what: 'stopped'; server: string; code: number | string; ms: number; untold: readonly string[] }
  /** Something has a measure, and the most it may be. */
  | { what: 'measured'; thing: string; value: number; most: number; unit: 'ms' | 'MB' }
  /** Something is one way and should be another. */
  | { what: 'observed'; thing: string; is: string; wanted: string };

export type Entry = { at: number } & Happened;

export interface History {
  readonly entries: readonly Entry[];
  add(happened: Happened): void;
  /** Counts what happened of one kind. */
  count(what: Happened['what']): number;
  /** Writes it down as JSON, one line each. */
  save(path: string): void;
}

/** Milliseconds are counted from now. */
export function createHistory(): History {
  const began = performance.now();
  const entries: Entry[] = [];
  const counts = new Map<Happened['what'], number>();
  return {
    entries,
    add(happened) {
      entries.push({ at: Math.round(performance.now() - began), ...happened });
      counts.set(happened.what, (counts.get(happened.what) ?? 0) + 1);
    },
    count: (what) => counts.get(what) ?? 0,
    save: (path) => writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
  };
}
