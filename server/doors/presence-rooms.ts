import { randomUUID } from 'node:crypto';
import type { ServerToClient } from '../../shared/protocol.ts';
import { createPresence, type Here, type Presence } from '../presence.ts';
import { ROOM } from '../relay.ts';
import type { LiveServer } from './socket-types.ts';

/** Presence, told to the rooms of this process and to the other processes. */
export interface PresenceRooms {
  /** What one socket shows, or null. */
  set(key: string, company: string, here: Here | null): void;
  ofDeal: Presence['ofDeal'];
  ofCompany: Presence['ofCompany'];
  stop(): void;
}

/** How often a process repeats what it has to the others, so that a lost word mends itself. */
const REPEAT_MS = 10_000;

/** Changes within so many milliseconds are told together. */
const TOGETHER_MS = 40;

/** `shared`: whether there are other processes to tell. */
export function createPresenceRooms(io: LiveServer, shared: boolean): PresenceRooms {
  const presence = createPresence();
  const me = randomUUID();

  // A thousand pages that come at once are told of together, not a thousand times.
  const changed = new Map<string, Set<string>>();
  let due: NodeJS.Timeout | null = null;

  function tell(company: string, deals: string[]): void {
    if (deals.length === 0) return;
    const ofCompany = changed.get(company) ?? new Set();
    changed.set(company, ofCompany);
    for (const deal of deals) ofCompany.add(deal);
    due ??= setTimeout(tellAll, TOGETHER_MS).unref();
  }

  function tellAll(): void {
    due = null;
    for (const [company, deals] of changed) {
      for (const deal of deals) {
        for (const side of ['owner', 'client'] as const)
          emit(ROOM.deal(deal, side), () => ({ stream: `deal:${deal}`, present: presence.ofDeal(deal, side) }));
      }
      emit(ROOM.company(company), () => ({ stream: `company:${company}`, present: presence.ofCompany(company) }));
      if (toShare.delete(company)) io.serverSideEmit('present', me, company, presence.local(company));
    }
    changed.clear();
  }

  /** Nothing is made up for a room nobody is in. */
  function emit(room: string, state: () => Parameters<ServerToClient['presence']>[0]): void {
    if (io.sockets.adapter.rooms.has(room)) io.local.to(room).emit('presence', state());
  }

  const toShare = new Set<string>();
  const share = (company: string) => {
    if (shared) io.serverSideEmit('present', me, company, presence.local(company));
  };
  const repeat = setInterval(() => {
    for (const company of presence.companies()) share(company);
    for (const gone of presence.forget()) tell(gone.company, [gone.deal]);
  }, REPEAT_MS).unref();
  io.on('present', (process, company, list) => tell(company, presence.hear(process, company, list)));

  return {
    set(key, company, here) {
      const deals = presence.set(key, here);
      if (deals.length > 0 && shared) toShare.add(company);
      tell(company, deals);
    },
    ofDeal: presence.ofDeal,
    ofCompany: presence.ofCompany,
    stop() {
      clearInterval(repeat);
      if (due) clearTimeout(due);
    },
  };
}
