import type { Desk, PaymentsParts } from './desk.ts';
import { openDesk } from './desk.ts';
import { listen, type HeardAs } from './hear.ts';
import { keeper, type Keys } from './keys.ts';
import { openPages, type Opened, type Order } from './page.ts';
import { reconciler } from './reconcile.ts';
import { makeRefunds } from './refunds.ts';
import { CheckoutSchema } from '../entities/index.ts';

export type { Order } from './page.ts';

/** Payments at Stripe. What has been paid is never taken from an event or a returning browser, but read from Stripe. */
export interface Payments extends Keys {
  /** The payment page to go to. Throws Refusal; `payment_unavailable` where it may be better in a moment. */
  pay(order: Order): Promise<Opened>;
  /** Takes an event of Stripe's. Throws StripeTrouble where Stripe should tell it again. */
  hear(company: string, raw: string, signature: string): Promise<HeardAs>;
  /** Asks Stripe for a refund that was written down. */
  refund(refund: string): Promise<void>;
  /** Closes a payment page on which too much would be paid, and enters what was paid on it all the same. */
  close(checkout: string): Promise<void>;
  /** Asks about payment pages and refunds nothing was heard of. */
  reconcile(): Promise<void>;
}

export function createPayments(parts: PaymentsParts): Payments {
  const desk = openDesk(parts);
  const refund = makeRefunds(desk);
  return {
    ...keeper(desk),
    pay: openPages(desk),
    hear: listen(desk),
    refund,
    close: (checkout) => close(desk, checkout),
    reconcile: reconciler(desk, refund),
  };
}

async function close(desk: Desk, id: string): Promise<void> {
  const checkout = await desk.em().findOne(CheckoutSchema, { id });
  if (checkout?.state !== 'open' || checkout.session === null) return;
  const account = await desk.accountFor(checkout);
  await account.closePage(checkout.session);
  await desk.ask(account, checkout);
}
