import { randomUUID } from 'node:crypto';
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

/** `shared`: whether there are other processes to tell. */
export function createPresenceRooms(io: LiveServer, shared: boolean): PresenceRooms {
  const presence = createPresence();
  const me = randomUUID();

  function tell(company: string, deals: string[]): void {
    for (const deal of deals) {
      for (const side of ['owner', 'client'] as const)
        io.local.to(ROOM.deal(deal, side)).emit('presence', { stream: `deal:${deal}`, present: presence.ofDeal(deal, side) });
    }
    if (deals.length > 0)
      io.local.to(ROOM.company(company)).emit('presence', { stream: `company:${company}`, present: presence.ofCompany(company) });
  }

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
      tell(company, deals);
      if (deals.length > 0) share(company);
    },
    ofDeal: presence.ofDeal,
    ofCompany: presence.ofCompany,
    stop: () => clearInterval(repeat),
  };
}
