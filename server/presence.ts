import type { FeedPresent, Present } from '../shared/protocol.ts';
import type { Side } from '../shared/view.ts';

/** Someone who has a page open and in front of them. */
export interface Here {
  company: string;
  deal: string;
  entry: Present;
}

/**
 * Who is where, in this process and, as far as they said so lately, in the others. Kept in memory: it is true only as long
 * as the socket is.
 */
export interface Presence {
  /** Sets or clears what one socket of this process shows; returns the deals where that changed anything. */
  set(key: string, here: Here | null): string[];
  /** What another process says of a company; returns the deals where that changed anything. */
  hear(process: string, company: string, list: Here[]): string[];
  /** Forgets processes that have been silent; returns what they showed. */
  forget(): Here[];
  /** As this side may know it: where the owner's people are in a draft is not the client's to see. */
  ofDeal(deal: string, side: Side): Present[];
  /** Clients reading a company's documents now. */
  ofCompany(company: string): FeedPresent[];
  /** This process's own, to be told to the others. */
  local(company: string): Here[];
  companies(): Set<string>;
}

/** A process repeats what it has more often than this; one that was killed is forgotten after it. */
const SILENT_MS = 30_000;

export function createPresence(clock: () => number = Date.now): Presence {
  const mine = new Map<string, Here>();
  const others = new Map<string, { at: number; list: Here[] }>();
  const everyone = () => [...mine.values(), ...[...others.values()].flatMap((other) => other.list)];
  return {
    set(key, here) {
      const before = mine.get(key);
      if (here === null) mine.delete(key);
      else mine.set(key, here);
      if (JSON.stringify(before ?? null) === JSON.stringify(here)) return [];
      return [...new Set([before?.deal, here?.deal].filter((deal) => deal !== undefined))];
    },
    hear(process, company, list) {
      const name = `${process} ${company}`;
      const before = others.get(name)?.list ?? [];
      if (list.length === 0) others.delete(name);
      else others.set(name, { at: clock(), list });
      if (JSON.stringify(before) === JSON.stringify(list)) return [];
      return [...new Set([...before, ...list].map((one) => one.deal))];
    },
    forget() {
      const silent = [...others].filter(([, other]) => clock() - other.at > SILENT_MS);
      for (const [name] of silent) others.delete(name);
      return silent.flatMap(([, other]) => other.list);
    },
    ofDeal: (deal, side) =>
      everyone()
        .filter((one) => one.deal === deal)
        .map(({ entry }) => (side === 'owner' ? entry : forClient(entry))),
    ofCompany: (company) =>
      everyone()
        .filter((one) => one.company === company && one.entry.side === 'client')
        .map((one) => ({ ...one.entry, deal: one.deal })),
    local: (company) => [...mine.values()].filter((one) => one.company === company),
    companies: () => new Set([...mine.values()].map((one) => one.company)),
  };
}

function forClient({ user: _user, at: _at, ...entry }: Present): Present {
  return entry;
}
