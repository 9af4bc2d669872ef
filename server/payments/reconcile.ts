import type { CheckoutState } from '../../shared/checkouts.ts';
import { CheckoutSchema, RefundSchema, type Checkout } from '../entities/index.ts';
import type { Desk } from './desk.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How long nothing is heard of a page before Stripe is asked, in milliseconds. What is paid may still be refunded or disputed there. */
const QUIET_MS = {
  open: 10 * MINUTE,
  replaced: 10 * MINUTE,
  reserved: 15 * MINUTE,
  processing: 3 * HOUR,
  paid: 24 * HOUR,
} satisfies Partial<Record<CheckoutState, number>>;
/** How long after it was begun a paid page is asked about: so long a card's payment may be disputed, as a rule. */
const DISPUTABLE_MS = 120 * 24 * HOUR;
/** A refund that waits longer than this has lost its job, perhaps. */
const REFUND_MS = 10 * MINUTE;
/** How many of a company are asked about at once. */
const AT_ONCE = 25;

/**
 * Asks about payment pages nothing was heard of, and about refunds that wait: whatever became of events, jobs and processes, it is entered in the
 * end. One company whose key does not work, or whose pages are many, holds up no other.
 */
export function reconciler(desk: Desk, refund: (refund: string) => Promise<void>): () => Promise<void> {
  const { em, now, logger } = desk;
  const ago = (ms: number) => new Date(now().getTime() - ms);

  return async () => {
    await Promise.all((await companies()).map(ofCompany));
  };

  function due() {
    const states = Object.entries(QUIET_MS).map(([state, ms]) => ({
      state: state as CheckoutState,
      checkedAt: { $lt: ago(ms) },
      ...(state === 'paid' ? { createdAt: { $gt: ago(DISPUTABLE_MS) } } : {}),
    }));
    return { $or: states };
  }

  function waiting() {
    return { state: 'waiting' as const, createdAt: { $lt: ago(REFUND_MS) } };
  }

  async function companies(): Promise<string[]> {
    const pages = await em().find(CheckoutSchema, due(), { fields: ['company'] });
    const refunds = await em().find(RefundSchema, waiting(), { fields: ['company'] });
    return [...new Set([...pages, ...refunds].map((one) => String(one.company)))];
  }

  async function ofCompany(company: string): Promise<void> {
    const pages = await em().find(CheckoutSchema, { company, ...due() }, { orderBy: { checkedAt: 'asc' }, limit: AT_ONCE });
    for (const page of pages) await tried({ checkout: page.id }, () => lookAt(page));
    const refunds = await em().find(RefundSchema, { company, ...waiting() }, { orderBy: { createdAt: 'asc' }, limit: AT_ONCE });
    for (const { id } of refunds) await tried({ refund: id }, () => refund(id));
  }

  async function lookAt(page: Checkout): Promise<void> {
    // Whatever comes of it, the others have their turn before it has its next one.
    await em().execute('update checkouts set checked_at = ? where id = ?', [now(), page.id]);
    if (page.state === 'reserved') {
      await desk.asSystem('dropCheckout', page.company, { document: page.document, checkout: page.id });
      return;
    }
    const account = await desk.accountFor(page);
    // What was replaced is to be closed, whatever has hindered that before.
    if (page.state === 'replaced' && page.session !== null) await account.closePage(page.session);
    await desk.ask(account, page);
  }

  async function tried(what: object, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      logger.warn({ err: error, ...what }, 'Stripe could not be asked about a payment');
    }
  }
}
