import type { Action } from './document.ts';

/** What somebody has decided, as it is said: a yes with reserves is never told as a plain one. */
export type Outcome = Action | 'accept_with_reserves';

export function outcomeOf({ action, reserves }: { action: Action; reserves: readonly unknown[] }): Outcome {
  return action === 'accept' && reserves.length > 0 ? 'accept_with_reserves' : action;
}
