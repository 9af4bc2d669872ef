import { CheckoutSchema, PaymentSchema, RefundSchema, type Refund } from '../entities/index.ts';
import { StripeTrouble } from '../outside/stripe/index.ts';
import type { Desk } from './desk.ts';

/**
 * Asks Stripe for a refund that was written down. One that Stripe has already, since an answer was lost, is only entered: keys of idempotency are
 * forgotten there after a day.
 */
export function makeRefunds(desk: Desk): (refund: string) => Promise<void> {
  const { em, logger } = desk;

  return async (id) => {
    const refund = await em().findOne(RefundSchema, { id });
    if (refund?.state !== 'waiting') return;
    try {
      await make(refund);
    } catch (error) {
      if (!(error instanceof StripeTrouble) || error.temporary) throw error;
      const { code, status, message } = error;
      logger.warn({ refund: id, company: refund.company, code, status }, 'Stripe refuses a refund');
      await desk.asSystem('refuseRefund', refund.company, { document: refund.document, refund: id, detail: message.slice(0, 2000) });
    }
  };

  async function make(refund: Refund): Promise<void> {
    const payment = await em().findOneOrFail(PaymentSchema, { id: refund.payment });
    const checkout = await em().findOneOrFail(CheckoutSchema, { id: payment.checkout ?? '' });
    const account = await desk.accountFor(refund);
    const before = await desk.look(account, checkout);
    const { id: key, amount } = refund;
    const { currency } = checkout;
    if (!before?.refunds.includes(key))
      await account.refund({ key, payment: payment.external ?? '', amount, currency, metadata: { refund: key } });
    await desk.ask(account, checkout);
  }
}
