import type { FeedPresent, Present } from '../shared/protocol.ts';

/** Who has a page open and in front of them, in this process. Kept in memory: it is true only as long as the socket is. */
export interface Presence {
  /** Sets or clears what one socket shows; returns true when anything changed. */
  set(key: string, deal: string, entry: Present | null): boolean;
  ofDeal(deal: string): Present[];
  /** The deals one socket is present on. */
  dealsOf(key: string): string[];
  /** Clients reading a company's documents now. */
  ofCompany(company: string): FeedPresent[];
}

export function createPresence(companyOf: (key: string) => string | null): Presence {
  const entries = new Map<string, { deal: string; entry: Present }>();
  return {
    set(key, deal, entry) {
      const before = entries.get(key);
      if (entry === null) return entries.delete(key);
      entries.set(key, { deal, entry });
      return before === undefined || JSON.stringify(before) !== JSON.stringify({ deal, entry });
    },
    dealsOf: (key) => [entries.get(key)?.deal ?? []].flat(),
    ofDeal: (deal) => [...entries.values()].filter((one) => one.deal === deal).map((one) => one.entry),
    ofCompany: (company) =>
      [...entries.entries()]
        .filter(([key, one]) => one.entry.side === 'client' && companyOf(key) === company)
        .map(([, one]) => ({ ...one.entry, deal: one.deal })),
  };
}
