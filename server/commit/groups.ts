import { Refusal } from '../../shared/refusal.ts';

/** Something that waits to be committed. */
export interface Waiting {
  company: string;
  /** What is changed one after the other: a deal, a client, the company itself. */
  lane: string;
  /** It shares its transaction with nobody. */
  alone: boolean;
}

export interface GroupsOptions<T extends Waiting> {
  /**
   * Commits a group, all of one company and each of another lane, and settles whoever waits for it. Answers those it has put aside,
   * because something outside of this process holds what they change: each comes again, by itself. Never rejects.
   */
  commit(group: T[]): Promise<T[]>;
  /** How many groups are in the database at once. */
  wide: number;
  /** How many of them of one company, in which all of them wait for each other at their end. */
  ofCompany: number;
  /** How many at most that wait for somebody outside of this process. */
  aside: number;
  /** How many may wait in one lane. */
  long: number;
  /** How many go into one group. */
  most: number;
}

/** Takes together what arrives while a transaction commits. (Group commit.) */
export interface Groups<T extends Waiting> {
  /** Throws Refusal `unavailable` when its lane is full. */
  add(item: T): void;
  /** How many wait for their turn. */
  waiting(): number;
}

interface OfCompany<T> {
  /** In the order of arrival. */
  queue: T[];
  inFlight: number;
}

/**
 * A lane keeps its order: of each, one is in flight. Alone, an item waits for nobody; what comes while its company has as many groups in flight
 * as it may have goes together into the next one. What must be alone takes its place in the order of its lane, and one of the places of all.
 */
export function createGroups<T extends Waiting>(options: GroupsOptions<T>): Groups<T> {
  const companies = new Map<string, OfCompany<T>>();
  const busy = new Set<string>();
  const held = new Map<string, number>();
  const putAside: T[] = [];
  let inFlight = 0;
  let asideInFlight = 0;
  let scheduled = false;

  /** What arrives in the same turn of the event loop is taken together. */
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  }

  function pump(): void {
    while (putAside.length > 0 && inFlight < options.wide && asideInFlight < options.aside) {
      const item = putAside.shift();
      if (item) void startAside(item);
    }
    // Each company in its turn, until none has anything that may start.
    for (let any = true; any;) {
      any = false;
      for (const [id, of] of companies) {
        if (inFlight >= options.wide) return;
        const group = take(of);
        if (group.length === 0) continue;
        any = true;
        // Last in the order of companies from now on.
        companies.delete(id);
        companies.set(id, of);
        void start(group, of);
      }
    }
  }

  /** The next of a company that may begin: one that must be alone, or as many of the others as there are. */
  function take(of: OfCompany<T>): T[] {
    const group: T[] = [];
    const seen = new Set<string>();
    const left: T[] = [];
    let alone = false;
    for (const item of of.queue) {
      const free = !busy.has(item.lane) && !seen.has(item.lane);
      seen.add(item.lane);
      const fits = item.alone ? group.length === 0 : of.inFlight < options.ofCompany && group.length < options.most;
      if (!free || !fits || alone) left.push(item);
      else {
        alone = item.alone;
        group.push(item);
      }
    }
    of.queue = left;
    return group;
  }

  async function start(group: T[], of: OfCompany<T>): Promise<void> {
    const counts = group.some((item) => !item.alone);
    inFlight += 1;
    if (counts) of.inFlight += 1;
    for (const item of group) busy.add(item.lane);
    const aside = new Set(await options.commit(group));
    inFlight -= 1;
    if (counts) of.inFlight -= 1;
    putAside.push(...aside);
    for (const item of group) if (!aside.has(item)) leave(item);
    schedule();
  }

  async function startAside(item: T): Promise<void> {
    inFlight += 1;
    asideInFlight += 1;
    await options.commit([item]);
    inFlight -= 1;
    asideInFlight -= 1;
    leave(item);
    schedule();
  }

  function leave({ lane, company }: T): void {
    busy.delete(lane);
    const left = (held.get(lane) ?? 1) - 1;
    if (left === 0) held.delete(lane);
    else held.set(lane, left);
    const of = companies.get(company);
    if (of?.queue.length === 0 && of.inFlight === 0) companies.delete(company);
  }

  return {
    add(item) {
      const inLane = held.get(item.lane) ?? 0;
      if (inLane > options.long) throw new Refusal('unavailable');
      held.set(item.lane, inLane + 1);
      const of = companies.get(item.company) ?? { queue: [], inFlight: 0 };
      companies.set(item.company, of);
      of.queue.push(item);
      schedule();
    },
    waiting: () => [...companies.values()].reduce((sum, of) => sum + of.queue.length, putAside.length),
  };
}
