import type { Instant } from './document.ts';

/**
 * Where a payment page is. `reserved`: about to be made. `open`: the client can pay on it. `processing`: paid by a method that takes days. `paid`,
 * `failed` (after days), `expired`, and `replaced` by a newer one are ends.
 */
export const CHECKOUT_STATES = ['reserved', 'open', 'processing', 'paid', 'failed', 'expired', 'replaced'] as const;
export type CheckoutState = (typeof CHECKOUT_STATES)[number];

/** Order of states: one never goes back to an earlier one. What was replaced is `expired` once Stripe has closed it. */
const RANK: { readonly [S in CheckoutState]: number } = {
  reserved: 0,
  open: 1,
  replaced: 2,
  expired: 3,
  processing: 4,
  failed: 5,
  paid: 6,
};

/** Whether a payment page may go on from one state to the other. Money that came in after all goes before every other end. */
export function goesOn(from: CheckoutState, to: CheckoutState): boolean {
  return RANK[to] > RANK[from];
}

/** Whether it can still become a payment by itself. */
export function isLive(state: CheckoutState): boolean {
  return state === 'reserved' || state === 'open' || state === 'processing';
}

/** What is shown of all tries, oldest first: those that may still become a payment, and the last one. */
export function shownCheckouts<C extends { id: string; at: Instant; state: CheckoutState }>(all: readonly C[]): C[] {
  const inOrder = [...all].sort((a, b) => (`${a.at} ${a.id}` < `${b.at} ${b.id}` ? -1 : 1));
  return inOrder.filter((one, i) => isLive(one.state) || i === inOrder.length - 1);
}
