import type { Logger } from 'pino';
import type { Batch } from '../shared/protocol.ts';
import type { EventData } from '../shared/events.ts';
import type { Em } from './db.ts';
import type { Metrics } from './metrics.ts';
import { companyBatch, dealBatch, head, heads, readCompany, type Logged } from './log.ts';

/** Where batches go: the sockets of this process. Rooms nobody is in cost nothing. */
export interface Rooms {
  has(room: string): boolean;
  batch(room: string, batch: Batch): void;
  /** Ends the right of everyone in a room and closes their sockets. */
  cut(room: string, reason: 'revoked' | 'signed_out'): void;
}

/**
 * The one reader of the log that pushes to the sockets of this process. It keeps a cursor for each company that has a
 * socket here. A commit in this process hands its events over directly; whatever else happened is found by the poll.
 */
export interface Relay {
  /** From now on, follow this company: `ready` when its cursor is known, so before a socket joins a room; until `release`. */
  watch(company: string): Watching;
  /** Events of a commit of this process. */
  committed(events: Logged[]): void;
  /** A hint that a company's log may have grown elsewhere. */
  wake(company: string): void;
  stop(): Promise<void>;
}

export interface Watching {
  ready: Promise<void>;
  release(): void;
}

export const ROOM = {
  deal: (deal: string, side: 'owner' | 'client') => `deal:${deal}:${side}`,
  company: (company: string) => `company:${company}`,
  link: (link: string) => `link:${link}`,
  session: (session: string) => `session:${session}`,
};

interface Followed {
  sockets: number;
  /** The last sequence pushed; null until it is known. */
  cursor: number | null;
  ready: Promise<void>;
  reading: Promise<void> | null;
  /** Something was said to have happened while reading. */
  again: boolean;
}

export interface RelayParts {
  em: () => Em;
  rooms: Rooms;
  logger: Logger;
  pollMs?: number;
  metrics?: Pick<Metrics, 'pushed'>;
}

export function createRelay(parts: RelayParts): Relay {
  const followed = new Map<string, Followed>();
  const poll = setInterval(() => void pollHeads(), parts.pollMs ?? 1000);
  let polling: Promise<void> | null = null;

  function push(company: string, state: Followed, events: Logged[]): void {
    const first = events[0];
    const last = events.at(-1);
    if (!first || !last) return;
    state.cursor = last.seq;
    for (const [deal, ofDeal] of byDeal(events)) {
      const from = (ofDeal[0]?.dealSeq ?? 1) - 1;
      for (const side of ['owner', 'client'] as const) {
        const room = ROOM.deal(deal, side);
        if (parts.rooms.has(room)) parts.rooms.batch(room, dealBatch(deal, side, from, ofDeal));
      }
    }
    if (parts.rooms.has(ROOM.company(company))) parts.rooms.batch(ROOM.company(company), companyBatch(company, first.seq - 1, events));
    for (const event of events) {
      if (event.type === 'link.revoked') parts.rooms.cut(ROOM.link((event.data as EventData['link.revoked']).link), 'revoked');
      if (event.type === 'session.ended') parts.rooms.cut(ROOM.session((event.data as EventData['session.ended']).session), 'signed_out');
    }
  }

  function pushOwn(company: string, state: Followed, events: Logged[]): void {
    const committed = performance.now();
    push(company, state, events);
    parts.metrics?.pushed((performance.now() - committed) / 1000);
  }

  function follow(company: string): Followed {
    const state: Followed = { sockets: 0, cursor: null, ready: Promise.resolve(), reading: null, again: false };
    followed.set(company, state);
    state.ready = head(parts.em(), company).then((seq) => {
      state.cursor ??= seq;
    });
    state.ready.catch(() => forget(company, state));
    return state;
  }

  /** Only what is still the current one: a late failure of an old one must not end a new one. */
  function forget(company: string, state: Followed): void {
    if (followed.get(company) === state) followed.delete(company);
  }

  /** Reads on from the cursor until nothing is left; one reader a company at a time. */
  function catchUp(company: string, state: Followed): void {
    if (state.reading !== null) {
      state.again = true;
      return;
    }
    const read = async () => {
      do {
        state.again = false;
        const events = await readCompany(parts.em(), company, state.cursor ?? 0);
        push(company, state, events);
        for (const { at } of events.slice(-1)) parts.metrics?.pushed((Date.now() - at.getTime()) / 1000);
        if (events.length > 0) state.again = true;
      } while (state.again && followed.get(company) === state);
    };
    state.reading = read()
      .catch((error: unknown) => {
        state.again = false;
        parts.logger.warn({ company, err: error }, 'relay could not read the log; the next poll tries again');
      })
      .finally(() => {
        state.reading = null;
        // Something was said between the last empty read and here.
        if (state.again && followed.get(company) === state) catchUp(company, state);
      });
  }

  async function pollHeads(): Promise<void> {
    if (polling !== null || followed.size === 0) return;
    polling = heads(parts.em(), [...followed.keys()])
      .then((known) => {
        for (const [company, state] of followed) {
          if (state.cursor !== null && (known.get(company) ?? 0) > state.cursor) catchUp(company, state);
        }
      })
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'relay could not read the heads; the next poll tries again'))
      .finally(() => {
        polling = null;
      });
    await polling;
  }

  return {
    watch(company) {
      const state = followed.get(company) ?? follow(company);
      state.sockets += 1;
      let held = true;
      return {
        ready: state.ready,
        release() {
          if (!held) return;
          held = false;
          state.sockets -= 1;
          if (state.sockets === 0) forget(company, state);
        },
      };
    },
    committed(events) {
      const first = events[0];
      const state = first && followed.get(first.company);
      if (!first || !state || state.cursor === null) return;
      if (state.reading === null && first.seq === state.cursor + 1) pushOwn(first.company, state, events);
      else if ((events.at(-1)?.seq ?? 0) > state.cursor) catchUp(first.company, state);
    },
    wake(company) {
      const state = followed.get(company);
      if (state && state.cursor !== null) catchUp(company, state);
    },
    async stop() {
      clearInterval(poll);
      await polling;
      for (const state of followed.values()) await state.reading;
      followed.clear();
    },
  };
}

function byDeal(events: Logged[]): Map<string, Logged[]> {
  const deals = new Map<string, Logged[]>();
  for (const event of events) {
    if (event.deal === null) continue;
    const list = deals.get(event.deal);
    if (list) list.push(event);
    else deals.set(event.deal, [event]);
  }
  return deals;
}
