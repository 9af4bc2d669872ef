import type { Side } from '../../shared/view.ts';
import type { Random } from './random.ts';

/** What goes wrong in the random scenario. `ms`: for how long, where it has a length. */
export interface Fault {
  /** Not before this, in milliseconds from the start. */
  at: number;
  of: (typeof SERVER_FAULTS)[number] | (typeof GROUND_FAULTS)[number];
  /** Of which server. */
  on: number;
  ms: number;
}

export interface Writing {
  at: number;
  /** Characters. */
  size: number;
}

/** Somebody who has a page open, and what they do on it. */
export interface Person {
  side: Side;
  deal: number;
  on: number;
  writes: Writing[];
}

export interface Decision {
  at: number;
  deal: number;
  action: 'acceptDocument' | 'refuseDocument' | 'holdQuote';
}

/** Everything the random scenario does, before any of it is done. */
export interface Plan {
  people: Person[];
  decisions: Decision[];
  /** One after the other, each kind beside the other. */
  servers: Fault[];
  ground: Fault[];
}

export const SERVER_FAULTS = [
  'kill',
  'stop',
  'freeze',
  'cut',
  'stall',
  'stall and cut',
  'half open for pages',
  'half open for the server',
] as const;
export const GROUND_FAULTS = ['redis', 'postgres'] as const;
export const DEALS = 3;
const PEOPLE = 8;
const LONGEST_TEXT = 3000;

/** The same seed makes the same plan. */
export function planOf(random: Random, ms: number): Plan {
  const times = (least: number, most: number) => {
    const found: number[] = [];
    for (let at = random.between(least, most); at < ms; at += random.between(least, most)) found.push(at);
    return found;
  };
  return {
    people: Array.from({ length: PEOPLE }, (_, i) => ({
      side: i % 2 === 0 ? ('owner' as const) : ('client' as const),
      deal: i % DEALS,
      on: (i >> 1) % 2,
      // Some only read.
      writes: i >= PEOPLE - 2 ? [] : times(30, 600).map((at) => ({ at, size: random.between(1, LONGEST_TEXT) })),
    })),
    decisions: times(500, 2500).map((at) => ({
      at,
      deal: random.between(0, DEALS - 1),
      action: random.pick(['acceptDocument', 'refuseDocument', 'holdQuote'] as const),
    })),
    servers: times(800, 3000).map((at) => ({
      at,
      of: random.pick(SERVER_FAULTS),
      on: random.between(0, 1),
      ms: random.between(200, 3000),
    })),
    ground: times(3000, 8000).map((at) => ({ at, of: random.pick(GROUND_FAULTS), on: 0, ms: random.between(200, 2500) })),
  };
}
