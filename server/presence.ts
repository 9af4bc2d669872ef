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
  // Asked at every change: not to be looked for among all there are.
  const inDeal = new Map<string, Set<Here>>();
  const inCompany = new Map<string, Set<Here>>();

  function add(here: Here): void {
    put(inDeal, here.deal, here);
    put(inCompany, here.company, here);
  }

  function drop(here: Here): void {
    take(inDeal, here.deal, here);
    take(inCompany, here.company, here);
  }

  return {
    set(key, here) {
      const before = mine.get(key);
      if (JSON.stringify(before ?? null) === JSON.stringify(here)) return [];
      if (before) drop(before);
      if (here === null) mine.delete(key);
      else {
        mine.set(key, here);
        add(here);
      }
      return [...new Set([before?.deal, here?.deal].filter((deal) => deal !== undefined))];
    },
    hear(process, company, list) {
      const name = `${process} ${company}`;
      const before = others.get(name)?.list ?? [];
      before.forEach(drop);
      list.forEach(add);
      if (list.length === 0) others.delete(name);
      else others.set(name, { at: clock(), list });
      if (JSON.stringify(before) === JSON.stringify(list)) return [];
      return [...new Set([...before, ...list].map((one) => one.deal))];
    },
    forget() {
      const silent = [...others].filter(([, other]) => clock() - other.at > SILENT_MS);
      for (const [name, { list }] of silent) {
        others.delete(name);
        list.forEach(drop);
      }
      return silent.flatMap(([, other]) => other.list);
    },
    ofDeal: (deal, side) => [...(inDeal.get(deal) ?? [])].map(({ entry }) => (side === 'owner' ? entry : forClient(entry))),
    ofCompany: (company) =>
      [...(inCompany.get(company) ?? [])].filter((one) => one.entry.side === 'client').map((one) => ({ ...one.entry, deal: one.deal })),
    local: (company) => [...mine.values()].filter((one) => one.company === company),
    companies: () => new Set([...mine.values()].map((one) => one.company)),
  };
}

function put(index: Map<string, Set<Here>>, key: string, here: Here): void {
  const set = index.get(key);
  if (set) set.add(here);
  else index.set(key, new Set([here]));
}

function take(index: Map<string, Set<Here>>, key: string, here: Here): void {
  const set = index.get(key);
  set?.delete(here);
  if (set?.size === 0) index.delete(key);
}

function forClient({ user: _user, at: _at, ...entry }: Present): Present {
  return entry;
}
