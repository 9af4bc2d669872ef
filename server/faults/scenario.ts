import type { Ground } from './ground.ts';
import type { Random } from './random.ts';
import type { World, WorldOptions } from './world.ts';

/** One line of the promise, made to happen. */
export interface Scenario {
  name: string;
  /**
   * Runs with nothing beside it: `always`, where it strikes down what all stand on; `sound`, where it measures time, which does not matter where
   * something is planted; by default beside another one.
   */
  alone?: 'always' | 'sound';
  /** The product broken on purpose, for this line: names in `planted.ts`, and what the checker must say of it. */
  planted: { plants: readonly string[]; finds: RegExp };
  /** Does it all, up to the point at which only waiting is left. Resolves to a word on what was done, for the line that is printed. */
  run(stage: Stage): Promise<string>;
}

/** What a scenario is given for one run. */
export interface Stage {
  ground: Ground;
  /** From the seed. */
  random: Random;
  /** As much as is promised, however long it takes; otherwise as much as fits into minutes. */
  long: boolean;
  /** This run has a planted fault: no more is needed than what shows it. */
  broken: boolean;
  /** Of the open-ended scenario: how long it goes on, in milliseconds. */
  ms: number;
  /** Opens the one world of this run. */
  open(options: Omit<WorldOptions, 'plants' | 'name' | 'history'>): Promise<World>;
}

/** Thrown where this machine has not what a scenario needs. */
export class Skipped extends Error {}
