import { randomUUID } from 'node:crypto';
import { methodsFor } from '../../shared/payment.ts';
import { Refusal } from '../../shared/refusal.ts';
import { CheckoutSchema, CompanySchema, RefundSchema, StripeKeysSchema } from '../entities/index.ts';
import { StripeTrouble, type Check, type StripeAccount } from '../outside/stripe/index.ts';
import type { Desk } from './desk.ts';

/** What the settings of a company do with its keys besides keeping them. */
export interface Keys {
  /** Tries them with real calls; null where there are none. */
  check(company: string): Promise<Check[] | null>;
  /**
   * Before the key of a company is changed to `next`, or (null) taken away: pages that are open are closed with the key they were made with. Another key
   * of the same account changes nothing for them. Throws Refusal `payment_running` while money is on its way that only this key can be asked about.
   */
  leave(company: string, next: string | null): Promise<void>;
}

export function keeper(desk: Desk): Keys {
  const { em, execute, stripe, publicUrl } = desk;

  async function sameAccount(before: StripeAccount, next: string): Promise<boolean> {
    const [one, other] = await Promise.all([before.whose(), stripe.account(next).whose()]);
    return one !== null && one === other;
  }

  async function closeAll(account: StripeAccount, company: string): Promise<void> {
    const pages = await em().find(CheckoutSchema, { company, state: { $in: ['open', 'replaced', 'processing'] }, session: { $ne: null } });
    for (const page of pages) {
      if (page.state !== 'processing' && page.session !== null) await account.closePage(page.session);
      await desk.ask(account, page);
    }
  }

  return {
    async check(company) {
      const account = await desk.accountOf(company);
      if (account === null) return null;
      const { currency } = await em().findOneOrFail(CompanySchema, { id: company });
      const { methods, hint } = await em().findOneOrFail(StripeKeysSchema, { company });
      const { account: id, checks } = await account.check({ currency, methods: methodsFor(methods, currency), url: publicUrl() });
      if (id !== null) {
        const acting = { as: 'system' as const, company };
        const facts = { ip: null, userAgent: null, pdf: null };
        await execute({ name: 'recordAccount', id: randomUUID(), input: { account: id, hint }, acting, facts });
      }
      return checks;
    },

    async leave(company, next) {
      const account = await desk.accountOf(company);
      if (account === null) return;
      try {
        if (next !== null && (await sameAccount(account, next))) return;
        await closeAll(account, company);
      } catch (error) {
        if (!(error instanceof StripeTrouble)) throw error;
        if (error.temporary) throw new Refusal('payment_unavailable');
        // A key that opens nothing any more can be asked about nothing.
        return;
      }
      const running = await em().count(CheckoutSchema, { company, state: 'processing' });
      const waiting = await em().count(RefundSchema, { company, state: 'waiting' });
      if (running + waiting > 0) throw new Refusal('payments_on_their_way', { data: { payments: running, refunds: waiting } });
    },
  };
}
